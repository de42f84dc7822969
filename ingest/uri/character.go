package uri

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A set is a set of ASCII characters.
type set [2]uint64

func setOf(chars ...string) set {
	var s set
	for _, c := range []byte(strings.Join(chars, "")) {
		s[c>>6] |= 1 << (c & 63)
	}
	return s
}

func (s set) has(c byte) bool { return c < utf8.RuneSelf && s[c>>6]&(1<<(c&63)) != 0 }

const (
	digits  = "0123456789"
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

	unreserved = letters + digits + "_-!.~'()*"
)

// The characters of RFC 2396, with the brackets of RFC 2732.
var (
	digit         = setOf(digits)
	letter        = setOf(letters)
	schemeChars   = setOf(letters, digits, "+-.")
	uriChars      = setOf(unreserved, ";/?:@&=+$,[]")
	pathChars     = setOf(unreserved, ":@&=+$,;/")
	registryChars = setOf(unreserved, "$,;:@&=+")
	userInfoChars = setOf(unreserved, ";:&=+$,")
	serverChars   = setOf(unreserved, ";:&=+$,.:@[]")
	hostChars     = setOf(letters, digits, "-")
	scopeChars    = setOf(letters, digits, "_.")
)

// onlyOf reports whether all characters of s are in the set.
func onlyOf(s string, in set) bool {
	for i := range len(s) {
		if !in.has(s[i]) {
			return false
		}
	}
	return true
}

// valid is onlyOf that also takes escapes, and characters beyond ASCII that are
// neither blanks nor controls.
func valid(s string, in set) bool {
	for i, r := range s {
		switch {
		case r >= utf8.RuneSelf:
			if unicode.In(r, unicode.Z, unicode.Cc) {
				return false
			}
		case r == '%':
			if len(s) < i+3 || !isHex(s[i+1]) || !isHex(s[i+2]) {
				return false
			}
		case !in.has(byte(r)):
			return false
		}
	}
	return true
}

func isHex(c byte) bool { return hexDigit(c) >= 0 }

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
