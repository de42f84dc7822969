package template

import (
	"fmt"
	"strings"
)

// A MediaType says how {{x}} is escaped: the media_type option of set and
// append.
type MediaType uint8

// The media types Elasticsearch knows.
const (
	JSON      MediaType = iota // application/json: as inside of a JSON string
	PlainText                  // text/plain: not at all
	Form                       // application/x-www-form-urlencoded
)

var mediaTypes = []string{"application/json", "text/plain", "application/x-www-form-urlencoded"}

// ParseMediaType returns the media type of the given name.
func ParseMediaType(name string) (MediaType, error) {
	for i, known := range mediaTypes {
		if name == known {
			return MediaType(i), nil
		}
	}
	return JSON, fmt.Errorf("media type [%s] is none of %s", name, strings.Join(mediaTypes, ", "))
}

func appendEscaped[T string | []byte](dst []byte, s T, media MediaType) []byte {
	switch media {
	case JSON:
		return appendJSON(dst, s)
	case Form:
		return appendForm(dst, s)
	case PlainText:
	}
	return append(dst, s...)
}

const upperHex = "0123456789ABCDEF"

// jsonEscapes has the letter of the short escape sequences.
var jsonEscapes = [' ']byte{'\b': 'b', '\t': 't', '\n': 'n', '\f': 'f', '\r': 'r'}

// appendJSON escapes as Jackson's JsonStringEncoder.quoteAsString does.
func appendJSON[T string | []byte](dst []byte, s T) []byte {
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		dst = append(append(dst, s[start:i]...), '\\')
		start = i + 1
		switch {
		case c >= ' ':
			dst = append(dst, c)
		case jsonEscapes[c] != 0:
			dst = append(dst, jsonEscapes[c])
		default:
			dst = append(dst, 'u', '0', '0', upperHex[c>>4], upperHex[c&15])
		}
	}
	return append(dst, s[start:]...)
}

// appendForm escapes as java.net.URLEncoder does with UTF-8.
func appendForm[T string | []byte](dst []byte, s T) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9',
			c == '.', c == '-', c == '*', c == '_':
			dst = append(dst, c)
		case c == ' ':
			dst = append(dst, '+')
		default:
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return dst
}
