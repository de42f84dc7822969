package painless

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
)

// A dateFormat is a java.text.SimpleDateFormat. Names of months and days are those
// of the languages that package datetime has, and those of zones are English.
// Where Locale.ROOT has no names of its own, it has the English ones.
type dateFormat struct {
	pattern  string
	parts    []datePart
	locale   *datetime.Locale
	symbols  *dateSymbols
	calendar *gregorian
	numbers  textFormat // nil for plain digits
	century  time.Time  // years of two digits are in the 100 years from then on
}

// A datePart is a field of a date, or the text between two of them.
type datePart struct {
	letter byte // 0 for text
	count  int  // how often the letter is there
	text   string
}

// dateLetters are the letters of patterns, in the order of the constants of
// DateFormat, and what only SimpleDateFormat has.
const dateLetters = "GyMdkHmsSEDFwWahKzZYuXL"

// A dateLetter is a field of Calendar with its constant of DateFormat.
type dateLetter struct{ calendar, constant int }

var lettersOf = map[byte]dateLetter{
	'G': {calEra, 0}, 'y': {calYear, 1}, 'M': {calMonth, 2}, 'd': {calDate, 3}, 'k': {calHourOfDay, 4}, 'H': {calHourOfDay, 5},
	'm': {calMinute, 6}, 's': {calSecond, 7}, 'S': {calMillisecond, 8}, 'E': {calDayOfWeek, 9}, 'D': {calDayOfYear, 10},
	'F': {calDayOfWeekInMonth, 11}, 'w': {calWeekOfYear, 12}, 'W': {calWeekOfMonth, 13}, 'a': {calAmPm, 14}, 'h': {calHour, 15},
	'K': {calHour, 16}, 'z': {calZoneOffset, 17}, 'Z': {calZoneOffset, 17}, 'Y': {calYear, 1}, 'u': {calDayOfWeek, 9},
	'X': {calZoneOffset, 17}, 'L': {calMonth, 2},
}

// JavaClass implements document.Object.
func (*dateFormat) JavaClass() string { return "java.text.SimpleDateFormat" }

// AppendText implements document.Object.
func (f *dateFormat) AppendText(dst []byte) []byte { return append(dst, f.JavaClass()...) }

// Identity implements document.Object.
func (f *dateFormat) Identity() string {
	g := f.calendar
	return fmt.Sprint(f.pattern, f.locale, g.zone.ID(), g.strict, g.firstDay, g.minDays)
}

// HashCode implements document.Object.
func (f *dateFormat) HashCode() int32 { return document.String(f.pattern).HashCode() }

func (f *dateFormat) clone() textFormat {
	c, g := *f, *f.calendar
	c.symbols, c.calendar = f.symbols.clone(), &g
	if f.numbers != nil {
		c.numbers = f.numbers.clone()
	}
	return &c
}

// newDateFormat returns a format in the locale that is argument i, or in that of
// Locale.getDefault.
func (t *thread) newDateFormat(pattern string, args []Value, i int) *dateFormat {
	t.spend(t.at, formatSteps)
	now := time.UnixMilli(time.Now().UnixMilli())
	f := &dateFormat{locale: dateLocale(args, i), calendar: newGregorian(timeZone{Zone: datetime.UTC}, now), century: now.AddDate(-80, 0, 0)}
	f.symbols = newDateSymbols(f.locale)
	firstDay, minDays := f.locale.Weeks()
	f.calendar.setWeeks(int(firstDay)%7+1, int(minDays))
	f.apply(t, pattern)
	return f
}

// dateLocale returns the names of the locale that is argument i, the root's for a
// language that has none.
func dateLocale(args []Value, i int) *datetime.Locale {
	tag := "en-US"
	if i < len(args) {
		tag = objectOf[locale](args[i]).formatTag()
	}
	l, err := datetime.ParseLocale(tag)
	if err != nil {
		return datetime.Root
	}
	return l
}

// apply is applyPattern.
func (f *dateFormat) apply(t *thread, pattern string) {
	t.charge(t.at, entryBytes*len(pattern))
	var parts []datePart
	fields := 0
	for rest := pattern; rest != ""; {
		text, n, ok := unquoted(rest)
		if !ok {
			t.throw(document.IllegalArgument, "Unterminated quote")
		}
		if n > 0 {
			parts, rest = append(parts, datePart{text: text}), rest[n:]
			continue
		}
		p := datePart{letter: rest[0], count: len(rest) - len(strings.TrimLeft(rest, rest[:1]))}
		if _, ok := lettersOf[p.letter]; !ok {
			t.throw(document.IllegalArgument, "Illegal pattern character '%c'", p.letter)
		}
		if p.letter == 'X' && p.count > 3 {
			t.throw(document.IllegalArgument, "invalid ISO 8601 format: length=%d", p.count)
		}
		parts, rest = append(parts, p), rest[p.count:]
		fields++
	}
	for i := range parts {
		if fields == 1 && parts[i].letter == 'M' { // a month that stands alone
			parts[i].letter = 'L'
		}
	}
	f.pattern, f.parts = pattern, parts
}

// unquoted returns the text before the next letter of a pattern and its length
// there.
func unquoted(pattern string) (text string, n int, ok bool) {
	var b strings.Builder
	quoted := false
	for n < len(pattern) {
		c := pattern[n]
		switch {
		case strings.HasPrefix(pattern[n:], "''"):
			b.WriteByte('\'')
			n++
		case c == '\'':
			quoted = !quoted
		case !quoted && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'):
			return b.String(), n, true
		default:
			b.WriteByte(c)
		}
		n++
	}
	return b.String(), n, !quoted
}

// write implements textFormat for dates and for numbers of milliseconds.
func (f *dateFormat) write(t *thread, v Value) fieldText {
	d, ok := v.Object().(*date)
	if !ok {
		if k := numberKind(v); k == noPrimitive || k == primitiveChar {
			t.throw(document.IllegalArgument, "Cannot format given Object as a Date")
		}
		d = &date{wholeOf(t.number(t.at, v, typeLong, true))}
	}
	t.spend(t.at, formatSteps)
	f.calendar.setTime(d.time())
	var out fieldText
	var b strings.Builder
	for _, p := range f.parts {
		if p.letter == 0 {
			b.WriteString(p.text)
			continue
		}
		t.charge(t.at, p.count)
		n, from := lettersOf[p.letter].constant, b.Len()
		b.WriteString(f.field(t, p))
		out.fields = append(out.fields, fieldSpan{dateFields[n], n, from, b.Len()})
	}
	out.text = b.String()
	return out
}

// field is the text of a field of the time that the calendar has.
func (f *dateFormat) field(t *thread, p datePart) string {
	g, s := f.calendar, f.symbols
	n := g.fields[lettersOf[p.letter].calendar]
	switch p.letter {
	case 'G':
		return t.nameAt(s.eras, n)
	case 'M', 'L':
		return f.month(t, p, n)
	case 'E':
		if p.count < 4 {
			return t.nameAt(s.shortWeekdays, n)
		}
		return t.nameAt(s.weekdays, n)
	case 'a':
		return t.nameAt(s.amPm, n)
	case 'z':
		t.spend(t.at, formatSteps)
		return t.zoneName(g.at, p.count > 3)
	case 'Z', 'X':
		return offsetText(p, (n+g.fields[calDstOffset])/60_000)
	case 'y', 'Y':
		if p.letter == 'Y' {
			n = g.weekYear()
		}
		if p.count == 2 {
			return f.number(t, n, 2, 2)
		}
	case 'k', 'h':
		if n == 0 {
			n = calendarRanges[lettersOf[p.letter].calendar][2] + 1
		}
	case 'u':
		n = (n+5)%7 + 1
	}
	return f.number(t, n, p.count, maxWholeDigits)
}

func (f *dateFormat) month(t *thread, p datePart, n int) string {
	switch {
	case p.count < 3:
		return f.number(t, n+1, p.count, maxWholeDigits)
	case p.letter == 'L' && !f.symbols.changed:
		return f.locale.Names("LLLL"[:min(p.count, 4)])[n]
	case p.count == 3:
		return t.nameAt(f.symbols.shortMonths, n)
	}
	return t.nameAt(f.symbols.months, n)
}

// number is n with at least and at most so many digits.
func (f *dateFormat) number(t *thread, n, least, most int) string {
	if f.numbers != nil {
		if d, ok := f.numbers.(*decimalFormat); ok {
			d.minWhole, d.maxWhole = least, most
		}
		return f.numbers.write(t, document.Long(int64(n))).text
	}
	if least == most {
		n %= 100
	}
	digits := strconv.Itoa(n)
	return strings.Repeat("0", max(least-len(digits), 0)) + digits
}

// offsetText is an offset in minutes: +0100 for Z, and for X Z, +01, +0100 or +01:00.
func offsetText(p datePart, minutes int) string {
	if p.letter == 'X' && minutes == 0 {
		return "Z"
	}
	sign := '+'
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	switch {
	case p.letter == 'X' && p.count == 1:
		return fmt.Sprintf("%c%02d", sign, minutes/60)
	case p.letter == 'X' && p.count == 3:
		return fmt.Sprintf("%c%02d:%02d", sign, minutes/60, minutes%60)
	}
	return fmt.Sprintf("%c%02d%02d", sign, minutes/60, minutes%60)
}
