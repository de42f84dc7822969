package definition_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/sluice-otel/sluice/ingest/definition"
	"github.com/sluice-otel/sluice/ingest/document"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// TestTree shows each value of a file with its path, position and class.
func TestTree(t *testing.T) {
	runData(t, "testdata/tree.txtar", func(n *definition.Node) []string { return tree(nil, "", n) })
}

// TestPipeline shows what ReadPipeline finds in a file.
func TestPipeline(t *testing.T) {
	runData(t, "testdata/pipeline.txtar", func(n *definition.Node) []string {
		p, err := definition.ReadPipeline("p", n)
		if err != nil {
			return mistakes(err)
		}
		out := []string{fmt.Sprintf("description %q flexible %t", p.Description, p.Flexible)}
		return append(append(out, processors(p.Processors)...), processors(p.OnFailure)...)
	})
}

// runData runs the cases of a file: what Parse reads, then after "=> " what
// show makes of it, or the mistakes.
func runData(t *testing.T, file string, show func(*definition.Node) []string) {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	require.NoError(t, err)
	for i := range archive.Files {
		c := &archive.Files[i]
		t.Run(c.Name, func(t *testing.T) {
			in, _, _ := strings.Cut(string(c.Data), "\n=> ")
			in = strings.TrimSuffix(in, "\n")
			var lines []string
			n, err := definition.Parse("f", []byte(in))
			if err != nil {
				lines = mistakes(err)
			} else {
				lines = show(n)
			}
			got := in + "\n=> " + strings.Join(lines, "\n=> ") + "\n"
			if *update {
				c.Data = []byte(got)
				return
			}
			assert.Equal(t, string(c.Data), got)
		})
	}
	if *update {
		require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o600))
	}
}

func mistakes(err error) []string {
	var out []string
	for line := range strings.SplitSeq(err.Error(), "\n") {
		out = append(out, "error "+line)
	}
	return out
}

func tree(out []string, path string, n *definition.Node) []string {
	at := strings.TrimPrefix(n.Position.String(), "f:")
	switch n.Kind {
	case document.KindMap:
		out = append(out, strings.TrimSpace(path+" "+at+" map"))
		for _, f := range n.Fields {
			key := strings.TrimPrefix(f.Position.String(), "f:")
			out = tree(out, strings.TrimSpace(path+" "+key+"="+f.Name), f.Value)
		}
	case document.KindList:
		out = append(out, strings.TrimSpace(path+" "+at+" list"))
		for i, item := range n.Items {
			out = tree(out, fmt.Sprintf("%s[%d]", path, i), item)
		}
	default:
		class := strings.TrimPrefix(n.Kind.Class(), "java.lang.")
		out = append(out, strings.TrimSpace(path+" "+at+" "+class+" "+string(n.Scalar.AppendJSON(nil))))
	}
	return out
}

func processors(list []definition.Processor) []string {
	var out []string
	for _, p := range list {
		line := fmt.Sprintf("%s %s", p.Position, p.Path)
		if p.Description != "" {
			line += fmt.Sprintf(" description %q", p.Description)
		}
		if p.Tag != "" {
			line += " tag " + p.Tag
		}
		if p.If != nil {
			line += " if " + p.If.Scalar.Str()
		}
		if p.IgnoreFailure {
			line += " ignore_failure"
		}
		for _, o := range p.Options {
			line += " " + o.Name
		}
		out = append(append(out, line), processors(p.OnFailure)...)
	}
	return out
}

func TestForeignFilesAreBounded(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		bomb += fmt.Sprintf("%c: &%[1]c [*%c,*%[2]c,*%[2]c,*%[2]c,*%[2]c,*%[2]c,*%[2]c,*%[2]c,*%[2]c,*%[2]c]\n", c, c-1)
	}
	for name, text := range map[string]string{
		"aliases":     bomb,
		"itself":      "a: &a [*a]",
		"nested JSON": `{"a":` + strings.Repeat("[", 100_000),
		"nested YAML": "a: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000),
		"many values": "[" + strings.Repeat("1,", 300_000) + "1]",
		"nested maps": strings.Repeat(`{"a":`, 2000) + "1" + strings.Repeat("}", 2000),
	} {
		start := time.Now()
		_, err := definition.Parse("f", []byte(text))
		var in *definition.Error
		require.ErrorAs(t, err, &in, name)
		assert.Less(t, time.Since(start), 20*time.Second, name)
	}
}

func TestManyFieldsAreReadInLinearTime(t *testing.T) {
	var text strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&text, "k%d: 1\n", i)
	}
	n, err := definition.Parse("f", []byte(text.String()))
	require.NoError(t, err)
	assert.Len(t, n.Fields, 100_000)
}

func TestAProcessorMayBeAnOption(t *testing.T) {
	n, err := definition.Parse("f", []byte("set:\n  field: a\n  ignore_failure: true"))
	require.NoError(t, err)
	p, err := definition.ReadProcessor("p", "processors[0].foreach.processor", n)
	require.NoError(t, err)
	assert.Equal(t, "processors[0].foreach.processor.set", p.Path)
	assert.True(t, p.IgnoreFailure)
	for text, want := range map[string]string{
		"{}":             `f:1:1: pipeline "p": x: [processor] Must specify exactly one processor type`,
		"{a: {}, b: {}}": `f:1:1: pipeline "p": x: [processor] Must specify exactly one processor type`,
		"[set]":          `f:1:1: pipeline "p": x: [processor] Must specify exactly one processor type`,
		"{a: 1}":         `f:1:5: pipeline "p": x.a: property isn't a map, but of type [java.lang.Integer]`,
	} {
		n, err := definition.Parse("f", []byte(text))
		require.NoError(t, err)
		_, err = definition.ReadProcessor("p", "x", n)
		require.EqualError(t, err, want)
	}
}

func TestErrorsSayWhereAndWhat(t *testing.T) {
	cause := errors.New("cause")
	for want, e := range map[string]*definition.Error{
		"cause": {Err: cause},
		`f:3:4: pipeline "p": processors[0].set: field: cause; did you mean "x"?`: {
			Position: definition.Position{File: "f", Line: 3, Column: 4},
			Pipeline: "p", Processor: "processors[0].set", Option: "field", Err: cause, Nearest: "x",
		},
		"f:3: cause": {Position: definition.Position{File: "f", Line: 3}, Err: cause},
		"3:4: cause": {Position: definition.Position{Line: 3, Column: 4}, Err: cause},
	} {
		require.EqualError(t, e, want)
		require.ErrorIs(t, e, cause)
	}
}

// TestTheCorpusHasNoMistakes reads every pipeline of the Elastic integrations.
func TestTheCorpusHasNoMistakes(t *testing.T) {
	data := os.Getenv("SLUICE_DATA")
	if data == "" {
		t.Skip("SLUICE_DATA names no folder with the test data")
	}
	files, err := filepath.Glob(filepath.Join(data, "ingest/integrations/packages/*/data_stream/*/elasticsearch/ingest_pipeline/*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		n, err := definition.Parse(filepath.Base(file), content)
		require.NoError(t, err, file)
		_, err = definition.ReadPipeline("p", n)
		require.NoError(t, err, file)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"processors:\n- set: {field: a, value: [1, 2.5, null, ~, yes]}\n", `{"processors":[{"set":{"field":"a"}}]} // c`,
		"a: &x [1]\nb: *x\n<<: {c: d}", "{\"a\":\"\\u00e9\"", "a: =\nb: 0x1f\nc: 1_000\nd: 2001-01-01", "{/*", "\ufeff{}", "- |\n  x", "a: !!binary x", "%YAML 1.1\n---\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := definition.Parse("f", data)
		if err != nil {
			var in *definition.Error
			require.ErrorAs(t, err, &in)
			return
		}
		_ = n.Value().Text()
		_, _ = definition.ReadPipeline("p", n)
	})
}
