package uri

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// unescape resolves the escapes of a valid text.
func unescape(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	out, _ := decode(s, false) // a valid text has no mistake
	return out
}

// DecodeForm resolves the escapes of a form value as URLDecoder.decode does: a
// plus is a blank. What is no escape is an error with Java's text.
func DecodeForm(s string) (string, error) {
	if !strings.ContainsAny(s, "%+") {
		return s, nil
	}
	return decode(s, true)
}

func decode(s string, plusIsBlank bool) (string, error) {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		switch {
		case s[i] == '%':
			start := len(out)
			for ; i < len(s) && s[i] == '%'; i += len("%00") {
				b, err := escapedByte(s[i+1:])
				if err != nil {
					return "", err
				}
				out = append(out, b)
			}
			out = appendUTF8(out[:start], string(out[start:]))
			continue
		case s[i] == '+' && plusIsBlank:
			out = append(out, ' ')
		default:
			out = append(out, s[i])
		}
		i++
	}
	return string(out), nil
}

// escapedByte reads the two digits of an escape as Integer.parseInt does, which
// takes a plus for a sign.
func escapedByte(s string) (byte, error) {
	digits, ok := firstTwo(s)
	if !ok {
		return 0, errors.New("URLDecoder: Incomplete trailing escape (%) pattern")
	}
	high, low := hexDigit(digits[0]), hexDigit(digits[1])
	signed := digits[0] == '+' || digits[0] == '-'
	at := 0
	switch {
	case high >= 0 && low >= 0:
		return byte(high<<4 | low), nil
	case signed && low == 0, digits[0] == '+' && low > 0:
		return byte(low), nil
	case signed && low > 0:
		return 0, errors.New("URLDecoder: Illegal hex characters in escape (%) pattern - negative value")
	case signed || high >= 0:
		at = 1
	}
	return 0, fmt.Errorf(`URLDecoder: Illegal hex characters in escape (%%) pattern - Error at index %d in: "%s"`, at, digits)
}

// firstTwo returns the first two characters of s.
func firstTwo(s string) (string, bool) {
	_, first := utf8.DecodeRuneInString(s)
	_, second := utf8.DecodeRuneInString(s[first:])
	return s[:first+second], second > 0
}

// appendUTF8 appends s as Java's decoders read it: a sequence that is cut off,
// and a surrogate, become one U+FFFD, other bytes one each.
func appendUTF8(dst []byte, s string) []byte {
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
