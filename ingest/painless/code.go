package painless

import "github.com/sluice-otel/sluice/ingest/document"

// A code is a compiled expression: its static type and the closures that
// compute it. value is always there; of the others, which save the boxing, only
// the one for a primitive type is, and whole if a value of type def is known to be such
// a number.
type code struct {
	at       int
	typ      *class
	value    func(*thread) Value
	whole    func(*thread) int64              // byte, short, char, int and long
	real     func(*thread) float64            // float and double
	truth    func(*thread) bool               // boolean
	constant bool                             // it is the same every time, and cannot throw
	path     *path                            // what ctx.a.b names, nil for anything else
	ofText   *ofText                          // what it is if a value is a string
	equals   func(n int64) func(*thread) bool // compares with a constant in a way of its own
	charAt   *charPlace                       // what it is, for charAt of a text that is given
	unit     *unitTest                        // what it is, for charAt of a text that is given == a constant
	below    *below                           // set for l < r of whole numbers
	local    int                              // 1 more than the slot of the variable that it is, if that is no object for a primitive; 0 for anything else
}

// A charPlace is the slots of a text and of an int, which is the place of a character in it.
type charPlace struct{ text, index int }

// A unitTest is a charAt whose result is compared with an ASCII character.
type unitTest struct {
	charPlace
	unit byte
}

// A below is l < r.
type below struct{ l, r code }

// An ofText is a call on a value of type def whose result is a primitive number if the value
// is a string, so that this can be compared without a box.
type ofText struct {
	receiver  func(*thread) Value
	whole     func(t *thread, s string) (n int64, ok bool) // not ok: see otherwise
	otherwise func(t *thread, v Value) Value
}

// Functions that return closures are not inlined: Go does not inline calls in the copy of a
// closure that it makes then (decision 0009).

//go:noinline
func truthCode(at int, fn func(*thread) bool) code {
	return code{at: at, typ: typeBoolean, truth: fn, value: func(t *thread) Value { return document.Boolean(fn(t)) }}
}

//go:noinline
func wholeCode(at int, typ *class, fn func(*thread) int64) code {
	return code{at: at, typ: typ, whole: fn, value: func(t *thread) Value { return boxWhole(typ, fn(t)) }}
}

//go:noinline
func realCode(at int, typ *class, fn func(*thread) float64) code {
	return code{at: at, typ: typ, real: fn, value: func(t *thread) Value { return boxReal(typ, fn(t)) }}
}

// valueCode is an expression whose closure yields boxed values, also if its
// type is primitive.
func valueCode(at int, typ *class, fn func(*thread) Value) code {
	c := code{at: at, typ: typ, value: fn}
	switch {
	case typ == typeBoolean:
		c.truth = func(t *thread) bool { return fn(t).Bool() }
	case typ.isWhole():
		c.whole = func(t *thread) int64 { return wholeOf(fn(t)) }
	case typ.isNumber():
		c.real = func(t *thread) float64 { return fn(t).Float64() }
	}
	return c
}

func constantCode(at int, typ *class, v Value) code {
	c := valueCode(at, typ, func(*thread) Value { return v })
	c.constant = true
	switch {
	case typ == typeBoolean:
		truth := v.Bool()
		c.truth = func(*thread) bool { return truth }
	case typ.isWhole():
		n := wholeOf(v)
		c.whole = func(*thread) int64 { return n }
	case typ.isNumber():
		f := v.Float64()
		c.real = func(*thread) float64 { return f }
	}
	return c
}

// known returns the value of a constant.
func (c *code) known() Value { return c.value(nil) }

// isInt reports whether c is a number of at most 32 bits, if only known to be.
func (c *code) isInt() bool { return c.whole != nil && c.typ != typeLong }

// isNull reports whether c is the literal null.
func (c *code) isNull() bool { return c.constant && c.known().IsNull() }

// numbers returns the closure that computes a primitive number as a double.
//
//go:noinline
func (c *code) numbers() func(*thread) float64 {
	if c.real != nil {
		return c.real
	}
	whole := c.whole
	return func(t *thread) float64 { return float64(whole(t)) }
}

func boxReal(typ *class, f float64) Value {
	if typ.primitive == primitiveFloat {
		return document.Float(float32(f))
	}
	return document.Double(f)
}
