package ingest

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/definition"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/jackson"
	"github.com/sluice-otel/sluice/ingest/painless"
)

// TestAComparisonIsWhatTheScriptSays compares with the script for values and
// parents of every kind.
func TestAComparisonIsWhatTheScriptSays(t *testing.T) {
	decided := 0
	for _, field := range []string{"ctx.a", "ctx?.a", "ctx.m.b", "ctx?.m?.b", "ctx.m?.b?.c", "ctx.m?.b.c", "ctx._index", "ctx.m.size", "ctx._id"} {
		for _, right := range []string{"== null", "!= null", "== 'x'", `!= "x"`, "=='1'", "  ==  ''  "} {
			source := field + right
			c := newComparison(source)
			require.NotNil(t, c, source)
			script, err := painless.CompileCondition(source)
			require.NoError(t, err)
			for _, d := range comparedDocuments(t) {
				holds, ok := c.holds(d)
				if !ok {
					continue
				}
				decided++
				want, err := script.Eval(d)
				require.NoError(t, err, "%s for %s", source, document.MapOf(d.Source()).Text())
				require.Equal(t, want, holds, "%s for %s", source, document.MapOf(d.Source()).Text())
			}
		}
	}
	assert.Greater(t, decided, 1000, "most are decided without the script")
}

func comparedDocuments(t *testing.T) []*document.Document {
	t.Helper()
	values := []string{`"x"`, `""`, `"1"`, `1`, `1.5`, `null`, `["x"]`, `{}`, `{"b":"x"}`, `{"b":null}`, `{"b":{"c":"x"}}`, `{"b":{"c":null}}`, `true`}
	var out []*document.Document
	for i, a := range values {
		m := values[(i*5+3)%len(values)]
		for _, text := range []string{`{"a":` + a + `}`, `{"m":` + a + `}`, `{"a":` + a + `,"m":` + m + `}`} {
			d := document.New(time.Time{})
			v, err := jackson.Parse(d, text)
			require.NoError(t, err)
			d.SetSource(v.Map())
			d.Metadata().Put("_index", document.String("x"))
			out = append(out, d)
		}
	}
	return out
}

func TestWhatIsNoComparisonIsLeftToTheScript(t *testing.T) {
	for _, source := range []string{
		"", "true", "ctx.a", "ctx == null", "ctx.a == 1", "ctx.a == true", "ctx.a == ctx.b", "ctx.a === 'x'", "ctx.a == 'x' && ctx.b == 'y'",
		`ctx.a == 'it\'s'`, "ctx.a == 'x", "ctx.a == x'", "ctx['a'] == 'x'", "ctx.a.0 == 'x'", "ctx.a() == null", "ctx..a == null", "ctx. a == null",
		"!ctx.a == null", "ctx.a != null == true", "params.a == 'x'", "ctx.a == '' + ''", "ctx.a == null || ctx.b == null", "ctxa == null", "ctx.ü == null",
	} {
		assert.Nil(t, newComparison(source), source)
	}
}

// TestComparisonsOfTheCorpus counts how many conditions need no script.
func TestComparisonsOfTheCorpus(t *testing.T) {
	data := os.Getenv("SLUICE_DATA")
	if data == "" {
		t.Skip("SLUICE_DATA names no folder with the test data")
	}
	files, err := filepath.Glob(filepath.Join(data, "ingest/integrations/packages/*/data_stream/*/elasticsearch/ingest_pipeline/*"))
	require.NoError(t, err)
	all, simple := 0, 0
	random := rand.New(rand.NewPCG(1, 2))
	documents := comparedDocuments(t)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		n, err := definition.Parse(file, content)
		require.NoError(t, err)
		p, err := definition.ReadPipeline("p", n)
		require.NoError(t, err)
		for _, source := range conditions(append(p.Processors, p.OnFailure...)) {
			all++
			c := newComparison(source)
			if c == nil {
				continue
			}
			simple++
			script, err := painless.CompileCondition(source)
			require.NoError(t, err, source)
			d := documents[random.IntN(len(documents))]
			if holds, ok := c.holds(d); ok {
				want, err := script.Eval(d)
				require.NoError(t, err, source)
				require.Equal(t, want, holds, source)
			}
		}
	}
	t.Logf("%d of %d conditions are comparisons", simple, all)
	assert.Greater(t, simple, all*2/5)
}

func conditions(list []definition.Processor) []string {
	var out []string
	for i := range list {
		if list[i].If != nil {
			out = append(out, list[i].If.Scalar.Str())
		}
		out = append(out, conditions(list[i].OnFailure)...)
	}
	return out
}
