package document

import (
	"encoding/binary"
	"unicode/utf8"
	"unsafe"
)

// AppendQuoted appends s as a JSON string; what is not UTF-8 becomes U+FFFD. Runs of
// plain ASCII, most of any log line, are found 32 bytes at a time: a byte at a time
// would be half of what it costs to print a document.
func AppendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for {
		n := plainLength(s)
		dst = append(dst, s[:n]...)
		if n == len(s) {
			return append(dst, '"')
		}
		dst, n = appendOther(dst, s, n)
		s = s[n:]
	}
}

// appendOther appends the character at s[i:], which is not plain, and returns where
// the next one is.
func appendOther(dst []byte, s string, i int) (out []byte, next int) {
	if s[i] < utf8.RuneSelf {
		return appendEscape(dst, s[i]), i + 1
	}
	r, size := utf8.DecodeRuneInString(s[i:])
	if r == utf8.RuneError && size == 1 {
		return append(dst, "\ufffd"...), i + 1
	}
	return append(dst, s[i:i+size]...), i + size
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// plainLength is how many bytes at the start of a text need no escape and are ASCII.
func plainLength(s string) int {
	b := unsafe.Slice(unsafe.StringData(s), len(s)) //nolint:gosec // nobody writes to it
	i := 0
	for ; i+32 <= len(b); i += 32 {
		c := b[i : i+32 : i+32]
		if (others(c)|others(c[8:])|others(c[16:])|others(c[24:]))&highs != 0 {
			break
		}
	}
	for ; i+8 <= len(b); i += 8 {
		if others(b[i:])&highs != 0 {
			break
		}
	}
	for i < len(b) && plain(b[i]) {
		i++
	}
	return i
}

// others has high bits set if one of the first eight bytes is not plain. A byte that is
// less than n has its high bit set in w-n*ones, and so may one above 0x80, which is not
// plain, either; or one above such a byte, at which the caller has to look. What must be
// escaped, less than a space or a quote, is what is less than 0x21 with its bit of 2
// turned over.
func others(b []byte) uint64 {
	w := binary.LittleEndian.Uint64(b)
	return ((w ^ 2*ones) - 0x21*ones) | ((w ^ '\\'*ones) - ones) | w
}

func plain(c byte) bool { return c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' }

const hexDigits = "0123456789abcdef"

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
