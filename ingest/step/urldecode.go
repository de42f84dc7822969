package step

import (
	"strings"
	"unicode/utf8"

	"github.com/sluice-otel/sluice/ingest/document"
)

// URLDecode resolves the escapes of a URL.
type URLDecode struct{ TextField }

func readURLDecode(o *Options) Processor { return URLDecode{readTextField(o)} }

// Compile implements Processor.
func (u URLDecode) Compile(Env) (Step, error) { return u.compile(urlDecode) }

// urlDecode is URLDecoder.decode(s, "UTF-8"): a plus is a blank.
func urlDecode(s string) (document.Value, error) {
	i := strings.IndexAny(s, "%+")
	if i < 0 {
		return document.String(s), nil
	}
	out := append(make([]byte, 0, len(s)), s[:i]...)
	for i < len(s) {
		switch s[i] {
		case '+':
			out = append(out, ' ')
			i++
		case '%':
			start := len(out)
			for ; i < len(s) && s[i] == '%'; i += 3 {
				b, err := escapedByte(s[i+1:])
				if err != nil {
					return document.Null, err
				}
				out = append(out, b)
			}
			out = appendJavaUTF8(out[:start], string(out[start:]))
		default:
			out = append(out, s[i])
			i++
		}
	}
	return document.String(string(out)), nil
}

// escapedByte reads the two digits of an escape as Integer.parseInt does, which
// takes a plus for a sign.
func escapedByte(s string) (byte, error) {
	digits, ok := firstTwo(s)
	if !ok {
		return 0, document.Illegalf("URLDecoder: Incomplete trailing escape (%%) pattern")
	}
	high, low := hexDigit(digits[0]), hexDigit(digits[1])
	signed := digits[0] == '+' || digits[0] == '-'
	const message = "URLDecoder: Illegal hex characters in escape (%) pattern - "
	switch {
	case high >= 0 && low >= 0:
		return byte(high<<4 | low), nil
	case signed && low == 0, digits[0] == '+' && low > 0:
		return byte(low), nil
	case signed && low > 0:
		return 0, document.Illegalf("%snegative value", message)
	case signed || high >= 0:
		return 0, document.Illegalf(`%sError at index 1 in: "%s"`, message, digits)
	}
	return 0, document.Illegalf(`%sError at index 0 in: "%s"`, message, digits)
}

// firstTwo returns the first two characters of s.
func firstTwo(s string) (string, bool) {
	_, first := utf8.DecodeRuneInString(s)
	_, second := utf8.DecodeRuneInString(s[first:])
	return s[:first+second], second > 0
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// appendJavaUTF8 appends s as new String(bytes, UTF_8) reads it: a sequence that
// is cut off, and a surrogate, become one U+FFFD, other bytes one each.
func appendJavaUTF8(dst []byte, s string) []byte {
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 {
			size = malformedLength(s)
		}
		dst = utf8.AppendRune(dst, r)
		s = s[size:]
	}
	return dst
}

// malformedLength is how many bytes of a sequence that is no character belong
// together.
func malformedLength(s string) int {
	want := 1
	switch {
	case s[0] >= 0xC2 && s[0] < 0xE0:
		want = 2
	case s[0] >= 0xE0 && s[0] < 0xF0:
		want = 3
	case s[0] >= 0xF0 && s[0] < 0xF5:
		want = 4
	}
	n := 1
	for n < want && n < len(s) && s[n]&0xC0 == 0x80 {
		n++
	}
	if n > 1 && (s[0] == 0xE0 && s[1] < 0xA0 || s[0] == 0xF0 && s[1] < 0x90 || s[0] == 0xF4 && s[1] >= 0x90) {
		return 1
	}
	return n
}
