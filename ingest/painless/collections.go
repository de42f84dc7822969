package painless

import (
	"slices"

	"github.com/sluice-otel/sluice/ingest/document"
)

func collectionsClass() classSpec {
	return classSpec{
		name: "Collections", java: "java.util.Collections",
		statics:   slices.Concat(collectionsReads, collectionsWrites, collectionsMakers, collectionsViews),
		constants: collectionsConstants(),
	}
}

var collectionsReads = []member{
	{"int binarySearch(List, def)", binarySearch},
	{"int binarySearch(List, def, Comparator)", binarySearch},
	{"boolean disjoint(Collection, Collection)", func(t *thread, args []Value) Value {
		return document.Boolean(!slices.ContainsFunc(t.items(args[0]), t.collection(args[1]).has))
	}},
	{"int frequency(Collection, def)", func(t *thread, args []Value) Value {
		n := int32(0)
		for _, v := range t.items(args[0]) {
			if v.Equals(args[1]) {
				n++
			}
		}
		return document.Integer(n)
	}},
	{"int indexOfSubList(List, List)", func(t *thread, args []Value) Value {
		of, part := t.items(args[0]), t.items(args[1])
		for i := 0; i+len(part) <= len(of); i++ {
			if slices.EqualFunc(of[i:i+len(part)], part, Value.Equals) {
				return document.Integer(int32(i))
			}
		}
		return document.Integer(-1)
	}},
	{"def max(Collection)", extremeItem(1)}, {"def max(Collection, Comparator)", extremeItem(1)},
	{"def min(Collection)", extremeItem(-1)}, {"def min(Collection, Comparator)", extremeItem(-1)},
}

func binarySearch(t *thread, args []Value) Value {
	i, found := slices.BinarySearchFunc(t.items(args[0]), args[1], func(item, v Value) int {
		return t.order(item, v, comparatorAt(args, 2))
	})
	if !found {
		i = -i - 1
	}
	return document.Integer(int32(i))
}

func extremeItem(sign int) native {
	return func(t *thread, args []Value) Value {
		items, comparator := t.items(args[0]), comparatorAt(args, 1)
		if len(items) == 0 {
			t.throw(noSuchElement, "")
		}
		out := items[0]
		for _, v := range items[1:] {
			if sign*t.order(v, out, comparator) > 0 {
				out = v
			}
		}
		return out
	}
}

var collectionsWrites = []member{
	{"boolean addAll(Collection, def[])", func(t *thread, args []Value) Value {
		c, changed := t.collection(args[0]), false
		for _, v := range t.items(args[1]) {
			changed = c.add(t, v) || changed
		}
		return document.Boolean(changed)
	}},
	{"void copy(List, List)", func(t *thread, args []Value) Value {
		items := t.items(args[1])
		if len(items) > args[0].List().Len() {
			t.throw(indexOutOfBounds, "Source does not fit in dest")
		}
		return t.overwrite(args[0], items)
	}},
	{"void fill(List, def)", func(t *thread, args []Value) Value {
		return t.overwrite(args[0], slices.Repeat([]Value{args[1]}, args[0].List().Len()))
	}},
	{"boolean replaceAll(List, def, def)", func(t *thread, args []Value) Value {
		items, changed := t.items(args[0]), false
		for i, v := range items {
			if v.Equals(args[1]) {
				items[i], changed = args[2], true
			}
		}
		t.overwrite(args[0], items)
		return document.Boolean(changed)
	}},
	{"void reverse(List)", func(t *thread, args []Value) Value {
		items := t.items(args[0])
		slices.Reverse(items)
		return t.overwrite(args[0], items)
	}},
	{"void rotate(List, int)", func(t *thread, args []Value) Value {
		items := t.items(args[0])
		if len(items) == 0 {
			return document.Null
		}
		n := len(items)
		by := (int(args[1].Int64())%n + n) % n
		return t.overwrite(args[0], append(slices.Clone(items[n-by:]), items[:n-by]...))
	}},
	{"void shuffle(List)", func(t *thread, args []Value) Value { return t.shuffle(args[0], newRandom()) }},
	{"void shuffle(List, Random)", func(t *thread, args []Value) Value { return t.shuffle(args[0], randomIn(args[1])) }},
	{"void sort(List)", func(t *thread, args []Value) Value {
		t.sortList(args[0], document.Null)
		return document.Null
	}},
	{"void sort(List, Comparator)", func(t *thread, args []Value) Value {
		t.sortList(args[0], args[1])
		return document.Null
	}},
	{"void swap(List, int, int)", func(t *thread, args []Value) Value {
		items, i, j := t.items(args[0]), int(args[1].Int64()), int(args[2].Int64())
		t.checkIndex(t.at, i, len(items))
		t.checkIndex(t.at, j, len(items))
		items[i], items[j] = items[j], items[i]
		return t.overwrite(args[0], items)
	}},
}

// overwrite sets the first items of a list; it returns null.
func (t *thread) overwrite(of Value, items []Value) Value {
	t.mutable(t.at, of)
	for i, v := range items {
		of.List().Set(i, t.keep(v))
	}
	return document.Null
}

func (t *thread) shuffle(of Value, r *random) Value {
	items := t.items(of)
	for i := len(items); i > 1; i-- {
		j := int(r.below(int32(i)))
		items[i-1], items[j] = items[j], items[i-1]
	}
	return t.overwrite(of, items)
}

// collectionsMakers make collections. Those that Java has unmodifiable can be
// changed here.
var collectionsMakers = []member{
	{"Iterator emptyIterator()", func(*thread, []Value) Value { return objectFor(iterator{}) }},
	{"List emptyList()", func(t *thread, _ []Value) Value { return t.newList(nil) }},
	{"Map emptyMap()", func(t *thread, _ []Value) Value { return document.MapOf(t.doc.NewMap()) }},
	{"Set emptySet()", func(t *thread, _ []Value) Value { return t.newSet(document.HashOrder, nil) }},
	{"List nCopies(int, def)", func(t *thread, args []Value) Value {
		n := int(args[0].Int64())
		if n < 0 {
			t.throw(document.IllegalArgument, "List length = %d", n)
		}
		t.charge(t.at, entryBytes*n)
		return t.newList(slices.Repeat([]Value{args[1]}, n))
	}},
	{"Comparator reverseOrder()", func(*thread, []Value) Value { return reversed(document.Null) }},
	{"Comparator reverseOrder(Comparator)", func(_ *thread, args []Value) Value { return reversed(args[0]) }},
	{"Set singleton(def)", func(t *thread, args []Value) Value { return t.newSet(document.HashOrder, args[:1]) }},
	{"List singletonList(def)", func(t *thread, args []Value) Value { return t.newList(args[:1]) }},
	{"Map singletonMap(def, def)", func(t *thread, args []Value) Value {
		m := document.MapOf(t.doc.NewMap())
		t.put(t.at, m, args[0], args[1])
		return m
	}},
	{"Collection unmodifiableCollection(Collection)", itself},
	{"List unmodifiableList(List)", itself},
	{"Map unmodifiableMap(Map)", itself},
	{"Set unmodifiableSet(Set)", itself},
}

func arraysClass() classSpec {
	return classSpec{
		name: "Arrays", java: "java.util.Arrays",
		statics: []member{
			{"List asList(Object[])", func(t *thread, args []Value) Value { return t.newList(t.items(args[0])) }},
			{"boolean deepEquals(Object[], Object[])", func(_ *thread, args []Value) Value {
				return document.Boolean(deepEqual(&document.Walk{}, args[0], args[1]))
			}},
			{"int deepHashCode(Object[])", func(_ *thread, args []Value) Value { return document.Integer(deepHash(&document.Walk{}, args[0])) }},
			{"String deepToString(Object[])", func(_ *thread, args []Value) Value {
				return document.String(string(appendDeep(&document.Walk{}, nil, args[0])))
			}},
		},
	}
}

func deepEqual(w *document.Walk, a, b Value) bool {
	x, ok := a.Object().(*array)
	y, too := b.Object().(*array)
	if !ok || !too {
		return a.Equals(b)
	}
	w.In(0)
	defer w.Out()
	return slices.EqualFunc(x.items, y.items, func(a, b Value) bool { return deepEqual(w, a, b) })
}

func deepHash(w *document.Walk, v Value) int32 {
	a, ok := v.Object().(*array)
	if !ok {
		return v.HashCode()
	}
	w.In(0)
	defer w.Out()
	h := int32(1)
	for _, item := range a.items {
		h = 31*h + deepHash(w, item)
	}
	return h
}

func appendDeep(w *document.Walk, dst []byte, v Value) []byte {
	a, ok := v.Object().(*array)
	if !ok {
		return v.AppendText(dst)
	}
	w.In(len(dst))
	defer w.Out()
	dst = append(dst, '[')
	for i, item := range a.items {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = appendDeep(w, dst, item)
	}
	return append(dst, ']')
}

func objectsClass() classSpec {
	return classSpec{
		name: "Objects", java: "java.util.Objects",
		statics: []member{
			{"int compare(def, def, Comparator)", func(t *thread, args []Value) Value {
				if args[0].Equals(args[1]) {
					return document.Integer(0)
				}
				return document.Integer(int32(t.order(args[0], args[1], args[2])))
			}},
			{"boolean deepEquals(Object, Object)", func(_ *thread, args []Value) Value {
				return document.Boolean(deepEqual(&document.Walk{}, args[0], args[1]))
			}},
			{"boolean equals(Object, Object)", func(_ *thread, args []Value) Value {
				return document.Boolean(args[0].Equals(args[1]))
			}},
			{"int hash(Object[])", func(t *thread, args []Value) Value {
				return document.Integer(t.newList(t.items(args[0])).HashCode())
			}},
			{"int hashCode(Object)", func(v Value) Value { return document.Integer(v.HashCode()) }},
			{"boolean isNull(Object)", func(v Value) Value { return document.Boolean(v.IsNull()) }},
			{"boolean nonNull(Object)", func(v Value) Value { return document.Boolean(!v.IsNull()) }},
			{"def requireNonNull(def)", requireNonNull}, {"def requireNonNull(def, String)", requireNonNull},
			{"String toString(Object)", textOf},
			{"String toString(Object, String)", func(_ *thread, args []Value) Value {
				if args[0].IsNull() {
					return args[1]
				}
				return textOf(args[0])
			}},
		},
	}
}

func requireNonNull(t *thread, args []Value) Value {
	if args[0].IsNull() {
		message := ""
		if len(args) > 1 {
			message = args[1].Str()
		}
		t.throw(document.NullPointer, "%s", message)
	}
	return args[0]
}
