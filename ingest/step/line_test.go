package step_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/step"
)

var arrival = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// compileLine compiles a processor of the field m that needs no environment.
func compileLine(t testing.TB, p step.Processor) step.Step {
	t.Helper()
	s, err := p.Compile(nil)
	require.NoError(t, err)
	return s
}

// runLine runs s on a new document with m.
func runLine(d *document.Document, s step.Step, m string) error {
	d.Reset(arrival)
	d.Source().Put("m", document.String(m))
	return s.Run(d)
}

var lines = []struct {
	name      string
	processor step.Processor
	text      string
	allocs    float64 // what the result needs
}{
	{"date", step.Date{Field: "m", Formats: []string{"dd/MMM/yyyy:HH:mm:ss Z"}}, "10/Oct/2023:13:55:36 -0700", 1},
	{"date in a zone", step.Date{Field: "m", Formats: []string{"UNIX_MS", "ISO8601"}, Timezone: "Europe/Paris"}, "2023-10-10T13:55:36.123", 1},
	{"dissect", step.Dissect{Field: "m", Pattern: "%{ip} - %{user} [%{ts}] %{msg}"}, "203.0.113.7 - frank [10/Oct/2023:13:55:36 -0700] GET /", 0},
	{"kv", step.KV{Field: "m", FieldSplit: " ", ValueSplit: "=", TargetField: "kv"}, "src=10.0.0.1 dst=10.0.0.2 proto=tcp bytes=1234 action=allow", 0},
	{"csv", step.CSV{Field: "m", TargetFields: []string{"a", "b", "c", "d"}}, `1,"two",three,4`, 0},
}

func TestLineProcessorsAllocateTheResultOnly(t *testing.T) {
	for _, l := range lines {
		t.Run(l.name, func(t *testing.T) {
			s, d := compileLine(t, l.processor), document.New(arrival)
			require.NoError(t, runLine(d, s, l.text))
			got := testing.AllocsPerRun(100, func() { _ = runLine(d, s, l.text) })
			require.LessOrEqual(t, got, l.allocs)
		})
	}
}

func BenchmarkLineProcessors(b *testing.B) {
	for _, l := range lines {
		b.Run(l.name, func(b *testing.B) {
			s, d := compileLine(b, l.processor), document.New(arrival)
			b.ReportAllocs()
			for b.Loop() {
				if err := runLine(d, s, l.text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func FuzzCSV(f *testing.F) {
	f.Add(`1,"two ""2""",  ,4`, ",", `"`, true)
	f.Add("é§'ü'", "§", "'", false)
	d := document.New(arrival)
	f.Fuzz(func(_ *testing.T, line, separator, quote string, trim bool) {
		c := step.CSV{Field: "m", TargetFields: []string{"a", "b", "c"}, Separator: separator, Quote: quote, Trim: trim}
		if s, err := c.Compile(nil); err == nil {
			_ = runLine(d, s, line) // any error is fine, a panic is not
		}
	})
}

func FuzzKV(f *testing.F) {
	f.Add("a=1 b=(2) c", " ", "=", "<>", "()")
	f.Add("a: 1, b : 2", `,\s*`, `\s*:\s*`, "a-z", "\\]")
	d := document.New(arrival)
	f.Fuzz(func(_ *testing.T, text, fieldSplit, valueSplit, trimKey, trimValue string) {
		k := step.KV{Field: "m", FieldSplit: fieldSplit, ValueSplit: valueSplit, TrimKey: trimKey, TrimValue: trimValue, StripBrackets: true}
		if s, err := k.Compile(nil); err == nil {
			_ = runLine(d, s, text)
		}
	})
}
