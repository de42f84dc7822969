package painless

import "github.com/sluice-otel/sluice/ingest/document"

// A flow says how a statement ended.
type flow uint8

const (
	flowNext flow = iota
	flowBreak
	flowContinue
	flowReturn // the value is the thread's result
)

// An action is a compiled statement.
type action func(*thread) flow

func (c *compiler) statement(s statement) action {
	switch s := s.(type) {
	case *block:
		return c.block(s)
	case *evaluation:
		return c.evaluation(s)
	case *declaration:
		return c.declaration(s)
	case *conditional:
		return c.conditional(s)
	case *loop:
		return c.loop(s)
	case *iteration:
		return c.iteration(s)
	case *jump:
		return c.jump(s)
	case *returning:
		return c.returning(s)
	case *throwing:
		return c.throwing(s)
	case *trying:
		return c.trying(s)
	}
	c.fail(s.at(), "unknown statement")
	return nil
}

// block compiles statements with their own scope.
func (c *compiler) block(b *block) action {
	var out action
	c.scoped(func() { out = c.sequence(b.statements) })
	return out
}

func (c *compiler) sequence(list []statement) action {
	actions := make([]action, len(list))
	for i, s := range list {
		if i > 0 && ends(list[i-1]) {
			c.fail(s.at(), "Unreachable statement.")
		}
		actions[i] = c.statement(s)
	}
	switch len(actions) {
	case 0:
		return func(*thread) flow { return flowNext }
	case 1:
		return actions[0]
	}
	return func(t *thread) flow {
		for _, a := range actions {
			if f := a(t); f != flowNext {
				return f
			}
		}
		return flowNext
	}
}

// ends reports whether nothing behind a statement is reached.
func ends(s statement) bool {
	switch s.(type) {
	case *returning, *throwing, *jump:
		return true
	}
	return false
}

func (c *compiler) evaluation(s *evaluation) action {
	if !hasEffect(s.x) {
		c.fail(s.at(), "Not a statement.")
	}
	return c.effect(s.x)
}

// hasEffect reports whether evaluating x can do something.
func hasEffect(x expression) bool {
	switch x.(type) {
	case *assignment, *increment, *call, *newObject:
		return true
	}
	return false
}

// effect compiles an expression whose value nobody wants.
func (c *compiler) effect(x expression) action {
	switch x := x.(type) {
	case *assignment:
		return c.assign(x)
	case *increment:
		if run := c.count(x); run != nil {
			return run
		}
	}
	return discard(c.expression(x).value)
}

func discard(value func(*thread) Value) action {
	return func(t *thread) flow {
		value(t)
		return flowNext
	}
}

func (c *compiler) declaration(s *declaration) action {
	typ := c.typ(s.typ)
	if s.value == nil {
		v := c.declare(s.at(), s.name, typ)
		return v.store(constantCode(s.at(), typ, typ.zero()))
	}
	x := c.convert(c.expression(s.value), typ, false)
	return c.declare(s.at(), s.name, typ).store(x)
}

func (c *compiler) conditional(s *conditional) action {
	cond := c.truth(s.cond)
	yes := c.block(s.yes)
	if s.no == nil {
		return func(t *thread) flow {
			if cond(t) {
				return yes(t)
			}
			return flowNext
		}
	}
	no := c.block(s.no)
	return func(t *thread) flow {
		if cond(t) {
			return yes(t)
		}
		return no(t)
	}
}

// truth compiles a condition.
func (c *compiler) truth(x expression) func(*thread) bool {
	return c.convert(c.expression(x), typeBoolean, false).truth
}

func (c *compiler) loop(s *loop) action {
	var out action
	c.scoped(func() {
		init := c.sequence(s.init)
		cond, after := func(*thread) bool { return true }, func(*thread) flow { return flowNext }
		if s.cond != nil {
			cond = c.truth(s.cond)
		}
		if s.after != nil {
			after = c.effect(s.after)
		}
		c.loops++
		body := c.block(s.body)
		c.loops--
		at, first := s.at(), s.bodyFirst
		out = func(t *thread) flow {
			init(t)
			for first || cond(t) {
				t.tick(at)
				switch body(t) {
				case flowBreak:
					return flowNext
				case flowReturn:
					return flowReturn
				case flowNext, flowContinue:
				}
				after(t)
				if first && !cond(t) {
					break
				}
			}
			return flowNext
		}
	})
	return out
}

func (c *compiler) iteration(s *iteration) action {
	over := c.expression(s.x)
	if over.typ.primitive != noPrimitive {
		c.fail(s.x.at(), "Illegal for each type [%s].", over.typ.java)
	}
	i := &iterating{at: s.at(), over: over.value}
	c.scoped(func() {
		i.typ = c.typ(s.typ)
		i.slot = c.declare(s.at(), s.name, i.typ).slot
		c.loops++
		i.body = c.block(s.body)
		c.loops--
	})
	return i.run
}

// An iterating is a compiled for-each loop.
type iterating struct {
	at   int
	over func(*thread) Value
	typ  *class // of the variable
	slot int
	body action
}

func (i *iterating) run(t *thread) flow {
	v := i.over(t)
	if v.Kind() == document.KindList {
		return i.list(t, v)
	}
	result := flowNext
	t.iterate(i.at, v, func(item Value) bool {
		f := i.round(t, item)
		if f == flowReturn {
			result = f
		}
		return f != flowReturn && f != flowBreak
	})
	return result
}

// list is eachItem.
func (i *iterating) list(t *thread, of Value) flow {
	l := of.List()
	size, plain := l.Len(), !of.IsReadOnly() && !of.IsFrozen()
	for n := 0; n != l.Len(); n++ {
		if l.Len() != size {
			t.throwAt(i.at, concurrentModification, "")
		}
		v := l.At(n)
		if !plain {
			v = item(of, v)
		}
		switch i.round(t, v) {
		case flowReturn:
			return flowReturn
		case flowBreak:
			return flowNext
		case flowNext, flowContinue:
		}
	}
	return flowNext
}

func (i *iterating) round(t *thread, item Value) flow {
	t.tick(i.at)
	if i.typ != typeDef {
		item = t.assigned(i.at, item, i.typ)
	}
	t.frame[i.slot] = item
	return i.body(t)
}

func (c *compiler) jump(s *jump) action {
	if c.loops == 0 {
		c.fail(s.at(), "Invalid [%s] statement outside of a loop.", s.op)
	}
	f := flowBreak
	if s.op == "continue" {
		f = flowContinue
	}
	return func(*thread) flow { return f }
}

func (c *compiler) returning(s *returning) action {
	typ := c.routine.result
	if s.x == nil {
		return func(t *thread) flow {
			t.result = typ.zero()
			return flowReturn
		}
	}
	x := c.expression(s.x)
	if x.typ == typeVoid { // only an expression that ends a script or a lambda
		value := x.value
		return func(t *thread) flow {
			value(t)
			t.result = typ.zero()
			return flowReturn
		}
	}
	if typ == typeVoid {
		c.fail(s.at(), "Cannot return a value from a function that returns void.")
	}
	value := c.convert(x, typ, false).value
	return func(t *thread) flow {
		t.result = value(t)
		return flowReturn
	}
}
