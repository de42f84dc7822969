package painless

import (
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A place is something other than a variable that can be assigned to. What it is
// part of is evaluated once, then it is read and written.
type place struct {
	typ   *class
	eval  func(t *thread) (of, key Value)
	load  func(t *thread, of, key Value) Value
	store func(t *thread, of, key, v Value)
}

func (c *compiler) place(x expression) place {
	switch x := x.(type) {
	case *field:
		return c.fieldPlace(x)
	case *index:
		return c.indexPlace(x)
	}
	c.fail(x.at(), "invalid assignment: cannot assign a value to this expression")
	return place{}
}

func (c *compiler) fieldPlace(x *field) place {
	of := c.expression(x.x)
	at, name, value, safe := x.at(), x.name, of.value, x.safe
	if of.typ.primitive != noPrimitive {
		c.fail(at, "Field [%s] does not exist: a value of type [%s] has no fields.", name, of.typ.java)
	}
	if of.path != nil && len(of.path.names) == 0 && isMetadata(name) {
		value = func(t *thread) Value { return t.seen(document.MapOf(t.doc.Metadata())) }
	}
	return place{
		typ:  typeDef,
		eval: func(t *thread) (Value, Value) { return value(t), document.Null },
		load: func(t *thread, of, _ Value) Value {
			if safe && of.IsNull() {
				return of
			}
			return t.member(at, of, name)
		},
		store: func(t *thread, of, _, v Value) {
			if !safe || !of.IsNull() {
				t.setMember(at, of, name, v)
			}
		},
	}
}

func (c *compiler) indexPlace(x *index) place {
	of, i := c.expression(x.x), c.expression(x.i)
	at, ofValue, iValue := x.at(), of.value, i.value
	if of.path != nil && len(of.path.names) == 0 && i.constant && isMetadata(i.known().Str()) {
		ofValue = func(t *thread) Value { return t.seen(document.MapOf(t.doc.Metadata())) }
	}
	typ := typeDef
	if of.typ.component != nil {
		typ = of.typ.component
	}
	return place{
		typ: typ,
		eval: func(t *thread) (Value, Value) {
			of := ofValue(t)
			return of, iValue(t)
		},
		load:  func(t *thread, of, i Value) Value { return t.element(at, of, i) },
		store: func(t *thread, of, i, v Value) { t.setElement(at, of, i, v) },
	}
}

// assign compiles an assignment whose value nobody wants.
func (c *compiler) assign(x *assignment) action {
	n, ok := x.target.(*name)
	if !ok {
		return discard(c.assignment(x).value)
	}
	v := c.assignable(n)
	right := c.expression(x.value)
	if op := operatorsByText[x.op]; x.op != "" && isWholeUpdate(op, v.typ, right) {
		return v.wholeUpdate(x.at(), op, right)
	}
	return v.store(c.assigned(x, v.typ, v.load(n.at()), right))
}

// wholeUpdate is sum += x for an int or long and a value of type def, which most
// of the time is an Integer or Long.
//
//go:noinline
func (v *variable) wholeUpdate(at int, op operator, right code) action {
	typ, slot, value := v.typ, v.slot, right.value
	kind := typ.primitive
	if from := right.local - 1; from >= 0 && op == opAdd && kind == primitiveLong {
		return func(t *thread) flow {
			a, b := &t.frame[slot], &t.frame[from]
			if k := b.Kind(); k == document.KindInteger || k == document.KindLong {
				a.SetInt64(a.Int64() + b.Int64())
			} else {
				*a = t.number(at, t.operate(at, op, *a, *b), typ, true)
			}
			return flowNext
		}
	}
	return func(t *thread) flow {
		a := t.frame[slot]
		b := value(t)
		to := &t.frame[slot]
		switch k := b.Kind(); {
		case k != document.KindInteger && k != document.KindLong:
			*to = t.number(at, t.operate(at, op, a, b), typ, true)
		case op == opAdd && kind == primitiveLong:
			to.SetInt64(a.Int64() + b.Int64())
		default:
			to.SetInt64(narrow(kind, wholeArithmetic(t, at, op, a.Int64(), b.Int64())))
		}
		return flowNext
	}
}

// assigned compiles the new value of a target of a type; old is its value now.
func (c *compiler) assigned(x *assignment, typ *class, old, right code) code {
	if x.op == "" {
		return c.convert(right, typ, false)
	}
	return c.compound(x.at(), operatorsByText[x.op], typ, old, right)
}

// compound is old op right as the type of the target: the cast is implied, and
// if the type is def the class of the number stays.
func (c *compiler) compound(at int, op operator, typ *class, old, right code) code {
	if isWholeUpdate(op, typ, right) {
		return c.wholeUpdate(at, op, old, right)
	}
	out := c.arithmetic(at, op, old, right)
	if typ != typeDef {
		return c.convert(out, typ, true)
	}
	oldValue, value := old.value, out.value
	return valueCode(at, typeDef, func(t *thread) Value {
		before := oldValue(t)
		return sameNumber(before, value(t))
	})
}

// isWholeUpdate reports whether wholeUpdate can do it: only operators whose
// lowest bits do not depend on the highest.
func isWholeUpdate(op operator, typ *class, right code) bool {
	return (typ == typeInt || typ == typeLong) && right.typ == typeDef && (op <= opMul || op.isLogic())
}

// wholeUpdate is sum += x for an int or long and a value of type def, which most
// of the time is an Integer or Long.
//
//go:noinline
func (c *compiler) wholeUpdate(at int, op operator, old, right code) code {
	typ, whole, oldValue, value := old.typ, old.whole, old.value, right.value
	return wholeCode(at, typ, func(t *thread) int64 {
		a := whole(t)
		b := value(t)
		if k := b.Kind(); k == document.KindInteger || k == document.KindLong {
			return narrow(typ.primitive, wholeArithmetic(t, at, op, a, b.Int64()))
		}
		return wholeOf(t.number(at, t.operate(at, op, oldValue(t), b), typ, true))
	})
}

// sameNumber converts a number to the class of another.
func sameNumber(as, v Value) Value {
	kind := numberKind(as)
	if kind == noPrimitive || numberKind(v) == noPrimitive || isBig(as) {
		return v
	}
	return convertNumber(v, primitiveTypes[kind])
}

var primitiveTypes = [...]*class{
	primitiveByte: typeByte, primitiveShort: typeShort, primitiveChar: typeChar,
	primitiveInt: typeInt, primitiveLong: typeLong, primitiveFloat: typeFloat, primitiveDouble: typeDouble,
}

// assignable returns a variable that may be written.
func (c *compiler) assignable(n *name) *variable {
	v := c.find(c.routine, n.text)
	switch {
	case v == nil && (n.text == "ctx" || n.text == "params"):
		c.fail(n.at(), "Variable [%s] is read-only.", n.text)
	case v == nil:
		c.failNearest(n.at(), "", "Cannot resolve symbol [%s]", n.text)
	case v.captured:
		c.fail(n.at(), "Variable [%s] is of the code around this lambda and cannot be assigned in it.", n.text)
	}
	return v
}

// assignment compiles an assignment as an expression: its value is the new one.
func (c *compiler) assignment(x *assignment) code {
	at := x.at()
	if n, ok := x.target.(*name); ok {
		v := c.assignable(n)
		store, value := c.assign(x), v.load(at).value
		return valueCode(at, v.typ, func(t *thread) Value {
			store(t)
			return value(t)
		})
	}
	p := c.place(x.target)
	if x.op == "" {
		value := c.convert(c.expression(x.value), p.typ, false).value
		return valueCode(at, p.typ, func(t *thread) Value {
			of, key := p.eval(t)
			v := value(t)
			p.store(t, of, key, v)
			return v
		})
	}
	return c.update(at, p, func(old code) code { return c.assigned(x, p.typ, old, c.expression(x.value)) }, false)
}

// update compiles reading a place, computing its new value from what it holds,
// and writing it. The value of the expression is the new one or the old one.
func (c *compiler) update(at int, p place, change func(old code) code, wantOld bool) code {
	held := c.routine.add("", p.typ)
	value := change(held.load(at)).value
	return valueCode(at, p.typ, func(t *thread) Value {
		of, key := p.eval(t)
		old := p.load(t, of, key)
		t.frame[held.slot] = old
		v := value(t)
		p.store(t, of, key, v)
		if wantOld {
			return old
		}
		return v
	})
}

// increment compiles ++ and -- as an expression.
func (c *compiler) increment(x *increment) code {
	at := x.at()
	change := func(old code) code {
		op := operatorsByText[strings.TrimPrefix(x.op, x.op[:1])]
		return c.compound(at, op, old.typ, old, constantCode(at, typeInt, document.Integer(1)))
	}
	n, ok := x.target.(*name)
	if !ok {
		return c.update(at, c.place(x.target), change, !x.prefix)
	}
	v := c.assignable(n)
	c.needNumber(at, x.op, v.typ)
	load, store, wantOld := v.load(at).value, v.store(change(v.load(at))), !x.prefix
	return valueCode(at, v.typ, func(t *thread) Value {
		old := load(t)
		store(t)
		if wantOld {
			return old
		}
		return load(t)
	})
}

func (c *compiler) needNumber(at int, op string, typ *class) {
	if c.neverNumber(typ) {
		c.fail(at, "Cannot apply [%s] operator to type [%s].", op, typ.java)
	}
}

// count compiles i++ and the like for an int variable whose value nobody wants,
// nil for anything else.
func (c *compiler) count(x *increment) action {
	n, ok := x.target.(*name)
	if !ok {
		return nil
	}
	v := c.assignable(n)
	if v.typ != typeInt && !v.counts {
		return nil
	}
	slot, by := v.slot, int64(1)
	if x.op == "--" {
		by = -1
	}
	return func(t *thread) flow {
		p := &t.frame[slot]
		p.SetInt64(int64(int32(p.Int64() + by)))
		return flowNext
	}
}

// setMember is v.name = item for a value of type def.
func (t *thread) setMember(at int, of Value, name string, v Value) {
	switch of.Kind() {
	case document.KindNull:
		t.throwNullReceiver(at, name)
	case document.KindMap:
		t.put(at, of, document.String(name), v)
		return
	case document.KindList:
		if i, ok := indexName(name); ok {
			t.setElement(at, of, document.Integer(int32(i)), v)
			return
		}
		t.throwAt(at, document.IllegalArgument, "Illegal list shortcut value [%s].", name)
	default:
	}
	m := setter(t.lib.classOf(of), name)
	if m == nil {
		t.throwAt(at, document.IllegalArgument, "dynamic setter [%s, %s] not found", javaClass(of), name)
	}
	t.at = at
	m.fn(t, []Value{of, t.assigned(at, v, m.params[0])})
}

// put sets a key of a map.
func (t *thread) put(at int, of, key, v Value) {
	t.mutable(at, of)
	t.charge(at, entryBytes)
	of.Map().PutKey(key, t.keep(v))
}

// setElement is of[i] = v for a value of type def.
func (t *thread) setElement(at int, of, i, v Value) {
	switch of.Kind() {
	case document.KindNull:
		t.throwNull(at, "callArgs[0]")
	case document.KindMap:
		t.put(at, of, i, v)
		return
	case document.KindList:
		t.mutable(at, of)
		l := of.List()
		l.Set(t.listIndex(at, i, l.Len()), t.keep(v))
		return
	default:
	}
	if a, ok := of.Object().(*array); ok {
		a.items[t.arrayIndex(at, i, len(a.items))] = t.assigned(at, v, a.class.component)
		return
	}
	t.throwAt(at, document.IllegalArgument, "Attempting to address a non-array type [%s] as an array.", javaClass(of))
}

// mutable throws if a list or map is a read-only view.
func (t *thread) mutable(at int, of Value) {
	switch {
	case of.IsReadOnly():
		t.throwAt(at, unsupportedOperation, readOnlyDocument)
	case of.IsFrozen():
		t.throwAt(at, unsupportedOperation, "params cannot be changed")
	}
}
