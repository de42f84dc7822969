package painless

import (
	"math"

	"github.com/sluice-otel/sluice/ingest/document"
)

// boxes has the class that boxes a primitive type.
var boxes = map[primitive]string{
	primitiveBoolean: "Boolean", primitiveByte: "Byte", primitiveShort: "Short", primitiveChar: "Character",
	primitiveInt: "Integer", primitiveLong: "Long", primitiveFloat: "Float", primitiveDouble: "Double",
}

// unboxed returns the primitive type that typ is or boxes, nil for none.
func (l *library) unboxed(typ *class) *class {
	if typ.primitive >= primitiveBoolean {
		return typ
	}
	for _, p := range [...]*class{
		typeBoolean, typeByte, typeShort, typeChar, typeInt, typeLong, typeFloat, typeDouble,
	} {
		if l.classes[boxes[p.primitive]] == typ {
			return p
		}
	}
	return nil
}

// convert makes x a value of another type; what loses information or can fail
// must be explicit, a cast, unless x is of type def.
func (c *compiler) convert(x code, to *class, explicit bool) code {
	switch {
	case x.typ == to:
		return x
	case x.typ == typeVoid || to == typeVoid:
		c.failCast(x, to)
	case to == typeDef, to == c.lib.object:
		x.typ = to
		return valueCode(x.at, to, x.value)
	case x.typ == typeDef, explicit && x.typ == c.lib.object:
		return c.fromDef(x, to, explicit)
	case to.primitive != noPrimitive:
		return c.toPrimitive(x, to, explicit)
	case x.typ.primitive != noPrimitive:
		return c.box(x, to, explicit)
	case x.typ.isA(to):
		out := valueCode(x.at, to, x.value)
		out.constant, out.path = x.constant, x.path
		return out
	case explicit && (to.isA(x.typ) || !x.typ.final && !to.final):
		return c.fromDef(x, to, true)
	}
	c.failCast(x, to)
	return x
}

func (c *compiler) failCast(x code, to *class) {
	c.fail(x.at, "Cannot cast from [%s] to [%s].", x.typ.java, to.java)
}

func (c *compiler) toPrimitive(x code, to *class, explicit bool) code {
	from := x.typ
	switch {
	case from.primitive == noPrimitive:
		if own := c.lib.unboxed(from); own != nil || explicit && to == typeChar && from == c.lib.str {
			if x.constant && own == nil && length(x.known().Str()) == 1 {
				return constantCode(x.at, to, charValue(unitAt(x.known().Str(), 0)))
			}
			return c.fromDef(x, to, explicit)
		}
	case from == typeBoolean || to == typeBoolean:
	case explicit || widens(from.primitive, to.primitive) || x.constant && fits(x.known(), to):
		return numberTo(x, to)
	}
	c.failCast(x, to)
	return x
}

// widens reports whether a conversion keeps every number.
func widens(from, to primitive) bool {
	return from < to && to != primitiveChar && from != primitiveChar || from == primitiveChar && to >= primitiveInt
}

// fits reports whether a constant can become a narrower type unasked: byte x = 1.
func fits(v Value, to *class) bool {
	return v.Kind() == document.KindInteger && to.isWhole() && narrow(to.primitive, v.Int64()) == v.Int64()
}

// narrow keeps the bits of i that a primitive type has.
func narrow(to primitive, i int64) int64 {
	switch to {
	case primitiveByte:
		return int64(int8(i))
	case primitiveShort:
		return int64(int16(i))
	case primitiveChar:
		return int64(uint16(i))
	case primitiveInt:
		return int64(int32(i))
	default:
		return i
	}
}

// numberTo converts between primitive numbers as Java's casts do.
func numberTo(x code, to *class) code {
	if x.constant {
		return constantCode(x.at, to, convertNumber(x.known(), to))
	}
	kind := to.primitive
	switch {
	case to.isWhole() && x.whole != nil:
		whole := x.whole
		if widens(x.typ.primitive, kind) {
			return wholeCode(x.at, to, whole)
		}
		return wholeCode(x.at, to, func(t *thread) int64 { return narrow(kind, whole(t)) })
	case to.isWhole():
		real := x.real
		return wholeCode(x.at, to, func(t *thread) int64 { return realToWhole(kind, real(t)) })
	case kind == primitiveFloat:
		if whole := x.whole; whole != nil { // not by way of a double, which would round twice
			return realCode(x.at, to, func(t *thread) float64 { return float64(float32(whole(t))) })
		}
		real := x.real
		return realCode(x.at, to, func(t *thread) float64 { return float64(float32(real(t))) })
	}
	return realCode(x.at, to, x.numbers())
}

// realToWhole is Java's narrowing: saturated to int or long first, NaN is 0.
func realToWhole(to primitive, f float64) int64 {
	if to == primitiveLong {
		return document.Double(f).Int64()
	}
	i := document.Double(f).Int64()
	i = min(max(i, math.MinInt32), math.MaxInt32)
	return narrow(to, i)
}

// convertNumber converts a number to the class of a primitive type.
func convertNumber(v Value, to *class) Value {
	switch {
	case to.isWhole() && numberKind(v) <= primitiveLong:
		return boxWhole(to, narrow(to.primitive, wholeOf(v)))
	case to.isWhole():
		return boxWhole(to, realToWhole(to.primitive, v.Float64()))
	case to == typeFloat:
		return document.Float(float32Of(v))
	}
	return document.Double(float64Of(v))
}

// box makes a primitive an object of class to.
func (c *compiler) box(x code, to *class, explicit bool) code {
	if own := c.lib.unboxed(to); own != nil {
		out := c.convert(x, own, explicit)
		return valueCode(x.at, to, out.value)
	}
	own := c.lib.classes[boxes[x.typ.primitive]]
	if own != nil && own.isA(to) {
		return valueCode(x.at, to, x.value)
	}
	if explicit && x.typ == typeChar && to == c.lib.str {
		return valueCode(x.at, to, func(t *thread) Value { return document.String(x.value(t).Text()) })
	}
	c.failCast(x, to)
	return x
}

// fromDef converts a value whose class is only known when it is there.
func (c *compiler) fromDef(x code, to *class, explicit bool) code {
	at, value := x.at, x.value
	switch own := c.lib.unboxed(to); {
	case to == typeBoolean:
		return truthCode(at, func(t *thread) bool {
			v := value(t)
			if v.Kind() != document.KindBoolean {
				t.throwNoBoolean(at, v)
			}
			return v.Bool()
		})
	case to == typeChar && explicit:
		return wholeCode(at, to, func(t *thread) int64 {
			v := value(t)
			if v.Kind() == document.KindString {
				return t.onlyChar(at, v.Str())
			}
			return wholeOf(t.number(at, v, to, explicit))
		})
	case to.isWhole():
		exact, wide := document.KindLong, to == typeLong
		switch to {
		case typeLong:
		case typeInt:
			exact = document.KindInteger
		default:
			exact = document.KindNull // which number refuses
		}
		return wholeCode(at, to, func(t *thread) int64 {
			v := value(t)
			if k := v.Kind(); k == exact || wide && k == document.KindInteger {
				return v.Int64()
			}
			return wholeOf(t.number(at, v, to, explicit))
		})
	case to.isNumber():
		return realCode(at, to, func(t *thread) float64 { return t.number(at, value(t), to, explicit).Float64() })
	case own != nil && own.isNumber():
		return valueCode(at, to, func(t *thread) Value {
			v := value(t)
			if v.IsNull() {
				return v
			}
			return t.number(at, v, own, explicit)
		})
	}
	return c.checked(x, to)
}

// checked is fromDef for a class that is no number's.
func (c *compiler) checked(x code, to *class) code {
	at, value, test := x.at, x.value, c.lib.instances(to)
	if x.constant && test.has(x.known()) {
		return valueCode(at, to, value)
	}
	return valueCode(at, to, func(t *thread) Value {
		v := value(t)
		if test.has(v) {
			return v
		}
		return t.checkClass(at, v, to)
	})
}

func (t *thread) throwNoBoolean(at int, v Value) {
	if v.IsNull() {
		t.throwNull(at, "value")
	}
	t.throwAt(at, document.ClassCast, "cannot cast def [%s] to boolean", unboxedName(v))
}

// number converts v to the class of a primitive number; unless it is explicit,
// only what loses nothing is possible.
func (t *thread) number(at int, v Value, to *class, explicit bool) Value {
	kind, big := numberKind(v), isBig(v)
	switch {
	case to == typeChar && explicit && v.Kind() == document.KindString:
		return charValue(uint16(t.onlyChar(at, v.Str())))
	case kind == to.primitive && !big:
		return v
	case v.IsNull():
		t.throwNull(at, "value")
	case kind != noPrimitive && (explicit || !big && widens(kind, to.primitive)):
		return convertNumber(v, to)
	}
	how := "implicitly"
	if explicit {
		how = "explicitly"
	}
	t.throwAt(at, document.ClassCast, "cannot %s cast def [%s] to %s", how, unboxedName(v), to.name)
	return v
}

// onlyChar is a cast of a string to char.
func (t *thread) onlyChar(at int, s string) int64 {
	if length(s) != 1 {
		t.throwAt(at, document.ClassCast, "cannot cast java.lang.String with length not equal to one to char")
	}
	return int64(unitAt(s, 0))
}

// unboxedName is the name of the class of v, of the primitive if it boxes one.
func unboxedName(v Value) string {
	if isBig(v) {
		return javaClass(v)
	}
	switch numberKind(v) {
	case primitiveInt:
		return "int"
	case primitiveLong:
		return "long"
	case primitiveFloat:
		return "float"
	case primitiveDouble:
		return "double"
	default:
	}
	if v.Kind() == document.KindBoolean {
		return "boolean"
	}
	return javaClass(v)
}

// checkClass returns v if it is null or of the class.
func (t *thread) checkClass(at int, v Value, to *class) Value {
	if o := v.Object(); o != nil { // look its class up only if it is not plainly the right one
		if _, ok := o.(*callable); ok && to.functional || o.JavaClass() == to.java {
			return v
		}
	}
	if !v.IsNull() && !t.lib.classOf(v).isA(to) {
		t.throwAt(at, document.ClassCast, "Cannot cast %s to %s", javaClass(v), to.java)
	}
	return v
}
