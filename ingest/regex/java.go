package regex

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// javaItem reads an atom and its quantifier in the syntax of java.util.regex.
func (p *parser) javaItem() *node {
	if p.has(literalText) {
		return p.character(p.next())
	}
	if p.accept(`\Q`) {
		return p.quoted()
	}
	n := p.javaAtom()
	if n == nil {
		return nil
	}
	return p.javaQuantified(n)
}

// quoted reads the text between \Q and \E; a quantifier after it applies to
// its last character.
func (p *parser) quoted() *node {
	text, _, found := strings.Cut(p.expr[p.pos:], `\E`)
	p.pos += len(text)
	if found {
		p.pos += len(`\E`)
	}
	var parts []*node
	for _, r := range text {
		parts = append(parts, p.character(r))
	}
	if last := len(parts) - 1; last >= 0 {
		parts[last] = p.javaQuantified(parts[last])
	}
	return sequenceOf(parts)
}

func (p *parser) javaAtom() *node {
	from := p.pos
	switch c := p.next(); c {
	case '\\':
		return p.javaEscape()
	case '[':
		return setNode(p.bracket())
	case '(':
		return p.group()
	case '.':
		return setNode(p.dot())
	case '^':
		return assertNode(p.javaCaret())
	case '$':
		return assertNode(p.javaDollar())
	case '*', '+', '?':
		p.failAt(from, "Dangling meta character '"+string(c)+"'")
		return nil
	case '{':
		p.pos = from // repeats nothing, if it is an interval
		return emptyNode()
	default:
		return p.character(c)
	}
}

func (p *parser) javaCaret() assertion {
	switch {
	case !p.has(multiLine):
		return textStart
	case p.has(unixLines):
		return lineStart
	}
	return javaLineStart
}

func (p *parser) javaDollar() assertion {
	switch {
	case p.has(multiLine) && p.has(unixLines):
		return lineEnd
	case p.has(multiLine):
		return javaLineEnd
	case p.has(unixLines):
		return lastLineEnd
	}
	return javaLastLineEnd
}

// javaQuantified reads the one quantifier that n can have.
func (p *parser) javaQuantified(n *node) *node {
	p.skipExtended()
	q := quantifier{max: unlimited}
	switch p.peek() {
	case '*':
		p.pos++
	case '+':
		q.min = 1
		p.pos++
	case '?':
		q.max = 1
		p.pos++
	case '{':
		q = p.javaInterval()
	default:
		return n
	}
	switch {
	case p.accept("?"):
		q.mode = lazy
	case p.accept("+"):
		q.mode = possessive
	}
	return q.apply(n)
}

// javaInterval reads {n}, {n,} or {n,m}.
func (p *parser) javaInterval() quantifier {
	p.pos++
	q := quantifier{}
	low, digits := p.digits(10, 10)
	if digits == 0 {
		p.fail("Illegal repetition")
	}
	q.min, q.max = low, low
	if p.accept(",") {
		if q.max, digits = p.digits(10, 10); digits == 0 {
			q.max = unlimited
		}
	}
	switch {
	case q.min > 1<<31-1 || q.max > 1<<31-1 || q.max != unlimited && q.min > q.max:
		p.fail("Illegal repetition range")
	case !p.accept("}"):
		p.fail("Unclosed counted closure")
	}
	return q
}

// javaName reads a group name and its end.
func (p *parser) javaName(end byte) string {
	from := p.pos
	for p.more() && isASCIILetterOrDigit(p.peek()) {
		p.pos++
	}
	name := p.expr[from:p.pos]
	switch {
	case name == "" || name[0] <= '9':
		p.failAt(from, "capturing group name does not start with a Latin letter")
	case !p.accept(string(rune(end))):
		p.fail("named capturing group is missing trailing '>'")
	}
	return name
}

func isASCIILetterOrDigit(b byte) bool {
	return b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z'
}

// javaEscape reads what follows a backslash outside of a class.
func (p *parser) javaEscape() *node {
	if s, ok := p.javaClassEscape(); ok {
		return setNode(s)
	}
	from := p.pos
	p.pos++
	switch p.expr[from : from+min(1, len(p.expr)-from)] {
	case "b":
		return assertNode(p.javaBoundary(asciiBoundary, wordBoundary))
	case "B":
		return assertNode(p.javaBoundary(noASCIIBoundary, noWordBoundary))
	case "A":
		return assertNode(textStart)
	case "G":
		return assertNode(searchStart)
	case "z":
		return assertNode(textEnd)
	case "Z":
		if p.has(unixLines) {
			return assertNode(lastLineEnd)
		}
		return assertNode(javaLastLineEnd)
	case "R":
		return lineBreak()
	case "k":
		return p.javaReference()
	case "1", "2", "3", "4", "5", "6", "7", "8", "9":
		p.pos--
		return p.javaNumber()
	}
	p.pos = from
	return p.character(p.javaCharEscape())
}

func (p *parser) javaBoundary(plain, unicodeAware assertion) assertion {
	if p.has(unicodeClasses) {
		return unicodeAware
	}
	return plain
}

func (p *parser) javaReference() *node {
	if !p.accept("<") {
		p.fail("\\k is not followed by '<' for named capturing group")
		return nil
	}
	name := p.javaName('>')
	refs := p.named(name)
	if refs == nil {
		p.failAt(p.pos-1, "named capturing group <"+name+"> does not exist")
	}
	return &node{kind: backref, refs: refs, fold: p.folding()}
}

// javaNumber reads \1, \12 …: as many digits as there are groups for.
func (p *parser) javaNumber() *node {
	n, _ := p.digits(10, 1)
	for p.more() {
		d := digitValue(p.peek())
		if d > 9 || 10*n+d >= len(p.groups) {
			break
		}
		n = 10*n + d
		p.pos++
	}
	return p.reference(n)
}

// javaMember reads what follows a backslash in a class.
func (p *parser) javaMember() member {
	if s, ok := p.javaClassEscape(); ok {
		return member{set: s, isSet: true}
	}
	if !p.accept("Q") {
		return member{char: p.javaCharEscape()}
	}
	text, _, found := strings.Cut(p.expr[p.pos:], `\E`)
	p.pos += len(text)
	if found {
		p.pos += len(`\E`)
	}
	m := member{isSet: true}
	for _, r := range text {
		m.set = append(m.set, r, r)
	}
	m.set = m.set.normal()
	return m
}

// javaCharEscape reads the escape of one character. A letter that means nothing
// is a mistake.
func (p *parser) javaCharEscape() rune {
	from := p.pos
	if !p.more() {
		p.fail("Unexpected internal error")
		return 0
	}
	c := p.next()
	switch c {
	case '0':
		return p.javaOctal()
	case 'x':
		return p.javaHex()
	case 'u':
		return p.javaUnicode()
	case 'c':
		if !p.more() {
			p.failAt(from, "Illegal control escape sequence")
			return 0
		}
		return p.next() ^ 64
	}
	if c < utf8.RuneSelf {
		if control, ok := controlEscape(byte(c)); ok {
			return control
		}
		if isASCIILetterOrDigit(byte(c)) {
			p.failAt(from, "Illegal/unsupported escape sequence")
		}
	}
	return c
}

func (p *parser) javaOctal() rune {
	n, count := p.digits(8, 3)
	if count == 0 {
		p.fail("Illegal octal escape sequence")
	}
	if n > 0o377 {
		p.pos--
		n >>= 3
	}
	return rune(n)
}

func (p *parser) javaHex() rune {
	if p.accept("{") {
		n, count := p.digits(16, 8)
		if count == 0 || n > unicode.MaxRune || !p.accept("}") {
			p.fail("Illegal hexadecimal escape sequence")
		}
		return rune(n)
	}
	n, count := p.digits(16, 2)
	if count != 2 {
		p.fail("Illegal hexadecimal escape sequence")
	}
	return rune(n)
}

func (p *parser) javaUnicode() rune {
	n, count := p.digits(16, 4)
	if count != 4 {
		p.fail("Illegal Unicode escape sequence")
	}
	if from := p.pos; utf16.IsSurrogate(rune(n)) && p.accept(`\u`) {
		low, _ := p.digits(16, 4)
		if r := utf16.DecodeRune(rune(n), rune(low)); r != utf8.RuneError {
			return r
		}
		p.pos = from
	}
	return rune(n)
}

// javaClassEscape reads \w, \d, \s, \h, \v, their negations and \p{…}.
func (p *parser) javaClassEscape() (runeSet, bool) {
	c := p.peek()
	aware := p.has(unicodeClasses)
	var s runeSet
	switch c {
	case 'w', 'W':
		s = pick(aware, wordSet, asciiWord)
	case 'd', 'D':
		s = pick(aware, func() runeSet { return table(unicode.Nd) }, runeSet{'0', '9'})
	case 's', 'S':
		s = pick(aware, func() runeSet { return table(unicode.White_Space) }, asciiSpace)
	case 'h', 'H':
		s = horizontalSpace
	case 'v', 'V':
		s = verticalSpace
	case 'p', 'P':
		p.pos++
		s = p.javaProperty()
	default:
		return nil, false
	}
	if c != 'p' && c != 'P' {
		p.pos++
	}
	if c < 'a' {
		s = s.negate()
	}
	return s, true
}

func pick(aware bool, wide func() runeSet, narrow runeSet) runeSet {
	if aware {
		return wide()
	}
	return slices.Clone(narrow)
}

// javaProperty reads {name} or the one letter of \pL.
func (p *parser) javaProperty() runeSet {
	name := " "
	if p.accept("{") {
		text, _, found := strings.Cut(p.expr[p.pos:], "}")
		if !found {
			p.failAt(len(p.expr), "Unclosed character family")
			return nil
		}
		p.pos += len(text) + 1
		if name = text; name == "" {
			p.failAt(p.pos-1, "Empty character family")
			return nil
		}
	} else if p.more() {
		name = string(p.next())
	}
	s, ok := javaProperty(name, p.has(unicodeClasses))
	if !ok {
		p.failAt(p.pos-1, "Unknown character property name {"+name+"}")
	}
	return p.fold(s)
}
