package sampling

import (
	"math"
	"slices"
)

// maxDecimation is the least share of its points that a series keeps: below that
// whole series are shed, because a rate needs two points within its range.
const maxDecimation = 8

// A plan divides a rate.
type plan struct {
	// Series whose mark is below further are decimated to every 2*every-th point,
	// others to every every-th.
	every   uint64
	further uint64

	// shed has the mark below which series are kept, by priority. Above it they are
	// shed.
	shed []class
}

// A class are the series of a priority.
type class struct {
	priority int
	offered  float64 // data points in the last tick
	below    uint64
}

var whole = plan{every: 1}

// newPlan divides a rate among classes, which say what each was offered.
func newPlan(rate float64, classes []class) plan {
	p := plan{every: 1}
	for p.every < maxDecimation && rate*float64(2*p.every) <= 1 {
		p.every *= 2
	}
	if p.every == maxDecimation {
		p.shed = divide(rate*maxDecimation, classes)
		return p
	}
	// The share x of series is decimated twice as far: (1-x)/every + x/(2 every) = rate.
	p.further = mark(2 * (1 - rate*float64(p.every)))
	return p
}

// divide gives the classes of the highest priority what they were offered, as long
// as there is something left of the share of all.
func divide(share float64, classes []class) []class {
	out := slices.Clone(classes)
	slices.SortFunc(out, func(a, b class) int { return b.priority - a.priority })
	left := 0.0
	for _, c := range out {
		left += share * c.offered
	}
	for i := range out {
		c := &out[i]
		part := 1.0
		if c.offered > 0 {
			part = min(left/c.offered, 1)
			left = max(left-c.offered, 0)
		}
		c.below = mark(part)
	}
	return out
}

// mark is the hash below which this part of all hashes are.
func mark(part float64) uint64 {
	if part >= 1 {
		return math.MaxUint64
	}
	return uint64(max(part, 0) * math.MaxUint64)
}

// keeps reports whether a series is not shed.
func (p *plan) keeps(hash uint64, priority int) bool {
	for _, c := range p.shed {
		if c.priority == priority {
			return hash <= c.below
		}
	}
	return true
}

// decimation is how many points of a series stand for one. The same series are
// always the ones that are decimated further.
func (p *plan) decimation(hash uint64) uint64 {
	if rehash(hash) < p.further {
		return 2 * p.every
	}
	return p.every
}

// rehash makes a mark that is independent of the hash, after
// https://prng.di.unimi.it/splitmix64.c.
func rehash(h uint64) uint64 {
	h += 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
