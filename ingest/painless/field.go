package painless

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// The field API of scripts: field('a.b'), $('a.b', default) and metadata().

// readOnlyDocument is Elasticsearch's text for a condition that changes what it sees.
const readOnlyDocument = "Mutating ingest documents in conditionals is not supported"

// A writeField is a WriteField: a field of the document by its path. Each part
// of the path is a key of a map; where there is none, the rest of the path may be
// one key with dots.
type writeField struct {
	root *document.Map
	path string
}

// JavaClass implements document.Object.
func (*writeField) JavaClass() string { return "org.elasticsearch.script.field.WriteField" }

// AppendText implements document.Object.
func (f *writeField) AppendText(dst []byte) []byte { return append(dst, f.path...) }

// Identity implements document.Object.
func (f *writeField) Identity() string { return fmt.Sprintf("%p", f) }

// HashCode implements document.Object.
func (*writeField) HashCode() int32 { return identityHash }

// find returns the map that has the field, or would have it, and the rest of the
// path there.
func (f *writeField) find() (in *document.Map, rest string) {
	in, rest = f.root, f.path
	for {
		if _, ok := in.Get(rest); ok {
			return in, rest
		}
		first, after, more := strings.Cut(rest, ".")
		v, _ := in.Get(first)
		if !more || v.Kind() != document.KindMap {
			return in, rest
		}
		in, rest = v.Map(), after
	}
}

func (f *writeField) get() (Value, bool) {
	in, rest := f.find()
	return in.Get(rest)
}

// mayChange throws in a condition, which sees the document through a read-only view.
func (t *thread) mayChange() {
	if t.readOnly {
		t.throw(unsupportedOperation, readOnlyDocument)
	}
}

// set writes the field; what is missing of its path becomes maps.
func (t *thread) writeTo(f *writeField, v Value) {
	t.mayChange()
	in, rest := f.find()
	if _, ok := in.Get(rest); !ok {
		for {
			first, after, more := strings.Cut(rest, ".")
			if !more {
				break
			}
			inner := t.doc.NewMap()
			t.put(t.at, document.MapOf(in), document.String(first), document.MapOf(inner))
			in, rest = inner, after
		}
	}
	t.put(t.at, document.MapOf(in), document.String(rest), v)
}

// values are the items of a list, or the one value there is; null is none.
func (t *thread) fieldValues(f *writeField) []Value {
	v, _ := f.get()
	v = t.seen(v)
	switch v.Kind() {
	case document.KindNull:
		return nil
	case document.KindList:
		return t.items(v)
	default:
		return []Value{v}
	}
}

// setValues writes several values: none removes the field.
func (t *thread) setValues(f *writeField, values []Value) {
	if len(values) == 0 {
		t.remove(f)
		return
	}
	t.writeTo(f, t.newList(values))
}

func (t *thread) remove(f *writeField) {
	t.mayChange()
	in, rest := f.find()
	in.Delete(rest)
}

// change writes what became of the values, one of them as a value.
func (t *thread) change(f *writeField, values []Value) {
	if old, _ := f.get(); old.Kind() != document.KindList && len(values) == 1 {
		t.writeTo(f, values[0])
		return
	}
	t.setValues(f, values)
}

func writeFieldClass() classSpec {
	in := objectOf[*writeField]
	return classSpec{
		name: "WriteField", java: "org.elasticsearch.script.field.WriteField", extends: []string{"Iterable"},
		methods: append([]member{
			{"String getName()", func(v Value) Value { return document.String(in(v).path) }},
			{"boolean exists()", func(v Value) Value { _, ok := in(v).get(); return document.Boolean(ok) }},
			{"boolean isEmpty()", func(t *thread, args []Value) Value {
				return document.Boolean(len(t.fieldValues(in(args[0]))) == 0)
			}},
			{"int size()", func(t *thread, args []Value) Value { return document.Integer(int32(len(t.fieldValues(in(args[0]))))) }},
			{"def get(def)", func(t *thread, args []Value) Value { return t.fieldValue(in(args[0]), 0, args[1]) }},
			{"def get(int, def)", func(t *thread, args []Value) Value {
				return t.fieldValue(in(args[0]), int(args[1].Int64()), args[2])
			}},
			{"boolean hasValue(Predicate)", func(t *thread, args []Value) Value {
				f := args[1]
				return document.Boolean(slices.ContainsFunc(t.fieldValues(in(args[0])), func(v Value) bool { return t.holds(f, v) }))
			}},
			{"Iterator iterator()", func(t *thread, args []Value) Value {
				return newIterator(t, []Value{t.newList(t.fieldValues(in(args[0])))})
			}},
		}, writeFieldChanges...),
	}
}

func (f *writeField) each(t *thread, yield func(Value) bool) {
	for _, v := range t.fieldValues(f) {
		if !yield(v) {
			return
		}
	}
}

func (t *thread) fieldValue(f *writeField, i int, otherwise Value) Value {
	values := t.fieldValues(f)
	if i < 0 {
		i += len(values)
	}
	if i < 0 || i >= len(values) {
		return otherwise
	}
	return values[i]
}

// writeFieldChanges are the methods that change the field and return it.
var writeFieldChanges = []member{
	{"WriteField set(def)", func(t *thread, args []Value) Value {
		t.writeTo(objectOf[*writeField](args[0]), args[1])
		return args[0]
	}},
	{"WriteField append(def)", func(t *thread, args []Value) Value {
		f := objectOf[*writeField](args[0])
		t.setValues(f, append(t.fieldValues(f), args[1]))
		return args[0]
	}},
	{"WriteField move(def)", func(t *thread, args []Value) Value { return t.move(args, false) }},
	{"WriteField overwrite(def)", func(t *thread, args []Value) Value { return t.move(args, true) }},
	{"void remove()", func(t *thread, args []Value) Value {
		t.remove(objectOf[*writeField](args[0]))
		return document.Null
	}},
	{"WriteField transform(Function)", func(t *thread, args []Value) Value {
		f, change := objectOf[*writeField](args[0]), args[1]
		values := t.fieldValues(f)
		for i, v := range values {
			values[i] = t.call(change, v)
		}
		t.change(f, values)
		return args[0]
	}},
	{"WriteField deduplicate()", func(t *thread, args []Value) Value {
		f := objectOf[*writeField](args[0])
		if v, _ := f.get(); v.Kind() == document.KindList {
			t.setValues(f, t.items(t.newSet(document.InsertionOrder, t.items(v))))
		}
		return args[0]
	}},
	{"WriteField removeValuesIf(Predicate)", func(t *thread, args []Value) Value {
		f, gone := objectOf[*writeField](args[0]), args[1]
		t.change(f, slices.DeleteFunc(t.fieldValues(f), func(v Value) bool { return t.holds(gone, v) }))
		return args[0]
	}},
	{"WriteField removeValue(int)", func(t *thread, args []Value) Value {
		f, i := objectOf[*writeField](args[0]), int(args[1].Int64())
		if values := t.fieldValues(f); i >= 0 && i < len(values) {
			t.change(f, slices.Delete(values, i, i+1))
		}
		return args[0]
	}},
}

// move gives the field another path, which must be free unless it is
// overwritten.
func (t *thread) move(args []Value, overwrite bool) Value {
	f, path := objectOf[*writeField](args[0]), args[1].Text()
	to := &writeField{root: f.root, path: path}
	if _, there := to.get(); there && !overwrite {
		t.throw(document.IllegalArgument, "Cannot move to non-empty destination [%s]", path)
	}
	v, ok := f.get()
	if ok {
		t.remove(f)
		t.writeTo(to, v)
	}
	f.path = path
	return args[0]
}

// A metadata is Metadata: what metadata() returns.
type metadata struct{ doc *document.Document }

// JavaClass implements document.Object.
func (metadata) JavaClass() string { return "org.elasticsearch.script.Metadata" }

// AppendText implements document.Object.
func (m metadata) AppendText(dst []byte) []byte { return append(dst, m.JavaClass()...) }

// Identity implements document.Object.
func (metadata) Identity() string { return "" }

// HashCode implements document.Object.
func (metadata) HashCode() int32 { return identityHash }

func metadataClass() classSpec {
	s := classSpec{
		name: "Metadata", java: "org.elasticsearch.script.Metadata",
		methods: []member{{"ZonedDateTime getNow()", func(v Value) Value {
			return document.DateTime(objectOf[metadata](v).doc.Timestamp())
		}}},
	}
	for _, p := range []struct{ name, key, typ string }{
		{"Index", "_index", "String"}, {"Id", "_id", "String"}, {"Routing", "_routing", "String"}, {"Version", "_version", "long"},
		{"VersionType", "_version_type", "String"},
	} {
		s.methods = append(s.methods,
			member{p.typ + " get" + p.name + "()", func(v Value) Value {
				found, _ := objectOf[metadata](v).doc.Metadata().Get(p.key)
				return found
			}},
			member{"void set" + p.name + "(" + p.typ + ")", func(_ *thread, args []Value) Value {
				objectOf[metadata](args[0]).doc.Metadata().Put(p.key, args[1])
				return document.Null
			}})
	}
	return s
}

// documentCall compiles field(path), $(path, default) and metadata(), which are
// functions unless the script has its own of the name.
func (c *compiler) documentCall(x *call) (code, bool) {
	if !c.seesDocument() {
		return code{}, false
	}
	at, args := x.at(), c.defs(x.args)
	switch key(x.name, len(args)) {
	case "metadata/0":
		return valueCode(at, c.lib.classes["Metadata"], func(t *thread) Value { return document.ObjectOf(metadata{t.doc}) }), true
	case "field/1":
		return valueCode(at, c.lib.classes["WriteField"], func(t *thread) Value {
			return document.ObjectOf(t.fieldAt(at, args[0](t)))
		}), true
	case "$/2":
		return valueCode(at, typeDef, func(t *thread) Value {
			f := t.fieldAt(at, args[0](t))
			return t.fieldValue(f, 0, args[1](t))
		}), true
	}
	return code{}, false
}

func (t *thread) fieldAt(at int, path Value) *writeField {
	t.at = at
	return &writeField{root: t.doc.Source(), path: t.text(path)}
}
