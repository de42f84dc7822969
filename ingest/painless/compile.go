package painless

import (
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A compiler turns the tree of a script into closures and checks it on the way.
// Its methods leave by panicking with an *Error, as the parser's do.
type compiler struct {
	src       source
	lib       *library
	functions map[string]*userFunction // by name/arity
	routine   *routine                 // the one being compiled
	loops     int                      // around the statement being compiled
	givens    *givens                  // of the loop being compiled, or nil
	warnings  []*Error
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
	typ := c.lib.typeNamed(name.String())
	if typ == nil {
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

func (c *compiler) isVariable(name string) bool {
	return c.find(c.routine, name) != nil || (name == "ctx" || name == "params") && c.seesDocument()
}

func (c *compiler) expression(x expression) code {
	switch x := x.(type) {
	case *literal:
		return c.literal(x)
	case *name:
		return c.variable(x)
	case *field, *index:
		if out, ok := c.givenPath(x); ok {
			return out
		}
		return c.part(x)
	case *call:
		if out, ok := c.ofGivenText(x); ok {
			return out
		}
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
	default:
		return c.creation(x)
	}
}

// part compiles a field or an item.
func (c *compiler) part(x expression) code {
	if x, ok := x.(*index); ok {
		return c.index(x)
	}
	return c.field(x.(*field))
}

// creation compiles the expressions that make something, or change it.
func (c *compiler) creation(x expression) code {
	switch x := x.(type) {
	case *listLiteral:
		return c.listLiteral(x)
	case *mapLiteral:
		return c.mapLiteral(x)
	case *regexLiteral:
		return c.regexLiteral(x)
	case *newObject:
		return c.newObject(x)
	case *newArray:
		return c.newArray(x)
	case *lambda:
		return c.lambda(x)
	case *reference:
		return c.reference(x)
	case *assignment:
		return c.assignment(x)
	case *increment:
		return c.increment(x)
	}
	c.fail(x.at(), "unknown expression")
	return code{}
}

func (c *compiler) variable(x *name) code {
	if v := c.find(c.routine, x.text); v != nil {
		return v.load(x.at())
	}
	switch {
	case !c.seesDocument():
	case x.text == "ctx":
		out := valueCode(x.at(), c.lib.mapping, func(t *thread) Value { return t.seen(document.MapOf(t.doc.Source())) })
		out.path = &path{}
		return out
	case x.text == "params":
		return valueCode(x.at(), c.lib.mapping, func(t *thread) Value { return t.params })
	}
	c.failNearest(x.at(), c.lib.nearestClass(x.text), "Cannot resolve symbol [%s]", x.text)
	return code{}
}
