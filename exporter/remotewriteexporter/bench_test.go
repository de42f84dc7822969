package remotewriteexporter

import (
	"fmt"
	"testing"

	contrib "github.com/open-telemetry/opentelemetry-collector-contrib/pkg/translator/prometheusremotewrite"
	"github.com/prometheus/prometheus/prompb"
	writev2 "github.com/prometheus/prometheus/prompb/io/prometheus/write/v2"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// fleet is 20 targets with 100 counters each, nine attributes at a point.
func fleet() pmetric.Metrics {
	md := pmetric.NewMetrics()
	for target := range 20 {
		r := md.ResourceMetrics().AppendEmpty()
		a := r.Resource().Attributes()
		a.PutStr("service.name", "shop")
		a.PutStr("service.instance.id", fmt.Sprintf("10.0.0.%d:8080", target))
		a.PutStr("k8s.pod.name", fmt.Sprintf("shop-%d", target))
		metrics := r.ScopeMetrics().AppendEmpty().Metrics()
		for family := range 10 {
			m := metrics.AppendEmpty()
			m.SetName(fmt.Sprintf("http.requests.%d", family))
			m.SetDescription("Requests.")
			s := m.SetEmptySum()
			s.SetIsMonotonic(true)
			s.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
			for i := range 10 {
				p := s.DataPoints().AppendEmpty()
				p.SetDoubleValue(float64(i))
				p.SetTimestamp(pcommon.NewTimestampFromTime(testTime))
				p.SetStartTimestamp(pcommon.NewTimestampFromTime(testTime))
				for label := range 9 {
					p.Attributes().PutStr(fmt.Sprintf("label.%d", label), fmt.Sprintf("value-%d-%d", label, i%(label+1)))
				}
			}
		}
	}
	return md
}

// BenchmarkTranslateAndEncode is what the exporter does with a batch before it is
// sent.
func BenchmarkTranslateAndEncode(b *testing.B) {
	for _, version := range []remotewrite.Version{remotewrite.V1, remotewrite.V2} {
		b.Run("version "+versionNames[version], func(b *testing.B) {
			md := fleet()
			tr := newTranslator(testConfig("http://localhost"))
			b.ReportAllocs()
			for b.Loop() {
				shards, _ := tr.translate(md)
				for _, s := range shards {
					for _, r := range s {
						encode(version, r.series, nil).release()
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(md.DataPointCount()), "ns/point")
		})
	}
}

// BenchmarkContribTranslateAndEncode is the same in the collector's own exporter.
func BenchmarkContribTranslateAndEncode(b *testing.B) {
	settings := contrib.Settings{TranslationStrategy: "UnderscoreEscapingWithSuffixes", SendMetadata: true}
	md := fleet()
	report := func(b *testing.B) {
		b.Helper()
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(md.DataPointCount()), "ns/point")
	}
	b.Run("version 1.0", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			all, err := contrib.FromMetrics(md, settings)
			require.NoError(b, err)
			request := prompb.WriteRequest{}
			for _, s := range all {
				request.Timeseries = append(request.Timeseries, *s)
			}
			message, err := request.Marshal()
			require.NoError(b, err)
			remotewrite.Compress(nil, message)
		}
		report(b)
	})
	b.Run("version 2.0", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			all, symbols, err := contrib.FromMetricsV2(md, settings)
			require.NoError(b, err)
			request := writev2.Request{Symbols: symbols.Symbols()}
			for _, s := range all {
				request.Timeseries = append(request.Timeseries, *s)
			}
			message, err := request.Marshal()
			require.NoError(b, err)
			remotewrite.Compress(nil, message)
		}
		report(b)
	})
}

// Beside the few slices that grow, a data point must cost nothing on the heap.
func TestAllocTranslateAndEncode(t *testing.T) {
	md := fleet()
	tr := newTranslator(testConfig("http://localhost"))
	run := func() {
		shards, _ := tr.translate(md)
		for _, s := range shards {
			for _, r := range s {
				encode(remotewrite.V2, r.series, nil).release()
			}
		}
	}
	run()
	perPoint := testing.AllocsPerRun(20, run) / float64(md.DataPointCount())
	require.Less(t, perPoint, 0.2)
}
