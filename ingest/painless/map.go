package painless

import (
	"slices"

	"github.com/sluice-otel/sluice/ingest/document"
)

func mapClass() classSpec {
	return classSpec{
		name: "Map", java: "java.util.Map", open: true,
		methods: slices.Concat(mapMembers, mapFunctions, mapGroovyMembers),
	}
}

var mapMembers = []member{
	{"void clear()", func(t *thread, args []Value) Value {
		mapView{of: args[0]}.retain(t, func(Value) bool { return false })
		return document.Null
	}},
	{"boolean containsKey(def)", func(_ *thread, args []Value) Value {
		_, ok := args[0].Map().GetKey(args[1])
		return document.Boolean(ok)
	}},
	{"boolean containsValue(def)", func(_ *thread, args []Value) Value {
		return document.Boolean(mapView{of: args[0], what: valueView}.has(args[1]))
	}},
	{"Set entrySet()", func(v Value) Value { return objectFor(mapView{of: v, what: entryView}) }},
	{"def get(def)", func(_ *thread, args []Value) Value { return mapGet(args[0], args[1]) }},
	{"def getOrDefault(def, def)", func(_ *thread, args []Value) Value {
		if v, ok := args[0].Map().GetKey(args[1]); ok {
			return item(args[0], v)
		}
		return args[2]
	}},
	{"boolean isEmpty()", func(v Value) Value { return document.Boolean(v.Map().Len() == 0) }},
	{"Set keySet()", func(v Value) Value { return objectFor(mapView{of: v, what: keyView}) }},
	{"def put(def, def)", func(t *thread, args []Value) Value { return t.replaced(args[0], args[1], args[2]) }},
	{"void putAll(Map)", func(t *thread, args []Value) Value {
		t.notNull(args[1])
		t.putAll(args[0], args[1])
		return document.Null
	}},
	{"def putIfAbsent(def, def)", func(t *thread, args []Value) Value {
		if v := mapGet(args[0], args[1]); !v.IsNull() {
			return v
		}
		return t.replaced(args[0], args[1], args[2])
	}},
	{"def remove(def)", func(t *thread, args []Value) Value {
		t.mutable(t.at, args[0])
		old := mapGet(args[0], args[1])
		args[0].Map().DeleteKey(args[1])
		return old
	}},
	{"boolean remove(def, def)", func(t *thread, args []Value) Value {
		t.mutable(t.at, args[0])
		v, ok := args[0].Map().GetKey(args[1])
		return document.Boolean(ok && v.Equals(args[2]) && args[0].Map().DeleteKey(args[1]))
	}},
	{"def replace(def, def)", func(t *thread, args []Value) Value {
		if _, ok := args[0].Map().GetKey(args[1]); !ok {
			return document.Null
		}
		return t.replaced(args[0], args[1], args[2])
	}},
	{"boolean replace(def, def, def)", func(t *thread, args []Value) Value {
		v, ok := args[0].Map().GetKey(args[1])
		if !ok || !v.Equals(args[2]) {
			return document.Boolean(false)
		}
		t.put(t.at, args[0], args[1], args[3])
		return document.Boolean(true)
	}},
	{"int size()", func(v Value) Value { return document.Integer(int32(v.Map().Len())) }},
	{"Collection values()", func(v Value) Value { return objectFor(mapView{of: v, what: valueView}) }},
	{"def getByPath(String)", func(t *thread, args []Value) Value { return t.byPath(args[0], t.text(args[1]), nil) }},
	{"def getByPath(String, def)", func(t *thread, args []Value) Value { return t.byPath(args[0], t.text(args[1]), &args[2]) }},
}

// replaced puts a key and returns what it was.
func (t *thread) replaced(of, key, v Value) Value {
	old := mapGet(of, key)
	if of.Map().Order() == document.KeyOrder {
		t.needComparable(key)
	}
	t.put(t.at, of, key, v)
	return old
}

func (t *thread) putAll(of, from Value) {
	t.eachKey(from.Map(), func(k Value) bool {
		t.replaced(of, k, mapGet(from, k))
		return true
	})
}

// mapFunctions are the methods that take a function.
var mapFunctions = []member{
	{"def compute(def, BiFunction)", func(t *thread, args []Value) Value {
		return t.computed(args[0], args[1], t.call(args[2], args[1], mapGet(args[0], args[1])))
	}},
	{"def computeIfAbsent(def, Function)", func(t *thread, args []Value) Value {
		of, k := args[0], args[1]
		if v := mapGet(of, k); !v.IsNull() {
			return v
		}
		if v := t.call(args[2], k); !v.IsNull() {
			t.replaced(of, k, v)
			return v
		}
		return document.Null
	}},
	{"def computeIfPresent(def, BiFunction)", func(t *thread, args []Value) Value {
		of, k := args[0], args[1]
		v := mapGet(of, k)
		if v.IsNull() {
			return v
		}
		return t.computed(of, k, t.call(args[2], k, v))
	}},
	{"void forEach(BiConsumer)", func(t *thread, args []Value) Value {
		of, f := args[0], args[1]
		t.eachKey(of.Map(), func(k Value) bool {
			t.call(f, k, mapGet(of, k))
			return true
		})
		return document.Null
	}},
	{"def merge(def, def, BiFunction)", func(t *thread, args []Value) Value {
		of, k, v := args[0], args[1], args[2]
		if old := mapGet(of, k); !old.IsNull() {
			v = t.call(args[3], old, v)
		}
		return t.computed(of, k, v)
	}},
	{"void replaceAll(BiFunction)", func(t *thread, args []Value) Value {
		of, f := args[0], args[1]
		t.eachKey(of.Map(), func(k Value) bool {
			t.put(t.at, of, k, t.call(f, k, mapGet(of, k)))
			return true
		})
		return document.Null
	}},
}

// computed puts what a function has returned; null removes the key.
func (t *thread) computed(of, key, v Value) Value {
	if v.IsNull() {
		t.mutable(t.at, of)
		of.Map().DeleteKey(key)
		return v
	}
	t.replaced(of, key, v)
	return v
}

// eachKey iterates over the keys as a HashMap's iterator does, which notices
// before the next key that another one was added or deleted.
func (t *thread) eachKey(m *document.Map, yield func(Value) bool) {
	start, at := len(t.orders), t.at
	t.orders = m.AppendJavaOrder(t.orders)
	end, changes := len(t.orders), m.Changes()
	for n := start; n < end; n++ {
		if m.Changes() != changes {
			t.throwAt(at, concurrentModification, "")
		}
		if !yield(m.KeyAt(t.orders[n])) {
			break
		}
	}
	t.orders = t.orders[:start]
}

// mapGroovyMembers are the methods that Painless has added to Map after
// Groovy's.
var mapGroovyMembers = []member{
	{"List collect(BiFunction)", func(t *thread, args []Value) Value {
		var out []Value
		t.eachResult(args[0], args[1], func(_, v Value) bool {
			out = append(out, v)
			return true
		})
		return t.newList(out)
	}},
	{"def collect(Collection, BiFunction)", func(t *thread, args []Value) Value {
		into := args[1]
		c := t.collection(into)
		t.eachResult(args[0], args[2], func(_, v Value) bool {
			c.add(t, v)
			return true
		})
		return into
	}},
	{"int count(BiPredicate)", func(t *thread, args []Value) Value {
		n := int32(0)
		t.eachResult(args[0], args[1], func(_, v Value) bool {
			if v.Bool() {
				n++
			}
			return true
		})
		return document.Integer(n)
	}},
	{"def each(BiConsumer)", func(t *thread, args []Value) Value {
		of := args[0]
		t.eachResult(of, args[1], func(_, _ Value) bool { return true })
		return of
	}},
	{"boolean every(BiPredicate)", func(t *thread, args []Value) Value {
		all := true
		t.eachResult(args[0], args[1], func(_, v Value) bool {
			all = v.Bool()
			return all
		})
		return document.Boolean(all)
	}},
	{"Map.Entry find(BiPredicate)", func(t *thread, args []Value) Value {
		of, found := args[0], document.Null
		t.eachResult(of, args[1], func(k, v Value) bool {
			if v.Bool() {
				found = objectFor(entry{of: of, key: k})
			}
			return found.IsNull()
		})
		return found
	}},
	{"Map findAll(BiPredicate)", func(t *thread, args []Value) Value {
		of, out := args[0], t.doc.NewMap()
		t.eachResult(of, args[1], func(k, v Value) bool {
			if v.Bool() {
				t.charge(t.at, entryBytes)
				out.PutKey(k, mapGet(of, k))
			}
			return true
		})
		return document.MapOf(out)
	}},
	{"def findResult(BiFunction)", func(t *thread, args []Value) Value {
		return t.firstOfMap(args[0], args[1], document.Null)
	}},
	{"def findResult(def, BiFunction)", func(t *thread, args []Value) Value {
		return t.firstOfMap(args[0], args[2], args[1])
	}},
	{"List findResults(BiFunction)", func(t *thread, args []Value) Value {
		var out []Value
		t.eachResult(args[0], args[1], func(_, v Value) bool {
			if !v.IsNull() {
				out = append(out, v)
			}
			return true
		})
		return t.newList(out)
	}},
	{"Map groupBy(BiFunction)", func(t *thread, args []Value) Value {
		of, out := args[0], t.doc.NewMap()
		t.eachResult(of, args[1], func(k, group Value) bool {
			m, ok := out.GetKey(group)
			if !ok {
				m = document.MapOf(t.doc.NewMap())
				out.PutKey(group, m)
			}
			t.put(t.at, m, k, mapGet(of, k))
			return true
		})
		return document.MapOf(out)
	}},
}

// eachResult calls a function of key and value for every entry.
func (t *thread) eachResult(of, f Value, yield func(key, result Value) bool) {
	t.eachKey(of.Map(), func(k Value) bool { return yield(k, t.call(f, k, mapGet(of, k))) })
}

func (t *thread) firstOfMap(of, f, otherwise Value) Value {
	out := otherwise
	t.eachResult(of, f, func(_, v Value) bool {
		if v.IsNull() {
			return true
		}
		out = v
		return false
	})
	return out
}

var mapClasses = [...]string{
	document.HashOrder: "HashMap", document.InsertionOrder: "LinkedHashMap", document.KeyOrder: "TreeMap",
}

func hashMapClass() classSpec { return mapSpec("HashMap", "AbstractMap", document.HashOrder) }
func linkedHashMapClass() classSpec {
	return mapSpec("LinkedHashMap", "HashMap", document.InsertionOrder)
}

func treeMapClass() classSpec {
	s := mapSpec("TreeMap", "AbstractMap", document.KeyOrder)
	s.extends = append(s.extends, "NavigableMap")
	return s
}

func mapSpec(name, extends string, order document.Order) classSpec {
	return classSpec{
		name: name, java: "java.util." + name, extends: []string{extends}, open: true,
		methods: []member{
			{"def clone()", func(t *thread, args []Value) Value { return t.copyMap(order, args[0]) }},
		},
		statics: []member{
			{name + "()", func(t *thread, _ []Value) Value {
				t.charge(t.at, entryBytes)
				m := t.doc.NewMap()
				m.SetOrder(order)
				return document.MapOf(m)
			}},
			{name + "(Map)", func(t *thread, args []Value) Value {
				t.notNull(args[0])
				return t.copyMap(order, args[0])
			}},
		},
	}
}

// copyMap returns a map with the entries of another, in a table that is made for
// so many.
func (t *thread) copyMap(order document.Order, from Value) Value {
	m := t.doc.NewMapOf(from.Map().Len())
	m.SetOrder(order)
	out := document.MapOf(m)
	t.putAll(out, from)
	return out
}

const mapViewJava = "org.elasticsearch.ingest.ConditionalProcessor.UnmodifiableIngestData"

// viewMapClass is what a map of the document, ctx included, is in a condition.
func viewMapClass() classSpec {
	return classSpec{
		name: "UnmodifiableIngestData", java: mapViewJava, extends: []string{"Map"},
	}
}

// mapGet returns the value of a key, null if there is none.
func mapGet(of, key Value) Value {
	v, _ := of.Map().GetKey(key)
	return item(of, v)
}
