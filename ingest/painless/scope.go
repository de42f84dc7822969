package painless

import (
	"slices"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A routine is what has variables of its own: the script itself, a function or
// a lambda. While it runs they are a window of the thread's stack.
type routine struct {
	outer    *routine // of a lambda, what it is written in
	function bool     // a function does not see ctx and params
	result   *class
	visible  []*variable // innermost last
	slots    int         // in use
	size     int         // the most there were in use
	captured []capture
}

// A variable is a slot in the window of its routine.
type variable struct {
	name     string
	typ      *class
	slot     int
	captured bool // a copy of a variable of the outer routine
	counts   bool // it is of type def, and always an Integer
}

// A capture copies a variable of the outer routine when a lambda is made.
type capture struct{ from, to *variable }

// declare makes a variable that is visible until the end of the block.
func (c *compiler) declare(at int, name string, typ *class) *variable {
	if c.find(c.routine, name) != nil || !c.routine.function && (name == "ctx" || name == "params") {
		c.fail(at, "Variable [%s] is already defined.", name)
	}
	if typ == typeVoid {
		c.fail(at, "Variable [%s] cannot be of type void.", name)
	}
	return c.routine.add(name, typ)
}

func (r *routine) add(name string, typ *class) *variable {
	v := &variable{name: name, typ: typ, slot: r.slots}
	r.visible = append(r.visible, v)
	r.slots++
	r.size = max(r.size, r.slots)
	return v
}

// find returns a variable, nil if there is none. One of an outer routine is
// captured.
func (c *compiler) find(r *routine, name string) *variable {
	for _, v := range slices.Backward(r.visible) {
		if v.name == name {
			return v
		}
	}
	if r.outer == nil {
		return nil
	}
	from := c.find(r.outer, name)
	if from == nil {
		return nil
	}
	to := &variable{name: name, typ: from.typ, slot: r.size, captured: true, counts: from.counts}
	r.size++
	r.slots = r.size // its slot is in use until the end
	r.visible = append([]*variable{to}, r.visible...)
	r.captured = append(r.captured, capture{from, to})
	return to
}

// scoped compiles something whose variables end with it.
func (c *compiler) scoped(compile func()) {
	r := c.routine
	visible, slots := len(r.visible), r.slots
	captured := len(r.captured)
	compile()
	added := len(r.captured) - captured // stand in front
	r.visible = r.visible[:visible+added]
	if added == 0 {
		r.slots = slots
	}
}

// seesDocument reports whether ctx and params are visible.
func (c *compiler) seesDocument() bool {
	for r := c.routine; r != nil; r = r.outer {
		if r.function {
			return false
		}
	}
	return true
}

// load compiles reading a variable.
func (v *variable) load(at int) code {
	slot := v.slot
	c := code{at: at, typ: v.typ, local: slot + 1, value: func(t *thread) Value { return t.frame[slot] }}
	switch {
	case v.typ == typeBoolean:
		c.truth = func(t *thread) bool { return t.frame[slot].Bool() }
	case v.typ == typeInt || v.typ == typeLong || v.counts:
		c.whole = func(t *thread) int64 { return t.frame[slot].Int64() }
	case v.typ.isWhole(): // an object
		c.whole, c.local = func(t *thread) int64 { return wholeOf(t.frame[slot]) }, 0
	case v.typ.isNumber():
		c.real = func(t *thread) float64 { return t.frame[slot].Float64() }
	}
	return c
}

// store compiles writing x, which is of the variable's type.
func (v *variable) store(x code) action {
	slot := v.slot
	switch v.typ {
	case typeInt:
		whole := x.whole
		return func(t *thread) flow {
			i := whole(t)
			t.frame[slot] = document.Integer(int32(i))
			return flowNext
		}
	case typeLong:
		whole := x.whole
		return func(t *thread) flow {
			i := whole(t)
			t.frame[slot] = document.Long(i)
			return flowNext
		}
	}
	value := x.value
	return func(t *thread) flow {
		out := value(t)
		t.frame[slot] = out
		return flowNext
	}
}

// zero is the value of a variable that is declared without one.
func (c *class) zero() Value {
	switch {
	case c == typeBoolean:
		return document.Boolean(false)
	case c.isWhole():
		return boxWhole(c, 0)
	case c.isNumber():
		return boxReal(c, 0)
	}
	return document.Null
}
