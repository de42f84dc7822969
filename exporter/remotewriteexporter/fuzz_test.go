package remotewriteexporter

import (
	"math"
	"math/rand/v2"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/internal/datapoint"
	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// Whatever comes in, what goes out keeps the rules for senders, every data point is
// either in a request or refused, and all of a request can be read.
func FuzzTranslate(f *testing.F) {
	body, err := (&pmetric.ProtoMarshaler{}).MarshalMetrics(counter(3, 7, testTime))
	require.NoError(f, err)
	f.Add(body, uint8(0))
	for form := range uint8(3) {
		f.Add(everyType(f), form)
	}
	f.Fuzz(func(t *testing.T, body []byte, form uint8) {
		md, err := (&pmetric.ProtoUnmarshaler{}).UnmarshalMetrics(body)
		if err == nil && md.DataPointCount() <= 10_000 {
			translates(t, md, form)
		}
	})
}

// The same for batches that are well-formed and senseless.
func TestSenselessMetricsKeepTheRules(t *testing.T) {
	for seed := range uint64(300) {
		translates(t, senseless(rand.New(rand.NewPCG(seed, 1))), uint8(seed%3))
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func translates(t *testing.T, md pmetric.Metrics, form uint8) {
	t.Helper()
	md.MarkReadOnly()
	cfg := testConfig("http://localhost")
	cfg.Translate.Histograms = []HistogramForm{HistogramsClassic, HistogramsNative, HistogramsBoth}[form%3]
	cfg.Request.MaxSamples = 50
	shards, refused := newTranslator(cfg).translate(md)
	points := 0
	for _, r := range refused {
		points += r.points
	}
	for _, s := range shards {
		for _, r := range s {
			points += len(r.points)
			obeys(t, r.series)
			for _, version := range []remotewrite.Version{remotewrite.V1, remotewrite.V2} {
				arrives(t, version, r.series)
			}
		}
	}
	require.Equal(t, md.DataPointCount(), points, "accounting")
}

// senseless makes metrics out of values that tend to be wrong.
func senseless(r *rand.Rand) pmetric.Metrics {
	pick := func(list ...float64) float64 { return list[r.IntN(len(list))] }
	number := func() float64 {
		return pick(0, 1, -1, math.NaN(), math.Inf(1), math.Inf(-1), 1e308, 5e-324, r.NormFloat64())
	}
	count := func() uint64 { return []uint64{0, 1, 2, math.MaxUint64, math.MaxInt64, r.Uint64N(9)}[r.IntN(6)] }
	text := func() string {
		return []string{"", "a", "a.b", "a_b", "le", "quantile", "__name__", "job", "instance", "ü", "\xff", "9", "otel_scope_name", " ", "\x00"}[r.IntN(15)]
	}
	labels := func(m pcommon.Map) {
		for range r.IntN(4) {
			m.PutStr(text(), text())
		}
	}
	md := pmetric.NewMetrics()
	for range 1 + r.IntN(2) {
		resource := md.ResourceMetrics().AppendEmpty()
		resource.Resource().Attributes().PutStr([]string{"service.name", "service.instance.id", "x"}[r.IntN(3)], text())
		scope := resource.ScopeMetrics().AppendEmpty()
		scope.Scope().SetName(text())
		scope.SetSchemaUrl(text())
		labels(scope.Scope().Attributes())
		for range r.IntN(4) {
			m := scope.Metrics().AppendEmpty()
			m.SetName(text())
			m.SetUnit(text())
			m.SetDescription(text())
			senselessPoints(r, m, number, count)
			datapoint.Each(m, func(p datapoint.Point) { labels(p.Attributes()) })
		}
	}
	return md
}

func senselessPoints(r *rand.Rand, m pmetric.Metric, number func() float64, count func() uint64) {
	at := func() pcommon.Timestamp {
		return []pcommon.Timestamp{0, 1, stamp, stamp - 1, stamp + 1e9, math.MaxUint64}[r.IntN(6)]
	}
	flags := func() pmetric.DataPointFlags { return pmetric.DataPointFlags(r.IntN(4) / 3) }
	temporality := pmetric.AggregationTemporality(min(r.IntN(8)+1, 2))
	exemplar := func(list pmetric.ExemplarSlice) {
		e := list.AppendEmpty()
		e.SetDoubleValue(number())
		e.SetTimestamp(at())
		e.FilteredAttributes().PutStr("", "x")
		e.FilteredAttributes().PutStr("trace_id", "y")
	}
	for range 1 + r.IntN(3) {
		switch r.IntN(5) {
		case 0:
			p := m.SetEmptyGauge().DataPoints().AppendEmpty()
			p.SetDoubleValue(number())
			p.SetTimestamp(at())
			p.SetFlags(flags())
		case 1:
			m.SetEmptySum().SetAggregationTemporality(temporality)
			m.Sum().SetIsMonotonic(r.IntN(2) == 0)
			for range 2 {
				p := m.Sum().DataPoints().AppendEmpty()
				p.SetDoubleValue(number())
				p.SetTimestamp(at())
				p.SetStartTimestamp(at())
				exemplar(p.Exemplars())
			}
		case 2:
			m.SetEmptyHistogram().SetAggregationTemporality(temporality)
			p := m.Histogram().DataPoints().AppendEmpty()
			p.SetTimestamp(at())
			p.SetStartTimestamp(at())
			p.SetFlags(flags())
			p.SetCount(count())
			p.SetSum(number())
			for range r.IntN(4) {
				p.ExplicitBounds().Append(number())
			}
			for range r.IntN(5) {
				p.BucketCounts().Append(count())
			}
			exemplar(p.Exemplars())
		case 3:
			m.SetEmptyExponentialHistogram().SetAggregationTemporality(temporality)
			p := m.ExponentialHistogram().DataPoints().AppendEmpty()
			p.SetTimestamp(at())
			p.SetFlags(flags())
			p.SetScale([]int32{0, 3, -4, -5, 20, math.MaxInt32, math.MinInt32}[r.IntN(7)])
			p.SetCount(count())
			p.SetZeroCount(count())
			p.SetZeroThreshold(number())
			p.SetSum(number())
			for _, side := range []pmetric.ExponentialHistogramDataPointBuckets{p.Positive(), p.Negative()} {
				side.SetOffset([]int32{0, -3, math.MaxInt32, math.MinInt32}[r.IntN(4)])
				for range r.IntN(3) {
					side.BucketCounts().Append(count())
				}
			}
			exemplar(p.Exemplars())
		case 4:
			p := m.SetEmptySummary().DataPoints().AppendEmpty()
			p.SetTimestamp(at())
			p.SetSum(number())
			p.SetCount(count())
			for range r.IntN(3) {
				p.QuantileValues().AppendEmpty().SetQuantile(number())
			}
		}
	}
}

// everyType is a batch with a metric of each type.
func everyType(tb testing.TB) []byte {
	tb.Helper()
	md := pmetric.NewMetrics()
	metrics := md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics()
	histogramPoint(metrics.AppendEmpty()).Exemplars().AppendEmpty().SetDoubleValue(1.5)
	p := exponentialPoint(metrics.AppendEmpty())
	p.Positive().BucketCounts().FromRaw([]uint64{1, 0, 2})
	p.SetCount(3)
	q := metrics.AppendEmpty().SetEmptySummary().DataPoints().AppendEmpty()
	q.QuantileValues().AppendEmpty().SetQuantile(0.5)
	q.Attributes().PutStr("quantile", "mine")
	metrics.AppendEmpty().SetEmptyGauge().DataPoints().AppendEmpty().Attributes().PutStr("a.b", "c")
	for _, m := range metrics.All() {
		m.SetName("m." + m.Type().String())
	}
	body, err := (&pmetric.ProtoMarshaler{}).MarshalMetrics(md)
	require.NoError(tb, err)
	return body
}

// obeys checks the rules for what a sender sends.
func obeys(t *testing.T, series []remotewrite.TimeSeries) {
	t.Helper()
	for _, s := range series {
		named := false
		for i, l := range s.Labels {
			require.NotEmpty(t, l.Name)
			require.NotEmpty(t, l.Value)
			require.True(t, utf8.ValidString(l.Name) && utf8.ValidString(l.Value), "%q", s.Labels)
			require.False(t, i > 0 && s.Labels[i-1].Name >= l.Name, "unsorted or repeated: %q", s.Labels)
			named = named || l.Name == nameLabel
		}
		require.True(t, named, "%q", s.Labels)
		require.NotEqual(t, len(s.Samples) > 0, len(s.Histograms) > 0, "samples or histograms: %q", s.Labels)
		for i := range s.Samples {
			require.False(t, i > 0 && s.Samples[i-1].Timestamp > s.Samples[i].Timestamp, "order")
		}
		for i := range s.Histograms {
			require.NoError(t, s.Histograms[i].Validate(math.MaxInt32))
			require.False(t, i > 0 && s.Histograms[i-1].Timestamp > s.Histograms[i].Timestamp, "order")
		}
		for _, e := range s.Exemplars {
			require.NotZero(t, e.Timestamp)
		}
	}
}

// arrives checks that a request can be read, and how much is in it.
func arrives(t *testing.T, version remotewrite.Version, series []remotewrite.TimeSeries) {
	t.Helper()
	b := encode(version, series, nil)
	defer b.release()
	var d interface {
		Reset(body []byte, limits remotewrite.Limits) error
		Next() (*remotewrite.Series, error)
		Resolve(s *remotewrite.Series) (remotewrite.TimeSeries, error)
	} = new(remotewrite.V1Decoder)
	if version == remotewrite.V2 {
		d = new(remotewrite.V2Decoder)
	}
	message, err := remotewrite.Decompress(nil, b.compressed, 64<<20)
	require.NoError(t, err)
	require.NoError(t, d.Reset(message, remotewrite.Limits{}))
	samples, histograms, exemplars := 0, 0, 0
	for {
		view, err := d.Next()
		require.NoError(t, err)
		if view == nil {
			break
		}
		s, err := d.Resolve(view)
		require.NoError(t, err)
		samples, histograms, exemplars = samples+len(s.Samples), histograms+len(s.Histograms), exemplars+len(s.Exemplars)
	}
	require.Equal(t, []int{b.samples, b.histograms, b.exemplars}, []int{samples, histograms, exemplars})
}
