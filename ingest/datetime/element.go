package datetime

// An element is one part of a compiled pattern: what DateTimeFormatterBuilder
// calls a printer-parser.
type element struct {
	op    op
	field field
	sign  signStyle
	// min and max are the width of a number or a fraction in digits.
	min, max int
	// reserved is the number of digits that fixed-width numbers right behind a
	// number need: yyyyMMdd reads 20240102 because yyyy leaves four for them.
	reserved int
	base     int64   // the first year that a two-digit year stands for
	point    bool    // a fraction has a leading point
	offset   int     // index in offsetStyles
	literal  string  // the text of a literal, of a zero offset
	names    []name  // of text, the longest first
	full     bool    // zone names and localized offsets are long
	pad      int     // the width of a padded element; 0 for none
	fill     byte    // what pads it
	body     pattern // of an optional section, or of an instant
}

// A pattern is a compiled list of elements.
type pattern []element

type op uint8

const (
	opLiteral op = iota
	opNumber
	opReduced // a two-digit year
	opFraction
	opText
	opOffset          // +HHMM and its kin
	opLocalizedOffset // GMT+8
	opZoneID          // Europe/Paris, or an offset
	opZoneName        // PST
	opGenericZoneName // PT
	opOptional
	opIgnoreCase // of letters from here on, if it is full
	opInstant    // in UTC, with min digits of the second
	opDefault    // base is the value of a field that has none yet
)

// A signStyle is java.time.format.SignStyle.
type signStyle uint8

const (
	signNormal      signStyle = iota // - if negative
	signNever                        // none
	signNotNegative                  // none, and negative values are errors
	signExceedsPad                   // - if negative, + if wider than the minimum
)

// A name is the text of a value of a field.
type name struct {
	text  string
	value int64
}

// An offsetStyle is one of OffsetIdPrinterParser.PATTERNS.
type offsetStyle struct {
	colon           bool
	minutesOptional bool // minutes are left out if zero
	seconds         bool // seconds are shown if not zero
}

const (
	offsetHHmm     = iota // X
	offsetHHMM            // Z, XX
	offsetHHcMM           // XXX
	offsetHHMMss          // XXXX
	offsetHHcMMcss        // XXXXX, ZZZZZ
)

var offsetStyles = [...]offsetStyle{
	offsetHHmm:     {minutesOptional: true},
	offsetHHMM:     {},
	offsetHHcMM:    {colon: true},
	offsetHHMMss:   {seconds: true},
	offsetHHcMMcss: {seconds: true, colon: true},
}
