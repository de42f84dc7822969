package painless

import (
	"fmt"

	"github.com/sluice-otel/sluice/ingest/document"
)

// An attributedIterator is a java.text.AttributedCharacterIterator over all of a text
// or a part of it.
type attributedIterator struct {
	stringIterator

	of *attributedText
}

// JavaClass implements document.Object.
func (*attributedIterator) JavaClass() string { return "java.text.AttributedCharacterIterator" }

// AppendText implements document.Object.
func (i *attributedIterator) AppendText(dst []byte) []byte { return append(dst, i.JavaClass()...) }

// Identity implements document.Object.
func (i *attributedIterator) Identity() string {
	return fmt.Sprintf("%p %d %d %d", i.of, i.begin, i.end, i.at)
}

func (i *attributedIterator) place() *stringIterator { return &i.stringIterator }

func (i *attributedIterator) clone() characterIterator {
	c := *i
	return &c
}

// newAttributedIterator takes the attributes that matter, which Java does not look
// at, and the range.
func (t *thread) newAttributedIterator(of *attributedText, args []Value) Value {
	t.charge(t.at, entryBytes)
	i := &attributedIterator{stringIterator{units: of.units, end: len(of.units)}, of}
	if len(args) > 1 {
		i.begin, i.end = int(args[1].Int64()), int(args[2].Int64())
	}
	if i.begin < 0 || i.end > len(of.units) || i.begin > i.end {
		t.throw(document.IllegalArgument, "Invalid substring range")
	}
	i.at = i.begin
	return document.ObjectOf(i)
}

// clip cuts a run off at the ends of the range; behind the last unit it is empty.
func (i *attributedIterator) clip(from, to int) (int, int) {
	if i.at == i.end {
		return i.end, i.end
	}
	return max(from, i.begin), min(to, i.end)
}

// run is the run at the place, of the attributes in the set that may be an argument.
func (i *attributedIterator) run(t *thread, args []Value) (from, to int) {
	if i.at == i.end {
		return i.end, i.end
	}
	if len(args) == 1 {
		return i.clip(i.of.run(i.at))
	}
	var keys []Value
	objectOf[*set](args[1]).each(t, func(key Value) bool {
		keys = append(keys, key)
		return true
	})
	return i.clip(i.of.runOf(t, keys, i.at))
}

// value is the value of an attribute at the place. An annotation is not one if the
// range has only a part of its text.
func (i *attributedIterator) value(t *thread, key Value) Value {
	if i.at == i.end {
		return document.Null
	}
	v := i.of.at(t, key, i.at)
	if _, ok := v.Object().(*annotation); ok {
		if from, to := i.of.runOf(t, []Value{key}, i.at); from < i.begin || to > i.end {
			return document.Null
		}
	}
	return v
}

// keys calls yield for the attributes that begin or go on in the range, some more
// than once.
func (i *attributedIterator) keys(t *thread, yield func(key Value)) {
	t.spend(t.at, len(i.of.attributes)/16)
	for _, a := range i.of.attributes {
		if a.from < i.end && a.to > i.begin {
			yield(a.key)
		}
	}
}

// attributedIteratorClasses are listed behind CharacterIterator.
func attributedIteratorClasses() []classSpec {
	in := func(v Value) *attributedIterator { return objectOf[*attributedIterator](v) }
	start := func(t *thread, args []Value) Value {
		from, _ := in(args[0]).run(t, args)
		return document.Integer(int32(from))
	}
	limit := func(t *thread, args []Value) Value {
		_, to := in(args[0]).run(t, args)
		return document.Integer(int32(to))
	}
	keys := enumSpec(attributeKeys)
	keys.extends, keys.statics, keys.open = nil, nil, true // it is no enum in Java
	return []classSpec{keys, {
		name: "AttributedCharacterIterator", java: "java.text.AttributedCharacterIterator", extends: []string{"CharacterIterator"},
		methods: []member{
			{"Set getAllAttributeKeys()", func(t *thread, args []Value) Value {
				out := t.newSet(document.HashOrder, nil)
				in(args[0]).keys(t, func(key Value) { objectOf[*set](out).add(t, key) })
				return out
			}},
			{"def getAttribute(AttributedCharacterIterator.Attribute)", func(t *thread, args []Value) Value {
				return in(args[0]).value(t, args[1])
			}},
			{"Map getAttributes()", func(t *thread, args []Value) Value {
				i, out := in(args[0]), document.MapOf(t.doc.NewMap())
				i.keys(t, func(key Value) {
					if v := i.value(t, key); !v.IsNull() {
						t.put(t.at, out, key, v)
					}
				})
				return out
			}},
			{"int getRunLimit()", limit}, {"int getRunLimit(Set)", limit}, {"int getRunStart()", start}, {"int getRunStart(Set)", start},
		},
	}}
}
