package painless

import (
	"slices"

	"github.com/sluice-otel/sluice/ingest/document"
)

// What operators do with values whose class is known only when they are there.

// equal is ==: numbers are equal by value whatever their class, anything else
// by Java's equals. A read-only view of a list or map of the document has no
// equals of its own, so as the left side it equals nothing.
func equal(a, b Value) bool {
	if a.IsNull() || b.IsNull() {
		return a.IsNull() && b.IsNull()
	}
	ka, kb := numberKind(a), numberKind(b)
	switch {
	case ka == noPrimitive || kb == noPrimitive:
		return !a.IsReadOnly() && a.Equals(b)
	case ka == primitiveDouble || kb == primitiveDouble:
		return float64Of(a) == float64Of(b)
	case ka == primitiveFloat || kb == primitiveFloat:
		return float32Of(a) == float32Of(b)
	case ka == primitiveLong || kb == primitiveLong:
		return wholeOf(a) == wholeOf(b)
	}
	return int32(wholeOf(a)) == int32(wholeOf(b))
}

func float64Of(v Value) float64 {
	if d, ok := v.Object().(decimal); ok {
		return d.float()
	}
	if v.Object() != nil {
		return float64(wholeOf(v))
	}
	return v.Float64()
}

func float32Of(v Value) float32 {
	if k := v.Kind(); k == document.KindFloat || k == document.KindDouble || k == document.KindBigInteger {
		return float32(v.Float64())
	}
	return float32(wholeOf(v)) // not by way of a double, which would round twice
}

// identical is ===: equal scalars are one, as boxed constants are.
func identical(a, b Value) bool {
	switch {
	case a.Kind() == document.KindList || a.Kind() == document.KindMap:
		return a.List() == b.List() && a.Map() == b.Map() && a.IsReadOnly() == b.IsReadOnly()
	case a.Object() != nil && objectKind(a.Object()) == noPrimitive:
		return a.Object() == b.Object()
	}
	return a.Equals(b)
}

// promote returns the primitive type that an operation on two numbers has,
// at least int; noPrimitive if one is no number.
func promote(a, b primitive) primitive {
	if a < primitiveByte || b < primitiveByte {
		return noPrimitive
	}
	return max(a, b, primitiveInt)
}

// compare is <, <=, > or >= for two numbers.
func (t *thread) compare(at int, op relation, a, b Value) bool {
	switch promote(numberKind(a), numberKind(b)) {
	case primitiveInt, primitiveLong:
		return relates(op, wholeOf(a), wholeOf(b))
	case primitiveFloat:
		return relates(op, float32Of(a), float32Of(b))
	case primitiveDouble:
		return relates(op, float64Of(a), float64Of(b))
	default:
		t.throwOperands(at, op.String(), a, b)
		return false
	}
}

// A relation is <, <=, > or >=.
type relation uint8

const (
	less relation = iota
	lessOrEqual
	greater
	greaterOrEqual
)

var relationTexts = [...]string{"<", "<=", ">", ">="}

func (op relation) String() string { return relationTexts[op] }

func relationOf(text string) relation { return relation(slices.Index(relationTexts[:], text)) }

func relates[N int64 | float32 | float64](op relation, a, b N) bool {
	switch op {
	case less:
		return a < b
	case lessOrEqual:
		return a <= b
	case greater:
		return a > b
	default:
		return a >= b
	}
}

// throwOperands is the exception of an operator that is not for such values.
func (t *thread) throwOperands(at int, op string, a, b Value) {
	switch {
	case a.IsNull():
		t.throwNull(at, "leftObject")
	case b.IsNull():
		t.throwNull(at, "rightObject")
	}
	t.throwAt(at, document.ClassCast, "Cannot apply [%s] operation to types [%s] and [%s].", op, javaClass(a), javaClass(b))
}

// operate is an arithmetic or bit operation.
func (t *thread) operate(at int, op operator, a, b Value) Value {
	if op == opAdd && (a.Kind() == document.KindString || b.Kind() == document.KindString) {
		return document.String(t.concatenate(at, a.Text(), b.Text()))
	}
	if op.isLogic() && a.Kind() == document.KindBoolean && b.Kind() == document.KindBoolean {
		return document.Boolean(truthOperation(op, a.Bool(), b.Bool()))
	}
	kind := promote(numberKind(a), numberKind(b))
	if op.isShift() && kind != noPrimitive {
		kind = max(numberKind(a), primitiveInt)
	}
	switch {
	case kind == primitiveInt:
		return document.Integer(wholeArithmetic(t, at, op, int32(wholeOf(a)), int32(wholeOf(b))))
	case kind == primitiveLong:
		return document.Long(wholeArithmetic(t, at, op, wholeOf(a), wholeOf(b)))
	case kind == primitiveFloat && !op.isBit():
		return document.Float(realArithmetic(op, float32Of(a), float32Of(b)))
	case kind == primitiveDouble && !op.isBit():
		return document.Double(realArithmetic(op, float64Of(a), float64Of(b)))
	}
	t.throwOperands(at, op.String(), a, b)
	return document.Null
}

// truthOperation is &, ^ or | of two booleans.
func truthOperation(op operator, a, b bool) bool {
	switch op {
	case opAnd:
		return a && b
	case opXor:
		return a != b
	default:
		return a || b
	}
}

// sign is -, + or ~ of a value.
func (t *thread) sign(at int, op string, v Value) Value {
	kind := numberKind(v)
	switch {
	case kind == noPrimitive || op == "~" && kind > primitiveLong:
		if v.IsNull() {
			t.throwNull(at, "unary")
		}
		t.throwAt(at, document.ClassCast, "Cannot apply [%s] operation to type [%s].", op, javaClass(v))
		return document.Null
	case kind == primitiveFloat:
		return document.Float(float32(signed(op, v.Float64())))
	case kind == primitiveDouble:
		return document.Double(signed(op, v.Float64()))
	case kind == primitiveLong:
		return document.Long(signedWhole(op, wholeOf(v)))
	}
	return document.Integer(int32(signedWhole(op, wholeOf(v))))
}

func signed(op string, f float64) float64 {
	if op == "-" {
		return -f
	}
	return f
}

func signedWhole(op string, i int64) int64 {
	switch op {
	case "-":
		return -i
	case "~":
		return ^i
	}
	return i
}
