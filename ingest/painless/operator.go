package painless

import (
	"math"
	"unicode/utf8"

	"github.com/sluice-otel/sluice/ingest/document"
)

func (c *compiler) unary(x *unary) code {
	operand := c.expression(x.x)
	at := x.at()
	if x.op == "!" {
		truth := c.convert(operand, typeBoolean, false).truth
		return truthCode(at, func(t *thread) bool { return !truth(t) })
	}
	op, typ := x.op, operand.typ
	switch {
	case typ.isWhole():
		operand = numberTo(operand, c.promoted(typ, typ))
		whole, wide := operand.whole, operand.typ == typeLong
		return wholeCode(at, operand.typ, func(t *thread) int64 {
			i := signedWhole(op, whole(t))
			if !wide {
				i = int64(int32(i))
			}
			return i
		})
	case typ.isNumber() && op != "~":
		real := operand.real
		return realCode(at, typ, func(t *thread) float64 { return signed(op, real(t)) })
	case typ == typeBoolean || typ == c.lib.str:
		c.fail(at, "Cannot apply [%s] operator to type [%s].", op, typ.java)
	}
	value := operand.value
	return valueCode(at, typeDef, func(t *thread) Value { return t.sign(at, op, value(t)) })
}

// promoted returns the type an operation on two primitive numbers has, nil if
// one is none.
func (c *compiler) promoted(a, b *class) *class {
	switch promote(a.primitive, b.primitive) {
	case primitiveInt:
		return typeInt
	case primitiveLong:
		return typeLong
	case primitiveFloat:
		return typeFloat
	case primitiveDouble:
		return typeDouble
	default:
		return nil
	}
}

func (c *compiler) binary(x *binary) code {
	switch x.op {
	case "&&", "||":
		return c.logical(x)
	case "?:":
		return c.elvis(x)
	}
	l, r := c.expression(x.l), c.expression(x.r)
	switch x.op {
	case "==", "!=", "===", "!==":
		return c.equality(x.at(), x.op, l, r)
	case "<", "<=", ">", ">=":
		return c.relation(x.at(), x.op, l, r)
	case "=~", "==~":
		return c.match(x.at(), x.op, l, r)
	}
	return c.arithmetic(x.at(), operatorsByText[x.op], l, r)
}

func (c *compiler) logical(x *binary) code {
	l := c.convert(c.expression(x.l), typeBoolean, false).truth
	r := c.convert(c.expression(x.r), typeBoolean, false).truth
	if x.op == "&&" {
		return truthCode(x.at(), func(t *thread) bool { return l(t) && r(t) })
	}
	return truthCode(x.at(), func(t *thread) bool { return l(t) || r(t) })
}

func (c *compiler) elvis(x *binary) code {
	l, r := c.expression(x.l), c.expression(x.r)
	if l.typ.primitive != noPrimitive {
		c.fail(x.at(), "Extraneous elvis operator. LHS is a primitive.")
	}
	left := l.value
	typ := typeDef
	if l.typ == r.typ {
		typ = l.typ
	}
	right := r.value
	return valueCode(x.at(), typ, func(t *thread) Value {
		if v := left(t); !v.IsNull() {
			return v
		}
		return right(t)
	})
}

func (c *compiler) ternary(x *ternary) code {
	cond := c.convert(c.expression(x.cond), typeBoolean, false).truth
	yes, no := c.expression(x.yes), c.expression(x.no)
	typ := c.common(yes, no)
	yes, no = c.convert(yes, typ, false), c.convert(no, typ, false)
	yesValue, noValue := yes.value, no.value
	return valueCode(x.at(), typ, func(t *thread) Value {
		if cond(t) {
			return yesValue(t)
		}
		return noValue(t)
	})
}

// common returns the type of an expression that is one or the other.
func (c *compiler) common(a, b code) *class {
	if typ := c.promoted(a.typ, b.typ); typ != nil && a.typ != b.typ {
		return typ
	}
	switch {
	case a.typ == b.typ || b.isNull() && a.typ.primitive == noPrimitive:
		return a.typ
	case a.isNull() && b.typ.primitive == noPrimitive:
		return b.typ
	}
	return typeDef
}

func (c *compiler) equality(at int, op string, l, r code) code {
	same := c.same(op, l, r)
	if op == "!=" || op == "!==" {
		return truthCode(at, func(t *thread) bool { return !same(t) })
	}
	out := truthCode(at, same)
	if l.charAt != nil && r.constant && r.whole != nil {
		if n := wholeOf(r.known()); n >= 0 && n < utf8.RuneSelf {
			out.unit = &unitTest{*l.charAt, byte(n)}
		}
	}
	return out
}

// same returns what == or === of two expressions computes, by the types they
// are known to have.
func (c *compiler) same(op string, l, r code) func(*thread) bool {
	if l.typ == typeVoid || r.typ == typeVoid {
		c.fail(l.at, "Cannot apply [%s] to a call that returns nothing.", op)
	}
	if same := c.sameAsConstant(l, r); same != nil {
		return same
	}
	if r.constant && l.whole != nil && r.whole != nil {
		return isNumber(l, wholeOf(r.known()))
	}
	left, right := l.value, r.value
	switch {
	case l.typ == typeBoolean && r.typ == typeBoolean:
		a, b := l.truth, r.truth
		return func(t *thread) bool { return a(t) == b(t) }
	case l.whole != nil && r.whole != nil:
		a, b := l.whole, r.whole
		return func(t *thread) bool { return a(t) == b(t) }
	case op == "===" || op == "!==":
		return func(t *thread) bool {
			a := left(t)
			return identical(a, right(t))
		}
	}
	return func(t *thread) bool {
		a := left(t)
		b := right(t)
		if k := a.Kind(); k == document.KindList || k == document.KindMap || k == document.KindString {
			t.weigh(l.at, a)
		}
		return equal(a, b)
	}
}

// sameAsConstant returns what compares with a constant, or nil.
func (c *compiler) sameAsConstant(l, r code) func(*thread) bool {
	switch {
	case r.isNull():
		return isNull(l)
	case l.isNull():
		return isNull(r)
	case r.constant && r.typ == c.lib.str:
		return isText(l, r.known().Str())
	case l.constant && l.typ == c.lib.str:
		return isText(r, l.known().Str())
	case !r.constant || r.whole == nil || l.whole != nil:
		return nil
	case l.equals != nil:
		return l.equals(wholeOf(r.known()))
	case l.ofText != nil:
		return isWholeOfText(l.ofText, r.known())
	}
	return isWhole(l.value, r.known())
}

//go:noinline
func isNull(x code) func(*thread) bool {
	if slot := x.local - 1; slot >= 0 {
		return func(t *thread) bool { return t.frame[slot].IsNull() }
	}
	value := x.value
	return func(t *thread) bool {
		v := value(t)
		return v.IsNull()
	}
}

// isNumber compares what is certainly a whole number with a constant.
func isNumber(x code, n int64) func(*thread) bool {
	switch whole, slot := x.whole, x.local-1; {
	case x.equals != nil:
		return x.equals(n)
	case slot >= 0:
		return func(t *thread) bool { return t.frame[slot].Int64() == n }
	default:
		return func(t *thread) bool { return whole(t) == n }
	}
}

// isWhole compares with a constant int or long.
func isWhole(value func(*thread) Value, constant Value) func(*thread) bool {
	n := wholeOf(constant)
	return func(t *thread) bool {
		v := value(t)
		if k := v.Kind(); k == document.KindInteger || k == document.KindLong {
			return v.Int64() == n
		}
		if c, ok := v.Object().(character); ok {
			return int64(c) == n
		}
		return equal(v, constant)
	}
}

func isWholeOfText(x *ofText, constant Value) func(*thread) bool {
	n := wholeOf(constant)
	return func(t *thread) bool {
		v := x.receiver(t)
		if v.Kind() == document.KindString {
			if got, ok := x.whole(t, v.Str()); ok {
				return got == n
			}
		}
		return equal(x.otherwise(t, v), constant)
	}
}

//go:noinline
func isText(x code, text string) func(*thread) bool {
	if slot := x.local - 1; slot >= 0 {
		return func(t *thread) bool {
			v := &t.frame[slot]
			return v.Kind() == document.KindString && v.Str() == text
		}
	}
	value := x.value
	return func(t *thread) bool {
		v := value(t)
		return v.Kind() == document.KindString && v.Str() == text
	}
}

func (c *compiler) relation(at int, text string, l, r code) code {
	typ, op := c.promoted(l.typ, r.typ), relationOf(text)
	left, right := l.value, r.value
	switch {
	case l.whole != nil && r.whole != nil:
		out := truthCode(at, wholeRelation(op, l.whole, r.whole))
		if op == less {
			out.below = &below{l, r}
		}
		return out
	case typ == typeFloat:
		a, b := numberTo(l, typeFloat).real, numberTo(r, typeFloat).real
		return truthCode(at, func(t *thread) bool { return relates(op, a(t), b(t)) })
	case typ == typeDouble:
		a, b := l.numbers(), r.numbers()
		return truthCode(at, func(t *thread) bool { return relates(op, a(t), b(t)) })
	case c.neverNumber(l.typ) || c.neverNumber(r.typ):
		c.failOperands(at, text, l, r)
	case r.constant && r.whole != nil:
		return truthCode(at, toConstant(at, op, left, r.known()))
	case l.typ == typeInt && r.ofText != nil:
		return truthCode(at, fromIntToText(at, op, l.whole, r.ofText))
	case l.typ == typeInt:
		return truthCode(at, fromInt(at, op, l.whole, right))
	}
	return truthCode(at, func(t *thread) bool {
		a := left(t)
		return t.compare(at, op, a, right(t))
	})
}

// wholeRelation is a closure for each relation: loops ask for one every round.
//
//go:noinline
func wholeRelation(op relation, l, r func(*thread) int64) func(*thread) bool {
	switch op {
	case less:
		return func(t *thread) bool { return l(t) < r(t) }
	case lessOrEqual:
		return func(t *thread) bool { return l(t) <= r(t) }
	case greater:
		return func(t *thread) bool { return l(t) > r(t) }
	default:
		return func(t *thread) bool { return l(t) >= r(t) }
	}
}

// toConstant compares a value with a constant int or long: the most frequent
// comparison of conditions.
func toConstant(at int, op relation, left func(*thread) Value, constant Value) func(*thread) bool {
	n := wholeOf(constant)
	return func(t *thread) bool {
		v := left(t)
		if k := v.Kind(); k == document.KindInteger || k == document.KindLong {
			return relates(op, v.Int64(), n)
		}
		return t.compare(at, op, v, constant)
	}
}

// fromInt compares an int with a value: i < ctx.list.size().
//
//go:noinline
func fromInt(at int, op relation, left func(*thread) int64, right func(*thread) Value) func(*thread) bool {
	return func(t *thread) bool {
		n := left(t)
		v := right(t)
		if k := v.Kind(); k == document.KindInteger || k == document.KindLong {
			return relates(op, n, v.Int64())
		}
		return t.compare(at, op, document.Integer(int32(n)), v)
	}
}

// fromIntToText is fromInt for i < ctx.text.length().
//
//go:noinline
func fromIntToText(at int, op relation, left func(*thread) int64, x *ofText) func(*thread) bool {
	return func(t *thread) bool {
		n := left(t)
		v := x.receiver(t)
		if v.Kind() == document.KindString {
			if got, ok := x.whole(t, v.Str()); ok {
				return relates(op, n, got)
			}
		}
		return t.compare(at, op, document.Integer(int32(n)), x.otherwise(t, v))
	}
}

// neverNumber reports whether values of a type are certainly no numbers.
func (c *compiler) neverNumber(typ *class) bool {
	if typ.primitive != noPrimitive {
		return !typ.isNumber()
	}
	return typ != typeDef && typ.final && c.lib.unboxed(typ) == nil || typ == c.lib.classes["Boolean"]
}

func (c *compiler) failOperands(at int, op string, l, r code) {
	c.fail(at, "Cannot apply [%s] operation to types [%s] and [%s].", op, l.typ.java, r.typ.java)
}

func (c *compiler) arithmetic(at int, op operator, l, r code) code {
	typ := c.promoted(l.typ, r.typ)
	if op.isShift() && typ != nil {
		typ = c.promoted(l.typ, l.typ)
	}
	left, right := l.value, r.value
	switch {
	case l.typ == typeVoid || r.typ == typeVoid:
		c.failOperands(at, op.String(), l, r)
	case op == opAdd && (l.typ == c.lib.str || r.typ == c.lib.str):
		return c.concatenation(at, left, right)
	case typ != nil && typ.isWhole() && l.whole != nil && r.whole != nil:
		return wholeOperation(at, typ, op, l.whole, r.whole)
	case typ != nil && !op.isBit():
		return realOperation(at, typ, op, numberTo(l, typ).real, numberTo(r, typ).real)
	case op.isLogic() && l.typ == typeBoolean && r.typ == typeBoolean:
		a, b := l.truth, r.truth
		return truthCode(at, func(t *thread) bool { return truthOperation(op, a(t), b(t)) })
	case typ != nil, c.neverOperand(op, l.typ), c.neverOperand(op, r.typ):
		c.failOperands(at, op.String(), l, r)
	}
	return operation(at, op, l, r)
}

// operation is an operation on values whose classes are not known, which most of
// the time are Integers.
func operation(at int, op operator, l, r code) code {
	left, right := l.value, r.value
	if l.isInt() && r.isInt() {
		out := wholeOperation(at, typeInt, op, l.whole, r.whole)
		out.typ = typeDef
		return out
	}
	if r.constant && r.typ == typeInt {
		return withInt(at, op, l, r.known())
	}
	return valueCode(at, typeDef, func(t *thread) Value {
		a := left(t)
		b := right(t)
		if a.Kind() == document.KindInteger && b.Kind() == document.KindInteger {
			return document.Integer(wholeArithmetic(t, at, op, int32(a.Int64()), int32(b.Int64())))
		}
		return t.operate(at, op, a, b)
	})
}

// withInt is an operation with a constant.
func withInt(at int, op operator, l code, constant Value) code {
	n, left := int32(constant.Int64()), l.value
	switch {
	case op == opRem && n > 0: // x % 3
		out := valueCode(at, typeDef, func(t *thread) Value {
			a := left(t)
			if a.Kind() == document.KindInteger {
				return document.Integer(int32(a.Int64()) % n)
			}
			return t.operate(at, op, a, constant)
		})
		if slot := l.local - 1; slot >= 0 {
			out.equals = func(rest int64) func(*thread) bool { return remains(at, slot, n, rest) }
		}
		return out
	}
	return valueCode(at, typeDef, func(t *thread) Value {
		a := left(t)
		if a.Kind() == document.KindInteger {
			return document.Integer(wholeArithmetic(t, at, op, int32(a.Int64()), n))
		}
		return t.operate(at, op, a, constant)
	})
}

// remains is x % n == rest for a variable of type def.
//
//go:noinline
func remains(at, slot int, n int32, rest int64) func(*thread) bool {
	otherwise := func(t *thread, a Value) bool {
		return equal(t.operate(at, opRem, a, document.Integer(n)), document.Number(rest))
	}
	if rest != 0 {
		return func(t *thread) bool {
			a := &t.frame[slot]
			if a.Kind() != document.KindInteger {
				return otherwise(t, *a)
			}
			return a.Int64()%int64(n) == rest
		}
	}
	// A multiple of n times 1/n, in 64 bits behind the point, leaves nearly nothing there:
	// Lemire, Kaser and Kurz, Faster remainder by direct computation, 2019.
	inverse := math.MaxUint64/uint64(n) + 1
	return func(t *thread) bool {
		a := &t.frame[slot]
		if a.Kind() != document.KindInteger {
			return otherwise(t, *a)
		}
		i := a.Int64()
		return uint64(max(i, -i))*inverse <= inverse-1
	}
}

// concatenation is + of which one side is certainly a string.
//
//go:noinline
func (c *compiler) concatenation(at int, left, right func(*thread) Value) code {
	return valueCode(at, c.lib.str, func(t *thread) Value {
		a := left(t).Text()
		return document.String(t.concatenate(at, a, right(t).Text()))
	})
}

// neverOperand is neverNumber for operators that take booleans, too.
func (c *compiler) neverOperand(op operator, typ *class) bool {
	if op.isLogic() && (typ == typeBoolean || typ == c.lib.classes["Boolean"]) {
		return false
	}
	return c.neverNumber(typ)
}

func wholeOperation(at int, typ *class, op operator, l, r func(*thread) int64) code {
	if typ == typeLong {
		return wholeCode(at, typ, func(t *thread) int64 {
			a := l(t)
			return wholeArithmetic(t, at, op, a, r(t))
		})
	}
	if op == opAdd { // i + 1
		return wholeCode(at, typ, func(t *thread) int64 { return int64(int32(l(t) + r(t))) })
	}
	return wholeCode(at, typ, func(t *thread) int64 {
		a := int32(l(t))
		return int64(wholeArithmetic(t, at, op, a, int32(r(t))))
	})
}

func realOperation(at int, typ *class, op operator, l, r func(*thread) float64) code {
	if typ == typeDouble {
		return realCode(at, typ, func(t *thread) float64 { return realArithmetic(op, l(t), r(t)) })
	}
	return realCode(at, typ, func(t *thread) float64 {
		return float64(realArithmetic(op, float32(l(t)), float32(r(t))))
	})
}

func (c *compiler) typeTest(x *typeTest) code {
	of, typ := c.expression(x.x), c.typ(x.typ)
	if own := c.lib.classes[boxes[typ.primitive]]; own != nil {
		typ = own
	}
	if typ == typeDef {
		typ = c.lib.object
	}
	test, value := c.lib.instances(typ), of.value
	if slot := of.local - 1; slot >= 0 {
		return truthCode(x.at(), func(t *thread) bool { return test.has(t.frame[slot]) })
	}
	return truthCode(x.at(), func(t *thread) bool { return test.has(value(t)) })
}
