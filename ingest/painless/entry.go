package painless

import (
	"slices"

	"github.com/sluice-otel/sluice/ingest/document"
)

// An entry is a Map.Entry: a key of a map, or a pair of its own if of is null.
type entry struct {
	of         Value
	key, value Value
}

func (e *entry) get() Value {
	if e.of.IsNull() {
		return e.value
	}
	return mapGet(e.of, e.key)
}

// JavaClass implements document.Object.
func (*entry) JavaClass() string { return "java.util.HashMap.Node" }

// AppendText implements document.Object.
func (e *entry) AppendText(dst []byte) []byte { return e.WalkText(&document.Walk{}, dst) }

// Identity implements document.Object.
func (e *entry) Identity() string { return string(e.WalkIdentity(&document.Walk{}, nil)) }

// HashCode implements document.Object.
func (e *entry) HashCode() int32 { return e.WalkHash(&document.Walk{}) }

// WalkText implements document.Holder.
func (e *entry) WalkText(w *document.Walk, dst []byte) []byte {
	return e.get().WalkText(w, append(e.key.WalkText(w, dst), '='))
}

// WalkIdentity implements document.Holder.
func (e *entry) WalkIdentity(w *document.Walk, dst []byte) []byte {
	return e.get().WalkIdentity(w, e.key.WalkIdentity(w, dst))
}

// WalkHash implements document.Holder.
func (e *entry) WalkHash(w *document.Walk) int32 { return e.key.WalkHash(w) ^ e.get().WalkHash(w) }

// A viewed says what of a map a mapView shows.
type viewed uint8

const (
	keyView viewed = iota
	valueView
	entryView
)

// A mapView is what keySet, values or entrySet return: the map itself, seen as a
// collection.
type mapView struct {
	of   Value
	what viewed
}

// JavaClass implements document.Object.
func (v mapView) JavaClass() string {
	return [...]string{"java.util.HashMap.KeySet", "java.util.HashMap.Values", "java.util.HashMap.EntrySet"}[v.what]
}

// AppendText implements document.Object.
func (v mapView) AppendText(dst []byte) []byte { return v.WalkText(&document.Walk{}, dst) }

// Identity implements document.Object.
func (v mapView) Identity() string { return string(v.WalkIdentity(&document.Walk{}, nil)) }

// HashCode implements document.Object.
func (v mapView) HashCode() int32 { return v.WalkHash(&document.Walk{}) }

// WalkText implements document.Holder.
func (v mapView) WalkText(w *document.Walk, dst []byte) []byte {
	dst = append(dst, '[')
	for n, i := range v.of.Map().JavaOrder() {
		if n > 0 {
			dst = append(dst, ", "...)
		}
		dst = v.show(v.of.Map().KeyAt(i)).WalkText(w, dst)
	}
	return append(dst, ']')
}

// WalkIdentity implements document.Holder.
func (v mapView) WalkIdentity(w *document.Walk, dst []byte) []byte {
	for i := range v.of.Map().Len() {
		dst = v.show(v.of.Map().KeyAt(i)).WalkIdentity(w, dst)
	}
	return dst
}

// WalkHash implements document.Holder.
func (v mapView) WalkHash(w *document.Walk) int32 {
	h := int32(0)
	for i := range v.of.Map().Len() {
		h += v.show(v.of.Map().KeyAt(i)).WalkHash(w)
	}
	return h
}

// show returns what the view shows of a key.
func (v mapView) show(key Value) Value {
	switch v.what {
	case valueView:
		return mapGet(v.of, key)
	case entryView:
		return objectFor(entry{of: v.of, key: key})
	case keyView:
	}
	return key
}

// showAt is show of the key at a position.
func (v mapView) showAt(i int) Value {
	if v.what == valueView {
		return item(v.of, v.of.Map().At(i).Value)
	}
	return v.show(v.of.Map().KeyAt(i))
}

func (v mapView) each(t *thread, yield func(Value) bool) {
	t.eachKey(v.of.Map(), func(k Value) bool { return yield(v.show(k)) })
}

func (v mapView) size() int { return v.of.Map().Len() }

func (v mapView) has(o Value) bool {
	m := v.of.Map()
	if v.what == keyView {
		_, ok := m.GetKey(o)
		return ok
	}
	for i := range m.Len() {
		if v.show(m.KeyAt(i)).Equals(o) {
			return true
		}
	}
	return false
}

func (v mapView) add(t *thread, _ Value) bool {
	t.throw(unsupportedOperation, "")
	return false
}

func (v mapView) retain(t *thread, keep func(Value) bool) bool {
	t.mutable(t.at, v.of)
	m, at, start := v.of.Map(), t.at, len(t.orders)
	t.orders = m.AppendJavaOrder(t.orders)
	end, changes, gone := len(t.orders), m.Changes(), start
	for n := start; n < end; n++ {
		if m.Changes() != changes {
			t.throwAt(at, concurrentModification, "")
		}
		i := t.orders[n]
		if !keep(v.showAt(i)) {
			t.orders[gone] = i
			gone++
		}
	}
	slices.Sort(t.orders[start:gone])
	m.DeleteAt(t.orders[start:gone])
	t.orders = t.orders[:start]
	return gone > start
}

func mapViewClasses() []classSpec {
	spec := func(name, extends string) classSpec {
		return classSpec{name: "HashMap." + name, java: "java.util.HashMap." + name, extends: []string{extends}}
	}
	return []classSpec{spec("KeySet", "Set"), spec("Values", "Collection"), spec("EntrySet", "Set")}
}

func entryClass() classSpec {
	return classSpec{
		name: "Map.Entry", java: "java.util.Map.Entry", open: true,
		methods: []member{
			{"def getKey()", func(v Value) Value { return objectOf[*entry](v).key }},
			{"def getValue()", func(v Value) Value { return objectOf[*entry](v).get() }},
			{"def setValue(def)", func(t *thread, args []Value) Value {
				e := objectOf[*entry](args[0])
				old := e.get()
				if e.of.IsNull() {
					e.value = args[1]
				} else {
					t.put(t.at, e.of, e.key, args[1])
				}
				return old
			}},
		},
		statics: []member{
			{"Comparator comparingByKey()", func(*thread, []Value) Value { return comparingEntries(true, document.Null) }},
			{"Comparator comparingByKey(Comparator)", func(_ *thread, args []Value) Value { return comparingEntries(true, args[0]) }},
			{"Comparator comparingByValue()", func(*thread, []Value) Value { return comparingEntries(false, document.Null) }},
			{"Comparator comparingByValue(Comparator)", func(_ *thread, args []Value) Value { return comparingEntries(false, args[0]) }},
		},
	}
}

func hashNodeClass() classSpec {
	return classSpec{name: "HashMap.Node", java: "java.util.HashMap.Node", extends: []string{"Map.Entry"}}
}

// simpleEntryClass makes entries of no map.
func simpleEntryClass(name string) classSpec {
	return classSpec{
		name: "AbstractMap." + name, java: "java.util.AbstractMap$" + name, extends: []string{"Map.Entry"},
		statics: []member{
			{name + "(def, def)", func(_ *thread, args []Value) Value { return objectFor(entry{key: args[0], value: args[1]}) }},
			{name + "(Map.Entry)", func(_ *thread, args []Value) Value {
				e := objectOf[*entry](args[0])
				return objectFor(entry{key: e.key, value: e.get()})
			}},
		},
	}
}

func comparingEntries(byKey bool, comparator Value) Value {
	part := func(v Value) Value {
		e := objectOf[*entry](v)
		if byKey {
			return e.key
		}
		return e.get()
	}
	return callableOf(func(t *thread, args []Value) Value {
		return document.Integer(int32(t.order(part(args[0]), part(args[1]), comparator)))
	})
}
