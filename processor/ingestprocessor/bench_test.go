package ingestprocessor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/sluice-otel/sluice/internal/accesslog"
	"github.com/sluice-otel/sluice/internal/flatlogs"
)

// BenchmarkRecord is one access line on its way through the pipeline of the
// examples, translations included.
func BenchmarkRecord(b *testing.B) {
	cfg := NewFactory().CreateDefaultConfig().(*Config)
	cfg.Files = []string{"../../distro/configs/pipelines/access.yml"}
	pipeline, err := cfg.compile()
	require.NoError(b, err)
	for _, target := range []Target{TargetAttributes, TargetBody, TargetJSON} {
		b.Run(string(target), func(b *testing.B) {
			lines := make([]string, 1024)
			from := accesslog.New(1)
			bytes := 0
			for i := range lines {
				lines[i] = from.Line(time.Now())
				bytes += len(lines[i])
			}
			t := newTranslator(&DocumentConfig{Target: target}, flatlogs.FindBoxes())
			t.tally.use(newStats().of(pipeline.Set()))
			rec, resource := plog.NewLogRecord(), pcommon.NewResource()
			b.SetBytes(int64(bytes / len(lines)))
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				rec.Body().SetStr(lines[i%len(lines)])
				rec.Attributes().Clear()
				t.toDocument(rec, resource, time.Time{})
				t.tally.next()
				if err := pipeline.Run(t.doc); err != nil {
					b.Fatal(err)
				}
				t.toRecord(rec)
			}
		})
	}
}
