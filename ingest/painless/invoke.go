package painless

import (
	"maps"
	"slices"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/spelling"
)

func (c *compiler) call(x *call) code {
	if x.x == nil {
		return c.functionCall(x)
	}
	if typ := c.classNamed(x.x); typ != nil {
		return c.staticCall(x, typ)
	}
	if list, ok := x.x.(*listLiteral); ok && x.name == "contains" && len(x.args) == 1 && len(list.items) > 0 {
		if out, ok := c.oneOf(x, list); ok {
			return out
		}
	}
	if out, ok := c.fused(x); ok {
		return out
	}
	if out, ok := c.removing(x); ok {
		return out
	}
	of := c.expression(x.x)
	if name, ok := boxes[of.typ.primitive]; ok {
		of = c.convert(of, c.lib.classes[name], false)
	}
	k := key(x.name, len(x.args))
	if of.typ == typeDef || of.typ == c.lib.object {
		return c.dynamicCall(x, of)
	}
	m, ok := of.typ.methods[k]
	if !ok {
		c.failMethod(x, of.typ, of.typ.methods)
	}
	return c.invoke(x.at(), of, m, c.arguments(x.args, m), x.safe)
}

// failMethod says that a class has no such method.
func (c *compiler) failMethod(x *call, typ *class, methods map[string]*method) {
	if arities := arities(x.name, methods); arities != "" {
		c.fail(x.at(), "Method [%s] of class [%s] takes %s arguments, not %d.", x.name, typ.java, arities, len(x.args))
	}
	c.failNearest(x.at(), nearestMember(x.name, methods), "Unknown method [%s, %s/%d].", typ.java, x.name, len(x.args))
}

// arities lists with how many arguments a method can be called.
func arities(name string, methods map[string]*method) string {
	var out []string
	for k := range methods {
		if n, arity, _ := strings.Cut(k, "/"); n == name {
			out = append(out, arity)
		}
	}
	slices.Sort(out)
	return strings.Join(out, " or ")
}

// arguments compiles the arguments of a call of a known method.
func (c *compiler) arguments(args []expression, m *method) []code {
	out := make([]code, len(args))
	for i, arg := range args {
		out[i] = c.convert(c.expression(arg), m.params[i], false)
	}
	return out
}

func (c *compiler) staticCall(x *call, typ *class) code {
	m, ok := typ.statics[key(x.name, len(x.args))]
	if !ok {
		c.failMethod(x, typ, typ.statics)
	}
	return c.applied(x.at(), m, x.args)
}

// applied compiles a call of a static method or a constructor.
func (c *compiler) applied(at int, m *method, list []expression) code {
	fn, args := m.fn, values(c.arguments(list, m))
	return valueCode(at, m.result, func(t *thread) Value {
		base := len(t.args)
		t.push(args)
		t.at = at
		out := fn(t, t.args[base:])
		t.args = t.args[:base]
		return out
	})
}

func values(codes []code) []func(*thread) Value {
	out := make([]func(*thread) Value, len(codes))
	for i := range codes {
		out[i] = codes[i].value
	}
	return out
}

// push evaluates arguments onto the stack.
func (t *thread) push(args []func(*thread) Value) {
	for _, arg := range args {
		v := arg(t)
		t.args = append(t.args, v)
	}
}

// invoke calls a method whose signature is known. If other classes extend the
// receiver's, the method is looked up again by the class of the value; but a
// lambda is of the interface that the receiver is declared as.
func (c *compiler) invoke(at int, of code, m *method, args []code, safe bool) code {
	if safe && m.result.primitive != noPrimitive {
		c.fail(at, "Result of null safe operator must be nullable")
	}
	if of.typ == c.lib.str && !safe {
		if out, ok := c.textCall(at, of, m, args); ok {
			return out
		}
	}
	receiver, actuals := of.value, values(args)
	name, k := m.name, key(m.name, len(args))
	var virtual *dispatch
	if !of.typ.final && !of.typ.functional {
		virtual = c.lib.dispatch(k)
	}
	return valueCode(at, m.result, func(t *thread) Value {
		v := receiver(t)
		if v.IsNull() {
			if safe {
				return v
			}
			t.throwNullReceiver(at, name)
		}
		actual := m
		if virtual != nil {
			if found := virtual.find(v); found != nil {
				actual = found
			}
		}
		base := len(t.args)
		t.args = append(t.args, v)
		t.push(actuals)
		t.at = at
		out := actual.fn(t, t.args[base:])
		t.args = t.args[:base]
		return out
	})
}

// textCall is invoke for a String and a method whose Go function can be called as it is.
func (c *compiler) textCall(at int, of code, m *method, args []code) (code, bool) {
	receiver := func(t *thread) string {
		v := of.value(t)
		if v.IsNull() {
			t.throwNullReceiver(at, m.name)
		}
		return v.Str()
	}
	switch fn := m.source.(type) {
	case func(s string) bool:
		return truthCode(at, func(t *thread) bool {
			s := receiver(t)
			t.weighText(at, s)
			return fn(s)
		}), true
	case func(s string) int:
		return wholeCode(at, m.result, func(t *thread) int64 {
			s := receiver(t)
			t.weighText(at, s)
			return int64(fn(s))
		}), true
	case func(t *thread, s string) int64:
		return wholeCode(at, m.result, func(t *thread) int64 { return fn(t, receiver(t)) }), true
	case func(t *thread, s string, i int64) int64:
		whole := args[0].whole
		return wholeCode(at, m.result, func(t *thread) int64 {
			s := receiver(t)
			i := whole(t)
			t.at = at
			return fn(t, s, i)
		}), true
	case func(s, o string) bool:
		value := args[0].value
		return truthCode(at, func(t *thread) bool {
			s := receiver(t)
			v := value(t)
			t.at = at
			t.weighText(at, s)
			return fn(s, t.text(v))
		}), true
	}
	return code{}, false
}

// dynamicCall calls a method on a value of type def.
func (c *compiler) dynamicCall(x *call, of code) code {
	k := key(x.name, len(x.args))
	if !c.lib.members[k] {
		c.warnings = append(c.warnings, c.unknownMethod(x))
	}
	args := make([]code, len(x.args))
	for i, arg := range x.args {
		args[i] = c.convert(c.expression(arg), typeDef, false)
	}
	d := &dynamic{at: x.at(), name: x.name, safe: x.safe, methods: c.lib.dispatch(k)}
	receiver, actuals := of.value, values(args)
	if m := c.lib.str.methods[k]; m != nil && len(args) <= 1 && !hashing[x.name] {
		return d.onText(m, receiver, actuals)
	}
	return valueCode(d.at, typeDef, func(t *thread) Value { return d.call(t, receiver(t), actuals) })
}

// A dynamic is a call of a method on a value of type def.
type dynamic struct {
	at      int
	name    string
	safe    bool // ?.
	methods *dispatch
}

// call calls the method of the value's class.
func (d *dynamic) call(t *thread, v Value, args []func(*thread) Value) Value {
	if v.IsNull() {
		return d.onNull(t, v)
	}
	m := d.find(t, v)
	base := len(t.args)
	t.args = append(t.args, v)
	t.push(args)
	return d.invoke(t, m, base)
}

func (d *dynamic) onNull(t *thread, v Value) Value {
	if !d.safe {
		t.throwNullReceiver(d.at, d.name)
	}
	return v
}

func (d *dynamic) find(t *thread, v Value) *method {
	m := d.methods.find(v)
	if m == nil {
		t.throwAt(d.at, document.IllegalArgument, "dynamic method [%s, %s] not found", javaClass(v), d.methods.key)
	}
	return m
}

// invoke calls a method with the arguments on the stack from base on.
func (d *dynamic) invoke(t *thread, m *method, base int) Value {
	t.coerce(d.at, m, base+1)
	t.at = d.at
	out := m.fn(t, t.args[base:])
	t.args = t.args[:base]
	return out
}

// onText is call for a method that String has, too, which most receivers are:
// its Go function is called as it is.
func (d *dynamic) onText(m *method, receiver func(*thread) Value, args []func(*thread) Value) code {
	switch fn := m.source.(type) {
	case func(s string) bool:
		return d.reading(receiver, func(s string) Value { return document.Boolean(fn(s)) })
	case func(s string) int:
		return d.reading(receiver, func(s string) Value { return document.Integer(int32(fn(s))) })
	case func(s string) string:
		return d.reading(receiver, func(s string) Value { return document.String(fn(s)) })
	case func(t *thread, s string) int64:
		return d.counting(m, &ofText{
			receiver:  receiver,
			whole:     func(t *thread, s string) (int64, bool) { return fn(t, s), true },
			otherwise: func(t *thread, v Value) Value { return d.call(t, v, args) },
		})
	case func(t *thread, s string, i int64) int64:
		return d.counting(m, d.indexing(receiver, args, fn))
	case func(s, o string) bool:
		return d.comparing(receiver, args[0], fn)
	}
	return valueCode(d.at, typeDef, func(t *thread) Value { return d.call(t, receiver(t), args) })
}

//go:noinline
func (d *dynamic) reading(receiver func(*thread) Value, fn func(s string) Value) code {
	return valueCode(d.at, typeDef, func(t *thread) Value {
		v := receiver(t)
		if v.Kind() == document.KindString {
			t.weighText(d.at, v.Str())
			return fn(v.Str())
		}
		return d.call(t, v, nil)
	})
}

// counting is a call whose result is a number if the receiver is a string.
func (d *dynamic) counting(m *method, x *ofText) code {
	out := valueCode(d.at, typeDef, func(t *thread) Value {
		v := x.receiver(t)
		if v.Kind() == document.KindString {
			if n, ok := x.whole(t, v.Str()); ok {
				return boxWhole(m.result, n)
			}
		}
		return x.otherwise(t, v)
	})
	out.ofText = x
	return out
}

// indexing is charAt. An argument that is no Integer, which would have to be evaluated
// again to be converted, is left on the stack.
//
//go:noinline
func (d *dynamic) indexing(receiver func(*thread) Value, args []func(*thread) Value, fn func(t *thread, s string, i int64) int64) *ofText {
	arg, at := args[0], d.at
	return &ofText{
		receiver: receiver,
		whole: func(t *thread, s string) (int64, bool) {
			i := arg(t)
			if i.Kind() != document.KindInteger {
				t.args = append(t.args, i)
				return 0, false
			}
			t.at = at
			return fn(t, s, i.Int64()), true
		},
		otherwise: func(t *thread, v Value) Value {
			if v.Kind() != document.KindString {
				return d.call(t, v, args)
			}
			i := t.args[len(t.args)-1]
			t.args = append(t.args[:len(t.args)-1], v, i)
			return d.invoke(t, d.find(t, v), len(t.args)-2)
		},
	}
}

// comparing is contains, startsWith and the like; contains is of lists, too.
func (d *dynamic) comparing(receiver, arg func(*thread) Value, fn func(s, o string) bool) code {
	ofLists := d.methods.key == "contains/1"
	return valueCode(d.at, typeDef, func(t *thread) Value {
		v := receiver(t)
		if v.IsNull() {
			return d.onNull(t, v)
		}
		m := d.find(t, v)
		a := arg(t)
		switch {
		case v.Kind() == document.KindString && a.Kind() == document.KindString:
			t.weighText(d.at, v.Str())
			return document.Boolean(fn(v.Str(), a.Str()))
		case ofLists && v.Kind() == document.KindList:
			t.spend(d.at, v.List().Len()>>3)
			return document.Boolean(listItems{v}.has(a))
		}
		base := len(t.args)
		t.args = append(t.args, v, a)
		return d.invoke(t, m, base)
	})
}

// unknownMethod is the warning about a method that no class has. It is no error,
// because in Elasticsearch nothing happens until the call is reached.
func (c *compiler) unknownMethod(x *call) *Error {
	out := c.src.errorAt(x.at(), "Unknown method [%s/%d]: no class has it.", x.name, len(x.args))
	names := memberNames(maps.Keys(c.lib.members))
	if !slices.Contains(names, x.name) {
		out.Nearest = spelling.Nearest(x.name, names)
	}
	return out
}

// coerce converts the arguments from place base on to the types of the
// parameters, as an assignment would.
func (t *thread) coerce(at int, m *method, base int) {
	for i, p := range m.params {
		if p == typeDef {
			continue
		}
		t.args[base+i] = t.assigned(at, t.args[base+i], p)
	}
}

// assigned converts a value of type def to what a variable of a type holds.
func (t *thread) assigned(at int, v Value, to *class) Value {
	switch {
	case to == typeDef:
		return v
	case to.isNumber():
		return t.number(at, v, to, false)
	case to == typeBoolean:
		if v.IsNull() || v.Kind() != document.KindBoolean {
			t.throwNoBoolean(at, v)
		}
		return v
	}
	return t.checkClass(at, v, to)
}

// manyTexts is the number of strings from which looking one up in a Go map is
// faster than comparing with each.
const manyTexts = 12

// oneOf compiles ['a', 'b'].contains(x), a frequent condition: the list is not
// made every time. It reports false if the items are not all strings.
func (c *compiler) oneOf(x *call, list *listLiteral) (code, bool) {
	texts := make([]string, len(list.items))
	for i, item := range list.items {
		lit, ok := item.(*literal)
		if !ok || lit.token.kind != tokenString {
			return code{}, false
		}
		texts[i] = lit.token.text
	}
	value := c.expression(x.args[0]).value
	if len(texts) < manyTexts {
		return truthCode(x.at(), func(t *thread) bool {
			v := value(t)
			return v.Kind() == document.KindString && slices.Contains(texts, v.Str())
		}), true
	}
	set := make(map[string]struct{}, len(texts))
	for _, text := range texts {
		set[text] = struct{}{}
	}
	return truthCode(x.at(), func(t *thread) bool {
		v := value(t)
		_, ok := set[v.Str()]
		return ok && v.Kind() == document.KindString
	}), true
}
