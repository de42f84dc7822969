package painless

import (
	"slices"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// An iterable is what can be iterated over: Iterable, and arrays.
type iterable interface {
	each(t *thread, yield func(Value) bool)
}

// A collection is what stands behind Collection: a list, a set, or what is
// seen of a map.
type collection interface {
	iterable
	size() int
	has(v Value) bool
	// add returns whether the collection changed.
	add(t *thread, v Value) bool
	// retain removes the items for which keep is false and returns whether there
	// were any.
	retain(t *thread, keep func(Value) bool) bool
}

// listItems is a list as a collection.
type listItems struct{ of Value }

func (c listItems) each(t *thread, yield func(Value) bool) { t.eachItem(t.at, c.of, yield) }
func (c listItems) size() int                              { return c.of.List().Len() }
func (c listItems) has(v Value) bool {
	return !v.IsReadOnly() && c.of.List().Contains(v)
}

func (c listItems) add(t *thread, v Value) bool {
	t.mutable(t.at, c.of)
	t.charge(t.at, entryBytes)
	c.of.List().Append(t.keep(v))
	return true
}

func (c listItems) retain(t *thread, keep func(Value) bool) bool {
	t.mutable(t.at, c.of)
	l := c.of.List()
	at, size, start := t.at, l.Len(), len(t.orders) // the places of those that go
	for i := range size {
		if !keep(l.At(i)) {
			t.orders = append(t.orders, i)
		}
		if l.Len() != size {
			t.throwAt(at, concurrentModification, "")
		}
	}
	gone := len(t.orders) - start
	l.RemoveAll(t.orders[start:])
	t.orders = t.orders[:start]
	return gone > 0
}

// eachItem iterates over a list as an ArrayList's iterator does: it ends when
// its position is the size, and notices that the size has changed before the
// next item.
func (t *thread) eachItem(at int, of Value, yield func(Value) bool) {
	l := of.List()
	size := l.Len()
	for i := 0; i != l.Len(); i++ {
		if l.Len() != size {
			t.throwAt(at, concurrentModification, "")
		}
		if !yield(item(of, l.At(i))) {
			return
		}
	}
}

// collection returns what stands behind a value that a method has as a
// Collection.
func (t *thread) collection(v Value) collection {
	if v.Kind() == document.KindList {
		return listItems{v}
	}
	if c, ok := v.Object().(collection); ok {
		return c
	}
	t.notNull(v)
	t.throw(document.ClassCast, "Cannot cast %s to java.util.Collection", javaClass(v))
	return nil
}

// iterate calls yield for every item of what can be iterated over.
func (t *thread) iterate(at int, v Value, yield func(Value) bool) {
	if v.Kind() == document.KindList {
		t.eachItem(at, v, yield)
		return
	}
	if c, ok := v.Object().(iterable); ok {
		t.at = at
		c.each(t, yield)
		return
	}
	if v.IsNull() {
		t.throwNull(at, "receiver")
	}
	t.throwAt(at, document.IllegalArgument, "Cannot iterate over [%s]", javaClass(v))
}

// items returns the items of a value that can be iterated over.
func (t *thread) items(v Value) []Value {
	var out []Value
	t.iterate(t.at, v, func(item Value) bool {
		if out == nil {
			out = make([]Value, 0, 8)
		}
		out = append(out, item)
		return true
	})
	t.charge(t.at, entryBytes*len(out))
	t.spend(t.at, len(out)>>4)
	return out
}

// newList returns an ArrayList of items.
func (t *thread) newList(items []Value) Value {
	l := t.doc.NewList()
	t.charge(t.at, entryBytes*(1+len(items)))
	for _, v := range items {
		l.Append(t.keep(v))
	}
	return document.ListOf(l)
}

func iterableClass() classSpec {
	return classSpec{
		name: "Iterable", java: "java.lang.Iterable", open: true,
		methods: []member{
			{"void forEach(Consumer)", eachConsume},
			{"Iterator iterator()", newIterator}, {"Spliterator spliterator()", newSpliterator},
			{"boolean any(Predicate)", func(t *thread, args []Value) Value { return document.Boolean(t.some(args[0], args[1], true)) }},
			{"boolean every(Predicate)", func(t *thread, args []Value) Value { return document.Boolean(!t.some(args[0], args[1], false)) }},
			{"List asList()", func(t *thread, args []Value) Value {
				if args[0].Kind() == document.KindList {
					return args[0]
				}
				return t.newList(t.items(args[0]))
			}},
			{"Collection asCollection()", itself},
			{"def each(Consumer)", func(t *thread, args []Value) Value {
				eachConsume(t, args)
				return args[0]
			}},
			{"def eachWithIndex(ObjIntConsumer)", func(t *thread, args []Value) Value {
				of, f := args[0], args[1]
				for i, v := range t.items(of) {
					t.call(f, v, document.Integer(int32(i)))
				}
				return of
			}},
			{"List findResults(Function)", func(t *thread, args []Value) Value { return t.newList(t.results(args[0], args[1])) }},
			{"Map groupBy(Function)", groupBy},
			{"String join(String)", func(t *thread, args []Value) Value { return t.join(args[0], t.text(args[1])) }},
			{"double sum()", func(t *thread, args []Value) Value {
				sum := 0.0
				for _, v := range t.items(args[0]) {
					sum += t.number(t.at, v, typeDouble, true).Float64()
				}
				return document.Double(sum)
			}},
			{"double sum(ToDoubleFunction)", func(t *thread, args []Value) Value {
				sum, f := 0.0, args[1]
				for _, v := range t.items(args[0]) {
					sum += t.number(t.at, t.call(f, v), typeDouble, false).Float64()
				}
				return document.Double(sum)
			}},
		},
	}
}

func eachConsume(t *thread, args []Value) Value {
	f := args[1]
	t.iterate(t.at, args[0], func(v Value) bool {
		t.call(f, v)
		return true
	})
	return document.Null
}

// some reports whether the predicate is want for an item.
func (t *thread) some(of, predicate Value, want bool) bool {
	found := false
	t.iterate(t.at, of, func(v Value) bool {
		found = t.holds(predicate, v) == want
		return !found
	})
	return found
}

// results returns what a function returns for the items, without null.
func (t *thread) results(of, f Value) []Value {
	var out []Value
	for _, v := range t.items(of) {
		if r := t.call(f, v); !r.IsNull() {
			out = append(out, r)
		}
	}
	return out
}

func groupBy(t *thread, args []Value) Value {
	f := args[1]
	m := t.doc.NewMap()
	m.SetOrder(document.InsertionOrder)
	for _, v := range t.items(args[0]) {
		t.groupInto(m, t.call(f, v), v)
	}
	return document.MapOf(m)
}

// groupInto adds v to the list under a key.
func (t *thread) groupInto(m *document.Map, key, v Value) {
	group, ok := m.GetKey(key)
	if !ok {
		group = document.ListOf(t.doc.NewList())
		m.PutKey(key, group)
	}
	t.charge(t.at, entryBytes)
	group.List().Append(t.keep(v))
}

func (t *thread) join(of Value, separator string) Value {
	var b strings.Builder
	for i, v := range t.items(of) {
		if i > 0 {
			b.WriteString(separator)
		}
		b.WriteString(v.Text())
	}
	return t.newText(b.String())
}

// newText returns a string that was made, within the budget of memory.
func (t *thread) newText(s string) Value {
	t.charge(t.at, len(s))
	return document.String(s)
}

func collectionClass() classSpec {
	return classSpec{
		name: "Collection", java: "java.util.Collection", open: true, extends: []string{"Iterable"},
		methods: append([]member{
			{"boolean add(def)", func(t *thread, args []Value) Value {
				return document.Boolean(t.collection(args[0]).add(t, args[1]))
			}},
			{"boolean addAll(Collection)", func(t *thread, args []Value) Value {
				c, changed := t.collection(args[0]), false
				for _, v := range t.items(args[1]) {
					changed = c.add(t, v) || changed
				}
				return document.Boolean(changed)
			}},
			{"void clear()", func(t *thread, args []Value) Value {
				t.collection(args[0]).retain(t, func(Value) bool { return false })
				return document.Null
			}},
			{"boolean contains(def)", func(t *thread, args []Value) Value {
				return document.Boolean(t.collection(args[0]).has(args[1]))
			}},
			{"boolean containsAll(Collection)", func(t *thread, args []Value) Value {
				c := t.collection(args[0])
				return document.Boolean(!slices.ContainsFunc(t.items(args[1]), func(v Value) bool { return !c.has(v) }))
			}},
			{"boolean isEmpty()", func(t *thread, args []Value) Value {
				return document.Boolean(t.collection(args[0]).size() == 0)
			}},
			{"boolean removeAll(Collection)", func(t *thread, args []Value) Value {
				of := t.collection(args[1])
				return document.Boolean(t.collection(args[0]).retain(t, func(v Value) bool { return !of.has(v) }))
			}},
			{"boolean removeIf(Predicate)", func(t *thread, args []Value) Value {
				return document.Boolean(t.removeIf(args[0], args[1]))
			}},
			{"boolean retainAll(Collection)", func(t *thread, args []Value) Value {
				of := t.collection(args[1])
				return document.Boolean(t.collection(args[0]).retain(t, of.has))
			}},
			{"int size()", func(t *thread, args []Value) Value {
				return document.Integer(int32(t.collection(args[0]).size()))
			}},
			{"Stream stream()", collectionStream},
			{"def[] toArray()", toArray},
			{"def[] toArray(def[])", toArray},
		}, groovyMembers...),
	}
}

// removeIf calls those that most scripts have by their own types, for which nothing needs to
// be allocated.
func (t *thread) removeIf(of, f Value) bool {
	c := t.collection(of)
	t.spend(t.at, 4*c.size()) // each is tried, and put into what is kept
	keep := func(v Value) bool { return !t.holds(f, v) }
	switch c := c.(type) {
	case listItems:
		return c.retain(t, keep)
	case *mapView:
		return c.retain(t, keep)
	}
	return c.retain(t, func(v Value) bool { return !t.holds(f, v) })
}

// groovyMembers are the methods that Painless has added to Collection after
// Groovy's.
var groovyMembers = []member{
	{"List collect(Function)", func(t *thread, args []Value) Value {
		f := args[1]
		var out []Value
		for _, v := range t.items(args[0]) {
			out = append(out, t.call(f, v))
		}
		return t.newList(out)
	}},
	{"def collect(Collection, Function)", func(t *thread, args []Value) Value {
		into, f := args[1], args[2]
		c := t.collection(into)
		for _, v := range t.items(args[0]) {
			c.add(t, t.call(f, v))
		}
		return into
	}},
	{"def find(Predicate)", func(t *thread, args []Value) Value {
		f := args[1]
		for _, v := range t.items(args[0]) {
			if t.holds(f, v) {
				return v
			}
		}
		return document.Null
	}},
	{"List findAll(Predicate)", func(t *thread, args []Value) Value {
		yes, _ := t.partition(args[0], args[1])
		return t.newList(yes)
	}},
	{"def findResult(Function)", func(t *thread, args []Value) Value {
		return t.firstResult(args[0], args[1], document.Null)
	}},
	{"def findResult(def, Function)", func(t *thread, args []Value) Value {
		return t.firstResult(args[0], args[2], args[1])
	}},
	{"List split(Predicate)", func(t *thread, args []Value) Value {
		yes, no := t.partition(args[0], args[1])
		return t.newList([]Value{t.newList(yes), t.newList(no)})
	}},
}

func (t *thread) partition(of, predicate Value) (yes, no []Value) {
	for _, v := range t.items(of) {
		if t.holds(predicate, v) {
			yes = append(yes, v)
		} else {
			no = append(no, v)
		}
	}
	return yes, no
}

func (t *thread) firstResult(of, f, otherwise Value) Value {
	for _, v := range t.items(of) {
		if r := t.call(f, v); !r.IsNull() {
			return r
		}
	}
	return otherwise
}

func toArray(t *thread, args []Value) Value {
	component := typeDef
	if len(args) == 2 {
		component = objectOf[*array](args[1]).class.component
	}
	return objectFor(array{class: t.lib.arrayOf(component), items: t.items(args[0])})
}
