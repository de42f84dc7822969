package ingest_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/definition"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/jackson"
)

// FuzzPipeline compiles what it is given as the processors of a pipeline, and runs
// them: mistakes are definition errors, no step panics, and what comes out is JSON.
// The cases of package step are where it starts.
func FuzzPipeline(f *testing.F) {
	files, err := filepath.Glob("step/testdata/*.txtar")
	require.NoError(f, err)
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		require.NoError(f, err)
		for _, c := range archive.Files {
			processors, documents, _ := strings.Cut(string(c.Data), "\n---\n")
			doc, _, _ := strings.Cut(documents, "\n")
			f.Add(processors, doc)
		}
	}
	f.Fuzz(func(t *testing.T, processors, doc string) {
		if len(processors) > 2000 || len(doc) > 2000 {
			return
		}
		started := time.Now()
		set, err := ingest.Compile([]ingest.Source{{Name: "p", File: "p", Data: []byte("processors:\n" + processors)}})
		if err != nil {
			var in *definition.Error
			require.ErrorAs(t, err, &in)
			return
		}
		p, _ := set.Pipeline("p")
		d := document.New(started)
		v, err := jackson.Parse(d, doc)
		if err != nil || v.Map() == nil {
			return
		}
		d.SetSource(v.Map())
		if err := p.Run(d); err != nil {
			require.NotContains(t, err.Error(), "] panicked: ")
			return
		}
		require.True(t, utf8.Valid(document.MapOf(d.Source()).AppendJSON(nil)))
		require.Less(t, time.Since(started), 10*time.Second)
	})
}
