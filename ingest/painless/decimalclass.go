package painless

import (
	"math/big"

	"github.com/sluice-otel/sluice/ingest/document"
)

// contextAt returns the MathContext that may be argument i.
func contextAt(args []Value, i int) mathContext {
	if i < len(args) {
		return contextIn(args[i])
	}
	return mathContext{}
}

func bigDecimalClass() classSpec {
	of := func(i int64) Value { return document.ObjectOf(decimal{big.NewInt(i), 0}) }
	construct := func(t *thread, args []Value) Value {
		return t.newDecimal(t.rounded(t.parseDecimal(t.text(args[0])), contextAt(args, 1)))
	}
	s := classSpec{
		name: "BigDecimal", java: "java.math.BigDecimal", extends: []string{"Number", "Comparable"},
		methods: decimalMethods,
		statics: []member{
			{"BigDecimal(String)", construct}, {"BigDecimal(String, MathContext)", construct},
			{"BigDecimal valueOf(double)", func(t *thread, args []Value) Value { return t.newDecimal(t.parseDecimal(args[0].Text())) }},
		},
		constants: map[string]any{"ZERO": of(0), "ONE": of(1), "TEN": of(10)},
	}
	for name, op := range map[string]func(t *thread, a, b decimal, m mathContext) decimal{
		"add": func(t *thread, a, b decimal, m mathContext) decimal { return t.rounded(sum(a, b), m) },
		"subtract": func(t *thread, a, b decimal, m mathContext) decimal {
			return t.rounded(sum(a, decimal{new(big.Int).Neg(b.unscaled), b.scale}), m)
		},
		"multiply": func(t *thread, a, b decimal, m mathContext) decimal { return t.rounded(product(a, b), m) },
		"divide":   (*thread).divided, "divideToIntegralValue": (*thread).wholeQuotient, "remainder": (*thread).remainder,
	} {
		fn := func(t *thread, args []Value) Value {
			a, b := decimalIn(args[0]), decimalIn(args[1])
			t.checkScales(a, b)
			return t.newDecimal(op(t, a, b, contextAt(args, 2)))
		}
		s.methods = append(s.methods, member{"BigDecimal " + name + "(BigDecimal)", fn}, member{"BigDecimal " + name + "(BigDecimal, MathContext)", fn})
	}
	for name, op := range map[string]func(d decimal) decimal{
		"abs":    func(d decimal) decimal { return decimal{new(big.Int).Abs(d.unscaled), d.scale} },
		"negate": func(d decimal) decimal { return decimal{new(big.Int).Neg(d.unscaled), d.scale} },
		"plus":   func(d decimal) decimal { return d },
	} {
		fn := func(t *thread, args []Value) Value {
			return t.newDecimal(t.rounded(op(decimalIn(args[0])), contextAt(args, 1)))
		}
		s.methods = append(s.methods, member{"BigDecimal " + name + "()", fn}, member{"BigDecimal " + name + "(MathContext)", fn})
	}
	return s
}

// checkScales throws for numbers so far apart that what an operation makes of
// them has no bounds.
func (t *thread) checkScales(a, b decimal) {
	if abs(int64(a.scale)-int64(b.scale)) > maxPower {
		t.throw(arithmetic, "BigInteger would overflow supported range")
	}
}

// inDecimal adapts a function of a number to a method that returns a text or an
// int.
func inDecimal(fn func(d decimal) Value) native {
	return func(t *thread, args []Value) Value {
		d := decimalIn(args[0])
		t.spend(t.at, d.size())
		return fn(d)
	}
}

var decimalMethods = []member{
	{"int hashCode()", inDecimal(func(d decimal) Value { return document.Integer(d.HashCode()) })},
	{"boolean equals(def)", func(t *thread, args []Value) Value {
		t.spend(t.at, decimalIn(args[0]).size())
		return document.Boolean(args[0].Equals(args[1]))
	}},
	{"byte byteValue()", inDecimal(func(d decimal) Value { return boxWhole(typeByte, narrow(primitiveByte, lowest(d.whole()))) })},
	{"short shortValue()", inDecimal(func(d decimal) Value { return boxWhole(typeShort, narrow(primitiveShort, lowest(d.whole()))) })},
	{"int intValue()", inDecimal(func(d decimal) Value { return document.Integer(int32(lowest(d.whole()))) })},
	{"long longValue()", inDecimal(func(d decimal) Value { return document.Long(lowest(d.whole())) })},
	{"float floatValue()", inDecimal(func(d decimal) Value { return document.Float(float32(d.float())) })},
	{"double doubleValue()", inDecimal(func(d decimal) Value { return document.Double(d.float()) })},
	{"byte byteValueExact()", exactDecimal(8)}, {"short shortValueExact()", exactDecimal(16)},
	{"int intValueExact()", exactDecimal(32)}, {"long longValueExact()", exactDecimal(64)},
	{"BigDecimal[] divideAndRemainder(BigDecimal)", divideAndRemainder},
	{"BigDecimal[] divideAndRemainder(BigDecimal, MathContext)", divideAndRemainder},
	{"BigDecimal max(BigDecimal)", func(_ *thread, args []Value) Value {
		if decimalIn(args[0]).compareTo(decimalIn(args[1])) >= 0 {
			return args[0]
		}
		return args[1]
	}},
	{"BigDecimal min(BigDecimal)", func(_ *thread, args []Value) Value {
		if decimalIn(args[0]).compareTo(decimalIn(args[1])) <= 0 {
			return args[0]
		}
		return args[1]
	}},
	{"BigDecimal movePointLeft(int)", func(t *thread, args []Value) Value { return t.movedPoint(args[0], args[1].Int64()) }},
	{"BigDecimal movePointRight(int)", func(t *thread, args []Value) Value { return t.movedPoint(args[0], -args[1].Int64()) }},
	{"BigDecimal pow(int)", func(t *thread, args []Value) Value {
		return t.newDecimal(t.raised(decimalIn(args[0]), args[1].Int64(), mathContext{}))
	}},
	{"BigDecimal pow(int, MathContext)", func(t *thread, args []Value) Value {
		return t.newDecimal(t.raised(decimalIn(args[0]), args[1].Int64(), contextIn(args[2])))
	}},
	{"int precision()", inDecimal(func(d decimal) Value { return document.Integer(int32(d.precision())) })},
	{"BigDecimal round(MathContext)", func(t *thread, args []Value) Value {
		return t.newDecimal(t.rounded(decimalIn(args[0]), contextIn(args[1])))
	}},
	{"int scale()", inDecimal(func(d decimal) Value { return document.Integer(int32(d.scale)) })},
	{"BigDecimal scaleByPowerOfTen(int)", func(t *thread, args []Value) Value {
		d := decimalIn(args[0])
		return t.newDecimal(decimal{d.unscaled, d.scale - int(args[1].Int64())})
	}},
	{"BigDecimal setScale(int)", func(t *thread, args []Value) Value {
		return t.newDecimal(t.rescaled(decimalIn(args[0]), int(args[1].Int64()), roundUnnecessary))
	}},
	{"BigDecimal setScale(int, RoundingMode)", func(t *thread, args []Value) Value {
		return t.newDecimal(t.rescaled(decimalIn(args[0]), int(args[1].Int64()), roundingIn(args[2])))
	}},
	{"int signum()", inDecimal(func(d decimal) Value { return document.Integer(int32(d.unscaled.Sign())) })},
	{"BigDecimal stripTrailingZeros()", func(t *thread, args []Value) Value {
		d := decimalIn(args[0])
		if d.unscaled.Sign() == 0 {
			return t.newDecimal(decimal{d.unscaled, 0})
		}
		return t.newDecimal(d.stripped(-maxPower))
	}},
	{"BigInteger toBigInteger()", func(t *thread, args []Value) Value { return t.newBig(decimalIn(args[0]).whole()) }},
	{"BigInteger toBigIntegerExact()", func(t *thread, args []Value) Value {
		return t.newBig(t.rescaled(decimalIn(args[0]), 0, roundUnnecessary).unscaled)
	}},
	{"String toEngineeringString()", func(t *thread, args []Value) Value { return t.newText(decimalIn(args[0]).text(3)) }},
	{"String toPlainString()", func(t *thread, args []Value) Value { return t.newText(decimalIn(args[0]).plain()) }},
	{"BigDecimal ulp()", func(t *thread, args []Value) Value {
		return t.newDecimal(decimal{big.NewInt(1), decimalIn(args[0]).scale})
	}},
}

// lowest returns the lowest 64 bits of a number in two's complement.
func lowest(i *big.Int) int64 { return document.BigInteger(i.String()).Int64() }

// exactDecimal compiles intValueExact and its relatives.
func exactDecimal(width int) native {
	return func(t *thread, args []Value) Value {
		i := t.rescaled(decimalIn(args[0]), 0, roundUnnecessary).unscaled
		if bitLength(i) >= width {
			t.throw(arithmetic, "Overflow")
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

func divideAndRemainder(t *thread, args []Value) Value {
	a, b, m := decimalIn(args[0]), decimalIn(args[1]), contextAt(args, 2)
	t.checkScales(a, b)
	items := []Value{t.newDecimal(t.wholeQuotient(a, b, m)), t.newDecimal(t.remainder(a, b, m))}
	return objectFor(array{class: t.lib.arrayOf(t.lib.classes["BigDecimal"]), items: items})
}

// movedPoint divides by a power of ten; the scale does not become negative.
func (t *thread) movedPoint(v Value, left int64) Value {
	d := decimalIn(v)
	if left == 0 {
		return v
	}
	d.scale += int(left)
	if d.scale < 0 {
		d = t.rescaled(d, 0, roundUnnecessary)
	}
	return t.newDecimal(d)
}
