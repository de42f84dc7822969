// Package ingesttest runs tests of pipelines that are written down as data: what
// a processor does is a txtar file anyone can read and add to.
package ingesttest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/jackson"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// Ingested is the _ingest.timestamp of every case.
var Ingested = time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC)

// Run runs the cases in the files that match pattern, with -update it writes
// what came out as what is expected. A case is a section of a txtar file:
//
//	-- name --
//	- set: {field: a, value: 1}
//	---
//	{"b":2}
//	=> {"b":2,"a":1}
//
// Above the line stand the processors of the pipeline main, or several
// pipelines, each after a line "pipeline NAME". Below it stand documents, each
// with what becomes of it: the document, "dropped", or "error CLASS: message",
// its lines joined by \n. _index, _id and the like are metadata. A pipeline that does not compile has
// one "=> " line for each line of the error and no document.
func Run(t *testing.T, pattern string, opts ...ingest.Option) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { runFile(t, file, opts) })
	}
}

func runFile(t *testing.T, file string, opts []ingest.Option) {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	require.NoError(t, err)
	for i := range archive.Files {
		c := &archive.Files[i]
		t.Run(c.Name, func(t *testing.T) {
			got := runCase(t, string(c.Data), opts)
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

// runCase returns the text of the case with the results there are.
func runCase(t *testing.T, text string, opts []ingest.Option) string {
	t.Helper()
	pipelines, documents, found := strings.Cut(text, "\n---\n")
	require.True(t, found, "a case has a line ---")
	var out strings.Builder
	out.WriteString(pipelines + "\n---\n")
	set, err := ingest.Compile(sources(pipelines), opts...)
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			out.WriteString("=> " + strings.TrimSuffix(line, "\n") + "\n")
		}
		return out.String()
	}
	main, ok := set.Pipeline("main")
	require.True(t, ok, "a case has the pipeline main")
	for line := range strings.Lines(documents) {
		if line = strings.TrimSuffix(line, "\n"); !strings.HasPrefix(line, "=> ") {
			out.WriteString(line + "\n=> " + result(t, main, line) + "\n")
		}
	}
	return out.String()
}

func sources(text string) []ingest.Source {
	var out []ingest.Source
	add := func(name, processors string) {
		if strings.TrimSpace(processors) == "" {
			return
		}
		if strings.HasPrefix(processors, "- ") {
			processors = "processors:\n" + processors
		}
		out = append(out, ingest.Source{Name: name, File: name, Data: []byte(processors)})
	}
	name, from := "main", strings.Builder{}
	for line := range strings.Lines(text) {
		if next, ok := strings.CutPrefix(line, "pipeline "); ok {
			add(name, from.String())
			name = strings.TrimSpace(next)
			from.Reset()
			continue
		}
		from.WriteString(line)
	}
	add(name, from.String())
	return out
}

func result(t *testing.T, p *ingest.Pipeline, in string) string {
	t.Helper()
	d := document.New(Ingested)
	v, err := jackson.Parse(d, in)
	require.NoError(t, err, in)
	for key, item := range v.Map().All() {
		path, err := document.ParsePath(key)
		if err == nil && strings.HasPrefix(key, "_") {
			require.NoError(t, d.Set(path, item))
			continue
		}
		d.Source().Put(key, item)
	}
	switch err := p.Run(d); {
	case err != nil:
		return "error " + string(document.ClassOf(err)) + ": " + strings.ReplaceAll(err.Error(), "\n", `\n`)
	case d.Dropped():
		return "dropped"
	}
	return string(document.MapOf(withMetadata(d)).AppendJSON(nil))
}

func withMetadata(d *document.Document) *document.Map {
	if d.Metadata().Len() == 0 {
		return d.Source()
	}
	all := d.NewMap()
	for _, m := range []*document.Map{d.Metadata(), d.Source()} {
		for k, v := range m.All() {
			all.Put(k, v)
		}
	}
	return all
}
