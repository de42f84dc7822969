package sampling

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/cespare/xxhash/v2"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/internal/datapoint"
)

// Counts are data points by what became of them. Passed, Conflated, Decimated and
// Shed add up to Offered.
type Counts struct {
	Offered, Passed, Conflated, Decimated, Shed int
}

// A Sampler gives up data points. It is safe for concurrent use; batches of the same
// series must come one after the other, or their order is undefined.
type Sampler struct {
	cfg Config
	now func() time.Time

	full atomic.Bool // nothing is given up

	mu      sync.Mutex
	plan    plan
	rate    float64
	aim     float64   // what the plan is made for, so that the rate comes out
	since   time.Time // the rate is below 1
	series  map[uint64]*series
	cleaned time.Time
	batches uint64
	offered map[int]float64 // since SetRate, by priority
	passed  float64         // since the aim was adjusted
	wanted  float64         // to pass, since then
	looked  int             // data points since then
}

// New returns a sampler that gives up nothing until SetRate is called.
func New(cfg Config, now func() time.Time) *Sampler {
	s := &Sampler{cfg: cfg, now: now, plan: whole, rate: 1, aim: 1, series: map[uint64]*series{}, offered: map[int]float64{}}
	s.full.Store(true)
	return s
}

const (
	// forget is how long a series is remembered that has no points.
	forget = 15 * time.Minute

	// maxSeries bounds what is remembered; beyond it all begins anew.
	maxSeries = 2_000_000

	// How much the aim follows the difference between the rate and what came of it,
	// seen over enough data points, and how far it may go: protected points and long
	// intervals cannot be made up for without end.
	aimStep, aimLeast, enough = 0.2, 0.25, 1000
)

// SetRate sets the share of data points that is to pass. Call it once in a tick: it
// also divides the rate anew, by what was offered since the last call.
func (s *Sampler) SetRate(rate float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if rate >= 1 {
		if s.rate < 1 {
			clear(s.series)
		}
		s.plan, s.rate, s.aim = whole, 1, 1
		s.full.Store(true)
		return
	}
	if s.rate >= 1 {
		s.since, s.cleaned = s.now(), s.now()
	}
	s.adjustAim()
	classes := make([]class, 0, len(s.offered))
	for priority, n := range s.offered {
		classes = append(classes, class{priority: priority, offered: n})
	}
	s.plan, s.rate = newPlan(rate*s.aim, classes), rate
	s.full.Store(false)
	for priority := range s.offered {
		s.offered[priority] *= 0.5 // the last few ticks, because scrapes are seconds apart
	}
	s.forget()
}

// adjustAim makes up for what passes although the plan does not let it.
func (s *Sampler) adjustAim() {
	if s.looked < enough {
		return
	}
	wrong := min(max(s.wanted/max(s.passed, 1), 1-aimStep), 1+aimStep)
	s.aim = min(max(s.aim*wrong, aimLeast), 1)
	s.passed, s.wanted, s.looked = 0, 0, 0
}

// forget drops series without points.
func (s *Sampler) forget() {
	now := s.now()
	if len(s.series) > maxSeries {
		clear(s.series)
		s.since = now
		return
	}
	if now.Sub(s.cleaned) < forget/4 {
		return
	}
	s.cleaned = now
	for hash, one := range s.series {
		if now.Sub(one.seen) > forget {
			delete(s.series, hash)
		}
	}
}

// Series is how many series are remembered.
func (s *Sampler) Series() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.series)
}

// Apply returns what of a batch passes. It only reads the batch, and returns the
// batch itself if all of it passes.
func (s *Sampler) Apply(md pmetric.Metrics) (pmetric.Metrics, Counts) {
	if s.full.Load() {
		n := md.DataPointCount()
		return md, Counts{Offered: n, Passed: n}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.look(md)
	counts := b.decide(s)
	s.looked += counts.Offered
	s.passed += float64(counts.Passed)
	s.wanted += s.rate * float64(counts.Offered)
	if counts.Passed == counts.Offered && !b.ends {
		return md, counts
	}
	return datapoint.Select(md, func(ordinal int) datapoint.Fate { return b.fates[ordinal] }), counts
}

// A batch is what has been found out about one.
type batch struct {
	number uint64 // tells batches apart
	points []candidate
	fates  []datapoint.Fate
	ends   bool // a point becomes the end of its series
}

// A candidate is a data point that may be given up, unless it is safe.
type candidate struct {
	series   *series
	hash     uint64
	priority int
	safe     bool
}

// look walks over the batch and brings what is remembered of its series up to date.
func (s *Sampler) look(md pmetric.Metrics) *batch {
	n := md.DataPointCount()
	s.batches++
	b := &batch{points: make([]candidate, 0, n), fates: make([]datapoint.Fate, n), number: s.batches}
	for _, r := range md.ResourceMetrics().All() {
		resource := mapHash(r.Resource().Attributes())
		for _, sc := range r.ScopeMetrics().All() {
			scope := rehash(resource + xxhash.Sum64String(sc.Scope().Name()) + 3*mapHash(sc.Scope().Attributes()))
			for _, m := range sc.Metrics().All() {
				cumulative := datapoint.Cumulative(m)
				safe := protected(m, cumulative)
				metric := rehash(scope + xxhash.Sum64String(m.Name()) + uint64(m.Type()))
				datapoint.Each(m, func(p datapoint.Point) {
					b.points = append(b.points, s.candidate(b, p, m, pointScope{metric, safe, r.Resource().Attributes()}))
				})
			}
		}
	}
	return b
}

// A pointScope is what the points of a metric have in common.
type pointScope struct {
	hash     uint64
	safe     bool
	resource pcommon.Map
}

func (s *Sampler) candidate(b *batch, p datapoint.Point, m pmetric.Metric, scope pointScope) candidate {
	c := candidate{hash: rehash(scope.hash + mapHash(p.Attributes())), safe: scope.safe, priority: s.priority(m, p, scope.resource)}
	s.offered[c.priority]++
	if !c.safe && s.never(m, p, scope.resource) {
		c.safe = true
	}
	if c.safe {
		return c
	}
	now := s.now()
	one, known := s.series[c.hash]
	if !known {
		one = &series{start: p.StartTimestamp(), count: rehash(c.hash+1) % (2 * maxDecimation)}
		s.series[c.hash] = one
		// When sampling begins every series is new to the sampler. Those that began
		// before are not new to the backend.
		c.safe = p.StartTimestamp() != 0 && p.StartTimestamp().AsTime().After(s.since) || now.Sub(s.since) > s.cfg.MaxSampleInterval
	}
	one.seen = now
	c.series = one
	if p.Flags().NoRecordedValue() {
		c.safe = true
		delete(s.series, c.hash)
		return c
	}
	if one.observe(p, valueOf(p, m)) && known {
		c.safe = true
	}
	one.join(b.number, len(b.points), p.Timestamp())
	return c
}

func (s *Sampler) priority(m pmetric.Metric, p datapoint.Point, resource pcommon.Map) int {
	for _, r := range s.cfg.Priority {
		if r.matches(m.Name(), p.Attributes(), resource) {
			return r.Priority
		}
	}
	return 0
}

func (s *Sampler) never(m pmetric.Metric, p datapoint.Point, resource pcommon.Map) bool {
	for _, match := range s.cfg.NeverSample {
		if match.matches(m.Name(), p.Attributes(), resource) {
			return true
		}
	}
	return false
}

// decide settles what becomes of each data point.
func (b *batch) decide(s *Sampler) (counts Counts) {
	counts.Offered = len(b.points)
	for ordinal, c := range b.points {
		fate := datapoint.Keep
		switch {
		case c.series == nil:
		case !s.plan.keeps(c.hash, c.priority):
			fate = b.shed(c, ordinal)
			if fate == datapoint.Drop {
				counts.Shed++
			}
		case c.series.shed:
			// What comes back begins with a point.
			c.series.shed = false
		case !c.safe:
			fate = b.thin(s, c, ordinal, &counts)
		}
		b.fates[ordinal] = fate
		if fate != datapoint.Drop {
			counts.Passed++
		}
	}
	return counts
}

// shed ends a series with its latest point in the batch and drops all others.
func (b *batch) shed(c candidate, ordinal int) datapoint.Fate {
	switch {
	case c.series.shed:
		return datapoint.Drop
	case c.series.batch != b.number:
		return datapoint.Keep // its own end
	case c.series.last == ordinal:
		c.series.shed = true
		b.ends = true
		return datapoint.End
	default:
		return datapoint.Drop
	}
}

// thin conflates and decimates.
func (b *batch) thin(s *Sampler, c candidate, ordinal int, counts *Counts) datapoint.Fate {
	every := c.series.within(s.plan.decimation(c.hash), s.cfg.MaxSampleInterval)
	switch {
	case !c.series.hits(c.series.inBatch, every):
		counts.Decimated++
		return datapoint.Drop
	case c.series.last != ordinal:
		counts.Conflated++
		return datapoint.Drop
	default:
		return datapoint.Keep
	}
}
