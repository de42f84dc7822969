package painless

import (
	"fmt"

	"github.com/sluice-otel/sluice/ingest/document"
)

// adapt returns a Go function as the native of a method that returns result.
// Besides natives themselves it takes functions of Go's own types, for the
// methods that need no more.
func adapt(fn any, result *class) native {
	switch fn := fn.(type) {
	case native:
		return fn
	case func(t *thread, args []Value) Value:
		return fn
	case func(v Value) Value:
		return func(_ *thread, args []Value) Value { return fn(args[0]) }
	case func(s string) bool, func(s string) int, func(s string) string, func(s, o string) bool, func(s, o string) int,
		func(s, o string) string:
		return adaptText(fn)
	}
	return adaptNumber(fn, result)
}

func adaptText(fn any) native {
	switch fn := fn.(type) {
	case func(s string) bool:
		return func(t *thread, args []Value) Value { return document.Boolean(fn(t.text(args[0]))) }
	case func(s string) int:
		return func(t *thread, args []Value) Value { return document.Integer(int32(fn(t.text(args[0])))) }
	case func(s string) string:
		return func(t *thread, args []Value) Value { return t.newText(fn(t.text(args[0]))) }
	case func(s, o string) bool:
		return func(t *thread, args []Value) Value {
			return document.Boolean(fn(t.text(args[0]), t.text(args[1])))
		}
	case func(s, o string) int:
		return func(t *thread, args []Value) Value {
			return document.Integer(int32(fn(t.text(args[0]), t.text(args[1]))))
		}
	case func(s, o string) string:
		return func(t *thread, args []Value) Value {
			return t.newText(fn(t.text(args[0]), t.text(args[1])))
		}
	}
	return nil
}

func adaptNumber(fn any, result *class) native {
	switch fn := fn.(type) {
	case func(i int64) int64:
		return func(_ *thread, args []Value) Value { return boxWhole(result, fn(wholeOf(args[0]))) }
	case func(i, j int64) int64:
		return func(_ *thread, args []Value) Value { return boxWhole(result, fn(wholeOf(args[0]), wholeOf(args[1]))) }
	case func(i int64) bool:
		return func(_ *thread, args []Value) Value { return document.Boolean(fn(wholeOf(args[0]))) }
	case func(i int64) string:
		return func(_ *thread, args []Value) Value { return document.String(fn(wholeOf(args[0]))) }
	case func(i int64, radix int) string:
		return func(_ *thread, args []Value) Value {
			return document.String(fn(wholeOf(args[0]), int(args[1].Int64())))
		}
	case func(f float64) float64:
		return func(_ *thread, args []Value) Value { return boxReal(result, fn(float64Of(args[0]))) }
	case func(f, g float64) float64:
		return func(_ *thread, args []Value) Value {
			return boxReal(result, fn(float64Of(args[0]), float64Of(args[1])))
		}
	case func(f float64) bool:
		return func(_ *thread, args []Value) Value { return document.Boolean(fn(float64Of(args[0]))) }
	case func(f float64) int64:
		return func(_ *thread, args []Value) Value { return boxWhole(result, fn(float64Of(args[0]))) }
	case func(f, g float64) int64:
		return func(_ *thread, args []Value) Value {
			return boxWhole(result, fn(float64Of(args[0]), float64Of(args[1])))
		}
	}
	panic(fmt.Sprintf("painless: a method has the unknown form %T", fn))
}

// text returns the string of an argument that is a String or a CharSequence;
// null is an exception, as it is in Java's methods.
func (t *thread) text(v Value) string {
	if v.Kind() != document.KindString {
		t.notNull(v)
		return v.Text()
	}
	return v.Str()
}

// notNull throws if an argument is null.
func (t *thread) notNull(v Value) {
	if v.IsNull() {
		t.throw(document.NullPointer, "a null argument is not allowed here")
	}
}

func textOf(v Value) Value { return document.String(v.Text()) }

func itself(v Value) Value { return v }
