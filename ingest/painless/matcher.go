package painless

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A matcher is a java.util.regex.Matcher.
type matcher struct {
	pattern  *pattern
	text     string
	from, to int   // the region, in bytes
	slots    []int // of the last match, in bytes
	matched  bool
	next     int // where the next find starts
}

// JavaClass implements document.Object.
func (*matcher) JavaClass() string { return "java.util.regex.Matcher" }

// AppendText implements document.Object.
func (m *matcher) AppendText(dst []byte) []byte {
	return fmt.Appendf(dst, "java.util.regex.Matcher[pattern=%s region=%d,%d]", m.pattern.text, units(m.text, m.from), units(m.text, m.to))
}

// Identity implements document.Object.
func (m *matcher) Identity() string { return fmt.Sprintf("%p", m) }

// HashCode implements document.Object.
func (*matcher) HashCode() int32 { return identityHash }

func (t *thread) newMatcher(p *pattern, text string) Value {
	return objectFor(matcher{pattern: p, text: text, to: len(text), slots: make([]int, p.re.Slots())})
}

func matcherIn(v Value) *matcher {
	return objectOf[*matcher](v)
}

// region is the text up to the end of the region.
func (m *matcher) region() string { return m.text[:m.to] }

// matcherBounds are those of a region, which cannot be changed: ^ and $ match there, and
// nothing beyond is seen.
var matcherBounds = []member{
	{"boolean hasAnchoringBounds()", func(Value) Value { return document.Boolean(true) }},
	{"boolean hasTransparentBounds()", func(Value) Value { return document.Boolean(false) }},
}

// find looks for the next match.
func (t *thread) find(m *matcher) bool {
	if m.next > m.to {
		m.matched = false
		return false
	}
	m.matched = t.matched(m.pattern.re.Find(m.region(), m.next, m.slots))
	if m.matched {
		m.advance()
	} else {
		m.next = m.to + 1
	}
	return m.matched
}

// advance puts the next find behind the match, and behind a character more if
// the match is empty.
func (m *matcher) advance() {
	m.next = m.slots[1]
	if m.slots[0] == m.slots[1] {
		_, size := utf8.DecodeRuneInString(m.text[m.next:])
		m.next += max(size, 1)
	}
}

func (m *matcher) reset() {
	m.matched, m.next, m.from, m.to = false, 0, 0, len(m.text)
}

// group returns the bytes of a group of the last match; begin is -1 for one that
// took no part.
func (t *thread) group(m *matcher, n int) (begin, end int) {
	if !m.matched {
		t.throw(document.IllegalState, "No match found")
	}
	if n < 0 || 2*n+1 >= len(m.slots) {
		t.throw(indexOutOfBounds, "No group %d", n)
	}
	return m.slots[2*n], m.slots[2*n+1]
}

func (t *thread) groupText(m *matcher, n int) Value {
	begin, end := t.group(m, n)
	if begin < 0 {
		return document.Null
	}
	return document.String(m.text[begin:end])
}

func groupAt(args []Value) int {
	if len(args) > 1 {
		return int(args[1].Int64())
	}
	return 0
}

func matcherClass() classSpec {
	return classSpec{
		name: "Matcher", java: "java.util.regex.Matcher",
		methods: slices.Concat(matcherGroups, matcherSearches, matcherBounds),
		statics: []member{{"String quoteReplacement(String)", func(s string) string {
			return strings.NewReplacer(`\`, `\\`, `$`, `\$`).Replace(s)
		}}},
	}
}

var matcherGroups = []member{
	{"int end()", matcherEnd}, {"int end(int)", matcherEnd},
	{"int start()", matcherStart}, {"int start(int)", matcherStart},
	{"String group()", matcherGroup}, {"String group(int)", matcherGroup},
	{"String namedGroup(String)", func(t *thread, args []Value) Value {
		m, name := matcherIn(args[0]), t.text(args[1])
		n := slices.Index(m.pattern.re.Names(), name)
		if n < 0 || name == "" {
			t.throw(document.IllegalArgument, "No group with name <%s>", name)
		}
		return t.groupText(m, n)
	}},
	{"int groupCount()", func(v Value) Value { return document.Integer(int32(len(matcherIn(v).slots)/2 - 1)) }},
	{"Pattern pattern()", func(v Value) Value { return document.ObjectOf(matcherIn(v).pattern) }},
	{"boolean hitEnd()", func(v Value) Value {
		m := matcherIn(v)
		return document.Boolean(!m.matched || m.slots[1] == m.to)
	}},
	{"int regionStart()", func(v Value) Value { return document.Integer(int32(units(matcherIn(v).text, matcherIn(v).from))) }},
	{"int regionEnd()", func(v Value) Value { return document.Integer(int32(units(matcherIn(v).text, matcherIn(v).to))) }},
}

func matcherEnd(t *thread, args []Value) Value {
	_, end := t.group(matcherIn(args[0]), groupAt(args))
	return document.Integer(int32(units(matcherIn(args[0]).text, end)))
}

func matcherStart(t *thread, args []Value) Value {
	begin, _ := t.group(matcherIn(args[0]), groupAt(args))
	return document.Integer(int32(units(matcherIn(args[0]).text, begin)))
}

func matcherGroup(t *thread, args []Value) Value {
	return t.groupText(matcherIn(args[0]), groupAt(args))
}

var matcherSearches = []member{
	{"boolean find()", func(t *thread, args []Value) Value { return document.Boolean(t.find(matcherIn(args[0]))) }},
	{"boolean find(int)", func(t *thread, args []Value) Value {
		m, i := matcherIn(args[0]), int(args[1].Int64())
		if i < 0 || i > length(m.text) {
			t.throw(indexOutOfBounds, "Illegal start index")
		}
		m.reset()
		m.next = offset(m.text, i)
		return document.Boolean(t.find(m))
	}},
	{"boolean lookingAt()", func(t *thread, args []Value) Value {
		m := matcherIn(args[0])
		m.matched = t.matched(m.pattern.re.FindBefore(m.region(), m.from, m.from, m.slots))
		if m.matched {
			m.advance()
		}
		return document.Boolean(m.matched)
	}},
	{"boolean matches()", func(t *thread, args []Value) Value {
		m := matcherIn(args[0])
		m.matched = t.matched(m.pattern.re.MatchAll(m.text[m.from:m.to], m.slots))
		if m.matched {
			for i := range m.slots {
				if m.slots[i] >= 0 {
					m.slots[i] += m.from
				}
			}
			m.advance()
		}
		return document.Boolean(m.matched)
	}},
	{"Matcher region(int, int)", func(t *thread, args []Value) Value {
		m, from, to := matcherIn(args[0]), int(args[1].Int64()), int(args[2].Int64())
		if from < 0 || to > length(m.text) || from > to {
			t.throw(indexOutOfBounds, "start")
		}
		m.reset()
		m.from, m.to = offset(m.text, from), offset(m.text, to)
		m.next = m.from
		return args[0]
	}},
	{"String replaceAll(String)", func(t *thread, args []Value) Value {
		m := matcherIn(args[0])
		m.reset()
		out, err := m.pattern.re.Replacement(t.text(args[1])).Replace(m.text)
		t.throwRegex(err)
		return t.newText(out)
	}},
	{"String replaceFirst(String)", func(t *thread, args []Value) Value {
		m := matcherIn(args[0])
		m.reset()
		out, err := m.pattern.re.Replacement(t.text(args[1])).ReplaceFirst(m.text)
		t.throwRegex(err)
		return t.newText(out)
	}},
	{"Matcher reset()", func(v Value) Value {
		matcherIn(v).reset()
		return v
	}},
	{"Matcher usePattern(Pattern)", func(t *thread, args []Value) Value {
		m, p := matcherIn(args[0]), t.pattern(args[1])
		m.pattern, m.matched, m.slots = p, false, make([]int, p.re.Slots())
		return args[0]
	}},
}
