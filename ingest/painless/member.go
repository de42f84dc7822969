package painless

import (
	"strconv"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/spelling"
)

func (c *compiler) field(x *field) code {
	if typ := c.classNamed(x.x); typ != nil {
		return c.staticField(x, typ)
	}
	of := c.expression(x.x)
	at, name, safe, value := x.at(), x.name, x.safe, of.value
	switch {
	case of.path.extends(name):
		return of.path.with(pathName{text: name, safe: safe, at: at}).code(at)
	case of.typ.component != nil && name == "length":
		return wholeCode(at, typeInt, func(t *thread) int64 {
			v := value(t)
			if v.IsNull() {
				t.throwNullReceiver(at, name)
			}
			return int64(len(objectOf[*array](v).items))
		})
	case of.typ.primitive != noPrimitive:
		c.fail(at, "Field [%s] does not exist: a value of type [%s] has no fields.", name, of.typ.java)
	case of.typ != typeDef && !of.typ.isA(c.lib.mapping) && !of.typ.isA(c.lib.list):
		if m := getter(of.typ, name); m != nil {
			return c.invoke(at, of, m, nil, safe)
		}
		c.failNearest(at, nearestMember(name, of.typ.methods), "Field [%s] does not exist for type [%s].", name, of.typ.java)
	}
	return valueCode(at, typeDef, func(t *thread) Value {
		v := value(t)
		if v.IsNull() && safe {
			return v
		}
		return t.member(at, v, name)
	})
}

// staticField is a constant of a class.
func (c *compiler) staticField(x *field, typ *class) code {
	if v, ok := typ.constants[x.name]; ok {
		return constantCode(x.at(), v.typ, v.value)
	}
	var names []string
	for name := range typ.constants {
		names = append(names, name)
	}
	c.failNearest(x.at(), spelling.Nearest(x.name, names), "Field [%s] does not exist for type [%s].", x.name, typ.java)
	return code{}
}

// getter returns the method that reading a field of an object calls.
func getter(c *class, name string) *method { return c.getters[lowerFirst(name)] }

// gettersOf returns the methods that reading a field of a class calls, by the fields: getX
// before isX.
func gettersOf(methods map[string]*method) map[string]*method {
	out := make(map[string]*method)
	for _, prefix := range [...]string{"is", "get"} {
		for k, m := range methods {
			if name, ok := strings.CutPrefix(strings.TrimSuffix(k, "/0"), prefix); ok && name != "" && strings.HasSuffix(k, "/0") {
				out[lowerFirst(name)] = m
			}
		}
	}
	return out
}

func lowerFirst(name string) string {
	if c := name[0]; c < 'A' || c > 'Z' {
		return name
	}
	return strings.ToLower(name[:1]) + name[1:]
}

// setter returns the method that writing a field of an object calls.
func setter(c *class, name string) *method {
	return c.methods[key("set"+strings.ToUpper(name[:1])+name[1:], 1)]
}

// member is v.name for a value of type def: the value of a key of a map, the
// item of a list if the name is its index, or what a getter returns.
func (t *thread) member(at int, v Value, name string) Value {
	switch v.Kind() {
	case document.KindNull:
		t.throwNullReceiver(at, name)
	case document.KindMap:
		if name == "empty" {
			return document.Boolean(v.Map().Len() == 0)
		}
		found, _ := v.Map().Get(name)
		return item(v, found)
	case document.KindList:
		if name == "length" {
			return document.Integer(int32(v.List().Len()))
		}
		if i, ok := indexName(name); ok {
			return t.itemAt(at, v, i)
		}
	default:
	}
	if a, ok := v.Object().(*array); ok && name == "length" {
		return document.Integer(int32(len(a.items)))
	}
	if m := getter(t.lib.classOf(v), name); m != nil {
		base := len(t.args)
		t.args = append(t.args, v)
		t.at = at
		out := m.fn(t, t.args[base:])
		t.args = t.args[:base]
		return out
	}
	if v.Kind() == document.KindList {
		t.throwAt(at, document.IllegalArgument, "Illegal list shortcut value [%s].", name)
	}
	t.throwAt(at, document.IllegalArgument, "dynamic getter [%s, %s] not found", javaClass(v), name)
	return document.Null
}

// itemAt returns an item of a list; a negative index counts from the end.
func (t *thread) itemAt(at int, list Value, i int) Value {
	l := list.List()
	if i < 0 {
		i += l.Len()
	}
	t.checkIndex(at, i, l.Len())
	return item(list, l.At(i))
}

func (t *thread) checkIndex(at, i, length int) {
	if i < 0 || i >= length {
		t.throwAt(at, indexOutOfBounds, "Index %d out of bounds for length %d", i, length)
	}
}

// listIndex returns the index that i names in a list.
func (t *thread) listIndex(at int, i Value, length int) int {
	n := int(wholeOf(t.number(at, i, typeInt, false)))
	if n < 0 {
		n += length
	}
	t.checkIndex(at, n, length)
	return n
}

// arrayIndex is listIndex for an array.
func (t *thread) arrayIndex(at int, i Value, length int) int {
	n := int(wholeOf(t.number(at, i, typeInt, false)))
	if n < 0 {
		n += length
	}
	if n < 0 || n >= length {
		t.throwAt(at, arrayIndexOutOfBounds, "Index %d out of bounds for length %d", n, length)
	}
	return n
}

// indexName returns the index that a name after a dot is.
func indexName(name string) (int, bool) {
	i, err := strconv.Atoi(name)
	return i, err == nil
}

func (c *compiler) index(x *index) code {
	of, i := c.expression(x.x), c.expression(x.i)
	at := x.at()
	if of.path != nil && i.constant && i.typ == c.lib.str {
		return of.path.with(pathName{text: i.known().Str(), at: at}).code(at)
	}
	typ := typeDef
	switch {
	case of.typ.component != nil:
		typ = of.typ.component
	case of.typ != typeDef && !of.typ.isA(c.lib.mapping) && !of.typ.isA(c.lib.list):
		c.fail(at, "Attempting to address a non-array-like type [%s] as an array.", of.typ.java)
	}
	value, iValue := of.value, c.convert(i, typeDef, false).value
	return valueCode(at, typ, func(t *thread) Value {
		v := value(t)
		return t.element(at, v, iValue(t))
	})
}

// element is v[i] for a value of type def.
func (t *thread) element(at int, v, i Value) Value {
	switch v.Kind() {
	case document.KindNull:
		t.throwNull(at, "callArgs[0]")
	case document.KindMap:
		return mapGet(v, i)
	case document.KindList:
		return item(v, v.List().At(t.listIndex(at, i, v.List().Len())))
	default:
	}
	if a, ok := v.Object().(*array); ok {
		return a.items[t.arrayIndex(at, i, len(a.items))]
	}
	t.throwAt(at, document.IllegalArgument, "Attempting to address a non-array-like type [%s] as an array.", javaClass(v))
	return document.Null
}

// byPath is Map.getByPath and List.getByPath: the value at a dotted path, or
// otherwise if there is none.
func (t *thread) byPath(v Value, path string, otherwise *Value) Value {
	for part := range strings.SplitSeq(path, ".") {
		found := false
		switch v.Kind() {
		case document.KindMap:
			var inner Value
			inner, found = v.Map().Get(part)
			v = item(v, inner)
		case document.KindList:
			if i, ok := indexName(part); ok && i >= 0 && i < v.List().Len() {
				v, found = item(v, v.List().At(i)), true
			}
		default:
		}
		if !found && otherwise != nil {
			return *otherwise
		}
		if !found {
			t.throw(document.IllegalArgument, "Could not find path [%s]", path)
		}
	}
	return v
}
