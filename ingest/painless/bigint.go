package painless

import (
	"math/big"
	"math/bits"

	"github.com/sluice-otel/sluice/ingest/document"
)

// maxBigBits bounds the numbers that a script can make, to about 20,000 digits:
// what an operation costs grows faster than they do.
const maxBigBits = 1 << 16

func bigOf(v Value) *big.Int {
	i, _ := new(big.Int).SetString(v.Text(), 10)
	if i == nil {
		return new(big.Int)
	}
	return i
}

func (t *thread) newBig(i *big.Int) Value {
	t.charge(t.at, i.BitLen()/3)
	t.spend(t.at, quadratic(i.BitLen()/64))
	if i.BitLen() > maxBigBits {
		t.throw(arithmetic, "BigInteger would overflow supported range")
	}
	return document.BigInteger(i.String())
}

func bigIntegerClass() classSpec {
	return classSpec{
		name: "BigInteger", java: "java.math.BigInteger", extends: []string{"Number", "Comparable"},
		methods: append(bigBinaries(), bigMethods...),
		statics: []member{
			{"BigInteger(String)", parseBig}, {"BigInteger(String, int)", parseBig},
			{"BigInteger valueOf(long)", func(t *thread, args []Value) Value { return t.newBig(big.NewInt(args[0].Int64())) }},
		},
		constants: map[string]any{
			"ZERO": document.BigInteger("0"), "ONE": document.BigInteger("1"), "TWO": document.BigInteger("2"),
			"TEN": document.BigInteger("10"),
		},
	}
}

func parseBig(t *thread, args []Value) Value {
	i, ok := new(big.Int).SetString(t.text(args[0]), validRadix(radixAt(args)))
	if !ok {
		t.throwNumberFormat(args[0].Str(), 10)
	}
	return t.newBig(i)
}

// bigBinaries are the operations on two numbers.
func bigBinaries() []member {
	var out []member
	for name, op := range map[string]func(z, x, y *big.Int) *big.Int{
		"add": (*big.Int).Add, "subtract": (*big.Int).Sub, "multiply": (*big.Int).Mul, "divide": (*big.Int).Quo,
		"remainder": (*big.Int).Rem, "mod": (*big.Int).Mod, "and": (*big.Int).And, "or": (*big.Int).Or, "xor": (*big.Int).Xor,
		"gcd": func(z, x, y *big.Int) *big.Int { return z.GCD(nil, nil, x.Abs(x), y.Abs(y)) },
	} {
		divides := name == "divide" || name == "remainder" || name == "mod"
		out = append(out, member{"BigInteger " + name + "(BigInteger)", func(t *thread, args []Value) Value {
			x, y := bigOf(args[0]), bigOf(args[1])
			switch {
			case divides && y.Sign() == 0:
				t.throw(arithmetic, "BigInteger divide by zero")
			case name == "mod" && y.Sign() < 0:
				t.throw(arithmetic, "BigInteger: modulus not positive")
			}
			return t.newBig(op(new(big.Int), x, y))
		}})
	}
	for name, sign := range map[string]int{"max": 1, "min": -1} {
		out = append(out, member{"BigInteger " + name + "(BigInteger)", func(_ *thread, args []Value) Value {
			if bigOf(args[1]).Cmp(bigOf(args[0])) == sign {
				return args[1]
			}
			return args[0]
		}})
	}
	return out
}

var bigMethods = []member{
	{"BigInteger abs()", func(t *thread, args []Value) Value { i := bigOf(args[0]); return t.newBig(i.Abs(i)) }},
	{"BigInteger negate()", func(t *thread, args []Value) Value { i := bigOf(args[0]); return t.newBig(i.Neg(i)) }},
	{"BigInteger not()", func(t *thread, args []Value) Value { i := bigOf(args[0]); return t.newBig(i.Not(i)) }},
	{"BigInteger pow(int)", func(t *thread, args []Value) Value {
		i, n := bigOf(args[0]), args[1].Int64()
		switch {
		case n < 0:
			t.throw(arithmetic, "Negative exponent")
		case i.BitLen() > 1 && int64(i.BitLen())*n > maxBigBits:
			t.throw(arithmetic, "BigInteger would overflow supported range")
		}
		return t.newBig(i.Exp(i, big.NewInt(n), nil))
	}},
	{"BigInteger shiftLeft(int)", func(t *thread, args []Value) Value { return t.shiftBig(args[0], args[1].Int64()) }},
	{"BigInteger shiftRight(int)", func(t *thread, args []Value) Value { return t.shiftBig(args[0], -args[1].Int64()) }},
	{"int signum()", func(v Value) Value { return document.Integer(int32(bigOf(v).Sign())) }},
	{"int bitLength()", func(v Value) Value { return document.Integer(int32(bitLength(bigOf(v)))) }},
	{"boolean testBit(int)", func(_ *thread, args []Value) Value {
		return document.Boolean(args[1].Int64() >= 0 && bigOf(args[0]).Bit(int(args[1].Int64())) == 1)
	}},
	{"String toString(int)", func(t *thread, args []Value) Value {
		return t.newText(bigOf(args[0]).Text(validRadix(int(args[1].Int64()))))
	}},
	{"byte byteValueExact()", exactly(8)}, {"short shortValueExact()", exactly(16)},
	{"int intValueExact()", exactly(32)}, {"long longValueExact()", exactly(64)},
	{"BigInteger andNot(BigInteger)", func(t *thread, args []Value) Value {
		return t.newBig(new(big.Int).AndNot(bigOf(args[0]), bigOf(args[1])))
	}},
	{"int bitCount()", func(v Value) Value { return document.Integer(int32(bitCount(bigOf(v)))) }},
	{"BigInteger setBit(int)", withBit(func(uint) uint { return 1 })},
	{"BigInteger clearBit(int)", withBit(func(uint) uint { return 0 })},
	{"BigInteger flipBit(int)", withBit(func(old uint) uint { return 1 - old })},
	{"BigInteger[] divideAndRemainder(BigInteger)", func(t *thread, args []Value) Value {
		x, y := bigOf(args[0]), bigOf(args[1])
		if y.Sign() == 0 {
			t.throw(arithmetic, "BigInteger divide by zero")
		}
		q, r := x.QuoRem(x, y, new(big.Int))
		return objectFor(array{class: t.lib.arrayOf(t.lib.classes["BigInteger"]), items: []Value{t.newBig(q), t.newBig(r)}})
	}},
	{"int getLowestSetBit()", func(v Value) Value {
		i := bigOf(v)
		if i.Sign() == 0 {
			return document.Integer(-1)
		}
		return document.Integer(int32(i.TrailingZeroBits()))
	}},
	{"BigInteger modInverse(BigInteger)", func(t *thread, args []Value) Value {
		m := t.modulus(args[1])
		i := new(big.Int).ModInverse(bigOf(args[0]), m)
		if i == nil {
			t.throw(arithmetic, "BigInteger not invertible.")
		}
		return t.newBig(i)
	}},
	{"BigInteger modPow(BigInteger, BigInteger)", func(t *thread, args []Value) Value {
		m, n := t.modulus(args[2]), bigOf(args[1])
		t.spend(t.at, 1+n.BitLen()*quadratic(1+m.BitLen()/64))
		i := new(big.Int).Exp(bigOf(args[0]), n, m)
		if i == nil {
			t.throw(arithmetic, "BigInteger not invertible.")
		}
		return t.newBig(i)
	}},
	{"byte[] toByteArray()", func(t *thread, args []Value) Value { return t.newBytes(bigBytes(bigOf(args[0]))) }},
}

func (t *thread) modulus(v Value) *big.Int {
	m := bigOf(v)
	if m.Sign() <= 0 {
		t.throw(arithmetic, "BigInteger: modulus not positive")
	}
	return m
}

// bitCount is BigInteger.bitCount: of a negative number it counts the zeros.
func bitCount(i *big.Int) int {
	if i.Sign() < 0 {
		i = new(big.Int).Not(i)
	}
	n := 0
	for _, w := range i.Bits() {
		n += bits.OnesCount(uint(w))
	}
	return n
}

// withBit compiles a method that changes a bit.
func withBit(to func(old uint) uint) native {
	return func(t *thread, args []Value) Value {
		i, n := bigOf(args[0]), args[1].Int64()
		switch {
		case n < 0:
			t.throw(arithmetic, "Negative bit address")
		case n > maxBigBits:
			t.throw(arithmetic, "BigInteger would overflow supported range")
		}
		return t.newBig(i.SetBit(i, int(n), to(i.Bit(int(n)))))
	}
}

// bigBytes is toByteArray: big-endian two's complement, as short as can be.
func bigBytes(i *big.Int) []byte {
	size := bitLength(i)/8 + 1
	if i.Sign() < 0 {
		i = new(big.Int).Add(i, new(big.Int).Lsh(big.NewInt(1), uint(8*size)))
	}
	return i.FillBytes(make([]byte, size))
}

// bitLength is BigInteger.bitLength: without the sign bit, in two's complement.
func bitLength(i *big.Int) int {
	if i.Sign() < 0 {
		return new(big.Int).Not(i).BitLen()
	}
	return i.BitLen()
}

func (t *thread) shiftBig(v Value, n int64) Value {
	i := bigOf(v)
	if n <= 0 {
		return t.newBig(i.Rsh(i, uint(min(-n, maxBigBits))))
	}
	if n > maxBigBits {
		t.throw(arithmetic, "BigInteger would overflow supported range")
	}
	return t.newBig(i.Lsh(i, uint(n)))
}

func exactly(width int) native {
	return func(t *thread, args []Value) Value {
		i := bigOf(args[0])
		if bitLength(i) >= width {
			t.throw(arithmetic, "BigInteger out of %s range", map[int]string{8: "byte", 16: "short", 32: "int", 64: "long"}[width])
		}
		switch width {
		case 8:
			return boxWhole(typeByte, i.Int64())
		case 16:
			return boxWhole(typeShort, i.Int64())
		}
		return boxWidth(width, i.Int64())
	}
}
