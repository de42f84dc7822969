package jackson

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sluice-otel/sluice/ingest/document"
)

// ParseException is the class of text that is not JSON.
const ParseException document.Class = "x_content_parse_exception"

var identifierClasses = []*unicode.RangeTable{
	unicode.L, unicode.Nd, unicode.Nl, unicode.Sc, unicode.Pc, unicode.Mn, unicode.Mc,
}

const values = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"

// maxToken is how many characters of a token that is no value a message shows.
const maxToken = 256

// fail returns the error of a place in the text, given as a byte offset.
func (p *Parser) fail(at int, format string, args ...any) error {
	return document.Throwf(ParseException, "%s\n at %s",
		fmt.Sprintf(format, args...), p.location(at, true))
}

// location names a place. Jackson counts columns in UTF-16 units, and does not
// repeat the text it reads.
func (p *Parser) location(at int, column bool) string {
	read := strings.ReplaceAll(p.text[:at], "\r\n", "\n")
	read = strings.ReplaceAll(read, "\r", "\n")
	where := "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: " +
		strconv.Itoa(strings.Count(read, "\n")+1)
	if column {
		where += ", column: " + strconv.Itoa(utf16Len(read[strings.LastIndexByte(read, '\n')+1:])+1)
	}
	return where + "]"
}

func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

func (p *Parser) unexpected(at int, want string) error {
	return p.fail(at, "Unexpected character (%s): %s", describe(p.rune(at)), want)
}

func (p *Parser) inNumber(at int, r rune, want string) error {
	return p.fail(at, "Unexpected character (%s) in numeric value: %s", describe(r), want)
}

func (p *Parser) control(at int) error {
	return p.fail(at+1, "Illegal character ((CTRL-CHAR, code %d)): only regular white space (\\r, \\n, \\t) is allowed between tokens", p.text[at])
}

// unrecognized is the error of a word that is no value: as much of it as could
// be part of a Java identifier is shown.
func (p *Parser) unrecognized(start int) error {
	end, n := start, 0
	if p.text[start] == '-' {
		end, n = start+1, 1
	}
	for end < len(p.text) && n < maxToken {
		r, size := utf8.DecodeRuneInString(p.text[end:])
		if !identifierPart(r) {
			break
		}
		end += size
		n++
	}
	token := p.text[start:end]
	if n == maxToken {
		token += "..."
	}
	return p.fail(end, "Unrecognized token '%s': was expecting %s", token, values)
}

// closes is the error of a bracket that closes what is not open.
func (p *Parser) closes(at int, open container) error {
	want, kind := '}', "Object"
	switch {
	case open.start < 0:
		if p.text[at] == '}' {
			want = ']'
		}
		return p.fail(at, "Unexpected close marker '%c': expected '%c' (for root starting at %s)", p.text[at], want, p.location(0, false))
	case open.list:
		want, kind = ']', "Array"
	}
	return p.fail(at, "Unexpected close marker '%c': expected '%c' (for %s starting at %s)", p.text[at], want, kind, p.location(open.start, true))
}

// closedEarly is the error of a bracket where a value has to be.
func (p *Parser) closedEarly(in container) error {
	switch {
	case in.start < 0 || in.list && p.text[p.at] == '}':
		return p.closes(p.at, in)
	case p.text[p.at] == '}':
		return p.unexpected(p.at, "expected a value")
	}
	return p.unexpected(p.at, "expected a valid value "+values)
}

// ended is the error of a text that ends inside an object or array.
func (p *Parser) ended(open container) error {
	kind := "Object"
	if open.list {
		kind = "Array"
	}
	return p.fail(len(p.text), "Unexpected end-of-input: expected close marker for %s (start marker at %s)", kind, p.location(open.start, true))
}

func (p *Parser) rune(at int) rune {
	r, _ := utf8.DecodeRuneInString(p.text[at:])
	return r
}

// describe is how Jackson shows a character.
func describe(r rune) string {
	switch {
	case r < ' ':
		return fmt.Sprintf("(CTRL-CHAR, code %d)", r)
	case r > 255:
		return fmt.Sprintf("'%c' (code %d / 0x%x)", r, r, r)
	}
	return fmt.Sprintf("'%c' (code %d)", r, r)
}

// identifierPart is Character.isJavaIdentifierPart without the characters it
// ignores.
func identifierPart(r rune) bool {
	return r < utf8.RuneSelf && asciiPart(r) || r >= utf8.RuneSelf && unicode.In(r, identifierClasses...)
}

func identifierStart(r rune) bool {
	return identifierPart(r) && !unicode.In(r, unicode.Nd, unicode.Mn, unicode.Mc)
}

func asciiPart(r rune) bool {
	return r == '_' || r == '$' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}
