package painless

import "github.com/sluice-otel/sluice/ingest/document"

// A textFormatter is a java.util.Formatter: what it formats goes to the end of a
// StringBuilder.
type textFormatter struct{ out Value }

// JavaClass implements document.Object.
func (*textFormatter) JavaClass() string { return "java.util.Formatter" }

// AppendText implements document.Object: what was formatted so far.
func (f *textFormatter) AppendText(dst []byte) []byte { return f.out.AppendText(dst) }

// Identity implements document.Object.
func (f *textFormatter) Identity() string { return builderIn(f.out).Identity() }

// HashCode implements document.Object.
func (*textFormatter) HashCode() int32 { return identityHash }

// textFormatterClasses are Formatter and what it writes to. Like String.format it
// has the formats of the root locale, whatever the locale.
func textFormatterClasses() []classSpec {
	construct := func(t *thread, args []Value) Value {
		f := &textFormatter{out: document.ObjectOf(&builder{})}
		if len(args) > 0 && !args[0].IsNull() {
			builderIn(args[0]) // there is nothing else to write to
			f.out = args[0]
		}
		t.charge(t.at, entryBytes)
		return document.ObjectOf(f)
	}
	write := func(t *thread, args []Value) Value {
		f, b := args[0], builderIn(objectOf[*textFormatter](args[0]).out)
		b.grow(append(b.text, format(t, args[len(args)-2:]).Str()...))
		return f
	}
	return []classSpec{
		{name: "Appendable", java: "java.lang.Appendable", open: true, methods: []member{{"Appendable append(CharSequence, int, int)", appendPart}}},
		{name: "FormattableFlags", java: "java.util.FormattableFlags", constants: map[string]any{"ALTERNATE": 4, "LEFT_JUSTIFY": 1, "UPPERCASE": 2}},
		{
			name: "Formatter", java: "java.util.Formatter",
			methods: []member{
				{"Formatter format(String, def[])", write}, {"Formatter format(Locale, String, def[])", write},
				{"Appendable out()", func(v Value) Value { return objectOf[*textFormatter](v).out }},
				{"Locale locale()", func(Value) Value { return defaultLocale }},
			},
			statics: []member{{"Formatter()", construct}, {"Formatter(Appendable)", construct}, {"Formatter(Appendable, Locale)", construct}},
		},
	}
}

// layoutFormClass has the forms of a BigDecimal in formats, by name only.
func layoutFormClass() classSpec {
	s := enumSpec(enumValues("java.util.Formatter$BigDecimalLayoutForm", "SCIENTIFIC", "DECIMAL_FLOAT"))
	s.statics = nil
	return s
}
