package remotewritereceiver

import (
	"cmp"
	"hash/maphash"
	"math"
	"slices"
	"strconv"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// A part is one sample of a classic histogram or summary.
type part struct {
	shape shape
	bound float64 // le or quantile
	value float64
	row   int32 // of numbers, or none if it came with an earlier request
	next  int32
}

// A whole is a classic histogram or summary at one time, as far as this request,
// and what was held of earlier ones, has its parts.
type whole struct {
	key    uint64 // of the whole, in all requests
	layout uint64 // the same at every time
	family int32
	series int32 // one of its series: all have the same attributes

	next        int32 // whole of the family
	time, start int64
	first, last int32 // chain of parts
	parts       int32 // how many of them are of this request

	learned *layout    // which bounds it had before
	held    *heldWhole // taken out of the buffer
	verdict verdict
	size    int64 // reserved in the buffer
}

// A familyRow is a histogram or summary family of a scope.
type familyRow struct {
	hash     uint64
	scope    int32
	name     string
	typ      remotewrite.MetricType
	describe remotewrite.Metadata

	first, last int32 // chain of wholes
	complete    int32 // how many of them are still to be written
}

// A verdict says what is to be done with a whole.
type verdict uint8

const (
	verdictWait        verdict = iota // for parts in other requests
	verdictComplete                   // write it
	verdictPassthrough                // write its parts as they came
	verdictDrop
)

// assembler is the part of a translation that puts wholes together.
type assembler struct {
	families []familyRow
	wholes   []whole
	parts    []part
	byFamily map[uint64]int32
	byWhole  map[uint64]int32

	scratch []part  // of one whole, sorted
	chained []int32 // scratch for chains of exemplars
	content content
}

func (a *assembler) init() {
	a.byFamily, a.byWhole = map[uint64]int32{}, map[uint64]int32{}
}

func (a *assembler) release() {
	a.families, a.wholes, a.parts = emptied(a.families), emptied(a.wholes), emptied(a.parts)
	a.byFamily, a.byWhole = emptiedMap(a.byFamily), emptiedMap(a.byWhole)
}

// assemble puts the series of classic histograms and summaries together and
// decides about each whole.
func (t *translation) assemble(cfg *ReassemblyConfig) {
	for i := range t.groups {
		if t.groups[i].role.part() {
			t.collect(&t.groups[i])
		}
	}
	if len(t.assembly.wholes) == 0 {
		return
	}
	t.buffer.claim(t.assembly.wholes)
	for i := range t.assembly.wholes {
		t.decide(&t.assembly.wholes[i], cfg)
	}
}

// collect sorts the samples of a group into wholes. What has no usable bound stays
// the sample it is.
func (t *translation) collect(g *group) {
	family := t.familyOf(g)
	var bound float64
	var ok bool
	last := none
	for n := g.first; n != none; n = t.numbers[n].next {
		row := &t.numbers[n]
		if row.series != last {
			last = row.series
			if bound, ok = boundOf(g.role.shape, t.series[last].bound); !ok {
				last = none
			}
		}
		if !ok {
			continue
		}
		w := t.wholeOf(family, row)
		p := int32(len(t.assembly.parts))
		t.assembly.parts = append(t.assembly.parts, part{shape: g.role.shape, bound: bound, value: row.value, row: n, next: none})
		if w.last == none {
			w.first = p
		} else {
			t.assembly.parts[w.last].next = p
		}
		w.last = p
		w.parts++
		w.start = max(w.start, row.start)
	}
}

// boundOf parses the value of le or quantile.
func boundOf(s shape, text string) (float64, bool) {
	switch s {
	case shapeBucket:
		if text == "+Inf" {
			return math.Inf(1), true
		}
		bound, err := strconv.ParseFloat(text, 64)
		return bound, err == nil && !math.IsNaN(bound)
	case shapeQuantile:
		quantile, err := strconv.ParseFloat(text, 64)
		return quantile, err == nil && quantile >= 0 && quantile <= 1
	default:
		return 0, true
	}
}

func (t *translation) familyOf(g *group) int32 {
	a := &t.assembly
	hash := mix(mix(t.scopes[g.scope].hash, t.tenantHash), maphash.String(hashSeed, g.role.family)+uint64(g.role.typ))
	i, ok := a.byFamily[hash]
	if !ok {
		i = int32(len(a.families))
		a.byFamily[hash] = i
		a.families = append(a.families, familyRow{
			hash: hash, scope: g.scope, name: g.role.family, typ: g.role.typ, describe: g.role.describe, first: none, last: none,
		})
	}
	return i
}

func (t *translation) wholeOf(family int32, row *number) *whole {
	a := &t.assembly
	layout := mix(a.families[family].hash, t.series[row.series].attributes)
	key := mix(layout, uint64(row.time))
	i, ok := a.byWhole[key]
	if !ok {
		i = int32(len(a.wholes))
		a.byWhole[key] = i
		a.wholes = append(a.wholes, whole{
			key: key, layout: layout, family: family, series: row.series, time: row.time, next: none, first: none, last: none,
		})
		f := &a.families[family]
		if f.last == none {
			f.first = i
		} else {
			a.wholes[f.last].next = i
		}
		f.last = i
	}
	return &a.wholes[i]
}

// decide judges a whole and does what follows: parts that are not written on their
// own are marked as merged.
func (t *translation) decide(w *whole, cfg *ReassemblyConfig) {
	a := &t.assembly
	typ := a.families[w.family].typ
	w.verdict = a.content.judge(typ, t.partsOf(w), w.learned)
	if w.verdict == verdictWait && !t.hold(w) {
		w.verdict = a.content.settle(typ, t.partsOf(w))
	}
	if w.verdict == verdictPassthrough && cfg.OnIncomplete == IncompleteDrop {
		w.verdict = verdictDrop
	}
	switch w.verdict {
	case verdictComplete:
		a.families[w.family].complete++
		if t.buffer.differs(w.learned, &a.content) {
			t.buffer.learn(w.layout, &a.content)
		}
	case verdictWait:
	case verdictPassthrough:
		return
	case verdictDrop:
		t.rejected.add(reasonIncomplete, t.countsOf(w), func() string { return strconv.Quote(a.families[w.family].name) })
	}
	for p := w.first; p != none; p = a.parts[p].next {
		t.numbers[a.parts[p].row].merged = true
	}
}

// partsOf returns a copy of all parts of a whole, valid until the next call.
func (t *translation) partsOf(w *whole) []part {
	a := &t.assembly
	a.scratch = a.scratch[:0]
	for p := w.first; p != none; p = a.parts[p].next {
		a.scratch = append(a.scratch, a.parts[p])
	}
	if w.held != nil {
		for i := range w.held.parts {
			a.scratch = append(a.scratch, w.held.parts[i].part)
		}
	}
	return a.scratch
}

// countsOf counts the items of this request in a whole.
func (t *translation) countsOf(w *whole) counts {
	n := counts{samples: int(w.parts)}
	for p := w.first; p != none; p = t.assembly.parts[p].next {
		for e := t.numbers[t.assembly.parts[p].row].exemplar; e != none; e = t.exemplars.rows[e].next {
			n.exemplars++
		}
	}
	return n
}

// content is a whole as it is written.
type content struct {
	stale     bool
	count     uint64
	sum       float64
	hasSum    bool
	bounds    []float64 // upper bounds but for infinity, or quantiles
	counts    []uint64  // one more than bounds
	quantiles []float64 // values
}

// judge looks at the parts of a whole, which it sorts, and fills in the content. A
// whole is complete if its count and sum are there, and all bounds it is known to
// have; a histogram also if its last bucket equals its count. Without knowledge of
// its bounds those that are there are all.
func (c *content) judge(typ remotewrite.MetricType, parts []part, learned *layout) verdict {
	c.stale, c.count, c.sum, c.hasSum = false, 0, 0, false
	c.bounds, c.counts, c.quantiles = c.bounds[:0], c.counts[:0], c.quantiles[:0]
	slices.SortStableFunc(parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(a.shape, b.shape), cmp.Compare(a.bound, b.bound))
	})
	parts = c.withoutStale(parts)
	hasCount := false
	for i, p := range parts {
		if i > 0 && p.shape == parts[i-1].shape && p.bound == parts[i-1].bound {
			if math.Float64bits(p.value) != math.Float64bits(parts[i-1].value) {
				return verdictPassthrough
			}
			continue // the same sample twice: a request that was sent again
		}
		switch p.shape {
		case shapeCount:
			if !c.stale && !isCount(p.value) {
				return verdictPassthrough
			}
			c.count, hasCount = uint64(p.value), true
		case shapeTotal:
			c.sum, c.hasSum = p.value, true
		case shapeQuantile:
			c.bounds, c.quantiles = append(c.bounds, p.bound), append(c.quantiles, p.value)
		default:
			if !c.bucket(p) {
				return verdictPassthrough
			}
		}
	}
	if typ == remotewrite.TypeHistogram {
		return c.judgeHistogram(hasCount, learned)
	}
	if hasCount && c.enough(learned) {
		return verdictComplete
	}
	return verdictWait
}

// settle judges a whole that nothing more will be waited for: it is written if it
// makes sense, with fewer buckets than it had before, or without a sum.
func (c *content) settle(typ remotewrite.MetricType, parts []part) verdict {
	if c.judge(typ, parts, &layout{}) == verdictComplete {
		return verdictComplete
	}
	return verdictPassthrough
}

// withoutStale leaves out what has ended. If all has, the whole has ended, and the
// markers stay. If some has, for instance one bucket because the program now has
// others, the rest is the whole.
func (c *content) withoutStale(parts []part) []part {
	alive := 0
	for _, p := range parts {
		if !remotewrite.IsStaleMarker(p.value) {
			alive++
		}
	}
	if alive == 0 {
		c.stale = true
		return parts
	}
	if alive == len(parts) {
		return parts
	}
	return slices.DeleteFunc(parts, func(p part) bool { return remotewrite.IsStaleMarker(p.value) })
}

// bucket takes the next bucket, whose count includes those before. It returns false
// if that cannot be.
func (c *content) bucket(p part) bool {
	if c.stale {
		c.bounds, c.counts = append(c.bounds, p.bound), append(c.counts, 0)
		return true
	}
	if !isCount(p.value) {
		return false
	}
	n := uint64(p.value)
	if last := len(c.counts) - 1; last >= 0 && n < c.counts[last] {
		return false
	}
	c.bounds, c.counts = append(c.bounds, p.bound), append(c.counts, n)
	return true
}

// judgeHistogram checks the buckets against the count and makes them the counts of
// single buckets.
func (c *content) judgeHistogram(hasCount bool, learned *layout) verdict {
	last := len(c.bounds) - 1
	if !hasCount || last < 0 || !math.IsInf(c.bounds[last], 1) {
		return verdictWait
	}
	if c.counts[last] != c.count && !c.stale {
		return verdictPassthrough
	}
	c.bounds = c.bounds[:last]
	if !c.enough(learned) {
		return verdictWait
	}
	for i := last; i > 0; i-- {
		c.counts[i] -= c.counts[i-1]
	}
	return verdictComplete
}

// enough reports whether there is all that is known to be.
func (c *content) enough(learned *layout) bool {
	if learned == nil {
		return c.hasSum
	}
	if learned.hasSum && !c.hasSum {
		return false
	}
	i := 0
	for _, bound := range learned.bounds {
		for i < len(c.bounds) && c.bounds[i] < bound {
			i++
		}
		if i == len(c.bounds) || c.bounds[i] != bound {
			return false
		}
	}
	return true
}
