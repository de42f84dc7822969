package painless

import (
	"slices"

	"github.com/sluice-otel/sluice/ingest/document"
)

// What is in order, a TreeMap or TreeSet, is asked for what is next to a value.
// headMap, tailSet and the like return copies, not views.

// sortedOf returns the keys of a TreeMap or the items of a TreeSet, in order.
func (t *thread) sortedOf(v Value) []Value {
	if v.Kind() == document.KindMap {
		v = objectFor(mapView{of: v, what: keyView})
	}
	return t.items(v)
}

// nextTo returns the greatest below a value, or the least above, or the value
// itself if inclusive; null if there is none.
func (t *thread) nextTo(of, v Value, above, inclusive bool) Value {
	out := document.Null
	for _, k := range t.sortedOf(of) {
		switch n := t.compareTo(k, v); {
		case n == 0 && inclusive, above && n > 0:
			return k
		case n < 0 && !above:
			out = k
		}
	}
	return out
}

// An answer makes the result of a method of a key, which may be null.
type answer func(t *thread, of, key Value) Value

func keyItself(_ *thread, _, key Value) Value { return key }

func entryOf(_ *thread, of, key Value) Value {
	if key.IsNull() {
		return key
	}
	return objectFor(entry{of: of, key: key})
}

func beside(above, inclusive bool, out answer) native {
	return func(t *thread, args []Value) Value {
		return out(t, args[0], t.nextTo(args[0], args[1], above, inclusive))
	}
}

// atEnd is for the methods about the first or last: must is an exception if
// there is none.
func atEnd(last, must bool, out answer) native {
	return func(t *thread, args []Value) Value {
		keys := t.sortedOf(args[0])
		if len(keys) == 0 {
			if must {
				t.throw(noSuchElement, "")
			}
			return document.Null
		}
		if last {
			return out(t, args[0], keys[len(keys)-1])
		}
		return out(t, args[0], keys[0])
	}
}

// polled removes what it returns.
func polled(t *thread, of, key Value) Value {
	if of.Kind() != document.KindMap {
		t.collection(of).retain(t, func(v Value) bool { return !v.Equals(key) })
		return key
	}
	out := &entry{key: key, value: mapGet(of, key)}
	of.Map().DeleteKey(key)
	return document.ObjectOf(out)
}

// A bound is an end of a part of what is in order.
type bound struct {
	value Value
	in    bool // belongs to the part
}

// cutOut returns a copy of the part between two bounds. Behind each the arguments
// may say whether it is in the part; the lower is if they do not.
func cutOut(lower, upper bool) native {
	return func(t *thread, args []Value) Value {
		count := 1
		if lower && upper {
			count = 2
		}
		step := (len(args) - 1) / count
		boundAt := func(i int, in bool) *bound {
			if step > 1 {
				in = args[i*step+2].Bool()
			}
			return &bound{value: args[i*step+1], in: in}
		}
		var low, high *bound
		if lower {
			low = boundAt(0, true)
		}
		if upper {
			high = boundAt(count-1, false)
		}
		return t.part(args[0], func(k Value) bool {
			return (low == nil || low.admits(t.compareTo(low.value, k))) && (high == nil || high.admits(t.compareTo(k, high.value)))
		})
	}
}

func (b *bound) admits(order int) bool { return order < 0 || order == 0 && b.in }

// part returns a TreeMap or TreeSet of what passes a test.
func (t *thread) part(of Value, in func(Value) bool) Value {
	keys := slices.DeleteFunc(t.sortedOf(of), func(k Value) bool { return !in(k) })
	if of.Kind() != document.KindMap {
		return t.newSet(document.KeyOrder, keys)
	}
	m := t.doc.NewMap()
	m.SetOrder(document.KeyOrder)
	out := document.MapOf(m)
	for _, k := range keys {
		t.replaced(out, k, mapGet(of, k))
	}
	return out
}

// backwards returns a copy in the opposite order, which keeps it.
func backwards(t *thread, args []Value) Value {
	keys := t.sortedOf(args[0])
	slices.Reverse(keys)
	if args[0].Kind() != document.KindMap {
		return t.newSet(document.InsertionOrder, keys)
	}
	m := t.doc.NewMap()
	m.SetOrder(document.InsertionOrder)
	out := document.MapOf(m)
	for _, k := range keys {
		t.replaced(out, k, mapGet(args[0], k))
	}
	return out
}

func backwardKeys(t *thread, args []Value) Value {
	keys := t.sortedOf(args[0])
	slices.Reverse(keys)
	return t.newSet(document.InsertionOrder, keys)
}

func noComparator(Value) Value { return document.Null }

// sortedClasses are the interfaces of TreeMap and TreeSet.
func sortedClasses() []classSpec {
	return []classSpec{
		{name: "SortedMap", java: "java.util.SortedMap", open: true, extends: []string{"Map"}, methods: []member{
			{"Comparator comparator()", noComparator},
			{"def firstKey()", atEnd(false, true, keyItself)}, {"def lastKey()", atEnd(true, true, keyItself)},
			{"SortedMap headMap(def)", cutOut(false, true)}, {"SortedMap tailMap(def)", cutOut(true, false)},
			{"SortedMap subMap(def, def)", cutOut(true, true)},
		}},
		{name: "NavigableMap", java: "java.util.NavigableMap", open: true, extends: []string{"SortedMap"}, methods: []member{
			{"Map.Entry ceilingEntry(def)", beside(true, true, entryOf)}, {"def ceilingKey(def)", beside(true, true, keyItself)},
			{"Map.Entry floorEntry(def)", beside(false, true, entryOf)}, {"def floorKey(def)", beside(false, true, keyItself)},
			{"Map.Entry higherEntry(def)", beside(true, false, entryOf)}, {"def higherKey(def)", beside(true, false, keyItself)},
			{"Map.Entry lowerEntry(def)", beside(false, false, entryOf)}, {"def lowerKey(def)", beside(false, false, keyItself)},
			{"Map.Entry firstEntry()", atEnd(false, false, entryOf)}, {"Map.Entry lastEntry()", atEnd(true, false, entryOf)},
			{"Map.Entry pollFirstEntry()", atEnd(false, false, polled)}, {"Map.Entry pollLastEntry()", atEnd(true, false, polled)},
			{"Map descendingMap()", backwards}, {"Set descendingKeySet()", backwardKeys},
			{"NavigableSet navigableKeySet()", func(t *thread, args []Value) Value { return t.newSet(document.KeyOrder, t.sortedOf(args[0])) }},
			{"NavigableMap headMap(def, boolean)", cutOut(false, true)}, {"NavigableMap tailMap(def, boolean)", cutOut(true, false)},
			{"NavigableMap subMap(def, boolean, def, boolean)", cutOut(true, true)},
		}},
		{name: "SortedSet", java: "java.util.SortedSet", open: true, extends: []string{"Set"}, methods: []member{
			{"Comparator comparator()", noComparator},
			{"def first()", atEnd(false, true, keyItself)}, {"def last()", atEnd(true, true, keyItself)},
			{"SortedSet headSet(def)", cutOut(false, true)}, {"SortedSet tailSet(def)", cutOut(true, false)},
			{"SortedSet subSet(def, def)", cutOut(true, true)},
		}},
		{name: "NavigableSet", java: "java.util.NavigableSet", open: true, extends: []string{"SortedSet"}, methods: []member{
			{"def ceiling(def)", beside(true, true, keyItself)}, {"def floor(def)", beside(false, true, keyItself)},
			{"def higher(def)", beside(true, false, keyItself)}, {"def lower(def)", beside(false, false, keyItself)},
			{"def pollFirst()", atEnd(false, false, polled)}, {"def pollLast()", atEnd(true, false, polled)},
			{"Set descendingSet()", backwardKeys},
			{"Iterator descendingIterator()", func(t *thread, args []Value) Value { return newIterator(t, []Value{backwardKeys(t, args)}) }},
			{"NavigableSet headSet(def, boolean)", cutOut(false, true)}, {"NavigableSet tailSet(def, boolean)", cutOut(true, false)},
			{"NavigableSet subSet(def, boolean, def, boolean)", cutOut(true, true)},
		}},
	}
}
