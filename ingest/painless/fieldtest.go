package painless

import (
	"slices"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// fieldTest returns the test of an expression about one field, nil if it is none.
func (c *compiler) fieldTest(x expression) *fieldTest {
	switch x := x.(type) {
	case *binary:
		switch x.op {
		case "==", "===":
			return c.testEqual(x, false)
		case "!=", "!==":
			return c.testEqual(x, true)
		case "<", "<=", ">", ">=":
			return c.testRelation(x)
		}
	case *unary:
		if inner := c.fieldTest(x.x); x.op == "!" && inner != nil {
			test := inner.test
			return &fieldTest{field: inner.field, test: func(v Value) (holds, sure bool) {
				holds, sure = test(v)
				return !holds, sure
			}}
		}
	case *typeTest:
		return c.testType(x)
	case *call:
		return c.testCall(x)
	case *field, *index:
		return c.onField(x, func(v Value) (holds, sure bool) { return v.Bool(), v.Kind() == document.KindBoolean })
	}
	return nil
}

// onField returns a test of the field that x is, nil if it is none.
func (c *compiler) onField(x expression, test func(v Value) (holds, sure bool)) *fieldTest {
	p := c.fieldPath(x)
	if p == nil || len(p.names) == 0 || test == nil {
		return nil
	}
	return &fieldTest{field: p, test: test}
}

// fieldPath returns what ctx.a?.b names, nil for anything else.
func (c *compiler) fieldPath(x expression) *path {
	switch x := x.(type) {
	case *name:
		if x.text == "ctx" {
			return &path{}
		}
	case *field:
		if p := c.fieldPath(x.x); p.extends(x.name) {
			return p.with(pathName{text: x.name, safe: x.safe, at: x.at()})
		}
	case *index:
		if key, ok := textLiteral(x.i); ok {
			if p := c.fieldPath(x.x); p != nil {
				return p.with(pathName{text: key, at: x.at()})
			}
		}
	}
	return nil
}

// read returns the value of a field; ok is false if the script must find out
// what is the matter.
func (p *path) read(d *document.Document) (v Value, ok bool) {
	m := d.Source()
	if p.metadata {
		m = d.Metadata()
	}
	v, _ = m.Get(p.names[0].text)
	for i := 1; i < len(p.names); i++ {
		switch {
		case v.Kind() == document.KindMap:
			v, _ = v.Map().Get(p.names[i].text)
		case !v.IsNull() || !p.names[i].safe:
			return v, false
		}
	}
	return v, true
}

func textLiteral(x expression) (string, bool) {
	l, ok := x.(*literal)
	if !ok || l.token.kind != tokenString {
		return "", false
	}
	return l.token.text, true
}

// literalValue returns the value of a literal.
func (c *compiler) literalValue(x expression) (v Value, ok bool) {
	l, ok := x.(*literal)
	if !ok {
		return v, false
	}
	code := c.literal(l)
	return code.known(), true
}

func (c *compiler) testEqual(x *binary, not bool) *fieldTest {
	l, r := x.l, x.r
	if _, ok := l.(*literal); ok {
		l, r = r, l
	}
	v, ok := c.literalValue(r)
	if !ok {
		return nil
	}
	if folded, ok := l.(*call); ok && v.Kind() == document.KindString {
		return c.testFolded(folded, v.Str(), not)
	}
	out := c.onField(l, equalTo(v, not))
	switch {
	case out == nil || !v.IsNull():
	case not:
		out.isNull = testsNotNull
	default:
		out.isNull = testsNull
	}
	return out
}

// equalTo compares with a literal.
func equalTo(literal Value, not bool) func(v Value) (holds, sure bool) {
	switch literal.Kind() {
	case document.KindNull:
		return func(v Value) (holds, sure bool) { return v.IsNull() != not, true }
	case document.KindBoolean:
		want := literal.Bool() != not
		return func(v Value) (holds, sure bool) { return v.Bool() == want, v.Kind() == document.KindBoolean }
	case document.KindString:
		text := literal.Str()
		return func(v Value) (holds, sure bool) {
			return (v.Kind() == document.KindString && v.Str() == text) != not, true
		}
	case document.KindInteger, document.KindLong:
		n := literal.Int64()
		return func(v Value) (holds, sure bool) {
			if k := v.Kind(); k == document.KindInteger || k == document.KindLong {
				return (v.Int64() == n) != not, true
			}
			return not, v.IsNull() || v.Kind() == document.KindString
		}
	default:
	}
	return nil
}

// testFolded is ctx.a?.toLowerCase() == 'text'.
func (c *compiler) testFolded(x *call, text string, not bool) *fieldTest {
	if len(x.args) > 0 || x.name != "toLowerCase" && x.name != "toUpperCase" {
		return nil
	}
	safe, from := x.safe, byte('A')
	if x.name == "toUpperCase" {
		from = 'a'
	}
	return c.onField(x.x, func(v Value) (holds, sure bool) {
		switch {
		case v.IsNull():
			return not, safe
		case v.Kind() != document.KindString || !isASCII(v.Str()):
			return false, false
		}
		return foldedIs(v.Str(), text, from) != not, true
	})
}

// foldedIs compares text with s, whose letters from from on are of the other
// case.
func foldedIs(s, text string, from byte) bool {
	if len(s) != len(text) {
		return false
	}
	for i := range len(s) {
		b := s[i]
		if b >= from && b < from+26 {
			b ^= 0x20
		}
		if b != text[i] {
			return false
		}
	}
	return true
}

func (c *compiler) testRelation(x *binary) *fieldTest {
	n, ok := c.literalValue(x.r)
	if !ok || n.Kind() != document.KindInteger && n.Kind() != document.KindLong {
		return nil
	}
	limit, op := n.Int64(), relationOf(x.op)
	call, ok := x.l.(*call)
	if !ok {
		return c.onField(x.l, func(v Value) (holds, sure bool) {
			k := v.Kind()
			return relates(op, v.Int64(), limit), k == document.KindInteger || k == document.KindLong
		})
	}
	switch {
	case call.safe || len(call.args) > 0:
	case call.name == "length":
		return c.onField(call.x, func(v Value) (holds, sure bool) {
			return relates(op, int64(length(v.Str())), limit), v.Kind() == document.KindString
		})
	case call.name == "size":
		return c.onField(call.x, func(v Value) (holds, sure bool) {
			l := v.List()
			return l != nil && relates(op, int64(l.Len()), limit), l != nil
		})
	}
	return nil
}

func (c *compiler) testType(x *typeTest) *fieldTest {
	if x.typ.dims > 0 {
		return nil
	}
	typ := c.typ(x.typ)
	if typ.primitive != noPrimitive || typ == typeDef {
		return nil
	}
	var is [len(javaKinds)]bool
	for kind, class := range c.lib.byKind {
		is[kind] = class != nil && class.isA(typ)
	}
	is[document.KindList], is[document.KindMap] = c.lib.listView.isA(typ), c.lib.mapView.isA(typ)
	return c.onField(x.x, func(v Value) (holds, sure bool) {
		k := int(v.Kind())
		return k < len(is) && is[k], k < len(is)
	})
}

// testCall knows the tests of texts and lists with a literal.
func (c *compiler) testCall(x *call) *fieldTest {
	if x.x == nil || x.safe || len(x.args) > 1 {
		return nil
	}
	if len(x.args) == 0 {
		if x.name != "isEmpty" {
			return nil
		}
		return c.onField(x.x, isEmpty)
	}
	if list, ok := x.x.(*listLiteral); ok && x.name == "contains" {
		return c.testAmong(list, x.args[0])
	}
	text, ok := textLiteral(x.args[0])
	if !ok {
		return nil
	}
	switch x.name {
	case "contains":
		return c.onField(x.x, func(v Value) (holds, sure bool) {
			if l := v.List(); l != nil {
				return hasText(l, text), true
			}
			return strings.Contains(v.Str(), text), v.Kind() == document.KindString
		})
	case "containsKey":
		return c.onField(x.x, func(v Value) (holds, sure bool) {
			m := v.Map()
			if m == nil {
				return false, false
			}
			_, holds = m.Get(text)
			return holds, true
		})
	}
	test := textTests[x.name]
	if test == nil {
		return nil
	}
	return c.onField(x.x, func(v Value) (holds, sure bool) { return test(v.Str(), text), v.Kind() == document.KindString })
}

var textTests = map[string]func(s, text string) bool{
	"startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix, "equals": func(s, text string) bool { return s == text },
}

func isEmpty(v Value) (holds, sure bool) {
	switch v.Kind() {
	case document.KindString:
		return v.Str() == "", true
	case document.KindList:
		return v.List().Len() == 0, true
	case document.KindMap:
		return v.Map().Len() == 0, true
	default:
	}
	return false, false
}

func hasText(l *document.List, text string) bool {
	for i := range l.Len() {
		if v := l.At(i); v.Kind() == document.KindString && v.Str() == text {
			return true
		}
	}
	return false
}

// testAmong is ['a', 'b'].contains(ctx.c).
func (c *compiler) testAmong(list *listLiteral, x expression) *fieldTest {
	texts := make([]string, len(list.items))
	for i, item := range list.items {
		text, ok := textLiteral(item)
		if !ok {
			return nil
		}
		texts[i] = text
	}
	return c.onField(x, func(v Value) (holds, sure bool) {
		return v.Kind() == document.KindString && slices.Contains(texts, v.Str()), true
	})
}
