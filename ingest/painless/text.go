package painless

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// Java counts and cuts strings by UTF-16 code units. Strings here are UTF-8;
// as long as they are ASCII the two agree.

func isASCII[T string | []byte](s T) bool {
	const high = 0x8080808080808080
	for len(s) >= 8 {
		word := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		if word&high != 0 {
			return false
		}
		s = s[8:]
	}
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// isASCII remembers the last long string: a loop over its characters asks every round.
func (t *thread) isASCII(s string) bool {
	const long = 16
	switch {
	case len(s) < long:
		return isASCII(s)
	case isSame(s, t.ascii):
		return true
	case isSame(s, t.wide):
		return false
	}
	t.spend(t.at, len(s)>>9)
	if !isASCII(s) {
		return false
	}
	t.ascii = s
	return true
}

// isSame reports whether two texts are the same bytes in memory.
func isSame(s, o string) bool {
	return len(s) == len(o) && unsafe.StringData(s) == unsafe.StringData(o) //nolint:gosec // compared, not followed
}

// grows is how long a text is from which on what is appended to it goes behind it.
const grows = 256

// concatenate returns a+b. A loop that appends to a text again and again would copy all of
// it every time: the text that was made last has room behind it, which nobody has seen, and
// if that is a it is not copied.
func (t *thread) concatenate(at int, a, b string) string {
	if len(a) < grows {
		t.charge(at, len(a)+len(b))
		return a + b
	}
	if len(a) != len(t.grown) || unsafe.StringData(a) != unsafe.SliceData(t.grown) { //nolint:gosec // compared, not followed
		t.charge(at, len(a))
		t.grown = append(make([]byte, 0, 2*len(a)+len(b)), a...)
	}
	t.charge(at, len(b))
	t.grown = append(t.grown, b...)
	return unsafe.String(unsafe.SliceData(t.grown), len(t.grown)) //nolint:gosec // nobody writes to these bytes again
}

// units16 returns the code units of a text that is not ASCII, for a loop over them.
func (t *thread) units16(s string) []uint16 {
	if !isSame(s, t.wide) {
		t.spend(t.at, len(s)>>3)
		t.wide, t.units = s, unitsOf(s)
	}
	return t.units
}

// length returns the number of code units.
func length(s string) int {
	if isASCII(s) {
		return len(s)
	}
	n := len(s)
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 0xf0: // four bytes, two units
			n -= 2
		case c >= 0xe0: // three bytes, one unit
			n -= 2
		case c >= 0xc0:
			n--
		}
	}
	return n
}

// unitAt returns code unit i; i is in range.
func unitAt(s string, i int) uint16 {
	if isASCII(s) {
		return uint16(s[i])
	}
	return unitsOf(s)[i]
}

// unitsOf returns the code units.
func unitsOf(s string) []uint16 { return utf16.Encode([]rune(s)) }

// offset returns the byte where code unit i starts, or len(s) for the end. In
// the middle of a character outside of the basic plane it is the next one's.
func offset(s string, i int) int {
	units := 0
	for at, r := range s {
		if units >= i {
			return at
		}
		units += max(1, utf16.RuneLen(r))
	}
	return len(s)
}

// cut returns code units from to to; both are in range.
func cut(s string, from, to int) string {
	if isASCII(s) {
		return s[from:to]
	}
	return s[offset(s, from):offset(s, to)]
}

// units returns the number of code units before a byte of s; negative stays.
func units(s string, at int) int {
	if at <= 0 {
		return at
	}
	return length(s[:at])
}

// trim is String.trim: it drops all up to and including the space.
func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
}
