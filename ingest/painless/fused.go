package painless

import "github.com/sluice-otel/sluice/ingest/document"

// The streams of most scripts are of lists and of the kind
//
//	ctx.tags.stream().filter(x -> x.length() > 1).map(x -> x.trim()).collect(Collectors.toList())
//
// They are compiled as a loop over the list, in which the bodies of the lambdas are
// expressions of the code around them: no stream is made, and nothing is called. A stream
// of anything but a list is compiled as it is written.
type fused struct {
	at     int
	stages []fusedStage
}

// A fusedStage is a filter if holds is set, else a map.
type fusedStage struct {
	slot  int // of the parameter of the lambda
	holds func(*thread) bool
	value func(*thread) Value
}

// A streamCall is a call that ends a stream, taken apart.
type streamCall struct {
	of     expression // the list
	stages []*call    // filter and map, in order
	end    *call
}

// streamCall returns the parts of a call that ends a stream, nil for any other.
func (c *compiler) streamCall(x *call) *streamCall {
	out := &streamCall{end: x}
	if !c.fusedEnd(x) {
		return nil
	}
	of := x.x
	for {
		stage, ok := of.(*call)
		switch {
		case !ok || stage.safe || stage.x == nil:
			return nil
		case stage.name == "stream" && len(stage.args) == 0:
			out.of = stage.x
			return out
		case stage.name != "filter" && stage.name != "map", len(stage.args) != 1 || expressionOf(stage.args[0]) == nil:
			return nil
		}
		out.stages = append([]*call{stage}, out.stages...)
		of = stage.x
	}
}

// fusedEnd reports whether x is collect(Collectors.toList()), count or one of the matches.
func (c *compiler) fusedEnd(x *call) bool {
	if x.x == nil || x.safe {
		return false
	}
	switch x.name {
	case "count":
		return len(x.args) == 0
	case "anyMatch", "allMatch", "noneMatch":
		return len(x.args) == 1 && expressionOf(x.args[0]) != nil
	case "collect":
		if len(x.args) != 1 {
			return false
		}
		made, ok := x.args[0].(*call)
		return ok && made.name == "toList" && len(made.args) == 0 && made.x != nil && c.classNamed(made.x) == c.lib.classes["Collectors"]
	}
	return false
}

// expressionOf returns the lambda that x is, if it has one parameter of type def and is an
// expression that assigns nothing, else nil.
func expressionOf(x expression) *lambda {
	l, ok := x.(*lambda)
	if !ok || len(l.params) != 1 || l.params[0].typ.String() != "def" {
		return nil
	}
	body := onlyExpression(l.body)
	if body == nil {
		return nil
	}
	plain := true
	walk(body, func(n node) bool {
		switch n.(type) {
		case *assignment, *increment, *lambda, *reference:
			plain = false
		}
		return plain
	})
	if !plain {
		return nil
	}
	return l
}

// fused compiles a stream of what is a list most of the time; ok is false if the call is
// none. What it is of is compiled once, whatever becomes of it: streams can be of streams.
func (c *compiler) fused(x *call) (out code, ok bool) {
	s := c.streamCall(x)
	if s == nil || dotted(s.of) == unnamed {
		return code{}, false
	}
	of := c.expression(s.of)
	c.scoped(func() {
		list := c.routine.add(unnamed, of.typ)
		general := c.call(s.on(&name{position: position(s.of.at()), text: unnamed}))
		var end func(t *thread, list Value) Value
		if of.typ == typeDef || of.typ.isA(c.lib.list) {
			warnings := len(c.warnings)
			end = c.fuse(&fused{at: x.at()}, s)
			c.warnings = c.warnings[:warnings]
		}
		slot, value, otherwise := list.slot, of.value, general.value
		out = valueCode(general.at, general.typ, func(t *thread) Value {
			v := value(t)
			if end != nil && v.Kind() == document.KindList {
				return end(t, v)
			}
			t.frame[slot] = v
			return otherwise(t)
		})
	})
	return out, true
}

// unnamed is the name of a variable that no script can have.
const unnamed = "a stream's list"

// on returns the whole call with another list.
func (s *streamCall) on(list expression) *call {
	of := &call{position: s.end.position, x: list, name: "stream"}
	for _, stage := range s.stages {
		of = &call{position: stage.position, x: of, name: stage.name, args: stage.args}
	}
	return &call{position: s.end.position, x: of, name: s.end.name, args: s.end.args}
}

// fuse compiles the stages and the end of a stream, nil if there is a lambda that returns
// nothing.
func (c *compiler) fuse(f *fused, s *streamCall) func(t *thread, list Value) Value {
	for _, stage := range s.stages {
		if !c.fuseStage(f, stage) {
			return nil
		}
	}
	switch s.end.name {
	case "count":
		return f.count
	case "collect":
		return f.collect
	}
	matches := &call{position: s.end.position, name: "filter", args: s.end.args}
	if !c.fuseStage(f, matches) {
		return nil
	}
	n := len(f.stages) - 1
	if s.end.name == "allMatch" {
		holds := f.stages[n].holds
		f.stages[n].holds = func(t *thread) bool { return !holds(t) }
	}
	found := s.end.name == "anyMatch"
	return func(t *thread, list Value) Value { return document.Boolean(f.any(t, list) == found) }
}

func (c *compiler) fuseStage(f *fused, x *call) (ok bool) {
	l := expressionOf(x.args[0])
	c.scoped(func() {
		g := fusedStage{slot: c.declare(l.at(), l.params[0].name, typeDef).slot}
		body := c.expression(onlyExpression(l.body))
		ok = body.typ != typeVoid
		g.value = body.value
		if x.name == "filter" {
			g.holds = holding(f.at, body)
		}
		f.stages = append(f.stages, g)
	})
	return ok
}

// holding is what a predicate says.
func holding(at int, x code) func(*thread) bool {
	if x.typ == typeBoolean {
		return x.truth
	}
	value := x.value
	return func(t *thread) bool {
		v := value(t)
		if v.Kind() != document.KindBoolean {
			t.throwNoBoolean(at, v)
		}
		return v.Bool()
	}
}

// each calls yield for what comes out of the stages until it returns false.
func (f *fused) each(t *thread, list Value, yield func(Value) bool) {
	t.eachItem(f.at, list, func(v Value) bool {
		for i := range f.stages {
			g := &f.stages[i]
			t.spend(f.at, 1)
			t.frame[g.slot] = v
			if g.holds == nil {
				v = g.value(t)
			} else if !g.holds(t) {
				return true
			}
		}
		return yield(v)
	})
}

func (f *fused) collect(t *thread, list Value) Value {
	out := t.doc.NewList()
	t.charge(f.at, entryBytes)
	f.each(t, list, func(v Value) bool {
		t.charge(f.at, entryBytes)
		out.Append(t.keep(v))
		return true
	})
	return document.ListOf(out)
}

func (f *fused) count(t *thread, list Value) Value {
	n := 0
	f.each(t, list, func(Value) bool {
		n++
		return true
	})
	return document.Long(int64(n))
}

func (f *fused) any(t *thread, list Value) bool {
	found := false
	f.each(t, list, func(Value) bool {
		found = true
		return false
	})
	return found
}

// removing compiles map.values().removeIf(…), which most scripts that drop empty fields have,
// without the collection in between.
func (c *compiler) removing(x *call) (out code, ok bool) {
	view, ok := x.x.(*call)
	if !ok || x.name != "removeIf" || len(x.args) != 1 || x.safe || view.name != "values" || len(view.args) > 0 || view.safe || view.x == nil {
		return code{}, false
	}
	if cast, ok := view.x.(*cast); !ok || c.typ(cast.typ) != c.lib.mapping {
		return code{}, false
	}
	of := c.expression(view.x)
	m := c.lib.classes["Collection"].methods[key("removeIf", 1)]
	at, viewAt, value, f := x.at(), view.at(), of.value, c.arguments(x.args, m)[0].value
	return truthCode(at, func(t *thread) bool {
		v := value(t)
		if v.Kind() == document.KindMap {
			predicate := f(t)
			t.at = at
			t.spend(at, 4*v.Map().Len())
			return mapView{of: v, what: valueView}.retain(t, func(v Value) bool { return !t.holds(predicate, v) })
		}
		values := t.callMethod(viewAt, v, view.name, nil)
		return t.callMethod(at, values, x.name, []Value{f(t)}).Bool()
	}), true
}
