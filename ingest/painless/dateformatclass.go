package painless

import (
	"strings"
	"time"

	"github.com/sluice-otel/sluice/ingest/document"
)

func dateFormatIn(v Value) *dateFormat { return objectOf[*dateFormat](v) }

// onDateFormat adapts a method that changes a format.
func onDateFormat(set func(t *thread, f *dateFormat, v Value)) native {
	return func(t *thread, args []Value) Value {
		set(t, dateFormatIn(args[0]), args[1])
		return document.Null
	}
}

func dateFormatClasses() []classSpec {
	return []classSpec{dateFormatClass(), simpleDateFormatClass(), dateSymbolsClass()}
}

// dateFormatClass is DateFormat, of which SimpleDateFormat is the one kind.
func dateFormatClass() classSpec {
	s := classSpec{
		name: "DateFormat", java: "java.text.DateFormat", open: true, extends: []string{"Format"},
		methods: []member{
			{"Date parse(String)", func(t *thread, args []Value) Value {
				text := t.text(args[1])
				return t.readAll(dateFormatIn(args[0]), text, `Unparseable date: "`+text+`"`)
			}},
			{"Date parse(String, ParsePosition)", parseAtPosition},
			{"Calendar getCalendar()", func(v Value) Value { return document.ObjectOf(dateFormatIn(v).calendar) }},
			{"NumberFormat getNumberFormat()", func(t *thread, args []Value) Value {
				f := dateFormatIn(args[0])
				if f.numbers == nil {
					numbers := t.newNumberFormat(wholeNumbers, nil)
					numbers.grouped = false
					f.numbers = numbers
				}
				return document.ObjectOf(f.numbers)
			}},
			{"TimeZone getTimeZone()", func(v Value) Value { return document.ObjectOf(dateFormatIn(v).calendar.zone) }},
			{"boolean isLenient()", func(v Value) Value { return document.Boolean(!dateFormatIn(v).calendar.strict) }},
			{"void setCalendar(Calendar)", onDateFormat(func(_ *thread, f *dateFormat, v Value) { f.calendar = calendarIn(v) })},
			{"void setLenient(boolean)", onDateFormat(func(_ *thread, f *dateFormat, v Value) { f.calendar.strict = !v.Bool() })},
			{"void setNumberFormat(NumberFormat)", onDateFormat(func(_ *thread, f *dateFormat, v Value) { f.numbers = textFormatIn(v) })},
			{"void setTimeZone(TimeZone)", onDateFormat(func(_ *thread, f *dateFormat, v Value) { f.calendar.zone = objectOf[timeZone](v) })},
		},
		statics:   append(dateStyleStatics(), localesStatic),
		constants: map[string]any{"FULL": styleFull, "LONG": styleLong, "MEDIUM": styleMedium, "SHORT": styleShort, "DEFAULT": styleMedium},
	}
	for i, name := range strings.Fields("ERA YEAR MONTH DATE HOUR_OF_DAY1 HOUR_OF_DAY0 MINUTE SECOND MILLISECOND DAY_OF_WEEK DAY_OF_YEAR " +
		"DAY_OF_WEEK_IN_MONTH WEEK_OF_YEAR WEEK_OF_MONTH AM_PM HOUR1 HOUR0 TIMEZONE") {
		s.constants[name+"_FIELD"] = i
	}
	return s
}

func simpleDateFormatClass() classSpec {
	construct := func(t *thread, args []Value) Value {
		if len(args) == 0 {
			return document.ObjectOf(t.styled(styleShort, styleShort, nil, 0))
		}
		return document.ObjectOf(t.newDateFormat(t.text(args[0]), args, 1))
	}
	return classSpec{
		name: "SimpleDateFormat", java: "java.text.SimpleDateFormat", extends: []string{"DateFormat"},
		methods: []member{
			{"void applyPattern(String)", onDateFormat(func(t *thread, f *dateFormat, v Value) { f.apply(t, t.text(v)) })},
			{"void applyLocalizedPattern(String)", onDateFormat(func(t *thread, f *dateFormat, v Value) {
				f.apply(t, t.translated(t.text(v), f.symbols.letters, dateLetters))
			})},
			{"Date get2DigitYearStart()", func(v Value) Value { return newDate(dateFormatIn(v).century.UnixMilli()) }},
			{"DateFormatSymbols getDateFormatSymbols()", func(v Value) Value { return document.ObjectOf(dateFormatIn(v).symbols.clone()) }},
			{"void set2DigitYearStart(Date)", onDateFormat(func(t *thread, f *dateFormat, v Value) {
				f.century = time.UnixMilli(dateIn(t, v).millis).In(f.calendar.zone.Location())
			})},
			{"void setDateFormatSymbols(DateFormatSymbols)", onDateFormat(func(_ *thread, f *dateFormat, v Value) {
				f.symbols = objectOf[*dateSymbols](v).clone()
			})},
			{"String toLocalizedPattern()", func(t *thread, args []Value) Value {
				f := dateFormatIn(args[0])
				return t.newText(t.translated(f.pattern, dateLetters, f.symbols.letters))
			}},
			{"String toPattern()", func(v Value) Value { return document.String(dateFormatIn(v).pattern) }},
		},
		statics: []member{
			{"SimpleDateFormat()", construct}, {"SimpleDateFormat(String)", construct}, {"SimpleDateFormat(String, Locale)", construct},
		},
	}
}

// translated replaces the letters of a pattern that are not quoted by those at the
// same place in to; those that to does not have stay.
func (t *thread) translated(pattern, from, to string) string {
	out := []byte(pattern)
	quoted := false
	for i, c := range out {
		switch {
		case c == '\'':
			quoted = !quoted
		case quoted || c < 'A' || c > 'z' || c > 'Z' && c < 'a':
		default:
			place := strings.IndexByte(from, c)
			if place < 0 {
				t.throw(document.IllegalArgument, "Illegal pattern  character '%c'", c)
			}
			if place < len(to) {
				out[i] = to[place]
			}
		}
	}
	if quoted {
		t.throw(document.IllegalArgument, "Unfinished quote in pattern")
	}
	return string(out)
}
