package definition

import (
	"github.com/sluice-otel/sluice/ingest/document"
)

// A Node is one value of a definition file with the place it was written at.
type Node struct {
	Position Position
	Kind     document.Kind  // KindMap, KindList or the kind of Scalar
	Scalar   document.Value // for a scalar
	Items    []*Node        // for a list
	Fields   []Field        // for a map, in the order written
}

// A Field is one key of a map node.
type Field struct {
	Name     string
	Position Position
	Value    *Node
}

// Get returns the value of a map node's field, or nil.
func (n *Node) Get(name string) *Node {
	if n == nil {
		return nil
	}
	for i := range n.Fields {
		if n.Fields[i].Name == name {
			return n.Fields[i].Value
		}
	}
	return nil
}

// Value returns the node as a document value on the heap, valid for ever and
// never to be changed.
func (n *Node) Value() document.Value {
	switch n.Kind {
	case document.KindMap:
		m := &document.Map{}
		for _, f := range n.Fields {
			m.Put(f.Name, f.Value.Value())
		}
		return document.MapOf(m)
	case document.KindList:
		l := &document.List{}
		for _, item := range n.Items {
			l.Append(item.Value())
		}
		return document.ListOf(l)
	default:
		return n.Scalar
	}
}

// maxNodes bounds what one file may expand to through YAML aliases.
const maxNodes = 1_000_000

// maxDepth bounds how deep a file may nest.
const maxDepth = 1000
