package painless

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

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/jackson"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// TestData runs the cases of testdata: a source above the line ---, below it
// documents, each with what comes out. With -update that is written down.
func TestData(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { runFile(t, file) })
	}
}

func runFile(t *testing.T, file string) {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	require.NoError(t, err)
	for i := range archive.Files {
		c := &archive.Files[i]
		t.Run(c.Name, func(t *testing.T) {
			got := runCase(t, string(c.Data))
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

func runCase(t *testing.T, text string) string {
	t.Helper()
	src, documents, found := strings.Cut(text, "\n---\n")
	require.True(t, found, "a case has a line ---")
	var out strings.Builder
	out.WriteString(src + "\n---\n")
	c, err := CompileCondition(src)
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			out.WriteString("=> " + strings.TrimSuffix(line, "\n") + "\n")
		}
		return out.String()
	}
	for _, w := range c.Warnings() {
		for line := range strings.Lines(w.Error()) {
			out.WriteString("=> warning: " + strings.TrimSuffix(line, "\n") + "\n")
		}
	}
	for line := range strings.Lines(documents) {
		if line = strings.TrimSuffix(line, "\n"); !strings.HasPrefix(line, "=> ") {
			out.WriteString(line + "\n=> " + evaluate(t, c, line) + "\n")
		}
	}
	return out.String()
}

func evaluate(t *testing.T, c *Condition, in string) string {
	t.Helper()
	holds, err := c.Eval(newDocument(t, in))
	switch {
	case err != nil:
		return string(document.ClassOf(err)) + ": " + err.Error()
	case holds:
		return "true"
	}
	return "false"
}

// newDocument returns the document in a JSON text; its _index and the like are
// the metadata.
func newDocument(t testing.TB, in string) *document.Document {
	t.Helper()
	d := document.New(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	v, err := jackson.Parse(d, in)
	require.NoError(t, err, in)
	for key, item := range v.Map().All() {
		if isMetadata(key) {
			d.Metadata().Put(key, item)
			continue
		}
		d.Source().Put(key, item)
	}
	return d
}
