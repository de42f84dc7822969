package remotewriteexporter

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	contrib "github.com/open-telemetry/opentelemetry-collector-contrib/pkg/translator/prometheusremotewrite"
	"github.com/prometheus/otlptranslator"
	writev2 "github.com/prometheus/prometheus/prompb/io/prometheus/write/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// The translation is that of the collector's own exporter, contrib's
// pkg/translator/prometheusremotewrite, on whatever both can send. What is better
// here has tests of its own: start times, otel_scope_schema_url, the exemplars of
// classic histograms, stale markers of native ones, names of exemplar labels,
// labels without a value, an attribute named le or quantile, which becomes a
// second label there, buckets that are merged because the scale is above 8, which
// go astray there behind empty ones, untranslated units that Prometheus has no word for,
// and that points without translation are counted.
func TestTranslationIsThatOfContrib(t *testing.T) {
	for _, strategy := range strategies {
		for _, form := range []HistogramForm{HistogramsClassic, HistogramsNative, HistogramsBoth} {
			t.Run(fmt.Sprintf("%s, %s", strategy, form), func(t *testing.T) {
				cfg := testConfig("http://localhost")
				cfg.Translate.Strategy, cfg.Translate.Histograms = strategy, form
				cfg.Translate.Namespace = "ns"
				cfg.Translate.ExternalLabels = map[string]string{"cluster": "a", "a_b": "external"}
				ours := newTranslator(cfg)
				for seed := range uint64(40) {
					md := randomMetrics(rand.New(rand.NewPCG(seed, 1)))
					theirs, symbols, err := contrib.FromMetricsV2(md, contrib.Settings{
						Namespace: "ns", ExternalLabels: cfg.Translate.ExternalLabels, TranslationStrategy: string(strategy),
						ConvertExplicitHistogramsToNHCB: form != HistogramsClassic, KeepClassicHistograms: form == HistogramsBoth,
					})
					require.NoError(t, err)
					shards, refused := ours.translate(md)
					require.Empty(t, refused)
					want, got := describeTheirs(theirs, symbols.Symbols()), describeOurs(shards)
					require.NotEmpty(t, want)
					require.Len(t, got, len(want), "seed %d", seed)
					for key := range want {
						require.Equal(t, want[key], got[key], "seed %d, %s", seed, key)
					}
				}
			})
		}
	}
}

// described is series as text by their labels, for comparison.
type described map[string][]string

func describeOurs(shards []shard) described {
	out := described{}
	for _, s := range shards {
		for _, r := range s {
			for _, series := range r.series {
				key := fmt.Sprint(series.Labels)
				m := series.Metadata
				if m.Unit == "1" || m.Unit == "{request}" {
					m.Unit = ""
				}
				lines := []string{fmt.Sprintf("%d %q %q", m.Type, m.Help, m.Unit)}
				for _, sample := range series.Samples {
					lines = append(lines, fmt.Sprintf("%d %x", sample.Timestamp, math.Float64bits(sample.Value)))
				}
				for _, h := range series.Histograms {
					lines = append(lines, fmt.Sprintf("%d count=%d sum=%v schema=%d zero=%d/%v pos=%v neg=%v custom=%v", h.Timestamp, h.Count, h.Sum,
						h.Schema, h.ZeroCount, h.ZeroThreshold, expand(h.Positive), expand(h.Negative), h.CustomValues))
				}
				for _, e := range series.Exemplars {
					lines = append(lines, fmt.Sprintf("! %d %v %v", e.Timestamp, e.Value, e.Labels))
				}
				slices.Sort(lines[1:])
				out[key] = append(out[key], lines...)
			}
		}
	}
	return out
}

func describeTheirs(all map[string]*writev2.TimeSeries, symbols []string) described {
	labels := func(refs []uint32) []remotewrite.Label {
		var out []remotewrite.Label
		for i := 0; i < len(refs); i += 2 {
			if symbols[refs[i+1]] != "" {
				out = append(out, remotewrite.Label{Name: symbols[refs[i]], Value: symbols[refs[i+1]]})
			}
		}
		slices.SortFunc(out, func(a, b remotewrite.Label) int { return cmp.Compare(a.Name, b.Name) })
		return out
	}
	out := described{}
	for _, series := range all {
		lines := []string{fmt.Sprintf("%d %q %q", series.Metadata.Type, symbols[series.Metadata.HelpRef], symbols[series.Metadata.UnitRef])}
		for _, sample := range series.Samples {
			line := fmt.Sprintf("%d %x", sample.Timestamp, math.Float64bits(sample.Value))
			if !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
		for _, h := range series.Histograms {
			buckets := func(spans []writev2.BucketSpan, deltas []int64) string {
				b := remotewrite.Buckets{Deltas: deltas}
				for _, s := range spans {
					b.Spans = append(b.Spans, remotewrite.Span{Offset: s.Offset, Length: s.Length})
				}
				return expand(b)
			}
			lines = append(lines, fmt.Sprintf("%d count=%d sum=%v schema=%d zero=%d/%v pos=%v neg=%v custom=%v", h.Timestamp, h.GetCountInt(), h.Sum,
				h.Schema, h.GetZeroCountInt(), h.ZeroThreshold, buckets(h.PositiveSpans, h.PositiveDeltas), buckets(h.NegativeSpans, h.NegativeDeltas), h.CustomValues))
		}
		for _, e := range series.Exemplars {
			lines = append(lines, fmt.Sprintf("! %d %v %v", e.Timestamp, e.Value, labels(e.LabelsRefs)))
		}
		slices.Sort(lines[1:])
		out[fmt.Sprint(labels(series.LabelsRefs))] = lines
	}
	return out
}

// expand writes the buckets that are not empty, by index.
func expand(b remotewrite.Buckets) string {
	out, index, count, next := "", int64(0), int64(0), 0
	for _, s := range b.Spans {
		index += int64(s.Offset)
		for range s.Length {
			count += b.Deltas[next]
			next++
			if count != 0 {
				out += fmt.Sprintf("%d:%d ", index, count)
			}
			index++
		}
	}
	return out
}

// randomMetrics makes metrics of every type with what both translations can send.
func randomMetrics(r *rand.Rand) pmetric.Metrics {
	md := pmetric.NewMetrics()
	for range 1 + r.IntN(2) {
		rm := md.ResourceMetrics().AppendEmpty()
		for _, key := range []string{"service.name", "service.namespace", "service.instance.id", "k8s.pod.name", "host.name", "größe"} {
			if r.IntN(2) == 0 {
				rm.Resource().Attributes().PutStr(key, fmt.Sprint("v", r.IntN(3)))
			}
		}
		rm.Resource().Attributes().PutInt("zone.id", int64(r.IntN(9)))
		for range 1 + r.IntN(2) {
			sm := rm.ScopeMetrics().AppendEmpty()
			if r.IntN(2) == 0 {
				sm.Scope().SetName("lib")
				sm.Scope().SetVersion("1")
				sm.Scope().Attributes().PutBool("short.lived", true)
			}
			for i := range 5 {
				m := sm.Metrics().AppendEmpty()
				m.SetName([]string{"http.requests", "2xx", "latency", "größe", "a__b"}[r.IntN(5)] + fmt.Sprint(i, md.ResourceMetrics().Len(), rm.ScopeMetrics().Len()))
				m.SetUnit([]string{"", "s", "By", "1", "{request}", "By/s", "%"}[r.IntN(7)])
				m.SetDescription("What it is.")
				randomPoints(r, m, i)
			}
		}
	}
	return md
}

func randomPoints(r *rand.Rand, m pmetric.Metric, kind int) {
	n := 1 + r.IntN(3)
	switch kind {
	case 0:
		m.SetEmptyGauge()
		for i := range n {
			p := m.Gauge().DataPoints().AppendEmpty()
			randomPoint(r, p, i)
			randomNumber(r, p)
		}
	case 1:
		s := m.SetEmptySum()
		s.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
		s.SetIsMonotonic(r.IntN(2) == 0)
		for i := range n {
			p := s.DataPoints().AppendEmpty()
			randomPoint(r, p, i)
			randomNumber(r, p)
			randomExemplar(r, p.Exemplars().AppendEmpty())
		}
	case 2:
		h := m.SetEmptyHistogram()
		h.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
		for i := range n {
			p := h.DataPoints().AppendEmpty()
			randomPoint(r, p, i)
			p.ExplicitBounds().FromRaw([]float64{0.1, 1, 2.5, 10, 1e6})
			p.SetCount(uint64(r.IntN(5)))
			for range 6 {
				count := uint64(r.IntN(4)) * uint64(r.IntN(2))
				p.BucketCounts().Append(count)
				p.SetCount(p.Count() + count)
			}
			p.SetSum(r.Float64() * 100)
		}
	case 3:
		h := m.SetEmptyExponentialHistogram()
		h.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
		for i := range n {
			p := h.DataPoints().AppendEmpty()
			randomPoint(r, p, i)
			p.SetFlags(0)
			p.SetScale(int32(r.IntN(13)) - 4)
			p.SetSum(r.Float64())
			p.SetZeroCount(uint64(r.IntN(3)))
			count := p.ZeroCount() // contrib sends one whose buckets say something else
			for _, side := range []pmetric.ExponentialHistogramDataPointBuckets{p.Positive(), p.Negative()} {
				side.SetOffset(int32(r.IntN(200)) - 100)
				for range r.IntN(40) {
					side.BucketCounts().Append(uint64(r.IntN(3)) * uint64(r.IntN(2)))
					count += side.BucketCounts().At(side.BucketCounts().Len() - 1)
				}
			}
			p.SetCount(count)
			randomExemplar(r, p.Exemplars().AppendEmpty())
		}
	case 4:
		s := m.SetEmptySummary()
		for i := range n {
			p := s.DataPoints().AppendEmpty()
			randomPoint(r, p, i)
			p.SetCount(uint64(r.IntN(100)))
			p.SetSum(r.Float64())
			q := p.QuantileValues().AppendEmpty()
			q.SetQuantile(0.99)
			q.SetValue(r.Float64())
		}
	}
}

// randomPoint makes points whose series differ or, at times, follow each other.
func randomPoint(r *rand.Rand, p interface {
	Attributes() pcommon.Map
	SetTimestamp(pcommon.Timestamp)
	SetFlags(pmetric.DataPointFlags)
}, i int,
) {
	p.SetTimestamp(pcommon.NewTimestampFromTime(testTime.Add(time.Duration(i) * time.Second)))
	if r.IntN(8) == 0 {
		p.SetFlags(pmetric.DefaultDataPointFlags.WithNoRecordedValue(true))
	}
	a := p.Attributes()
	a.PutStr("z", fmt.Sprint(r.IntN(2)))
	switch r.IntN(4) {
	case 0:
		a.PutStr("a.b", "1")
		a.PutStr("a_b", "2") // the same label
		a.PutStr("a-b", "1")
	case 1:
		a.PutStr("empty", "")
		a.PutStr("job", "mine")
		a.PutStr("cluster", "mine")
		a.PutStr("Upper", "case")
	case 2:
		a.PutDouble("1st", 1.5)
		a.PutBool("_private", true)
		a.PutEmptySlice("list").AppendEmpty().SetStr("x")
	}
}

func randomNumber(r *rand.Rand, p pmetric.NumberDataPoint) {
	if r.IntN(2) == 0 {
		p.SetIntValue(r.Int64N(1 << 40))
	} else {
		p.SetDoubleValue(r.NormFloat64())
	}
}

func randomExemplar(r *rand.Rand, e pmetric.Exemplar) {
	e.SetTimestamp(pcommon.NewTimestampFromTime(testTime.Add(-time.Second)))
	e.SetDoubleValue(r.Float64())
	if r.IntN(2) == 0 {
		e.SetTraceID([16]byte{1, 2, byte(r.IntN(9))})
		e.SetSpanID([8]byte{3})
	}
	e.FilteredAttributes().PutStr("user", "x")
	if r.IntN(3) == 0 {
		e.FilteredAttributes().PutStr("long", fmt.Sprintf("%0*d", r.IntN(200), 7))
	}
}

func TestNamesFollowTheStrategy(t *testing.T) {
	for strategy, want := range map[otlptranslator.TranslationStrategyOption]string{
		otlptranslator.UnderscoreEscapingWithSuffixes:    "http_requests_total",
		otlptranslator.UnderscoreEscapingWithoutSuffixes: "http_requests",
		otlptranslator.NoUTF8EscapingWithSuffixes:        "http.requests_total",
		otlptranslator.NoTranslation:                     "http.requests",
	} {
		cfg := testConfig("http://localhost")
		cfg.Translate.Strategy, cfg.Shards = strategy, 1
		md := counter(1, 1, testTime)
		md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).SetName("http.requests")
		shards, _ := newTranslator(cfg).translate(md)
		assert.Equal(t, remotewrite.Label{Name: "__name__", Value: want}, shards[0][0].series[0].Labels[0])
	}
}
