package painless

import (
	"strconv"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

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
	fns, at := c.defs(x.items), x.at()
	return valueCode(at, c.lib.arrayList, func(t *thread) Value {
		t.charge(at, entryBytes*(1+len(fns)))
		l := t.doc.NewList()
		for _, item := range fns {
			l.Append(t.keep(item(t)))
		}
		return document.ListOf(l)
	})
}

// defs compiles expressions as values of type def.
func (c *compiler) defs(list []expression) []func(*thread) Value {
	out := make([]func(*thread) Value, len(list))
	for i, x := range list {
		out[i] = c.convert(c.expression(x), typeDef, false).value
	}
	return out
}

func (c *compiler) mapLiteral(x *mapLiteral) code {
	keys, fns, at := c.defs(x.keys), c.defs(x.values), x.at()
	return valueCode(at, c.lib.hashMap, func(t *thread) Value {
		t.charge(at, entryBytes*(1+len(keys)))
		m := t.doc.NewMap()
		for i := range keys {
			k := keys[i](t)
			v := fns[i](t)
			m.PutKey(k, t.keep(v))
		}
		return document.MapOf(m)
	})
}

func (c *compiler) newObject(x *newObject) code {
	typ := c.typ(x.typ)
	m, ok := typ.statics[key("new", len(x.args))]
	if !ok {
		known := arities("new", typ.statics)
		if known == "" {
			c.fail(x.at(), "Constructors for [%s] are not known.", typ.java)
		}
		c.fail(x.at(), "A constructor of [%s] takes %s arguments, not %d.", typ.java, known, len(x.args))
	}
	return c.applied(x.at(), m, x.args)
}
