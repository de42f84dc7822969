package datetime

import (
	"strconv"
	"strings"
	"unicode/utf16"
)

// A fault says why a text is not a date. It is a value, and its text is put
// together only when somebody reads it: with several formats all but one fail.
type fault struct {
	kind  faultKind
	field field
	from  field // that field was derived from
	at    int   // byte position in the text
	value int64 // of field
	other int64 // what value is in conflict with
	date  date
	week  weekRule
	local int64 // the day or the time of the day that other is derived from
	// converting is set for what went wrong after the text was parsed.
	converting bool
}

type faultKind uint8

const (
	noFault faultKind = iota
	badText
	trailingText
	badValue
	badDate
	badConflict
	badTimes
	badDates
	badMonth
	badWeek
	badOffset
	badOffsetRange
	badIndex
	noParser
	emptyText
	badNumber
	badDouble
	badRange
	badHex
)

func (f *fault) is() bool { return f.kind != noFault }

// A ParseError says that a text is not a date of some format. Its text is what
// java.time's DateTimeParseException or DateTimeException has.
type ParseError struct {
	text  string
	fault fault
}

func (e *ParseError) Error() string {
	f := &e.fault
	switch f.kind {
	case badText:
		return "Text '" + abbreviated(e.text) + "' could not be parsed at index " + strconv.Itoa(utf16Index(e.text, f.at))
	case trailingText:
		return "Text '" + abbreviated(e.text) + "' could not be parsed, unparsed text found at index " +
			strconv.Itoa(utf16Index(e.text, f.at))
	case noParser:
		return "Failed to parse with all enclosed parsers"
	case emptyText:
		return "cannot parse empty datetime"
	case badNumber:
		return badNumberText(e.text)
	case badDouble:
		if e.text == "" {
			return "empty String"
		}
		return badNumberText(e.text)
	case badRange:
		return "Range [" + strconv.Itoa(f.at) + ", " + strconv.FormatInt(f.value, 10) + ") out of bounds for length " +
			strconv.Itoa(len(strings.TrimPrefix(e.text, "@")))
	case badHex:
		return badNumberText(strings.TrimPrefix(e.text, "@")[f.at:f.value]) + " under radix 16"
	default:
		if f.converting {
			return f.reason()
		}
		return "Text '" + abbreviated(e.text) + "' could not be parsed: " + f.reason()
	}
}

func badNumberText(s string) string {
	return "For input string: \"" + s + "\""
}

// Index returns where in the text it is, in UTF-16 code units.
func (e *ParseError) Index() int {
	if e.fault.kind != badText && e.fault.kind != trailingText {
		return 0
	}
	return utf16Index(e.text, e.fault.at)
}

// reason is the text of the DateTimeException that resolving the fields threw.
func (f *fault) reason() string {
	switch f.kind {
	case badValue:
		return f.invalidValue()
	case badDate:
		return invalidDate(f.date)
	case badConflict:
		return f.conflict()
	case badTimes:
		return "Conflict found: Fields resolved to different times: " + localTime(f.other) + " " + localTime(f.value)
	case badDates:
		return "Conflict found: Fields resolved to two different dates: " + localDate(f.other) + " " + localDate(f.value)
	case badIndex:
		at := strconv.Itoa(f.at)
		return "Index " + at + " out of bounds for length " + at
	case badOffsetRange:
		return "Zone offset not in valid range: -18:00 to +18:00"
	case badOffset:
		return "Value out of range: Hour[0-23], Minute[0-59], Second[0-59]"
	case badMonth:
		return "Strict mode rejected resolved date as it is in a different month"
	case badWeek:
		return "Invalid value for " + f.name() + " (valid values " + f.weeks() + "): " + strconv.FormatInt(f.value, 10)
	default:
		return "not a date"
	}
}

// conflict is the text of two values for one field: one parsed and one of a
// date, a time or another field.
func (f *fault) conflict() string {
	name := fields[f.field].name
	values := name + " " + strconv.FormatInt(f.other, 10) + " differs from " + name + " " + strconv.FormatInt(f.value, 10)
	switch {
	case f.from == yearOfEra:
		return "Conflict found: " + values
	case f.from != noField:
		return "Conflict found: " + values + " while resolving  " + fields[f.from].name
	case timeFields.has(f.field):
		return "Conflict found: Field " + values + " derived from " + localTime(f.local)
	}
	return "Conflict found: Field " + values + " derived from " + localDate(f.local)
}

// localDate is LocalDate.toString.
func localDate(day int64) string {
	d := dateOf(day)
	year := appendDigits(nil, max(d.year, -d.year), 4)
	switch {
	case d.year < 0:
		year = append([]byte{'-'}, year...)
	case d.year > 9999:
		year = append([]byte{'+'}, year...)
	}
	return string(appendDigits(append(appendDigits(append(year, '-'), int64(d.month), 2), '-'), int64(d.day), 2))
}

// localTime is LocalTime.toString: seconds and the fraction, in threes, only if
// they are not zero.
func localTime(nanos int64) string {
	out := appendDigits(nil, timeField(hourOfDay, nanos), 2)
	out = appendPart(out, timeField(minuteOfHour, nanos), true)
	second, nano := timeField(secondOfMinute, nanos), timeField(nanoOfSecond, nanos)
	if second == 0 && nano == 0 {
		return string(out)
	}
	out = appendPart(out, second, true)
	if nano == 0 {
		return string(out)
	}
	digits := 9
	for nano%1000 == 0 {
		nano, digits = nano/1000, digits-3
	}
	return string(appendDigits(append(out, '.'), nano, digits))
}

func (f *fault) invalidValue() string {
	info := &fields[f.field]
	least, limit := strconv.FormatInt(info.min, 10), strconv.FormatInt(info.max, 10)
	switch f.field {
	case weekOfMonth:
		least, limit = "0/1", "4/6"
	case dayOfMonth:
		limit = "28/31"
	case dayOfYear:
		limit = "365/366"
	case alignedWeekOfMonth:
		limit = "4/5"
	case yearOfEra:
		limit = "999999999/1000000000"
	default:
	}
	return "Invalid value for " + f.name() + " (valid values " + least + " - " + limit + "): " +
		strconv.FormatInt(f.value, 10)
}

// name returns what java.time calls the field. Those of a locale's weeks say
// which weeks these are.
func (f *fault) name() string {
	name := fields[f.field].name
	switch f.field {
	case localDayOfWeek, weekOfMonth, weekOfWeekBasedYear, weekBasedYear:
		day := strings.ToUpper(Root.textsOf("EEEE")[f.week.firstDay-1])
		return name + "[WeekFields[" + day + "," + strconv.FormatInt(f.week.minDays, 10) + "]]"
	default:
		return name
	}
}

// weeks returns the weeks a year may have: those of a known year, or those of
// any year by one of two definitions.
func (f *fault) weeks() string {
	switch {
	case f.other > 0:
		return "1 - " + strconv.FormatInt(f.other, 10)
	case f.value > 54 && f.field == weekOfWeekBasedYear:
		return "0/1 - 52/54"
	}
	return "1 - 52/53"
}

var monthNames = [13]string{
	"", "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER",
}

// invalidDate is LocalDate.of's text; a date without a month is from
// LocalDate.ofYearDay.
func invalidDate(d date) string {
	y := strconv.FormatInt(d.year, 10)
	switch {
	case d.month == 0:
		return "Invalid date 'DayOfYear 366' as '" + y + "' is not a leap year"
	case d.day == 29:
		return "Invalid date 'February 29' as '" + y + "' is not a leap year"
	}
	return "Invalid date '" + monthNames[d.month] + " " + strconv.Itoa(d.day) + "'"
}

// abbreviated is how DateTimeFormatter shortens the text in its messages: to
// 64 UTF-16 units.
func abbreviated(text string) string {
	const most = 64
	if len(text) <= most {
		return text
	}
	units := utf16.Encode([]rune(text))
	if len(units) <= most {
		return text
	}
	return string(utf16.Decode(units[:most])) + "..."
}

// utf16Index converts a byte index to Java's.
func utf16Index(text string, at int) int {
	n := 0
	for _, r := range text[:min(at, len(text))] {
		n += utf16.RuneLen(r)
	}
	return n
}
