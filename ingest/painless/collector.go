package painless

import (
	"fmt"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A collector is a Collector: it makes one value of the items of a stream.
type collector struct {
	collect func(t *thread, items []Value) Value
	gather  func(t *thread, of Value) Value // collect of what is iterated over, one by one, or nil
}

// JavaClass implements document.Object.
func (*collector) JavaClass() string { return "java.util.stream.Collector" }

// AppendText implements document.Object.
func (c *collector) AppendText(dst []byte) []byte { return append(dst, c.JavaClass()...) }

// Identity implements document.Object.
func (c *collector) Identity() string { return fmt.Sprintf("%p", c) }

// HashCode implements document.Object.
func (*collector) HashCode() int32 { return identityHash }

var listCollector = &collector{collect: (*thread).newList, gather: (*thread).gatherList}

// gatherList is newList of what is iterated over.
func (t *thread) gatherList(of Value) Value {
	l, at := t.doc.NewList(), t.at
	t.iterate(at, of, func(v Value) bool {
		t.charge(at, entryBytes)
		l.Append(t.keep(v))
		return true
	})
	t.charge(at, entryBytes)
	t.spend(at, l.Len()>>4)
	return document.ListOf(l)
}

func newCollector(collect func(t *thread, items []Value) Value) Value {
	return document.ObjectOf(&collector{collect: collect})
}

func collectorIn(v Value) *collector {
	return objectOf[*collector](v)
}

func collectorClasses() []classSpec {
	statics := []member{
		{"Collector collectingAndThen(Collector, Function)", func(_ *thread, args []Value) Value {
			c, f := collectorIn(args[0]), args[1]
			return newCollector(func(t *thread, items []Value) Value { return t.call(f, c.collect(t, items)) })
		}},
		{"Collector counting()", func(*thread, []Value) Value { return counting() }},
		{"Collector joining()", joining}, {"Collector joining(CharSequence)", joining},
		{"Collector joining(CharSequence, CharSequence, CharSequence)", joining},
		{"Collector mapping(Function, Collector)", func(_ *thread, args []Value) Value {
			f, c := args[0], collectorIn(args[1])
			return newCollector(func(t *thread, items []Value) Value {
				out := make([]Value, len(items))
				for i, v := range items {
					out[i] = t.call(f, v)
				}
				return c.collect(t, out)
			})
		}},
		{"Collector maxBy(Comparator)", extremeBy(1)}, {"Collector minBy(Comparator)", extremeBy(-1)},
		{"Collector reducing(BinaryOperator)", func(_ *thread, args []Value) Value {
			f := args[0]
			return newCollector(func(t *thread, items []Value) Value {
				if len(items) == 0 {
					return newOptional(typeDef, document.Null, false)
				}
				out := items[0]
				for _, v := range items[1:] {
					out = t.call(f, out, v)
				}
				return newOptional(typeDef, out, true)
			})
		}},
		{"Collector reducing(def, BinaryOperator)", func(_ *thread, args []Value) Value {
			return reducing(args[0], document.Null, args[1])
		}},
		{"Collector reducing(def, Function, BinaryOperator)", func(_ *thread, args []Value) Value {
			return reducing(args[0], args[1], args[2])
		}},
		{"Collector toCollection(Supplier)", func(_ *thread, args []Value) Value {
			f := args[0]
			return newCollector(func(t *thread, items []Value) Value {
				out := t.call(f)
				c := t.collection(out)
				for _, v := range items {
					c.add(t, v)
				}
				return out
			})
		}},
		{"Collector toList()", always(document.ObjectOf(listCollector))},
		{"Collector toSet()", always(newCollector(func(t *thread, items []Value) Value {
			out := t.newSet(document.HashOrder, nil)
			for _, v := range items {
				t.collection(out).add(t, v)
			}
			return out
		}))},
	}
	for _, of := range []*class{typeInt, typeLong, typeDouble} {
		statics = append(statics, summing(of, optionalNames[of])...)
	}
	return []classSpec{
		enumSpec(collectorCharacteristics),
		{name: "Collector", java: "java.util.stream.Collector", statics: collectorStatics, methods: collectorParts},
		{name: "Collectors", java: "java.util.stream.Collectors", statics: append(append(statics, grouping()...), toMaps()...)},
	}
}

// always returns one value, which does not change.
func always(v Value) native { return func(*thread, []Value) Value { return v } }

func counting() Value {
	return newCollector(func(_ *thread, items []Value) Value { return document.Long(int64(len(items))) })
}

func joining(t *thread, args []Value) Value {
	var parts [3]string // separator, prefix, suffix
	for i, v := range args {
		parts[i] = t.text(v)
	}
	return newCollector(func(t *thread, items []Value) Value {
		texts := make([]string, len(items))
		for i, v := range items {
			texts[i] = v.Text()
		}
		return t.newText(parts[1] + strings.Join(texts, parts[0]) + parts[2])
	})
}

func extremeBy(sign int) native {
	return func(_ *thread, args []Value) Value {
		comparator := args[0]
		return newCollector(func(t *thread, items []Value) Value {
			return t.extreme(typeDef, newStream(typeDef, sliceSequence(items)), comparator, sign)
		})
	}
}

// reducing folds the items, or what a function makes of them.
func reducing(start, mapper, f Value) Value {
	return newCollector(func(t *thread, items []Value) Value {
		out := start
		for _, v := range items {
			if !mapper.IsNull() {
				v = t.call(mapper, v)
			}
			out = t.call(f, out, v)
		}
		return out
	})
}

// summing has averagingInt, summingInt and summarizingInt of one type.
func summing(of *class, name string) []member {
	sum := func(finish func(s *summary) Value) native {
		return func(_ *thread, args []Value) Value {
			f := args[0]
			return newCollector(func(t *thread, items []Value) Value {
				s := newSummary(of)
				for _, v := range items {
					s.accept(t.number(t.at, t.call(f, v), of, false))
				}
				return finish(s)
			})
		}
	}
	param := "(To" + name + "Function)"
	return []member{
		{"Collector averaging" + name + param, sum(func(s *summary) Value { return document.Double(s.average()) })},
		{"Collector summing" + name + param, sum(func(s *summary) Value { return s.total(of) })},
		{"Collector summarizing" + name + param, sum(func(s *summary) Value { return document.ObjectOf(s) })},
	}
}

func grouping() []member {
	return []member{
		{"Collector groupingBy(Function)", func(_ *thread, args []Value) Value { return groupingBy(args[0], document.Null, listCollector) }},
		{"Collector groupingBy(Function, Collector)", func(_ *thread, args []Value) Value {
			return groupingBy(args[0], document.Null, collectorIn(args[1]))
		}},
		{"Collector groupingBy(Function, Supplier, Collector)", func(_ *thread, args []Value) Value {
			return groupingBy(args[0], args[1], collectorIn(args[2]))
		}},
		{"Collector partitioningBy(Predicate)", func(_ *thread, args []Value) Value { return partitioningBy(args[0], listCollector) }},
		{"Collector partitioningBy(Predicate, Collector)", func(_ *thread, args []Value) Value {
			return partitioningBy(args[0], collectorIn(args[1]))
		}},
	}
}

func groupingBy(f, supplier Value, c *collector) Value {
	return newCollector(func(t *thread, items []Value) Value {
		out := document.MapOf(t.doc.NewMap())
		if !supplier.IsNull() {
			out = t.checkClass(t.at, t.call(supplier), t.lib.mapping)
			t.notNull(out)
		}
		groups := t.doc.NewMap()
		groups.SetOrder(document.InsertionOrder)
		for _, v := range items {
			k := t.call(f, v)
			t.notNull(k)
			t.groupInto(groups, k, v)
		}
		t.eachKey(groups, func(k Value) bool {
			t.put(t.at, out, k, c.collect(t, t.items(mapGet(document.MapOf(groups), k))))
			return true
		})
		return out
	})
}

func partitioningBy(f Value, c *collector) Value {
	return newCollector(func(t *thread, items []Value) Value {
		yes, no := t.partition(newStream(typeDef, sliceSequence(items)), f)
		out := t.doc.NewMap()
		out.SetOrder(document.InsertionOrder)
		out.PutKey(document.Boolean(false), c.collect(t, no))
		out.PutKey(document.Boolean(true), c.collect(t, yes))
		return document.MapOf(out)
	})
}

func toMaps() []member {
	return []member{
		{"Collector toMap(Function, Function)", func(_ *thread, args []Value) Value {
			return toMap(args[0], args[1], document.Null, document.Null)
		}},
		{"Collector toMap(Function, Function, BinaryOperator)", func(_ *thread, args []Value) Value {
			return toMap(args[0], args[1], args[2], document.Null)
		}},
		{"Collector toMap(Function, Function, BinaryOperator, Supplier)", func(_ *thread, args []Value) Value {
			return toMap(args[0], args[1], args[2], args[3])
		}},
	}
}

func toMap(keys, values, merge, supplier Value) Value {
	return newCollector(func(t *thread, items []Value) Value {
		out := document.MapOf(t.doc.NewMap())
		if !supplier.IsNull() {
			out = t.checkClass(t.at, t.call(supplier), t.lib.mapping)
			t.notNull(out)
		}
		for _, item := range items {
			k, v := t.call(keys, item), t.call(values, item)
			t.notNull(v)
			old := mapGet(out, k)
			switch {
			case old.IsNull():
			case merge.IsNull():
				t.throw(document.IllegalState, "Duplicate key %s (attempted merging values %s and %s)", k.Text(), old.Text(), v.Text())
			default:
				v = t.call(merge, old, v)
			}
			t.put(t.at, out, k, v)
		}
		return out
	})
}

// collectorParts are the functions of a collector, whose container is a list.
var collectorParts = []member{
	{"Supplier supplier()", func(Value) Value {
		return callableOf(func(t *thread, _ []Value) Value { return t.newList(nil) })
	}},
	{"BiConsumer accumulator()", func(Value) Value {
		return callableOf(func(t *thread, args []Value) Value {
			t.charge(t.at, entryBytes)
			args[0].List().Append(t.keep(args[1]))
			return document.Null
		})
	}},
	{"BinaryOperator combiner()", func(Value) Value {
		return callableOf(func(t *thread, args []Value) Value {
			for _, v := range t.items(args[1]) {
				args[0].List().Append(t.keep(v))
			}
			return args[0]
		})
	}},
	{"Function finisher()", func(v Value) Value {
		return callableOf(func(t *thread, args []Value) Value { return collectorIn(v).collect(t, t.items(args[0])) })
	}},
}
