package painless

import (
	"math/big"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A rounding is a java.math.RoundingMode, in the order of the enum.
type rounding int

const (
	roundUp rounding = iota
	roundDown
	roundCeiling
	roundFloor
	roundHalfUp
	roundHalfDown
	roundHalfEven
	roundUnnecessary
)

var roundingModes = enumValues("java.math.RoundingMode",
	"UP", "DOWN", "CEILING", "FLOOR", "HALF_UP", "HALF_DOWN", "HALF_EVEN", "UNNECESSARY")

func roundingIn(v Value) rounding { return rounding(enumIn(v).ordinal) }

// quotient returns n/d rounded to a whole number; UNNECESSARY must divide.
func (t *thread) quotient(n, d *big.Int, mode rounding) *big.Int {
	q, r := new(big.Int).QuoRem(n, d, new(big.Int))
	if r.Sign() == 0 {
		return q
	}
	if mode == roundUnnecessary {
		t.throw(arithmetic, "Rounding necessary")
	}
	sign := n.Sign() * d.Sign()
	if mode.away(sign, r.Abs(r.Lsh(r, 1)).CmpAbs(d), q.Bit(0) == 1) {
		q.Add(q, big.NewInt(int64(sign)))
	}
	return q
}

// away reports whether a quotient that is not whole is rounded away from zero:
// by its sign, what its fraction is compared with a half, and whether the number
// below is odd.
func (mode rounding) away(sign, half int, odd bool) bool {
	switch mode {
	case roundUp:
		return true
	case roundCeiling:
		return sign > 0
	case roundFloor:
		return sign < 0
	case roundHalfUp:
		return half >= 0
	case roundHalfDown:
		return half > 0
	case roundHalfEven:
		return half > 0 || half == 0 && odd
	case roundDown, roundUnnecessary:
	}
	return false
}

// A mathContext is a java.math.MathContext: how many digits a result has, 0 for
// all, and how it is rounded to them.
type mathContext struct {
	precision int
	mode      rounding
}

// JavaClass implements document.Object.
func (mathContext) JavaClass() string { return "java.math.MathContext" }

// AppendText implements document.Object.
func (m mathContext) AppendText(dst []byte) []byte {
	dst = document.Integer(int32(m.precision)).AppendText(append(dst, "precision="...))
	return append(append(dst, " roundingMode="...), enumIn(roundingModes[m.mode]).name...)
}

// Identity implements document.Object.
func (m mathContext) Identity() string { return string(m.AppendText(nil)) }

// HashCode implements document.Object.
func (m mathContext) HashCode() int32 { return int32(m.precision) + 59*(int32(m.mode)+1) }

func contextIn(v Value) mathContext { return objectOf[mathContext](v) }

func roundingClasses() []classSpec {
	contextOf := func(precision int, mode rounding) Value { return document.ObjectOf(mathContext{precision, mode}) }
	construct := func(t *thread, args []Value) Value {
		mode := roundHalfUp
		if len(args) > 1 {
			mode = roundingIn(args[1])
		}
		if args[0].Int64() < 0 {
			t.throw(document.IllegalArgument, "Digits < 0")
		}
		return contextOf(int(args[0].Int64()), mode)
	}
	return []classSpec{enumSpec(roundingModes), {
		name: "MathContext", java: "java.math.MathContext",
		methods: []member{
			{"int getPrecision()", func(v Value) Value { return document.Integer(int32(contextIn(v).precision)) }},
			{"RoundingMode getRoundingMode()", func(v Value) Value { return roundingModes[contextIn(v).mode] }},
		},
		statics: []member{{"MathContext(int)", construct}, {"MathContext(int, RoundingMode)", construct}},
		constants: map[string]any{
			"UNLIMITED": contextOf(0, roundHalfUp), "DECIMAL32": contextOf(7, roundHalfEven),
			"DECIMAL64": contextOf(16, roundHalfEven), "DECIMAL128": contextOf(34, roundHalfEven),
		},
	}}
}
