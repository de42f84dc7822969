package document

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// ParseInt parses s as java.lang.Long.parseLong and Integer.parseInt do, bits
// being 64 or 32: decimal digits with an optional sign, no blanks, no
// underscores. It reports false for anything else and out of range.
func ParseInt(s string, bits int) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, bits)
	return n, err == nil
}

// DecodeInt parses s as java.lang.Long.decode and Integer.decode do: an optional
// sign, then 0x, 0X or # for hexadecimal, 0 for octal, else decimal.
func DecodeInt(s string, bits int) (int64, bool) {
	digits, negative := s, false
	if digits != "" && (digits[0] == '-' || digits[0] == '+') {
		negative, digits = digits[0] == '-', digits[1:]
	}
	base := 10
	switch {
	case strings.HasPrefix(digits, "0x"), strings.HasPrefix(digits, "0X"):
		base, digits = 16, digits[2:]
	case strings.HasPrefix(digits, "#"):
		base, digits = 16, digits[1:]
	case strings.HasPrefix(digits, "0") && len(digits) > 1:
		base, digits = 8, digits[1:]
	}
	if digits == "" || digits[0] == '-' || digits[0] == '+' {
		return 0, false // ParseInt would take a second sign
	}
	if negative {
		digits = "-" + digits
	}
	n, err := strconv.ParseInt(digits, base, bits)
	return n, err == nil
}

// ParseFloat parses s as java.lang.Double.parseDouble and Float.parseFloat do,
// bits being 64 or 32: blanks around are ignored, a type suffix (f, F, d, D) is
// allowed, NaN and Infinity are written just so, and what is out of range is
// infinite or zero.
func ParseFloat(s string, bits int) (float64, bool) {
	s = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
	unsigned := strings.TrimLeft(s, "+-")
	if len(s)-len(unsigned) > 1 {
		return 0, false
	}
	switch unsigned {
	case "NaN":
		return math.NaN(), true
	case "Infinity":
		return math.Inf(1 - 2*strings.Count(s, "-")), true
	}
	if !floatCharacters(unsigned) {
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.TrimRight(s, "fFdD"), bits)
	return f, err == nil || errors.Is(err, strconv.ErrRange)
}

// floatCharacters keeps out what Go's syntax has and Java's has not: words,
// underscores, more than one suffix; and hexadecimal, whose digits look like
// suffixes and which no log has.
func floatCharacters(s string) bool {
	if s != "" && strings.IndexByte("fFdD", s[len(s)-1]) >= 0 {
		s = s[:len(s)-1]
	}
	for i := range len(s) {
		if strings.IndexByte("0123456789.eE+-", s[i]) < 0 {
			return false
		}
	}
	return s != ""
}
