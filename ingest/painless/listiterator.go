package painless

import (
	"fmt"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A listIterator is a java.util.ListIterator. It stands between two items.
type listIterator struct {
	of   Value
	next int // the item behind it
	last int // the one that next or previous has returned; -1 for none
	size int // of the list, to notice changes
}

// JavaClass implements document.Object.
func (*listIterator) JavaClass() string { return "java.util.ListIterator" }

// AppendText implements document.Object.
func (i *listIterator) AppendText(dst []byte) []byte { return append(dst, i.JavaClass()...) }

// Identity implements document.Object.
func (i *listIterator) Identity() string { return fmt.Sprintf("%p", i) }

// HashCode implements document.Object.
func (*listIterator) HashCode() int32 { return identityHash }

func newListIterator(t *thread, args []Value) Value {
	i := listIterator{of: args[0], last: -1, size: args[0].List().Len()}
	if len(args) > 1 {
		i.next = int(args[1].Int64())
		if i.next < 0 || i.next > i.size {
			t.throw(indexOutOfBounds, "Index: %d, Size: %d", i.next, i.size)
		}
	}
	return objectFor(i)
}

// move returns the item at a position and stands where next says afterwards.
func (i *listIterator) move(t *thread, at, next int) Value {
	l := i.of.List()
	switch {
	case l.Len() != i.size:
		t.throw(concurrentModification, "")
	case at < 0 || at >= l.Len():
		t.throw(noSuchElement, "")
	}
	i.last, i.next = at, next
	return item(i.of, l.At(at))
}

// changing returns the list, which is about to be changed at the last item.
func (i *listIterator) changing(t *thread, needsLast bool) *document.List {
	t.mutable(t.at, i.of)
	switch {
	case needsLast && i.last < 0:
		t.throw(document.IllegalState, "")
	case i.of.List().Len() != i.size:
		t.throw(concurrentModification, "")
	}
	return i.of.List()
}

func listIteratorClass() classSpec {
	in := func(v Value) *listIterator { return objectOf[*listIterator](v) }
	return classSpec{name: "ListIterator", java: "java.util.ListIterator", extends: []string{"Iterator"}, methods: []member{
		{"boolean hasNext()", func(v Value) Value { return document.Boolean(in(v).next < in(v).of.List().Len()) }},
		{"boolean hasPrevious()", func(v Value) Value { return document.Boolean(in(v).next > 0) }},
		{"int nextIndex()", func(v Value) Value { return document.Integer(int32(in(v).next)) }},
		{"int previousIndex()", func(v Value) Value { return document.Integer(int32(in(v).next) - 1) }},
		{"def next()", func(t *thread, args []Value) Value { i := in(args[0]); return i.move(t, i.next, i.next+1) }},
		{"def previous()", func(t *thread, args []Value) Value { i := in(args[0]); return i.move(t, i.next-1, i.next-1) }},
		{"void set(def)", func(t *thread, args []Value) Value {
			i := in(args[0])
			i.changing(t, true).Set(i.last, t.keep(args[1]))
			return document.Null
		}},
		{"void remove()", func(t *thread, args []Value) Value {
			i := in(args[0])
			i.changing(t, true).RemoveAt(i.last)
			i.next, i.last, i.size = i.last, -1, i.size-1
			return document.Null
		}},
		{"void add(def)", func(t *thread, args []Value) Value {
			i := in(args[0])
			i.changing(t, false)
			listInsert(t, []Value{i.of, document.Integer(int32(i.next)), args[1]})
			i.next, i.last, i.size = i.next+1, -1, i.size+1
			return document.Null
		}},
		{"void forEachRemaining(Consumer)", func(t *thread, args []Value) Value {
			for i := in(args[0]); i.next < i.of.List().Len(); {
				t.call(args[1], i.move(t, i.next, i.next+1))
			}
			return document.Null
		}},
	}}
}
