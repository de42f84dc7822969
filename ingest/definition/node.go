package definition

import (
	"fmt"

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

// Bool returns the truth of a scalar that is a boolean or a word for one: true
// and false, and unlike Elasticsearch's JSON the yes, no, on and off of YAML 1.1.
// Where no boolean is asked for, these words are strings, because pipelines
// written in YAML reach Elasticsearch as JSON that has them so.
func (n *Node) Bool() (value, ok bool) {
	if n.Kind == document.KindBoolean {
		return n.Scalar.Bool(), true
	}
	switch n.Scalar.Str() {
	case "true", "yes", "Yes", "YES", "on", "On", "ON":
		return true, true
	case "false", "no", "No", "NO", "off", "Off", "OFF":
		return false, true
	}
	return false, false
}

// A fieldSet collects the fields of a map node.
type fieldSet struct {
	node *Node
	at   map[string]Position
}

func newFields(n *Node) *fieldSet {
	n.Kind = document.KindMap
	return &fieldSet{node: n, at: map[string]Position{}}
}

// add adds a field. A name that is there already is a mistake, as it is to
// Elasticsearch's parsers.
func (s *fieldSet) add(f Field) error {
	if first, twice := s.at[f.Name]; twice {
		return &Error{
			Position: f.Position,
			Err:      fmt.Errorf("Duplicate field '%s', first in line %d", f.Name, first.Line), //nolint:staticcheck // Elasticsearch's text
		}
	}
	s.at[f.Name] = f.Position
	s.node.Fields = append(s.node.Fields, f)
	return nil
}

// merge adds the fields of a YAML "<<" value that are not there.
func (s *fieldSet) merge(from *Node) {
	for _, source := range append([]*Node{from}, from.Items...) {
		for _, f := range source.Fields {
			if s.node.Get(f.Name) == nil {
				s.node.Fields = append(s.node.Fields, f)
			}
		}
	}
}

// maxNodes bounds what one file may expand to through YAML aliases; the largest
// pipeline of the Elastic integrations has some 20,000.
const maxNodes = 200_000

// maxDepth bounds how deep a file may nest.
const maxDepth = 1000
