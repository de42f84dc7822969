package regex

import (
	"slices"
	"strings"
)

// A filter knows where in a text a match can begin, and texts in which there
// can be none, without running the program.
type filter struct {
	anchor   anchor
	prefix   string     // every match begins with it
	first    *[256]bool // bytes a match can begin with; nil if every byte can
	atEnd    bool       // a match can begin at the end of the text
	required string     // every match contains it
	minBytes int        // of a match
}

// anchor says where a match can begin.
type anchor uint8

const (
	anywhere anchor = iota
	atText          // at the start of the text
	atSearch        // where the search starts
	atLine          // at the start of a line
)

func newFilter(root *node) filter {
	i := root.info
	f := filter{anchor: anchorOf(root, !refers(root)), atEnd: i.end || i.thru, minBytes: i.bytes, prefix: leadingText(root)}
	if !i.thru && i.first != everyByte() {
		f.first = &[256]bool{}
		for b := range f.first {
			f.first[b] = i.first.Has(byte(b))
		}
	}
	for _, text := range literals(root) {
		if text != f.prefix && rarity(text) > rarity(f.required) {
			f.required = text
		}
	}
	if rest := strings.TrimLeft(f.required, " "); rest != "" {
		f.required = rest // a search that begins with a blank stops at every word
	}
	return f
}

// rarity says how unlikely a text is in a log line: it grows with the length,
// and signs count for more than letters.
func rarity(text string) int {
	n := 0
	for i := range len(text) {
		switch b := text[i]; {
		case b == ' ' || isASCIILetterOrDigit(b):
			n++
		case strings.IndexByte(".-/:,_", b) >= 0:
			n += 2
		default:
			n += 4
		}
	}
	return n
}

// anchorOf finds the anchor a node begins with. One that begins with .* matches
// at a position only if it matches at the start of that line, too, unless it
// matters what exactly .* took: to a backreference or at the end of an atomic
// group. dots says that it does not.
func anchorOf(n *node, dots bool) anchor {
	switch n.kind {
	case sequence, capture, native:
		return anchorOf(n.subs[0], dots)
	case atomic:
		return anchorOf(n.subs[0], false)
	case choice:
		a := anchorOf(n.subs[0], dots)
		for _, s := range n.subs[1:] {
			if anchorOf(s, dots) != a {
				return anywhere
			}
		}
		return a
	case assert:
		switch n.at {
		case textStart:
			return atText
		case searchStart:
			return atSearch
		case lineStart:
			return atLine
		default:
		}
	case repeat:
		if dots && n.min == 0 && n.max == unlimited && n.mode != possessive && isDot(n.subs[0]) {
			return atLine
		}
	default:
	}
	return anywhere
}

// refers reports whether there is a backreference in n.
func refers(n *node) bool {
	return n.kind == backref || slices.ContainsFunc(n.subs, refers)
}

func isDot(n *node) bool {
	s, ok := n.oneChar()
	out := s.negate()
	return ok && (len(out) == 0 || len(out) == 2 && out[0] == '\n' && out[1] == '\n')
}

// starts is the search for the places in one text.
type starts struct {
	*filter
	text     string
	from     int
	required int // the place of the required text that was found last
}

func (f *filter) starts(text string, from int) starts {
	return starts{filter: f, text: text, from: from, required: -1}
}

// next returns the first place at or after at where a match can begin.
func (s *starts) next(at int) (int, bool) {
	at = s.candidate(at)
	if at < 0 || len(s.text)-at < s.minBytes {
		return 0, false
	}
	if s.filter.required != "" && s.required < at {
		i := strings.Index(s.text[at:], s.filter.required)
		if i < 0 {
			return 0, false
		}
		s.required = at + i
	}
	return at, true
}

// candidate returns the first place by the anchor, the prefix or the first
// byte, or -1.
func (s *starts) candidate(at int) int {
	if at > len(s.text) {
		return -1
	}
	switch s.anchor {
	case atText:
		if at > 0 {
			return -1
		}
		return s.plausible(at)
	case atSearch:
		if at > s.from {
			return -1
		}
		return s.plausible(at)
	case atLine:
		return s.line(at)
	case anywhere:
	}
	switch {
	case s.prefix != "":
		if i := strings.Index(s.text[at:], s.prefix); i >= 0 {
			return at + i
		}
		return -1
	case s.first == nil:
		return at
	}
	for at < len(s.text) && !s.first[s.text[at]] {
		at = after(s.text, at)
	}
	return s.plausible(at)
}

// line returns the first plausible start of a line, or the place where the
// search starts, which is one for .*.
func (s *starts) line(at int) int {
	for {
		if at > 0 && at != s.from && s.text[at-1] != '\n' {
			i := strings.IndexByte(s.text[at:], '\n')
			if i < 0 {
				return -1
			}
			at += i + 1
		}
		if s.plausible(at) == at {
			return at
		}
		if at++; at > len(s.text) {
			return -1
		}
	}
}

// plausible returns at if the next byte can begin a match, else -1.
func (s *starts) plausible(at int) int {
	if at == len(s.text) {
		if s.atEnd {
			return at
		}
		return -1
	}
	if s.first != nil && !s.first[s.text[at]] {
		return -1
	}
	return at
}
