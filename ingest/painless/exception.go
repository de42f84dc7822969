package painless

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/sluice-otel/sluice/ingest/document"
)

// An exception is an object of an exception class.
type exception struct {
	class   *class
	message Value // a String or null
	cause   Value
	details []Value // the arguments of its constructor, if it has a detail
}

// JavaClass implements document.Object.
func (e *exception) JavaClass() string { return e.class.java }

// AppendText implements document.Object: Throwable.toString.
func (e *exception) AppendText(dst []byte) []byte {
	dst = append(dst, e.class.java...)
	if !e.message.IsNull() {
		dst = e.message.AppendText(append(dst, ": "...))
	}
	return dst
}

// Identity implements document.Object.
func (e *exception) Identity() string { return fmt.Sprintf("%p", e) }

// HashCode implements document.Object.
func (e *exception) HashCode() int32 { return identityHash }

// thrown returns the error of throwing e.
func (e *exception) thrown() *RuntimeError {
	return &RuntimeError{Exception: &document.Exception{Class: documentClass(e.class), Message: e.message.Str()}, object: e}
}

// identityHash is the hashCode of objects whose equals is identity; Java's is
// different for every object and run.
const identityHash = 1

// exceptionTypes has the exception classes and what they extend, each after
// that.
var exceptionTypes = []struct{ java, extends string }{
	{"java.lang.Exception", "Object"},
	{"java.lang.RuntimeException", "Exception"},
	{"java.lang.ArithmeticException", "RuntimeException"},
	{"java.lang.ArrayStoreException", "RuntimeException"},
	{"java.lang.ClassCastException", "RuntimeException"},
	{"java.lang.ClassNotFoundException", "Exception"},
	{"java.lang.CloneNotSupportedException", "Exception"},
	{"java.lang.EnumConstantNotPresentException", "RuntimeException"},
	{"java.lang.IllegalAccessException", "Exception"},
	{"java.lang.IllegalArgumentException", "RuntimeException"},
	{"java.lang.IllegalStateException", "RuntimeException"},
	{"java.lang.IllegalMonitorStateException", "RuntimeException"},
	{"java.lang.IllegalThreadStateException", "IllegalArgumentException"},
	{"java.lang.IndexOutOfBoundsException", "RuntimeException"},
	{"java.lang.ArrayIndexOutOfBoundsException", "IndexOutOfBoundsException"},
	{"java.lang.StringIndexOutOfBoundsException", "IndexOutOfBoundsException"},
	{"java.lang.InstantiationException", "Exception"},
	{"java.lang.InterruptedException", "Exception"},
	{"java.lang.NegativeArraySizeException", "RuntimeException"},
	{"java.lang.NoSuchFieldException", "Exception"},
	{"java.lang.NoSuchMethodException", "Exception"},
	{"java.lang.NullPointerException", "RuntimeException"},
	{"java.lang.NumberFormatException", "IllegalArgumentException"},
	{"java.lang.ReflectiveOperationException", "Exception"},
	{"java.lang.SecurityException", "RuntimeException"},
	{"java.lang.TypeNotPresentException", "RuntimeException"},
	{"java.lang.UnsupportedOperationException", "RuntimeException"},
	{"java.util.ConcurrentModificationException", "RuntimeException"},
	{"java.util.EmptyStackException", "RuntimeException"},
	{"java.util.NoSuchElementException", "RuntimeException"},
	{"java.util.InputMismatchException", "NoSuchElementException"},
	{"java.util.MissingResourceException", "RuntimeException"},
	{"java.util.IllegalFormatException", "IllegalArgumentException"},
	{"java.util.IllegalFormatConversionException", "IllegalFormatException"},
	{"java.util.MissingFormatArgumentException", "IllegalFormatException"},
	{"java.util.UnknownFormatConversionException", "IllegalFormatException"},
	{"java.util.DuplicateFormatFlagsException", "IllegalFormatException"},
	{"java.util.FormatFlagsConversionMismatchException", "IllegalFormatException"},
	{"java.util.IllegalFormatCodePointException", "IllegalFormatException"},
	{"java.util.IllegalFormatFlagsException", "IllegalFormatException"},
	{"java.util.IllegalFormatPrecisionException", "IllegalFormatException"},
	{"java.util.IllegalFormatWidthException", "IllegalFormatException"},
	{"java.util.MissingFormatWidthException", "IllegalFormatException"},
	{"java.util.UnknownFormatFlagsException", "IllegalFormatException"},
	{"java.util.IllformedLocaleException", "RuntimeException"},
	{"java.util.FormatterClosedException", "IllegalStateException"},
	{"java.util.TooManyListenersException", "Exception"},
	{"java.util.regex.PatternSyntaxException", "IllegalArgumentException"},
	{"java.text.ParseException", "Exception"},
	{"java.io.IOException", "Exception"},
	{"java.time.DateTimeException", "RuntimeException"},
	{"java.time.format.DateTimeParseException", "DateTimeException"},
	{"java.time.temporal.UnsupportedTemporalTypeException", "DateTimeException"},
	{"java.time.zone.ZoneRulesException", "DateTimeException"},
}

func exceptionClasses() []classSpec {
	var out []classSpec
	for _, e := range exceptionTypes {
		name := e.java[strings.LastIndexByte(e.java, '.')+1:]
		s := classSpec{name: name, java: e.java, extends: []string{e.extends}, open: true, methods: exceptionMethods}
		made := func(t *thread, args []Value) Value {
			out := &exception{class: t.lib.classes[name]}
			if len(args) > 0 {
				out.message = args[0]
			}
			return document.ObjectOf(out)
		}
		s.statics = []member{{name + "()", made}, {name + "(String)", made}}
		if d := detailOf(e.java); d != nil {
			d.define(&s)
		}
		out = append(out, s)
	}
	return out
}

var exceptionMethods = []member{
	{"String getMessage()", func(v Value) Value { return objectOf[*exception](v).message }},
	{"String getLocalizedMessage()", func(v Value) Value { return objectOf[*exception](v).message }},
	{"def getCause()", func(v Value) Value { return objectOf[*exception](v).cause }},
}

// documentClass returns the name of an exception class as Elasticsearch's
// responses spell it: NullPointerException is null_pointer_exception.
func documentClass(c *class) document.Class {
	var b strings.Builder
	for i, r := range c.name {
		if unicode.IsUpper(r) {
			if i > 0 {
				b.WriteByte('_')
			}
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return document.Class(b.String())
}

// caught returns the exception object of an error.
func (l *library) caught(err *RuntimeError) *exception {
	if err.object != nil {
		return err.object
	}
	for _, e := range exceptionTypes {
		c := l.classes[e.java]
		if documentClass(c) == err.Exception.Class {
			return &exception{class: c, message: document.String(err.Exception.Message), details: err.details}
		}
	}
	return &exception{class: l.classes["RuntimeException"], message: document.String(err.Exception.Message)}
}

func (c *compiler) throwing(s *throwing) action {
	x := c.convert(c.expression(s.x), c.lib.classes["Exception"], false)
	at, value := s.at(), x.value
	return func(t *thread) flow {
		v := value(t)
		e, ok := v.Object().(*exception)
		if !ok {
			t.throwAt(at, document.NullPointer, "Cannot throw exception because value is null")
		}
		t.raise(at, e.thrown())
		return flowNext
	}
}

// A handler is a compiled catch.
type handler struct {
	class *class
	slot  int
	body  action
}

func (c *compiler) trying(s *trying) action {
	body := c.block(s.body)
	handlers := make([]handler, len(s.catches))
	for i, catch := range s.catches {
		c.scoped(func() {
			typ := c.typ(catch.typ)
			if !typ.isA(c.lib.classes["Exception"]) {
				c.fail(catch.typ.at(), "Cannot cast from [%s] to [java.lang.Exception].", typ.java)
			}
			v := c.declare(catch.at(), catch.name, typ)
			handlers[i] = handler{class: typ, slot: v.slot, body: c.sequence(catch.body.statements)}
		})
	}
	return func(t *thread) flow {
		f, thrown := t.protect(body)
		if thrown == nil {
			return f
		}
		e := t.lib.caught(thrown)
		for i := range handlers {
			if e.class.isA(handlers[i].class) {
				t.frame[handlers[i].slot] = document.ObjectOf(e)
				return handlers[i].body(t)
			}
		}
		panic(thrown)
	}
}
