package painless

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/definition"
)

// frequent are the 50 shapes that most conditions of real pipelines have.
var frequent = []string{
	`ctx.event?.action == 'login'`,
	`ctx.event?.action != null`,
	`ctx.json?.a?.b?.c != null`,
	`ctx.json.a.x == null`,
	`ctx.event.code == 4624`,
	`ctx.event?.code > 4000`,
	`ctx.event?.action instanceof String`,
	`ctx.tags != null && ctx.tags.contains('b')`,
	`ctx.event?.kind == 'event' && ctx.event.action != 'logout'`,
	`['logout', 'login'].contains(ctx.event.action)`,
	`ctx.event?.action?.toLowerCase() == 'login'`,
	`ctx.event.action.startsWith('log')`,
	`ctx.event?.original == null || ctx.event.original.length() > 5`,
	`ctx.tags instanceof List`,
	`ctx.event?.action != null && ctx.event.action != ''`,
	`ctx.event?.outcome == null`,
	`ctx.tags == null || !(ctx.tags.contains('c'))`,
	`ctx.event?.action != null && ['login', 'logout'].contains(ctx.event.action)`,
	`ctx.tags != null && ctx.tags instanceof List`,
	`ctx.event?.kind != null && ctx.event?.action != null`,
	`ctx.tags.contains('b') == true`,
	`ctx.event?.outcome == null && ctx.event?.action != null`,
	`ctx.tags instanceof List && (ctx.event == null || !(ctx.tags.contains('c')))`,
	`ctx.event.kind == 'event' && ctx.event.action == 'login'`,
	`ctx.message != null && !ctx.message.isEmpty()`,
	`ctx.event?.action != null && ctx.event.action.toLowerCase() == 'login'`,
	`ctx.message != null && ctx.message.startsWith('he')`,
	`ctx.message != null && !ctx.message.contains('x')`,
	`ctx.event?.code != null && ctx.event.code > 0`,
	`ctx.json?.a instanceof Map`,
	`ctx.json?.a?.b?.c == 'x'`,
	`ctx.json?.a?.b?.d == null`,
	`!['logout', 'fail'].contains(ctx.event?.action)`,
	`ctx.event?.kind == 'event' || ctx.event?.kind == 'alert'`,
	`ctx.event?.action != null && ctx.event.action.length() > 3`,
	`ctx.message.endsWith('lo')`,
	`ctx.tags.size() > 1`,
	`ctx.event?.code >= 4624 && ctx.event?.code <= 4634`,
	`ctx.json.containsKey('a')`,
	`ctx._index == null`,
	`ctx['@timestamp'] != null`,
	`ctx.event?.code instanceof Number`,
	`ctx.event?.action == "login" && ctx.tags != null`,
	`ctx.message instanceof String && ctx.message != ''`,
	`ctx.event?.code == 4624 || ctx.event?.code == 4625`,
	`ctx.event?.kind != 'alert' && ctx.event?.kind != 'signal'`,
	`ctx.json?.x == null || ctx.json.x == ''`,
	`(ctx.event?.action == 'login') && (ctx.event?.kind == 'event')`,
	`ctx.message?.toUpperCase() == 'HELLO'`,
	`ctx.event != null && ctx.event.kind != null && ctx.event.kind == 'event'`,
}

const typical = `{"@timestamp":"2026-01-02T03:04:05Z","message":"hello","tags":["a","b"],
	"event":{"kind":"event","action":"login","code":4624},"json":{"a":{"b":{"c":"x"}}}}`

func TestConditionsDoNotAllocate(t *testing.T) {
	d := newDocument(t, typical)
	for _, src := range frequent {
		c, err := CompileCondition(src)
		require.NoError(t, err)
		allocs := testing.AllocsPerRun(100, func() {
			holds, err := c.Eval(d)
			if !holds || err != nil {
				t.Errorf("%s: %t, %v", src, holds, err)
			}
		})
		assert.Zero(t, allocs, src)
	}
}

func BenchmarkCondition(b *testing.B) {
	d := newDocument(b, typical)
	for _, src := range frequent {
		c, err := CompileCondition(src)
		require.NoError(b, err)
		b.Run(src, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if holds, err := c.Eval(d); !holds || err != nil {
					b.Fatal(holds, err)
				}
			}
		})
	}
}

func FuzzCondition(f *testing.F) {
	for _, src := range frequent {
		f.Add(src)
	}
	for _, src := range corpusConditions(f) {
		if len(src) < 100 {
			f.Add(src)
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		c, err := CompileCondition(src)
		if err != nil {
			require.ErrorAs(t, err, new(*Error))
			return
		}
		agree(t, src)
		if _, err := c.Eval(newDocument(t, typical)); err != nil {
			require.ErrorAs(t, err, new(*RuntimeError))
			require.NotContains(t, err.Error(), "internal error")
		}
	})
}

func TestNestingIsBounded(t *testing.T) {
	for _, src := range []string{
		strings.Repeat("(", 10_000), strings.Repeat("!", 10_000), strings.Repeat("[", 10_000),
		strings.Repeat("(ctx)", 10_000), "ctx" + strings.Repeat(".a", 10_000), "1" + strings.Repeat("+1", 10_000),
		"1" + strings.Repeat("?:1", 10_000), strings.Repeat("a?", 10_000), strings.Repeat("x->", 10_000),
		"ctx" + strings.Repeat("[0]", 10_000), strings.Repeat("if(true)", 8_000), strings.Repeat("a=", 10_000),
		strings.Repeat("{", 10_000), strings.Repeat("f(", 10_000),
	} {
		_, err := CompileCondition(src)
		require.ErrorAs(t, err, new(*Error), src[:10])
	}
	_, err := CompileCondition(strings.Repeat(" ", 70_000))
	require.ErrorContains(t, err, "no longer than 65535 bytes")
}

// TestCorpusConditions compiles the conditions of real pipelines.
func TestCorpusConditions(t *testing.T) {
	sources := corpusConditions(t)
	if len(sources) == 0 {
		t.Skip("SLUICE_DATA does not name the folder of the test data")
	}
	compiled := 0
	for _, src := range sources {
		if _, err := CompileCondition(src); err != nil {
			t.Logf("%v", err)
			continue
		}
		compiled++
	}
	t.Logf("%d of %d conditions compile", compiled, len(sources))
	assert.Equal(t, len(sources), compiled)
}

// TestCorpusScripts compiles the scripts of real pipelines.
func TestCorpusScripts(t *testing.T) {
	seen, compiled := make(map[string]bool), 0
	for _, p := range corpus(t) {
		for _, option := range p.Options {
			src := option.Value.Scalar.Str()
			if p.Type != "script" || option.Name != "source" || seen[src] {
				continue
			}
			seen[src] = true
			if _, err := CompileScript(src, Settings{}); err != nil {
				t.Logf("%v", err)
				continue
			}
			compiled++
		}
	}
	if len(seen) == 0 {
		t.Skip("SLUICE_DATA does not name the folder of the test data")
	}
	t.Logf("%d of %d scripts compile", compiled, len(seen))
	assert.Equal(t, len(seen), compiled)
}

// corpusConditions returns the distinct conditions of the pipelines below
// SLUICE_DATA, none if there are no pipelines.
func corpusConditions(t testing.TB) []string {
	t.Helper()
	var out []string
	seen := make(map[string]bool)
	for _, p := range corpus(t) {
		if p.If == nil {
			continue
		}
		if src := p.If.Scalar.Str(); !seen[src] {
			seen[src] = true
			out = append(out, src)
		}
	}
	return out
}

// corpus returns the processors of the pipelines below SLUICE_DATA, on_failure
// included.
func corpus(t testing.TB) []definition.Processor {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(os.Getenv("SLUICE_DATA"),
		"ingest/integrations/packages/*/data_stream/*/elasticsearch/ingest_pipeline/*.yml"))
	require.NoError(t, err)
	var out []definition.Processor
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		root, err := definition.Parse(file, data)
		require.NoError(t, err)
		p, _ := definition.ReadPipeline(file, root)
		if p != nil {
			out = flatten(flatten(out, p.Processors), p.OnFailure)
		}
	}
	return out
}

func flatten(out, list []definition.Processor) []definition.Processor {
	for _, p := range list {
		out = flatten(append(out, p), p.OnFailure)
	}
	return out
}
