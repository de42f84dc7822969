package painless

import (
	"errors"
	"slices"

	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
)

// A formatterFormat is what DateTimeFormatter.toFormat returns: a java.text.Format.
type formatterFormat struct {
	*formatter

	query Value // what reading makes of a text, null for what was parsed
}

// JavaClass implements document.Object.
func (formatterFormat) JavaClass() string { return "java.time.format.DateTimeFormatter$ClassicFormat" }

func (f formatterFormat) write(t *thread, v Value) fieldText {
	return fieldText{text: t.formatAny(f.formatter, v).Str()}
}

func (f formatterFormat) read(t *thread, text string) reading {
	r, end, err := f.parser.Match(text)
	if err == nil {
		err = r.Resolve(text, f.resolver, t.kept(f.formatter))
	}
	if err != nil {
		return reading{end: end}
	}
	return reading{value: f.result(t, f.located(r)), end: end, ok: true}
}

func (f formatterFormat) clone() textFormat { return f }

func (f formatterFormat) result(t *thread, p parsedTime) Value {
	if f.query.IsNull() {
		return document.ObjectOf(p)
	}
	return t.call(f.query, document.ObjectOf(p))
}

// located gives what was read the formatter's zone if it has none.
func (f *formatter) located(r *datetime.Reading) parsedTime {
	p := parsedTime{Reading: r, zone: r.Zone()}
	if p.zone == nil {
		p.zone = f.zone
	}
	return p
}

// kept chooses the fields of withResolverFields, nil if all count.
func (t *thread) kept(f *formatter) func(name string) bool {
	if f.fields.IsNull() {
		return nil
	}
	names := t.items(f.fields)
	return func(name string) bool {
		return slices.ContainsFunc(names, func(v Value) bool { return enumIn(v).name == name })
	}
}

func formatterFormatClass() classSpec {
	return classSpec{
		name: "DateTimeFormatter.ClassicFormat", java: formatterFormat{}.JavaClass(), extends: []string{"Format"},
		methods: []member{{"Object parseObject(String)", func(t *thread, args []Value) Value {
			f, text := objectOf[formatterFormat](args[0]), t.text(args[1])
			var out Value
			if thrown := t.attempt(func() { out = f.result(t, t.read(f.formatter, text)) }); thrown != nil {
				at := document.Integer(0)
				if len(thrown.details) == 3 {
					at = thrown.details[2]
				}
				t.throwWith(parseException, []Value{document.Null, at}, "%s", thrown.Exception.Message)
			}
			return out
		}}},
	}
}

// toFormat is DateTimeFormatter.toFormat. ISO_INSTANT has no fields that such a format could read.
func toFormat(t *thread, args []Value) Value {
	f := formatterFormat{formatter: formatterIn(args[0])}
	if f.name == "ISO_INSTANT" {
		t.throw(unsupportedOperation, "ISO_INSTANT as a java.text.Format is not supported")
	}
	if len(args) > 1 {
		f.query = args[1]
	}
	return document.ObjectOf(f)
}

// parseUnresolved finds the fields in a text from a position on, which it moves.
func parseUnresolved(t *thread, args []Value) Value {
	f, text, p := formatterIn(args[0]), t.text(args[1]), objectOf[*parsePosition](args[2])
	t.weighText(t.at, text)
	if p.index < 0 || p.index > length(text) {
		t.throw(stringIndexOutOfBounds, "String index out of range: %d", p.index)
	}
	rest := text[offset(text, p.index):]
	r, end, err := f.parser.Match(rest)
	if fault, ok := errors.AsType[*datetime.ParseError](err); ok {
		p.wrong = p.index + fault.Index()
		return document.Null
	}
	p.index += units(rest, end)
	return document.ObjectOf(f.located(r))
}
