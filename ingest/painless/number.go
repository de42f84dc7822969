package painless

import (
	"cmp"
	"math"

	"github.com/sluice-otel/sluice/ingest/document"
)

// numberKind returns the primitive that operators take a value for, noPrimitive
// if it is no number. A BigInteger is an int to them, its lowest bits.
func numberKind(v Value) primitive {
	switch v.Kind() {
	case document.KindInteger, document.KindBigInteger:
		return primitiveInt
	case document.KindLong:
		return primitiveLong
	case document.KindFloat:
		return primitiveFloat
	case document.KindDouble:
		return primitiveDouble
	default:
		return objectKind(v.Object())
	}
}

// An operator is an arithmetic or bit operation.
type operator uint8

const (
	opAdd operator = iota
	opSub
	opMul
	opDiv
	opRem
	opAnd
	opXor
	opOr
	opShl
	opShr
	opUshr
)

var operatorsByText = map[string]operator{
	"+": opAdd, "-": opSub, "*": opMul, "/": opDiv, "%": opRem, "&": opAnd, "^": opXor, "|": opOr,
	"<<": opShl, ">>": opShr, ">>>": opUshr,
}

var operatorTexts = [...]string{"+", "-", "*", "/", "%", "&", "^", "|", "<<", ">>", ">>>"}

func (op operator) String() string { return operatorTexts[op] }

// isBit reports whether op is for whole numbers only.
func (op operator) isBit() bool { return op >= opAnd }

// isLogic reports whether op is for booleans, too.
func (op operator) isLogic() bool { return op >= opAnd && op <= opOr }

func (op operator) isShift() bool { return op >= opShl }

// wholeArithmetic computes as Java does: with overflow, and an exception for a
// division by zero.
func wholeArithmetic[N int32 | int64](t *thread, at int, op operator, a, b N) N {
	switch op {
	case opAdd:
		return a + b
	case opSub:
		return a - b
	case opMul:
		return a * b
	case opDiv, opRem:
		if b == 0 {
			t.throwAt(at, arithmetic, "/ by zero")
		}
		if op == opDiv {
			return a / b
		}
		return a % b
	case opAnd:
		return a & b
	case opXor:
		return a ^ b
	case opOr:
		return a | b
	case opShl, opShr, opUshr:
		return shift(op, a, int64(b))
	}
	return 0
}

// shift takes as many bits of the distance as Java does: 5 for an int, 6 for a
// long.
func shift[N int32 | int64](op operator, a N, distance int64) N {
	mask := uint64(31)
	if N(1)<<(mask+1) != 0 {
		mask = 63
	}
	n := uint64(distance) & mask
	switch {
	case op == opShl:
		return a << n
	case op == opShr:
		return a >> n
	case mask == 31:
		return N(uint32(a) >> n)
	default:
		return N(uint64(a) >> n)
	}
}

func realArithmetic[N float32 | float64](op operator, a, b N) N {
	switch op {
	case opAdd:
		return a + b
	case opSub:
		return a - b
	case opMul:
		return a * b
	case opDiv:
		return a / b
	default:
		return N(math.Mod(float64(a), float64(b)))
	}
}

func numberClass() classSpec {
	return classSpec{
		name: "Number", java: "java.lang.Number", open: true,
		methods: []member{
			{"byte byteValue()", func(v Value) Value { return convertNumber(v, typeByte) }},
			{"short shortValue()", func(v Value) Value { return convertNumber(v, typeShort) }},
			{"int intValue()", func(v Value) Value { return convertNumber(v, typeInt) }},
			{"long longValue()", func(v Value) Value { return convertNumber(v, typeLong) }},
			{"float floatValue()", func(v Value) Value { return convertNumber(v, typeFloat) }},
			{"double doubleValue()", func(v Value) Value { return convertNumber(v, typeDouble) }},
		},
	}
}

// orderNumbers compares two numbers of one class.
func orderNumbers(a, b Value) int {
	switch a.Kind() {
	case document.KindFloat, document.KindDouble:
		return orderReals(a.Float64(), b.Float64())
	case document.KindBigInteger:
		return bigOf(a).Cmp(bigOf(b))
	default:
	}
	if d, ok := a.Object().(decimal); ok {
		return d.compareTo(b.Object())
	}
	return cmp.Compare(wholeOf(a), wholeOf(b))
}

// orderReals is Double.compare: NaN is greater than everything, 0.0 than -0.0.
func orderReals(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	case math.IsNaN(a) || math.IsNaN(b):
		return cmp.Compare(truthRank(document.Boolean(math.IsNaN(a))), truthRank(document.Boolean(math.IsNaN(b))))
	}
	return cmp.Compare(int64(math.Float64bits(a)), int64(math.Float64bits(b)))
}
