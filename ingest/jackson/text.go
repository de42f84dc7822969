package jackson

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sluice-otel/sluice/ingest/document"
)

// maxNumber is how long a number may be, StreamReadConstraints.getMaxNumberLength.
const maxNumber = 1000

func tooDeep() error {
	return document.Throwf(ParseException,
		"Document nesting depth (%d) exceeds the maximum allowed (%d, from `StreamReadConstraints.getMaxNestingDepth()`)", maxDepth+1, maxDepth)
}

// comment skips /* */ or //.
func (p *Parser) comment() error {
	rest := p.text[p.at+1:]
	switch {
	case rest == "":
		p.at = len(p.text)
		return p.fail(p.at, "Unexpected end-of-input in a comment")
	case rest[0] == '/':
		end := strings.IndexAny(rest, "\r\n")
		if end < 0 {
			end = len(rest)
		}
		p.at += 1 + end
		return nil
	case rest[0] == '*':
		end := strings.Index(rest[1:], "*/")
		if end < 0 {
			p.at = len(p.text)
			return p.fail(p.at, "Unexpected end-of-input in a comment")
		}
		p.at += 4 + end
		return nil
	}
	return p.unexpected(p.at+1, "was expecting either '*' or '/' for a comment")
}

// str reads a string; without escapes it shares the bytes of the text. Missing
// says what an end of the text inside it is.
func (p *Parser) str(missing string) (string, error) {
	start := p.at + 1
	for i := start; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == '"':
			p.at = i + 1
			return p.text[start:i], nil
		case c == '\\':
			return p.escaped(start, i, missing)
		case c < ' ':
			return "", p.unescaped(i, missing)
		}
	}
	return "", p.fail(len(p.text), "Unexpected end-of-input%s", missing)
}

func (p *Parser) unescaped(at int, missing string) error {
	what := "string value"
	if missing == " in field name" {
		what = "name"
	}
	return p.fail(at, "Illegal unquoted character ((CTRL-CHAR, code %d)): has to be escaped using backslash to be included in %s", p.text[at], what)
}

// escaped reads the rest of a string from its first backslash on.
func (p *Parser) escaped(start, i int, missing string) (string, error) {
	out := append(make([]byte, 0, 2*(i-start)+16), p.text[start:i]...)
	for i < len(p.text) {
		switch c := p.text[i]; {
		case c == '"':
			p.at = i + 1
			return string(out), nil
		case c == '\\':
			r, next, err := p.escape(i + 1)
			if err != nil {
				return "", err
			}
			out = utf8.AppendRune(out, r)
			i = next
		case c < ' ':
			return "", p.unescaped(i, missing)
		default:
			out = append(out, c)
			i++
		}
	}
	return "", p.fail(len(p.text), "Unexpected end-of-input%s", missing)
}

// escape reads what follows a backslash and returns where the string goes on.
func (p *Parser) escape(at int) (rune, int, error) {
	if at >= len(p.text) {
		return 0, at, p.fail(at, "Unexpected end-of-input in character escape sequence")
	}
	switch c := p.text[at]; c {
	case '"', '\\', '/':
		return rune(c), at + 1, nil
	case 'b':
		return '\b', at + 1, nil
	case 'f':
		return '\f', at + 1, nil
	case 'n':
		return '\n', at + 1, nil
	case 'r':
		return '\r', at + 1, nil
	case 't':
		return '\t', at + 1, nil
	case 'u':
		return p.unicode(at + 1)
	}
	return 0, at, p.fail(at, "Unrecognized character escape %s", describe(p.rune(at)))
}

// unicode reads four hexadecimal digits, and the second half of a surrogate
// pair after the first.
func (p *Parser) unicode(at int) (rune, int, error) {
	r, err := p.hex(at)
	if err != nil || !utf16.IsSurrogate(r) || !strings.HasPrefix(p.text[at+4:], `\u`) {
		return r, at + 4, err
	}
	low, err := p.hex(at + 6)
	if pair := utf16.DecodeRune(r, low); err == nil && pair != utf8.RuneError {
		return pair, at + 10, nil
	}
	return r, at + 4, nil // half a pair; a mistake in the next escape shows when that is read
}

func (p *Parser) hex(at int) (rune, error) {
	var r rune
	for i := range 4 {
		if at+i >= len(p.text) {
			return 0, p.fail(len(p.text), "Unexpected end-of-input in character escape sequence")
		}
		digit, err := strconv.ParseUint(p.text[at+i:at+i+1], 16, 8)
		if err != nil {
			return 0, p.unexpected(at+i, "expected a hex-digit for character escape sequence")
		}
		r = r<<4 | rune(digit)
	}
	return r, nil
}

// number reads a number: the smallest of Integer, Long and BigInteger that holds
// a whole one, else Double.
func (p *Parser) number(in container) (document.Value, error) {
	start := p.at
	whole, err := p.scanNumber(in)
	if err != nil {
		return document.Null, err
	}
	text := p.text[start:p.at]
	if len(text) > maxNumber {
		return document.Null, document.Throwf(ParseException,
			"Number value length (%d) exceeds the maximum allowed (%d, from `StreamReadConstraints.getMaxNumberLength()`)", len(text), maxNumber)
	}
	if whole {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return document.Number(n), nil
		}
		return document.BigInteger(text), nil
	}
	f, _ := strconv.ParseFloat(text, 64) // out of range is an infinity, as in Java
	return document.Double(f), nil
}

// scanNumber goes to the end of a number and reports whether it is a whole one.
func (p *Parser) scanNumber(in container) (whole bool, err error) {
	if p.text[p.at] == '-' {
		p.at++
		if err := p.afterMinus(); err != nil {
			return false, err
		}
	}
	if p.text[p.at] == '0' && p.digitAt(p.at+1) {
		return false, p.fail(p.at+1, "Invalid numeric value: Leading zeroes not allowed")
	}
	p.digits()
	point := p.at // where Jackson places mistakes behind it
	if p.byteAt(p.at) == '.' {
		if p.at++; !p.digitAt(p.at) {
			return false, p.missingDigit(point, "Decimal point not followed by a digit")
		}
		p.digits()
	}
	if c := p.byteAt(p.at); c == 'e' || c == 'E' {
		p.at++
		if c := p.byteAt(p.at); c == '+' || c == '-' {
			p.at++
		}
		if !p.digitAt(p.at) {
			return false, p.missingDigit(point, "Exponent indicator not followed by a digit")
		}
		p.digits()
	}
	if in.start < 0 && p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) < 0 {
		return false, p.unexpected(p.at, "Expected space separating root-level values")
	}
	return point == p.at, nil
}

func (p *Parser) afterMinus() error {
	at := p.at
	switch {
	case at == len(p.text):
		return p.fail(at, "Unexpected end-of-inputNo digit following sign")
	case p.digitAt(at):
		return nil
	case p.text[at] == '.':
		return p.unexpected(at, "expected a valid value "+values)
	case p.text[at] == 'I':
		switch at++; {
		case at == len(p.text):
			return p.fail(at, "Unexpected end-of-input in a Number value")
		case p.text[at] == 'N' || p.text[at] == 'n':
			return p.notFinite(at - 2)
		}
	}
	return p.inNumber(at, p.rune(at), "expected digit (0-9) to follow minus sign, for valid numeric value")
}

// notFinite is the error of NaN and the infinities, and of what starts as one.
func (p *Parser) notFinite(at int) error {
	for _, w := range [...]string{"NaN", "Infinity", "-Infinity", "-INF"} {
		if end := at + len(w); strings.HasPrefix(p.text[at:], w) && (end == len(p.text) || !identifierPart(p.rune(end))) {
			return p.fail(end, "Non-standard token '%s': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow", w)
		}
	}
	return p.unrecognized(at)
}

func (p *Parser) missingDigit(point int, want string) error {
	switch {
	case p.at < len(p.text):
		return p.inNumber(point, p.rune(p.at), want)
	case p.text[p.at-1] == '.':
		return p.inNumber(point, '.', want)
	}
	return p.fail(p.at, "Unexpected end-of-inputexpected a digit for number exponent")
}

// byteAt returns 0 behind the end of the text.
func (p *Parser) byteAt(i int) byte {
	if i >= len(p.text) {
		return 0
	}
	return p.text[i]
}

func (p *Parser) digitAt(i int) bool { c := p.byteAt(i); return c >= '0' && c <= '9' }

func (p *Parser) digits() {
	for p.digitAt(p.at) {
		p.at++
	}
}
