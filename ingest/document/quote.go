package document

import "unicode/utf8"

// AppendQuoted appends s as a JSON string; what is not UTF-8 becomes U+FFFD. Runs of
// plain ASCII, most of any log line, are found eight bytes at a time: a byte at a time
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
	i := 0
	for ; i+8 <= len(s); i += 8 {
		w := uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
			uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
		quote, backslash := w^('"'*ones), w^('\\'*ones)
		// A byte that is less than n has its high bit set in w-n*ones, and so may
		// one above 0x80, which is not plain, either; or one above such a byte,
		// which the loop below then looks at.
		if ((w-' '*ones)|(quote-ones)|(backslash-ones)|w)&highs != 0 {
			break
		}
	}
	for i < len(s) && plain(s[i]) {
		i++
	}
	return i
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
