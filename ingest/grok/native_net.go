package grok

import "unicode/utf8"

// octet returns the end of a number up to 255 that is all of the digits at
// text[at:], or -1. Leading zeros are fine up to three digits.
func octet(text string, at int) int {
	end := at
	for end < len(text) && end < at+4 && isDigit(text[end]) {
		end++
	}
	switch end - at {
	case 1, 2:
		return end
	case 3:
		if c := text[at]; c <= '1' || c == '2' && (text[at+1] < '5' || text[at+1] == '5' && text[at+2] <= '5') {
			return end
		}
	}
	return -1
}

// matchIPv4 is IPV4. Each number ends at a dot or where no digit follows, so
// there is one way to match at most.
func matchIPv4(text string, at int) int {
	if at > 0 && isDigit(text[at-1]) {
		return -1
	}
	for i := range 4 {
		if i > 0 {
			if byteAt(text, at) != '.' {
				return -1
			}
			at++
		}
		if at = octet(text, at); at < 0 {
			return -1
		}
	}
	return at
}

// maybeIPv6 reports whether IPV6 can match at text[at:]: all of its forms begin
// with a colon or with up to four hexadecimal digits and one.
func maybeIPv6(text string, at int) bool {
	for i := range 5 {
		switch c := byteAt(text, at+i); {
		case c == ':':
			return true
		case !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f'):
			return false
		}
	}
	return false
}

// matchIP is IP. IPV6 is left to its definition: it has too many ways to match.
func matchIP(text string, at int) int {
	if maybeIPv6(text, at) {
		return undecided
	}
	return matchIPv4(text, at)
}

// matchHostname is HOSTNAME: labels of up to 63 characters and dots between
// them, and the dot behind if there is one. What it can give back is the end of
// the last label, and labels.
func matchHostname(text string, at int) int {
	if at > 0 && at < len(text) {
		switch p := text[at-1]; {
		case p >= utf8.RuneSelf:
			return undecided // a word character of Unicode, perhaps
		case isWord(p):
			return -1
		}
	}
	end := label(text, at)
	if end < 0 {
		return -1
	}
	for byteAt(text, end) == '.' {
		next := label(text, end+1)
		if next < 0 {
			return end + 1
		}
		end = next
	}
	return end
}

// label returns the end of a label at text[at:], or -1.
func label(text string, at int) int {
	if at >= len(text) || !isDigit(text[at]) && !isLetter(text[at]) {
		return -1
	}
	end := at + 1
	for end < len(text) && end < at+63 && (isDigit(text[end]) || isLetter(text[end]) || text[end] == '-') {
		end++
	}
	return end
}

// matchIPOrHost is IPORHOST: an address that matches comes first, and the
// longer name that begins with it would be its second match.
func matchIPOrHost(text string, at int) int {
	if maybeIPv6(text, at) {
		return undecided
	}
	end := matchIPv4(text, at)
	if end < 0 {
		return matchHostname(text, at)
	}
	if c := byteAt(text, end); isDigit(c) || isLetter(c) || c == '-' || c == '.' {
		return undecided
	}
	return end
}
