package painless

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strconv"
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
	compile := compileScript
	if strings.HasPrefix(filepath.Base(file), "condition") {
		compile = compileCondition
	}
	for i := range archive.Files {
		c := &archive.Files[i]
		t.Run(c.Name, func(t *testing.T) {
			got := runCase(t, string(c.Data), compile)
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

// A program is a compiled case: it returns what comes out for a document.
type program func(t *testing.T, d *document.Document) (string, error)

func compileCondition(src string) (program, []*Error, error) {
	c, err := CompileCondition(src)
	if err != nil {
		return nil, nil, err
	}
	return func(_ *testing.T, d *document.Document) (string, error) {
		holds, err := c.Eval(d)
		return strconv.FormatBool(holds), err
	}, c.Warnings(), nil
}

// compileScript compiles a script; what comes out is its result and, if that has
// changed, the document.
func compileScript(src string) (program, []*Error, error) {
	params, err := jackson.Parse(document.New(time.Time{}), `{"list":[1,2],"map":{"k":"v"}}`)
	if err != nil {
		return nil, nil, err
	}
	s, err := CompileScript(src, Settings{Params: params})
	if err != nil {
		return nil, nil, err
	}
	return func(_ *testing.T, d *document.Document) (string, error) {
		before := string(document.MapOf(d.Source()).AppendJSON(nil))
		v, err := s.evaluate(d)
		if err != nil {
			return "", err
		}
		out := "null"
		if !v.IsNull() {
			out = javaClass(v)[strings.LastIndexByte(javaClass(v), '.')+1:] + " " + v.Text()
		}
		if after := string(document.MapOf(d.Source()).AppendJSON(nil)); after != before {
			out += " and " + after
		}
		return out, nil
	}, s.Warnings(), nil
}

func runCase(t *testing.T, text string, compile func(string) (program, []*Error, error)) string {
	t.Helper()
	src, documents, found := strings.Cut(text, "\n---\n")
	require.True(t, found, "a case has a line ---")
	var out strings.Builder
	out.WriteString(src + "\n---\n")
	run, warnings, err := compile(src)
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			out.WriteString("=> " + strings.TrimSuffix(line, "\n") + "\n")
		}
		return out.String()
	}
	for _, w := range warnings {
		for line := range strings.Lines(w.Error()) {
			out.WriteString("=> warning: " + strings.TrimSuffix(line, "\n") + "\n")
		}
	}
	for line := range strings.Lines(documents) {
		if line = strings.TrimSuffix(line, "\n"); strings.HasPrefix(line, "=> ") {
			continue
		}
		result, err := run(t, newDocument(t, line))
		if err != nil {
			result = string(document.ClassOf(err)) + ": " + err.Error()
			if in, ok := errors.AsType[*RuntimeError](err); ok && in.fatal {
				result += " (cannot be caught)"
			}
		}
		out.WriteString(line + "\n=> " + result + "\n")
	}
	return out.String()
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
