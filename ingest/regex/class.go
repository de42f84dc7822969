package regex

import "unicode/utf8"

// A class is a set of characters in the form the matcher reads: one lookup for
// an ASCII byte, a search only for what is beyond.
type class struct {
	low    [256]bool // the byte is a member on its own: ASCII, and any other byte if high is every
	high   highRunes
	except int // the only ASCII byte that is no member, if high is every; else -1
	runes  runeSet
}

// highRunes says which characters beyond ASCII are in a class.
type highRunes uint8

const (
	noHigh    highRunes = iota
	everyHigh           // so that a scan need not decode them
	someHigh            // those in runes
)

func newClass(s runeSet) *class {
	c := &class{except: -1, runes: s}
	out := 0
	for b := range utf8.RuneSelf {
		c.low[b] = s.contains(rune(b))
		if !c.low[b] {
			out, c.except = out+1, b
		}
	}
	beyond := s.intersect(runeSet{utf8.RuneSelf, maxRune})
	switch {
	case len(beyond) == 0:
		c.high = noHigh
	case len(beyond) == 2 && beyond[0] == utf8.RuneSelf && beyond[1] == maxRune:
		c.high = everyHigh
		for b := utf8.RuneSelf; b < len(c.low); b++ {
			c.low[b] = true
		}
	default:
		c.high = someHigh
	}
	if out != 1 || c.high != everyHigh {
		c.except = -1
	}
	return c
}

// width returns the length of the character at text[at] if it is in c, else 0.
func (c *class) width(text string, at int) int {
	if at >= len(text) {
		return 0
	}
	b := text[at]
	if b < utf8.RuneSelf {
		if c.low[b] {
			return 1
		}
		return 0
	}
	if c.high == noHigh {
		return 0
	}
	r, n := utf8.DecodeRuneInString(text[at:])
	if c.high == someHigh && !c.runes.contains(r) {
		return 0
	}
	return n
}

// before reports whether the character that ends at text[at] is in c.
func (c *class) before(text string, at int) bool {
	if at == 0 {
		return false
	}
	if b := text[at-1]; b < utf8.RuneSelf {
		return c.low[b]
	}
	r, _ := utf8.DecodeLastRuneInString(text[:at])
	return c.runes.contains(r)
}

// firstBytes returns the bytes a member can begin with.
func (c *class) firstBytes() ByteSet {
	var out ByteSet
	for b := range len(c.low) {
		if c.low[b] || b >= utf8.RuneSelf && c.high != noHigh {
			out.Add(byte(b))
		}
	}
	return out
}
