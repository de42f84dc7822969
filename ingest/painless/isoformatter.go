package painless

import (
	"github.com/sluice-otel/sluice/ingest/datetime"
)

// isoFormatters are the constants of DateTimeFormatter.
var isoFormatters = []formatter{
	isoFormatter("ISO_LOCAL_DATE", isoDate),
	isoFormatter("ISO_OFFSET_DATE", isoDate, isoOffset),
	isoFormatter("ISO_DATE", isoDate, optionalPart(isoOffset)),
	isoFormatter("ISO_LOCAL_TIME", isoTimeParts),
	isoFormatter("ISO_OFFSET_TIME", isoTimeParts, isoOffset),
	isoFormatter("ISO_TIME", isoTimeParts, optionalPart(isoOffset)),
	isoFormatter("ISO_LOCAL_DATE_TIME", isoDateTime),
	isoFormatter("ISO_OFFSET_DATE_TIME", isoDateTime, isoOffset),
	isoFormatter("ISO_ZONED_DATE_TIME", isoDateTime, isoOffset, optionalPart(isoRegion)),
	isoFormatter("ISO_DATE_TIME", isoDateTime, optionalPart(isoOffset, optionalPart(isoRegion))),
	isoFormatter("ISO_INSTANT", isoDateTime, isoOffset),
	isoFormatter("BASIC_ISO_DATE", patternPart("uuuuMMdd"), optionalPart(offsetPart("+HHMMss", "Z"))),
	isoFormatter("ISO_ORDINAL_DATE", patternPart("uuuu-DDD"), optionalPart(isoOffset)),
	isoFormatter("ISO_WEEK_DATE", patternPart("YYYY-'W'ww-e"), optionalPart(isoOffset)),
	isoFormatter("RFC_1123_DATE_TIME", optionalPart(patternPart("EEE, ")), dayPart, patternPart(" MMM uuuu HH:mm"),
		optionalPart(patternPart(":ss")), patternPart(" "), offsetPart("+HHMM", "GMT")),
}

func isoFormatter(name string, parts ...formatPart) formatter {
	f := newFormatter()
	f.name, f.parts, f.resolver, f.chronology = name, parts, datetime.Strict, isoCalendar
	switch name {
	case "RFC_1123_DATE_TIME":
		f.resolver = datetime.Smart
	case "ISO_INSTANT", "ISO_LOCAL_TIME", "ISO_OFFSET_TIME", "ISO_TIME":
		f.chronology = Value{}
	}
	return f
}

// A formatPart adds something to a format.
type formatPart func(*datetime.FormatBuilder)

func patternPart(src string) formatPart { return func(f *datetime.FormatBuilder) { f.Pattern(src) } }

func offsetPart(pattern, zero string) formatPart {
	return func(f *datetime.FormatBuilder) { f.Offset(pattern, zero) }
}

func optionalPart(parts ...formatPart) formatPart {
	return func(f *datetime.FormatBuilder) {
		f.Optional()
		for _, add := range parts {
			add(f)
		}
		f.EndOptional()
	}
}

var (
	isoDate   = patternPart("uuuu-MM-dd")
	isoOffset = offsetPart("+HH:MM:ss", "Z")
	isoRegion = patternPart("'['VV']'")
)

func dayPart(f *datetime.FormatBuilder) { f.Number("DAY_OF_MONTH", 1, 2, datetime.SignNotNegative) }

func isoTimeParts(f *datetime.FormatBuilder) {
	patternPart("HH:mm")(f)
	optionalPart(patternPart(":ss"), optionalPart(func(f *datetime.FormatBuilder) { f.Fraction("NANO_OF_SECOND", 0, 9, true) }))(f)
}

func isoDateTime(f *datetime.FormatBuilder) {
	isoDate(f)
	f.IgnoreCase(true)
	f.Literal("T")
	isoTimeParts(f)
}
