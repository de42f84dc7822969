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
	held   rune
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
	if c.state == oneRune {
		c.set = append(c.set, c.held, c.held)
	}
	c.set = c.set.normal()
	c.state = nothing
}

// hold takes a character.
func (c *bracketReader) hold(r rune) {
	c.flush()
	c.held, c.state = r, oneRune
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
	if r, s, isSet := p.member(); isSet {
		c.add(s)
	} else {
		c.hold(r)
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
	high, _, isSet := p.member()
	switch {
	case isSet && p.dialect == Java:
		p.failAt(p.pos-1, "Illegal character range")
	case isSet:
		p.failAt(from, "char-class value at end of range")
	case high < c.held && p.dialect == Java:
		p.failAt(p.pos-1, "Illegal character range")
	case high < c.held:
		p.failAt(from, "empty range in char class")
	}
	c.set = append(c.set, c.held, high).normal()
	c.state = complete
}

// member reads a character or an escape that stands for one or for a set.
func (p *parser) member() (r rune, s runeSet, isSet bool) {
	c := p.next()
	if c != '\\' {
		return c, nil, false
	}
	if p.dialect == Java {
		return p.javaMember()
	}
	if !p.more() {
		p.fail("end pattern at escape")
		return 0, nil, false
	}
	if s, ok := p.rubyClassEscape(); ok {
		return 0, s, true
	}
	if p.accept("b") {
		return '\b', nil, false
	}
	r, raw := p.rubyCharEscape()
	if raw && r >= utf8.RuneSelf {
		r, _ = utf8.DecodeRuneInString(p.rawCharacter(byte(r)))
	}
	return r, nil, false
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
