package painless

import (
	"slices"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A probe answers a condition by looking at the document, without an execution.
// sure is false if only the compiled condition can tell, or fail.
//
// Nearly all conditions of real pipelines are of what this file knows: fields
// compared with literals, instanceof, contains, startsWith and the like, and
// these joined by &&, || and !. For them half of the time went into preparing
// for an exception that they cannot throw.
type probe func(d *document.Document) (holds, sure bool)

// A fieldTest is a probe that looks at one field. Two tests of one field, joined
// by && or ||, read it once.
type fieldTest struct {
	field  *path
	test   func(v Value) (holds, sure bool)
	isNull comparison // whether the test is that the field is null, or that it is not
}

type comparison uint8

const (
	anotherTest comparison = iota
	testsNull
	testsNotNull
)

// name is the last one of the field.
func (f *fieldTest) name() string { return f.field.names[len(f.field.names)-1].text }

// compiled returns the fastest probe of the test.
func (f *fieldTest) compiled() probe {
	if len(f.field.names) > 1 || f.field.metadata {
		return f.probe
	}
	name, test := f.name(), f.test
	return func(d *document.Document) (holds, sure bool) {
		v, _ := d.Source().Get(name)
		return test(v)
	}
}

func (f *fieldTest) probe(d *document.Document) (holds, sure bool) {
	v, ok := f.field.read(d)
	if !ok {
		return false, false
	}
	return f.test(v)
}

// siblings reports whether both tests are of fields of the same object.
func (f *fieldTest) siblings(o *fieldTest) bool {
	return f != nil && o != nil && f.field.metadata == o.field.metadata && slices.EqualFunc(f.field.parent(), o.field.parent(), func(a, b pathName) bool { return a.text == b.text })
}

// parent returns the names of the object that a field is of.
func (p *path) parent() []pathName { return p.names[:len(p.names)-1] }

// ofSiblings is a probe that looks the object of several fields up once.
func ofSiblings(tests []*fieldTest, stop bool) probe {
	if len(tests) == 1 {
		return tests[0].compiled()
	}
	tests = slices.Clone(tests)
	names := make([]string, len(tests))
	for i, f := range tests {
		names[i] = f.name()
	}
	first := tests[0].field
	return func(d *document.Document) (holds, sure bool) {
		m := d.Source()
		if first.metadata || len(first.names) > 1 {
			m = first.object(d)
		}
		for i, f := range tests {
			if m == nil {
				holds, sure = f.probe(d)
			} else {
				v, _ := m.Get(names[i])
				holds, sure = f.test(v)
			}
			if !sure || holds == stop {
				break
			}
		}
		return holds, sure
	}
}

// object returns the object that the field is of, nil if it is none.
func (p *path) object(d *document.Document) *document.Map {
	if p.metadata {
		return nil
	}
	m := d.Source()
	for _, name := range p.parent() {
		v, _ := m.Get(name.text)
		if m = v.Map(); m == nil {
			break
		}
	}
	return m
}

// joined returns the test of both, nil if they are of different fields.
func (f *fieldTest) joined(o *fieldTest, stop bool) *fieldTest {
	if f == nil || o == nil || !slices.EqualFunc(f.field.names, o.field.names, func(a, b pathName) bool { return a.text == b.text }) {
		return nil
	}
	// Where f finds null by ?. a second read by . fails.
	strict := slices.ContainsFunc(o.field.names[1:], func(n pathName) bool { return !n.safe })
	first, second := f.test, o.test
	return &fieldTest{field: f.field, test: func(v Value) (holds, sure bool) {
		if holds, sure = first(v); !sure || holds == stop {
			return holds, sure
		}
		if strict && v.IsNull() {
			return false, false
		}
		return second(v)
	}}
}

// probe returns the probe of an expression, nil if there is none. The expression
// has been compiled before, so it is right.
func (c *compiler) probe(x expression) probe {
	if test := c.fieldTest(x); test != nil {
		return test.compiled()
	}
	switch x := x.(type) {
	case *binary:
		switch x.op {
		case "&&", "||":
			return c.probeLogical(x)
		case "==", "!=":
			return c.probeTruth(x)
		}
	case *unary:
		if inner := c.probe(x.x); x.op == "!" && inner != nil {
			return inner.is(false)
		}
	}
	return nil
}

// is compares the result of a probe with a boolean.
func (p probe) is(want bool) probe {
	return func(d *document.Document) (holds, sure bool) {
		holds, sure = p(d)
		return holds == want, sure
	}
}

// probeTruth is a condition that is compared with true or false.
func (c *compiler) probeTruth(x *binary) probe {
	v, ok := c.literalValue(x.r)
	inner := c.probe(x.l)
	if !ok || v.Kind() != document.KindBoolean || inner == nil || c.fieldPath(x.l) != nil {
		return nil
	}
	return inner.is(v.Bool() == (x.op == "=="))
}

// A chain is the operands of && or of || that are compiled so far. Neighbours about
// fields of one object are one part.
type chain struct {
	stop  bool // what an operand must be to end it: true for ||
	parts []probe
	last  []*fieldTest // the tests that are the last part
	guard probe        // before them, or nil
}

// probeLogical is a chain of && or of ||.
func (c *compiler) probeLogical(x *binary) probe {
	chain := &chain{stop: x.op == "||"}
	for _, operand := range operands(x, x.op) {
		test := c.fieldTest(operand)
		if chain.join(test) {
			continue
		}
		part := c.probe(operand)
		if part == nil {
			return nil
		}
		chain.last, chain.guard, chain.parts = nil, nil, append(chain.parts, part)
		if test != nil {
			chain.last = []*fieldTest{test}
		}
	}
	return chain.probe()
}

// join adds a test to the last part, if it can be.
func (c *chain) join(test *fieldTest) bool {
	n := len(c.last)
	if n == 0 || test == nil {
		return false
	}
	last := c.last[n-1]
	switch both := last.joined(test, c.stop); {
	case both != nil:
		c.last[n-1] = both
	case last.siblings(test):
		c.last = append(c.last, test)
	case n == 1 && last.guards(test, c.stop):
		c.guard, c.last = c.parts[len(c.parts)-1], []*fieldTest{test}
	default:
		return false
	}
	c.parts[len(c.parts)-1] = guardedBy(c.guard, ofSiblings(c.last, c.stop), c.stop)
	return true
}

// guards reports whether f only says whether there is the object that the field of o is
// read from by a dot: ctx.a != null && ctx.a.b == 1.
func (f *fieldTest) guards(o *fieldTest, stop bool) bool {
	want := testsNotNull
	if stop {
		want = testsNull
	}
	n := len(f.field.names)
	return f.isNull == want && len(o.field.names) > n && !o.field.names[n].safe &&
		slices.EqualFunc(f.field.names, o.field.names[:n], func(a, b pathName) bool { return a.text == b.text })
}

// guardedBy is guard && inner, or guard || inner. If inner is sure there is the object,
// and the guard need not be asked.
func guardedBy(guard, inner probe, stop bool) probe {
	if guard == nil {
		return inner
	}
	return func(d *document.Document) (holds, sure bool) {
		if holds, sure = inner(d); sure {
			return holds, true
		}
		holds, sure = guard(d)
		return holds, sure && holds == stop
	}
}

func (c *chain) probe() probe {
	parts, stop := c.parts, c.stop
	switch len(parts) {
	case 1:
		return parts[0]
	case 2:
		l, r := parts[0], parts[1]
		return func(d *document.Document) (holds, sure bool) {
			if holds, sure = l(d); !sure || holds == stop {
				return holds, sure
			}
			return r(d)
		}
	}
	return func(d *document.Document) (holds, sure bool) {
		for _, p := range parts {
			if holds, sure = p(d); !sure || holds == stop {
				break
			}
		}
		return holds, sure
	}
}

// operands returns what && or || joins, however it is nested.
func operands(x expression, op string) []expression {
	if b, ok := x.(*binary); ok && b.op == op {
		return append(operands(b.l, op), operands(b.r, op)...)
	}
	return []expression{x}
}
