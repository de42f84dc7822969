package regex

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// holds reports whether an assertion is true at pos.
func (m *machine) holds(a assertion, pos int) bool {
	text := m.text
	switch a {
	case textStart:
		return pos == 0
	case textEnd:
		return pos == len(text)
	case searchStart:
		return pos == m.from
	case lineStart:
		return pos == 0 || pos < len(text) && text[pos-1] == '\n'
	case lineEnd:
		return pos == len(text) || text[pos] == '\n'
	case lastLineEnd:
		return pos == len(text) || pos == len(text)-1 && text[pos] == '\n'
	case wordBoundary, noWordBoundary:
		return (m.wordAt(pos) != m.wordBefore(pos)) == (a == wordBoundary)
	case asciiBoundary, noASCIIBoundary:
		return (m.asciiAt(pos) != m.asciiAt(pos-1)) == (a == asciiBoundary)
	case javaLineStart, javaLineEnd, javaLastLineEnd:
		return m.javaHolds(a, pos)
	}
	return false
}

// javaHolds is holds for what is about Java's line terminators.
func (m *machine) javaHolds(a assertion, pos int) bool {
	text := m.text
	switch a {
	case javaLineStart:
		return pos == 0 || pos < len(text) && javaBreakBefore(text, pos)
	case javaLineEnd:
		return javaBreakAt(text, pos) > 0 || pos == len(text)
	default:
		return pos == len(text) || pos+javaBreakAt(text, pos) == len(text)
	}
}

// javaBreakAt returns the length of the line terminator at pos, 0 if there is
// none. The \n of a \r\n is not one by itself.
func javaBreakAt(text string, pos int) int {
	if pos >= len(text) {
		return 0
	}
	switch rest := text[pos:]; {
	case strings.HasPrefix(rest, "\r\n"), strings.HasPrefix(rest, "\u0085"):
		return 2
	case rest[0] == '\n':
		if pos > 0 && text[pos-1] == '\r' {
			return 0
		}
		return 1
	case rest[0] == '\r':
		return 1
	case strings.HasPrefix(rest, "\u2028"), strings.HasPrefix(rest, "\u2029"):
		return 3
	}
	return 0
}

// javaBreakBefore reports whether a line terminator ends at pos.
func javaBreakBefore(text string, pos int) bool {
	before := text[:pos]
	switch before[len(before)-1] {
	case '\n':
		return true
	case '\r':
		return text[pos] != '\n'
	}
	return strings.HasSuffix(before, "\u0085") || strings.HasSuffix(before, "\u2028") || strings.HasSuffix(before, "\u2029")
}

func (m *machine) asciiAt(pos int) bool {
	return pos >= 0 && pos < len(m.text) && asciiWordByte(m.text[pos])
}

func asciiWordByte(b byte) bool {
	return b == '_' || isASCIILetterOrDigit(b)
}

// wordAt reports whether a word character of Unicode is at pos.
func (m *machine) wordAt(pos int) bool {
	if pos >= len(m.text) {
		return false
	}
	if b := m.text[pos]; b < utf8.RuneSelf {
		return asciiWordByte(b)
	}
	r, _ := utf8.DecodeRuneInString(m.text[pos:])
	return isWord(r)
}

func (m *machine) wordBefore(pos int) bool {
	if pos == 0 {
		return false
	}
	if b := m.text[pos-1]; b < utf8.RuneSelf {
		return asciiWordByte(b)
	}
	r, _ := utf8.DecodeLastRuneInString(m.text[:pos])
	return isWord(r)
}

func isWord(r rune) bool {
	return unicode.In(r, unicode.L, unicode.M, unicode.Nd, unicode.Pc, unicode.Nl, unicode.Other_Alphabetic)
}
