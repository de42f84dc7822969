package regex

import (
	"strings"
	"unicode/utf8"
)

// bracket reads a character class after its opening bracket. Both dialects
// nest classes and intersect them with &&, which binds weaker than all else.
func (p *parser) bracket() runeSet {
	open := p.pos - 1
	p.enter()
	defer p.leave()
	negate := p.accept("^")
	var all runeSet
	parts := 0
	for last := false; !last; {
		var part runeSet
		part, last = p.bracketPart(open)
		switch {
		case len(part) == 0 && p.dialect == Java: // [a&&] is [a]
			continue
		case parts == 0:
			all = part
		default:
			all = all.intersect(part)
		}
		parts++
	}
	if negate {
		return all.negate()
	}
	return all
}

// bracketPart reads up to && or the end of the class and reports which.
func (p *parser) bracketPart(open int) (s runeSet, last bool) {
	c := bracketReader{p: p, open: open, first: p.expr[p.pos-1] != '&'}
	for {
		switch {
		case !p.more():
			p.unclosedBracket(open)
			return c.set, true
		case p.peek() == ']' && !c.literalClose():
			c.flush()
			p.pos++
			return p.fold(c.set).union(c.nested), true
		case strings.HasPrefix(p.expr[p.pos:], "&&"):
			for p.peek() == '&' {
				p.pos++
			}
			c.flush()
			return p.fold(c.set).union(c.nested), false
		}
		c.item()
		c.first = false
	}
}

func (p *parser) unclosedBracket(open int) {
	if p.dialect == Java {
		p.failAt(max(len(p.expr)-1, 0), "Unclosed character class")
		return
	}
	p.failAt(open, "premature end of char-class")
}

// A bracketReader collects the members of a class. A character is held back
// until it is known whether it begins a range.
type bracketReader struct {
	p      *parser
	open   int
	first  bool // nothing was read
	set    runeSet
	nested runeSet // of nested classes, which have folded their own
	held   member
	state  heldState
}

type heldState uint8

const (
	nothing  heldState = iota
	oneRune            // held
	wholeSet           // \w and the like: cannot begin a range
	complete           // a range has just ended
)

// literalClose reports whether the bracket at p.pos is a member: the first
// thing in a class is, if another closes it.
func (c *bracketReader) literalClose() bool {
	if !c.first {
		return false
	}
	if c.p.dialect == Ruby && !strings.Contains(c.p.expr[c.p.pos+1:], "]") {
		c.p.failAt(c.open, "empty char-class")
	}
	return true
}

func (c *bracketReader) flush() {
	if c.state == oneRune && !c.held.lone {
		c.set = append(c.set, c.held.char, c.held.char)
	}
	c.set = c.set.normal()
	c.state = nothing
}

// hold takes a character.
func (c *bracketReader) hold(m member) {
	c.flush()
	c.held, c.state = m, oneRune
}

// add takes a set.
func (c *bracketReader) add(s runeSet) {
	c.flush()
	c.set, c.state = c.set.union(s), wholeSet
}

func (c *bracketReader) item() {
	p := c.p
	switch p.peek() {
	case '[':
		p.pos++
		if s, ok := p.posixBracket(); ok {
			c.add(s)
			return
		}
		c.flush()
		c.nested = c.nested.union(p.bracket())
		return
	case '-':
		if c.rangeFollows() {
			p.pos++
			c.rangeEnd()
			return
		}
	case ' ', '\t', '\n', '\r', '\f', '\v', '#':
		if from := p.pos; p.dialect == Java {
			if p.skipExtended(); p.pos > from {
				return
			}
		}
	}
	if m := p.member(); m.isSet {
		c.add(m.set)
	} else {
		c.hold(m)
	}
}

// rangeFollows reports whether the dash at p.pos makes a range of what was read
// and what follows; otherwise it is a member.
func (c *bracketReader) rangeFollows() bool {
	p := c.p
	rest := p.expr[p.pos+1:]
	if rest == "" || rest[0] == ']' || strings.HasPrefix(rest, "&&") {
		return false
	}
	if c.state == wholeSet && p.dialect == Ruby {
		p.fail("unmatched range specifier in char-class")
		return false
	}
	return c.state == oneRune && (p.dialect == Ruby || rest[0] != '[')
}

func (c *bracketReader) rangeEnd() {
	p, from := c.p, c.p.pos
	if p.dialect == Ruby && p.peek() == '[' {
		p.pos++
		p.failAt(from, "char-class value at end of range")
		return
	}
	low, high := c.held.char, p.member()
	if high.lone && high.char == 0xFF {
		high.char = maxRune // [\x80-\xFF] is everything beyond ASCII
	}
	switch {
	case high.isSet && p.dialect == Java:
		p.failAt(p.pos-1, "Illegal character range")
	case high.isSet:
		p.failAt(from, "char-class value at end of range")
	case high.char < low && p.dialect == Java:
		p.failAt(p.pos-1, "Illegal character range")
	case high.char < low:
		p.failAt(from, "empty range in char class")
	}
	c.set = append(c.set, low, high.char).normal()
	c.state = complete
}

// A member is a character in a class, or an escape that stands for a set.
type member struct {
	char  rune
	set   runeSet
	isSet bool
	lone  bool // a byte beyond ASCII that is no character: it ends ranges, and is none by itself
}

func (p *parser) member() member {
	c := p.next()
	switch {
	case c != '\\':
		return member{char: c}
	case p.dialect == Java:
		return p.javaMember()
	case !p.more():
		p.fail("end pattern at escape")
		return member{}
	}
	if s, ok := p.rubyClassEscape(); ok {
		return member{set: s, isSet: true}
	}
	if p.accept("b") {
		return member{char: '\b'}
	}
	r, raw := p.rubyCharEscape()
	if !raw || r < utf8.RuneSelf {
		return member{char: r}
	}
	text := p.rawCharacter(byte(r))
	char, size := utf8.DecodeRuneInString(text)
	if size < len(text) || char == utf8.RuneError && size == 1 {
		return member{char: rune(text[0]), lone: true}
	}
	return member{char: char}
}

// maxPosixName bounds how far the end of [:name:] is looked for, as Joni does.
const maxPosixName = 20

// posixBracket reads [:name:] after its first bracket, in Ruby's dialect.
func (p *parser) posixBracket() (runeSet, bool) {
	if p.dialect != Ruby || p.peek() != ':' {
		return nil, false
	}
	from := p.pos
	name, _, found := strings.Cut(p.expr[p.pos+1:], ":]")
	if !found || len(name) > maxPosixName || strings.ContainsAny(name, "]:") {
		return nil, false
	}
	p.pos += len(name) + 3
	plain, negate := strings.CutPrefix(name, "^")
	s, ok := posixClass(plain)
	if !ok {
		p.failAt(from, "invalid POSIX bracket type")
		return nil, false
	}
	if negate {
		return s.negate(), true
	}
	return s, true
}
