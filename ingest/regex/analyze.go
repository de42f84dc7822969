package regex

import "unicode/utf8"

// info is what is known of a node without running it.
type info struct {
	first ByteSet // the bytes a match can begin with
	end   bool    // it can match at the end of the text: nothing need follow
	thru  bool    // it can match nothing, so that what follows decides, too
	low   int     // fewest characters
	high  int     // most characters, or unlimited
	bytes int     // fewest bytes
	size  int     // nodes in it, repetitions written out
}

// maxHigh caps high, so that products of repetitions do not overflow.
const maxHigh = 1 << 24

// analyze fills in n.info, from the leaves up.
func analyze(n *node) {
	for _, s := range n.subs {
		analyze(s)
	}
	n.info = describe(n)
}

func describe(n *node) *info {
	switch n.kind {
	case literal:
		i := &info{low: utf8.RuneCountInString(n.text), bytes: len(n.text), size: 1}
		i.first.Add(n.text[0])
		i.high = i.low
		return i
	case oneOf:
		i := &info{low: 1, high: 1, bytes: 1, size: 1}
		if len(n.set) > 0 {
			i.first = firstOf(n.set)
		}
		return i
	case sequence:
		return describeSequence(n.subs)
	case choice:
		return describeChoice(n.subs)
	case repeat:
		return describeRepeat(n)
	case capture, atomic, native, absent:
		return n.subs[0].info
	case assert:
		return describeAssertion(n.at)
	case backref:
		return &info{first: everyByte(), end: true, thru: true, high: unlimited, size: 1}
	case look:
		return &info{thru: true, size: 1 + n.subs[0].info.size}
	case empty, keep:
	}
	return &info{thru: true, size: 1}
}

// firstOf is newClass(s).firstBytes() without the class.
func firstOf(s runeSet) ByteSet {
	var out ByteSet
	for i := 0; i+1 < len(s); i += 2 {
		for r := s[i]; r <= min(s[i+1], utf8.RuneSelf-1); r++ {
			out.Add(byte(r))
		}
	}
	if s[len(s)-1] >= utf8.RuneSelf {
		for b := utf8.RuneSelf; b < 256; b++ {
			out.Add(byte(b))
		}
	}
	return out
}

// describeAssertion: an assertion takes nothing; the ones on ends say what can
// follow.
func describeAssertion(a assertion) *info {
	switch a {
	case lineEnd, lastLineEnd:
		return &info{first: BytesOf("\n"), end: true, size: 1}
	case textEnd:
		return &info{end: true, size: 1}
	case javaLineEnd, javaLastLineEnd:
		return &info{first: BytesOf("\n\r\xC2\xE2"), end: true, size: 1} // U+0085, U+2028 and U+2029 begin with these
	default:
		return &info{thru: true, size: 1}
	}
}

// then returns what is known of a followed by b, as far as their beginning goes.
func (i *info) then(b *info) (first ByteSet, end, thru bool) {
	if !i.thru {
		return i.first, i.end, false
	}
	return i.first.Union(b.first), i.end || b.end, b.thru
}

func describeSequence(parts []*node) *info {
	out := &info{thru: true, size: 1}
	for _, n := range parts {
		i := n.info
		out.first, out.end, out.thru = out.then(i)
		out.low = min(out.low+i.low, maxHigh)
		out.bytes = min(out.bytes+i.bytes, maxHigh)
		out.size = min(out.size+i.size, maxHigh)
		out.high = addHigh(out.high, i.high)
	}
	return out
}

func addHigh(a, b int) int {
	if a == unlimited || b == unlimited || a+b > maxHigh {
		return unlimited
	}
	return a + b
}

func describeChoice(alternatives []*node) *info {
	out := &info{size: 1, low: maxHigh, bytes: maxHigh}
	for _, n := range alternatives {
		i := n.info
		out.first = out.first.Union(i.first)
		out.end, out.thru = out.end || i.end, out.thru || i.thru
		out.low, out.bytes = min(out.low, i.low), min(out.bytes, i.bytes)
		out.size = min(out.size+i.size, maxHigh)
		if i.high == unlimited || out.high == unlimited {
			out.high = unlimited
		} else {
			out.high = max(out.high, i.high)
		}
	}
	return out
}

func describeRepeat(n *node) *info {
	i := *n.subs[0].info
	out := &info{
		first: i.first, end: i.end, thru: i.thru || n.min == 0,
		low: min(i.low*n.min, maxHigh), bytes: min(i.bytes*n.min, maxHigh), high: unlimited,
	}
	switch {
	case n.max == 0:
		return &info{thru: true, size: 1}
	case i.high == 0:
		out.high = 0
	case n.max != unlimited && i.high != unlimited && n.max <= maxHigh/i.high:
		out.high = i.high * n.max
	}
	out.size = min(1+i.size*min(max(n.min, n.max, 1), maxHigh/i.size), maxHigh)
	return out
}

// literals returns the texts that every match of n contains, in order.
// Neighbouring ones are joined.
func literals(n *node) []string {
	c := literalCollector{}
	c.node(n)
	c.cut()
	return c.found
}

type literalCollector struct {
	found []string
	run   string
}

func (c *literalCollector) cut() {
	if c.run != "" {
		c.found = append(c.found, c.run)
	}
	c.run = ""
}

func (c *literalCollector) node(n *node) {
	switch n.kind {
	case literal:
		c.run += n.text
	case sequence:
		for _, s := range n.subs {
			c.node(s)
		}
	case capture, atomic, native:
		c.node(n.subs[0])
	case repeat:
		if n.min > 0 {
			c.cut()
			c.node(n.subs[0])
		}
		c.cut()
	case choice, oneOf, backref, absent:
		c.cut()
	case empty, assert, look, keep:
	}
}
