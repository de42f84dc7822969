package htmlstrip

import "strings"

// skipComment returns where a comment ends whose text begins at i, at the
// latest with s.
func skipComment(s string, i int) int {
	for i < len(s) {
		switch {
		case strings.HasPrefix(s[i:], "-->"):
			return i + len("-->")
		case strings.HasPrefix(s[i:], includeStart):
			i = skipInclude(s, i+len(includeStart))
		default:
			i++
		}
	}
	return i
}

// skipInclude skips a server-side include to the end of its -->.
func skipInclude(s string, i int) int {
	for i < len(s) {
		switch {
		case strings.HasPrefix(s[i:], "-->"):
			return i + len("-->")
		case s[i] == '\'' || s[i] == '"':
			i = skipQuoted(s, i)
		default:
			i++
		}
	}
	return i
}

// skipQuoted skips from a quote to behind the next one that has no backslash
// before it.
func skipQuoted(s string, i int) int {
	quote := s[i]
	for i++; i < len(s) && s[i] != quote; i++ {
		if s[i] == '\\' {
			i++
		}
	}
	return min(i+1, len(s))
}

// skipElement skips the text of a script or style element and its end tag,
// which does not count in a comment. It reports false at the end of s.
func skipElement(s string, i int, name string) (end int, closed bool) {
	for i < len(s) {
		switch {
		case strings.HasPrefix(s[i:], "<!--"):
			i = skipElementComment(s, i+len("<!--"))
		case strings.HasPrefix(s[i:], "</"):
			if end := elementEnd(s, i+len("</"), name); end > 0 {
				return end, true
			}
			i++
		default:
			i++
		}
	}
	return len(s), false
}

func elementEnd(s string, i int, name string) int {
	i += blanks(s[i:])
	if len(s)-i < len(name) || !strings.EqualFold(s[i:i+len(name)], name) {
		return -1
	}
	return closeTag(s, i+len(name))
}

// skipElementComment is skipComment inside a script or style, where quoted text
// counts.
func skipElementComment(s string, i int) int {
	for i < len(s) {
		switch {
		case strings.HasPrefix(s[i:], "-->"):
			return i + len("-->")
		case strings.HasPrefix(s[i:], includeStart):
			i = skipInclude(s, i+len(includeStart))
		case s[i] == '\'' || s[i] == '"':
			i = skipQuoted(s, i)
		default:
			i++
		}
	}
	return i
}
