package htmlstrip

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

var inline = func() map[string]bool {
	m := map[string]bool{}
	for name := range strings.FieldsSeq(`a b i q s u abbr acronym basefont bdo big cite code dfn em font img input kbd
		label samp select small span strike strong sub sup textarea tt var`) {
		m[name] = true
	}
	return m
}()

var hasHiddenText = map[string]bool{"script": true, "style": true}

// tag drops the tag whose name is at i, blanks aside, if tail finds its end.
// Otherwise it is text up to the end of the name.
func (t *stripper) tag(i int, tail func(s string, i int) int) {
	start := i + blanks(t.text[i:])
	nameEnd := start + nameLength(t.text[start:])
	if nameEnd == start {
		t.copy(start)
		return
	}
	if nameEnd == len(t.text) {
		t.replace(nameEnd, "") // a tag that the end of the text cuts off
		return
	}
	end := tail(t.text, nameEnd)
	name := strings.ToLower(t.text[start:nameEnd])
	switch {
	case end < 0:
		t.copy(nameEnd)
	case hasHiddenText[name] && t.text[i-1] == '<' && t.text[nameEnd] != '=' && t.text[nameEnd] != '/':
		t.hidden(end, name)
	case inline[name]:
		t.replace(end, "")
	default:
		t.replace(end, "\n")
	}
}

// hidden drops an element from its start tag, which ends at i, to its end tag.
func (t *stripper) hidden(i int, name string) {
	end, closed := skipElement(t.text, i, name)
	if closed {
		t.replace(end, "\n")
		return
	}
	t.at = end
}

// closeTag returns where an end tag ends whose name ends at i, or -1.
func closeTag(s string, i int) int {
	i += blanks(s[i:])
	if i < len(s) && s[i] == '>' {
		return i + 1
	}
	return -1
}

// A tagState is a set of places inside a start tag. As a regular expression
// would, the search for the longest tag follows all at once: a quote may begin
// the value of an attribute, inside of which < and > do not count, or be one of
// the characters in between.
type tagState uint16

const (
	between       tagState = 1 << iota // anything but < and >
	space                              // blanks before an attribute
	name                               // its name
	nameSpace                          // blanks behind its name
	equals                             // = and blanks behind it
	single                             // '…'
	double                             // "…"
	include                            // <!--#…-->
	includeSingle                      // '…' in it
	includeDouble                      // "…" in it
)

const includeStart = "<!--#"

// openTag returns where the longest start tag ends whose name ends at i, or -1.
func (t *stripper) openTag(s string, i int) int {
	r, _ := utf8.DecodeRuneInString(s[i:])
	switch {
	case r == '>':
		return i + 1
	case strings.HasPrefix(s[i:], "/>"):
		return i + 2
	case r != '=' && !unicode.IsSpace(r):
		return -1
	}
	end, including := -1, -1
	state := between
	for state != 0 || including >= 0 {
		if i == including {
			state |= include
			including = -1
		}
		if i >= len(s) || t.budget <= 0 {
			break
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		t.budget -= size
		if state&between != 0 && r == '>' {
			end = i + 1
		}
		if state&between != 0 && r == '<' && strings.HasPrefix(s[i:], includeStart) {
			including = i + len(includeStart)
		}
		next := state.attribute(r) | state.quoted(r, s[i-1] == '\\')
		if state&include != 0 && r == '>' && strings.HasSuffix(s[:i], "--") {
			next |= between
		}
		state = next
		i += size
	}
	return end
}

// attribute returns where r leads outside of quotes.
func (state tagState) attribute(r rune) tagState {
	blank := unicode.IsSpace(r)
	var next tagState
	if state&between != 0 && r != '<' && r != '>' {
		next |= between
	}
	if state&between != 0 && isNameStart(r) || state&name != 0 && isNamePart(r) {
		next |= name
	}
	if state&(name|nameSpace) != 0 && blank {
		next |= nameSpace
	}
	if state&(name|nameSpace) != 0 && r == '=' || state&equals != 0 && blank {
		next |= equals
	}
	if state&equals != 0 && r == '\'' {
		next |= single
	}
	if state&equals != 0 && r == '"' {
		next |= double
	}
	return next
}

// quoted returns where r leads inside of quotes and server-side includes. An
// escaped quote may end the text, too: what follows decides.
func (state tagState) quoted(r rune, escaped bool) tagState {
	var next tagState
	stay := func(in tagState, quote rune, out tagState) {
		switch {
		case state&in == 0:
		case r != quote:
			next |= in
		case escaped:
			next |= in | out
		default:
			next |= out
		}
	}
	stay(single, '\'', between)
	stay(double, '"', between)
	stay(includeSingle, '\'', include)
	stay(includeDouble, '"', include)
	switch {
	case state&include == 0:
	case r == '\'':
		next |= includeSingle
	case r == '"':
		next |= includeDouble
	default:
		next |= include
	}
	return next
}

func blanks(s string) int { return len(s) - len(strings.TrimLeftFunc(s, unicode.IsSpace)) }

// nameLength is the length of the name at the start of s.
func nameLength(s string) int {
	for i, r := range s {
		if i == 0 && !isNameStart(r) || !isNamePart(r) {
			return i
		}
	}
	return len(s)
}

func isNameStart(r rune) bool { return r == ':' || r == '_' || unicode.In(r, unicode.L, unicode.Nl) }

func isNamePart(r rune) bool {
	return r == '-' || r == '.' || isNameStart(r) || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc)
}
