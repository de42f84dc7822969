package painless

import (
	"fmt"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A callable is a lambda or method reference: an object of whatever functional
// interface it is used as.
type callable struct {
	call func(t *thread, args []Value) Value
	one  func(t *thread, v Value) Value // call with one argument, if there is a faster way, or nil
}

// JavaClass implements document.Object.
func (*callable) JavaClass() string {
	return "org.elasticsearch.painless.PainlessScript$Script$$Lambda"
}

// AppendText implements document.Object.
func (c *callable) AppendText(dst []byte) []byte { return append(dst, c.JavaClass()...) }

// Identity implements document.Object.
func (c *callable) Identity() string { return fmt.Sprintf("%p", c) }

// HashCode implements document.Object.
func (*callable) HashCode() int32 { return identityHash }

func callableOf(call func(t *thread, args []Value) Value) Value {
	return objectFor(callable{call: call})
}

// call calls a lambda or method reference from a method.
func (t *thread) call(f Value, args ...Value) Value {
	c, ok := f.Object().(*callable)
	if !ok {
		t.notNull(f)
		if t.lib.classOf(f).isA(t.lib.classes["Comparator"]) { // a Collator
			return t.callMethod(t.at, f, "compare", args)
		}
		t.throw(document.ClassCast, "Cannot cast %s to a functional interface", javaClass(f))
	}
	at, base := t.at, len(t.args)
	t.args = append(t.args, args...)
	out := c.call(t, t.args[base:])
	t.args, t.at = t.args[:base], at
	return out
}

// callOne is call with one argument.
func (t *thread) callOne(f, arg Value) Value {
	c, ok := f.Object().(*callable)
	if !ok || c.one == nil {
		return t.call(f, arg)
	}
	at := t.at
	out := c.one(t, arg)
	t.at = at
	return out
}

// holds is call for a predicate.
func (t *thread) holds(f Value, args ...Value) bool {
	var v Value
	if len(args) == 1 {
		v = t.callOne(f, args[0])
	} else {
		v = t.call(f, args...)
	}
	if v.Kind() != document.KindBoolean {
		t.throwNoBoolean(t.at, v)
	}
	return v.Bool()
}

func (c *compiler) lambda(x *lambda) code {
	inner := &routine{outer: c.routine, result: typeDef}
	types := make([]*class, len(x.params))
	outer, loops := c.routine, c.loops
	c.routine, c.loops = inner, 0
	for i, p := range x.params {
		types[i] = c.typ(p.typ)
		c.declare(x.at(), p.name, types[i])
	}
	body := c.main(x.body)
	c.routine, c.loops = outer, loops
	at := x.at()
	made := func(captured []Value) Value {
		var one func(t *thread, v Value) Value
		if len(types) == 1 && types[0] == typeDef && len(captured) == 0 {
			one = func(t *thread, v Value) Value { return t.runOne(at, inner, body, v) }
		}
		return objectFor(callable{one: one, call: func(t *thread, args []Value) Value {
			t.checkArity(at, len(types), args)
			for i, typ := range types {
				if typ != typeDef {
					args[i] = t.assigned(at, args[i], typ)
				}
			}
			return t.run(at, inner, body, args, captured)
		}})
	}
	if to := c.forwarded(x); to != nil {
		made = func([]Value) Value { return to.callable(at) }
	}
	if len(inner.captured) == 0 { // it is the same every time
		return constantCode(at, typeDef, made(nil))
	}
	return valueCode(at, typeDef, func(t *thread) Value {
		captured := make([]Value, len(inner.captured))
		for i, variable := range inner.captured {
			captured[i] = t.frame[variable.from.slot]
		}
		return made(captured)
	})
}

// forwarded returns the function that a lambda calls with its own parameters and nothing
// else, as in v -> drop(v); nil if it does something else.
func (c *compiler) forwarded(x *lambda) *userFunction {
	call, ok := onlyExpression(x.body).(*call)
	if !ok || call.x != nil || len(call.args) != len(x.params) {
		return nil
	}
	for i, p := range x.params {
		if arg, ok := call.args[i].(*name); !ok || arg.text != p.name || p.typ.text != "def" || p.typ.dims > 0 {
			return nil
		}
	}
	return c.functions[key(call.name, len(call.args))]
}

// callable is the function as an object.
func (f *userFunction) callable(at int) Value {
	var one func(t *thread, v Value) Value
	if len(f.params) == 1 && (f.params[0] == typeDef || f.params[0].name == "Object") {
		one = func(t *thread, v Value) Value { return f.callOne(t, at, v) }
	}
	return objectFor(callable{one: one, call: func(t *thread, args []Value) Value {
		t.checkArity(at, len(f.params), args)
		for i, typ := range f.params {
			if typ != typeDef && typ != t.lib.object {
				args[i] = t.assigned(at, args[i], typ)
			}
		}
		return f.call(t, at, args)
	}})
}

func (t *thread) checkArity(at, want int, args []Value) {
	if len(args) != want {
		t.throwAt(at, document.IllegalArgument, "Incorrect number of parameters for a lambda: it has %d, but %d are passed", want, len(args))
	}
}

// reference compiles Class::method, Class::new, value::method or
// this::function.
func (c *compiler) reference(x *reference) code {
	at, method := x.at(), x.method
	if x.typ.text == "" {
		return c.functionReference(x)
	}
	if n, ok := x.x.(*name); ok && c.find(c.routine, n.text) != nil {
		receiver := c.expression(n).value
		return valueCode(at, typeDef, func(t *thread) Value {
			of := receiver(t)
			return callableOf(func(t *thread, args []Value) Value { return t.callMethod(at, of, method, args) })
		})
	}
	typ := c.typ(x.typ)
	if typ.component != nil && method == "new" {
		return valueCode(at, typeDef, func(*thread) Value {
			return callableOf(func(t *thread, args []Value) Value {
				return t.newArray(at, typ, int(wholeOf(t.number(at, args[0], typeInt, false))))
			})
		})
	}
	if arities(method, typ.methods)+arities(method, typ.statics) == "" && typ != typeDef && typ != c.lib.object {
		c.failNearest(at, nearestMember(method, typ.methods), "Unknown reference [%s::%s].", typ.java, method)
	}
	f := callableOf(func(t *thread, args []Value) Value {
		if m, ok := typ.statics[key(method, len(args))]; ok {
			return t.apply(at, m, args)
		}
		if len(args) == 0 {
			t.throwAt(at, document.IllegalArgument, "Unknown reference [%s::%s] with 0 arguments", typ.java, method)
		}
		return t.callMethod(at, args[0], method, args[1:])
	})
	return valueCode(at, typeDef, func(*thread) Value { return f })
}

func (c *compiler) functionReference(x *reference) code {
	at := x.at()
	var matching []*userFunction
	for _, f := range c.functions {
		if f.name == x.method {
			matching = append(matching, f)
		}
	}
	if len(matching) == 0 {
		c.fail(at, "Unknown reference [this::%s].", x.method)
	}
	f := callableOf(func(t *thread, args []Value) Value {
		for _, f := range matching {
			if len(f.params) == len(args) {
				for i, typ := range f.params {
					args[i] = t.assigned(at, args[i], typ)
				}
				return f.call(t, at, args)
			}
		}
		t.checkArity(at, len(matching[0].params), args)
		return document.Null
	})
	return valueCode(at, typeDef, func(*thread) Value { return f })
}

// callMethod calls a method by name on a value of type def.
func (t *thread) callMethod(at int, of Value, name string, args []Value) Value {
	if of.IsNull() {
		t.throwNullReceiver(at, name)
	}
	m := t.lib.classOf(of).methods[key(name, len(args))]
	if m == nil {
		t.throwAt(at, document.IllegalArgument, "dynamic method [%s, %s] not found", javaClass(of), key(name, len(args)))
	}
	base := len(t.args)
	t.args = append(append(t.args, of), args...)
	t.coerce(at, m, base+1)
	t.at = at
	out := m.fn(t, t.args[base:])
	t.args = t.args[:base]
	return out
}

// apply calls a static method or constructor.
func (t *thread) apply(at int, m *method, args []Value) Value {
	base := len(t.args)
	t.args = append(t.args, args...)
	t.coerce(at, m, base)
	t.at = at
	out := m.fn(t, t.args[base:])
	t.args = t.args[:base]
	return out
}

// A userFunction is a function that the script defines.
type userFunction struct {
	name    string
	params  []*class
	routine *routine
	body    action // set before anything runs
}

func (f *userFunction) call(t *thread, at int, args []Value) Value {
	loops := t.loops
	t.loops = maxLoops
	out := t.run(at, f.routine, f.body, args, nil)
	t.loops = loops
	return out
}

// callOne is call with one argument.
func (f *userFunction) callOne(t *thread, at int, arg Value) Value {
	loops := t.loops
	t.loops = maxLoops
	out := t.runOne(at, f.routine, f.body, arg)
	t.loops = loops
	return out
}

// declareFunctions makes the functions known, so that they can call each other.
func (c *compiler) declareFunctions(list []*function) {
	for _, f := range list {
		k := key(f.name, len(f.params))
		if _, twice := c.functions[k]; twice {
			c.fail(f.at(), "Duplicate functions found with name [%s].", k)
		}
		out := &userFunction{name: f.name, routine: &routine{function: true, result: c.typ(f.result)}}
		for _, p := range f.params {
			out.params = append(out.params, c.typ(p.typ))
		}
		c.functions[k] = out
	}
}

func (c *compiler) defineFunction(f *function) {
	out := c.functions[key(f.name, len(f.params))]
	c.routine = out.routine
	for i, p := range f.params {
		c.declare(f.at(), p.name, out.params[i])
	}
	out.body = c.main(f.body)
}

// functionCall compiles name(args).
func (c *compiler) functionCall(x *call) code {
	f, ok := c.functions[key(x.name, len(x.args))]
	if !ok {
		if out, ok := c.documentCall(x); ok {
			return out
		}
		c.fail(x.at(), "Unknown call [%s] with [%d] arguments.", x.name, len(x.args))
	}
	args := make([]code, len(x.args))
	for i, arg := range x.args {
		args[i] = c.convert(c.expression(arg), f.params[i], false)
	}
	at, fns := x.at(), values(args)
	return valueCode(at, f.routine.result, func(t *thread) Value {
		base := len(t.args)
		t.push(fns)
		out := f.call(t, at, t.args[base:])
		t.args = t.args[:base]
		return out
	})
}

// lambdaClass is the class of lambdas, which is every functional interface.
func lambdaClass() classSpec {
	s := classSpec{name: "Lambda", java: (&callable{}).JavaClass(), extends: []string{"Comparator", "Function"}}
	for _, f := range functionTypes {
		if f.name != "Function" { // comes first: its andThen is that of a def
			s.extends = append(s.extends, f.name)
		}
	}
	return s
}
