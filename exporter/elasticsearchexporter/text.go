package elasticsearchexporter

import "github.com/sluice-otel/sluice/ingest/document"

// appendString appends a JSON string, escaped as the ingest engine does; what is not
// UTF-8 becomes U+FFFD. Runs of plain ASCII, most of any log line, are found eight
// bytes at a time: a byte at a time would be half of the cost of a document.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for {
		n := plainLength(s)
		dst = append(dst, s[:n]...)
		if n == len(s) {
			return append(dst, '"')
		}
		s = s[n:]
		n = otherLength(s)
		dst = appendEscaped(dst, s[:n])
		s = s[n:]
	}
}

// appendEscaped appends the inside of a JSON string.
func appendEscaped(dst []byte, s string) []byte {
	start := len(dst)
	dst = document.String(s).AppendJSON(dst)
	n := copy(dst[start:], dst[start+1:len(dst)-1])
	return dst[:start+n]
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

// otherLength is how many bytes at the start of a text are not plain.
func otherLength(s string) int {
	i := 0
	for i < len(s) && !plain(s[i]) {
		i++
	}
	return i
}

func plain(c byte) bool { return c >= ' ' && c < 0x80 && c != '"' && c != '\\' }
