package painless

import (
	"cmp"
	"fmt"
	"math"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A stream is a Stream, or an IntStream, LongStream or DoubleStream. Its items
// are computed when they are asked for. As in Java a method that returns a stream
// uses the one that it is called on up: filter and map return it with one more stage.
type stream struct {
	object document.Object // the stream itself
	of     *class          // what its items are: def, int, long or double
	list   Value           // where they come from, or
	from   sequence
	stages []stage
	room   [3]stage // for the first stages
	used   bool
}

// A stage is what happens to each item.
type stage struct {
	kind stageKind
	f    Value
	to   *class // what map and convert return
}

type stageKind uint8

const (
	filterStage stageKind = iota
	mapStage
	peekStage
	convertStage
)

func (s *stream) run(t *thread, yield func(Value) bool) {
	if s.used {
		t.throw(document.IllegalState, "stream has already been operated upon or closed")
	}
	s.used = true
	all := func(v Value) bool {
		for i := range s.stages {
			switch g := &s.stages[i]; g.kind {
			case filterStage:
				if !t.holds(g.f, v) {
					return true
				}
			case mapStage:
				if v = t.callOne(g.f, v); g.to != typeDef {
					v = t.number(t.at, v, g.to, false)
				}
			case peekStage:
				t.callOne(g.f, v)
			case convertStage:
				v = convertNumber(v, g.to)
			}
		}
		return yield(v)
	}
	if s.from != nil {
		s.from(all)
	} else {
		t.iterate(t.at, s.list, all)
	}
}

// staged adds a stage to the stream that a method is called on, which becomes one of to.
func staged(kind stageKind, to *class) native {
	return func(_ *thread, args []Value) Value {
		s, g := streamIn(args[0]), stage{kind: kind, to: to}
		if len(args) > 1 {
			g.f = args[1]
		}
		if s.stages == nil {
			s.stages = s.room[:0]
		}
		s.stages, s.of = append(s.stages, g), to
		return args[0]
	}
}

// A sequence calls yield for one item after the other until it returns false.
type sequence func(yield func(Value) bool)

var streamJava = map[*class]string{
	typeDef: "java.util.stream.Stream", typeInt: "java.util.stream.IntStream", typeLong: "java.util.stream.LongStream", typeDouble: "java.util.stream.DoubleStream",
}

var streamNames = map[*class]string{typeDef: "Stream", typeInt: "IntStream", typeLong: "LongStream", typeDouble: "DoubleStream"}

// JavaClass implements document.Object.
func (s *stream) JavaClass() string { return streamJava[s.of] }

// AppendText implements document.Object.
func (s *stream) AppendText(dst []byte) []byte { return append(dst, s.JavaClass()...) }

// Identity implements document.Object.
func (s *stream) Identity() string { return fmt.Sprintf("%p", s) }

// HashCode implements document.Object.
func (*stream) HashCode() int32 { return identityHash }

func (s *stream) each(t *thread, yield func(Value) bool) { s.run(t, yield) }

func newStream(of *class, from sequence) Value { return (&stream{of: of, from: from}).value() }

func (s *stream) value() Value {
	s.object = s
	return document.ObjectAt(&s.object)
}

func streamIn(v Value) *stream {
	return objectOf[*stream](v)
}

// collectionStream is Collection.stream and the like.
func collectionStream(_ *thread, args []Value) Value {
	return (&stream{of: typeDef, list: args[0]}).value()
}

func sliceSequence(items []Value) sequence {
	return func(yield func(Value) bool) {
		for _, v := range items {
			if !yield(v) {
				return
			}
		}
	}
}

// streamClasses are the four kinds of streams, their collectors and results.
func streamClasses() []classSpec {
	out := []classSpec{{name: "BaseStream", java: "java.util.stream.BaseStream", open: true, extends: []string{"Iterable"}, methods: baseStreamMethods}}
	for _, of := range []*class{typeDef, typeInt, typeLong, typeDouble} {
		name := streamNames[of]
		s := classSpec{name: name, java: "java.util.stream." + name, extends: []string{"BaseStream"}}
		s.methods = append(streamMethods(of, name), streamResults(of)...)
		s.statics = streamStatics(of, name)
		if of == typeDef {
			s.methods = append(s.methods, objectStreamMethods...)
		} else {
			s.methods = append(s.methods, numberStreamMethods(of)...)
		}
		out = append(out, s, streamBuilderClass(of))
	}
	return append(append(out, optionalClasses()...), collectorClasses()...)
}

// streamMethods return streams.
func streamMethods(of *class, name string) []member {
	return []member{
		{name + " distinct()", func(t *thread, args []Value) Value {
			s := streamIn(args[0])
			return newStream(of, func(yield func(Value) bool) {
				seen := &set{m: t.doc.NewMap()}
				s.run(t, func(v Value) bool { return !seen.add(t, v) || yield(v) })
			})
		}},
		{name + " filter(Predicate)", staged(filterStage, of)},
		{name + " flatMap(Function)", func(t *thread, args []Value) Value {
			s, f := streamIn(args[0]), args[1]
			return newStream(of, func(yield func(Value) bool) {
				s.run(t, func(v Value) bool {
					more := true
					if inner := t.call(f, v); !inner.IsNull() {
						t.iterate(t.at, inner, func(v Value) bool {
							more = yield(v)
							return more
						})
					}
					return more
				})
			})
		}},
		{name + " limit(long)", func(t *thread, args []Value) Value {
			s, n := streamIn(args[0]), args[1].Int64()
			if n < 0 {
				t.throw(document.IllegalArgument, "%d", n)
			}
			return newStream(of, func(yield func(Value) bool) {
				left := n
				if left == 0 {
					return
				}
				s.run(t, func(v Value) bool {
					left--
					return yield(v) && left > 0
				})
			})
		}},
		{name + " peek(Consumer)", staged(peekStage, of)},
		{name + " sequential()", itself},
		{name + " unordered()", itself},
		{name + " skip(long)", func(t *thread, args []Value) Value {
			s, n := streamIn(args[0]), args[1].Int64()
			return newStream(of, func(yield func(Value) bool) {
				left := n
				s.run(t, func(v Value) bool {
					left--
					return left >= 0 || yield(v)
				})
			})
		}},
		{name + " sorted()", func(t *thread, args []Value) Value { return sortedStream(t, of, args[0], document.Null) }},
		{"Stream mapToObj(Function)", staged(mapStage, typeDef)},
		{"IntStream mapToInt(ToIntFunction)", staged(mapStage, typeInt)},
		{"LongStream mapToLong(ToLongFunction)", staged(mapStage, typeLong)},
		{"DoubleStream mapToDouble(ToDoubleFunction)", staged(mapStage, typeDouble)},
		{name + " map(Function)", staged(mapStage, of)},
	}
}

func sortedStream(t *thread, of *class, v, comparator Value) Value {
	s := streamIn(v)
	return newStream(of, func(yield func(Value) bool) {
		items := t.items(document.ObjectOf(s))
		t.sort(items, comparator)
		sliceSequence(items)(yield)
	})
}

// streamResults end a stream.
func streamResults(of *class) []member {
	optional := "Optional" + optionalNames[of]
	return []member{
		{"boolean allMatch(Predicate)", func(t *thread, args []Value) Value { return document.Boolean(!t.some(args[0], args[1], false)) }},
		{"boolean anyMatch(Predicate)", func(t *thread, args []Value) Value { return document.Boolean(t.some(args[0], args[1], true)) }},
		{"boolean noneMatch(Predicate)", func(t *thread, args []Value) Value { return document.Boolean(!t.some(args[0], args[1], true)) }},
		{"def collect(Supplier, BiConsumer, BiConsumer)", func(t *thread, args []Value) Value {
			s, accumulate := args[0], args[2]
			into := t.call(args[1])
			for _, v := range t.items(s) {
				t.call(accumulate, into, v)
			}
			return into
		}},
		{"long count()", func(t *thread, args []Value) Value { return document.Long(int64(len(t.items(args[0])))) }},
		{optional + " findAny()", firstOf(of)},
		{optional + " findFirst()", firstOf(of)},
		{"void forEachOrdered(Consumer)", eachConsume},
		{optional + " reduce(BinaryOperator)", func(t *thread, args []Value) Value {
			f := args[1]
			items := t.items(args[0])
			if len(items) == 0 {
				return newOptional(of, document.Null, false)
			}
			out := items[0]
			for _, v := range items[1:] {
				out = t.call(f, out, v)
			}
			return newOptional(of, out, true)
		}},
		{of.name + " reduce(" + of.name + ", BinaryOperator)", func(t *thread, args []Value) Value {
			return t.fold(args[0], args[1], args[2])
		}},
		{"def reduce(def, BiFunction, BinaryOperator)", func(t *thread, args []Value) Value {
			return t.fold(args[0], args[1], args[2])
		}},
		{of.name + "[] toArray()", func(t *thread, args []Value) Value {
			return objectFor(array{class: t.lib.arrayOf(of), items: t.items(args[0])})
		}},
	}
}

func firstOf(of *class) native {
	return func(t *thread, args []Value) Value {
		out := newOptional(of, document.Null, false)
		streamIn(args[0]).run(t, func(v Value) bool {
			out = newOptional(of, v, true)
			return false
		})
		return out
	}
}

func (t *thread) fold(of, start, f Value) Value {
	out := start
	for _, v := range t.items(of) {
		out = t.call(f, out, v)
	}
	return out
}

var objectStreamMethods = []member{
	{"def collect(Collector)", func(t *thread, args []Value) Value {
		c := collectorIn(args[1])
		if c.gather != nil {
			return c.gather(t, args[0])
		}
		return c.collect(t, t.items(args[0]))
	}},
	{"IntStream flatMapToInt(Function)", flatMapped(typeInt)},
	{"LongStream flatMapToLong(Function)", flatMapped(typeLong)},
	{"DoubleStream flatMapToDouble(Function)", flatMapped(typeDouble)},
	{"Optional max(Comparator)", func(t *thread, args []Value) Value { return t.extreme(typeDef, args[0], args[1], 1) }},
	{"Optional min(Comparator)", func(t *thread, args []Value) Value { return t.extreme(typeDef, args[0], args[1], -1) }},
	{"Stream sorted(Comparator)", func(t *thread, args []Value) Value { return sortedStream(t, typeDef, args[0], args[1]) }},
	{"def[] toArray(IntFunction)", func(t *thread, args []Value) Value {
		items := t.items(args[0])
		a, ok := t.call(args[1], document.Integer(int32(len(items)))).Object().(*array)
		if !ok || len(a.items) != len(items) {
			t.throw(document.IllegalState, "the generator made no array of length %d", len(items))
		}
		copy(a.items, items)
		return document.ObjectOf(a)
	}},
}

func flatMapped(to *class) native {
	return func(t *thread, args []Value) Value {
		s, f := streamIn(args[0]), args[1]
		return newStream(to, func(yield func(Value) bool) {
			s.run(t, func(v Value) bool {
				more := true
				t.iterate(t.at, t.call(f, v), func(v Value) bool {
					more = yield(v)
					return more
				})
				return more
			})
		})
	}
}

// extreme returns the greatest item (sign 1) or the least (-1); of equal ones
// the first least, but the last greatest.
func (t *thread) extreme(of *class, v, comparator Value, sign int) Value {
	items := t.items(v)
	if len(items) == 0 {
		return newOptional(of, document.Null, false)
	}
	out := items[0]
	for _, v := range items[1:] {
		if n := sign * t.order(v, out, comparator); n > 0 || n == 0 && sign > 0 {
			out = v
		}
	}
	return newOptional(of, out, true)
}

func numberStreamMethods(of *class) []member {
	optional := "Optional" + optionalNames[of]
	return []member{
		{"DoubleStream asDoubleStream()", staged(convertStage, typeDouble)},
		{"LongStream asLongStream()", staged(convertStage, typeLong)},
		{"OptionalDouble average()", func(t *thread, args []Value) Value {
			s := t.summary(args[0])
			return newOptional(typeDouble, document.Double(s.average()), s.count > 0)
		}},
		{"Stream boxed()", func(_ *thread, args []Value) Value {
			streamIn(args[0]).of = typeDef
			return args[0]
		}},
		{optional + " max()", func(t *thread, args []Value) Value { return t.extreme(of, args[0], document.Null, 1) }},
		{optional + " min()", func(t *thread, args []Value) Value { return t.extreme(of, args[0], document.Null, -1) }},
		{of.name + " sum()", func(t *thread, args []Value) Value { return t.summary(args[0]).total(of) }},
		{summaryNames[of] + " summaryStatistics()", func(t *thread, args []Value) Value {
			return document.ObjectOf(t.summary(args[0]))
		}},
	}
}

// streamStatics make streams.
func streamStatics(of *class, name string) []member {
	out := []member{
		{name + " of(def)", func(v Value) Value {
			if a, ok := v.Object().(*array); ok {
				return newStream(of, sliceSequence(a.items))
			}
			return newStream(of, sliceSequence([]Value{v}))
		}},
		{name + " empty()", func(*thread, []Value) Value { return newStream(of, sliceSequence(nil)) }},
		newStreamBuilder(of),
		{name + " concat(" + name + ", " + name + ")", func(t *thread, args []Value) Value {
			a, b := streamIn(args[0]), streamIn(args[1])
			return newStream(of, func(yield func(Value) bool) {
				more := true
				a.run(t, func(v Value) bool {
					more = yield(v)
					return more
				})
				if more {
					b.run(t, yield)
				}
			})
		}},
	}
	if of == typeInt || of == typeLong {
		two := "(" + of.name + ", " + of.name + ")"
		out = append(out, member{name + " range" + two, rangeOf(of, 0)}, member{name + " rangeClosed" + two, rangeOf(of, 1)})
	}
	return out
}

func rangeOf(of *class, beyond int64) native {
	return func(t *thread, args []Value) Value {
		from, to := args[0].Int64(), args[1].Int64()
		if beyond > 0 && to < math.MaxInt64 {
			to += beyond
		}
		return newStream(of, func(yield func(Value) bool) {
			for i := from; i < to; i++ {
				t.spend(t.at, 5)
				if !yield(boxWhole(of, i)) {
					return
				}
			}
		})
	}
}

// A summary is an IntSummaryStatistics or one of its relatives.
type summary struct {
	of       *class
	count    int64
	whole    int64
	real     float64
	min, max Value
}

var summaryNames = map[*class]string{
	typeInt: "IntSummaryStatistics", typeLong: "LongSummaryStatistics", typeDouble: "DoubleSummaryStatistics",
}

func newSummary(of *class) *summary {
	s := &summary{of: of}
	switch of {
	case typeInt:
		s.min, s.max = document.Integer(math.MaxInt32), document.Integer(math.MinInt32)
	case typeLong:
		s.min, s.max = document.Long(math.MaxInt64), document.Long(math.MinInt64)
	default:
		s.min, s.max = document.Double(math.Inf(1)), document.Double(math.Inf(-1))
	}
	return s
}

func (t *thread) summary(v Value) *summary {
	s := newSummary(streamIn(v).of)
	for _, v := range t.items(v) {
		s.accept(v)
	}
	return s
}

func (s *summary) accept(v Value) {
	s.count++
	s.whole += wholeOf(v)
	s.real += float64Of(v)
	if orderNumbers(v, s.min) < 0 {
		s.min = v
	}
	if orderNumbers(v, s.max) > 0 {
		s.max = v
	}
}

func (s *summary) average() float64 {
	switch {
	case s.count == 0:
		return 0
	case s.of == typeDouble:
		return s.real / float64(s.count)
	}
	return float64(s.whole) / float64(s.count)
}

// total returns the sum as a type.
func (s *summary) total(typ *class) Value {
	if s.of == typeDouble {
		return document.Double(s.real)
	}
	return boxWhole(typ, s.whole)
}

// JavaClass implements document.Object.
func (s *summary) JavaClass() string { return "java.util." + summaryNames[s.of] }

// AppendText implements document.Object.
func (s *summary) AppendText(dst []byte) []byte {
	format := "%s{count=%d, sum=%s, min=%s, average=%f, max=%s}"
	return fmt.Appendf(dst, format, summaryNames[s.of], s.count, s.total(typeLong).Text(), s.min.Text(), s.average(), s.max.Text())
}

// Identity implements document.Object.
func (s *summary) Identity() string { return fmt.Sprintf("%p", s) }

// HashCode implements document.Object.
func (*summary) HashCode() int32 { return identityHash }

func summaryClass(of *class) classSpec {
	in := func(v Value) *summary {
		return objectOf[*summary](v)
	}
	sum := typeLong
	if of == typeDouble {
		sum = typeDouble
	}
	return classSpec{
		name: summaryNames[of], java: "java.util." + summaryNames[of],
		methods: []member{
			{"void accept(" + of.name + ")", func(_ *thread, args []Value) Value {
				in(args[0]).accept(args[1])
				return document.Null
			}},
			{"void combine(" + summaryNames[of] + ")", func(_ *thread, args []Value) Value {
				a, b := in(args[0]), in(args[1])
				a.count, a.whole, a.real = a.count+b.count, a.whole+b.whole, a.real+b.real
				a.min, a.max = leastOf(a.min, b.min, -1), leastOf(a.max, b.max, 1)
				return document.Null
			}},
			{"double getAverage()", func(v Value) Value { return document.Double(in(v).average()) }},
			{"long getCount()", func(v Value) Value { return document.Long(in(v).count) }},
			{of.name + " getMax()", func(v Value) Value { return in(v).max }},
			{of.name + " getMin()", func(v Value) Value { return in(v).min }},
			{sum.name + " getSum()", func(v Value) Value { return in(v).total(sum) }},
		},
		statics: []member{{summaryNames[of] + "()", func(*thread, []Value) Value { return document.ObjectOf(newSummary(of)) }}},
	}
}

func leastOf(a, b Value, sign int) Value {
	if cmp.Compare(orderNumbers(b, a), 0) == sign {
		return b
	}
	return a
}
