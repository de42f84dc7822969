package regex

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// eachMatch finds the matches in text one after the other, as Matcher.find does:
// after an empty match the next one begins a character later at the earliest.
// slots is filled anew for each; visit returning false ends the search.
func (r *Regex) eachMatch(text string, slots []int, visit func() bool) error {
	for from := 0; from <= len(text); {
		found, err := r.Find(text, from, slots)
		if err != nil || !found || !visit() {
			return err
		}
		if from = slots[1]; slots[0] == slots[1] {
			from = after(text, from)
		}
	}
	return nil
}

// after returns the position behind the character at pos.
func after(text string, pos int) int {
	if pos >= len(text) || text[pos] < utf8.RuneSelf {
		return pos + 1
	}
	_, n := utf8.DecodeRuneInString(text[pos:])
	return pos + n
}

// A Replacement is the text to put in the place of matches, in the syntax of
// Matcher.appendReplacement: $1 and ${name} are groups, a backslash takes the
// next character as it is.
type Replacement struct {
	regex *Regex
	parts []replacementPart
	err   error // of a mistake; parts are what is before it
}

type replacementPart struct {
	text  string
	group int // -1 for text
}

// A ReplacementError is a mistake in a replacement. Java finds it when the first
// match is replaced, so Replace returns it, and only then.
type ReplacementError struct {
	Message string
	// OutOfBounds says that there is no group of that number: an
	// IndexOutOfBoundsException rather than an IllegalArgumentException.
	OutOfBounds bool
}

func (e *ReplacementError) Error() string { return e.Message }

// Replacement reads a replacement for the matches of r.
func (r *Regex) Replacement(text string) *Replacement {
	out := &Replacement{regex: r}
	for text != "" && out.err == nil {
		i := strings.IndexAny(text, `\$`)
		if i < 0 {
			out.add(text)
			break
		}
		out.add(text[:i])
		text = out.special(text[i], text[i+1:])
	}
	return out
}

func (p *Replacement) add(text string) {
	last := len(p.parts) - 1
	switch {
	case text == "":
	case last >= 0 && p.parts[last].group < 0:
		p.parts[last].text += text
	default:
		p.parts = append(p.parts, replacementPart{text: text, group: -1})
	}
}

func (p *Replacement) fail(message string) string {
	p.err = &ReplacementError{Message: message}
	return ""
}

// special reads what follows a backslash or dollar and returns the rest.
func (p *Replacement) special(sign byte, rest string) string {
	switch {
	case sign == '\\' && rest == "":
		return p.fail("character to be escaped is missing")
	case sign == '\\':
		_, n := utf8.DecodeRuneInString(rest)
		p.add(rest[:n])
		return rest[n:]
	case rest == "":
		return p.fail("Illegal group reference: group index is missing")
	case rest[0] == '{':
		return p.name(rest[1:])
	case rest[0] < '0' || rest[0] > '9':
		return p.fail("Illegal group reference")
	}
	return p.number(rest)
}

func (p *Replacement) name(rest string) string {
	n := 0
	for n < len(rest) && isASCIILetterOrDigit(rest[n]) {
		n++
	}
	name := rest[:n]
	switch {
	case name == "":
		return p.fail("named capturing group has 0 length name")
	case n == len(rest) || rest[n] != '}':
		return p.fail("named capturing group is missing trailing '}'")
	case name[0] <= '9':
		return p.fail("capturing group name {" + name + "} starts with digit character")
	}
	for group, have := range p.regex.names {
		if have == name {
			p.parts = append(p.parts, replacementPart{group: group})
			return rest[n+1:]
		}
	}
	return p.fail("No group with name {" + name + "}")
}

// number reads as many digits as there are groups for.
func (p *Replacement) number(rest string) string {
	group := int(rest[0] - '0')
	if group >= len(p.regex.names) {
		p.err = &ReplacementError{Message: "No group " + strconv.Itoa(group), OutOfBounds: true}
		return ""
	}
	n := 1
	for ; n < len(rest) && rest[n] >= '0' && rest[n] <= '9'; n++ {
		longer := 10*group + int(rest[n]-'0')
		if longer >= len(p.regex.names) {
			break
		}
		group = longer
	}
	p.parts = append(p.parts, replacementPart{group: group})
	return rest[n:]
}

// Replace returns text with every match replaced (Matcher.replaceAll); without
// a match that is text itself. The error is ErrBudget or a *ReplacementError.
func (p *Replacement) Replace(text string) (string, error) { return p.replace(text, true) }

// ReplaceFirst is Replace for the first match only (Matcher.replaceFirst).
func (p *Replacement) ReplaceFirst(text string) (string, error) { return p.replace(text, false) }

func (p *Replacement) replace(text string, all bool) (string, error) {
	var few [16]int
	slots := few[:]
	if n := p.regex.Slots(); n > len(slots) {
		slots = make([]int, n)
	}
	var out []byte
	done, matched := 0, false
	err := p.regex.eachMatch(text, slots, func() bool {
		matched = true
		out = append(out, text[done:slots[0]]...)
		out = p.appendTo(out, text, slots)
		done = slots[1]
		return all && p.err == nil
	})
	switch {
	case err != nil:
		return "", err
	case !matched:
		return text, nil
	case p.err != nil:
		return "", p.err
	}
	return string(append(out, text[done:]...)), nil
}

func (p *Replacement) appendTo(out []byte, text string, slots []int) []byte {
	for _, part := range p.parts {
		if part.group < 0 {
			out = append(out, part.text...)
			continue
		}
		if begin, end := slots[2*part.group], slots[2*part.group+1]; begin >= 0 {
			out = append(out, text[begin:end]...)
		}
	}
	return out
}
