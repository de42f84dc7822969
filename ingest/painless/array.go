package painless

import (
	"fmt"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// An array is a Java array; its items are of the component of its class.
type array struct {
	class *class
	items []Value
}

// JavaClass implements document.Object.
func (a *array) JavaClass() string { return a.class.java }

// AppendText implements document.Object: an array has no toString of its own.
func (a *array) AppendText(dst []byte) []byte {
	return fmt.Appendf(dst, "[L%s;@%x", a.class.component.java, identityHash)
}

// Identity implements document.Object.
func (a *array) Identity() string { return fmt.Sprintf("%p", a) }

// HashCode implements document.Object.
func (a *array) HashCode() int32 { return identityHash }

func (a *array) each(_ *thread, yield func(Value) bool) {
	for _, item := range a.items {
		if !yield(item) {
			return
		}
	}
}

// arrayOf returns the class of arrays of a component. For arrays of arrays every call
// makes another, but all are the same to isA.
func (l *library) arrayOf(component *class) *class {
	if c := l.arrays[component]; c != nil {
		return c
	}
	c := &class{
		name: component.name + "[]", java: component.java + "[]", component: component, final: true,
		methods: l.object.methods,
	}
	c.is = []*class{c, l.object}
	return c
}

// typeNamed returns the type of a name such as int[][], nil if there is none.
func (l *library) typeNamed(text string) *class {
	if component, ok := strings.CutSuffix(text, "[]"); ok {
		if c := l.typeNamed(component); c != nil && c != typeVoid {
			return l.arrayOf(c)
		}
		return nil
	}
	return l.classes[text]
}

func (c *compiler) newArray(x *newArray) code {
	typ := c.typ(x.typ)
	if x.items != nil {
		return c.arrayItems(x, typ)
	}
	sizes := make([]func(*thread) int64, len(x.sizes))
	for i, size := range x.sizes {
		sizes[i] = c.convert(c.expression(size), typeInt, false).whole
	}
	at := x.at()
	return valueCode(at, typ, func(t *thread) Value {
		lengths := make([]int, len(sizes))
		for i, size := range sizes {
			lengths[i] = int(size(t))
		}
		return t.newArray(at, typ, lengths[0], lengths[1:]...)
	})
}

func (c *compiler) arrayItems(x *newArray, typ *class) code {
	items := make([]code, len(x.items))
	for i, item := range x.items {
		items[i] = c.convert(c.expression(item), typ.component, false)
	}
	fns, at := values(items), x.at()
	return valueCode(at, typ, func(t *thread) Value {
		t.charge(at, entryBytes*len(fns))
		a := &array{class: typ, items: make([]Value, len(fns))}
		for i, fn := range fns {
			a.items[i] = fn(t)
		}
		return document.ObjectOf(a)
	})
}

// newArray makes an array of n items, with arrays of the other lengths in them.
func (t *thread) newArray(at int, typ *class, n int, inner ...int) Value {
	if n < 0 {
		t.throwAt(at, negativeArraySize, "%d", n)
	}
	t.charge(at, entryBytes*(n+1))
	a := &array{class: typ, items: make([]Value, n)}
	for i := range a.items {
		if len(inner) > 0 {
			a.items[i] = t.newArray(at, typ.component, inner[0], inner[1:]...)
		} else {
			a.items[i] = typ.component.zero()
		}
	}
	return document.ObjectOf(a)
}

// textArray returns a String[].
func (t *thread) textArray(texts []string) Value {
	t.charge(t.at, entryBytes*len(texts))
	items := t.doc.NewItems(len(texts))
	for i, text := range texts {
		items[i] = document.String(text)
	}
	return objectFor(array{class: t.lib.texts, items: items})
}
