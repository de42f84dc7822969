package painless

import (
	"math/big"
	"math/bits"
	"slices"
	"strconv"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A bitSet is a java.util.BitSet.
type bitSet struct{ set big.Int }

// maxBit bounds the bits that a script can set.
const maxBit = 1 << 20

// JavaClass implements document.Object.
func (*bitSet) JavaClass() string { return "java.util.BitSet" }

// AppendText implements document.Object.
func (b *bitSet) AppendText(dst []byte) []byte {
	dst = append(dst, '{')
	for i := b.from(0, 1); i >= 0; i = b.from(i+1, 1) {
		if dst[len(dst)-1] != '{' {
			dst = append(dst, ", "...)
		}
		dst = strconv.AppendInt(dst, int64(i), 10)
	}
	return append(dst, '}')
}

// Identity implements document.Object.
func (b *bitSet) Identity() string { return b.set.Text(62) }

// HashCode implements document.Object.
func (b *bitSet) HashCode() int32 {
	h := uint64(1234)
	for i, w := range b.set.Bits() {
		h ^= uint64(w) * uint64(i+1)
	}
	return int32(h>>32 ^ h)
}

func (b *bitSet) has(i int) bool { return b.set.Bit(i) == 1 }

// from returns the first place from i on that is a 1, or a 0; -1 for none.
func (b *bitSet) from(i int, bit uint) int {
	for ; i < b.set.BitLen(); i++ {
		if b.set.Bit(i) == bit {
			return i
		}
	}
	if bit == 0 {
		return i
	}
	return -1
}

// before returns the last place up to i that is a 1, or a 0; -1 for none.
func (b *bitSet) before(i int, bit uint) int {
	for ; i >= 0; i-- {
		if b.set.Bit(i) == bit {
			return i
		}
	}
	return -1
}

func (b *bitSet) count() int {
	n := 0
	for _, w := range b.set.Bits() {
		n += bits.OnesCount(uint(w))
	}
	return n
}

func bitsIn(v Value) *bitSet { return objectOf[*bitSet](v) }

// bitAt returns an argument that is the place of a bit.
func (t *thread) bitAt(v Value, name string) int {
	i := v.Int64()
	switch {
	case i < 0:
		t.throw(indexOutOfBounds, "%s < 0: %d", name, i)
	case i > maxBit:
		t.throw(document.IllegalArgument, "a BitSet holds no more than %d bits here", maxBit)
	}
	t.spend(t.at, 1+int(i)/512)
	return int(i)
}

// onBits compiles a method that changes one bit, or those of a range.
func onBits(to func(old uint) uint) native {
	return func(t *thread, args []Value) Value {
		b := bitsIn(args[0])
		first := t.bitAt(args[1], map[bool]string{true: "bitIndex", false: "fromIndex"}[len(args) == 2])
		end := first + 1
		if len(args) > 2 {
			end = t.bitAt(args[2], "toIndex")
		}
		if first > end {
			t.throw(indexOutOfBounds, "fromIndex: %d > toIndex: %d", first, end)
		}
		t.spend(t.at, end-first)
		before := b.set.BitLen()
		for i := first; i < end; i++ {
			b.set.SetBit(&b.set, i, to(b.set.Bit(i)))
		}
		t.charge(t.at, max(b.set.BitLen()-before, 0)/8)
		return document.Null
	}
}

func setBit(uint) uint   { return 1 }
func clearBit(uint) uint { return 0 }
func flipBit(b uint) uint {
	return 1 - b
}

// withBits compiles an operation on two sets, which changes the first.
func withBits(op func(z, x, y *big.Int) *big.Int) native {
	return func(t *thread, args []Value) Value {
		b, o := bitsIn(args[0]), bitsIn(args[1])
		t.spend(t.at, 1+(b.set.BitLen()+o.set.BitLen())/512)
		op(&b.set, &b.set, &o.set)
		t.charge(t.at, b.set.BitLen()/8)
		return document.Null
	}
}

// atBit compiles a method that looks for a bit.
func atBit(find func(b *bitSet, i int, bit uint) int, bit uint) native {
	return func(t *thread, args []Value) Value {
		b, i := bitsIn(args[0]), int(args[1].Int64())
		if i < 0 {
			t.throw(indexOutOfBounds, "fromIndex < 0: %d", i)
		}
		t.spend(t.at, 1+b.set.BitLen()/64)
		return document.Integer(int32(find(b, i, bit)))
	}
}

func bitSetClass() classSpec {
	construct := func(t *thread, _ []Value) Value {
		t.charge(t.at, entryBytes)
		return document.ObjectOf(&bitSet{})
	}
	return classSpec{
		name: "BitSet", java: "java.util.BitSet",
		methods: []member{
			{"void and(BitSet)", withBits((*big.Int).And)}, {"void andNot(BitSet)", withBits((*big.Int).AndNot)},
			{"void or(BitSet)", withBits((*big.Int).Or)}, {"void xor(BitSet)", withBits((*big.Int).Xor)},
			{"int cardinality()", func(t *thread, args []Value) Value {
				b := bitsIn(args[0])
				t.spend(t.at, 1+b.set.BitLen()/512)
				return document.Integer(int32(b.count()))
			}},
			{"void clear()", func(v Value) Value {
				bitsIn(v).set.SetInt64(0)
				return document.Null
			}},
			{"void clear(int)", onBits(clearBit)}, {"void clear(int, int)", onBits(clearBit)},
			{"void flip(int)", onBits(flipBit)}, {"void flip(int, int)", onBits(flipBit)},
			{"void set(int)", onBits(setBit)}, {"void set(int, int)", onBits(setBit)},
			{"void set(int, int, boolean)", func(t *thread, args []Value) Value {
				if args[3].Bool() {
					return onBits(setBit)(t, args[:3])
				}
				return onBits(clearBit)(t, args[:3])
			}},
			{"boolean get(int)", func(t *thread, args []Value) Value {
				return document.Boolean(bitsIn(args[0]).has(t.bitAt(args[1], "bitIndex")))
			}},
			{"def clone()", func(v Value) Value {
				b := &bitSet{}
				b.set.Set(&bitsIn(v).set)
				return document.ObjectOf(b)
			}},
			{"boolean intersects(BitSet)", func(_ *thread, args []Value) Value {
				return document.Boolean(new(big.Int).And(&bitsIn(args[0]).set, &bitsIn(args[1]).set).Sign() != 0)
			}},
			{"byte[] toByteArray()", func(t *thread, args []Value) Value {
				data := bitsIn(args[0]).set.Bytes()
				slices.Reverse(data)
				return t.newBytes(data)
			}},
			{"long[] toLongArray()", func(t *thread, args []Value) Value {
				set := bitsIn(args[0])
				words := make([]Value, (set.set.BitLen()+63)/64)
				for i := range words {
					words[i] = document.Long(int64(new(big.Int).Rsh(&set.set, uint(64*i)).Uint64()))
				}
				t.charge(t.at, entryBytes*len(words))
				t.spend(t.at, quadratic(len(words)))
				return objectFor(array{class: t.lib.arrayOf(typeLong), items: words})
			}},
			{"boolean isEmpty()", func(v Value) Value { return document.Boolean(bitsIn(v).set.Sign() == 0) }},
			{"int length()", func(v Value) Value { return document.Integer(int32(bitsIn(v).set.BitLen())) }},
			{"int size()", func(v Value) Value { return document.Integer(int32(max(bitsIn(v).set.BitLen()+63, 64) / 64 * 64)) }},
			{"int nextClearBit(int)", atBit((*bitSet).from, 0)}, {"int nextSetBit(int)", atBit((*bitSet).from, 1)},
			{"int previousClearBit(int)", atBit((*bitSet).before, 0)}, {"int previousSetBit(int)", atBit((*bitSet).before, 1)},
		},
		statics: []member{{"BitSet()", construct}, {"BitSet(int)", construct}, {"BitSet valueOf(long[])", bitsOfWords}},
	}
}

// bitsOfWords is BitSet.valueOf: the lowest bits come first.
func bitsOfWords(t *thread, args []Value) Value {
	words := t.items(args[0])
	if 64*len(words) > maxBit {
		t.throw(document.IllegalArgument, "a BitSet of more than %d bits is not supported", maxBit)
	}
	data := make([]byte, 8*len(words))
	for i, word := range words {
		new(big.Int).SetUint64(uint64(wholeOf(word))).FillBytes(data[len(data)-8*(i+1) : len(data)-8*i])
	}
	b := &bitSet{}
	b.set.SetBytes(data)
	t.charge(t.at, len(data))
	return document.ObjectOf(b)
}
