package painless

import (
	"errors"
	"time"

	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
)

// A formatter is a java.time.format.DateTimeFormatter: a pattern, or one of the
// constants.
type formatter struct {
	pattern string           // "" for a constant
	name    string           // of the constant
	iso     chronology       // what a constant parses
	layout  string           // what a constant prints, a pattern
	zone    *datetime.Zone   // withZone, or nil
	built   *datetime.Format // by a builder; then there is no pattern
	parser  *datetime.Parser
	printer *datetime.Printer
}

// JavaClass implements document.Object.
func (*formatter) JavaClass() string { return "java.time.format.DateTimeFormatter" }

// AppendText implements document.Object. Java shows the parts of the pattern.
func (f *formatter) AppendText(dst []byte) []byte { return append(dst, f.pattern+f.name...) }

// Identity implements document.Object.
func (f *formatter) Identity() string { return f.pattern + f.name }

// HashCode implements document.Object.
func (*formatter) HashCode() int32 { return identityHash }

func formatterIn(v Value) *formatter {
	return objectOf[*formatter](v)
}

// isoFormatters are the constants. Those without a layout are printed by
// appendISO.
var isoFormatters = []formatter{
	{name: "ISO_LOCAL_DATE", iso: localDate, layout: "uuuu-MM-dd"},
	{name: "ISO_LOCAL_TIME", iso: localTime},
	{name: "ISO_LOCAL_DATE_TIME", iso: localDateTime},
	{name: "ISO_OFFSET_DATE_TIME", iso: offsetDateTime},
	{name: "ISO_ZONED_DATE_TIME", iso: zonedDateTime},
	{name: "ISO_OFFSET_DATE", iso: localDate, layout: "uuuu-MM-ddXXX"},
	{name: "ISO_OFFSET_TIME", iso: offsetTime},
	{name: "ISO_DATE_TIME", iso: zonedDateTime},
	{name: "ISO_INSTANT", iso: instant},
	{name: "ISO_DATE", iso: localDate, layout: "uuuu-MM-dd"},
	{name: "ISO_TIME", iso: localTime},
	{name: "BASIC_ISO_DATE", iso: localDate, layout: "uuuuMMdd"},
	{name: "ISO_ORDINAL_DATE", iso: localDate, layout: "uuuu-DDD"},
	{name: "ISO_WEEK_DATE", iso: localDate, layout: "YYYY-'W'ww-e"},
	{name: "RFC_1123_DATE_TIME", iso: zonedDateTime, layout: "EEE, d MMM uuuu HH:mm:ss 'GMT'"},
}

func formatterClass() classSpec {
	s := classSpec{
		name: "DateTimeFormatter", java: "java.time.format.DateTimeFormatter",
		methods: []member{
			{"String format(TemporalAccessor)", func(t *thread, args []Value) Value {
				return t.formatTime(formatterIn(args[0]), t.temporal(args[1]))
			}},
			{"TemporalAccessor parse(CharSequence)", func(t *thread, args []Value) Value {
				return t.parseTime(formatterIn(args[0]), t.text(args[1]), formatterIn(args[0]).iso).value()
			}},
			{"DateTimeFormatter withZone(ZoneId)", func(_ *thread, args []Value) Value {
				f := *formatterIn(args[0])
				f.zone = zoneIn(args[1]).Zone
				return document.ObjectOf(&f)
			}},
			{"DateTimeFormatter withResolverStyle(ResolverStyle)", func(_ *thread, args []Value) Value { return args[0] }},
			{"ZoneId getZone()", func(v Value) Value {
				if z := formatterIn(v).zone; z != nil {
					return zoneValue(z)
				}
				return document.Null
			}},
			{"DateTimeFormatter withLocale(Locale)", func(t *thread, args []Value) Value {
				f := formatterIn(args[0])
				if f.pattern == "" {
					return args[0]
				}
				made := t.compileFormatter(f.pattern, args[1])
				made.zone = f.zone
				return document.ObjectOf(made)
			}},
		},
		statics: []member{
			{"DateTimeFormatter ofPattern(String)", func(t *thread, args []Value) Value {
				return document.ObjectOf(t.compileFormatter(t.text(args[0]), document.Null))
			}},
			{"DateTimeFormatter ofPattern(String, Locale)", func(t *thread, args []Value) Value {
				return document.ObjectOf(t.compileFormatter(t.text(args[0]), args[1]))
			}},
		},
		constants: make(map[string]any),
	}
	for i := range isoFormatters {
		f := isoFormatters[i]
		if err := f.compile(f.layout, datetime.Root); err != nil {
			panic("painless: " + err.Error())
		}
		s.constants[f.name] = document.ObjectOf(&f)
	}
	return s
}

func (f *formatter) compile(pattern string, l *datetime.Locale) error {
	if pattern == "" {
		return nil
	}
	var err error
	if f.parser, err = datetime.CompileParser(pattern, l); err == nil {
		f.printer, err = datetime.CompilePrinter(pattern, l)
	}
	return err
}

func (t *thread) compileFormatter(pattern string, l Value) *formatter {
	f := &formatter{pattern: pattern, iso: zonedDateTime}
	if err := f.compile(pattern, t.formatLocale(l)); err != nil {
		for inner := err; inner != nil; inner = errors.Unwrap(inner) {
			err = inner
		}
		t.throw(document.IllegalArgument, "%v", err)
	}
	return f
}

// formatLocale returns a locale that formats know, that of null being the root.
func (t *thread) formatLocale(l Value) *datetime.Locale {
	if l.IsNull() {
		return datetime.Root
	}
	found, err := datetime.ParseLocale(l.Text())
	if err != nil {
		t.throw(document.IllegalArgument, "%v", err)
	}
	return found
}

// formatTime is DateTimeFormatter.format.
func (t *thread) formatTime(f *formatter, m moment) Value {
	if f.zone != nil && m.chronology.onTimeline() {
		m = moment{zonedDateTime, m.t.In(f.zone.Location())}
	}
	if f.printer == nil {
		return document.String(string(t.need(m.value(), f.iso).appendISO(nil)))
	}
	text, err := f.printer.Print(m.t)
	if err != nil {
		t.throw(dateTimeException, "%v", err)
	}
	return document.String(text)
}

// parseTime is parse(CharSequence, DateTimeFormatter) of a class.
func (t *thread) parseTime(f *formatter, text string, c chronology) moment {
	if f.parser == nil {
		m := t.parseISO(text, f.iso, f.zone)
		if f.zone != nil && !f.iso.hasOffset() {
			m = moment{zonedDateTime, wall(m.t, f.zone.Location())}
		}
		if c.hasOffset() && !m.chronology.hasOffset() {
			t.throw(dateTimeParse, "Text '%s' could not be parsed: Unable to obtain %s from TemporalAccessor", text, chronologyNames[c])
		}
		return t.need(m.value(), c)
	}
	zone := f.zone
	if zone == nil {
		zone = datetime.UTC
	}
	at, err := f.parser.Parse(text, zone, time.Unix(0, 0).UTC())
	if err != nil {
		cause := err
		for inner := err; inner != nil; inner = errors.Unwrap(inner) {
			cause = inner
		}
		t.throw(dateTimeParse, "%v", cause)
	}
	return moment{zonedDateTime, at}.as(c)
}
