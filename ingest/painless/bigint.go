package painless

import (
	"math/big"

	"github.com/sluice-otel/sluice/ingest/document"
)

// maxBigBits bounds the numbers that a script can make.
const maxBigBits = 1 << 20

func bigOf(v Value) *big.Int {
	i, _ := new(big.Int).SetString(v.Text(), 10)
	if i == nil {
		return new(big.Int)
	}
	return i
}

func (t *thread) newBig(i *big.Int) Value {
	t.charge(t.at, i.BitLen()/3)
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
	{"int intValueExact()", exactly(32)}, {"long longValueExact()", exactly(64)},
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
			t.throw(arithmetic, "BigInteger out of %s range", map[int]string{32: "int", 64: "long"}[width])
		}
		return boxWidth(width, i.Int64())
	}
}
