package painless

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/spelling"
)

// A library is the types that scripts may use. It does not change after it was
// made.
type library struct {
	classes map[string]*class // by simple and by full name
	members map[string]bool   // the keys of all methods: what may be called on def
	byKind  [len(javaKinds)]*class

	object, str, list, arrayList, mapping *class // those the compiler needs itself
	listView, mapView                     *class
}

// standard is made once, when the first script is compiled. Methods must find
// the library through their thread.
var standard = sync.OnceValue(newLibrary)

func newLibrary() *library {
	l := &library{classes: make(map[string]*class), members: make(map[string]bool)}
	for _, c := range []*class{
		typeDef, typeVoid, typeBoolean, typeByte, typeShort, typeChar, typeInt, typeLong, typeFloat, typeDouble,
	} {
		l.classes[c.name] = c
	}
	all := specs()
	for _, s := range all {
		c := &class{name: s.name, java: s.java, final: !s.open}
		l.classes[s.name], l.classes[s.java] = c, c
	}
	for i := range all {
		l.define(&all[i])
	}
	for kind, name := range javaKinds {
		l.byKind[kind] = l.classes[name]
	}
	l.object, l.str, l.list, l.mapping = l.classes["Object"], l.classes["String"], l.classes["List"], l.classes["Map"]
	l.arrayList, l.listView, l.mapView = l.classes["ArrayList"], l.classes["UnmodifiableIngestList"], l.classes["UnmodifiableIngestData"]
	return l
}

// define fills in a class: what it inherits, then its own.
func (l *library) define(s *classSpec) {
	c := l.classes[s.name]
	c.is = []*class{c}
	c.methods, c.statics = make(map[string]*method), make(map[string]*method)
	for _, name := range append(s.extends, "Object") {
		parent := l.classes[name]
		if parent == c {
			continue
		}
		for _, p := range parent.is {
			if !slices.Contains(c.is, p) {
				c.is = append(c.is, p)
			}
		}
		for k, m := range parent.methods {
			if have, ok := c.methods[k]; !ok || m.class.isA(have.class) {
				c.methods[k] = m
			}
		}
	}
	for _, m := range s.methods {
		made := l.method(c, m)
		c.methods[key(made.name, len(made.params))] = made
	}
	for _, m := range s.statics {
		made := l.method(c, m)
		c.statics[key(made.name, len(made.params))] = made
	}
	for k := range c.methods {
		l.members[k] = true
	}
}

// method reads a signature. A mistake in one is a mistake in this package,
// which its tests find.
func (l *library) method(c *class, m member) *method {
	head, params, _ := strings.Cut(strings.TrimSuffix(m.signature, ")"), "(")
	result, name, ok := strings.Cut(head, " ")
	if !ok { // a constructor is called by its class
		result, name = c.name, "new"
	}
	out := &method{class: c, signature: m.signature, name: name, result: l.mustFind(result), fn: adapt(m.fn)}
	for param := range strings.SplitSeq(params, ", ") {
		if param != "" {
			out.params = append(out.params, l.mustFind(param))
		}
	}
	return out
}

func (l *library) mustFind(name string) *class {
	if c, ok := l.classes[name]; ok {
		return c
	}
	panic(fmt.Sprintf("painless: a signature names the unknown class %s", name))
}

// classOf returns the class of a value that is not null.
func (l *library) classOf(v Value) *class {
	if v.IsReadOnly() {
		if v.Kind() == document.KindList {
			return l.listView
		}
		return l.mapView
	}
	return l.byKind[v.Kind()]
}

// javaClass returns the name of the class of v as Java has it.
func javaClass(v Value) string {
	switch {
	case !v.IsReadOnly():
		return v.Kind().Class()
	case v.Kind() == document.KindList:
		return listViewJava
	}
	return mapViewJava
}

// nearestClass returns the known name that is most like a wrong one.
func (l *library) nearestClass(name string) string {
	return spelling.Nearest(name, slices.Sorted(maps.Keys(l.classes)))
}

// nearestMember returns the name of a known method most like a wrong one.
func nearestMember(name string, keys map[string]*method) string {
	return spelling.Nearest(name, memberNames(maps.Keys(keys)))
}

func memberNames(keys func(func(string) bool)) []string {
	var out []string
	for k := range keys {
		name, _, _ := strings.Cut(k, "/")
		out = append(out, name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// A dispatch finds the method of one key for the class of a value. The classes
// of the values of documents are looked up when the script is compiled.
type dispatch struct {
	key    string
	lib    *library
	byKind [len(javaKinds)]*method
}

func (l *library) dispatch(key string) *dispatch {
	d := &dispatch{key: key, lib: l}
	for kind, c := range l.byKind {
		if c != nil {
			d.byKind[kind] = c.methods[key]
		}
	}
	return d
}

// find returns the method for v, which is not null; nil if there is none.
func (d *dispatch) find(v Value) *method {
	return d.byKind[v.Kind()]
}
