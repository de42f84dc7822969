package painless

import (
	"fmt"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A textFormat is a java.text.Format.
type textFormat interface {
	document.Object

	// write returns the text of a value.
	write(t *thread, v Value) fieldText

	// read reads a value from the beginning of a text.
	read(t *thread, text string) reading

	// clone returns a copy that shares nothing that can be changed.
	clone() textFormat
}

// A fieldText is a text with the places of its fields.
type fieldText struct {
	text   string
	fields []fieldSpan
}

// A fieldSpan is the bytes of a text that a field takes.
type fieldSpan struct {
	field    Value // a Format.Field
	number   int   // the constant of a FieldPosition
	from, to int
}

// A reading is what was read of a text.
type reading struct {
	value Value
	end   int // the byte behind what was read, or where it went wrong
	ok    bool
}

// formatSteps is what it costs to make a format, to write a value or to read one.
const formatSteps = 30

func textFormatIn(v Value) textFormat { return objectOf[textFormat](v) }

// throwParse throws a ParseException about a byte of a text.
func (t *thread) throwParse(message, text string, at int) {
	t.throwWith(parseException, []Value{document.Null, document.Integer(int32(units(text, at)))}, "%s", message)
}

// readAll is parse without a position; what is behind the value does not matter.
func (t *thread) readAll(f textFormat, text, message string) Value {
	t.weighText(t.at, text)
	r := f.read(t, text)
	if !r.ok || r.end == 0 {
		t.throwParse(message, text, r.end)
	}
	return r.value
}

// readAt is parse from a position, which it moves: null and where the error is if
// there is no value.
func (t *thread) readAt(f textFormat, text string, p *parsePosition) Value {
	t.weighText(t.at, text)
	if p.index < 0 || p.index > length(text) {
		p.wrong = p.index
		return document.Null
	}
	rest := text[offset(text, p.index):]
	r := f.read(t, rest)
	at := p.index + units(rest, r.end)
	if !r.ok {
		p.wrong = at
		return document.Null
	}
	p.index = at
	return r.value
}

// attributed returns a text with its fields as attributes.
func (t *thread) attributed(text fieldText) *attributedText {
	out := t.newAttributedText(text.text)
	t.spend(t.at, len(text.fields)*len(text.text)>>10)
	for _, f := range text.fields {
		if f.from < f.to {
			out.add(t, f.field, f.field, units(text.text, f.from), units(text.text, f.to))
		}
	}
	return out
}

// formatClass is what NumberFormat, DateFormat and MessageFormat have in common.
func formatClass() classSpec {
	return classSpec{
		name: "Format", java: "java.text.Format", open: true,
		methods: []member{
			{"String format(Object)", func(t *thread, args []Value) Value {
				return t.newText(textFormatIn(args[0]).write(t, args[1]).text)
			}},
			{"StringBuffer format(Object, StringBuffer, FieldPosition)", func(t *thread, args []Value) Value {
				text, to := textFormatIn(args[0]).write(t, args[1]), builderIn(args[2])
				objectOf[*fieldPosition](args[3]).find(text, to.length(t))
				t.charge(t.at, len(text.text))
				to.grow(append(to.text, text.text...))
				return args[2]
			}},
			{"AttributedCharacterIterator formatToCharacterIterator(Object)", func(t *thread, args []Value) Value {
				if args[1].IsNull() {
					t.throw(document.NullPointer, "formatToCharacterIterator must be passed non-null object")
				}
				return t.newAttributedIterator(t.attributed(textFormatIn(args[0]).write(t, args[1])), nil)
			}},
			{"Object parseObject(String)", func(t *thread, args []Value) Value {
				return t.readAll(textFormatIn(args[0]), t.text(args[1]), "Format.parseObject(String) failed")
			}},
			{"Object parseObject(String, ParsePosition)", parseAtPosition},
			{"def clone()", func(v Value) Value { return document.ObjectOf(textFormatIn(v).clone()) }},
		},
	}
}

func parseAtPosition(t *thread, args []Value) Value {
	return t.readAt(textFormatIn(args[0]), t.text(args[1]), objectOf[*parsePosition](args[2]))
}

// A parsePosition is a java.text.ParsePosition, in UTF-16 units.
type parsePosition struct{ index, wrong int }

// JavaClass implements document.Object.
func (*parsePosition) JavaClass() string { return "java.text.ParsePosition" }

// AppendText implements document.Object.
func (p *parsePosition) AppendText(dst []byte) []byte {
	return fmt.Appendf(dst, "java.text.ParsePosition[index=%d,errorIndex=%d]", p.index, p.wrong)
}

// Identity implements document.Object.
func (p *parsePosition) Identity() string { return fmt.Sprint(p.index, p.wrong) }

// HashCode implements document.Object.
func (p *parsePosition) HashCode() int32 { return int32(p.wrong)<<16 | int32(p.index) }

func parsePositionClass() classSpec {
	in := func(v Value) *parsePosition { return objectOf[*parsePosition](v) }
	return classSpec{
		name: "ParsePosition", java: "java.text.ParsePosition",
		methods: []member{
			{"int getErrorIndex()", func(v Value) Value { return document.Integer(int32(in(v).wrong)) }},
			{"int getIndex()", func(v Value) Value { return document.Integer(int32(in(v).index)) }},
			{"void setErrorIndex(int)", func(_ *thread, args []Value) Value {
				in(args[0]).wrong = int(args[1].Int64())
				return document.Null
			}},
			{"void setIndex(int)", func(_ *thread, args []Value) Value {
				in(args[0]).index = int(args[1].Int64())
				return document.Null
			}},
		},
		statics: []member{{"ParsePosition(int)", func(v Value) Value {
			return document.ObjectOf(&parsePosition{int(v.Int64()), -1})
		}}},
	}
}

// localesStatic is that of the classes whose texts depend on a locale.
var localesStatic = member{"Locale[] getAvailableLocales()", func(t *thread, _ []Value) Value {
	return document.ObjectOf(&array{class: t.lib.arrayOf(t.lib.classes["Locale"]), items: availableLocales(t)})
}}
