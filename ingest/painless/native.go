package painless

import (
	"fmt"

	"github.com/sluice-otel/sluice/ingest/document"
)

// adapt returns a Go function as a native. Besides natives themselves it takes
// functions of Go's own types, for the methods that need no more.
func adapt(fn any) native {
	switch fn := fn.(type) {
	case func(t *thread, args []Value) Value:
		return fn
	case func(s string) bool:
		return func(_ *thread, args []Value) Value { return document.Boolean(fn(args[0].Str())) }
	case func(s string) int:
		return func(_ *thread, args []Value) Value { return document.Integer(int32(fn(args[0].Str()))) }
	case func(s string) string:
		return func(_ *thread, args []Value) Value { return document.String(fn(args[0].Str())) }
	case func(s, o string) bool:
		return func(t *thread, args []Value) Value {
			return document.Boolean(fn(args[0].Str(), t.text(args[1])))
		}
	case func(s, o string) int:
		return func(t *thread, args []Value) Value {
			return document.Integer(int32(fn(args[0].Str(), t.text(args[1]))))
		}
	case func(s, o string) string:
		return func(t *thread, args []Value) Value {
			return document.String(fn(args[0].Str(), t.text(args[1])))
		}
	case func(v Value) Value:
		return func(_ *thread, args []Value) Value { return fn(args[0]) }
	}
	panic(fmt.Sprintf("painless: a method has the unknown form %T", fn))
}

// text returns the string an argument holds; null is an exception, as it is in
// Java's methods.
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
