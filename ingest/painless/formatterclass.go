package painless

import (
	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
)

func formatterClass() classSpec {
	s := classSpec{
		name: "DateTimeFormatter", java: "java.time.format.DateTimeFormatter", methods: formatterMembers,
		statics: []member{
			{"DateTimeFormatter ofPattern(String)", ofPattern}, {"DateTimeFormatter ofPattern(String, Locale)", ofPattern},
			{"DateTimeFormatter ofLocalizedDate(FormatStyle)", ofStyles(0)}, {"DateTimeFormatter ofLocalizedTime(FormatStyle)", ofStyles(1)},
			{"DateTimeFormatter ofLocalizedDateTime(FormatStyle)", ofStyles(0, 1)},
			{"DateTimeFormatter ofLocalizedDateTime(FormatStyle, FormatStyle)", ofStyles(0, 1)},
			{"TemporalQuery parsedExcessDays()", func(*thread, []Value) Value { return parsedExcessDays }},
			{"TemporalQuery parsedLeapSecond()", func(*thread, []Value) Value { return parsedLeapSecond }},
		},
		constants: make(map[string]any),
	}
	for i := range isoFormatters {
		f := isoFormatters[i]
		if err := f.compile(datetime.Root); err != nil {
			panic("painless: " + err.Error())
		}
		s.constants[f.name] = document.ObjectOf(&f)
	}
	return s
}

func ofPattern(t *thread, args []Value) Value {
	f := newFormatter()
	f.pattern = t.text(args[0])
	if len(args) > 1 {
		f.locale = args[1]
	}
	return t.compiled(f)
}

// ofStyles compiles ofLocalizedDate (place 0), ofLocalizedTime (1) or both. Their default
// locale is that of the United States.
func ofStyles(places ...int) native {
	return func(t *thread, args []Value) Value {
		f := newFormatter()
		f.locale, f.chronology = defaultLocale, isoCalendar
		for i, place := range places {
			f.styles[place] = int32(enumIn(args[min(i, len(args)-1)]).ordinal)
		}
		return t.compiled(f)
	}
}

// changed makes a with method: change alters a copy of the formatter.
func changed(signature string, change func(f *formatter, v Value)) member {
	return member{"DateTimeFormatter " + signature, func(_ *thread, args []Value) Value {
		f := *formatterIn(args[0])
		change(&f, args[1])
		return objectFor(f)
	}}
}

// orNull returns v, null if it is the zero Value.
func orNull(v Value, otherwise Value) Value {
	if v.IsNull() {
		return otherwise
	}
	return v
}

var formatterMembers = []member{
	{"String format(TemporalAccessor)", func(t *thread, args []Value) Value {
		return t.formatAny(formatterIn(args[0]), args[1])
	}},
	{"void formatTo(TemporalAccessor, Appendable)", func(t *thread, args []Value) Value {
		b := builderIn(args[2])
		b.grow(append(b.text, t.formatAny(formatterIn(args[0]), args[1]).Str()...))
		return document.Null
	}},
	{"TemporalAccessor parse(CharSequence)", func(t *thread, args []Value) Value {
		return document.ObjectOf(t.read(formatterIn(args[0]), t.text(args[1])))
	}},
	{"def parse(CharSequence, TemporalQuery)", func(t *thread, args []Value) Value {
		text := t.text(args[1])
		return t.queried(text, args[2], document.ObjectOf(t.read(formatterIn(args[0]), text)))
	}},
	{"TemporalAccessor parseUnresolved(CharSequence, ParsePosition)", parseUnresolved},
	{"Format toFormat()", toFormat}, {"Format toFormat(TemporalQuery)", toFormat},
	{"TemporalAccessor parseBest(CharSequence, TemporalQuery[])", parseBest},
	changed("withZone(ZoneId)", func(f *formatter, v Value) { f.zone = zoneIn(v).Zone }),
	changed("withResolverStyle(ResolverStyle)", func(f *formatter, v Value) { f.resolver = datetime.Style(enumIn(v).ordinal) }),
	changed("withResolverFields(Set)", func(f *formatter, v Value) { f.fields = v }),
	changed("withDecimalStyle(DecimalStyle)", func(f *formatter, v Value) { f.decimals = objectOf[decimalStyle](v) }),
	{"DateTimeFormatter withChronology(Chronology)", func(t *thread, args []Value) Value {
		f := *formatterIn(args[0])
		if args[1].Object() != isoCalendar.Object() {
			t.throw(document.IllegalArgument, "formats with the chronology %s are not supported", args[1].Text())
		}
		f.chronology = args[1]
		return objectFor(f)
	}},
	{"DateTimeFormatter withLocale(Locale)", func(t *thread, args []Value) Value {
		f := *formatterIn(args[0])
		if f.name != "" {
			return args[0] // the names in the constants are English
		}
		f.locale = args[1]
		return t.compiled(f)
	}},
	{"ZoneId getZone()", func(v Value) Value {
		if z := formatterIn(v).zone; z != nil {
			return zoneValue(z)
		}
		return document.Null
	}},
	{"Chronology getChronology()", func(v Value) Value { return formatterIn(v).chronology }},
	{"DecimalStyle getDecimalStyle()", func(v Value) Value { return document.ObjectOf(formatterIn(v).decimals) }},
	{"Locale getLocale()", func(v Value) Value { return orNull(formatterIn(v).locale, defaultLocale) }},
	{"Set getResolverFields()", func(v Value) Value { return formatterIn(v).fields }},
	{"ResolverStyle getResolverStyle()", func(v Value) Value { return resolverStyles[formatterIn(v).resolver] }},
}

// queried is what a query makes of a text that was parsed.
func (t *thread) queried(text string, query, p Value) Value {
	var out Value
	if thrown := t.attempt(func() { out = t.call(query, p) }); thrown != nil {
		t.throwWith(dateTimeParse, parseDetails(text, 0),
			"Text '%s' could not be parsed: %s", text, thrown.Exception.Message)
	}
	return out
}

func parseBest(t *thread, args []Value) Value {
	queries := objectOf[*array](args[2]).items
	if len(queries) < 2 {
		t.throw(document.IllegalArgument, "At least two queries must be specified")
	}
	text := t.text(args[1])
	p := document.ObjectOf(t.read(formatterIn(args[0]), text))
	for _, query := range queries {
		var out Value
		if thrown := t.attempt(func() { out = t.call(query, p) }); thrown == nil {
			return out
		}
	}
	t.throwWith(dateTimeParse, parseDetails(text, 0),
		"Text '%s' could not be parsed: Unable to convert parsed text using any of the specified queries", text)
	return document.Null
}

// attempt runs a function of this package and returns the exception that it threw, or nil.
func (t *thread) attempt(run func()) *RuntimeError {
	_, thrown := t.protect(func(*thread) flow {
		run()
		return flowNext
	})
	return thrown
}
