package document_test

import (
	"flag"
	"os"
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

// The error texts in testdata are Elasticsearch's, verbatim.
func TestClassicPaths(t *testing.T)  { runAccess(t, "testdata/classic.txtar", false) }
func TestFlexiblePaths(t *testing.T) { runAccess(t, "testdata/flexible.txtar", true) }

// runAccess runs the cases of a file: a document, then operations, each
// followed by what it shows after "=> ".
func runAccess(t *testing.T, file string, flexible bool) {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	require.NoError(t, err)
	for i := range archive.Files {
		c := &archive.Files[i]
		t.Run(c.Name, func(t *testing.T) {
			got := accessCase(t, string(c.Data), flexible)
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

func accessCase(t *testing.T, text string, flexible bool) string {
	t.Helper()
	in, operations, _ := strings.Cut(text, "\n")
	d := parse(t, in)
	require.NoError(t, d.EnterPipeline("p", flexible))
	var out strings.Builder
	out.WriteString(in + "\n")
	for line := range strings.Lines(operations) {
		if line = strings.TrimSuffix(line, "\n"); !strings.HasPrefix(line, "=> ") {
			out.WriteString(line + "\n=> " + operate(t, d, line) + "\n")
		}
	}
	return out.String()
}

func operate(t *testing.T, d *document.Document, line string) string {
	t.Helper()
	operation, rest, _ := strings.Cut(line, " ")
	name, argument, _ := strings.Cut(rest, " ")
	path, err := document.ParsePath(name)
	if err != nil {
		return "error: " + err.Error()
	}
	var v document.Value
	if argument != "" {
		v, err = jackson.Parse(d, argument)
		require.NoError(t, err, line)
	}
	switch operation {
	case "get":
		if v, err = d.Get(path); err == nil {
			return string(v.AppendJSON(nil))
		}
	case "has":
		return strconv.FormatBool(d.Has(path))
	case "set":
		err = d.Set(path, v)
	case "append", "append-unique":
		err = d.Append(path, v, operation == "append-unique")
	case "remove":
		err = d.Remove(path)
	default:
		t.Fatalf("no operation %s", operation)
	}
	if err != nil {
		assert.NotEqual(t, document.Class("exception"), document.ClassOf(err))
		return "error: " + err.Error()
	}
	return string(document.MapOf(d.Source()).AppendJSON(nil))
}

func parse(t testing.TB, text string) *document.Document {
	t.Helper()
	d := document.New(time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC))
	v, err := jackson.Parse(d, text)
	require.NoError(t, err)
	d.SetSource(v.Map())
	return d
}

func TestTheAccessPatternIsThatOfTheInnermostPipeline(t *testing.T) {
	d := parse(t, `{"a.b":1}`)
	path := document.MustPath("a.b")
	assert.False(t, d.Has(path))
	require.NoError(t, d.EnterPipeline("outer", true))
	assert.True(t, d.Has(path))
	_, classic := d.LookupClassic(path)
	assert.False(t, classic, "templates see the document as it is")
	require.NoError(t, d.EnterPipeline("inner", false))
	assert.False(t, d.Has(path))
	d.LeavePipeline()
	assert.True(t, d.Has(path))
	d.LeavePipeline()
	assert.False(t, d.Has(path))
}

func TestMustPathPanics(t *testing.T) {
	assert.PanicsWithError(t, "path [a..b] is not valid", func() { document.MustPath("a..b") })
}

func TestAPathHasAThousandElementsAtMost(t *testing.T) {
	_, err := document.ParsePath(strings.Repeat("a.", 999) + "a")
	require.NoError(t, err)
	_, err = document.ParsePath(strings.Repeat("a.", 1000) + "a")
	require.EqualError(t, err, "path with 1001 elements exceeds the maximum of 1000")
}

func FuzzParsePath(f *testing.F) {
	for _, seed := range []string{"a.b", "_ingest.x", "a[0][1].b", "a..b", ".", "a[", "a]b", "_source.", "x[9999999999]", "l.0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		path, err := document.ParsePath(text)
		if err != nil {
			return
		}
		assert.Equal(t, text, path.String())
		for _, flexible := range []bool{false, true} {
			d := parse(t, `{"a":{"b":[{"c":1}]},"a.b":[1]}`)
			require.NoError(t, d.EnterPipeline("p", flexible))
			if d.Set(path, document.Integer(7)) != nil {
				continue
			}
			got, err := d.Get(path)
			require.NoError(t, err, "what was set is there")
			assert.Equal(t, document.Integer(7), got)
			require.NoError(t, d.Append(path, document.Integer(8), false))
			require.NoError(t, d.Remove(path))
		}
	})
}
