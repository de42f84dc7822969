package painless

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A spliterator is a java.util.Spliterator over the items there were when it was made. Those
// of hashes, trees and streams with stages are not split; how many items a stream has is not
// known.
type spliterator struct {
	items  []Value
	traits int32
	of     *class // def, int, long or double
	size   int64  // an estimate that stays as items are taken, -1 for their number
	halves bool   // it is split in the middle
	batch  int    // how many items are split off at most, 0 for none
}

// The characteristics of spliterators.
const (
	traitDistinct  = 0x1
	traitSorted    = 0x4
	traitOrdered   = 0x10
	traitSized     = 0x40
	traitNonnull   = 0x100
	traitImmutable = 0x400
	traitParallel  = 0x1000
	traitSubsized  = 0x4000
)

// JavaClass implements document.Object.
func (s *spliterator) JavaClass() string { return "java.util.Spliterator" + streamKinds[s.of] }

// AppendText implements document.Object.
func (s *spliterator) AppendText(dst []byte) []byte { return append(dst, s.JavaClass()...) }

// Identity implements document.Object.
func (s *spliterator) Identity() string { return fmt.Sprintf("%p", s) }

// HashCode implements document.Object.
func (*spliterator) HashCode() int32 { return identityHash }

// streamKinds end the names of classes for numbers.
var streamKinds = map[*class]string{typeInt: "$OfInt", typeLong: "$OfLong", typeDouble: "$OfDouble"}

// estimate is estimateSize.
func (s *spliterator) estimate() int64 {
	if s.size >= 0 {
		return s.size
	}
	return int64(len(s.items))
}

// split is trySplit: the first items as another spliterator, nil for none.
func (s *spliterator) split() *spliterator {
	n := min(s.batch, len(s.items))
	if s.halves {
		n = len(s.items) / 2
	}
	if n == 0 || s.batch > 0 && s.estimate() <= 1 {
		return nil
	}
	first := *s
	first.items, first.size, first.batch, first.halves = s.items[:n:n], -1, 0, true
	if s.batch > 0 {
		first.traits |= traitSized | traitSubsized
	}
	s.items = s.items[n:]
	if s.size >= 0 && s.size < math.MaxInt64 {
		s.size -= int64(n)
	}
	s.batch *= 2
	return &first
}

// traitsOf has the characteristics of collections.
var traitsOf = map[string]int32{
	"java.util.HashSet": traitSized | traitDistinct, "java.util.LinkedHashSet": traitDistinct | traitOrdered | traitSized | traitSubsized,
	"java.util.TreeSet":    traitDistinct | traitSorted | traitOrdered | traitSized,
	"java.util.ArrayDeque": traitNonnull | traitOrdered | traitSized | traitSubsized, "java.util.PriorityQueue": traitSized | traitSubsized | traitNonnull,
	"java.util.HashMap.KeySet": traitSized | traitDistinct, "java.util.HashMap.EntrySet": traitSized | traitDistinct, "java.util.HashMap.Values": traitSized,
}

func newSpliterator(t *thread, args []Value) Value {
	s := &spliterator{items: t.items(args[0]), of: typeDef, size: -1, traits: traitOrdered | traitSized | traitSubsized, halves: true}
	if traits, ok := traitsOf[javaClass(args[0])]; ok {
		s.traits, s.halves = traits, traits&traitSubsized != 0 && traits&traitDistinct == 0
	}
	return document.ObjectOf(s)
}

// streamSpliterator is spliterator of a stream: that of its list if nothing happens to the
// items, else one that knows their order only.
func streamSpliterator(t *thread, args []Value) Value {
	of := streamIn(args[0])
	if of.of == typeDef && len(of.stages) == 0 && of.list.Kind() == document.KindList {
		return newSpliterator(t, args)
	}
	return document.ObjectOf(&spliterator{items: t.items(args[0]), of: of.of, size: math.MaxInt64, traits: traitOrdered})
}

func spliteratorIn(v Value) *spliterator { return objectOf[*spliterator](v) }

// splitValue is trySplit as a value.
func splitValue(v Value) Value {
	if first := spliteratorIn(v).split(); first != nil {
		return document.ObjectOf(first)
	}
	return document.Null
}

func advance(t *thread, args []Value) Value {
	s := spliteratorIn(args[0])
	if len(s.items) == 0 {
		return document.Boolean(false)
	}
	v := s.items[0]
	s.items = s.items[1:]
	t.call(args[1], v)
	return truthValue
}

func advanceAll(t *thread, args []Value) Value {
	for advance(t, args).Bool() {
		t.tick(t.at)
	}
	return document.Null
}

func spliteratorClasses() []classSpec {
	in := spliteratorIn
	out := []classSpec{{
		name: "Spliterator", java: "java.util.Spliterator", open: true,
		constants: map[string]any{
			"DISTINCT": traitDistinct, "SORTED": traitSorted, "ORDERED": traitOrdered, "SIZED": traitSized, "NONNULL": traitNonnull,
			"IMMUTABLE": traitImmutable, "CONCURRENT": traitParallel, "SUBSIZED": traitSubsized,
		},
		methods: []member{
			{"int characteristics()", func(v Value) Value { return document.Integer(in(v).traits) }},
			{"boolean hasCharacteristics(int)", func(_ *thread, args []Value) Value {
				want := int32(args[1].Int64())
				return document.Boolean(in(args[0]).traits&want == want)
			}},
			{"long estimateSize()", func(v Value) Value { return document.Long(in(v).estimate()) }},
			{"long getExactSizeIfKnown()", func(v Value) Value {
				if in(v).traits&traitSized == 0 {
					return document.Long(-1)
				}
				return document.Long(in(v).estimate())
			}},
			{"Comparator getComparator()", func(t *thread, args []Value) Value {
				if in(args[0]).traits&traitSorted == 0 {
					t.throw(document.IllegalState, "")
				}
				return document.Null // the natural order
			}},
			{"void forEachRemaining(Consumer)", advanceAll}, {"boolean tryAdvance(Consumer)", advance},
			{"Spliterator trySplit()", splitValue},
		},
	}, {
		name: "Spliterator.OfPrimitive", java: "java.util.Spliterator$OfPrimitive", open: true, extends: []string{"Spliterator"},
		methods: []member{
			{"void forEachRemaining(def)", advanceAll}, {"boolean tryAdvance(def)", advance}, {"Spliterator.OfPrimitive trySplit()", splitValue},
		},
	}}
	statics := append([]member(nil), spliteratorStatics...)
	for of, kind := range streamKinds {
		name := "Spliterator." + kind[1:]
		out = append(out, classSpec{
			name: name, java: "java.util.Spliterator" + kind, extends: []string{"Spliterator.OfPrimitive"},
			methods: []member{{name + " trySplit()", splitValue}},
		})
		statics = append(statics, member{name + " empty" + kind[len("$Of"):] + "Spliterator()", emptySpliterator(of)})
	}
	slices.SortFunc(out[2:], func(a, b classSpec) int { return strings.Compare(a.name, b.name) })
	return append(out, classSpec{name: "Spliterators", java: "java.util.Spliterators", statics: statics})
}

func emptySpliterator(of *class) native {
	return func(*thread, []Value) Value {
		return document.ObjectOf(&spliterator{of: of, size: -1, traits: traitSized | traitSubsized})
	}
}

// firstBatch is how many items an iterator's spliterator splits off first.
const firstBatch = 1024

var spliteratorStatics = []member{
	{"Spliterator emptySpliterator()", emptySpliterator(typeDef)},
	{"Iterator iterator(Spliterator)", func(_ *thread, args []Value) Value {
		s := spliteratorIn(args[0])
		i := &iterator{items: s.items, size: len(s.items)}
		s.items = nil
		return document.ObjectOf(i)
	}},
	{"Spliterator spliterator(Collection, int)", func(t *thread, args []Value) Value {
		items := t.items(args[0])
		return iteratorSpliterator(items, int64(len(items)), args[1])
	}},
	{"Spliterator spliterator(Iterator, long, int)", func(t *thread, args []Value) Value {
		return iteratorSpliterator(t.iterator(args[0]).rest(), args[1].Int64(), args[2])
	}},
	{"Spliterator spliteratorUnknownSize(Iterator, int)", func(t *thread, args []Value) Value {
		traits := int32(args[1].Int64()) &^ (traitSized | traitSubsized)
		return document.ObjectOf(&spliterator{items: t.iterator(args[0]).rest(), traits: traits, of: typeDef, size: math.MaxInt64, batch: firstBatch})
	}},
}

func iteratorSpliterator(items []Value, size int64, traits Value) Value {
	s := &spliterator{items: items, traits: int32(traits.Int64()), of: typeDef, size: size, batch: firstBatch}
	if s.traits&traitParallel == 0 {
		s.traits |= traitSized | traitSubsized
	}
	return document.ObjectOf(s)
}

// rest takes what an iterator has not returned.
func (i *iterator) rest() []Value {
	items := i.items[i.next:]
	i.next = len(i.items)
	return items
}
