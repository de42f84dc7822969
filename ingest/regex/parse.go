package regex

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// maxNesting is how deep groups and classes of an expression may nest: the
// deepest pattern in Elasticsearch's banks has 13 levels.
const maxNesting = 250

// flags are what (?imsx) and the like switch.
type flags uint16

const (
	ignoreCase     flags = 1 << iota
	dotAll               // Ruby's m, Java's s
	multiLine            // Java's m
	extended             // x
	unicodeCase          // Java's u
	unicodeClasses       // Java's U, Ruby's u
	unixLines            // Java's d
	literalText          // Java's LITERAL
)

// A parser reads an expression from front to back. The first mistake ends the
// reading: fail moves to the end of the text, so that every loop ends by itself.
type parser struct {
	expr    string
	pos     int
	dialect Dialect
	flags   flags
	natives map[string]Native

	groups   []string // the names of the groups, by number; "" for the whole and for unnamed ones
	nesting  int
	numbered bool // there is a backreference by number
	highest  int  // the largest of these
	err      *SyntaxError
}

// parse reads the whole expression.
func (p *parser) parse() (*node, error) {
	p.groups = []string{""}
	if !utf8.ValidString(p.expr) {
		p.fail("invalid UTF-8")
		return nil, p.err
	}
	root := p.alternatives()
	if p.more() {
		p.unmatchedClose()
	}
	if p.dialect == Ruby {
		root = p.rubyGroups(root)
	}
	if p.numbered {
		root = withoutNatives(root) // a group inside of one may be meant
	}
	if p.err != nil {
		return nil, p.err
	}
	return root, nil
}

func withoutNatives(n *node) *node {
	for i, s := range n.subs {
		n.subs[i] = withoutNatives(s)
	}
	if n.kind == native {
		return n.subs[0]
	}
	return n
}

func (p *parser) fail(message string) { p.failAt(p.pos, message) }

func (p *parser) failAt(offset int, message string) {
	if p.err == nil {
		p.err = &SyntaxError{Expr: p.expr, Message: message, Offset: offset, java: p.dialect == Java}
	}
	p.pos = len(p.expr)
}

func (p *parser) more() bool { return p.pos < len(p.expr) }

func (p *parser) has(f flags) bool { return p.flags&f != 0 }

// peek returns the next byte, 0 at the end.
func (p *parser) peek() byte {
	if !p.more() {
		return 0
	}
	return p.expr[p.pos]
}

// accept skips text if it is next.
func (p *parser) accept(text string) bool {
	if !strings.HasPrefix(p.expr[p.pos:], text) {
		return false
	}
	p.pos += len(text)
	return true
}

// next returns the next character.
func (p *parser) next() rune {
	r, size := utf8.DecodeRuneInString(p.expr[p.pos:])
	p.pos += size
	return r
}

// enter counts a level of nesting; leave ends it.
func (p *parser) enter() {
	if p.nesting++; p.nesting > maxNesting {
		p.fail("too deep nest level")
	}
}

func (p *parser) leave() { p.nesting-- }

// alternatives reads up to a closing parenthesis or the end.
func (p *parser) alternatives() *node {
	out := []*node{p.sequence()}
	for p.peek() == '|' {
		p.pos++
		out = append(out, p.sequence())
	}
	return choiceOf(out)
}

func (p *parser) sequence() *node {
	var parts []*node
	for {
		p.skipExtended()
		if !p.more() || p.peek() == '|' || p.peek() == ')' {
			return sequenceOf(parts)
		}
		if n := p.item(); n != nil {
			parts = append(parts, n)
		}
	}
}

// item reads an atom with its quantifiers, nil for what leaves no trace.
func (p *parser) item() *node {
	if p.dialect == Java {
		return p.javaItem()
	}
	return p.rubyItem()
}

// skipExtended skips blanks and comments under (?x).
func (p *parser) skipExtended() {
	for p.has(extended) && p.more() {
		switch c := p.peek(); {
		case c == '#':
			if end := strings.IndexByte(p.expr[p.pos:], '\n'); end >= 0 {
				p.pos += end
			} else {
				p.pos = len(p.expr)
			}
		case c == ' ' || c >= '\t' && c <= '\r':
			p.pos++
		default:
			return
		}
	}
}

// group reads what follows an opening parenthesis at p.pos-1.
func (p *parser) group() *node {
	open := p.pos - 1
	p.enter()
	defer p.leave()
	if !p.accept("?") {
		p.groups = append(p.groups, "")
		n := &node{kind: capture, group: len(p.groups) - 1}
		n.subs = []*node{p.body(open)}
		return n
	}
	switch {
	case p.accept(":"):
		return p.body(open)
	case p.accept("="):
		return &node{kind: look, ahead: true, subs: []*node{p.body(open)}}
	case p.accept("!"):
		return &node{kind: look, ahead: true, negate: true, subs: []*node{p.body(open)}}
	case p.accept(">"):
		return &node{kind: atomic, subs: []*node{p.body(open)}}
	case p.accept("<="):
		return &node{kind: look, subs: []*node{p.body(open)}}
	case p.accept("<!"):
		return &node{kind: look, negate: true, subs: []*node{p.body(open)}}
	case p.dialect == Ruby && p.accept("~"):
		return absentOf(p.body(open))
	case p.accept("<"):
		return p.namedGroup(open, '>')
	case p.dialect == Ruby && p.accept("'"):
		return p.namedGroup(open, '\'')
	}
	return p.flagGroup(open)
}

// body reads the inside of a group and its closing parenthesis. Flags that are
// set inside end with it.
func (p *parser) body(open int) *node {
	outer := p.flags
	from := p.pos
	n := p.alternatives()
	inner := p.expr[from:p.pos]
	if !p.accept(")") {
		p.unclosed(open)
		return n
	}
	p.flags = outer
	if m, ok := p.natives[inner]; ok && outer == 0 {
		return &node{kind: native, native: &m, subs: []*node{n}}
	}
	return n
}

func (p *parser) unclosed(open int) {
	if p.dialect == Java {
		p.failAt(len(p.expr), "Unclosed group")
		return
	}
	p.failAt(open, "end pattern with unmatched parenthesis")
}

func (p *parser) unmatchedClose() {
	if p.dialect == Java {
		p.failAt(p.pos-1, "Unmatched closing ')'")
		return
	}
	p.fail("unmatched close parenthesis")
}

func (p *parser) namedGroup(open int, end byte) *node {
	name := p.groupName(end)
	if p.dialect == Java && slices.Contains(p.groups, name) && name != "" {
		p.failAt(p.pos-1, "Named capturing group <"+name+"> is already defined")
	}
	p.groups = append(p.groups, name)
	n := &node{kind: capture, group: len(p.groups) - 1, named: true}
	n.subs = []*node{p.body(open)}
	return n
}

func (p *parser) groupName(end byte) string {
	if p.dialect == Java {
		return p.javaName(end)
	}
	return p.rubyName(end)
}

// named returns the numbers of the groups with the given name.
func (p *parser) named(name string) []int {
	var out []int
	for i, have := range p.groups {
		if have == name && i > 0 {
			out = append(out, i)
		}
	}
	return out
}

// folding says how case is ignored here.
func (p *parser) folding() foldMode {
	switch {
	case !p.has(ignoreCase):
		return exactCase
	case p.dialect == Java && !p.has(unicodeCase|unicodeClasses):
		return foldASCII
	}
	return foldUnicode
}

// character returns the node of one literal character.
func (p *parser) character(r rune) *node {
	if mode := p.folding(); mode != exactCase {
		if s := (runeSet{r, r}).folded(mode == foldASCII); len(s) > 2 {
			return setNode(s)
		}
	}
	return literalNode(string(r))
}

// fold adds to a set what the flags add.
func (p *parser) fold(s runeSet) runeSet {
	if mode := p.folding(); mode != exactCase {
		return s.folded(mode == foldASCII)
	}
	return s
}

// digits reads up to most digits of a base.
func (p *parser) digits(base, most int) (value, count int) {
	for count < most && p.more() {
		d := digitValue(p.peek())
		if d >= base {
			break
		}
		value = value*base + d
		p.pos++
		count++
	}
	return value, count
}

func digitValue(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b >= 'a' && b <= 'f':
		return int(b-'a') + 10
	case b >= 'A' && b <= 'F':
		return int(b-'A') + 10
	}
	return 99
}

// controlEscape returns the character of \t, \n, \r, \f, \a, \e.
func controlEscape(c byte) (rune, bool) {
	switch c {
	case 't':
		return '\t', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 'f':
		return '\f', true
	case 'a':
		return '\a', true
	case 'e':
		return 0x1B, true
	}
	return 0, false
}

// lineBreak is \R: \r\n as a whole, or any one line break.
func lineBreak() *node {
	one := setNode(ranges('\n', '\r', 0x85, 0x85, 0x2028, 0x2029))
	return &node{kind: atomic, subs: []*node{choiceOf([]*node{literalNode("\r\n"), one})}}
}
