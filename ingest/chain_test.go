package ingest_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/definition"
	"github.com/sluice-otel/sluice/ingest/document"
)

// fields are what the processors of TestAChain compare and change, some of them
// null-safe, some with a parent that may be missing or no map.
var fields = []string{"ctx.a", "ctx.m.b", "ctx?.m?.b", "ctx.m?.c", "ctx._index"}

var literals = []string{"x", "y", "z", "", "1"}

// TestAChainDoesWhatItsProcessorsDo compares pipelines, which have chains, with
// the same pipelines under a tracer, which have none.
func TestAChainDoesWhatItsProcessorsDo(t *testing.T) {
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 0))
		processors := randomProcessors(random)
		fast, slow := compile(t, processors), compile(t, processors, ingest.WithTracer(deaf{}))
		for range 50 {
			event := randomEvent(random)
			want, got := runOn(t, slow, event), runOn(t, fast, event)
			require.Equal(t, want, got, "%s\n%s", processors, event)
		}
	}
}

func runOn(t *testing.T, p *ingest.Pipeline, event string) string {
	t.Helper()
	d := document.New(time.Time{})
	d.SetSource(parse(t, d, event).Map())
	d.Metadata().Put("_index", document.String("y"))
	err := p.Run(d)
	return fmt.Sprintf("%s %v", document.MapOf(d.Source()).AppendJSON(nil), err)
}

type deaf struct{}

func (deaf) Enter(*document.Document, *definition.Processor)                        {}
func (deaf) Leave(*document.Document, *definition.Processor, ingest.Outcome, error) {}

func randomProcessors(random *rand.Rand) string {
	var out strings.Builder
	field := fields[0]
	for i := range 30 {
		if random.IntN(6) == 0 {
			field = fields[random.IntN(len(fields))]
		}
		literal := literals[random.IntN(len(literals))]
		fmt.Fprintf(&out, "- append: {field: seen, value: %d, if: \"%s == '%s'\"}\n", i, field, literal)
		if random.IntN(4) == 0 { // changes the field in the middle of the chain
			target := strings.NewReplacer("ctx.", "", "ctx?.", "", "?", "").Replace(field)
			fmt.Fprintf(&out, "- set: {field: %s, value: '%s', if: \"%s == '%s'\", ignore_failure: true}\n",
				target, literals[random.IntN(len(literals))], field, literal)
		}
	}
	return out.String()
}

func randomEvent(random *rand.Rand) string {
	values := []string{`"x"`, `"y"`, `"z"`, `""`, `"1"`, `1`, `null`, `["x"]`, `{}`, `true`}
	value := func() string { return values[random.IntN(len(values))] }
	event := `{"a":` + value()
	switch random.IntN(4) {
	case 0:
		event += `,"m":` + value()
	case 1:
	default:
		event += `,"m":{"b":` + value() + `,"c":` + value() + `}`
	}
	return event + "}"
}

func TestALongChainCostsOneLookup(t *testing.T) {
	p, d := longChain(t)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		if err := p.Run(d); err != nil {
			t.Fatal(err)
		}
	}))
	x, _ := d.Source().Get("x")
	assert.Equal(t, document.Integer(200), x)
}

// longChain is as long as that of the Cisco ASA integration.
func longChain(t testing.TB) (*ingest.Pipeline, *document.Document) {
	t.Helper()
	var processors strings.Builder
	for i := range 255 {
		fmt.Fprintf(&processors, "- set: {field: x, value: %d, if: \"ctx._temp_.cisco.message_id == '%d'\"}\n", i, 106000+i)
	}
	d := document.New(time.Time{})
	require.NoError(t, d.Set(document.MustPath("_temp_.cisco.message_id"), document.String("106200")))
	return compile(t, processors.String()), d
}

func BenchmarkChain(b *testing.B) {
	p, d := longChain(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := p.Run(d); err != nil {
			b.Fatal(err)
		}
	}
}
