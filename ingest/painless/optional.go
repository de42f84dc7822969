package painless

import (
	"github.com/sluice-otel/sluice/ingest/document"
)

// An optional is an Optional, OptionalInt, OptionalLong or OptionalDouble.
type optional struct {
	of      *class // def, int, long or double
	value   Value
	present bool
}

var optionalNames = map[*class]string{typeDef: "", typeInt: "Int", typeLong: "Long", typeDouble: "Double"}

func newOptional(of *class, v Value, present bool) Value {
	return objectFor(optional{of: of, value: v, present: present})
}

// JavaClass implements document.Object.
func (o *optional) JavaClass() string { return "java.util.Optional" + optionalNames[o.of] }

// AppendText implements document.Object.
func (o *optional) AppendText(dst []byte) []byte { return o.WalkText(&document.Walk{}, dst) }

// Identity implements document.Object.
func (o *optional) Identity() string { return string(o.WalkIdentity(&document.Walk{}, nil)) }

// HashCode implements document.Object.
func (o *optional) HashCode() int32 { return o.WalkHash(&document.Walk{}) }

// WalkText implements document.Holder.
func (o *optional) WalkText(w *document.Walk, dst []byte) []byte {
	dst = append(append(dst, "Optional"...), optionalNames[o.of]...)
	if !o.present {
		return append(dst, ".empty"...)
	}
	return append(o.value.WalkText(w, append(dst, '[')), ']')
}

// WalkIdentity implements document.Holder.
func (o *optional) WalkIdentity(w *document.Walk, dst []byte) []byte {
	if !o.present {
		return dst
	}
	return o.value.WalkIdentity(w, dst)
}

// WalkHash implements document.Holder.
func (o *optional) WalkHash(w *document.Walk) int32 { return o.value.WalkHash(w) }

func optionalIn(v Value) *optional {
	return objectOf[*optional](v)
}

func optionalClasses() []classSpec {
	out := []classSpec{summaryClass(typeInt), summaryClass(typeLong), summaryClass(typeDouble)}
	for _, of := range []*class{typeDef, typeInt, typeLong, typeDouble} {
		name := "Optional" + optionalNames[of]
		s := classSpec{name: name, java: "java.util." + name, methods: optionalMethods(of)}
		s.statics = []member{
			{name + " empty()", func(*thread, []Value) Value { return newOptional(of, document.Null, false) }},
			{name + " of(" + of.name + ")", func(t *thread, args []Value) Value {
				t.notNull(args[0])
				return newOptional(of, args[0], true)
			}},
		}
		if of == typeDef {
			s.methods = append(s.methods, objectOptionalMethods...)
			s.statics = append(s.statics, member{"Optional ofNullable(def)", func(v Value) Value {
				return newOptional(typeDef, v, !v.IsNull())
			}})
		}
		out = append(out, s)
	}
	return out
}

func optionalMethods(of *class) []member {
	get := "get"
	if of != typeDef {
		get = "getAs" + optionalNames[of]
	}
	return []member{
		{of.name + " " + get + "()", func(t *thread, args []Value) Value {
			o := optionalIn(args[0])
			if !o.present {
				t.throw(noSuchElement, "No value present")
			}
			return o.value
		}},
		{"void ifPresent(Consumer)", func(t *thread, args []Value) Value {
			if o := optionalIn(args[0]); o.present {
				t.call(args[1], o.value)
			}
			return document.Null
		}},
		{"boolean isPresent()", func(v Value) Value { return document.Boolean(optionalIn(v).present) }},
		{of.name + " orElse(" + of.name + ")", func(_ *thread, args []Value) Value {
			if o := optionalIn(args[0]); o.present {
				return o.value
			}
			return args[1]
		}},
		{of.name + " orElseGet(Supplier)", func(t *thread, args []Value) Value {
			if o := optionalIn(args[0]); o.present {
				return o.value
			}
			return t.call(args[1])
		}},
		{of.name + " orElseThrow(Supplier)", func(t *thread, args []Value) Value {
			o := optionalIn(args[0])
			if !o.present {
				e, ok := t.call(args[1]).Object().(*exception)
				if !ok {
					t.throw(document.NullPointer, "Cannot throw exception because value is null")
				}
				t.raise(t.at, e.thrown())
			}
			return o.value
		}},
	}
}

var objectOptionalMethods = []member{
	{"Optional filter(Predicate)", func(t *thread, args []Value) Value {
		if o := optionalIn(args[0]); o.present && !t.holds(args[1], o.value) {
			return newOptional(typeDef, document.Null, false)
		}
		return args[0]
	}},
	{"Optional flatMap(Function)", func(t *thread, args []Value) Value {
		if o := optionalIn(args[0]); o.present {
			return t.call(args[1], o.value)
		}
		return args[0]
	}},
	{"Optional map(Function)", func(t *thread, args []Value) Value {
		o := optionalIn(args[0])
		if !o.present {
			return args[0]
		}
		v := t.call(args[1], o.value)
		return newOptional(typeDef, v, !v.IsNull())
	}},
}
