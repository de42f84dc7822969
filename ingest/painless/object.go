package painless

import (
	"github.com/sluice-otel/sluice/ingest/document"
)

// The classes that have no values of their own.

func objectClass() classSpec {
	return classSpec{
		name: "Object", java: "java.lang.Object", open: true,
		methods: []member{
			{"boolean equals(def)", func(_ *thread, args []Value) Value {
				return document.Boolean(!args[0].IsReadOnly() && args[0].Equals(args[1]))
			}},
			{"String toString()", func(v Value) Value { return document.String(v.Text()) }},
			{"int hashCode()", func(v Value) Value { return document.Integer(v.HashCode()) }},
		},
	}
}

func comparableClass() classSpec {
	return classSpec{
		name: "Comparable", java: "java.lang.Comparable", open: true,
		methods: []member{{"int compareTo(def)", compareTo}},
	}
}

// compareTo is Comparable.compareTo for two values of one class.
func compareTo(t *thread, args []Value) Value {
	a, b := args[0], args[1]
	t.notNull(b)
	if a.Kind() != b.Kind() {
		t.throw(document.ClassCast, "class %s cannot be cast to class %s", javaClass(b), javaClass(a))
	}
	return document.Integer(int32(order(a, b)))
}

func charSequenceClass() classSpec {
	return classSpec{
		name: "CharSequence", java: "java.lang.CharSequence", open: true,
		methods: []member{
			{"int length()", length},
		},
	}
}

func iterableClass() classSpec {
	return classSpec{name: "Iterable", java: "java.lang.Iterable", open: true}
}

func booleanClass() classSpec {
	return classSpec{
		name: "Boolean", java: "java.lang.Boolean", extends: []string{"Comparable"},
		methods: []member{
			{"boolean booleanValue()", func(v Value) Value { return v }},
		},
		statics: []member{
			{"boolean parseBoolean(String)", func(s string) bool {
				return len(s) == 4 && s[0]|0x20 == 't' && s[1]|0x20 == 'r' && s[2]|0x20 == 'u' && s[3]|0x20 == 'e'
			}},
		},
	}
}

func zonedDateTimeClass() classSpec {
	return classSpec{name: "ZonedDateTime", java: "java.time.ZonedDateTime", extends: []string{"Comparable"}}
}
