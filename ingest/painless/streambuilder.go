package painless

import (
	"fmt"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A streamBuilder is a Stream.Builder or one of its relatives.
type streamBuilder struct {
	of    *class
	items []Value
}

// JavaClass implements document.Object.
func (b *streamBuilder) JavaClass() string { return streamJava[b.of] + "$Builder" }

// AppendText implements document.Object.
func (b *streamBuilder) AppendText(dst []byte) []byte { return append(dst, b.JavaClass()...) }

// Identity implements document.Object.
func (b *streamBuilder) Identity() string { return fmt.Sprintf("%p", b) }

// HashCode implements document.Object.
func (*streamBuilder) HashCode() int32 { return identityHash }

func streamBuilderClass(of *class) classSpec {
	stream := streamNames[of]
	in := func(t *thread, args []Value) {
		b := objectOf[*streamBuilder](args[0])
		t.charge(t.at, entryBytes)
		b.items = append(b.items, args[1])
	}
	return classSpec{
		name: stream + ".Builder", java: streamJava[of] + "$Builder",
		methods: []member{
			{stream + ".Builder add(" + of.name + ")", func(t *thread, args []Value) Value { in(t, args); return args[0] }},
			{"void accept(" + of.name + ")", func(t *thread, args []Value) Value { in(t, args); return document.Null }},
			{stream + " build()", func(v Value) Value { return newStream(of, sliceSequence(objectOf[*streamBuilder](v).items)) }},
		},
	}
}

// newStreamBuilder is Stream.builder.
func newStreamBuilder(of *class) member {
	return member{streamNames[of] + ".Builder builder()", func(*thread, []Value) Value { return objectFor(streamBuilder{of: of}) }}
}

// baseStreamMethods are those of every stream. There are no threads to be parallel in.
var baseStreamMethods = []member{
	{"def iterator()", streamIterator},
	{"Spliterator spliterator()", streamSpliterator},
	{"BaseStream sequential()", itself},
	{"BaseStream unordered()", itself},
	{"boolean isParallel()", func(Value) Value { return document.Boolean(false) }},
	{"void close()", func(v Value) Value {
		streamIn(v).used = true
		return document.Null
	}},
}

var collectorCharacteristics = enumValues("java.util.stream.Collector$Characteristics", "CONCURRENT", "UNORDERED", "IDENTITY_FINISH")

// collectorOf is Collector.of: supplier, accumulator, combiner and, unless there are only
// characteristics behind them, finisher.
func collectorOf(finishes bool) native {
	return func(_ *thread, args []Value) Value {
		supplier, accumulator, finisher := args[0], args[1], args[3]
		return newCollector(func(t *thread, items []Value) Value {
			into := t.call(supplier)
			for _, v := range items {
				t.call(accumulator, into, v)
			}
			if finishes {
				return t.call(finisher, into)
			}
			return into
		})
	}
}

var collectorStatics = []member{
	{"Collector of(Supplier, BiConsumer, BinaryOperator, Collector.Characteristics[])", collectorOf(false)},
	{"Collector of(Supplier, BiConsumer, BinaryOperator, Function, Collector.Characteristics[])", collectorOf(true)},
}
