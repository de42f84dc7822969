package painless

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A random is a java.util.Random: the linear congruential generator whose
// sequence its documentation lays down.
type random struct {
	seed  uint64  // 48 bits
	spare float64 // the second of a pair of Gaussians
	has   bool
}

// JavaClass implements document.Object.
func (*random) JavaClass() string { return "java.util.Random" }

// AppendText implements document.Object.
func (r *random) AppendText(dst []byte) []byte { return append(dst, r.JavaClass()...) }

// Identity implements document.Object.
func (r *random) Identity() string { return fmt.Sprintf("%p", r) }

// HashCode implements document.Object.
func (*random) HashCode() int32 { return identityHash }

const (
	randomMultiplier = 0x5DEECE66D
	randomMask       = 1<<48 - 1
)

func newRandom() *random { return seeded(int64(rand.Uint64())) }

func seeded(seed int64) *random {
	r := &random{}
	r.setSeed(seed)
	return r
}

func (r *random) setSeed(seed int64) {
	r.seed, r.has = (uint64(seed)^randomMultiplier)&randomMask, false
}

// next returns the next bits of the sequence, at most 32.
func (r *random) next(bits uint) int32 {
	r.seed = (r.seed*randomMultiplier + 0xB) & randomMask
	return int32(int64(r.seed) >> (48 - bits))
}

// below is nextInt(bound).
func (r *random) below(bound int32) int32 {
	if bound&-bound == bound {
		return int32(int64(bound) * int64(r.next(31)) >> 31)
	}
	for {
		bits := r.next(31)
		out := bits % bound
		if bits-out+(bound-1) >= 0 {
			return out
		}
	}
}

func (r *random) long() int64 { return int64(r.next(32))<<32 + int64(r.next(32)) }

// between is RandomSupport.boundedNextLong.
func (r *random) between(low, high int64) int64 {
	n, out := high-low, r.long()
	switch {
	case n&(n-1) == 0:
		return out&(n-1) + low
	case n > 0:
		bits := int64(uint64(out) >> 1)
		for out = bits % n; bits+n-1-out < 0; out = bits % n {
			bits = int64(uint64(r.long()) >> 1)
		}
		return out + low
	}
	for out < low || out >= high {
		out = r.long()
	}
	return out
}

func (r *random) double() float64 {
	return float64(int64(r.next(26))<<27+int64(r.next(27))) * 0x1p-53
}

// gaussian is the polar method of Marsaglia, which makes two at a time.
func (r *random) gaussian() float64 {
	if r.has {
		r.has = false
		return r.spare
	}
	for {
		a, b := 2*r.double()-1, 2*r.double()-1
		if s := a*a + b*b; s < 1 && s != 0 {
			scale := math.Sqrt(-2 * math.Log(s) / s)
			r.spare, r.has = b*scale, true
			return a * scale
		}
	}
}

func randomIn(v Value) *random {
	return objectOf[*random](v)
}

func randomClass() classSpec {
	return classSpec{
		name: "Random", java: "java.util.Random",
		methods: []member{
			{"boolean nextBoolean()", func(v Value) Value { return document.Boolean(randomIn(v).next(1) != 0) }},
			{"double nextDouble()", func(v Value) Value { return document.Double(randomIn(v).double()) }},
			{"float nextFloat()", func(v Value) Value { return document.Float(float32(randomIn(v).next(24)) * 0x1p-24) }},
			{"double nextGaussian()", func(v Value) Value { return document.Double(randomIn(v).gaussian()) }},
			{"int nextInt()", func(v Value) Value { return document.Integer(randomIn(v).next(32)) }},
			{"int nextInt(int)", func(t *thread, args []Value) Value {
				bound := int32(args[1].Int64())
				if bound <= 0 {
					t.throw(document.IllegalArgument, "bound must be positive")
				}
				return document.Integer(randomIn(args[0]).below(bound))
			}},
			{"long nextLong()", func(v Value) Value { return document.Long(randomIn(v).long()) }},
			{"void nextBytes(byte[])", func(_ *thread, args []Value) Value {
				r, bits := randomIn(args[0]), int32(0)
				for i, items := 0, objectOf[*array](args[1]).items; i < len(items); i++ {
					if i%4 == 0 {
						bits = r.next(32)
					}
					items[i], bits = boxWhole(typeByte, int64(int8(bits))), bits>>8
				}
				return document.Null
			}},
			{"IntStream ints(long)", randomStream(typeInt, func(r *random, _ []Value) Value { return document.Integer(r.next(32)) })},
			{"LongStream longs(long)", randomStream(typeLong, func(r *random, _ []Value) Value { return document.Long(r.long()) })},
			{"DoubleStream doubles(long)", randomStream(typeDouble, func(r *random, _ []Value) Value { return document.Double(r.double()) })},
			{"IntStream ints(long, int, int)", randomStream(typeInt, func(r *random, bounds []Value) Value {
				low, high := bounds[0].Int64(), bounds[1].Int64()
				return document.Integer(int32(low) + r.below(int32(high-low)))
			})},
			{"LongStream longs(long, long, long)", randomStream(typeLong, func(r *random, bounds []Value) Value {
				return document.Long(r.between(bounds[0].Int64(), bounds[1].Int64()))
			})},
			{"DoubleStream doubles(long, double, double)", randomStream(typeDouble, func(r *random, bounds []Value) Value {
				low, high := bounds[0].Float64(), bounds[1].Float64()
				return document.Double(min(r.double()*(high-low)+low, math.Nextafter(high, math.Inf(-1))))
			})},
			{"void setSeed(long)", func(_ *thread, args []Value) Value {
				randomIn(args[0]).setSeed(args[1].Int64())
				return document.Null
			}},
		},
		statics: []member{
			{"Random()", func(*thread, []Value) Value { return document.ObjectOf(newRandom()) }},
			{"Random(long)", func(v Value) Value { return document.ObjectOf(seeded(v.Int64())) }},
		},
	}
}

// randomStream is a stream of as many numbers as the first argument says.
func randomStream(of *class, next func(r *random, bounds []Value) Value) native {
	return func(t *thread, args []Value) Value {
		r, n, bounds := randomIn(args[0]), args[1].Int64(), append([]Value(nil), args[2:]...)
		switch {
		case n < 0:
			t.throw(document.IllegalArgument, "size must be non-negative")
		case len(bounds) == 2 && !(bounds[0].Float64() < bounds[1].Float64()),
			len(bounds) == 2 && of == typeInt && bounds[1].Int64()-bounds[0].Int64() > math.MaxInt32:
			t.throw(document.IllegalArgument, "bound must be greater than origin")
		}
		return newStream(of, func(yield func(Value) bool) {
			for range n {
				t.spend(t.at, 1)
				if !yield(next(r, bounds)) {
					return
				}
			}
		})
	}
}

func systemClass() classSpec {
	return classSpec{
		name: "System", java: "java.lang.System",
		statics: []member{
			{"void arraycopy(Object, int, Object, int, int)", arrayCopy},
			{"long currentTimeMillis()", func(*thread, []Value) Value { return document.Long(time.Now().UnixMilli()) }},
			{"long nanoTime()", func(*thread, []Value) Value { return document.Long(time.Now().UnixNano()) }},
		},
	}
}

func arrayCopy(t *thread, args []Value) Value {
	from, ok := args[0].Object().(*array)
	to, too := args[2].Object().(*array)
	if !ok || !too {
		t.throw(document.ClassCast, "arraycopy: not an array")
	}
	i, j, n := args[1].Int64(), args[3].Int64(), args[4].Int64()
	if i < 0 || j < 0 || n < 0 || i+n > int64(len(from.items)) || j+n > int64(len(to.items)) {
		t.throw(arrayIndexOutOfBounds, "arraycopy: last index is out of bounds")
	}
	copy(to.items[j:j+n], from.items[i:i+n])
	return document.Null
}
