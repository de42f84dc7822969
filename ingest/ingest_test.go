package ingest_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/definition"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/ingesttest"
	"github.com/sluice-otel/sluice/ingest/jackson"
	"github.com/sluice-otel/sluice/ingest/step"
)

// TestData runs the cases in testdata: what a pipeline does beyond what its
// processors do.
func TestData(t *testing.T) { ingesttest.Run(t, "testdata/*.txtar") }

func source(name, processors string) ingest.Source {
	return ingest.Source{Name: name, File: name + ".yml", Data: []byte("processors:\n" + processors)}
}

func compile(t testing.TB, processors string, opts ...ingest.Option) *ingest.Pipeline {
	t.Helper()
	set, err := ingest.Compile([]ingest.Source{source("p", processors)}, opts...)
	require.NoError(t, err)
	p, ok := set.Pipeline("p")
	require.True(t, ok)
	return p
}

func parse(t testing.TB, d *document.Document, text string) document.Value {
	t.Helper()
	v, err := jackson.Parse(d, text)
	require.NoError(t, err)
	return v
}

func TestAFileIsAPipelineOfItsName(t *testing.T) {
	file := filepath.Join(t.TempDir(), "access.logs.yml")
	require.NoError(t, os.WriteFile(file, []byte("description: d\nprocessors: []"), 0o600))
	s, err := ingest.ReadFile(file)
	require.NoError(t, err)
	set, err := ingest.Compile([]ingest.Source{s})
	require.NoError(t, err)
	p, ok := set.Pipeline("access.logs")
	require.True(t, ok)
	assert.Equal(t, "access.logs", p.Name())
	assert.Equal(t, "d", p.Description())
	_, ok = set.Pipeline("access")
	assert.False(t, ok)
	_, err = ingest.ReadFile(file + "x")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestEveryMistakeIsADefinitionError(t *testing.T) {
	_, err := ingest.Compile([]ingest.Source{
		source("a", "- nosuch: {}\n- set: {}\n"), source("b", "- ["), source("a", "- drop: {}\n"),
	})
	var joined interface{ Unwrap() []error }
	require.ErrorAs(t, err, &joined)
	for _, e := range joined.Unwrap() {
		var in *definition.Error
		require.ErrorAs(t, e, &in)
	}
	require.ErrorContains(t, err, `a.yml:1:1: pipeline "a": another file defines a pipeline of this name`)
	require.ErrorContains(t, err, "b.yml:2: ")
	assert.Equal(t, 5, strings.Count(err.Error(), "\n")+1)
}

func TestAFailureSaysWhatFailedAndWhere(t *testing.T) {
	set, err := ingest.Compile([]ingest.Source{
		source("outer", "- pipeline: {name: inner, tag: call}\n"), source("inner", "- fail: {message: no, tag: here}\n"),
	})
	require.NoError(t, err)
	p, _ := set.Pipeline("outer")
	err = p.Run(document.New(time.Time{}))
	require.EqualError(t, err, "no")
	var f *ingest.Failure
	require.ErrorAs(t, err, &f)
	assert.Equal(t, []string{"fail", "here", "inner"}, []string{f.Processor, f.Tag, f.Pipeline})
	assert.Equal(t, document.FailProcessor, document.ClassOf(err))
}

// broken is a processor type whose step does what a test wants.
func broken(run step.Func) ingest.Option {
	return ingest.WithTypes(step.Type{Name: "broken", Read: func(*step.Options) step.Processor { return typed{run} }})
}

type typed struct{ step step.Step }

func (p typed) Compile(step.Env) (step.Step, error) {
	if p.step == nil {
		return nil, errors.New("cannot be compiled")
	}
	return p.step, nil
}

func TestAPanicIsAFailureOfTheProcessor(t *testing.T) {
	p := compile(t, "- broken: {on_failure: [{set: {field: e, value: '{{{_ingest.on_failure_message}}}'}}]}\n",
		broken(func(d *document.Document) error { return fmt.Errorf("%d", d.Source().At(99).Key[0]) }))
	d := document.New(time.Time{})
	require.NoError(t, p.Run(d))
	e, _ := d.Source().Get("e")
	assert.Contains(t, e.Str(), "processor [broken] panicked: runtime error: index out of range")
}

func TestTypesOfOthersAreCompiledLikeOurs(t *testing.T) {
	_, err := ingest.Compile([]ingest.Source{source("p", "- broken: {}\n")}, broken(nil))
	require.NoError(t, err, "a nil Func is a Step until it runs")
	_, err = ingest.Compile([]ingest.Source{source("p", "- b: {}\n")},
		ingest.WithTypes(step.Type{Name: "b", Read: func(*step.Options) step.Processor { return typed{} }}))
	require.EqualError(t, err, `p.yml:2:3: pipeline "p": processors[0].b: cannot be compiled`)
	_, err = ingest.Compile(nil, ingest.WithTypes(step.Type{Name: "set"}))
	require.EqualError(t, err, `processor type "set" is registered twice`)
}

func TestPipelinesNestToADepthOf100(t *testing.T) {
	for depth, want := range map[int]string{
		100: "",
		101: "Too many nested pipelines. Cannot have more than 100 nested pipelines",
	} {
		sources := []ingest.Source{source("p1", "- set: {field: reached, value: true}\n")}
		for i := 2; i <= depth; i++ {
			sources = append(sources, source(fmt.Sprintf("p%d", i), fmt.Sprintf("- pipeline: {name: p%d}\n", i-1)))
		}
		set, err := ingest.Compile(sources)
		require.NoError(t, err)
		p, _ := set.Pipeline(fmt.Sprintf("p%d", depth))
		d := document.New(time.Time{})
		err = p.Run(d)
		assert.Empty(t, d.Pipeline(), "the document is in no pipeline any more")
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.EqualError(t, err, want)
		assert.Equal(t, document.IllegalState, document.ClassOf(err))
	}
}

func TestASetIsSafeForConcurrentUse(t *testing.T) {
	set, err := ingest.Compile([]ingest.Source{
		source("p", `
- set: {field: a.b, value: "{{{n}}}"}
- pipeline: {name: inner}
- foreach: {field: list, processor: {uppercase: {field: _ingest._value}}}
- fail: {message: "{{{n}}}", if: ctx.odd, on_failure: [{set: {field: e, value: "{{{_ingest.on_failure_message}}}"}}]}
`),
		source("inner", "- append: {field: list, value: ['x{{{n}}}']}\n"),
	})
	require.NoError(t, err)
	p, _ := set.Pipeline("p")
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			d := document.New(time.Time{})
			for i := range 200 {
				n := worker*1000 + i
				d.Reset(time.Time{})
				d.Source().Put("n", document.Integer(int32(n)))
				d.Source().Put("odd", document.Boolean(n%2 == 1))
				if err := p.Run(d); err != nil {
					t.Error(err)
					return
				}
				want := fmt.Sprintf(`{"n":%d,"odd":%t,"a":{"b":"%d"},"list":["X%d"]`, n, n%2 == 1, n, n)
				if n%2 == 1 {
					want += fmt.Sprintf(`,"e":"%d"`, n)
				}
				assert.Equal(t, want+"}", string(document.MapOf(d.Source()).AppendJSON(nil)))
			}
		})
	}
	wg.Wait()
}

// plain has the processors that need nothing but the document.
const plain = `
- set: {field: event.kind, value: event}
- set: {field: event.category, value: [web]}
- rename: {field: status, target_field: http.response.status_code, ignore_missing: true}
- convert: {field: http.response.status_code, type: long, ignore_missing: true}
- append: {field: tags, value: parsed, allow_duplicates: false}
- set: {field: host.name, copy_from: agent.name}
- lowercase: {field: level, ignore_missing: true}
- remove: {field: [tmp, agent], ignore_missing: true}
- set: {field: missing, copy_from: nowhere, ignore_empty_value: true}
`

const plainEvent = `{"status":"200","level":"info","agent":{"name":"edge"},"tags":["web"],"tmp":1}`

func TestPlainProcessorsAllocateNothing(t *testing.T) {
	p := compile(t, plain)
	d := document.New(time.Time{})
	run := func() {
		d.Reset(time.Time{})
		d.SetSource(parse(t, d, plainEvent).Map())
		require.NoError(t, p.Run(d))
	}
	run()
	assert.JSONEq(t, `{"level":"info","tags":["web","parsed"],"event":{"kind":"event","category":["web"]},
		"http":{"response":{"status_code":200}},"host":{"name":"edge"}}`, string(document.MapOf(d.Source()).AppendJSON(nil)))
	assert.Zero(t, testing.AllocsPerRun(100, run))
}

func BenchmarkPipeline(b *testing.B) {
	for name, processors := range map[string]string{
		"set":   "- set: {field: event.kind, value: event}\n",
		"plain": plain,
	} {
		b.Run(name, func(b *testing.B) {
			p := compile(b, processors)
			d := document.New(time.Time{})
			b.ReportAllocs()
			for b.Loop() {
				d.Reset(time.Time{})
				v, err := jackson.Parse(d, plainEvent)
				if err != nil {
					b.Fatal(err)
				}
				d.SetSource(v.Map())
				if err := p.Run(d); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
