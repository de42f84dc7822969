package datetime

import "fmt"

// A FormatBuilder makes a format of parts, as java.time.format.DateTimeFormatterBuilder
// does. The first mistake is the error of Build.
type FormatBuilder struct {
	b   *builder
	err error
}

// A Format is what a FormatBuilder has made, to be a part of others.
type Format struct{ elements pattern }

// Len returns how many parts the format has.
func (f Format) Len() int { return len(f.elements) }

// NewFormatBuilder returns a builder of a format with the names of a locale.
func NewFormatBuilder(locale *Locale) *FormatBuilder { return &FormatBuilder{b: newBuilder(locale)} }

// Sign says how the sign of a number is written, as java.time.format.SignStyle.
type Sign uint8

// The signs.
const (
	SignNormal      = Sign(signNormal)
	SignNever       = Sign(signNever)
	SignNotNegative = Sign(signNotNegative)
	SignExceedsPad  = Sign(signExceedsPad)
)

// builtFields are the fields that can be a part of a format, by their names in ChronoField
// and IsoFields.
var builtFields = map[string]field{
	"ERA": era, "YEAR_OF_ERA": yearOfEra, "YEAR": year, "QUARTER_OF_YEAR": quarterOfYear, "MONTH_OF_YEAR": monthOfYear,
	"DAY_OF_MONTH": dayOfMonth, "DAY_OF_YEAR": dayOfYear, "DAY_OF_WEEK": dayOfWeek, "ALIGNED_WEEK_OF_MONTH": alignedWeekOfMonth,
	"WEEK_OF_WEEK_BASED_YEAR": isoWeek, "WEEK_BASED_YEAR": isoWeekBasedYear, "MODIFIED_JULIAN_DAY": modifiedJulianDay,
	"AMPM_OF_DAY": amPmOfDay, "HOUR_OF_AMPM": hourOfAmPm, "CLOCK_HOUR_OF_AMPM": clockHourOfAmPm, "HOUR_OF_DAY": hourOfDay,
	"CLOCK_HOUR_OF_DAY": clockHourOfDay, "MINUTE_OF_HOUR": minuteOfHour, "SECOND_OF_MINUTE": secondOfMinute,
	"NANO_OF_SECOND": nanoOfSecond, "MILLI_OF_DAY": milliOfDay, "NANO_OF_DAY": nanoOfDay, "OFFSET_SECONDS": offsetSeconds,
}

// fractions are the digits of a second's fraction that a field is.
var fractions = map[string]int{"MILLI_OF_SECOND": 3, "MICRO_OF_SECOND": 6, "NANO_OF_SECOND": 9}

func (f *FormatBuilder) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

func (f *FormatBuilder) field(name string) (found field, ok bool) {
	found, ok = builtFields[name]
	if !ok {
		f.fail(fmt.Errorf("Field %s cannot be a part of a format here", name)) //nolint:staticcheck // as java.time words its own
	}
	return found, ok
}

// Pattern appends the parts of a pattern.
func (f *FormatBuilder) Pattern(src string) {
	c := compiler{builder: f.b, src: src}
	for c.pos < len(src) && f.err == nil {
		if err := c.next(); err != nil {
			f.fail(err)
		}
	}
}

// Styles appends a date and a time as the locale writes them, in styles as StylePattern has
// them.
func (f *FormatBuilder) Styles(date, clock int) { f.Pattern(f.b.locale.StylePattern(date, clock)) }

// Literal appends a text.
func (f *FormatBuilder) Literal(text string) { f.b.literal(text) }

// Number appends a number of least to most digits.
func (f *FormatBuilder) Number(name string, least, most int, sign Sign) {
	if digits := fractions[name]; digits > 0 && digits < 9 && least == digits && most == digits {
		f.Fraction(name, digits, digits, false)
		return
	}
	found, ok := f.field(name)
	switch {
	case !ok:
	case least < 1 || least > 19:
		f.fail(fmt.Errorf("The minimum width must be from 1 to 19 inclusive but was %d", least)) //nolint:staticcheck // java.time's text
	case most < least || most > 19:
		f.fail(fmt.Errorf("The maximum width must exceed or equal the minimum width but %d < %d", most, least)) //nolint:staticcheck // java.time's text
	default:
		if err := f.b.number(element{op: opNumber, field: found, min: least, max: most, sign: signStyle(sign)}); err != nil {
			f.fail(err)
		}
	}
}

// TwoDigits appends the last two digits of a year that is at least base.
func (f *FormatBuilder) TwoDigits(name string, base int64) {
	if found, ok := f.field(name); ok {
		if err := f.b.number(element{op: opReduced, field: found, min: 2, max: 2, sign: signNotNegative, base: base}); err != nil {
			f.fail(err)
		}
	}
}

// Fraction appends least to most digits of the fraction of a second, behind a point if
// there are any and point is true.
func (f *FormatBuilder) Fraction(name string, least, most int, point bool) {
	switch {
	case fractions[name] == 0:
		f.field("a fraction of " + name)
	case least < 0 || least > 9 || most < 1 || most > 9 || most < least:
		f.fail(fmt.Errorf("Minimum width must be from 0 to 9 inclusive but was %d", least)) //nolint:staticcheck // java.time's text
	case least == most && !point:
		if err := f.b.number(element{op: opFraction, field: nanoOfSecond, min: least, max: most, sign: signNotNegative}); err != nil {
			f.fail(err)
		}
	default:
		f.b.add(element{op: opFraction, field: nanoOfSecond, min: least, max: most, point: point})
	}
}

// textsOfFields are the letters of patterns for a field's names: long, short, of one letter.
var textsOfFields = map[string][3]string{
	"MONTH_OF_YEAR": {"MMMM", "MMM", "MMMMM"}, "DAY_OF_WEEK": {"EEEE", "EEE", "EEEEE"}, "AMPM_OF_DAY": {"a", "a", "a"},
	"ERA": {"GGGG", "G", "GGGGG"}, "QUARTER_OF_YEAR": {"QQQQ", "QQQ", "QQQQQ"},
}

// Text appends the name of a field's value in a style: 0 long, 1 short, 2 narrow. A field
// without names is a number.
func (f *FormatBuilder) Text(name string, style int) {
	if letters, ok := textsOfFields[name]; ok {
		f.Pattern(letters[style])
		return
	}
	f.Number(name, 1, 19, SignNormal)
}

// builtOffsets are the patterns of offsets.
var builtOffsets = map[string]int{
	"+HHmm": offsetHHmm, "+HHMM": offsetHHMM, "+HH:MM": offsetHHcMM, "+HHMMss": offsetHHMMss, "+HH:MM:ss": offsetHHcMMcss,
}

// Offset appends an offset in one of the patterns of appendOffset, zero being the text of
// none.
func (f *FormatBuilder) Offset(pattern, zero string) {
	style, ok := builtOffsets[pattern]
	if !ok {
		f.fail(fmt.Errorf("Invalid zone offset pattern: %s", pattern)) //nolint:staticcheck // java.time's text
		return
	}
	f.b.add(element{op: opOffset, offset: style, literal: zero})
}

// LocalizedOffset appends an offset such as GMT+8, GMT+08:00 if it is full.
func (f *FormatBuilder) LocalizedOffset(full bool) {
	f.b.add(element{op: opLocalizedOffset, full: full})
}

// ZoneID appends the id of a zone.
func (f *FormatBuilder) ZoneID() { f.b.add(element{op: opZoneID}) }

// ZoneText appends the name of a zone.
func (f *FormatBuilder) ZoneText(full bool) { f.b.add(element{op: opZoneName, full: full}) }

// Instant appends an instant in UTC with so many digits of the second: -1 is as many as
// there are, -2 none, three, six or nine. Read it may be in any offset.
func (f *FormatBuilder) Instant(digits int) {
	inner := NewFormatBuilder(f.b.locale)
	inner.IgnoreCase(true)
	inner.Pattern("uuuu-MM-dd'T'HH:mm:ss")
	switch {
	case digits < 0:
		inner.Fraction("NANO_OF_SECOND", 0, 9, true)
	case digits > 0:
		inner.Fraction("NANO_OF_SECOND", digits, digits, true)
	}
	inner.Offset("+HH:MM:ss", "Z")
	f.b.add(element{op: opInstant, min: digits, body: inner.b.build()})
}

// Optional begins a section that a text need not have.
func (f *FormatBuilder) Optional() { f.b.openOptional() }

// EndOptional ends it.
func (f *FormatBuilder) EndOptional() {
	if !f.b.closeOptional() {
		f.fail(fmt.Errorf("Cannot call optionalEnd() as there was no previous call to optionalStart()")) //nolint:staticcheck // java.time's text
	}
}

// Pad makes the next part fill a width with a character.
func (f *FormatBuilder) Pad(width int, with byte) {
	if width < 1 {
		f.fail(fmt.Errorf("The pad width must be at least one but was %d", width)) //nolint:staticcheck // java.time's text
	}
	f.b.padNext(width, with)
}

// IgnoreCase lets letters differ in case from here on, or no longer.
func (f *FormatBuilder) IgnoreCase(ignore bool) {
	f.b.add(element{op: opIgnoreCase, full: ignore})
}

// Default gives a field a value that the text has not said so far.
func (f *FormatBuilder) Default(name string, v int64) {
	if digits := fractions[name]; digits > 0 {
		name, v = "NANO_OF_SECOND", v*powersOf10[9-digits]
	}
	if found, ok := f.field(name); ok {
		f.b.add(element{op: opDefault, field: found, base: v})
	}
}

// Append appends all of another format.
func (f *FormatBuilder) Append(o Format) {
	for _, e := range o.elements {
		f.b.add(e)
	}
}

// Build returns the format, and what parses and prints it.
func (f *FormatBuilder) Build() (Format, *Parser, *Printer, error) {
	if f.err != nil {
		return Format{}, nil, nil, f.err
	}
	elements := f.b.build()
	p := &Parser{locale: f.b.locale, zones: &Zones{}, forms: []form{{elements: elements, plain: compilePlain(elements)}}}
	return Format{elements}, p, &Printer{elements: flat(elements), sections: elements, weeks: f.b.locale.weeks}, nil
}
