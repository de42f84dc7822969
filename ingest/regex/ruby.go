package regex

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// rubyItem reads an atom and any number of quantifiers in Ruby's syntax, where
// each applies to all that stands before it: a{2}+ is (?:a{2})+.
func (p *parser) rubyItem() *node {
	n := p.rubyAtom()
	if n == nil {
		return nil
	}
	for {
		p.skipComments()
		q, ok := p.rubyQuantifier()
		if !ok {
			return n
		}
		n = q.apply(n)
	}
}

// skipComments skips (?#…), and what (?x) allows.
func (p *parser) skipComments() {
	p.skipExtended()
	for p.accept("(?#") {
		for p.more() && p.peek() != ')' {
			if p.next() == '\\' && p.more() {
				p.next()
			}
		}
		if !p.accept(")") {
			p.fail("end pattern in group")
		}
		p.skipExtended()
	}
}

func (p *parser) rubyAtom() *node {
	from := p.pos
	if p.skipComments(); p.pos > from {
		return nil
	}
	if _, ok := p.rubyQuantifier(); ok {
		p.failAt(from, "target of repeat operator is not specified")
		return nil
	}
	switch c := p.next(); c {
	case '\\':
		return p.rubyEscape()
	case '[':
		return setNode(p.bracket())
	case '(':
		return p.group()
	case '.':
		return setNode(p.dot())
	case '^':
		return assertNode(lineStart)
	case '$':
		return assertNode(lineEnd)
	default:
		return p.character(c)
	}
}

func (p *parser) dot() runeSet {
	if p.has(dotAll) {
		return runeSet{0, maxRune}
	}
	if p.dialect == Java && !p.has(unixLines) {
		return ranges('\n', '\n', '\r', '\r', 0x85, 0x85, 0x2028, 0x2029).negate()
	}
	return runeSet{'\n', '\n'}.negate()
}

// A quantifier is a repetition that was read.
type quantifier struct {
	min, max int
	mode     repeatMode
}

func (q quantifier) apply(n *node) *node { return repeatOf(n, q.min, q.max, q.mode) }

// maxRepeat is the largest number in an interval, Joni's limit.
const maxRepeat = 100_000

// rubyQuantifier reads a quantifier if one is next. A brace that does not begin
// an interval is a character.
func (p *parser) rubyQuantifier() (quantifier, bool) {
	q := quantifier{max: unlimited}
	switch p.peek() {
	case '*':
	case '+':
		q.min = 1
	case '?':
		q.max = 1
	case '{':
		return p.rubyInterval()
	default:
		return q, false
	}
	p.pos++
	switch {
	case p.accept("?"):
		q.mode = lazy
	case p.accept("+"):
		q.mode = possessive
	}
	return q, true
}

// rubyInterval reads {n}, {n,}, {n,m} or {,m}. Only the ones with a comma can be
// lazy, and none is possessive.
func (p *parser) rubyInterval() (quantifier, bool) {
	from := p.pos
	p.pos++
	low, lowDigits := p.digits(10, 7)
	high, fixed := low, true
	if p.accept(",") {
		var highDigits int
		fixed = false
		if high, highDigits = p.digits(10, 7); highDigits == 0 {
			high = unlimited
		}
		if lowDigits+highDigits == 0 {
			fixed, lowDigits = false, -1
		}
	} else if lowDigits == 0 {
		lowDigits = -1
	}
	if lowDigits < 0 || !p.accept("}") {
		p.pos = from
		return quantifier{}, false
	}
	switch {
	case low > maxRepeat || high > maxRepeat:
		p.failAt(from, "too big number for repeat range")
	case high != unlimited && low > high:
		p.failAt(from, "upper is smaller than lower in repeat range")
	}
	q := quantifier{min: low, max: high}
	if !fixed && p.accept("?") {
		q.mode = lazy
	}
	return q, true
}

// rubyName reads a group name and its end. It begins with a letter, digit (in a
// reference) or any other character but ')': Joni is as lenient, and grok's
// names, such as IP:[source][ip], rely on it.
func (p *parser) rubyName(end byte) string {
	from := p.pos
	for p.more() && p.peek() != end && p.peek() != ')' {
		p.next()
	}
	name := p.expr[from:p.pos]
	switch {
	case name == "" && p.peek() == end:
		p.fail("group name is empty")
	case !p.accept(string(rune(end))):
		p.failAt(from, "invalid group name <"+p.expr[from:]+">")
	case name[0] >= '0' && name[0] <= '9' || name[0] == '-':
		p.failAt(from, "invalid group name <"+name+">")
	}
	return name
}

// flagGroup reads (?imx-imx) and (?imx-imx:…) in either dialect.
func (p *parser) flagGroup(open int) *node {
	changed, off := p.flags, false
	for p.more() {
		at := p.pos
		switch c := p.expr[p.pos]; c {
		case '-':
			off = true
			p.pos++
		case ':':
			p.pos++
			outer := p.flags
			p.flags = changed
			n := p.body(open)
			p.flags = outer
			return n
		case ')':
			p.pos++
			return p.flagsFromHere(changed)
		default:
			p.pos++
			bit, ok := p.flag(c)
			if !ok {
				p.unknownFlag(at)
				return nil
			}
			if off {
				changed &^= bit
			} else {
				changed |= bit
			}
		}
	}
	p.endInGroup()
	return nil
}

func (p *parser) endInGroup() {
	if p.dialect == Java {
		p.failAt(len(p.expr), "Unknown inline modifier")
		return
	}
	p.fail("end pattern in group")
}

func (p *parser) unknownFlag(at int) {
	if p.dialect == Java {
		p.failAt(at, "Unknown inline modifier")
		return
	}
	p.failAt(at, "undefined group option")
}

// flagsFromHere sets the flags for the rest of the group. In Ruby that rest is
// a group of its own: a(?i)b|c is a(?i:b|c), whereas Java has a(?i)b or (?i)c.
func (p *parser) flagsFromHere(changed flags) *node {
	if p.dialect == Java {
		p.flags = changed
		return nil
	}
	outer := p.flags
	p.flags = changed
	n := p.alternatives()
	p.flags = outer
	return n
}

func (p *parser) flag(c byte) (flags, bool) {
	if p.dialect == Java {
		i := strings.IndexByte("ismxudU", c)
		bits := [...]flags{ignoreCase, dotAll, multiLine, extended, unicodeCase, unixLines, unicodeClasses}
		if i < 0 {
			return 0, false
		}
		return bits[i], true
	}
	switch c {
	case 'i':
		return ignoreCase, true
	case 'm':
		return dotAll, true
	case 'x':
		return extended, true
	case 'u':
		return unicodeClasses, true
	case 'a', 'd':
		return 0, true // what they choose is the default here
	}
	return 0, false
}

// rubyGroups makes plain groups non-capturing if there are named ones, as
// Oniguruma does, and numbers the rest anew.
func (p *parser) rubyGroups(root *node) *node {
	number := make([]int, len(p.groups))
	names := []string{""}
	for i, name := range p.groups {
		if name != "" {
			number[i] = len(names)
			names = append(names, name)
		}
	}
	if len(names) == 1 {
		if p.highest >= len(p.groups) {
			p.fail("invalid backref number/name")
		}
		return root
	}
	if p.numbered {
		p.fail("numbered backref/call is not allowed. (use name)")
		return root // its numbers may be those of groups that are not there
	}
	p.groups = names
	return renumber(root, number)
}

func renumber(n *node, number []int) *node {
	for i, s := range n.subs {
		n.subs[i] = renumber(s, number)
	}
	switch n.kind {
	case capture:
		if !n.named {
			return n.subs[0]
		}
		n.group = number[n.group]
	case backref:
		for i, g := range n.refs {
			n.refs[i] = number[g]
		}
	case sequence:
		return sequenceOf(n.subs) // groups that went away leave nested sequences
	default:
	}
	return n
}

// rubyEscape reads what follows a backslash outside of a class.
func (p *parser) rubyEscape() *node {
	if !p.more() {
		p.fail("end pattern at escape")
		return nil
	}
	if s, ok := p.rubyClassEscape(); ok {
		return setNode(s)
	}
	from := p.pos
	c := p.next()
	if n := rubyAssertion(c); n != nil {
		return n
	}
	switch {
	case c == 'X', c == 'g' && (p.peek() == '<' || p.peek() == '\''):
		p.failAt(from, "\\"+string(c)+" is not supported")
	case c == 'k' && p.accept("<"):
		return p.rubyReference('>')
	case c == 'k' && p.accept("'"):
		return p.rubyReference('\'')
	}
	p.pos = from
	if c >= '1' && c <= '9' {
		return p.rubyNumber()
	}
	r, raw := p.rubyCharEscape()
	if raw {
		return p.rawLiteral(byte(r))
	}
	return p.character(r)
}

// rubyAssertion returns the node of an escape that stands for a place or a line
// break, nil for any other.
func rubyAssertion(c rune) *node {
	switch c {
	case 'b':
		return assertNode(wordBoundary)
	case 'B':
		return assertNode(noWordBoundary)
	case 'A':
		return assertNode(textStart)
	case 'Z':
		return assertNode(lastLineEnd)
	case 'z':
		return assertNode(textEnd)
	case 'G':
		return assertNode(searchStart)
	case 'K':
		return &node{kind: keep}
	case 'R':
		return lineBreak()
	}
	return nil
}

// rubyReference reads the name of \k<name>, or its number.
func (p *parser) rubyReference(end byte) *node {
	from := p.pos
	text, _, found := strings.Cut(p.expr[from:], string(rune(end)))
	if !found || text == "" {
		p.fail("invalid group name <" + p.expr[from:] + ">")
		return nil
	}
	p.pos += len(text) + 1
	if c := strings.TrimPrefix(text, "-"); c[:1] >= "0" && c[:1] <= "9" {
		return p.relativeReference(text)
	}
	refs := p.named(text)
	if refs == nil {
		p.failAt(from, "undefined name <"+text+"> reference")
	}
	return &node{kind: backref, refs: refs, fold: p.folding()}
}

func (p *parser) relativeReference(text string) *node {
	n := 0
	for _, c := range strings.TrimPrefix(text, "-") {
		if c < '0' || c > '9' || n > len(p.groups) {
			p.fail("invalid backref number/name")
			return nil
		}
		n = 10*n + int(c-'0')
	}
	if text[0] == '-' {
		n = len(p.groups) - n
	}
	return p.reference(n)
}

// reference returns a backreference by number.
func (p *parser) reference(n int) *node {
	p.numbered, p.highest = true, max(p.highest, n)
	if n < 1 {
		p.fail("invalid backref number/name")
	}
	return &node{kind: backref, refs: []int{n}, fold: p.folding()}
}

// rubyNumber reads \1 … \9 and longer: a backreference if there is such a group
// or it has one digit, else an octal character.
func (p *parser) rubyNumber() *node {
	from := p.pos
	n, count := p.digits(10, 4)
	if count == 1 || n < len(p.groups) {
		return p.reference(n)
	}
	p.pos = from
	if c := p.peek(); c >= '8' {
		return p.character(p.next())
	}
	code, _ := p.digits(8, 3)
	return p.rawLiteral(byte(code))
}

// rawLiteral is a character that is written as bytes.
func (p *parser) rawLiteral(first byte) *node {
	text := p.rawCharacter(first)
	if r, size := utf8.DecodeRuneInString(text); size == len(text) && (r != utf8.RuneError || size > 1) {
		return p.character(r)
	}
	p.fail("too short multibyte code string")
	return nil
}

// rawCharacter returns a character that is written as bytes, \xC3\xA9, of which
// the first was read.
func (p *parser) rawCharacter(first byte) string {
	raw := []byte{first}
	for !utf8.FullRune(raw) && p.accept("\\x") {
		b, _ := p.digits(16, 2)
		raw = append(raw, byte(b))
	}
	return string(raw)
}

// rubyCharEscape reads the escape of one character; raw says that it is a byte.
// An escaped character that means nothing stands for itself.
func (p *parser) rubyCharEscape() (r rune, raw bool) {
	c := p.next()
	switch c {
	case 'x':
		return p.rubyHex()
	case '0', '1', '2', '3', '4', '5', '6', '7':
		p.pos--
		code, _ := p.digits(8, 3)
		return rune(code & 0xFF), true
	case 'v':
		return '\v', false
	case 'c':
		return p.rubyControl(), false
	case 'C':
		if !p.accept("-") {
			p.fail("invalid control-code syntax")
		}
		return p.rubyControl(), false
	case 'M':
		p.fail("\\M- is not supported")
		return 0, false
	}
	if c < utf8.RuneSelf {
		if control, ok := controlEscape(byte(c)); ok {
			return control, false
		}
	}
	return c, false
}

func (p *parser) rubyControl() rune {
	if !p.more() {
		p.fail("end pattern at control")
		return 0
	}
	c := p.next()
	if c == '?' {
		return 0x7F
	}
	if c == '\\' && p.more() {
		c, _ = p.rubyCharEscape()
	}
	return c & 0x9F
}

// rubyHex reads \x{H…} and \xHH. Without digits it is \x00, as in Oniguruma.
func (p *parser) rubyHex() (r rune, raw bool) {
	from := p.pos
	if p.accept("{") {
		code, count := p.digits(16, 8)
		if count > 0 && p.accept("}") {
			if code > unicode.MaxRune {
				p.failAt(from, "too big wide-char value")
			}
			return rune(code), false
		}
		p.pos = from
	}
	code, _ := p.digits(16, 2)
	return rune(code), code >= utf8.RuneSelf
}

// rubyClassEscape reads \w, \d, \s, \h, their negations and \p{…}.
func (p *parser) rubyClassEscape() (runeSet, bool) {
	c := p.peek()
	var s runeSet
	switch c {
	case 'w', 'W':
		s = asciiWord
		if p.has(unicodeClasses) {
			s = wordSet()
		}
	case 'd', 'D':
		s = runeSet{'0', '9'}
		if p.has(unicodeClasses) {
			s = table(unicode.Nd)
		}
	case 's', 'S':
		s = asciiSpace
		if p.has(unicodeClasses) {
			s = table(unicode.White_Space)
		}
	case 'h', 'H':
		s = hexDigit
	case 'p', 'P':
		if !strings.HasPrefix(p.expr[p.pos+1:], "{") {
			return nil, false
		}
		p.pos++
		return p.rubyProperty(c == 'P'), true
	default:
		return nil, false
	}
	p.pos++
	if c < 'a' {
		s = s.negate()
	}
	return s, true
}

func (p *parser) rubyProperty(negate bool) runeSet {
	p.pos++ // {
	name, _, found := strings.Cut(p.expr[p.pos:], "}")
	if !found {
		p.failAt(p.pos, "property name never terminated \\p{"+p.expr[p.pos:])
		return nil
	}
	from := p.pos
	p.pos += len(name) + 1
	plain, caret := strings.CutPrefix(name, "^")
	s, ok := rubyProperty(plain)
	if !ok {
		p.failAt(from, "invalid character property name <"+name+">")
		return nil
	}
	if negate != caret {
		return s.negate()
	}
	return s
}
