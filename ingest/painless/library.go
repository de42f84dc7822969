package painless

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/spelling"
)

// A library is the types that scripts may use. It does not change after it was
// made.
type library struct {
	classes map[string]*class // by simple and by full name
	members map[string]bool   // the keys of all methods: what may be called on def
	byKind  [len(javaKinds)]*class
	arrays  map[*class]*class // by component

	object, str, list, mapping *class // those the compiler needs itself
	arrayList, hashMap         *class
	listView, mapView          *class
	texts                      *class // String[]
	mapsByOrder                [len(mapClasses)]*class

	fields map[string]chronoField // of dates and times
}

// standard is made once, when the first script is compiled. Methods must find
// the library through their thread.
var standard = sync.OnceValue(newLibrary)

func newLibrary() *library {
	l := &library{classes: make(map[string]*class), members: make(map[string]bool), fields: fields()}
	for _, c := range []*class{
		typeDef, typeVoid, typeBoolean, typeByte, typeShort, typeChar, typeInt, typeLong, typeFloat, typeDouble,
	} {
		l.classes[c.name] = c
	}
	all := specs()
	for _, s := range all {
		c := &class{name: s.name, java: s.java, final: !s.open, functional: s.functional}
		l.classes[s.name], l.classes[s.java] = c, c
	}
	l.object = l.classes["Object"] // the first, which arrays in signatures need
	for i := range all {
		l.define(&all[i])
	}
	arrays := make(map[*class]*class)
	for _, c := range l.classes {
		arrays[c] = l.arrayOf(c)
	}
	l.arrays = arrays
	for kind, name := range javaKinds {
		l.byKind[kind] = l.classes[name]
	}
	l.str, l.list, l.mapping = l.classes["String"], l.classes["List"], l.classes["Map"]
	l.hashMap, l.texts = l.classes["HashMap"], l.arrayOf(l.str)
	for order, name := range mapClasses {
		l.mapsByOrder[order] = l.classes[name]
	}
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
		made := l.method(c, m, 1)
		c.methods[key(made.name, len(made.params))] = made
	}
	for _, m := range s.statics {
		made := l.method(c, m, 0)
		c.statics[key(made.name, len(made.params))] = made
	}
	for k := range c.methods {
		l.members[k] = true
	}
	c.getters = gettersOf(c.methods)
	l.defineConstants(c, s.constants)
}

func (l *library) defineConstants(c *class, values map[string]any) {
	c.constants = make(map[string]constant, len(values))
	for name, v := range values {
		switch v := v.(type) {
		case bool:
			c.constants[name] = constant{typeBoolean, document.Boolean(v)}
		case int:
			c.constants[name] = constant{typeInt, document.Integer(int32(v))}
		case int64:
			c.constants[name] = constant{typeLong, document.Long(v)}
		case int8:
			c.constants[name] = constant{typeByte, boxWhole(typeByte, int64(v))}
		case rune:
			c.constants[name] = constant{typeChar, charValue(uint16(v))}
		case float32:
			c.constants[name] = constant{typeFloat, document.Float(v)}
		case float64:
			c.constants[name] = constant{typeDouble, document.Double(v)}
		case Value:
			c.constants[name] = constant{c, v}
			switch o := v.Object(); {
			case v.Kind() == document.KindMap:
				c.constants[name] = constant{l.classes["Map"], v}
			case o != nil && l.classes[o.JavaClass()] != nil:
				c.constants[name] = constant{l.classes[o.JavaClass()], v}
			}
		default:
			panic(fmt.Sprintf("painless: the constant %s.%s has the unknown form %T", c.name, name, v))
		}
	}
}

// method reads a signature; first is where the arguments begin, 1 behind a
// receiver. A mistake in a signature is a mistake in this package, which its
// tests find.
func (l *library) method(c *class, m member, first int) *method {
	name, params := signatureParts(m.signature)
	result, _, ok := strings.Cut(m.signature[:strings.IndexByte(m.signature, '(')], " ")
	if !ok { // a constructor is called by its class
		result, name = c.name, "new"
	}
	out := &method{class: c, signature: m.signature, name: name, result: l.mustFind(result), source: m.fn}
	for _, param := range params {
		out.params = append(out.params, l.mustFind(param))
	}
	out.fn = nonNull(adapt(m.fn, out.result), out.params, first)
	if first == 1 {
		out.fn = weighed(out.fn, c, name, len(out.params))
	}
	return out
}

// signatureParts returns the name in a signature and the types of the
// parameters.
func signatureParts(signature string) (name string, params []string) {
	head, list, _ := strings.Cut(strings.TrimSuffix(signature, ")"), "(")
	if list != "" {
		params = strings.Split(list, ", ")
	}
	return head[strings.IndexByte(head, ' ')+1:], params
}

func (l *library) mustFind(name string) *class {
	if c := l.typeNamed(name); c != nil {
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
	switch o := v.Object().(type) {
	case nil:
		if v.Kind() == document.KindMap {
			return l.mapsByOrder[v.Map().Order()]
		}
		return l.byKind[v.Kind()]
	case *array:
		return o.class
	case *exception:
		return o.class
	default:
		return l.classes[o.JavaClass()]
	}
}

// javaClass returns the name of the class of v as Java has it.
func javaClass(v Value) string {
	switch {
	case v.Object() != nil:
		return v.Object().JavaClass()
	case v.Kind() == document.KindMap && !v.IsReadOnly():
		return "java.util." + mapClasses[v.Map().Order()]
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
	last   atomic.Pointer[dispatched] // for an object
}

// A dispatched is the method of a class of objects.
type dispatched struct {
	class  string // JavaClass
	method *method
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
	if k := int(v.Kind()); k < len(d.byKind) && d.byKind[k] != nil {
		return d.byKind[k]
	}
	o := v.Object()
	if o == nil {
		return d.lib.classOf(v).methods[d.key]
	}
	name := o.JavaClass()
	if last := d.last.Load(); last != nil && last.class == name {
		return last.method
	}
	m := d.lib.classOf(v).methods[d.key]
	d.last.Store(&dispatched{name, m})
	return m
}
