package painless

import "github.com/sluice-otel/sluice/ingest/document"

// A primitiveIterator is the PrimitiveIterator of a stream of numbers.
type primitiveIterator struct {
	iterator

	of *class
}

// JavaClass implements document.Object.
func (i *primitiveIterator) JavaClass() string {
	return "java.util.PrimitiveIterator" + streamKinds[i.of]
}

// streamIterator is iterator of a stream: a PrimitiveIterator if the stream is of numbers.
func streamIterator(t *thread, args []Value) Value {
	of := streamIn(args[0]).of
	if of == typeDef {
		return newIterator(t, args)
	}
	items := t.items(args[0])
	return document.ObjectOf(&primitiveIterator{iterator{of: args[0], items: items, size: len(items)}, of})
}

func primitiveIteratorClasses() []classSpec {
	in := func(v Value) *primitiveIterator { return objectOf[*primitiveIterator](v) }
	out := []classSpec{{
		name: "PrimitiveIterator", java: "java.util.PrimitiveIterator", open: true, extends: []string{"Iterator"},
		methods: []member{
			{"boolean hasNext()", func(v Value) Value { return document.Boolean(in(v).next < len(in(v).items)) }},
			{"void remove()", func(t *thread, _ []Value) Value {
				t.throw(unsupportedOperation, "remove")
				return document.Null
			}},
			{"void forEachRemaining(def)", func(t *thread, args []Value) Value {
				for _, v := range in(args[0]).rest() {
					t.tick(t.at)
					t.call(args[1], v)
				}
				return document.Null
			}},
		},
	}}
	for _, k := range []struct {
		of    *class
		boxed string
	}{{typeInt, "Integer"}, {typeLong, "Long"}, {typeDouble, "Double"}} {
		kind := streamKinds[k.of]
		next := func(t *thread, args []Value) Value {
			i := in(args[0])
			if i.next >= len(i.items) {
				t.throw(noSuchElement, "")
			}
			i.next++
			return i.items[i.next-1]
		}
		out = append(out, classSpec{
			name: "PrimitiveIterator." + kind[1:], java: "java.util.PrimitiveIterator" + kind, extends: []string{"PrimitiveIterator"},
			methods: []member{{k.boxed + " next()", next}, {k.of.name + " next" + kind[len("$Of"):] + "()", next}},
		})
	}
	return out
}
