package painless

import (
	"github.com/sluice-otel/sluice/ingest/document"
)

// An owned is an object with the interface that a value holds it by.
type owned[T any] struct {
	object document.Object
	it     T
}

// objectFor is document.ObjectOf with one allocation for both.
func objectFor[T any, P interface {
	*T
	document.Object
}](v T) Value {
	o := &owned[T]{it: v}
	o.object = P(&o.it)
	return document.ObjectAt(&o.object)
}

// The classes that have no values of their own.

func objectClass() classSpec {
	return classSpec{
		name: "Object", java: "java.lang.Object", open: true,
		methods: []member{
			{"boolean equals(def)", func(_ *thread, args []Value) Value { return document.Boolean(javaEquals(args[0], args[1])) }},
			{"String toString()", textOf},
			{"int hashCode()", func(v Value) Value { return document.Integer(v.HashCode()) }},
		},
	}
}

// javaEquals is Object.equals; a is not null.
func javaEquals(a, b Value) bool { return !a.IsReadOnly() && a.Equals(b) }

func comparableClass() classSpec {
	return classSpec{
		name: "Comparable", java: "java.lang.Comparable", open: true,
		methods: []member{{"int compareTo(def)", func(t *thread, args []Value) Value {
			return document.Integer(int32(t.compareTo(args[0], args[1])))
		}}},
	}
}

// A comparable is an object of a class that has an order.
type comparable interface{ compareTo(o document.Object) int }

// compareTo is Comparable.compareTo.
func (t *thread) compareTo(a, b Value) int {
	t.notNull(a)
	t.notNull(b)
	if javaClass(a) != javaClass(b) {
		t.throw(document.ClassCast, "class %s cannot be cast to class %s", javaClass(b), javaClass(a))
	}
	switch a.Kind() {
	case document.KindString:
		return document.CompareStrings(a.Str(), b.Str())
	case document.KindDateTime:
		return a.Time().Compare(b.Time())
	case document.KindBoolean:
		return truthRank(a) - truthRank(b)
	case document.KindList, document.KindMap:
		t.throw(document.ClassCast, "class %s cannot be cast to class java.lang.Comparable", javaClass(a))
	default:
	}
	if d, ok := a.Object().(decimal); ok {
		t.spend(t.at, d.size()+b.Object().(decimal).size())
	}
	if numberKind(a) != noPrimitive {
		return orderNumbers(a, b)
	}
	c, ok := a.Object().(comparable)
	if !ok {
		t.throw(document.ClassCast, "class %s cannot be cast to class java.lang.Comparable", javaClass(a))
	}
	return c.compareTo(b.Object())
}

func truthRank(v Value) int {
	if v.Bool() {
		return 1
	}
	return 0
}

func booleanClass() classSpec {
	return classSpec{
		name: "Boolean", java: "java.lang.Boolean", extends: []string{"Comparable"},
		methods: []member{{"boolean booleanValue()", itself}},
		statics: []member{
			{"int compare(boolean, boolean)", func(_ *thread, args []Value) Value {
				return document.Integer(int32(truthRank(args[0]) - truthRank(args[1])))
			}},
			{"int hashCode(boolean)", func(v Value) Value { return document.Integer(v.HashCode()) }},
			{"boolean logicalAnd(boolean, boolean)", truthFunction(opAnd)},
			{"boolean logicalOr(boolean, boolean)", truthFunction(opOr)},
			{"boolean logicalXor(boolean, boolean)", truthFunction(opXor)},
			{"boolean parseBoolean(String)", func(v Value) Value { return document.Boolean(foldCase(v.Str()) == "true") }},
			{"String toString(boolean)", textOf},
			{"Boolean valueOf(boolean)", itself},
		},
		constants: map[string]any{"TRUE": true, "FALSE": false},
	}
}

func truthFunction(op operator) func(*thread, []Value) Value {
	return func(_ *thread, args []Value) Value {
		return document.Boolean(truthOperation(op, args[0].Bool(), args[1].Bool()))
	}
}

func charSequenceClass() classSpec {
	return classSpec{
		name: "CharSequence", java: "java.lang.CharSequence", open: true,
		methods: []member{
			{"char charAt(int)", charAt},
			{"IntStream chars()", func(v Value) Value {
				text := v.Text()
				return newStream(typeInt, func(yield func(Value) bool) {
					for _, u := range unitsOf(text) {
						if !yield(document.Integer(int32(u))) {
							return
						}
					}
				})
			}},
			{"IntStream codePoints()", func(v Value) Value {
				text := v.Text()
				return newStream(typeInt, func(yield func(Value) bool) {
					for _, r := range text {
						if !yield(document.Integer(r)) {
							return
						}
					}
				})
			}},
			{"int length()", length},
			{"CharSequence subSequence(int, int)", substring},
			{"String replaceAll(Pattern, Function)", replaceAllWith},
			{"String replaceFirst(Pattern, Function)", replaceFirstWith},
		},
	}
}

// charAt is that of a StringBuilder.
func charAt(t *thread, args []Value) Value {
	s, i := args[0].Text(), args[1].Int64()
	if n := length(s); i < 0 || i >= int64(n) {
		t.throw(stringIndexOutOfBounds, "index %d,length %d", i, n)
	}
	return charValue(unitAt(s, int(i)))
}
