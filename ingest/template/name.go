package template

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A name is a compiled variable name.
type name struct {
	text  string // a map may have it as a key as it is, dots included
	parts []string
	kind  nameKind
	path  document.Path // from the document's root; of what has the size, for nameSize
}

type nameKind uint8

const (
	nameMissing nameKind = iota // cannot be a path, so never there
	nameField
	nameSize   // list.size
	nameItem   // {{.}}
	nameSource // {{_source}}
	nameIngest // {{_ingest}}
)

func compileName(text string) name {
	n := name{text: text, parts: strings.Split(text, "."), kind: nameField}
	path := text
	switch {
	case text == ".":
		n.kind = nameItem
	case text == "_source":
		n.kind = nameSource
	case text == "_ingest":
		n.kind = nameIngest
	case strings.HasSuffix(text, ".size"):
		n.kind, path = nameSize, strings.TrimSuffix(text, ".size")
	}
	var err error
	if n.path, err = document.ParsePath(path); err != nil && n.kind != nameItem {
		n.kind = nameMissing
	}
	return n
}

// inDocument resolves the name outside of any section. As in mustache.java a
// key that has the whole name comes before the path.
func (n *name) inDocument(d *document.Document) document.Value {
	if len(n.parts) > 1 {
		if v, ok := d.Source().Get(n.text); ok {
			return v
		}
	}
	switch n.kind {
	case nameMissing:
	case nameItem, nameSource:
		return document.MapOf(d.Source())
	case nameIngest:
		return document.MapOf(d.Ingest())
	case nameField:
		v, _ := d.LookupClassic(n.path)
		return v
	case nameSize:
		return n.size(d)
	}
	return document.Null
}

func (n *name) size(d *document.Document) document.Value {
	v, _ := d.LookupClassic(n.path)
	if m := v.Map(); m != nil {
		size, _ := m.Get("size")
		return size
	}
	v, _ = child(v, "size")
	return v
}

// inScopes resolves the name inside of sections: innermost first, and the scope
// that has the first part of the name must have the rest.
func (n *name) inScopes(d *document.Document, scopes []document.Value) document.Value {
	if n.kind == nameItem && len(scopes) > 0 {
		return scopes[len(scopes)-1]
	}
	for _, scope := range slices.Backward(scopes) {
		if v, ok := child(scope, n.text); ok {
			return v
		}
		if v, ok := child(scope, n.parts[0]); ok {
			for _, part := range n.parts[1:] {
				v, _ = child(v, part)
			}
			return v
		}
	}
	return n.inDocument(d)
}

// child returns an entry of a map, an item of a list or its size.
func child(v document.Value, key string) (document.Value, bool) {
	if m := v.Map(); m != nil {
		return m.Get(key)
	}
	l := v.List()
	if l == nil {
		return document.Null, false
	}
	if key == "size" {
		return document.Integer(int32(l.Len())), true
	}
	i, err := strconv.Atoi(key)
	if err != nil || i < 0 || i >= l.Len() {
		return document.Null, false
	}
	return l.At(i), true
}
