package painless

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
)

// A formatterBuilder is a java.time.format.DateTimeFormatterBuilder: a list of parts, which
// are put together when the locale is known.
type formatterBuilder struct {
	parts []formatPart
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
func builderPart(signature string, make func(t *thread, args []Value) formatPart) member {
	return member{"DateTimeFormatterBuilder " + signature, func(t *thread, args []Value) Value {
		b := objectOf[*formatterBuilder](args[0])
		t.charge(t.at, entryBytes)
		b.parts = append(b.parts, make(t, args[1:]))
		return args[0]
	}}
}

// alwaysPart is a part that is the same whatever the arguments are.
func alwaysPart(signature string, do formatPart) member {
	return builderPart(signature, func(*thread, []Value) formatPart { return do })
}

func formatterBuilderClasses() []classSpec {
	builder := classSpec{
		name: "DateTimeFormatterBuilder", java: "java.time.format.DateTimeFormatterBuilder",
		methods: append(append(builderParts, builderSections...),
			member{"DateTimeFormatter toFormatter()", toFormatter}, member{"DateTimeFormatter toFormatter(Locale)", toFormatter}),
		statics: []member{
			{"DateTimeFormatterBuilder()", func(*thread, []Value) Value { return objectFor(formatterBuilder{}) }},
			{"String getLocalizedDateTimePattern(FormatStyle, FormatStyle, Chronology, Locale)", func(t *thread, args []Value) Value {
				date, clock := t.stylesOf(args, "Either dateStyle or timeStyle must be non-null")
				return document.String(t.formatLocale(args[3]).StylePattern(date, clock))
			}},
		},
	}
	return []classSpec{enumSpec(signStyles), enumSpec(resolverStyles), enumSpec(formatStyles), builder}
}

var builderParts = []member{
	builderPart("appendPattern(String)", func(t *thread, args []Value) formatPart {
		src := t.text(args[0])
		return func(f *datetime.FormatBuilder) { f.Pattern(src) }
	}),
	builderPart("appendLiteral(def)", func(t *thread, args []Value) formatPart {
		t.notNull(args[0])
		text := args[0].Text()
		return func(f *datetime.FormatBuilder) { f.Literal(text) }
	}),
	builderPart("appendValue(TemporalField)", func(_ *thread, args []Value) formatPart {
		name := enumIn(args[0]).name
		return func(f *datetime.FormatBuilder) { f.Number(name, 1, 19, datetime.SignNormal) }
	}),
	builderPart("appendValue(TemporalField, int)", func(_ *thread, args []Value) formatPart {
		name, width := enumIn(args[0]).name, int(args[1].Int64())
		return func(f *datetime.FormatBuilder) { f.Number(name, width, width, datetime.SignNotNegative) }
	}),
	builderPart("appendValue(TemporalField, int, int, SignStyle)", func(t *thread, args []Value) formatPart {
		name, least, most := enumIn(args[0]).name, int(args[1].Int64()), int(args[2].Int64())
		sign, ok := signs[enumIn(args[3]).ordinal]
		if !ok {
			t.throw(document.IllegalArgument, "SignStyle.ALWAYS is not supported")
		}
		return func(f *datetime.FormatBuilder) { f.Number(name, least, most, sign) }
	}),
	builderPart("appendValueReduced(TemporalField, int, int, int)", func(t *thread, args []Value) formatPart {
		name, base := enumIn(args[0]).name, args[3].Int64()
		if args[1].Int64() != 2 || args[2].Int64() != 2 {
			t.throw(document.IllegalArgument, "only two digits of a year are supported")
		}
		return func(f *datetime.FormatBuilder) { f.TwoDigits(name, base) }
	}),
	builderPart("appendFraction(TemporalField, int, int, boolean)", func(_ *thread, args []Value) formatPart {
		name, least, most, point := enumIn(args[0]).name, int(args[1].Int64()), int(args[2].Int64()), args[3].Bool()
		return func(f *datetime.FormatBuilder) { f.Fraction(name, least, most, point) }
	}),
	builderPart("appendText(TemporalField)", func(_ *thread, args []Value) formatPart {
		name := enumIn(args[0]).name
		return func(f *datetime.FormatBuilder) { f.Text(name, 0) }
	}),
	builderPart("appendText(TemporalField, TextStyle)", func(_ *thread, args []Value) formatPart {
		name, style := enumIn(args[0]).name, enumIn(args[1]).ordinal/2
		return func(f *datetime.FormatBuilder) { f.Text(name, style) }
	}),
	builderPart("appendOffset(String, String)", func(t *thread, args []Value) formatPart {
		pattern, zero := t.text(args[0]), t.text(args[1])
		return func(f *datetime.FormatBuilder) { f.Offset(pattern, zero) }
	}),
	alwaysPart("appendOffsetId()", func(f *datetime.FormatBuilder) { f.Offset("+HH:MM:ss", "Z") }),
	builderPart("appendLocalizedOffset(TextStyle)", func(_ *thread, args []Value) formatPart {
		full := enumIn(args[0]).ordinal == 0
		return func(f *datetime.FormatBuilder) { f.LocalizedOffset(full) }
	}),
	alwaysPart("appendZoneId()", (*datetime.FormatBuilder).ZoneID),
	alwaysPart("appendZoneOrOffsetId()", (*datetime.FormatBuilder).ZoneID),
	alwaysPart("appendZoneRegionId()", (*datetime.FormatBuilder).ZoneID),
	builderPart("appendZoneText(TextStyle)", func(_ *thread, args []Value) formatPart {
		full := enumIn(args[0]).ordinal == 0
		return func(f *datetime.FormatBuilder) { f.ZoneText(full) }
	}),
	alwaysPart("appendInstant()", func(f *datetime.FormatBuilder) { f.Instant(-2) }),
	builderPart("appendInstant(int)", func(t *thread, args []Value) formatPart {
		digits := int(args[0].Int64())
		if digits < -1 || digits > 9 {
			t.throw(document.IllegalArgument, "The fractional digits must be from -1 to 9 inclusive but was %d", digits)
		}
		return func(f *datetime.FormatBuilder) { f.Instant(digits) }
	}),
	builderPart("appendLocalized(FormatStyle, FormatStyle)", func(t *thread, args []Value) formatPart {
		date, clock := t.stylesOf(args, "Either the date or time style must be non-null")
		return func(f *datetime.FormatBuilder) { f.Styles(date, clock) }
	}),
	alwaysPart("appendChronologyId()", isoName), alwaysPart("appendChronologyText(TextStyle)", isoName),
	builderPart("append(DateTimeFormatter)", appendedFormat),
}

var builderSections = []member{
	builderPart("appendOptional(DateTimeFormatter)", func(t *thread, args []Value) formatPart {
		inner := appendedFormat(t, args)
		return func(f *datetime.FormatBuilder) {
			f.Optional()
			inner(f)
			f.EndOptional()
		}
	}),
	alwaysPart("optionalStart()", (*datetime.FormatBuilder).Optional),
	alwaysPart("optionalEnd()", (*datetime.FormatBuilder).EndOptional),
	builderPart("padNext(int)", padding), builderPart("padNext(int, char)", padding),
	alwaysPart("parseCaseInsensitive()", func(f *datetime.FormatBuilder) { f.IgnoreCase(true) }),
	alwaysPart("parseCaseSensitive()", func(f *datetime.FormatBuilder) { f.IgnoreCase(false) }),
	alwaysPart("parseStrict()", func(*datetime.FormatBuilder) {}),
	builderPart("parseDefaulting(TemporalField, long)", func(_ *thread, args []Value) formatPart {
		name, v := enumIn(args[0]).name, args[1].Int64()
		return func(f *datetime.FormatBuilder) { f.Default(name, v) }
	}),
}

// isoName is the chronology, whose id is its name in every language.
func isoName(f *datetime.FormatBuilder) { f.Literal(isoSystem.id) }

// padding is padNext: with spaces, or with a character.
func padding(t *thread, args []Value) formatPart {
	width, with := int(args[0].Int64()), byte(' ')
	if len(args) > 1 {
		c := wholeOf(args[1])
		if c >= utf8.RuneSelf {
			t.throw(document.IllegalArgument, "padding with a character outside of ASCII is not supported")
		}
		with = byte(c)
	}
	return func(f *datetime.FormatBuilder) { f.Pad(width, with) }
}

// stylesOf returns the styles of a date and a time, -1 for null. Both null is an
// exception with the message.
func (t *thread) stylesOf(args []Value, message string) (date, clock int) {
	if args[0].IsNull() && args[1].IsNull() {
		t.throw(document.IllegalArgument, "%s", message)
	}
	style := func(v Value) int {
		if v.IsNull() {
			return -1
		}
		return enumIn(v).ordinal
	}
	return style(args[0]), style(args[1])
}

// elementBytes is about what a part of a format takes.
const elementBytes = 200

// appendedFormat is another formatter as a part.
func appendedFormat(t *thread, args []Value) formatPart {
	o := formatterIn(args[0])
	if o.built != nil {
		t.charge(t.at, elementBytes*o.built.Len())
		return func(f *datetime.FormatBuilder) { f.Append(*o.built) }
	}
	return patternPart(o.pattern)
}

func toFormatter(t *thread, args []Value) Value {
	f := newFormatter()
	f.parts = slices.Clone(objectOf[*formatterBuilder](args[0]).parts)
	if len(args) > 1 {
		f.locale = args[1]
	}
	t.charge(t.at, elementBytes*len(f.parts))
	return t.compiled(f)
}
