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
		func(s, o string) string, func(t *thread, s string) int64, func(t *thread, s string, i int64) int64:
		return adaptText(fn, result)
	}
	return adaptNumber(fn, result)
}

func adaptText(fn any, result *class) native {
	switch fn := fn.(type) {
	case func(t *thread, s string) int64:
		return func(t *thread, args []Value) Value { return boxWhole(result, fn(t, t.text(args[0]))) }
	case func(t *thread, s string, i int64) int64:
		return func(t *thread, args []Value) Value { return boxWhole(result, fn(t, t.text(args[0]), args[1].Int64())) }
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

// nullable are the classes of arguments that may be null, or that methods check themselves,
// besides functions.
var nullable = map[string]bool{
	"Object": true, "String": true, "CharSequence": true, "FormatStyle": true, "DayOfWeek": true, "MonthDay": true,
}

// nonNull returns fn with a check of the arguments that it does not expect to be
// null.
func nonNull(fn native, params []*class, first int) native {
	var checked []int
	for i, p := range params {
		if p != typeDef && p.primitive == noPrimitive && !p.functional && !nullable[p.name] {
			checked = append(checked, first+i)
		}
	}
	if checked == nil {
		return fn
	}
	return func(t *thread, args []Value) Value {
		for _, i := range checked {
			t.notNull(args[i])
		}
		return fn(t, args)
	}
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
		t.throw(document.NullPointer, nullArgument)
	}
}

// objectOf returns the object that an argument must be.
func objectOf[T document.Object](v Value) T {
	o, ok := v.Object().(T)
	if !ok {
		err := &document.Exception{Class: document.ClassCast, Message: fmt.Sprintf("Cannot cast %s to %T", javaClass(v), o)}
		if v.IsNull() {
			err = &document.Exception{Class: document.NullPointer, Message: nullArgument}
		}
		panic(&RuntimeError{Exception: err})
	}
	return o
}

// nullArgument is the message of an argument that is null where a method of Java
// would fail somewhere inside.
const nullArgument = "a null argument is not allowed here"

func textOf(v Value) Value { return document.String(v.Text()) }

func itself(v Value) Value { return v }
