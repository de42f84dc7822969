package ingestprocessor

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/sluice-otel/sluice/internal/accesslog"
	"github.com/sluice-otel/sluice/internal/flatlogs"
)

// BenchmarkArena takes 100,000 access lines to their documents as JSON, with what a
// translator keeps from one record to the next (the slabs of the document, the page of
// the JSON, the blocks of boxes), and with all of that made anew for each. What
// remains with it are the records and the pages themselves, which others then have.
// Anew costs more bytes than single maps on the heap would: a slab is for many fields.
func BenchmarkArena(b *testing.B) {
	const records = 100_000
	cfg := NewFactory().CreateDefaultConfig().(*Config)
	cfg.Files, cfg.Document.Target = []string{"../../distro/configs/pipelines/access.yml"}, TargetJSON
	pipeline, err := cfg.compile()
	require.NoError(b, err)
	boxes, tallies := flatlogs.FindBoxes(), newStats().of(pipeline.Set())
	from := accesslog.New(1)
	lines := make([]string, 1024)
	for i := range lines {
		lines[i] = from.Line(time.Unix(1_760_000_000, 0))
	}
	for _, kept := range []bool{true, false} {
		b.Run(map[bool]string{true: "kept", false: "anew"}[kept], func(b *testing.B) {
			resource := pcommon.NewResource()
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			for b.Loop() {
				var t *translator
				var logs plog.LogRecordSlice
				for i := range records {
					if t == nil || !kept {
						t = newTranslator(&cfg.Document, boxes)
						t.tally.use(tallies)
					}
					if i%1000 == 0 { // a batch, which is sent and forgotten
						logs = plog.NewLogRecordSlice()
						t.set = flatlogs.NewSetter(boxes)
					}
					rec := logs.AppendEmpty()
					rec.Body().SetStr(lines[i%len(lines)])
					t.toDocument(rec, resource, time.Time{})
					t.tally.next()
					if err := pipeline.Run(t.doc); err != nil {
						b.Fatal(err)
					}
					t.toRecord(rec)
				}
			}
			runtime.ReadMemStats(&after)
			n := float64(b.N)
			b.ReportMetric(float64(after.Mallocs-before.Mallocs)/n/records, "allocs/record")
			b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/n/records, "B/record")
			b.ReportMetric(float64(after.NumGC-before.NumGC)/n, "GC-cycles")
			b.ReportMetric(float64(after.PauseTotalNs-before.PauseTotalNs)/n, "GC-pause-ns")
		})
	}
}
