package htmlstrip

import "strings"

// Strip returns s without its markup. A text without a < or without a > is
// returned as it is, its character references, too.
func Strip(s string) string {
	if !strings.Contains(s, "<") || !strings.Contains(s, ">") {
		return s
	}
	t := stripper{text: s, budget: 16*len(s) + 1<<16}
	t.out.Grow(len(s))
	for t.at < len(t.text) {
		t.plain()
	}
	return t.out.String()
}

// A stripper moves through the text and writes what is left of it.
type stripper struct {
	text string
	at   int
	out  strings.Builder

	// budget is how many bytes may still be looked at in search of the end of
	// a tag. Without it a text of many < that begin no tag takes quadratic
	// time; when it is used up, tags stay.
	budget int
}

// plain copies up to the next markup and deals with that.
func (t *stripper) plain() {
	rest := t.text[t.at:]
	next := strings.IndexAny(rest, "<&")
	if next < 0 {
		t.copy(len(t.text))
		return
	}
	t.copy(t.at + next)
	if t.text[t.at] == '<' {
		t.angle()
		return
	}
	text, length := reference(t.text[t.at:])
	if length == 0 {
		t.copy(t.at + 1)
		return
	}
	t.replace(t.at+length, text)
}

// copy writes the text up to end.
func (t *stripper) copy(end int) { t.replace(end, t.text[t.at:end]) }

// replace writes text instead of what goes to end.
func (t *stripper) replace(end int, text string) {
	t.out.WriteString(text)
	t.at = end
}

// angle deals with a <.
func (t *stripper) angle() {
	rest := t.text[t.at+1:]
	switch {
	case rest == "":
		t.copy(t.at + 1)
	case rest[0] == '!':
		t.declaration()
	case rest[0] == '?':
		t.instruction()
	case rest[0] == '/':
		t.tag(t.at+2, closeTag)
	default:
		t.tag(t.at+1, t.openTag)
	}
}

// instruction drops <?…?>, which may also end in />.
func (t *stripper) instruction() {
	end := -1
	if t.budget > 0 {
		end = strings.IndexByte(t.text[t.at:], '>')
		t.budget -= end
		if end < 0 {
			t.budget = 0 // no tag ends behind here
		}
	}
	if end < 3 || t.text[t.at+end-1] != '?' && t.text[t.at+end-1] != '/' {
		t.copy(t.at + 1)
		return
	}
	t.replace(t.at+end+1, "")
}

// declaration drops <!…> and comments, and takes CDATA out of its brackets.
func (t *stripper) declaration() {
	rest := t.text[t.at+2:]
	switch {
	case strings.HasPrefix(rest, "--"):
		t.at = skipComment(t.text, t.at+4)
	case strings.HasPrefix(rest, "[CDATA["):
		text, _, _ := strings.Cut(rest[len("[CDATA["):], "]]>")
		t.replace(min(len(t.text), t.at+2+len("[CDATA[")+len(text)+len("]]>")), text)
	case strings.Contains(rest, ">"):
		t.replace(t.at+2+strings.IndexByte(rest, '>')+1, "")
	default:
		t.copy(len(t.text))
	}
}
