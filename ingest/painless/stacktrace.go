package painless

import (
	"fmt"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A stackTraceElement is a java.lang.StackTraceElement. Scripts can make them, but
// exceptions have none, as their frames are those of Java.
type stackTraceElement struct {
	class, method, file Value // texts; the file may be null
	line                int64
}

// nativeLine is the line of a method that is native.
const nativeLine = -2

// JavaClass implements document.Object.
func (*stackTraceElement) JavaClass() string { return "java.lang.StackTraceElement" }

// AppendText implements document.Object.
func (e *stackTraceElement) AppendText(dst []byte) []byte {
	dst = append(dst, e.class.Text()+"."+e.method.Text()...)
	switch {
	case e.line == nativeLine:
		return append(dst, "(Native Method)"...)
	case e.file.IsNull():
		return append(dst, "(Unknown Source)"...)
	case e.line >= 0:
		return fmt.Appendf(dst, "(%s:%d)", e.file.Text(), e.line)
	}
	return fmt.Appendf(dst, "(%s)", e.file.Text())
}

// Identity implements document.Object.
func (e *stackTraceElement) Identity() string {
	return fmt.Sprintf("%q%v%d", []string{e.class.Text(), e.method.Text(), e.file.Text()}, e.file.IsNull(), e.line)
}

// HashCode implements document.Object.
func (e *stackTraceElement) HashCode() int32 {
	h := 31*e.class.HashCode() + e.method.HashCode()
	h = 31*31*31*31*h + e.file.HashCode() // three names in between are null
	return 31*h + int32(e.line)
}

func stackTraceClass() classSpec {
	in := func(v Value) *stackTraceElement { return objectOf[*stackTraceElement](v) }
	return classSpec{
		name: "StackTraceElement", java: "java.lang.StackTraceElement",
		methods: []member{
			{"String getClassName()", func(v Value) Value { return in(v).class }},
			{"String getFileName()", func(v Value) Value { return in(v).file }},
			{"int getLineNumber()", func(v Value) Value { return document.Integer(int32(in(v).line)) }},
			{"String getMethodName()", func(v Value) Value { return in(v).method }},
			{"boolean isNativeMethod()", func(v Value) Value { return document.Boolean(in(v).line == nativeLine) }},
		},
		statics: []member{{"StackTraceElement(String, String, String, int)", func(t *thread, args []Value) Value {
			for i, what := range [...]string{"Declaring class", "Method name"} {
				if args[i].IsNull() {
					t.throw(document.NullPointer, "%s is null", what)
				}
			}
			return document.ObjectOf(&stackTraceElement{args[0], args[1], args[2], args[3].Int64()})
		}}},
	}
}
