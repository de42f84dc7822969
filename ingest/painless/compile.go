package painless

import (
	"strconv"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A compiler turns the tree of a script into closures and checks it on the way.
// Its methods leave by panicking with an *Error, as the parser's do.
type compiler struct {
	src source
	lib *library
}

func (c *compiler) fail(at int, format string, args ...any) {
	panic(c.src.errorAt(at, format, args...))
}

// failNearest is fail with the known name that may have been meant.
func (c *compiler) failNearest(at int, nearest, format string, args ...any) {
	err := c.src.errorAt(at, format, args...)
	err.Nearest = nearest
	panic(err)
}

// typ resolves the name of a type.
func (c *compiler) typ(name typeName) *class {
	typ, ok := c.lib.classes[name.text]
	if !ok {
		c.failNearest(name.at(), c.lib.nearestClass(name.text), "Cannot resolve type [%s].", name)
	}
	return typ
}

// classNamed returns the class that an expression names, nil for none: a
// variable of the name comes first.
func (c *compiler) classNamed(x expression) *class {
	text := dotted(x)
	if text == "" {
		return nil
	}
	if first, _, _ := strings.Cut(text, "."); c.isVariable(first) {
		return nil
	}
	return c.lib.classes[text]
}

// dotted returns a.b.c as it is written, "" for anything else.
func dotted(x expression) string {
	switch x := x.(type) {
	case *name:
		return x.text
	case *field:
		if before := dotted(x.x); before != "" && !x.safe {
			return before + "." + x.name
		}
	}
	return ""
}

func (c *compiler) isVariable(name string) bool { return name == "ctx" || name == "params" }

func (c *compiler) expression(x expression) code {
	switch x := x.(type) {
	case *literal:
		return c.literal(x)
	case *name:
		return c.variable(x)
	case *field:
		return c.field(x)
	case *index:
		return c.index(x)
	case *call:
		return c.call(x)
	case *unary:
		return c.unary(x)
	case *binary:
		return c.binary(x)
	case *ternary:
		return c.ternary(x)
	case *typeTest:
		return c.typeTest(x)
	case *cast:
		return c.convert(c.expression(x.x), c.typ(x.typ), true)
	case *listLiteral:
		return c.listLiteral(x)
	}
	c.fail(x.at(), "this kind of expression is not supported in a condition")
	return code{}
}

func (c *compiler) variable(x *name) code {
	switch x.text {
	case "ctx":
		out := valueCode(x.at(), c.lib.mapping, func(t *thread) Value { return t.seen(document.MapOf(t.doc.Source())) })
		out.path = &path{}
		return out
	case "params":
		empty := document.MapOf(&document.Map{}).ReadOnly()
		return valueCode(x.at(), c.lib.mapping, func(*thread) Value { return empty })
	}
	c.failNearest(x.at(), c.lib.nearestClass(x.text), "Cannot resolve symbol [%s]", x.text)
	return code{}
}

func (c *compiler) literal(x *literal) code {
	switch t := x.token; {
	case t.kind == tokenString:
		return constantCode(x.at(), c.lib.str, document.String(t.text))
	case t.kind == tokenInteger:
		return c.integer(x)
	case t.kind == tokenDecimal:
		return c.decimal(x)
	case t.text == "null":
		return constantCode(x.at(), typeDef, document.Null)
	}
	return constantCode(x.at(), typeBoolean, document.Boolean(x.token.text == "true"))
}

func (c *compiler) integer(x *literal) code {
	digits, suffix := x.token.text, byte(0)
	hex := strings.HasPrefix(strings.TrimPrefix(strings.ToLower(digits), "-"), "0x")
	if last := digits[len(digits)-1]; last == 'l' || last == 'L' || !hex && !isDigit(last) {
		digits, suffix = digits[:len(digits)-1], last|0x20
	}
	if suffix == 'f' || suffix == 'd' {
		return c.decimal(x)
	}
	bits, typ := 32, typeInt
	if suffix == 'l' {
		bits, typ = 64, typeLong
	}
	i, err := strconv.ParseInt(digits, 0, bits)
	if err != nil && (hex || digits[0] == '0') { // a pattern of bits
		var u uint64
		u, err = strconv.ParseUint(digits, 0, bits)
		i = int64(u)
		if bits == 32 {
			i = int64(int32(u))
		}
	}
	if err != nil {
		c.fail(x.at(), "Invalid %s constant [%s].", typ.name, x.token.text)
	}
	return constantCode(x.at(), typ, boxWhole(typ, i))
}

func (c *compiler) decimal(x *literal) code {
	text := strings.TrimRight(x.token.text, "fFdD")
	typ, bits := typeDouble, 64
	if last := x.token.text[len(x.token.text)-1]; last == 'f' || last == 'F' {
		typ, bits = typeFloat, 32
	}
	f, err := strconv.ParseFloat(text, bits)
	if err != nil {
		c.fail(x.at(), "Invalid %s constant [%s].", typ.name, x.token.text)
	}
	return constantCode(x.at(), typ, boxReal(typ, f))
}

// listLiteral makes a new list every time.
func (c *compiler) listLiteral(x *listLiteral) code {
	items := make([]code, len(x.items))
	for i, item := range x.items {
		items[i] = c.convert(c.expression(item), typeDef, false)
	}
	fns := values(items)
	return valueCode(x.at(), c.lib.arrayList, func(t *thread) Value {
		l := t.doc.NewList()
		for _, item := range fns {
			l.Append(item(t))
		}
		return document.ListOf(l)
	})
}
