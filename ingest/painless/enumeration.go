package painless

import (
	"slices"

	"github.com/sluice-otel/sluice/ingest/document"
)

// An enumeration is a java.util.Enumeration: an iterator by its older name.
type enumeration struct{ iterator }

// JavaClass implements document.Object.
func (*enumeration) JavaClass() string { return "java.util.Enumeration" }

func (t *thread) enumeration(items []Value) Value {
	return objectFor(enumeration{iterator{items: items}})
}

func enumerationClass() classSpec {
	in := func(v Value) *enumeration { return objectOf[*enumeration](v) }
	return classSpec{name: "Enumeration", java: "java.util.Enumeration", methods: []member{
		{"boolean hasMoreElements()", func(v Value) Value { return document.Boolean(in(v).next < len(in(v).items)) }},
		{"def nextElement()", func(t *thread, args []Value) Value {
			e := in(args[0])
			if e.next >= len(e.items) {
				t.throw(noSuchElement, "")
			}
			e.next++
			return e.items[e.next-1]
		}},
	}}
}

// collectionsViews are the methods of Collections about enumerations and sorted collections.
var collectionsViews = []member{
	{"Enumeration emptyEnumeration()", func(t *thread, _ []Value) Value { return t.enumeration(nil) }},
	{"ListIterator emptyListIterator()", func(t *thread, _ []Value) Value { return newListIterator(t, []Value{t.newList(nil)}) }},
	{"Enumeration enumeration(Collection)", func(t *thread, args []Value) Value { return t.enumeration(t.items(args[0])) }},
	{"ArrayList list(Enumeration)", func(t *thread, args []Value) Value {
		e := objectOf[*enumeration](args[0])
		rest := e.items[e.next:]
		e.next = len(e.items)
		return t.newList(rest)
	}},
	{"int lastIndexOfSubList(List, List)", func(t *thread, args []Value) Value {
		of, part := t.items(args[0]), t.items(args[1])
		for i := len(of) - len(part); i >= 0; i-- {
			if slices.EqualFunc(of[i:i+len(part)], part, Value.Equals) {
				return document.Integer(int32(i))
			}
		}
		return document.Integer(-1)
	}},
	{"NavigableMap emptyNavigableMap()", emptySortedMap}, {"SortedMap emptySortedMap()", emptySortedMap},
	{"NavigableSet emptyNavigableSet()", emptySortedSet}, {"SortedSet emptySortedSet()", emptySortedSet},
	{"NavigableMap unmodifiableNavigableMap(NavigableMap)", itself}, {"SortedMap unmodifiableSortedMap(SortedMap)", itself},
	{"NavigableSet unmodifiableNavigableSet(NavigableSet)", itself}, {"SortedSet unmodifiableSortedSet(SortedSet)", itself},
}

func emptySortedMap(t *thread, _ []Value) Value {
	m := t.doc.NewMap()
	m.SetOrder(document.KeyOrder)
	return document.MapOf(m)
}

func emptySortedSet(t *thread, _ []Value) Value { return t.newSet(document.KeyOrder, nil) }

// collectionsConstants are the empty collections, which cannot be changed.
func collectionsConstants() map[string]any {
	return map[string]any{
		"EMPTY_LIST": document.ListOf(&document.List{}).Frozen(), "EMPTY_MAP": document.MapOf(&document.Map{}).Frozen(),
	}
}
