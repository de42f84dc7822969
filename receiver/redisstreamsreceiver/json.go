package redisstreamsreceiver

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/xpdata"
)

// setJSONBody makes what the payload says the body. Whole numbers that fit are
// integers, others doubles; of members with the same name the last counts. A
// parser of its own, because encoding/json takes three times as long to make
// values that then are made into pdata's.
func setJSONBody(body pcommon.Value, payload string) error {
	p := jsonParser{text: payload}
	err := p.value(body)
	if err == nil {
		p.space()
		if p.pos < len(p.text) {
			err = errors.New("something follows the value")
		}
	}
	if err != nil {
		return fmt.Errorf("decode JSON payload: offset %d: %w", p.pos, err)
	}
	return nil
}

// maxJSONDepth bounds the nesting of arrays and objects.
const maxJSONDepth = 512

// jsonParser parses RFC 8259. Strings without escapes are parts of text.
type jsonParser struct {
	text  string
	pos   int
	depth int
	names []string // of the members of all open objects
}

var errJSONEnd = errors.New("unexpected end")

// space skips white space.
func (p *jsonParser) space() {
	for p.pos < len(p.text) {
		switch p.text[p.pos] {
		case ' ', '\t', '\r', '\n':
			p.pos++
		default:
			return
		}
	}
}

// next skips white space and returns the byte there, 0 at the end.
func (p *jsonParser) next() byte {
	p.space()
	if p.pos == len(p.text) {
		return 0
	}
	return p.text[p.pos]
}

func (p *jsonParser) value(v pcommon.Value) error {
	switch c := p.next(); {
	case c == '"':
		s, err := p.string()
		v.SetStr(s)
		return err
	case c == '{':
		return p.nested(func() error { return p.object(v.SetEmptyMap()) })
	case c == '[':
		return p.nested(func() error { return p.array(v.SetEmptySlice()) })
	case c == '-' || '0' <= c && c <= '9':
		return p.number(v)
	case c == 't':
		v.SetBool(true)
		return p.literal("true")
	case c == 'f':
		v.SetBool(false)
		return p.literal("false")
	case c == 'n':
		return p.literal("null")
	default:
		return p.unexpected("a value")
	}
}

func (p *jsonParser) unexpected(wanted string) error {
	if p.pos >= len(p.text) {
		return errJSONEnd
	}
	return fmt.Errorf("expected %s, got %q", wanted, p.text[p.pos])
}

func (p *jsonParser) literal(word string) error {
	if len(p.text)-p.pos < len(word) || p.text[p.pos:p.pos+len(word)] != word {
		return p.unexpected(word)
	}
	p.pos += len(word)
	return nil
}

// nested parses what follows the opening bracket.
func (p *jsonParser) nested(inside func() error) error {
	if p.depth == maxJSONDepth {
		return fmt.Errorf("nested deeper than %d", maxJSONDepth)
	}
	p.depth++
	p.pos++
	err := inside()
	p.depth--
	return err
}

func (p *jsonParser) array(items pcommon.Slice) error {
	if p.next() == ']' {
		p.pos++
		return nil
	}
	for {
		if err := p.value(items.AppendEmpty()); err != nil {
			return err
		}
		if more, err := p.more(']'); !more {
			return err
		}
	}
}

// more reads the comma before another element, or the closing bracket.
func (p *jsonParser) more(closing byte) (bool, error) {
	switch p.next() {
	case ',':
		p.pos++
		return true, nil
	case closing:
		p.pos++
		return false, nil
	default:
		return false, p.unexpected(fmt.Sprintf("a comma or %q", closing))
	}
}

func (p *jsonParser) object(m pcommon.Map) error {
	var members xpdata.MapBuilder
	first := len(p.names)
	if p.next() == '}' {
		p.pos++
		return nil
	}
	for {
		if p.next() != '"' {
			return p.unexpected("a name")
		}
		name, err := p.string()
		if err != nil {
			return err
		}
		if p.next() != ':' {
			return p.unexpected("a colon")
		}
		p.pos++
		p.names = append(p.names, name)
		if err := p.value(members.AppendEmpty(name)); err != nil {
			return err
		}
		more, err := p.more('}')
		if err != nil {
			return err
		}
		if !more {
			members.UnsafeIntoMap(m)
			keepLast(m, p.names[first:])
			p.names = p.names[:first]
			return nil
		}
	}
}

// fewNames are compared each with each, which is faster than a map.
const fewNames = 16

// keepLast removes members whose name comes again.
func keepLast(m pcommon.Map, names []string) {
	if len(names) <= fewNames && !repeats(names) {
		return
	}
	last := make(map[string]int, len(names))
	for i, name := range names {
		last[name] = i
	}
	if len(last) == len(names) {
		return
	}
	i := -1
	m.RemoveIf(func(name string, _ pcommon.Value) bool {
		i++
		return last[name] != i
	})
}

func repeats(names []string) bool {
	for i, name := range names {
		if slices.Contains(names[i+1:], name) {
			return true
		}
	}
	return false
}

// number reads -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
func (p *jsonParser) number(v pcommon.Value) error {
	start, whole := p.pos, true
	p.skip('-')
	if !p.skip('0') && !p.digits() {
		return p.unexpected("a digit")
	}
	if p.skip('.') {
		whole = false
		if !p.digits() {
			return p.unexpected("a digit")
		}
	}
	if p.skip('e') || p.skip('E') {
		whole = false
		if !p.skip('+') {
			p.skip('-')
		}
		if !p.digits() {
			return p.unexpected("a digit")
		}
	}
	text := p.text[start:p.pos]
	if whole {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			v.SetInt(n)
			return nil
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return fmt.Errorf("number %.40s is out of range", text)
	}
	v.SetDouble(f)
	return nil
}

func (p *jsonParser) skip(c byte) bool {
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

func (p *jsonParser) digits() bool {
	start := p.pos
	for p.pos < len(p.text) && '0' <= p.text[p.pos] && p.text[p.pos] <= '9' {
		p.pos++
	}
	return p.pos > start
}

// string reads a string, whose quote is next.
func (p *jsonParser) string() (string, error) {
	p.pos++
	for i := p.pos; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == '"':
			s := p.text[p.pos:i]
			p.pos = i + 1
			return s, nil
		case c == '\\' || c >= utf8.RuneSelf:
			return p.unusualString(i)
		case c < ' ':
			p.pos = i
			return "", fmt.Errorf("control character %q in a string", c)
		}
	}
	p.pos = len(p.text)
	return "", errJSONEnd
}

// unusualString reads a string with escapes or characters beyond ASCII. What is
// no UTF-8, and half a surrogate pair, becomes U+FFFD.
func (p *jsonParser) unusualString(from int) (string, error) {
	start, i := p.pos, from
	plain := true
	var b []byte
	for i < len(p.text) {
		c := p.text[i]
		switch {
		case c == '"':
			p.pos = i + 1
			if plain {
				return p.text[start:i], nil
			}
			return string(b), nil
		case c < ' ':
			p.pos = i
			return "", fmt.Errorf("control character %q in a string", c)
		}
		r, size := utf8.DecodeRuneInString(p.text[i:])
		unusual := c == '\\' || r == utf8.RuneError && size == 1
		if unusual && plain {
			plain = false
			b = append(b, p.text[start:i]...)
		}
		if c == '\\' {
			p.pos = i
			var err error
			if b, err = p.escape(b); err != nil {
				return "", err
			}
			i = p.pos
			continue
		}
		if !plain {
			b = utf8.AppendRune(b, r)
		}
		i += size
	}
	p.pos = i
	return "", errJSONEnd
}

var jsonEscapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escape reads an escape, whose backslash is next, and appends what it means.
func (p *jsonParser) escape(b []byte) ([]byte, error) {
	if p.pos+1 >= len(p.text) {
		return nil, errJSONEnd
	}
	c := p.text[p.pos+1]
	if plain, ok := jsonEscapes[c]; ok {
		p.pos += 2
		return append(b, plain), nil
	}
	r, ok := p.unicode(p.pos)
	if !ok {
		return nil, fmt.Errorf("unknown escape \\%c", c)
	}
	p.pos += 6
	if utf16.IsSurrogate(r) {
		second, ok := p.unicode(p.pos)
		if r = utf16.DecodeRune(r, second); ok && r != utf8.RuneError {
			p.pos += 6
		}
	}
	return utf8.AppendRune(b, r), nil
}

// unicode reads \uXXXX at a position.
func (p *jsonParser) unicode(at int) (rune, bool) {
	if len(p.text)-at < 6 || p.text[at] != '\\' || p.text[at+1] != 'u' {
		return 0, false
	}
	r := rune(0)
	for _, c := range []byte(p.text[at+2 : at+6]) {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
