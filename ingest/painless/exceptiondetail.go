package painless

import (
	"fmt"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A detail is what an exception knows besides its message: the arguments of its constructor.
type detail struct {
	java    string         // its class
	params  string         // of the constructor; "" if scripts have none
	message string         // made of the arguments, a format of fmt
	getters []detailGetter // what they return
	unknown Value          // what they return if another constructor was called, null if there is none
}

// A detailGetter returns an argument.
type detailGetter struct {
	signature string
	argument  int
}

// exceptionDetails are the exceptions with details.
var exceptionDetails = []detail{
	{"java.text.ParseException", "String, int", "%[1]s", []detailGetter{{"int getErrorOffset()", 1}}, Value{}},
	{"java.time.format.DateTimeParseException", "String, CharSequence, int", "%[1]s",
		[]detailGetter{{"String getParsedString()", 1}, {"int getErrorIndex()", 2}}, Value{}},
	{"java.util.DuplicateFormatFlagsException", "String", "Flags = '%[1]s'", []detailGetter{{"String getFlags()", 0}}, Value{}},
	{"java.util.FormatFlagsConversionMismatchException", "String, char", "Conversion = %[2]s, Flags = %[1]s",
		[]detailGetter{{"String getFlags()", 0}, {"char getConversion()", 1}}, Value{}},
	{"java.util.IllegalFormatCodePointException", "int", "Code point = 0x%[1]x", []detailGetter{{"int getCodePoint()", 0}}, Value{}},
	{"java.util.IllegalFormatFlagsException", "String", "Flags = '%[1]s'", []detailGetter{{"String getFlags()", 0}}, Value{}},
	{"java.util.IllegalFormatPrecisionException", "int", "%[1]d", []detailGetter{{"int getPrecision()", 0}}, Value{}},
	{"java.util.IllegalFormatWidthException", "int", "%[1]d", []detailGetter{{"int getWidth()", 0}}, Value{}},
	{"java.util.IllegalFormatConversionException", "", "", []detailGetter{{"char getConversion()", 0}}, Value{}},
	{"java.util.MissingFormatArgumentException", "String", "Format specifier '%[1]s'",
		[]detailGetter{{"String getFormatSpecifier()", 0}}, Value{}},
	{"java.util.MissingFormatWidthException", "String", "%[1]s", []detailGetter{{"String getFormatSpecifier()", 0}}, Value{}},
	{"java.util.UnknownFormatConversionException", "String", "Conversion = '%[1]s'",
		[]detailGetter{{"String getConversion()", 0}}, Value{}},
	{"java.util.UnknownFormatFlagsException", "String", "Flags = %[1]s", []detailGetter{{"String getFlags()", 0}}, Value{}},
	{"java.util.MissingResourceException", "String, String, String", "%[1]s",
		[]detailGetter{{"String getClassName()", 1}, {"String getKey()", 2}}, Value{}},
	{"java.util.IllformedLocaleException", "String, int", "%[1]s [at index %[2]d]",
		[]detailGetter{{"int getErrorIndex()", 1}}, document.Integer(-1)},
}

// detailOf returns the details of a class, nil if it has none.
func detailOf(java string) *detail {
	for i := range exceptionDetails {
		if exceptionDetails[i].java == java {
			return &exceptionDetails[i]
		}
	}
	return nil
}

// define gives a class what it has for its details.
func (d *detail) define(s *classSpec) {
	name := s.name
	s.methods = append([]member(nil), exceptionMethods...)
	for _, g := range d.getters {
		s.methods = append(s.methods, member{g.signature, func(v Value) Value {
			if details := objectOf[*exception](v).details; g.argument < len(details) {
				return details[g.argument]
			}
			return d.unknown
		}})
	}
	if d.params == "" {
		return
	}
	if d.unknown.IsNull() {
		s.statics = nil
	}
	s.statics = append(s.statics, member{name + "(" + d.params + ")", func(t *thread, args []Value) Value {
		shown := make([]any, len(args))
		for i, arg := range args {
			shown[i] = arg.Text()
			if arg.Kind() == document.KindInteger {
				shown[i] = arg.Int64()
			}
		}
		details := append([]Value(nil), args...)
		return objectFor(exception{class: t.lib.classes[name], message: t.newText(fmt.Sprintf(d.message, shown...)), details: details})
	}})
}

// throwWith is throw with the details of the exception.
func (t *thread) throwWith(class document.Class, details []Value, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	t.raise(t.at, &RuntimeError{Exception: &document.Exception{Class: class, Message: message}, details: details})
}
