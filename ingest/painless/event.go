package painless

import (
	"fmt"
	"slices"

	"github.com/sluice-otel/sluice/ingest/document"
)

// An event is a java.util.EventObject.
type event struct{ source Value }

// JavaClass implements document.Object.
func (event) JavaClass() string { return "java.util.EventObject" }

// AppendText implements document.Object.
func (e event) AppendText(dst []byte) []byte {
	return append(e.source.AppendText(append(dst, "java.util.EventObject[source="...)), ']')
}

// Identity implements document.Object.
func (e event) Identity() string { return string(e.AppendText(nil)) }

// HashCode implements document.Object.
func (event) HashCode() int32 { return identityHash }

// An observable is a java.util.Observable. Nothing that scripts can call marks it as
// changed, so that its observers are never told.
type observable struct{ observers []Value }

// JavaClass implements document.Object.
func (*observable) JavaClass() string { return "java.util.Observable" }

// AppendText implements document.Object.
func (o *observable) AppendText(dst []byte) []byte { return append(dst, o.JavaClass()...) }

// Identity implements document.Object.
func (o *observable) Identity() string { return fmt.Sprintf("%p", o) }

// HashCode implements document.Object.
func (*observable) HashCode() int32 { return identityHash }

func eventClasses() []classSpec {
	in := func(v Value) *observable { return objectOf[*observable](v) }
	nothing := func(*thread, []Value) Value { return document.Null }
	at := func(o *observable, v Value) int {
		return slices.IndexFunc(o.observers, func(other Value) bool { return other.Object() == v.Object() })
	}
	return []classSpec{
		{
			name: "EventObject", java: "java.util.EventObject", open: true,
			methods: []member{{"Object getSource()", func(v Value) Value { return objectOf[event](v).source }}},
			statics: []member{{"EventObject(Object)", func(t *thread, args []Value) Value {
				if args[0].IsNull() {
					t.throw(document.IllegalArgument, "null source")
				}
				return document.ObjectOf(event{args[0]})
			}}},
		},
		{
			name: "Observable", java: "java.util.Observable", open: true,
			methods: []member{
				{"void addObserver(Observer)", func(t *thread, args []Value) Value {
					t.notNull(args[1])
					if o := in(args[0]); at(o, args[1]) < 0 {
						t.charge(t.at, entryBytes)
						t.spend(t.at, len(o.observers)/16)
						o.observers = append(o.observers, args[1])
					}
					return document.Null
				}},
				{"int countObservers()", func(v Value) Value { return document.Integer(int32(len(in(v).observers))) }},
				{"void deleteObserver(Observer)", func(_ *thread, args []Value) Value {
					if i := at(in(args[0]), args[1]); i >= 0 {
						in(args[0]).observers = slices.Delete(in(args[0]).observers, i, i+1)
					}
					return document.Null
				}},
				{"void deleteObservers()", func(v Value) Value {
					in(v).observers = nil
					return document.Null
				}},
				{"boolean hasChanged()", func(Value) Value { return document.Boolean(false) }},
				{"void notifyObservers()", nothing}, {"void notifyObservers(Object)", nothing},
			},
			statics: []member{{"Observable()", func(*thread, []Value) Value { return document.ObjectOf(&observable{}) }}},
		},
	}
}
