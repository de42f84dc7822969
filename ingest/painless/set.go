package painless

import (
	"slices"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A set is a HashSet, LinkedHashSet or TreeSet: the keys of a map.
type set struct {
	m *document.Map
}

func (t *thread) newSet(order document.Order, items []Value) Value {
	m := t.doc.NewMap()
	if order == document.HashOrder && len(items) >= 12 { // beyond the default table
		m = t.doc.NewMapOf(len(items))
	}
	m.SetOrder(order)
	s := &set{m: m}
	for _, v := range items {
		s.add(t, v)
	}
	return document.ObjectOf(s)
}

var setClasses = [...]string{
	document.HashOrder: "java.util.HashSet", document.InsertionOrder: "java.util.LinkedHashSet", document.KeyOrder: "java.util.TreeSet",
}

// JavaClass implements document.Object.
func (s *set) JavaClass() string { return setClasses[s.m.Order()] }

// AppendText implements document.Object.
func (s *set) AppendText(dst []byte) []byte { return s.WalkText(&document.Walk{}, dst) }

// Identity implements document.Object.
func (s *set) Identity() string { return string(s.WalkIdentity(&document.Walk{}, nil)) }

// HashCode implements document.Object.
func (s *set) HashCode() int32 { return s.WalkHash(&document.Walk{}) }

// WalkText implements document.Holder.
func (s *set) WalkText(w *document.Walk, dst []byte) []byte {
	dst = append(dst, '[')
	for n, i := range s.m.JavaOrder() {
		if n > 0 {
			dst = append(dst, ", "...)
		}
		dst = s.m.KeyAt(i).WalkText(w, dst)
	}
	return append(dst, ']')
}

// WalkIdentity implements document.Holder.
func (s *set) WalkIdentity(w *document.Walk, dst []byte) []byte {
	parts := make([]string, s.m.Len())
	for i := range parts {
		parts[i] = string(s.m.KeyAt(i).WalkIdentity(w, nil))
	}
	slices.Sort(parts)
	return append(dst, strings.Join(parts, "")...)
}

// WalkHash implements document.Holder.
func (s *set) WalkHash(w *document.Walk) int32 {
	h := int32(0)
	for i := range s.m.Len() {
		h += s.m.KeyAt(i).WalkHash(w)
	}
	return h
}

func (s *set) each(t *thread, yield func(Value) bool) {
	t.eachKey(s.m, func(k Value) bool { return yield(k) })
}

func (s *set) size() int { return s.m.Len() }

func (s *set) has(v Value) bool {
	_, ok := s.m.GetKey(v)
	return ok && !v.IsReadOnly()
}

func (s *set) add(t *thread, v Value) bool {
	if s.has(v) {
		return false
	}
	t.charge(t.at, 2*entryBytes)
	if s.m.Order() == document.KeyOrder {
		t.needComparable(v)
	}
	s.m.PutKey(v, document.Null)
	return true
}

func (s *set) retain(_ *thread, keep func(Value) bool) bool {
	var gone []Value
	for _, i := range s.m.JavaOrder() {
		if k := s.m.KeyAt(i); !keep(k) {
			gone = append(gone, k)
		}
	}
	for _, k := range gone {
		s.m.DeleteKey(k)
	}
	return len(gone) > 0
}

// needComparable throws if a value cannot be a key of a TreeMap.
func (t *thread) needComparable(v Value) {
	t.notNull(v)
	if !t.lib.classOf(v).isA(t.lib.classes["Comparable"]) {
		t.throw(document.ClassCast, "class %s cannot be cast to class java.lang.Comparable", javaClass(v))
	}
}

func setClass() classSpec {
	return classSpec{
		name: "Set", java: "java.util.Set", open: true, extends: []string{"Collection"},
		methods: []member{
			{"boolean remove(def)", func(t *thread, args []Value) Value {
				c, v := t.collection(args[0]), args[1]
				return document.Boolean(c.has(v) && c.retain(t, func(o Value) bool { return !o.Equals(v) }))
			}},
		},
	}
}

func hashSetClass() classSpec { return setSpec("HashSet", "AbstractSet", document.HashOrder) }
func linkedHashSetClass() classSpec {
	return setSpec("LinkedHashSet", "HashSet", document.InsertionOrder)
}

func treeSetClass() classSpec {
	s := setSpec("TreeSet", "AbstractSet", document.KeyOrder)
	s.extends = append(s.extends, "NavigableSet")
	return s
}

func setSpec(name, extends string, order document.Order) classSpec {
	return classSpec{
		name: name, java: "java.util." + name, extends: []string{extends}, open: true,
		methods: []member{
			{"def clone()", func(t *thread, args []Value) Value { return t.newSet(order, t.items(args[0])) }},
		},
		statics: []member{
			{name + "()", func(t *thread, _ []Value) Value { return t.newSet(order, nil) }},
			{name + "(Collection)", func(t *thread, args []Value) Value { return t.newSet(order, t.items(args[0])) }},
		},
	}
}
