package regex

import (
	"slices"
	"unicode"
)

// A runeSet is a set of code points: the sorted, disjoint ranges lo, hi, lo,
// hi …, both ends included.
type runeSet []rune

const maxRune = unicode.MaxRune

// ranges returns the set of the given ranges, in any order.
func ranges(pairs ...rune) runeSet { return runeSet(pairs).normal() }

// normal sorts the ranges of s and joins those that touch.
func (s runeSet) normal() runeSet {
	type pair struct{ lo, hi rune }
	pairs := make([]pair, 0, len(s)/2)
	for i := 0; i+1 < len(s); i += 2 {
		pairs = append(pairs, pair{s[i], s[i+1]})
	}
	slices.SortFunc(pairs, func(a, b pair) int { return int(a.lo - b.lo) })
	out := make(runeSet, 0, len(s))
	for _, p := range pairs {
		if n := len(out); n > 0 && p.lo <= out[n-1]+1 {
			out[n-1] = max(out[n-1], p.hi)
			continue
		}
		out = append(out, p.lo, p.hi)
	}
	return out
}

func (s runeSet) union(o runeSet) runeSet {
	return append(slices.Clip(s), o...).normal()
}

// negate returns the code points that are not in s.
func (s runeSet) negate() runeSet {
	out := make(runeSet, 0, len(s)+2)
	next := rune(0)
	for i := 0; i+1 < len(s); i += 2 {
		if s[i] > next {
			out = append(out, next, s[i]-1)
		}
		next = s[i+1] + 1
	}
	if next <= maxRune {
		out = append(out, next, maxRune)
	}
	return out
}

func (s runeSet) intersect(o runeSet) runeSet {
	return s.negate().union(o.negate()).negate()
}

func (s runeSet) contains(r rune) bool {
	lo, hi := 0, len(s)/2
	for lo < hi {
		switch mid := int(uint(lo+hi) / 2); {
		case r < s[2*mid]:
			hi = mid
		case r > s[2*mid+1]:
			lo = mid + 1
		default:
			return true
		}
	}
	return false
}

// single returns the code point of a set that has exactly one.
func (s runeSet) single() (rune, bool) {
	if len(s) == 2 && s[0] == s[1] {
		return s[0], true
	}
	return 0, false
}

// table returns the code points of Unicode tables.
func table(tables ...*unicode.RangeTable) runeSet {
	var out runeSet
	add := func(lo, hi, stride rune) {
		if stride == 1 {
			out = append(out, lo, hi)
			return
		}
		for r := lo; r <= hi; r += stride {
			out = append(out, r, r)
		}
	}
	for _, t := range tables {
		for _, r := range t.R16 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
		for _, r := range t.R32 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
	}
	return out.normal()
}

// maxCased is above the last code point that has case.
const maxCased = 0x1E944

// folded adds to s what differs from its members only in case: all of it, or
// only what is ASCII on both sides.
func (s runeSet) folded(asciiOnly bool) runeSet {
	out := slices.Clone(s)
	for i := 0; i+1 < len(s); i += 2 {
		for r := s[i]; r <= s[i+1] && r < maxCased; r++ {
			if asciiOnly && r >= unicode.MaxASCII {
				break
			}
			for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
				if !asciiOnly || f < unicode.MaxASCII {
					out = append(out, f, f)
				}
			}
		}
	}
	return out.normal()
}
