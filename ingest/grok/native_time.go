package grok

import "unicode/utf8"

// The matchers for dates and times know the usual forms, in which every number
// has all its digits; the rest is undecided.

// twoDigits returns the number of two digits at text[at:], or -1.
func twoDigits(text string, at int) int {
	if at+1 >= len(text) || !isDigit(text[at]) || !isDigit(text[at+1]) {
		return -1
	}
	return int(text[at]-'0')*10 + int(text[at+1]-'0')
}

// within reports whether two digits at text[at:] are a number from low to high.
func within(text string, at, low, high int) bool {
	n := twoDigits(text, at)
	return n >= low && n <= high
}

// clock returns the end of hh:mm:ss at text[at:], or -1.
func clock(text string, at int) int {
	if within(text, at, 0, 23) && byteAt(text, at+2) == ':' && within(text, at+3, 0, 59) &&
		byteAt(text, at+5) == ':' && within(text, at+6, 0, 60) {
		return at + 8
	}
	return -1
}

// isFraction reports whether a fraction of a second begins at text[at].
func isFraction(text string, at int) bool {
	c := byteAt(text, at)
	return (c == '.' || c == ',' || c == ':') && digitAt(text, at+1)
}

// matchTime is TIME. With a fraction there is a second match, without it.
func matchTime(text string, at int) int {
	end := clock(text, at)
	if end < 0 || digitAt(text, end) {
		return undecided
	}
	if isFraction(text, end) {
		return digitsEnd(text, end+1)
	}
	return end
}

// monthName reports whether text[at:] begins with the short name of a month,
// whose first letter may be small.
func monthName(text string, at int) bool {
	if at+3 > len(text) {
		return false
	}
	switch text[at] | 0x20 {
	case 'j':
		return text[at+1:at+3] == "an" || text[at+1:at+3] == "un" || text[at+1:at+3] == "ul"
	case 'f':
		return text[at+1:at+3] == "eb"
	case 'm':
		return text[at+1:at+3] == "ar" || text[at+1:at+3] == "ay"
	case 'a':
		return text[at+1:at+3] == "pr" || text[at+1:at+3] == "ug"
	case 's':
		return text[at+1:at+3] == "ep"
	case 'o':
		return text[at+1:at+3] == "ct"
	case 'n':
		return text[at+1:at+3] == "ov"
	case 'd':
		return text[at+1:at+3] == "ec"
	}
	return false
}

// matchHTTPDate is HTTPDATE, 17/May/2015:10:05:03 +0000. The zone can give back
// digits.
func matchHTTPDate(text string, at int) int {
	if !within(text, at, 1, 31) || byteAt(text, at+2) != '/' || !monthName(text, at+3) || byteAt(text, at+6) != '/' ||
		twoDigits(text, at+7) < 0 || twoDigits(text, at+9) < 0 || byteAt(text, at+11) != ':' {
		return undecided
	}
	end := clock(text, at+12)
	if end < 0 || byteAt(text, end) != ' ' {
		return undecided
	}
	if c := byteAt(text, end+1); c == '+' || c == '-' {
		end++
	}
	if zone := digitsEnd(text, end+1); zone > end+1 {
		return zone
	}
	return undecided
}

// matchSyslogTimestamp is SYSLOGTIMESTAMP, May 17 10:05:03, without a fraction:
// the time must end where no digit follows, so there is no second match.
func matchSyslogTimestamp(text string, at int) int {
	if at > 0 && (text[at-1] >= utf8.RuneSelf || isWord(text[at-1])) {
		return undecided
	}
	if !monthName(text, at) || byteAt(text, at+3) != ' ' {
		return undecided
	}
	for at += 3; byteAt(text, at) == ' '; at++ {
	}
	switch {
	case within(text, at, 1, 31):
		at += 2
	case byteAt(text, at) >= '1' && byteAt(text, at) <= '9':
		at++
	}
	if byteAt(text, at) != ' ' {
		return undecided
	}
	end := clock(text, at+1)
	if end < 0 || digitAt(text, end) || isFraction(text, end) {
		return undecided
	}
	return end
}

// matchISO8601 is TIMESTAMP_ISO8601 with seconds: 2015-05-17T10:05:03.123Z. It
// can give back the zone, digits of the fraction, the seconds.
func matchISO8601(text string, at int) int {
	if twoDigits(text, at) < 0 || twoDigits(text, at+2) < 0 || byteAt(text, at+4) != '-' || !within(text, at+5, 1, 12) ||
		byteAt(text, at+7) != '-' || !within(text, at+8, 1, 31) {
		return undecided
	}
	if c := byteAt(text, at+10); c != 'T' && c != ' ' {
		return undecided
	}
	end := clock(text, at+11)
	if end < 0 || text[end-2] == '6' {
		return undecided // nothing here keeps SECOND from taking the 6 of 60 alone
	}
	if isFraction(text, end) {
		end = digitsEnd(text, end+1)
	}
	return isoZone(text, end)
}

// isoZone returns the end of a zone at text[at:]: Z, +hhmm, +hh:mm or nothing.
func isoZone(text string, at int) int {
	switch byteAt(text, at) {
	case 'Z':
		return at + 1
	case '+', '-':
	default:
		return at
	}
	minutes := at + 3
	if byteAt(text, minutes) == ':' {
		minutes++
	}
	if within(text, at+1, 0, 23) && within(text, minutes, 0, 59) {
		return minutes + 2
	}
	return undecided
}
