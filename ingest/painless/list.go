package painless

import (
	"math/bits"
	"slices"

	"github.com/sluice-otel/sluice/ingest/document"
)

func listClass() classSpec {
	return classSpec{
		name: "List", java: "java.util.List", open: true, extends: []string{"Collection"},
		methods: []member{
			{"boolean contains(def)", func(_ *thread, args []Value) Value {
				return document.Boolean(listItems{args[0]}.has(args[1]))
			}},
			{"int size()", listSize},
			{"boolean add(def)", func(t *thread, args []Value) Value {
				return document.Boolean(listItems{args[0]}.add(t, args[1]))
			}},
			{"void add(int, def)", listInsert},
			{"boolean addAll(int, Collection)", func(t *thread, args []Value) Value {
				of, at, items := args[0], args[1].Int64(), t.items(args[2])
				for i, v := range items {
					listInsert(t, []Value{of, document.Long(at + int64(i)), v})
				}
				return document.Boolean(len(items) > 0)
			}},
			{"def get(int)", func(t *thread, args []Value) Value {
				i, n := int(args[1].Int64()), args[0].List().Len()
				t.checkIndex(t.at, i, n)
				return item(args[0], args[0].List().At(i))
			}},
			{"int getLength()", listSize},
			{"int indexOf(def)", listIndexOf},
			{"int lastIndexOf(def)", listLastIndexOf},
			{"ListIterator listIterator()", newListIterator},
			{"ListIterator listIterator(int)", newListIterator},
			{"def remove(int)", func(t *thread, args []Value) Value {
				t.mutable(t.at, args[0])
				l, i := args[0].List(), int(args[1].Int64())
				t.checkIndex(t.at, i, l.Len())
				old := l.At(i)
				l.RemoveAt(i)
				return old
			}},
			{"void replaceAll(UnaryOperator)", func(t *thread, args []Value) Value {
				t.mutable(t.at, args[0])
				l, f := args[0].List(), args[1]
				for i := range l.Len() {
					l.Set(i, t.keep(t.call(f, l.At(i))))
				}
				return document.Null
			}},
			{"def set(int, def)", func(t *thread, args []Value) Value {
				t.mutable(t.at, args[0])
				l, i := args[0].List(), int(args[1].Int64())
				t.checkIndex(t.at, i, l.Len())
				old := l.At(i)
				l.Set(i, t.keep(args[2]))
				return old
			}},
			{"void sort(Comparator)", func(t *thread, args []Value) Value {
				t.sortList(args[0], args[1])
				return document.Null
			}},
			{"List subList(int, int)", subList},
			{"def getByPath(String)", func(t *thread, args []Value) Value { return t.byPath(args[0], t.text(args[1]), nil) }},
			{"def getByPath(String, def)", func(t *thread, args []Value) Value {
				return t.byPath(args[0], t.text(args[1]), &args[2])
			}},
		},
	}
}

func listInsert(t *thread, args []Value) Value {
	t.mutable(t.at, args[0])
	l, i := args[0].List(), int(args[1].Int64())
	if i < 0 || i > l.Len() {
		t.throw(indexOutOfBounds, "Index: %d, Size: %d", i, l.Len())
	}
	t.charge(t.at, entryBytes)
	l.Append(document.Null)
	for j := l.Len() - 1; j > i; j-- {
		l.Set(j, l.At(j-1))
	}
	l.Set(i, t.keep(args[2]))
	t.spend(t.at, l.Len()-i)
	return document.Null
}

// subList copies: what is done to it does not show in the list.
func subList(t *thread, args []Value) Value {
	l, from, to := args[0].List(), int(args[1].Int64()), int(args[2].Int64())
	switch {
	case from < 0:
		t.throw(indexOutOfBounds, "fromIndex = %d", from)
	case to > l.Len():
		t.throw(indexOutOfBounds, "toIndex = %d", to)
	case from > to:
		t.throw(document.IllegalArgument, "fromIndex(%d) > toIndex(%d)", from, to)
	}
	var items []Value
	for i := from; i < to; i++ {
		items = append(items, item(args[0], l.At(i)))
	}
	return t.newList(items)
}

func arrayListClass() classSpec {
	return classSpec{
		name: "ArrayList", java: "java.util.ArrayList", extends: []string{"LinkedList"},
		methods: []member{
			{"def clone()", func(t *thread, args []Value) Value { return t.newList(t.items(args[0])) }},
			{"void trimToSize()", func(Value) Value { return document.Null }},
		},
		statics: []member{
			{"ArrayList()", func(t *thread, _ []Value) Value { return t.newList(nil) }},
			{"ArrayList(Collection)", func(t *thread, args []Value) Value { return t.newList(t.items(args[0])) }},
		},
	}
}

const listViewJava = "org.elasticsearch.ingest.ConditionalProcessor.UnmodifiableIngestList"

// viewClass is what a list of the document is in a condition.
func viewClass() classSpec {
	return classSpec{
		name: "UnmodifiableIngestList", java: listViewJava, extends: []string{"List"},
	}
}

func listSize(v Value) Value { return document.Integer(int32(v.List().Len())) }

func listIndexOf(_ *thread, args []Value) Value {
	for i, v := range args[0].List().All() {
		if v.Equals(args[1]) && !args[1].IsReadOnly() {
			return document.Integer(int32(i))
		}
	}
	return document.Integer(-1)
}

func listLastIndexOf(_ *thread, args []Value) Value {
	l := args[0].List()
	for i := l.Len() - 1; i >= 0; i-- {
		if l.At(i).Equals(args[1]) && !args[1].IsReadOnly() {
			return document.Integer(int32(i))
		}
	}
	return document.Integer(-1)
}

// sortList sorts a list in place; without a comparator in the natural order.
func (t *thread) sortList(of, comparator Value) {
	t.mutable(t.at, of)
	l := of.List()
	items := t.items(of)
	t.sort(items, comparator)
	for i, v := range items {
		l.Set(i, v)
	}
}

// sort sorts in place, equal ones staying in order.
func (t *thread) sort(items []Value, comparator Value) {
	t.spend(t.at, len(items)*bits.Len(uint(len(items)))/4)
	slices.SortStableFunc(items, func(a, b Value) int { return t.order(a, b, comparator) })
}

// order compares two values with a comparator, or naturally if it is null.
func (t *thread) order(a, b, comparator Value) int {
	if comparator.IsNull() {
		return t.compareTo(a, b)
	}
	return int(wholeOf(t.number(t.at, t.call(comparator, a, b), typeInt, false)))
}
