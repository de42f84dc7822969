package painless

import (
	"math"
	"strings"
	"unicode/utf8"
)

// A dateReader reads a text by a dateFormat, from left to right.
type dateReader struct {
	t         *thread
	format    *dateFormat
	text      string
	at        int // the next byte, or where it went wrong
	fields    []readField
	ambiguous bool // the year may be the first or the last of the century
}

// A readField is a field of Calendar with the value that was read.
type readField struct {
	field, value int
	weekYear     bool // the value is the year of a week
}

func (r *dateReader) set(field, value int) bool {
	r.fields = append(r.fields, readField{field: field, value: value})
	return true
}

// read implements textFormat. The calendar keeps the fields, and the zone if the
// text names one, as in Java.
func (f *dateFormat) read(t *thread, text string) reading {
	t.spend(t.at, formatSteps)
	r := dateReader{t: t, format: f, text: text}
	for i, p := range f.parts {
		ok := false
		if p.letter == 0 {
			ok = r.literal(p.text)
		} else {
			ok = r.field(p, i+1 < len(f.parts) && f.parts[i+1].isNumber())
		}
		if !ok {
			return reading{end: r.at}
		}
	}
	at, ok := r.time()
	return reading{value: newDate(at.UnixMilli()), end: r.at, ok: ok}
}

// isNumber reports whether a field is digits, so that a number before it must end
// after as many digits as it has letters.
func (p datePart) isNumber() bool {
	if p.letter == 'M' || p.letter == 'L' {
		return p.count <= 2
	}
	return p.letter != 0 && strings.IndexByte("GEazZX", p.letter) < 0
}

func (r *dateReader) literal(text string) bool {
	for _, c := range text {
		got, size := utf8.DecodeRuneInString(r.text[r.at:])
		if got != c || size == 0 {
			return false
		}
		r.at += size
	}
	return true
}

// field reads a field; exact says that no more digits than letters belong to it.
func (r *dateReader) field(p datePart, exact bool) bool {
	start := r.at
	r.at += len(r.text[r.at:]) - len(strings.TrimLeft(r.text[r.at:], " \t"))
	if r.at == len(r.text) {
		r.at = start
		return false
	}
	s := r.format.symbols
	switch p.letter {
	case 'G':
		return r.name(calEra, s.eras)
	case 'a':
		return r.name(calAmPm, s.amPm)
	case 'E':
		return r.name(calDayOfWeek, s.weekdays, s.shortWeekdays)
	case 'z', 'Z':
		return r.zone()
	case 'X':
		return r.isoOffset(p.count)
	case 'M', 'L':
		if p.count > 2 {
			return r.name(calMonth, s.months, s.shortMonths, r.format.locale.Names("LLL"), r.format.locale.Names("LLLL"))
		}
	}
	width := 0
	if exact {
		width = start + p.count - r.at
	}
	first := r.at
	n, ok := r.number(width, exact)
	return ok && r.numeric(p, n, r.text[first:r.at])
}

// numeric takes the value of a number, which had these digits.
func (r *dateReader) numeric(p datePart, n int, digits string) bool {
	field, strict := lettersOf[p.letter].calendar, r.format.calendar.strict
	switch p.letter {
	case 'y', 'Y':
		if p.count <= 2 && len(digits) == 2 && digits[0] >= '0' && digits[0] <= '9' {
			first := r.format.century.Year()
			r.ambiguous = n == first%100
			n += first / 100 * 100
			if n < first {
				n += 100
			}
		}
		r.fields = append(r.fields, readField{field, n, p.letter == 'Y'})
		return true
	case 'M', 'L':
		n--
	case 'k', 'h':
		most := calendarRanges[field][2] + 1
		if strict && (n < 1 || n > most) {
			return false
		}
		if n == most {
			n = 0
		}
	case 'u':
		if n >= 1 && n <= 7 {
			n = n%7 + 1
		}
	}
	return r.set(field, n)
}

// number reads a whole number, of at most so many bytes if it is exact.
func (r *dateReader) number(width int, exact bool) (int, bool) {
	text := r.text[r.at:]
	if exact {
		if width > len(text) {
			return 0, false
		}
		text = text[:max(width, 0)]
	}
	if r.format.numbers != nil {
		got := r.format.numbers.read(r.t, text)
		r.at += got.end
		if !got.ok {
			return 0, false
		}
		return int(int32(wholeOf(r.t.number(r.t.at, got.value, typeLong, true)))), true
	}
	n, i := int64(0), 0
	if strings.HasPrefix(text, "-") {
		i = 1
	}
	first := i
	for ; i < len(text) && text[i] >= '0' && text[i] <= '9'; i++ {
		n = min(n*10+int64(text[i]-'0'), math.MaxInt64/20)
	}
	if i == first {
		return 0, false
	}
	r.at += i
	if first == 1 {
		n = -n
	}
	return int(int32(n)), true
}

// name reads the longest of some names, whatever its case; its index is the value.
func (r *dateReader) name(field int, lists ...[]string) bool {
	r.t.spend(r.t.at, formatSteps)
	best, value := 0, 0
	for _, names := range lists {
		for i, name := range names {
			if n := foldedPrefix(r.text[r.at:], name); n > best {
				best, value = n, i
			}
		}
	}
	r.at += best
	return best > 0 && r.set(field, value)
}

// foldedPrefix returns how many bytes of a text are a name in any case, 0 if it does
// not begin with it.
func foldedPrefix(text, name string) int {
	end := 0
	for range utf8.RuneCountInString(name) {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	if !strings.EqualFold(text[:end], name) {
		return 0
	}
	return end
}

func (r *dateReader) setOffset(seconds int) bool {
	return r.set(calZoneOffset, seconds*1000) && r.set(calDstOffset, 0)
}

// isoOffset reads Z, +01, +0100 or +01:00.
func (r *dateReader) isoOffset(count int) bool {
	switch r.text[r.at] {
	case 'Z':
		r.at++
		return r.setOffset(0)
	case '+', '-':
		return r.offset(count, count == 3)
	}
	r.at++
	return false
}

// offset reads the digits of an offset with its sign; count is that of X, 4 for
// four digits, and 0 for GMT, where the hour may be one digit.
func (r *dateReader) offset(count int, colon bool) bool {
	sign := 1
	if r.text[r.at] == '-' {
		sign = -1
	}
	r.at++
	hours, ok := r.digit()
	if !ok {
		return false
	}
	switch d, ok := r.digit(); {
	case ok:
		hours = hours*10 + d
	case count > 0 || !colon:
		return false
	}
	minutes := 0
	if count != 1 {
		if colon && !r.literal(":") {
			return false
		}
		tens, ok1 := r.digit()
		ones, ok2 := r.digit()
		if minutes = tens*10 + ones; !ok1 || !ok2 || minutes > 59 {
			return false
		}
	}
	return hours <= 23 && r.setOffset(sign*(hours*60+minutes)*60)
}

func (r *dateReader) digit() (int, bool) {
	if r.at == len(r.text) || r.text[r.at] < '0' || r.text[r.at] > '9' {
		return 0, false
	}
	r.at++
	return int(r.text[r.at-1] - '0'), true
}
