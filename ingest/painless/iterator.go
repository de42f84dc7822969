package painless

import (
	"fmt"

	"github.com/sluice-otel/sluice/ingest/document"
)

// An iterator is an Iterator over the items there were when it was made.
type iterator struct {
	of     Value // what it iterates over
	items  []Value
	next   int
	size   int // of the collection, to notice changes
	atList int // position of next in a list, which removing moves
}

// JavaClass implements document.Object.
func (*iterator) JavaClass() string { return "java.util.Iterator" }

// AppendText implements document.Object.
func (i *iterator) AppendText(dst []byte) []byte { return append(dst, i.JavaClass()...) }

// Identity implements document.Object.
func (i *iterator) Identity() string { return fmt.Sprintf("%p", i) }

// HashCode implements document.Object.
func (*iterator) HashCode() int32 { return identityHash }

func newIterator(t *thread, args []Value) Value {
	i := &iterator{of: args[0], items: t.items(args[0])}
	i.size = len(i.items)
	return document.ObjectOf(i)
}

func (t *thread) iterator(v Value) *iterator {
	return objectOf[*iterator](v)
}

// changed reports whether the collection has changed its size since.
func (i *iterator) changed() bool {
	switch {
	case i.of.Kind() == document.KindList:
		return i.of.List().Len() != i.size
	case i.of.Object() != nil:
		c, ok := i.of.Object().(collection)
		return ok && c.size() != i.size
	}
	return false
}

func iteratorClass() classSpec {
	return classSpec{
		name: "Iterator", java: "java.util.Iterator", open: true,
		methods: []member{
			{"boolean hasNext()", func(v Value) Value {
				i := objectOf[*iterator](v)
				return document.Boolean(i.next < len(i.items))
			}},
			{"def next()", func(t *thread, args []Value) Value {
				i := t.iterator(args[0])
				switch {
				case i.changed():
					t.throw(concurrentModification, "")
				case i.next >= len(i.items):
					t.throw(noSuchElement, "")
				}
				i.next++
				i.atList++
				return i.items[i.next-1]
			}},
			{"void remove()", func(t *thread, args []Value) Value {
				i := t.iterator(args[0])
				if i.next == 0 {
					t.throw(document.IllegalState, "")
				}
				t.removeLast(i)
				return document.Null
			}},
			{"void forEachRemaining(Consumer)", func(t *thread, args []Value) Value {
				i, f := t.iterator(args[0]), args[1]
				for i.next < len(i.items) {
					i.next++
					t.call(f, i.items[i.next-1])
				}
				return document.Null
			}},
		},
	}
}

// removeLast removes the item that next has returned.
func (t *thread) removeLast(i *iterator) {
	t.mutable(t.at, i.of)
	if i.of.Kind() == document.KindList {
		i.atList--
		i.of.List().RemoveAt(i.atList)
		i.size--
		return
	}
	last, n := i.items[i.next-1], i.next-1
	seen := 0
	t.collection(i.of).retain(t, func(v Value) bool {
		seen++
		return n < 0 || !v.Equals(last)
	})
	i.size = t.collection(i.of).size()
}
