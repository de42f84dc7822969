package painless

import (
	"fmt"

	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
)

// A formatterBuilder is a java.time.format.DateTimeFormatterBuilder: a list of parts, which
// are put together when the locale is known.
type formatterBuilder struct {
	parts []func(*datetime.FormatBuilder)
}

// JavaClass implements document.Object.
func (*formatterBuilder) JavaClass() string { return "java.time.format.DateTimeFormatterBuilder" }

// AppendText implements document.Object.
func (b *formatterBuilder) AppendText(dst []byte) []byte { return append(dst, b.JavaClass()...) }

// Identity implements document.Object.
func (b *formatterBuilder) Identity() string { return fmt.Sprintf("%p", b) }

// HashCode implements document.Object.
func (*formatterBuilder) HashCode() int32 { return identityHash }

var (
	signStyles     = enumValues("java.time.format.SignStyle", "NORMAL", "ALWAYS", "NEVER", "NOT_NEGATIVE", "EXCEEDS_PAD")
	resolverStyles = enumValues("java.time.format.ResolverStyle", "STRICT", "SMART", "LENIENT")
	formatStyles   = enumValues("java.time.format.FormatStyle", "FULL", "LONG", "MEDIUM", "SHORT")
)

// signs has the sign styles by their ordinals. ALWAYS is not there.
var signs = map[int]datetime.Sign{0: datetime.SignNormal, 2: datetime.SignNever, 3: datetime.SignNotNegative, 4: datetime.SignExceedsPad}

// builderPart is a method of the builder, which returns it.
func builderPart(signature string, make func(t *thread, args []Value) func(*datetime.FormatBuilder)) member {
	return member{"DateTimeFormatterBuilder " + signature, func(t *thread, args []Value) Value {
		b := objectOf[*formatterBuilder](args[0])
		t.charge(t.at, entryBytes)
		b.parts = append(b.parts, make(t, args[1:]))
		return args[0]
	}}
}

// alwaysPart is a part that has no arguments.
func alwaysPart(signature string, do func(*datetime.FormatBuilder)) member {
	return builderPart(signature, func(*thread, []Value) func(*datetime.FormatBuilder) { return do })
}

func formatterBuilderClasses() []classSpec {
	builder := classSpec{
		name: "DateTimeFormatterBuilder", java: "java.time.format.DateTimeFormatterBuilder",
		methods: append(append(builderParts, builderSections...),
			member{"DateTimeFormatter toFormatter()", toFormatter}, member{"DateTimeFormatter toFormatter(Locale)", toFormatter}),
		statics: []member{{"DateTimeFormatterBuilder()", func(*thread, []Value) Value { return objectFor(formatterBuilder{}) }}},
	}
	return []classSpec{enumSpec(signStyles), enumSpec(resolverStyles), enumSpec(formatStyles), builder}
}

var builderParts = []member{
	builderPart("appendPattern(String)", func(t *thread, args []Value) func(*datetime.FormatBuilder) {
		src := t.text(args[0])
		return func(f *datetime.FormatBuilder) { f.Pattern(src) }
	}),
	builderPart("appendLiteral(def)", func(t *thread, args []Value) func(*datetime.FormatBuilder) {
		t.notNull(args[0])
		text := args[0].Text()
		return func(f *datetime.FormatBuilder) { f.Literal(text) }
	}),
	builderPart("appendValue(TemporalField)", func(_ *thread, args []Value) func(*datetime.FormatBuilder) {
		name := enumIn(args[0]).name
		return func(f *datetime.FormatBuilder) { f.Number(name, 1, 19, datetime.SignNormal) }
	}),
	builderPart("appendValue(TemporalField, int)", func(_ *thread, args []Value) func(*datetime.FormatBuilder) {
		name, width := enumIn(args[0]).name, int(args[1].Int64())
		return func(f *datetime.FormatBuilder) { f.Number(name, width, width, datetime.SignNotNegative) }
	}),
	builderPart("appendValue(TemporalField, int, int, SignStyle)", func(t *thread, args []Value) func(*datetime.FormatBuilder) {
		name, least, most := enumIn(args[0]).name, int(args[1].Int64()), int(args[2].Int64())
		sign, ok := signs[enumIn(args[3]).ordinal]
		if !ok {
			t.throw(document.IllegalArgument, "SignStyle.ALWAYS is not supported")
		}
		return func(f *datetime.FormatBuilder) { f.Number(name, least, most, sign) }
	}),
	builderPart("appendValueReduced(TemporalField, int, int, int)", func(t *thread, args []Value) func(*datetime.FormatBuilder) {
		name, base := enumIn(args[0]).name, args[3].Int64()
		if args[1].Int64() != 2 || args[2].Int64() != 2 {
			t.throw(document.IllegalArgument, "only two digits of a year are supported")
		}
		return func(f *datetime.FormatBuilder) { f.TwoDigits(name, base) }
	}),
	builderPart("appendFraction(TemporalField, int, int, boolean)", func(_ *thread, args []Value) func(*datetime.FormatBuilder) {
		name, least, most, point := enumIn(args[0]).name, int(args[1].Int64()), int(args[2].Int64()), args[3].Bool()
		return func(f *datetime.FormatBuilder) { f.Fraction(name, least, most, point) }
	}),
	builderPart("appendText(TemporalField)", func(_ *thread, args []Value) func(*datetime.FormatBuilder) {
		name := enumIn(args[0]).name
		return func(f *datetime.FormatBuilder) { f.Text(name, 0) }
	}),
	builderPart("appendText(TemporalField, TextStyle)", func(_ *thread, args []Value) func(*datetime.FormatBuilder) {
		name, style := enumIn(args[0]).name, enumIn(args[1]).ordinal/2
		return func(f *datetime.FormatBuilder) { f.Text(name, style) }
	}),
	builderPart("appendOffset(String, String)", func(t *thread, args []Value) func(*datetime.FormatBuilder) {
		pattern, zero := t.text(args[0]), t.text(args[1])
		return func(f *datetime.FormatBuilder) { f.Offset(pattern, zero) }
	}),
	alwaysPart("appendOffsetId()", func(f *datetime.FormatBuilder) { f.Offset("+HH:MM:ss", "Z") }),
	builderPart("appendLocalizedOffset(TextStyle)", func(_ *thread, args []Value) func(*datetime.FormatBuilder) {
		full := enumIn(args[0]).ordinal == 0
		return func(f *datetime.FormatBuilder) { f.LocalizedOffset(full) }
	}),
	alwaysPart("appendZoneId()", (*datetime.FormatBuilder).ZoneID),
	alwaysPart("appendZoneOrOffsetId()", (*datetime.FormatBuilder).ZoneID),
	alwaysPart("appendZoneRegionId()", (*datetime.FormatBuilder).ZoneID),
	builderPart("appendZoneText(TextStyle)", func(_ *thread, args []Value) func(*datetime.FormatBuilder) {
		full := enumIn(args[0]).ordinal == 0
		return func(f *datetime.FormatBuilder) { f.ZoneText(full) }
	}),
	alwaysPart("appendInstant()", func(f *datetime.FormatBuilder) { isoParts["ISO_INSTANT"](f) }),
	builderPart("append(DateTimeFormatter)", appendedFormat),
}

var builderSections = []member{
	builderPart("appendOptional(DateTimeFormatter)", func(t *thread, args []Value) func(*datetime.FormatBuilder) {
		inner := appendedFormat(t, args)
		return func(f *datetime.FormatBuilder) {
			f.Optional()
			inner(f)
			f.EndOptional()
		}
	}),
	alwaysPart("optionalStart()", (*datetime.FormatBuilder).Optional),
	alwaysPart("optionalEnd()", (*datetime.FormatBuilder).EndOptional),
	builderPart("padNext(int)", func(_ *thread, args []Value) func(*datetime.FormatBuilder) {
		width := int(args[0].Int64())
		return func(f *datetime.FormatBuilder) { f.Pad(width) }
	}),
	alwaysPart("parseCaseInsensitive()", func(f *datetime.FormatBuilder) { f.IgnoreCase(true) }),
	alwaysPart("parseCaseSensitive()", func(f *datetime.FormatBuilder) { f.IgnoreCase(false) }),
	alwaysPart("parseStrict()", func(*datetime.FormatBuilder) {}),
	builderPart("parseDefaulting(TemporalField, long)", func(_ *thread, args []Value) func(*datetime.FormatBuilder) {
		name, v := enumIn(args[0]).name, args[1].Int64()
		return func(f *datetime.FormatBuilder) { f.Default(name, v) }
	}),
}

// appendedFormat is another formatter as a part: what a builder has made, a pattern or a
// constant.
func appendedFormat(t *thread, args []Value) func(*datetime.FormatBuilder) {
	o := formatterIn(args[0])
	parts, known := isoParts[o.name]
	switch {
	case o.built != nil:
		return func(f *datetime.FormatBuilder) { f.Append(*o.built) }
	case known:
		return parts
	case o.pattern+o.layout == "":
		t.throw(document.IllegalArgument, "%s cannot be a part of a format here", o.name)
	}
	return func(f *datetime.FormatBuilder) { f.Pattern(o.pattern + o.layout) }
}

// isoParts are the constants that have no pattern.
var isoParts = map[string]func(*datetime.FormatBuilder){
	"ISO_LOCAL_TIME": isoTimeParts,
	"ISO_LOCAL_DATE_TIME": func(f *datetime.FormatBuilder) {
		f.Pattern("uuuu-MM-dd")
		f.IgnoreCase(true)
		f.Literal("T")
		isoTimeParts(f)
	},
	"ISO_OFFSET_DATE_TIME": isoOffsetParts,
	"ISO_INSTANT":          isoOffsetParts,
	"ISO_TIME": func(f *datetime.FormatBuilder) {
		isoTimeParts(f)
		f.Optional()
		f.Offset("+HH:MM:ss", "Z")
		f.EndOptional()
	},
	"ISO_DATE_TIME":       isoZonedParts,
	"ISO_ZONED_DATE_TIME": isoZonedParts,
}

func isoTimeParts(f *datetime.FormatBuilder) {
	f.Pattern("HH:mm")
	f.Optional()
	f.Pattern(":ss")
	f.Optional()
	f.Fraction("NANO_OF_SECOND", 0, 9, true)
	f.EndOptional()
	f.EndOptional()
}

func isoOffsetParts(f *datetime.FormatBuilder) {
	f.Pattern("uuuu-MM-dd")
	f.IgnoreCase(true)
	f.Literal("T")
	isoTimeParts(f)
	f.Offset("+HH:MM:ss", "Z")
}

func isoZonedParts(f *datetime.FormatBuilder) {
	isoOffsetParts(f)
	f.Pattern("['['VV']']")
}

func toFormatter(t *thread, args []Value) Value {
	l := document.Null
	if len(args) > 1 {
		l = args[1]
	}
	f := datetime.NewFormatBuilder(t.formatLocale(l))
	for _, add := range objectOf[*formatterBuilder](args[0]).parts {
		add(f)
	}
	format, parser, printer, err := f.Build()
	if err != nil {
		t.throw(document.IllegalArgument, "%v", err)
	}
	return objectFor(formatter{iso: zonedDateTime, built: &format, parser: parser, printer: printer})
}
