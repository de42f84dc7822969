package cef

import (
	"errors"
	"strings"
)

// scan finds the pairs and where the last one ends. A value may have blanks: it ends before the
// blank in front of the next key. Elasticsearch searches the text for
//
//	(KEY)=(VALUE)(?:\s+|$)
//
// where KEY is [\w-]+(?:\.[^.=\s|\\\[\]]+)*(?:\[[0-9]+\])? and VALUE
// (?:[^\s\\]|\\[^|]|\s(?!KEY=))*; so does this, in time linear in the text. What
// is between the pairs does not matter, what is behind the last must be nothing.
func scan(text string) (out []Extension, end int) {
	for equals := nextEquals(text, 0); equals >= 0; {
		next := equals + 1
		if key := keyBefore(text[end:equals]); key != "" {
			value, stop, ok := valueAt(text, next)
			if next = stop; ok {
				out, end = append(out, Extension{Key: key, Value: value}), stop
			}
		}
		equals = nextEquals(text, next)
	}
	return out, end
}

// parseExtensions reads the pairs and resolves what is escaped in their values.
func parseExtensions(text string) ([]Extension, error) {
	out, end := scan(text)
	if n := len(out); n > 0 {
		out[n-1].Value = trim(out[n-1].Value)
	}
	for i := range out {
		var ok bool
		if out[i].Value, ok = unescape(out[i].Value); !ok {
			return nil, ErrEquals
		}
	}
	if end < len(text) {
		return nil, errors.New(restText + text[end:])
	}
	return out, nil
}

func nextEquals(text string, from int) int {
	if i := strings.IndexByte(text[from:], '='); i >= 0 {
		return from + i
	}
	return -1
}

// keyBefore returns the longest key that text ends with, "" if there is none.
func keyBefore(text string) string {
	start := -1
	for i := len(text) - len(indexBefore(text)); i > 0; {
		part := partBefore(text[:i])
		word := wordBefore(part)
		if word != "" {
			start = i - len(word)
		}
		i -= len(part)
		if part == "" || i == 0 || text[i-1] != '.' {
			break
		}
		i-- // the part may be what follows a dot
	}
	if start < 0 {
		return ""
	}
	return text[start:]
}

// indexBefore returns the [digits] that text ends with, "" if there is none.
func indexBefore(text string) string {
	if !strings.HasSuffix(text, "]") {
		return ""
	}
	i := len(text) - 1
	for i > 0 && isDigit(text[i-1]) {
		i--
	}
	if i == len(text)-1 || i == 0 || text[i-1] != '[' {
		return ""
	}
	return text[i-1:]
}

// partBefore returns the longest part of a key, without dots, that text ends
// with.
func partBefore(text string) string {
	i := len(text)
	for i > 0 && isPart(text[i-1]) {
		i--
	}
	return text[i:]
}

// wordBefore returns the longest text that a key can begin with and part ends
// with.
func wordBefore(part string) string {
	i := len(part)
	for i > 0 && isWord(part[i-1]) {
		i--
	}
	return part[i:]
}

// startsWithKey reports whether text begins with a key and its equals sign.
func startsWithKey(text string) bool {
	i := countOf(text, isWord)
	if i == 0 {
		return false
	}
	for i < len(text) && text[i] == '.' {
		n := countOf(text[i+1:], isPart)
		if n == 0 {
			return false
		}
		i += 1 + n
	}
	if i < len(text) && text[i] == '[' {
		n := countOf(text[i+1:], isDigit)
		if n == 0 || !strings.HasPrefix(text[i+1+n:], "]") {
			return false
		}
		i += n + 2
	}
	return strings.HasPrefix(text[i:], "=")
}

// countOf returns how many of the first bytes of text are of a kind.
func countOf(text string, kind func(byte) bool) int {
	for i := range len(text) {
		if !kind(text[i]) {
			return i
		}
	}
	return len(text)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || isDigit(c) || c == '_' || c == '-'
}

func isPart(c byte) bool { return !isBlank(c) && strings.IndexByte(`.=|\[]`, c) < 0 }

// isBlank is Java's \s.
func isBlank(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// valueAt returns the value that begins at start and the end of the blanks that
// follow it. If there is no value, because a backslash stands before a pipe or
// at the end and no blank before that, end is the place of the backslash.
func valueAt(text string, start int) (value string, end int, ok bool) {
	blank := -1 // the last one that may end the value
	for i := start; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && (i+1 == len(text) || text[i+1] == '|'):
			if blank < 0 {
				return "", i, false
			}
			return text[start:blank], blank + 1, true
		case c == '\\':
			i++
		case isBlank(c) && startsWithKey(text[i+1:]):
			return text[start:i], i + 1, true
		case isBlank(c):
			blank = i
		}
	}
	return text[start:], len(text), true
}

// trim is String.trim.
func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
}

// unescape resolves \\, \= and a backslash before an end of line. It reports
// false if there is an equals sign without a backslash.
func unescape(value string) (string, bool) {
	if strings.IndexByte(value, '\\') < 0 {
		return value, strings.IndexByte(value, '=') < 0
	}
	out := make([]byte, 0, len(value))
	for i := 0; i < len(value); i++ {
		c := value[i]
		if c == '=' {
			return "", false
		}
		if c == '\\' && i+1 < len(value) {
			i++
			if strings.IndexByte("\\=\n\r", value[i]) < 0 {
				out = append(out, c)
			}
			c = value[i]
		}
		out = append(out, c)
	}
	return string(out), true
}
