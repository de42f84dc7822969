package sampling

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/internal/datapoint"
)

// A fleet is series of every type, each of which goes on from batch to batch.
type fleet struct {
	r     *rand.Rand
	round int
	at    time.Time
}

// A fact is what a data point says, and whose it is.
type fact struct {
	series string
	at     pcommon.Timestamp
	ends   bool
	text   string
}

// batch is the next points of some of the series, at times of two rounds.
func (f *fleet) batch() pmetric.Metrics {
	md := pmetric.NewMetrics()
	r := md.ResourceMetrics().AppendEmpty()
	r.Resource().Attributes().PutStr("service.name", "shop")
	metrics := r.ScopeMetrics().AppendEmpty().Metrics()
	for range 1 + f.r.IntN(2) {
		f.round++
		f.at = f.at.Add(time.Duration(1+f.r.IntN(3)) * time.Second)
		for kind := range 7 {
			m := metrics.AppendEmpty()
			m.SetName(fmt.Sprint([]string{"gauge", "sum", "delta", "histogram", "exponential", "summary", "up"}[kind]))
			for i := range 12 {
				if f.r.IntN(10) > 0 {
					f.point(m, kind, i)
				}
			}
		}
	}
	return md
}

func (f *fleet) point(m pmetric.Metric, kind, i int) {
	at, n := pcommon.NewTimestampFromTime(f.at), int64(f.round*(i+1))
	begin := pcommon.NewTimestampFromTime(epoch)
	var common interface {
		Attributes() pcommon.Map
		SetTimestamp(at pcommon.Timestamp)
		SetStartTimestamp(at pcommon.Timestamp)
		SetFlags(flags pmetric.DataPointFlags)
	}
	switch kind {
	case 1, 2:
		if m.Type() != pmetric.MetricTypeSum {
			m.SetEmptySum().SetIsMonotonic(true)
			m.Sum().SetAggregationTemporality(pmetric.AggregationTemporality(3 - kind)) // 2 is cumulative
		}
		p := m.Sum().DataPoints().AppendEmpty()
		p.SetIntValue(n)
		p.Exemplars().AppendEmpty().SetIntValue(n)
		common = p
	case 3:
		if m.Type() != pmetric.MetricTypeHistogram {
			m.SetEmptyHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
		}
		p := m.Histogram().DataPoints().AppendEmpty()
		p.ExplicitBounds().FromRaw([]float64{1, 2})
		p.BucketCounts().FromRaw([]uint64{uint64(n), 1, 2})
		p.SetCount(uint64(n + 3))
		p.SetSum(float64(n))
		common = p
	case 4:
		if m.Type() != pmetric.MetricTypeExponentialHistogram {
			m.SetEmptyExponentialHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
		}
		p := m.ExponentialHistogram().DataPoints().AppendEmpty()
		p.Positive().BucketCounts().FromRaw([]uint64{uint64(n), 1})
		p.SetCount(uint64(n + 1))
		p.SetSum(float64(n))
		common = p
	case 5:
		if m.Type() != pmetric.MetricTypeSummary {
			m.SetEmptySummary()
		}
		p := m.Summary().DataPoints().AppendEmpty()
		p.SetCount(uint64(n))
		p.QuantileValues().AppendEmpty().SetValue(float64(n))
		common = p
	default:
		if m.Type() != pmetric.MetricTypeGauge {
			m.SetEmptyGauge()
		}
		p := m.Gauge().DataPoints().AppendEmpty()
		p.SetIntValue(n)
		common = p
	}
	common.Attributes().PutInt("n", int64(i))
	common.SetTimestamp(at)
	common.SetStartTimestamp(begin)
	if f.r.IntN(200) == 0 {
		common.SetFlags(pmetric.DefaultDataPointFlags.WithNoRecordedValue(true))
	}
}

// facts are the data points of a batch in its order. A point that is the end of its
// series has the text of what it was before.
func facts(md pmetric.Metrics) (out []fact) {
	for _, r := range md.ResourceMetrics().All() {
		for _, s := range r.ScopeMetrics().All() {
			for _, m := range s.Metrics().All() {
				ordinal := 0
				datapoint.Each(m, func(p datapoint.Point) {
					out = append(out, fact{
						series: m.Name() + fmt.Sprint(p.Attributes().AsRaw()), at: p.Timestamp(), ends: p.Flags().NoRecordedValue(), text: content(m, ordinal),
					})
					ordinal++
				})
			}
		}
	}
	return out
}

// content is all that a data point says but its flags.
func content(m pmetric.Metric, i int) string {
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		return fmt.Sprint(m.Gauge().DataPoints().At(i).IntValue())
	case pmetric.MetricTypeSum:
		p := m.Sum().DataPoints().At(i)
		return fmt.Sprint(p.IntValue(), p.Exemplars().At(0).IntValue())
	case pmetric.MetricTypeHistogram:
		p := m.Histogram().DataPoints().At(i)
		return fmt.Sprint(p.Count(), p.Sum(), p.BucketCounts().AsRaw(), p.ExplicitBounds().AsRaw())
	case pmetric.MetricTypeExponentialHistogram:
		p := m.ExponentialHistogram().DataPoints().At(i)
		return fmt.Sprint(p.Count(), p.Sum(), p.Positive().BucketCounts().AsRaw())
	case pmetric.MetricTypeSummary:
		p := m.Summary().DataPoints().At(i)
		return fmt.Sprint(p.Count(), p.QuantileValues().At(0).Value())
	default:
		return ""
	}
}

// Whatever the rate does, and whatever comes: all points are counted, what passes is
// unchanged and whole, in order, and what is protected passes.
func TestWhateverTheRateDoesThePointsAddUp(t *testing.T) {
	for seed := range uint64(3) {
		f := &fleet{r: rand.New(rand.NewPCG(seed, 3)), at: epoch}
		l := newLab(Config{NeverSample: []Match{{Attribute: "n", Value: "11"}}, Priority: []PriorityRule{{Match: Match{Metric: "sum"}, Priority: 1}}})
		passed := map[string]fact{} // the latest of each series
		for range 60 {
			l.at = f.at
			if f.r.IntN(3) == 0 {
				l.SetRate([]float64{1, 0.7, 0.3, 0.13, 0.05, 0.01}[f.r.IntN(6)])
			}
			md := f.batch()
			md.MarkReadOnly()
			out, counts := l.Apply(md)
			require.Equal(t, md.DataPointCount(), counts.Offered)
			require.Equal(t, counts.Offered, counts.Passed+counts.Conflated+counts.Decimated+counts.Shed, "accounting")
			require.Equal(t, out.DataPointCount(), counts.Passed)
			passesInOrder(t, facts(md), facts(out), passed)
		}
	}
}

// passesInOrder checks that what passes of a batch is part of it, in its order, with
// all that is protected; and that a series whose last point is its end has ended, be
// it that it had before.
func passesInOrder(t *testing.T, in, out []fact, passed map[string]fact) {
	t.Helper()
	last := map[string]fact{}
	for _, want := range in {
		last[want.series] = want
		passes := len(out) > 0 && out[0].series == want.series && out[0].at == want.at && out[0].text == want.text
		if passes {
			require.True(t, out[0].ends || !want.ends, "%v lives on", want)
			require.GreaterOrEqual(t, want.at, passed[want.series].at, "order of %s", want.series)
			passed[want.series] = out[0]
			out = out[1:]
		}
		name, _, _ := strings.Cut(want.series, "map")
		safe := name == "up" || name == "delta" || strings.HasSuffix(want.series, ":11]")
		require.True(t, passes || !safe, "%v is protected", want)
	}
	require.Empty(t, out, "nothing else passes")
	for series, fact := range last {
		require.True(t, !fact.ends || passed[series].ends, "%s has not ended", series)
	}
}
