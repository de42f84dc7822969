package regex

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// scanCost is how many bytes of a scan count as a step.
const scanCost = 16

// span returns the ends of the shortest and the longest run of in.class at pos,
// or -1 for the latter if there is none.
func (m *machine) span(in *instr, pos int) (low, end int) {
	if in.max != unlimited || in.min > 1 {
		return m.countedSpan(in, pos)
	}
	end = in.class.span(m.text, pos)
	m.steps -= (end - pos) / scanCost
	if in.min == 0 {
		return pos, end
	}
	if end == pos {
		return 0, -1
	}
	return pos + in.class.width(m.text, pos), end
}

// span returns the end of the characters of c at pos.
func (c *class) span(text string, pos int) int {
	if c.except >= 0 {
		if i := strings.IndexByte(text[pos:], byte(c.except)); i >= 0 {
			return pos + i
		}
		return len(text)
	}
	for pos < len(text) {
		b := text[pos]
		if c.low[b] {
			pos++
			continue
		}
		if b < utf8.RuneSelf || c.high != someHigh {
			break
		}
		n := c.width(text, pos)
		if n == 0 {
			break
		}
		pos += n
	}
	return pos
}

func (m *machine) countedSpan(in *instr, pos int) (low, end int) {
	low = -1
	from := pos
	n := int32(0)
	for ; in.max == unlimited || n < in.max; n++ {
		if n == in.min {
			low = pos
		}
		w := in.class.width(m.text, pos)
		if w == 0 {
			break
		}
		pos += w
	}
	m.steps -= (pos - from) / scanCost
	switch {
	case n < in.min:
		return 0, -1
	case low < 0:
		low = pos
	}
	return low, pos
}

// runGreedy matches a run as far as it goes and remembers how much of it can be
// given back. If it is known what must follow, it ends before the last of these.
func (m *machine) runGreedy(in *instr, pc int32, pos int) int {
	low, end := m.span(in, pos)
	if end < 0 || end == low {
		return end
	}
	if in.text != "" {
		if end = m.lastBefore(in.text, low, end); end < 0 {
			return -1
		}
	}
	if end > low {
		m.push(frame{kind: shorter, pc: pc, pos: int32(end), aux: int32(low)})
	}
	return end
}

// giveBack returns the end of a run that was at pos and is to be shorter, but
// not shorter than low; -1 if there is none.
func (m *machine) giveBack(in *instr, low, pos int) int {
	if pos <= low {
		return -1
	}
	if pos = m.previous(pos); in.text == "" {
		return pos
	}
	return m.lastBefore(in.text, low, pos)
}

// lastBefore returns the last place from low to high where text is, or -1.
func (m *machine) lastBefore(text string, low, high int) int {
	from := high
	for ; high >= low; high-- {
		if high < len(m.text) && m.text[high] == text[0] && strings.HasPrefix(m.text[high:], text) {
			break
		}
	}
	m.steps -= (from - high) / scanCost
	if high < low {
		return -1
	}
	return high
}

// runLazy matches the shortest run and remembers that it can be longer.
func (m *machine) runLazy(in *instr, pc int32, pos int) int {
	n := int32(0)
	for ; n < in.min; n++ {
		w := in.class.width(m.text, pos)
		if w == 0 {
			return -1
		}
		pos += w
	}
	if pos = m.skipTo(in, pos); pos >= 0 && (in.max == unlimited || n < in.max) {
		m.push(frame{kind: longer, pc: pc, pos: int32(pos), aux: n})
	}
	return pos
}

// takeMore returns the end of a lazy run that is to be longer, or -1.
func (m *machine) takeMore(in *instr, f *frame) int {
	if in.max != unlimited && f.aux >= in.max {
		return -1
	}
	f.aux++
	w := in.class.width(m.text, int(f.pos))
	if w == 0 {
		return -1
	}
	return m.skipTo(in, int(f.pos)+w)
}

// skipTo extends a lazy run to the next place where what must follow is. A run
// with a limit is not extended, because its characters are counted.
func (m *machine) skipTo(in *instr, pos int) int {
	if in.text == "" || in.max != unlimited {
		return pos
	}
	i := strings.Index(m.text[pos:], in.text)
	if i < 0 {
		m.steps -= (len(m.text) - pos) / (4 * scanCost)
		return -1
	}
	m.steps -= i / scanCost
	if in.class.span(m.text[:pos+i], pos) < pos+i {
		return -1
	}
	return pos + i
}

// same returns the end of text at pos, or -1 if something else is there.
func (m *machine) same(text string, pos int, fold foldMode) int {
	m.steps -= len(text) / scanCost
	if fold == exactCase {
		if strings.HasPrefix(m.text[pos:], text) {
			return pos + len(text)
		}
		return -1
	}
	for _, want := range text {
		if pos >= len(m.text) {
			return -1
		}
		have, n := utf8.DecodeRuneInString(m.text[pos:])
		if !sameRune(want, have, fold) {
			return -1
		}
		pos += n
	}
	return pos
}

func sameRune(a, b rune, fold foldMode) bool {
	if a == b {
		return true
	}
	if fold == foldASCII && (a > unicode.MaxASCII || b > unicode.MaxASCII) {
		return false
	}
	for f := unicode.SimpleFold(a); f != a; f = unicode.SimpleFold(f) {
		if f == b {
			return true
		}
	}
	return false
}
