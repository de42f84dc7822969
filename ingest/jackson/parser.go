package jackson

import (
	"github.com/sluice-otel/sluice/ingest/document"
)

// maxDepth bounds nesting, StreamReadConstraints.getMaxNestingDepth.
const maxDepth = 1000

// A Parser reads the JSON values of a text, one after the other.
type Parser struct {
	// AllowDuplicateKeys makes a repeated key replace the value of the first;
	// otherwise it is an error.
	AllowDuplicateKeys bool

	doc  *document.Document
	text string
	at   int // everything before is read
}

// NewParser returns a parser of text. The values belong to d and share the
// bytes of text.
func NewParser(d *document.Document, text string) *Parser {
	return &Parser{doc: d, text: text}
}

// Parse reads a text that is one JSON value. The value belongs to d and shares
// the bytes of text. Anything behind it is an error, and so is an empty text.
func Parse(d *document.Document, text string) (document.Value, error) {
	p := Parser{doc: d, text: text}
	if err := p.skip(); err != nil {
		return document.Null, err
	}
	if p.at == len(p.text) {
		return document.Null, p.fail(p.at, "No content to map due to end-of-input")
	}
	v, err := p.value(root)
	if err != nil {
		return document.Null, err
	}
	if err := p.skip(); err != nil {
		return document.Null, err
	}
	if p.at < len(p.text) {
		return document.Null, p.unexpected(p.at, "expected nothing after the value")
	}
	return v, nil
}

// A container is an object or array that is being read.
type container struct {
	start int // where its bracket is; -1 for the text itself
	list  bool
	depth int
}

var root = container{start: -1}

// Value returns the next value, and null at the end of the text. An error is a
// *document.Exception.
func (p *Parser) Value() (document.Value, error) {
	if err := p.skip(); err != nil || p.at == len(p.text) {
		return document.Null, err
	}
	return p.value(root)
}

// AtEnd reports whether nothing but blanks and comments is left. As in
// Elasticsearch, what is left may be no JSON: then the error says so, if a
// first look at it shows it.
func (p *Parser) AtEnd() (bool, error) {
	if err := p.skip(); err != nil {
		return false, err
	}
	if p.at == len(p.text) {
		return true, nil
	}
	switch p.text[p.at] {
	case '{', '[', '"':
		return false, nil
	}
	_, err := p.value(root)
	return false, err
}

func (p *Parser) value(in container) (document.Value, error) {
	switch c := p.text[p.at]; c {
	case '"':
		s, err := p.str(": was expecting closing quote for a string value")
		return document.String(s), err
	case '{':
		return p.object(in.depth + 1)
	case '[':
		return p.array(in.depth + 1)
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return p.number(in)
	case 't':
		return document.Boolean(true), p.word("true")
	case 'f':
		return document.Boolean(false), p.word("false")
	case 'n':
		return document.Null, p.word("null")
	default:
		return document.Null, p.noValue(c, in)
	}
}

// noValue is the error of a character that starts no value.
func (p *Parser) noValue(c byte, in container) error {
	switch c {
	case '}', ']':
		return p.closedEarly(in)
	case '+':
		if p.at+1 == len(p.text) {
			return p.fail(p.at+1, "Unexpected end-of-input in a Number value")
		}
		return p.inNumber(p.at+1, '+', "JSON spec does not allow numbers to have plus signs: enable `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow")
	case 'N', 'I':
		return p.notFinite(p.at)
	}
	if identifierStart(p.rune(p.at)) {
		return p.unrecognized(p.at)
	}
	return p.unexpected(p.at, "expected a valid value "+values)
}

// word reads one of the three words.
func (p *Parser) word(w string) error {
	start := p.at
	end := start + len(w)
	if end > len(p.text) || p.text[start:end] != w || end < len(p.text) && identifierPart(p.rune(end)) {
		return p.unrecognized(start)
	}
	p.at = end
	return nil
}

func (p *Parser) object(depth int) (document.Value, error) {
	open := container{start: p.at, depth: depth}
	p.at++
	if depth > maxDepth {
		return document.Null, tooDeep()
	}
	m := p.doc.NewMap()
	for first := true; ; first = false {
		more, err := p.next(open, first)
		if err != nil || !more {
			return document.MapOf(m), err
		}
		key, err := p.key(open, m)
		if err != nil {
			return document.Null, err
		}
		v, err := p.value(open)
		if err != nil {
			return document.Null, err
		}
		if p.AllowDuplicateKeys {
			m.Put(key, v)
		} else {
			m.Add(key, v)
		}
	}
}

func (p *Parser) array(depth int) (document.Value, error) {
	open := container{start: p.at, list: true, depth: depth}
	p.at++
	if depth > maxDepth {
		return document.Null, tooDeep()
	}
	l := p.doc.NewList()
	for first := true; ; first = false {
		more, err := p.next(open, first)
		if err != nil || !more {
			return document.ListOf(l), err
		}
		v, err := p.value(open)
		if err != nil {
			return document.Null, err
		}
		l.Append(v)
	}
}

// next goes to the next entry of a container, past the comma before it; false
// if there is none and the container has been closed.
func (p *Parser) next(open container, first bool) (bool, error) {
	if err := p.skip(); err != nil {
		return false, err
	}
	if p.at == len(p.text) {
		return false, p.ended(open)
	}
	switch c := p.text[p.at]; {
	case c == ']' && open.list, c == '}' && !open.list:
		p.at++
		return false, nil
	case c == ']', c == '}':
		return false, p.closes(p.at, open)
	case first:
		return true, nil
	case c != ',':
		kind := "Object"
		if open.list {
			kind = "Array"
		}
		return false, p.unexpected(p.at, "was expecting comma to separate "+kind+" entries")
	}
	p.at++
	return true, p.within(open)
}

// within skips to what must follow inside a container.
func (p *Parser) within(open container) error {
	if err := p.skip(); err != nil {
		return err
	}
	if p.at < len(p.text) {
		return nil
	}
	kind := "Object"
	if open.list {
		kind = "Array"
	}
	return p.fail(p.at, "Unexpected end-of-input within/between %s entries", kind)
}

// key reads a key and the colon behind it.
func (p *Parser) key(open container, m *document.Map) (string, error) {
	if p.text[p.at] != '"' {
		return "", p.unexpected(p.at, "was expecting double-quote to start field name")
	}
	key, err := p.str(" in field name")
	if err != nil {
		return "", err
	}
	if !p.AllowDuplicateKeys {
		if _, twice := m.Get(key); twice {
			return "", p.fail(p.at, "Duplicate field '%s'", key)
		}
	}
	if err := p.within(open); err != nil {
		return "", err
	}
	if p.text[p.at] != ':' {
		return "", p.unexpected(p.at, "was expecting a colon to separate field name and value")
	}
	p.at++
	return key, p.within(open)
}

// skip skips blanks and comments. Most often there are none.
func (p *Parser) skip() error {
	if p.at < len(p.text) && p.text[p.at] > ' ' && p.text[p.at] != '/' {
		return nil
	}
	return p.skipBlanks()
}

func (p *Parser) skipBlanks() error {
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == ' ', c == '\n', c == '\r', c == '\t':
			p.at++
		case c < ' ':
			return p.control(p.at)
		case c == '/':
			if err := p.comment(); err != nil {
				return err
			}
		default:
			return nil
		}
	}
	return nil
}
