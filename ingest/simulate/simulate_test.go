package simulate

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
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

var now = time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC)

// TestData runs the files in testdata: pipelines main.yml and others, docs.json,
// and the answers answer.json and verbose.json.
func TestData(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			r := Request{Pipeline: "main", Now: now}
			for _, f := range archive.Files {
				if name, ok := strings.CutSuffix(f.Name, ".yml"); ok {
					r.Sources = append(r.Sources, ingest.Source{Name: name, File: f.Name, Data: f.Data})
				} else if f.Name == "docs.json" {
					r.Docs = f.Data
				}
			}
			for i, f := range archive.Files {
				if f.Name != "answer.json" && f.Name != "verbose.json" {
					continue
				}
				r.Verbose = f.Name == "verbose.json"
				got, err := Run(r)
				require.NoError(t, err)
				if *update {
					archive.Files[i].Data = got
					continue
				}
				assert.Equal(t, string(f.Data), string(got), f.Name)
			}
			if *update {
				require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o600))
			}
		})
	}
}

func TestMistakesInTheRequest(t *testing.T) {
	sources := []ingest.Source{{Name: "main", File: "main.yml", Data: []byte("processors: []")}}
	for name, c := range map[string]struct {
		change func(*Request)
		want   string
	}{
		"no docs":             {func(r *Request) { r.Docs = []byte(`{}`) }, "[docs] required property is missing"},
		"broken docs":         {func(r *Request) { r.Docs = []byte(`[{]`) }, "read docs: "},
		"a document is a map": {func(r *Request) { r.Docs = []byte(`[1]`) }, "a document is an object"},
		"_source is a map":    {func(r *Request) { r.Docs = []byte(`[{"_source":1}]`) }, "[_source] property isn't a map"},
		"no such pipeline":    {func(r *Request) { r.Pipeline = "other" }, "pipeline with id [other] does not exist"},
		"broken pipeline":     {func(r *Request) { r.Sources[0].Data = []byte("processors: [{sett: {}}]") }, `did you mean "set"?`},
	} {
		t.Run(name, func(t *testing.T) {
			r := Request{Sources: append([]ingest.Source(nil), sources...), Pipeline: "main", Docs: []byte(`[{}]`)}
			c.change(&r)
			_, err := Run(r)
			require.ErrorContains(t, err, c.want)
		})
	}
}
