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
	at    int   // byte position in the text
	value int64 // of field
	other int64 // what value is in conflict with
	date  date
	day   int64 // the date that other is derived from
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
	noParser
	notADate
	emptyText
	badNumber
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
	case badRange:
		return "begin 1, end 16, length " + strconv.FormatInt(f.value, 10)
	case badHex:
		return badNumberText(strings.TrimPrefix(e.text, "@")[f.at:f.value]) + " under radix 16"
	case notADate:
		return "temporal accessor [" + e.text + "] cannot be converted to zoned date time"
	}
	if f.converting {
		return f.reason()
	}
	return "Text '" + abbreviated(e.text) + "' could not be parsed: " + f.reason()
}

func badNumberText(s string) string { return "For input string: \"" + s + "\"" }

// reason is the text of the DateTimeException that resolving the fields threw.
func (f *fault) reason() string {
	switch f.kind {
	case badValue:
		return invalidValue(f.field, f.value)
	case badDate:
		return invalidDate(f.date)
	case badConflict:
		return "Conflict found: Field " + fields[f.field].name + " " + strconv.FormatInt(f.other, 10) +
			" differs from " + fields[f.field].name + " " + strconv.FormatInt(f.value, 10)
	case badTimes:
		return "Conflict found: Fields resolved to different times"
	case badDates:
		return "Conflict found: Fields resolved to two different dates"
	case badOffset:
		return "Value out of range: Hour[0-23], Minute[0-59], Second[0-59]"
	case badMonth:
		return "Strict mode rejected resolved date as it is in a different month"
	case badWeek:
		return "Invalid value for " + fields[f.field].name + " (valid values 1 - " + strconv.FormatInt(f.other, 10) + "): " +
			strconv.FormatInt(f.value, 10)
	default:
		return "not a date"
	}
}

func invalidValue(f field, v int64) string {
	limit := strconv.FormatInt(fields[f].max, 10)
	switch f {
	case dayOfMonth:
		limit = "28/31"
	case dayOfYear:
		limit = "365/366"
	case alignedWeekOfMonth:
		limit = "4/5"
	case yearOfEra:
		limit = "999999999/1000000000"
	}
	return "Invalid value for " + fields[f].name + " (valid values " + strconv.FormatInt(fields[f].min, 10) + " - " + limit + "): " +
		strconv.FormatInt(v, 10)
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
