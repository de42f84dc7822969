package painless

import (
	"errors"

	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
)

// A formatter is a java.time.format.DateTimeFormatter. It was made of a pattern, of styles or
// of the parts of a builder, as the constants were.
type formatter struct {
	pattern string
	name    string       // of a constant
	parts   []formatPart // of a builder
	styles  [2]int32     // of a date and a time, -1 for none, if there is nothing else
	built   *datetime.Format
	parser  *datetime.Parser
	printer *datetime.Printer

	zone       *datetime.Zone // withZone, or nil
	locale     Value          // null for the default
	resolver   datetime.Style
	fields     Value // withResolverFields, a set or null
	chronology Value
	decimals   decimalStyle
}

// JavaClass implements document.Object.
func (*formatter) JavaClass() string { return "java.time.format.DateTimeFormatter" }

// AppendText implements document.Object. Java shows the parts of the pattern.
func (f *formatter) AppendText(dst []byte) []byte { return append(dst, f.pattern+f.name...) }

// Identity implements document.Object.
func (f *formatter) Identity() string { return f.pattern + f.name }

// HashCode implements document.Object.
func (*formatter) HashCode() int32 { return identityHash }

func formatterIn(v Value) *formatter { return objectOf[*formatter](v) }

func newFormatter() formatter {
	return formatter{resolver: datetime.Smart, decimals: standardDecimals, styles: [2]int32{-1, -1}}
}

// compile makes what parses and prints, with the names of a locale.
func (f *formatter) compile(l *datetime.Locale) (err error) {
	pattern := f.pattern
	if f.styles != [2]int32{-1, -1} {
		pattern = l.StylePattern(int(f.styles[0]), int(f.styles[1]))
	}
	if pattern == "" {
		b := datetime.NewFormatBuilder(l)
		for _, add := range f.parts {
			add(b)
		}
		var built datetime.Format
		built, f.parser, f.printer, err = b.Build()
		f.built = &built
		return err
	}
	if f.parser, err = datetime.CompileParser(pattern, l); err == nil {
		f.printer, err = datetime.CompilePrinter(pattern, l)
	}
	return err
}

// compiled returns f with the names of its locale.
func (t *thread) compiled(f formatter) Value {
	if err := f.compile(t.formatLocale(f.locale)); err != nil {
		for inner := err; inner != nil; inner = errors.Unwrap(inner) {
			err = inner
		}
		t.throw(document.IllegalArgument, "%v", err)
	}
	return objectFor(f)
}

// formatLocale returns a locale that formats know, that of null being the root.
func (t *thread) formatLocale(l Value) *datetime.Locale {
	if l.IsNull() {
		return datetime.Root
	}
	found, err := datetime.ParseLocale(objectOf[locale](l).formatTag())
	if err != nil {
		t.throw(document.IllegalArgument, "%v", err)
	}
	return found
}

// formatAny is formatTime of a date that may be of another calendar than ISO, which only the
// formats of ISO print.
func (t *thread) formatAny(f *formatter, v Value) Value {
	if of := chronologyOf(v); f.chronology.IsNull() && !of.IsNull() {
		t.isoOnly(systemIn(of))
	}
	return t.formatTime(f, t.temporal(v))
}

// formatTime is DateTimeFormatter.format.
func (t *thread) formatTime(f *formatter, m moment) Value {
	if f.zone != nil && m.chronology.onTimeline() {
		m = moment{zonedDateTime, m.t.In(f.zone.Location())}
	}
	if f.name == "ISO_INSTANT" {
		return document.String(t.need(m.value(), instant).Identity())
	}
	text, err := t.printed(f, m)
	switch missing, ok := errors.AsType[*datetime.MissingError](err); {
	case ok && missing.Field == "":
		with := ""
		if !f.chronology.IsNull() && chronologyOf(m.value()).IsNull() {
			with = " with chronology ISO"
		}
		t.throw(dateTimeException, "Unable to extract ZoneId from temporal %s%s", m.Identity(), with)
	case ok:
		t.throw(unsupportedTemporal, "%v", err)
	case err != nil:
		t.throw(dateTimeException, "%v", err)
	}
	return t.newText(text)
}

func (t *thread) printed(f *formatter, m moment) (string, error) {
	if m.chronology == zonedDateTime && f.decimals == standardDecimals {
		return f.printer.Print(m.t)
	}
	return f.printer.PrintPart(m.t, f.decimals.digits(), func(name string) bool {
		if name == "ZONE" {
			return m.chronology == zonedDateTime
		}
		return t.supports(m, name)
	})
}

// read reads a text with a formatter.
func (t *thread) read(f *formatter, text string) parsedTime {
	if f.name == "ISO_INSTANT" {
		at := t.parseISO(text, instant, nil).t
		return parsedTime{instant: &at}
	}
	if f.decimals != standardDecimals {
		t.throw(document.IllegalArgument, "parsing with %s is not supported", document.ObjectOf(f.decimals).Text())
	}
	r, err := f.parser.Read(text, f.resolver, t.kept(f))
	if err != nil {
		at := 0
		if cause, ok := errors.AsType[*datetime.ParseError](err); ok {
			at = cause.Index()
		}
		t.throwWith(dateTimeParse, parseDetails(text, at), "%v", err)
	}
	return f.located(r)
}

// parseTime is parse(CharSequence, DateTimeFormatter) of a class.
func (t *thread) parseTime(f *formatter, text string, c chronology) moment {
	p := t.read(f, text)
	m, ok := p.moment(t, c)
	if !ok {
		t.throwWith(dateTimeParse, parseDetails(text, 0),
			"Text '%s' could not be parsed: %s", text, p.lacking(chronologyNames[c]))
	}
	return m
}

// parseDetails are the details of a DateTimeParseException.
func parseDetails(text string, at int) []Value {
	return []Value{document.Null, document.String(text), document.Integer(int32(at))}
}
