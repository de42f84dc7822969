package painless

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
		return c.declaration(s, false)
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
		actions[i] = c.inBlock(s, list[i+1:])
	}
	return inOrder(actions)
}

func inOrder(actions []action) action {
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

//go:noinline
func discard(value func(*thread) Value) action {
	return func(t *thread) flow {
		value(t)
		return flowNext
	}
}

func (c *compiler) declaration(s *declaration, counts bool) action {
	typ := c.typ(s.typ)
	if s.value == nil {
		v := c.declare(s.at(), s.name, typ)
		return v.store(constantCode(s.at(), typ, typ.zero()))
	}
	x := c.convert(c.expression(s.value), typ, false)
	v := c.declare(s.at(), s.name, typ)
	v.counts = counts
	return v.store(x)
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
