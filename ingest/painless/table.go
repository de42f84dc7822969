package painless

import "github.com/sluice-otel/sluice/ingest/document"

// Scripts write what they look things up in as a literal:
//
//	def categories = ['login': 'authentication', 'logout': 'session'];
//	ctx.event.category = categories.get(ctx.event.action)
//
// A list or map of literals that is only read, and read only where it is written, is made
// when the script is compiled and not every time it runs.

// inBlock compiles a statement of a block that rest follows.
func (c *compiler) inBlock(s statement, rest []statement) action {
	d, ok := s.(*declaration)
	if !ok {
		return c.statement(s)
	}
	v, ok := c.table(d, rest)
	if !ok {
		return c.declaration(d, c.countsWith(d, nodes(rest)))
	}
	typ, of := c.typ(d.typ), c.lib.arrayList
	if v.Kind() == document.KindMap {
		of = c.lib.hashMap
	}
	x := c.convert(constantCode(d.value.at(), of, v), typ, false)
	return c.declare(d.at(), d.name, typ).store(x)
}

// table returns the list or map that a declaration can share between executions; rest is
// what follows it in its block.
func (c *compiler) table(s *declaration, rest []statement) (v Value, ok bool) {
	switch x := s.value.(type) {
	case *listLiteral:
		v, ok = c.listOf(x)
	case *mapLiteral:
		v, ok = c.mapOf(x)
	}
	for _, n := range rest {
		ok = ok && onlyRead(s.name, n)
	}
	return v.Frozen(), ok
}

func (c *compiler) listOf(x *listLiteral) (Value, bool) {
	l := &document.List{}
	for _, item := range x.items {
		v, ok := c.literalValue(item)
		if !ok {
			return v, false
		}
		l.Append(v)
	}
	return document.ListOf(l), true
}

func (c *compiler) mapOf(x *mapLiteral) (Value, bool) {
	m := &document.Map{}
	for i := range x.keys {
		k, ok := c.literalValue(x.keys[i])
		v, also := c.literalValue(x.values[i])
		if !ok || !also {
			return v, false
		}
		m.PutKey(k, v)
	}
	m.Get("") // makes the index, which those who share the map must find there
	return document.MapOf(m), true
}

// lookups are the methods that neither change a list or map nor return a view of it.
var lookups = words("contains containsKey containsValue get getOrDefault indexOf isEmpty lastIndexOf size")

// onlyRead reports whether a node does nothing with a variable but look into what it holds.
func onlyRead(variable string, n node) bool {
	is := func(x expression) bool { return isNamed(x, variable) }
	ok := true
	inside := func(list ...node) bool { // instead of what is in n
		for _, part := range list {
			ok = ok && onlyRead(variable, part)
		}
		return false
	}
	walk(n, func(n node) bool {
		switch n := n.(type) {
		case *name:
			ok = ok && n.text != variable
		case *assignment:
			ok = ok && !is(partOf(n.target))
		case *increment:
			ok = ok && !is(partOf(n.target))
		case *call:
			if n.x != nil && is(n.x) && lookups[n.name] {
				return inside(nodes(n.args)...)
			}
		case *index:
			if is(n.x) {
				return inside(n.i)
			}
		case *field:
			return !is(n.x)
		case *iteration:
			if is(n.x) {
				return inside(n.body)
			}
		}
		return ok
	})
	return ok
}

// partOf returns what the target of an assignment is a field or an item of, x.a[1], at the
// bottom.
func partOf(x expression) expression {
	switch x := x.(type) {
	case *field:
		return partOf(x.x)
	case *index:
		return partOf(x.x)
	}
	return x
}
