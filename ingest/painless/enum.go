package painless

import (
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// An enum is a constant of a Java enum.
type enum struct {
	java    string // its class
	name    string
	ordinal int
	shown   string // what toString returns
}

// JavaClass implements document.Object.
func (e *enum) JavaClass() string { return e.java }

// AppendText implements document.Object.
func (e *enum) AppendText(dst []byte) []byte { return append(dst, e.shown...) }

// Identity implements document.Object.
func (e *enum) Identity() string { return e.name }

// HashCode implements document.Object. Java's is that of the object.
func (e *enum) HashCode() int32 { return int32(e.ordinal) + 1 }

func (e *enum) compareTo(o document.Object) int { return e.ordinal - o.(*enum).ordinal }

func enumIn(v Value) *enum {
	return objectOf[*enum](v)
}

// enumValues makes the constants of an enum in their order.
func enumValues(java string, names ...string) []Value {
	out := make([]Value, len(names))
	for i, name := range names {
		name, shown, ok := strings.Cut(name, ":")
		if !ok {
			shown = name
		}
		out[i] = document.ObjectOf(&enum{java: java, name: name, ordinal: i, shown: shown})
	}
	return out
}

func enumSuperclass() classSpec {
	return classSpec{
		name: "Enum", java: "java.lang.Enum", open: true, extends: []string{"Comparable"},
		methods: []member{
			{"String name()", func(v Value) Value { return document.String(enumIn(v).name) }},
			{"int ordinal()", func(v Value) Value { return document.Integer(int32(enumIn(v).ordinal)) }},
		},
	}
}

// enumSpec is the class of an enum; further extends, methods and statics are
// added to it.
func enumSpec(values []Value, extends ...string) classSpec {
	java := enumIn(values[0]).java
	name := strings.ReplaceAll(java[strings.LastIndexByte(java, '.')+1:], "$", ".")
	s := classSpec{name: name, java: java, extends: append([]string{"Enum"}, extends...), constants: make(map[string]any)}
	for _, v := range values {
		s.constants[enumIn(v).name] = v
	}
	s.statics = []member{
		{name + " valueOf(String)", func(t *thread, args []Value) Value {
			v, ok := s.constants[t.text(args[0])].(Value)
			if !ok {
				t.throw(document.IllegalArgument, "No enum constant %s.%s", java, args[0].Str())
			}
			return v
		}},
		{name + "[] values()", func(t *thread, _ []Value) Value {
			return objectFor(array{class: t.lib.arrayOf(t.lib.classes[name]), items: append([]Value(nil), values...)})
		}},
	}
	return s
}
