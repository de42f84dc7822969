package datetime

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// unixSeconds is the format UNIX: seconds as Double.parseDouble reads them,
// cut to milliseconds.
func unixSeconds(text string) (time.Time, fault) {
	f, ok := javaDouble(text)
	if !ok {
		return time.Time{}, fault{kind: badDouble}
	}
	return millis(saturate(f * 1000)), fault{}
}

// unixMillis is the format UNIX_MS: milliseconds as Long.parseLong reads them.
func unixMillis(text string) (time.Time, fault) {
	v, ok := parseLong(text, 10)
	if !ok {
		return time.Time{}, fault{kind: badNumber}
	}
	return millis(v), fault{}
}

// parseLong is Long.parseLong. Unlike strconv.ParseInt it makes no error.
func parseLong(text string, radix uint64) (int64, bool) {
	digits, limit := text, uint64(math.MaxInt64)
	if text != "" && (text[0] == '-' || text[0] == '+') {
		digits = text[1:]
	}
	if text != digits && text[0] == '-' {
		limit++
	}
	var v uint64
	for i := range len(digits) {
		d := digitValue(digits[i])
		if d >= radix || v > (limit-d)/radix {
			return 0, false
		}
		v = v*radix + d
	}
	if limit > math.MaxInt64 {
		v = -v
	}
	return int64(v), digits != ""
}

func digitValue(c byte) uint64 {
	switch {
	case isDigit(c):
		return uint64(c - '0')
	case c >= 'a' && c <= 'z':
		return uint64(c-'a') + 10
	case c >= 'A' && c <= 'Z':
		return uint64(c-'A') + 10
	}
	return math.MaxUint8
}

func millis(ms int64) time.Time {
	second := floorDiv(ms, 1000)
	return time.Unix(second, (ms-second*1000)*1_000_000)
}

// saturate is Java's cast of a double to a long.
func saturate(f float64) int64 {
	switch {
	case f != f:
		return 0
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	}
	return int64(f)
}

// javaDouble is Double.parseDouble for decimal numbers: white space around and
// a type letter behind are no mistakes.
func javaDouble(text string) (float64, bool) {
	text = strings.TrimFunc(text, func(r rune) bool { return r <= ' ' })
	switch text {
	case "NaN", "+NaN", "-NaN":
		return math.NaN(), true
	case "Infinity", "+Infinity":
		return math.Inf(1), true
	case "-Infinity":
		return math.Inf(-1), true
	}
	if n := len(text); n > 1 && strings.IndexByte("dDfF", text[n-1]) >= 0 {
		text = text[:n-1]
	}
	if strings.IndexFunc(text, notInDecimal) >= 0 {
		return 0, false
	}
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil || math.IsInf(f, 0)
}

func notInDecimal(r rune) bool {
	return (r < '0' || r > '9') && !strings.ContainsRune("+-.eE", r)
}

// tai64n is the format TAI64N: seconds since 2^62 and nanoseconds, in
// hexadecimal. Elasticsearch takes off the ten leap seconds there were in 1972
// and none of the later ones.
func tai64n(text string) (time.Time, fault) {
	text = strings.TrimPrefix(text, "@")
	if len(text) < 16 {
		return time.Time{}, fault{kind: badRange, at: 1, value: 16}
	}
	base, ok := parseLong(text[1:16], 16)
	if !ok {
		return time.Time{}, fault{kind: badHex, at: 1, value: 16}
	}
	if len(text) < 24 {
		return time.Time{}, fault{kind: badRange, at: 16, value: 24}
	}
	rest, ok := parseLong(text[16:24], 16)
	if !ok {
		return time.Time{}, fault{kind: badHex, at: 16, value: 24}
	}
	return millis(base*1000 - 10_000 + rest/1_000_000), fault{}
}

// epoch reads Elasticsearch's epoch_second and epoch_millis: an optional minus,
// digits and a fraction of up to nanoseconds. unit is a second or a millisecond
// in nanoseconds.
func epoch(text string, unit int64) (time.Time, bool) {
	digits, negative := strings.CutPrefix(text, "-")
	p := attempt{text: digits}
	end := p.digits(0, 19)
	whole, read := number(digits[:end], end)
	if end == 0 || read != end {
		return time.Time{}, false
	}
	nanos, ok := epochFraction(digits[end:], unit)
	if !ok {
		return time.Time{}, false
	}
	perSecond := nanosPerSecond / unit
	second, nano := whole/perSecond, whole%perSecond*unit+nanos
	if negative {
		second, nano = -second, -nano
	}
	return time.Unix(second, nano), true
}

// epochFraction returns the nanoseconds in ".5" or "." or "".
func epochFraction(text string, unit int64) (int64, bool) {
	if text == "" || text == "." {
		return 0, true
	}
	width := 9
	if unit == 1_000_000 {
		width = 6
	}
	p := attempt{text: text}
	if text[0] != '.' || len(text) > width+1 || p.digits(1, width) != len(text) {
		return 0, false
	}
	v, _ := number(text[1:], 0)
	return v * powersOf10[width-len(text)+1], true
}
