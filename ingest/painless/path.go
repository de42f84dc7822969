package painless

import (
	"slices"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A path is a chain of names after ctx: ctx.a?.b['c']. It costs a look-up for
// each name and nothing else.
type path struct {
	metadata bool // the first name is one of the metadata
	names    []pathName
}

type pathName struct {
	text string
	safe bool // after ?.
	at   int
}

// isMetadata has the names that ctx shows besides the fields of the document.
func isMetadata(name string) bool {
	switch name {
	case "_index", "_id", "_routing", "_version", "_version_type", "_if_seq_no", "_if_primary_term",
		"_dynamic_templates", "_type":
		return true
	}
	return false
}

// extends reports whether a name after a path is a key: of a map every name is
// but the one that Map.isEmpty is the getter of.
func (p *path) extends(name string) bool { return p != nil && name != "empty" }

// with returns the path with one more name.
func (p *path) with(name pathName) *path {
	out := &path{metadata: p.metadata, names: append(slices.Clip(p.names), name)}
	if len(p.names) == 0 {
		out.metadata = isMetadata(name.text)
	}
	return out
}

func (p *path) code(at int) code {
	c := valueCode(at, typeDef, p.closure())
	c.path = p
	return c
}

func (p *path) closure() func(t *thread) Value {
	first, metadata := p.names[0].text, p.metadata
	rest := p.names[1:]
	return func(t *thread) Value {
		m := t.doc.Source()
		if metadata {
			m = t.doc.Metadata()
		}
		v, _ := m.Get(first)
		for i := range rest {
			if v.Kind() == document.KindMap {
				v, _ = v.Map().Get(rest[i].text)
				continue
			}
			v = t.step(v, &rest[i])
		}
		return t.seen(v)
	}
}

// step takes one name of a path where there is no map.
func (t *thread) step(v Value, name *pathName) Value {
	if v.IsNull() && name.safe {
		return v
	}
	return t.member(name.at, v, name.text)
}

// seen returns a value of the document as the script sees it.
func (t *thread) seen(v Value) Value {
	if t.readOnly {
		return v.ReadOnly()
	}
	return v
}

// item returns a value from inside a list or map as it is seen through it.
func item(of, v Value) Value {
	switch {
	case of.IsReadOnly():
		return v.ReadOnly()
	case of.IsFrozen():
		return v.Frozen()
	}
	return v
}
