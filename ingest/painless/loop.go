package painless

import (
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

func (c *compiler) loop(s *loop) action {
	var out action
	c.scoped(func() {
		first := make([]action, len(s.init))
		for i := range s.init {
			first[i] = c.initial(s, i)
		}
		init := inOrder(first)
		rounds := c.given(some(s.cond, s.after, s.body), func() action { return c.rounds(s) })
		out = func(t *thread) flow {
			init(t)
			return rounds(t)
		}
	})
	return out
}

// initial compiles one of the statements that come first.
func (c *compiler) initial(s *loop, i int) action {
	d, ok := s.init[i].(*declaration)
	if !ok {
		return c.statement(s.init[i])
	}
	return c.declaration(d, c.countsWith(d, append(nodes(s.init[i+1:]), some(s.cond, s.after, s.body)...)))
}

// rounds compiles a loop without what comes first.
func (c *compiler) rounds(s *loop) action {
	cond := constantCode(s.at(), typeBoolean, document.Boolean(true))
	after := func(*thread) flow { return flowNext }
	if s.cond != nil {
		cond = c.convert(c.expression(s.cond), typeBoolean, false)
	}
	if s.after != nil {
		after = c.effect(s.after)
	}
	inner := c.guarded(s.body)
	if counted := c.counted(s, cond, inner); counted != nil {
		return counted.run
	}
	at, first, holds := s.at(), s.bodyFirst, cond.truth
	return func(t *thread) flow {
		for first || holds(t) {
			t.tick(at)
			switch inner.run(t) {
			case flowBreak:
				return flowNext
			case flowReturn:
				return flowReturn
			case flowNext, flowContinue:
			}
			after(t)
			if first && !holds(t) {
				break
			}
		}
		return flowNext
	}
}

// A guarded is the body of a loop, if (cond) body. cond is nil for any other body.
type guarded struct {
	cond func(*thread) bool
	unit *unitTest // what cond is, if it is one
	body action
}

func (c *compiler) guarded(b *block) guarded {
	c.loops++
	defer func() { c.loops-- }()
	if len(b.statements) == 1 {
		if s, ok := b.statements[0].(*conditional); ok && s.no == nil {
			cond := c.convert(c.expression(s.cond), typeBoolean, false)
			return guarded{cond.truth, cond.unit, c.block(s.yes)}
		}
	}
	return guarded{body: c.block(b)}
}

func (g *guarded) run(t *thread) flow {
	if g.cond != nil && !g.cond(t) {
		return flowNext
	}
	return g.body(t)
}

// A counted is a loop whose variable goes up by one, for (…; i < limit; i++).
type counted struct {
	at, slot int
	limit    func(*thread) int64
	fixed    int // 1 more than the slot of the variable that the limit is; 0 for anything else
	guarded
}

// counted returns the loop if it is one, else nil.
func (c *compiler) counted(s *loop, cond code, inner guarded) *counted {
	after, ok := s.after.(*increment)
	if !ok || cond.below == nil || s.bodyFirst || after.op != "++" {
		return nil
	}
	n, ok := after.target.(*name)
	if !ok {
		return nil
	}
	v := c.assignable(n)
	if v.typ != typeInt && !v.counts || cond.below.l.local != v.slot+1 {
		return nil
	}
	limit := cond.below.r
	if u := inner.unit; u != nil && u.index != v.slot {
		inner.unit = nil
	}
	return &counted{at: s.at(), slot: v.slot, limit: limit.whole, fixed: limit.local, guarded: inner}
}

func (l *counted) run(t *thread) flow {
	for {
		i, limit := t.frame[l.slot].Int64(), int64(0)
		if l.fixed > 0 {
			limit = t.frame[l.fixed-1].Int64()
		} else {
			limit = l.limit(t)
		}
		if l.unit != nil && i < limit {
			i = l.skip(t, i, limit)
		}
		if i >= limit {
			return flowNext
		}
		t.tick(l.at)
		if l.cond == nil || l.cond(t) {
			switch l.body(t) {
			case flowBreak:
				return flowNext
			case flowReturn:
				return flowReturn
			case flowNext, flowContinue:
			}
		}
		next := &t.frame[l.slot]
		next.SetInt64(int64(int32(next.Int64() + 1)))
	}
}

// skip goes to the next round in which the character is the one that the body is for.
func (l *counted) skip(t *thread, i, limit int64) int64 {
	s := t.frame[l.unit.text].Str()
	if i < 0 || limit > int64(len(s)) {
		return i // charAt will throw
	}
	n := strings.IndexByte(s[i:limit], l.unit.unit)
	if n < 0 {
		n = int(limit - i)
	}
	t.loops -= n
	t.steps -= n
	if t.loops|t.steps < 0 {
		t.exhausted(l.at)
	}
	t.frame[l.slot].SetInt64(i + int64(n))
	return i + int64(n)
}

func (c *compiler) iteration(s *iteration) action {
	over := c.expression(s.x)
	if over.typ.primitive != noPrimitive {
		c.fail(s.x.at(), "Illegal for each type [%s].", over.typ.java)
	}
	var out action
	c.scoped(func() {
		held := c.routine.add("", over.typ)
		rounds := c.given([]node{s.body}, func() action { return c.iterating(s, held) })
		slot, value := held.slot, over.value
		out = func(t *thread) flow {
			v := value(t)
			t.frame[slot] = v
			return rounds(t)
		}
	})
	return out
}

// iterating compiles a for-each loop over what a variable holds.
func (c *compiler) iterating(s *iteration, of *variable) action {
	i := &iterating{at: s.at(), of: of.slot}
	c.scoped(func() {
		i.typ = c.typ(s.typ)
		i.slot = c.declare(s.at(), s.name, i.typ).slot
		i.guarded = c.guarded(s.body)
	})
	return i.run
}

// An iterating is a compiled for-each loop.
type iterating struct {
	at   int
	of   int    // the slot of what it is over
	typ  *class // of the variable
	slot int
	guarded
}

func (i *iterating) run(t *thread) flow {
	v := t.frame[i.of]
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
	size, plain := l.Len(), i.typ == typeDef && !of.IsReadOnly() && !of.IsFrozen()
	for n := range size {
		t.tick(i.at)
		t.frame[i.slot] = l.At(n)
		if !plain {
			t.frame[i.slot] = t.assigned(i.at, item(of, l.At(n)), i.typ)
		}
		if i.cond == nil || i.cond(t) {
			switch i.body(t) {
			case flowBreak:
				return flowNext
			case flowReturn:
				return flowReturn
			case flowNext, flowContinue:
			}
		}
		if now := l.Len(); now != size {
			if now != n+1 {
				t.throwAt(i.at, concurrentModification, "")
			}
			break
		}
	}
	return flowNext
}

func (i *iterating) round(t *thread, item Value) flow {
	t.tick(i.at)
	item = t.assigned(i.at, item, i.typ)
	t.frame[i.slot] = item
	return i.guarded.run(t)
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
