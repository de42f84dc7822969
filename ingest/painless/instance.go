package painless

import "github.com/sluice-otel/sluice/ingest/document"

// An instanceTest tells whether values are of a class. For values of documents that is
// looked up when the script is compiled.
type instanceTest struct {
	lib     *library
	class   *class
	byKind  [len(javaKinds)]bool
	byOrder [len(mapClasses)]bool
}

func (l *library) instances(of *class) *instanceTest {
	x := &instanceTest{lib: l, class: of}
	for kind, c := range l.byKind {
		x.byKind[kind] = c != nil && c.isA(of)
	}
	for order, c := range l.mapsByOrder {
		x.byOrder[order] = c.isA(of)
	}
	return x
}

// has reports whether v is of the class; null is of none.
func (x *instanceTest) has(v Value) bool {
	k := int(v.Kind())
	switch {
	case v.Kind() == document.KindMap && !v.IsReadOnly():
		return x.byOrder[v.Map().Order()]
	case k < len(x.byKind) && !v.IsReadOnly():
		return x.byKind[k]
	}
	return x.lib.classOf(v).isA(x.class)
}
