package sampling

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/internal/datapoint"
)

var epoch = time.UnixMilli(1_700_000_000_000)

// A lab is a sampler with a clock.
type lab struct {
	*Sampler
	at time.Time
}

func newLab(cfg Config) *lab {
	if cfg.MaxSampleInterval == 0 {
		cfg.MaxSampleInterval = DefaultMaxSampleInterval
	}
	l := &lab{at: epoch}
	l.Sampler = New(cfg, func() time.Time { return l.at })
	return l
}

// begin samples at a rate for so long that a series is new if it has not been seen.
func (l *lab) begin(rate float64) *lab {
	l.SetRate(rate)
	return l
}

// scrape makes one scrape of n counters, a histogram and a gauge.
func scrape(n, round int, interval time.Duration) pmetric.Metrics {
	at := pcommon.NewTimestampFromTime(epoch.Add(time.Duration(round) * interval))
	md := pmetric.NewMetrics()
	r := md.ResourceMetrics().AppendEmpty()
	r.Resource().Attributes().PutStr("service.name", "shop")
	metrics := r.ScopeMetrics().AppendEmpty().Metrics()
	m := metrics.AppendEmpty()
	m.SetName("requests")
	sum := m.SetEmptySum()
	sum.SetIsMonotonic(true)
	sum.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	for i := range n {
		p := sum.DataPoints().AppendEmpty()
		p.Attributes().PutInt("n", int64(i))
		p.SetTimestamp(at)
		p.SetStartTimestamp(pcommon.NewTimestampFromTime(epoch.Add(-time.Hour)))
		p.SetIntValue(int64(round * (i + 1)))
	}
	return md
}

func sumOf(md pmetric.Metrics) pmetric.Sum {
	return md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).Sum()
}

// kept lists the points that pass, as series@time.
func kept(md pmetric.Metrics) []string {
	var out []string
	for _, r := range md.ResourceMetrics().All() {
		for _, s := range r.ScopeMetrics().All() {
			for _, m := range s.Metrics().All() {
				datapoint.Each(m, func(p datapoint.Point) {
					out = append(out, fmt.Sprint(m.Name(), p.Attributes().AsRaw(), p.Timestamp(), p.Flags().NoRecordedValue()))
				})
			}
		}
	}
	return out
}

func TestNothingIsTouchedAtTheFullRate(t *testing.T) {
	l := newLab(Config{})
	md := scrape(10, 0, time.Second)
	md.MarkReadOnly()
	got, counts := l.Apply(md)
	assert.Equal(t, md, got)
	assert.Equal(t, Counts{Offered: 10, Passed: 10}, counts)
	assert.Zero(t, l.Series())
	l.SetRate(0.5)
	l.Apply(md)
	l.SetRate(1)
	got, _ = l.Apply(md)
	assert.Equal(t, md, got, "and again afterwards")
	assert.Zero(t, l.Series())
}

func TestTheRateComesOut(t *testing.T) {
	for _, rate := range []float64{0.9, 0.75, 0.5, 0.4, 0.25, 0.125, 0.05, 0.01} {
		l := newLab(Config{}).begin(rate)
		var total Counts
		for round := range 64 {
			l.SetRate(rate)
			out, counts := l.Apply(scrape(4000, round, time.Second))
			require.Equal(t, counts.Offered, counts.Passed+counts.Conflated+counts.Decimated+counts.Shed, "accounting")
			require.Equal(t, counts.Passed, out.DataPointCount())
			if round >= 16 {
				total.Offered += counts.Offered
				total.Passed += counts.Passed
			}
		}
		assert.InDelta(t, rate, float64(total.Passed)/float64(total.Offered), 0.1*rate, "rate %v", rate)
	}
}

// What passes at a rate passes at every higher one.
func TestKeptSetsAreNested(t *testing.T) {
	rates := []float64{0.9, 0.6, 0.5, 0.3, 0.25, 0.2, 0.13, 0.1, 0.05, 0.01}
	labs := make([]*lab, len(rates))
	for i, rate := range rates {
		labs[i] = newLab(Config{Priority: []PriorityRule{{Match: Match{Attribute: "n", Value: "1*"}, Priority: 1}}}).begin(rate)
	}
	for round := range 40 {
		var before map[string]bool
		for i, l := range labs {
			// Once: the aim must not change.
			if round == 1 {
				l.aim = 1
				l.looked = 0
				l.SetRate(rates[i])
			}
			out, _ := l.Apply(scrape(500, round, time.Second))
			now := map[string]bool{}
			for _, p := range kept(out) {
				now[p] = true
				// A series that ends does so at another rate, too, or lives on there.
				if before != nil && round > 2 {
					require.True(t, before[p], "round %d: %s passes at %v but not at %v", round, p, rates[i], rates[i-1])
				}
			}
			before = now
		}
	}
}

// A sampled counter adds up to the same: no value is changed, and what is kept of a
// series goes on to the end.
func TestDecimatedCountersLoseNoIncrease(t *testing.T) {
	const n, rounds = 200, 240
	l := newLab(Config{}).begin(0.2)
	first, last := map[string]int64{}, map[string]int64{}
	for round := range rounds {
		out, _ := l.Apply(scrape(n, round, time.Second))
		if out.DataPointCount() == 0 {
			continue
		}
		for _, p := range sumOf(out).DataPoints().All() {
			key := fmt.Sprint(p.Attributes().AsRaw())
			if _, ok := first[key]; !ok {
				first[key] = p.IntValue()
			}
			require.GreaterOrEqual(t, p.IntValue(), last[key], "order")
			last[key] = p.IntValue()
		}
	}
	require.Len(t, last, n, "every series is there")
	seen, all := 0.0, 0.0
	for i := range n {
		key := fmt.Sprint(map[string]any{"n": int64(i)})
		seen += float64(last[key] - first[key])
		all += float64((rounds - 1) * (i + 1))
	}
	assert.InDelta(t, 1, seen/all, 0.05, "but for the ends")
}

func TestLongIntervalsAreNotStretchedFurther(t *testing.T) {
	l := newLab(Config{MaxSampleInterval: 2 * time.Minute}).begin(0.2)
	last := map[string]pcommon.Timestamp{}
	for round := range 40 {
		out, _ := l.Apply(scrape(50, round, time.Minute))
		for _, p := range kept2(out) {
			if at, ok := last[p.key]; ok {
				require.LessOrEqual(t, time.Duration(p.at-at), 2*time.Minute)
			}
			last[p.key] = p.at
		}
	}
	require.Len(t, last, 50)
}

type keyed struct {
	key string
	at  pcommon.Timestamp
}

func kept2(md pmetric.Metrics) (out []keyed) {
	for _, r := range md.ResourceMetrics().All() {
		for _, m := range r.ScopeMetrics().At(0).Metrics().All() {
			datapoint.Each(m, func(p datapoint.Point) { out = append(out, keyed{fmt.Sprint(p.Attributes().AsRaw()), p.Timestamp()}) })
		}
	}
	return out
}

// A shed series ends with one stale marker and is silent until it comes back.
func TestShedSeriesEndOnce(t *testing.T) {
	l := newLab(Config{}).begin(0.125)
	l.Apply(scrape(300, 0, time.Second))
	l.plan = newPlan(0.01, []class{{priority: 0, offered: 300}})
	ended := map[string]bool{}
	for round := range 30 {
		out, _ := l.Apply(scrape(300, round+1, time.Second))
		if out.DataPointCount() == 0 {
			continue
		}
		for _, p := range sumOf(out).DataPoints().All() {
			key := fmt.Sprint(p.Attributes().AsRaw())
			require.False(t, ended[key], "%s goes on after its end", key)
			ended[key] = p.Flags().NoRecordedValue()
		}
	}
	over := 0
	for _, e := range ended {
		if e {
			over++
		}
	}
	assert.InDelta(t, 276, over, 20, "of 300, 8 %% are left")
	l.plan = newPlan(0.125, nil)
	out, _ := l.Apply(scrape(300, 31, time.Second))
	assert.GreaterOrEqual(t, out.DataPointCount(), over, "what comes back begins with a point")
}

func TestLowPriorityIsShedFirst(t *testing.T) {
	l := newLab(Config{Priority: []PriorityRule{{Match: Match{Attribute: "n", Value: "?"}, Priority: 1}, {Match: Match{Attribute: "n", Value: "1*"}, Priority: -1}}}).begin(0.1)
	for round := range 3 {
		l.Apply(scrape(200, round, time.Second))
		l.SetRate(0.1)
	}
	require.Equal(t, []int{1, 0, -1}, []int{l.plan.shed[0].priority, l.plan.shed[1].priority, l.plan.shed[2].priority})
	assert.Equal(t, mark(1), l.plan.shed[0].below)
	assert.Less(t, l.plan.shed[2].below, mark(1))
	assert.GreaterOrEqual(t, l.plan.shed[1].below, l.plan.shed[2].below)
}

// What must never be given up passes at the least rate.
func TestProtectedPointsPass(t *testing.T) {
	at := pcommon.NewTimestampFromTime(epoch.Add(time.Hour))
	gauge := func(name string) func(pmetric.Metric) pmetric.NumberDataPoint {
		return func(m pmetric.Metric) pmetric.NumberDataPoint {
			m.SetName(name)
			return m.SetEmptyGauge().DataPoints().AppendEmpty()
		}
	}
	for name, fill := range map[string]func(pmetric.Metric) pmetric.NumberDataPoint{
		"up":            gauge("up"),
		"target_info":   gauge("target_info"),
		"another info":  gauge("build_info"),
		"never sampled": gauge("billing.total"),
		"never sampled, by attribute": func(m pmetric.Metric) pmetric.NumberDataPoint {
			p := gauge("x")(m)
			p.Attributes().PutStr("tier", "gold")
			return p
		},
		"type info": func(m pmetric.Metric) pmetric.NumberDataPoint {
			m.Metadata().PutStr("prometheus.type", "info")
			return gauge("x")(m)
		},
		"delta": func(m pmetric.Metric) pmetric.NumberDataPoint {
			m.SetEmptySum().SetAggregationTemporality(pmetric.AggregationTemporalityDelta)
			return m.Sum().DataPoints().AppendEmpty()
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(Config{NeverSample: []Match{{Metric: "billing.*"}, {Attribute: "tier", Value: "gold"}}}).begin(0.01)
			l.plan = newPlan(0.0001, []class{{priority: 0, offered: 1000}})
			for range 20 {
				md := pmetric.NewMetrics()
				p := fill(md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty())
				p.SetTimestamp(at)
				at += 1e9
				out, _ := l.Apply(md)
				require.Equal(t, md, out)
			}
		})
	}
}

func TestWhatBeginsOrEndsPasses(t *testing.T) {
	l := newLab(Config{}).begin(0.125)
	for round := range 20 {
		l.Apply(scrape(100, round, time.Second))
	}
	passes := func(change func(pmetric.NumberDataPoint)) int {
		md := scrape(100, 21, time.Second)
		for _, p := range sumOf(md).DataPoints().All() {
			change(p)
		}
		out, _ := l.Apply(md)
		return out.DataPointCount()
	}
	assert.Equal(t, 100, passes(func(p pmetric.NumberDataPoint) { p.SetIntValue(0) }), "the value has fallen")
	assert.Less(t, passes(func(p pmetric.NumberDataPoint) { p.SetIntValue(1) }), 30)
	assert.Equal(t, 100, passes(func(p pmetric.NumberDataPoint) { p.SetStartTimestamp(pcommon.NewTimestampFromTime(epoch)) }), "the start has changed")
	assert.Equal(t, 100, passes(func(p pmetric.NumberDataPoint) { p.SetFlags(pmetric.DefaultDataPointFlags.WithNoRecordedValue(true)) }), "the series has ended")
	l.at = l.at.Add(time.Hour)
	assert.Equal(t, 100, passes(func(p pmetric.NumberDataPoint) { p.Attributes().PutStr("new", "x") }), "the series is new")
}

// Of the points of a series in one batch the latest stands for all.
func TestPointsOfABatchAreConflated(t *testing.T) {
	l := newLab(Config{}).begin(0.5)
	md := pmetric.NewMetrics()
	order := rand.New(rand.NewPCG(1, 1)).Perm(4)
	for _, round := range order {
		scrape(50, round, time.Second).ResourceMetrics().MoveAndAppendTo(md.ResourceMetrics())
	}
	out, counts := l.Apply(md)
	assert.Equal(t, Counts{Offered: 200, Passed: 50, Conflated: 150}, counts)
	for _, p := range kept2(out) {
		assert.Equal(t, pcommon.NewTimestampFromTime(epoch.Add(3*time.Second)), p.at)
	}
}

func TestTheOrderOfAttributesDoesNotMatter(t *testing.T) {
	a, b := pcommon.NewMap(), pcommon.NewMap()
	a.PutStr("x", "1")
	a.PutInt("y", 2)
	b.PutInt("y", 2)
	b.PutStr("x", "1")
	assert.Equal(t, mapHash(a), mapHash(b))
	b.PutStr("x", "2")
	assert.NotEqual(t, mapHash(a), mapHash(b))
}

func TestMistakesInRulesAreNamedByTheirKey(t *testing.T) {
	err := (&Config{
		NeverSample: []Match{{}, {Metric: "[", Value: "x"}}, Priority: []PriorityRule{{Priority: 1}},
	}).Validate()
	for _, want := range []string{
		"never_sample::0: needs a metric or an attribute", "never_sample::1::value: needs an attribute", "priority::0: needs a metric or an attribute",
		"max_sample_interval: 0s must be positive",
	} {
		require.ErrorContains(t, err, want)
	}
	require.ErrorContains(t, (&Config{NeverSample: []Match{{Metric: "["}}, MaxSampleInterval: 1}).Validate(), `never_sample::0::metric: "[" is not a pattern`)
}

func BenchmarkApply(b *testing.B) {
	for _, rate := range []float64{1, 0.5, 0.01} {
		b.Run(fmt.Sprint("rate ", rate), func(b *testing.B) {
			l := newLab(Config{}).begin(rate)
			md := scrape(2000, 1, time.Second)
			l.Apply(md)
			b.ReportAllocs()
			for b.Loop() {
				l.Apply(md)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/2000, "ns/point")
		})
	}
}
