package remotewriteexporter

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/otlptranslator"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

var stamp = pcommon.NewTimestampFromTime(testTime)

// translated returns the series of a batch by their labels, and the reasons of
// refusals.
func translated(t *testing.T, form HistogramForm, fill func(pmetric.Metric)) (map[string]remotewrite.TimeSeries, refusals) {
	t.Helper()
	md := pmetric.NewMetrics()
	m := md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	m.SetName("m")
	fill(m)
	cfg := testConfig("http://localhost")
	cfg.Translate.Histograms = form
	shards, refused := newTranslator(cfg).translate(md)
	out := map[string]remotewrite.TimeSeries{}
	for _, s := range shards {
		for _, r := range s {
			for _, series := range r.series {
				out[fmt.Sprint(series.Labels)] = series
			}
		}
	}
	return out, refused
}

func histogramPoint(m pmetric.Metric) pmetric.HistogramDataPoint {
	h := m.SetEmptyHistogram()
	h.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	p := h.DataPoints().AppendEmpty()
	p.SetTimestamp(stamp)
	p.SetStartTimestamp(pcommon.NewTimestampFromTime(testTime.Add(-time.Minute)))
	p.ExplicitBounds().FromRaw([]float64{1, 2})
	p.BucketCounts().FromRaw([]uint64{1, 2, 3})
	p.SetCount(6)
	return p
}

func exponentialPoint(m pmetric.Metric) pmetric.ExponentialHistogramDataPoint {
	h := m.SetEmptyExponentialHistogram()
	h.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	p := h.DataPoints().AppendEmpty()
	p.SetTimestamp(stamp)
	p.SetStartTimestamp(stamp)
	p.SetSum(1)
	return p
}

func TestWhatCountsHasAStart(t *testing.T) {
	classic, _ := translated(t, HistogramsClassic, func(m pmetric.Metric) { histogramPoint(m).SetSum(1) })
	require.Len(t, classic, 5)
	for labels, s := range classic {
		assert.Equal(t, testTime.Add(-time.Minute).UnixMilli(), s.Samples[0].Start, labels)
	}
	native, _ := translated(t, HistogramsNative, func(m pmetric.Metric) { histogramPoint(m) })
	assert.Equal(t, testTime.Add(-time.Minute).UnixMilli(), native["[{__name__ m}]"].Histograms[0].Start)
	gauge, _ := translated(t, HistogramsClassic, func(m pmetric.Metric) {
		p := m.SetEmptyGauge().DataPoints().AppendEmpty()
		p.SetStartTimestamp(stamp)
		p.SetTimestamp(stamp)
	})
	assert.Zero(t, gauge["[{__name__ m}]"].Samples[0].Start)
}

func TestExemplarsGoWithTheirBucket(t *testing.T) {
	got, _ := translated(t, HistogramsClassic, func(m pmetric.Metric) {
		p := histogramPoint(m)
		for _, v := range []float64{math.Inf(-1), 1, 1.5, 7, math.NaN()} {
			p.Exemplars().AppendEmpty().SetDoubleValue(v)
		}
	})
	for bound, want := range map[string][]float64{"1": {math.Inf(-1), 1}, "2": {1.5}, "+Inf": {7, math.NaN()}} {
		var values []float64
		for _, e := range got["[{__name__ m_bucket} {le "+bound+"}]"].Exemplars {
			values = append(values, e.Value)
			assert.Equal(t, testTime.UnixMilli(), e.Timestamp, "without a time it has that of the point")
		}
		assert.Equal(t, fmt.Sprint(want), fmt.Sprint(values), bound)
	}
	assert.Empty(t, got["[{__name__ m_count}]"].Exemplars)
}

func TestStaleNativeHistogramIsEmpty(t *testing.T) {
	for _, form := range []HistogramForm{HistogramsClassic, HistogramsNative} {
		got, refused := translated(t, form, func(m pmetric.Metric) {
			if form == HistogramsNative {
				histogramPoint(m).SetFlags(pmetric.DefaultDataPointFlags.WithNoRecordedValue(true))
				return
			}
			p := exponentialPoint(m)
			p.SetCount(5)
			p.RemoveSum()
			p.SetFlags(pmetric.DefaultDataPointFlags.WithNoRecordedValue(true))
		})
		require.Empty(t, refused)
		h := got["[{__name__ m}]"].Histograms[0]
		assert.True(t, remotewrite.IsStaleMarker(h.Sum))
		assert.Zero(t, h.Count)
		assert.Empty(t, h.Positive.Deltas)
	}
}

// Attributes cannot take the place of labels that tell buckets apart.
func TestLabelsAreNeverRepeated(t *testing.T) {
	got, _ := translated(t, HistogramsClassic, func(m pmetric.Metric) {
		p := histogramPoint(m)
		p.Attributes().PutStr("le", "mine")
		p.Attributes().PutStr("__name__", "mine")
		p.Attributes().PutStr("", "no name")
		p.Attributes().PutStr("bad", "\xff")
	})
	assert.Contains(t, got, "[{__name__ m_bucket} {bad \uFFFD} {le 2}]")
	assert.Contains(t, got, "[{__name__ m_count} {bad \uFFFD} {le mine}]")
	require.Len(t, got, 4)
}

func TestSchemaOfTheScopeIsALabel(t *testing.T) {
	md := counter(1, 1, testTime)
	s := md.ResourceMetrics().At(0).ScopeMetrics().At(0)
	s.SetSchemaUrl("https://opentelemetry.io/schemas/1.2.0")
	s.Scope().Attributes().PutStr("empty", "")
	cfg := testConfig("http://localhost")
	cfg.Shards = 1
	shards, _ := newTranslator(cfg).translate(md)
	assert.Equal(t, "[{__name__ requests_total} {job shop} {n 0} {otel_scope_schema_url https://opentelemetry.io/schemas/1.2.0}]",
		fmt.Sprint(shards[0][0].series[0].Labels))
}

// Prometheus has no word for some units. Untranslated they stay what they were.
func TestUnitsWithoutAWord(t *testing.T) {
	for strategy, want := range map[otlptranslator.TranslationStrategyOption][]string{
		otlptranslator.NoTranslation:                  {"{request}", "1", "seconds"},
		otlptranslator.UnderscoreEscapingWithSuffixes: {"", "", "seconds"},
	} {
		for i, unit := range []string{"{request}", "1", "s"} {
			md := counter(1, 1, testTime)
			md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).SetUnit(unit)
			cfg := testConfig("http://localhost")
			cfg.Translate.Strategy = strategy
			shards, _ := newTranslator(cfg).translate(md)
			assert.Equal(t, want[i], shards[0][0].series[0].Metadata.Unit, "%s, %s", strategy, unit)
		}
	}
}

func TestPointsWithoutTranslationAreCounted(t *testing.T) {
	for reason, fill := range map[string]func(pmetric.Metric){
		reasonEmpty: func(m pmetric.Metric) { m.SetName("x") },
		reasonDelta: func(m pmetric.Metric) { m.SetEmptySum().DataPoints().AppendEmpty() },
		reasonName: func(m pmetric.Metric) {
			m.SetName("")
			m.SetEmptyGauge().DataPoints().AppendEmpty()
		},
		reasonNoSum:   func(m pmetric.Metric) { exponentialPoint(m).RemoveSum() },
		reasonScale:   func(m pmetric.Metric) { exponentialPoint(m).SetScale(-5) },
		reasonBuckets: func(m pmetric.Metric) { histogramPoint(m).ExplicitBounds().FromRaw([]float64{2, 1}) },
	} {
		t.Run(reason, func(t *testing.T) {
			got, refused := translated(t, HistogramsNative, fill)
			assert.Empty(t, got)
			if reason == reasonEmpty {
				assert.Empty(t, refused, "it has no points")
				return
			}
			require.Contains(t, refused, reason)
			assert.Equal(t, 1, refused[reason].points)
			assert.Error(t, refused[reason].first)
		})
	}
}

// Every bucket of the finer histogram lies within the one that it is counted in.
func TestFinerScalesAreMerged(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		p := pmetric.NewExponentialHistogramDataPoint()
		p.SetScale(8 + int32(r.IntN(5)))
		p.SetSum(1)
		p.Positive().SetOffset(int32(r.IntN(400)) - 200)
		want := map[int64]int64{}
		for i := range r.IntN(100) {
			count := r.Int64N(3) * r.Int64N(2)
			p.Positive().BucketCounts().Append(uint64(count))
			p.SetCount(p.Count() + uint64(count))
			// Bucket i of OTLP ends at base^(i+1), bucket i of Prometheus at base^i.
			end := float64(int64(p.Positive().Offset())+int64(i)+1) / math.Exp2(float64(p.Scale()))
			if count > 0 {
				want[int64(math.Ceil(end*math.Exp2(maxScale)))] += count
			}
		}
		h, _, err := nativeHistogram(p)
		require.NoError(t, err)
		require.EqualValues(t, maxScale, h.Schema)
		require.NoError(t, h.Validate(1000))
		got, text := map[int64]int64{}, expand(h.Positive)
		for len(text) > 0 {
			var index, count int64
			_, err := fmt.Sscanf(text, "%d:%d ", &index, &count)
			require.NoError(t, err)
			got[index] = count
			text = text[slices.Index([]byte(text), ' ')+1:]
		}
		require.Equal(t, want, got)
	}
}

func TestHostileBucketIndexIsRefused(t *testing.T) {
	_, refused := translated(t, HistogramsClassic, func(m pmetric.Metric) {
		p := exponentialPoint(m)
		p.Positive().SetOffset(math.MaxInt32)
		p.Positive().BucketCounts().FromRaw([]uint64{1, 1})
	})
	assert.Contains(t, refused, reasonBuckets)
}

// A series that is in a batch more than once is sent once, its samples in order.
func TestSeriesOfABatchAreMerged(t *testing.T) {
	md := counter(1, 3, testTime.Add(2*time.Second))
	for i := range 2 {
		counter(1, float64(i+1), testTime.Add(time.Duration(i)*time.Second)).ResourceMetrics().MoveAndAppendTo(md.ResourceMetrics())
	}
	cfg := testConfig("http://localhost")
	cfg.Shards = 1
	shards, _ := newTranslator(cfg).translate(md)
	require.Len(t, shards[0][0].series, 1)
	var values []float64
	for _, s := range shards[0][0].series[0].Samples {
		values = append(values, s.Value)
	}
	assert.Equal(t, []float64{1, 2, 3}, values)
}

// What is left of a batch are the points whose ordinals were not accepted.
func TestRestOfABatch(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 100 {
		md := randomMetrics(r)
		cfg := testConfig("http://localhost")
		cfg.Request.MaxSamples = 7
		shards, _ := newTranslator(cfg).translate(md)
		var all, some []*request
		for _, s := range shards {
			all = append(all, s...)
			some = append(some, s[:len(s)/2]...)
		}
		require.Len(t, pointsOf(all), md.DataPointCount(), "each point is in one request")
		rest := only(md, pointsOf(some))
		require.Equal(t, len(pointsOf(some)), rest.DataPointCount())
		again, _ := newTranslator(cfg).translate(rest)
		have := describeOurs(shards)
		for key, lines := range describeOurs(again) {
			for _, line := range lines {
				if key != "" && !slices.Contains(have[key], line) {
					// target_info has the time of the latest point that is left.
					require.Contains(t, key, "target_info")
				}
			}
		}
	}
}

func TestStartIsTheNearestMillisecondNotAfterTheEnd(t *testing.T) {
	for _, c := range []struct{ start, at, want int64 }{
		{0, 5_000_000, 0},
		{1_999_999, 5_000_000, 2},
		{1_499_999, 5_000_000, 1},
		{2_600_000, 2_700_000, 2},
		{6_000_000, 5_000_000, 0},
	} {
		assert.Equal(t, c.want, startOf(pcommon.Timestamp(c.start), pcommon.Timestamp(c.at)), c)
	}
}
