package definition

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sluice-otel/sluice/ingest/document"
)

// Parse reads the first document of a YAML or JSON file.
func Parse(file string, data []byte) (*Node, error) {
	if isJSON(data) {
		return parseJSON(file, data)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, &Error{Position: yamlPosition(file, err), Err: errors.New(yamlMessage(err))}
	}
	if root.Kind != yaml.DocumentNode || len(root.Content) == 0 {
		return nil, &Error{Position: Position{File: file}, Err: errors.New("the file is empty")}
	}
	c := &converter{file: file}
	return c.convert(root.Content[0], 0)
}

// yamlMessage is the parser's message without its own prefix and position.
func yamlMessage(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		if _, message, ok := strings.Cut(rest, ": "); ok {
			return message
		}
	}
	return text
}

func yamlPosition(file string, err error) Position {
	p := Position{File: file}
	if rest, ok := strings.CutPrefix(err.Error(), "yaml: line "); ok {
		line, _, _ := strings.Cut(rest, ":")
		p.Line, _ = strconv.Atoi(line)
	}
	return p
}

// A converter turns yaml nodes into ours, with aliases resolved.
type converter struct {
	file  string
	nodes int
}

func (c *converter) convert(y *yaml.Node, depth int) (*Node, error) {
	n := &Node{Position: c.position(y)}
	if c.nodes++; c.nodes > maxNodes || depth > maxDepth {
		return nil, &Error{Position: n.Position, Err: fmt.Errorf("more than %d values or %d levels", maxNodes, maxDepth)}
	}
	switch y.Kind {
	case yaml.AliasNode:
		return c.convert(y.Alias, depth+1)
	case yaml.MappingNode:
		return n, c.fields(newFields(n), y, depth)
	case yaml.SequenceNode:
		n.Kind = document.KindList
		for _, item := range y.Content {
			child, err := c.convert(item, depth+1)
			if err != nil {
				return nil, err
			}
			n.Items = append(n.Items, child)
		}
		return n, nil
	case yaml.ScalarNode, yaml.DocumentNode:
	}
	n.Scalar = yamlScalar(y)
	n.Kind = n.Scalar.Kind()
	return n, nil
}

func (c *converter) fields(into *fieldSet, y *yaml.Node, depth int) error {
	var merged []*Node // "<<" values, which give way to what stands beside them
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := y.Content[i]
		value, err := c.convert(y.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		if key.Tag == "!!merge" {
			merged = append(merged, value)
			continue
		}
		if err := into.add(Field{Name: key.Value, Position: c.position(key), Value: value}); err != nil {
			return err
		}
	}
	for _, value := range merged {
		into.merge(value)
	}
	return nil
}

func (c *converter) position(y *yaml.Node) Position {
	return Position{File: c.file, Line: y.Line, Column: y.Column}
}

// yamlScalar gives a scalar the class Elasticsearch's parser would: a number
// the smallest that holds it, and whatever is no number, boolean or null
// (timestamps, "=") a string.
func yamlScalar(y *yaml.Node) document.Value {
	switch y.Tag {
	case "!!null":
		return document.Null
	case "!!bool":
		var b bool
		if y.Decode(&b) == nil {
			return document.Boolean(b)
		}
	case "!!int", "!!float":
		if v, ok := yamlNumber(y); ok {
			return v
		}
	}
	return document.String(y.Value)
}

// yamlNumber reads a number; the ones with underscores, or to another base, as
// YAML does.
func yamlNumber(y *yaml.Node) (document.Value, bool) {
	var i int64
	if y.Tag == "!!int" && y.Decode(&i) == nil {
		return document.Number(i), true
	}
	if v, ok := wholeNumber(y.Value); ok {
		return v, true
	}
	var f float64
	if y.Decode(&f) != nil || math.IsNaN(f) {
		return document.Null, false
	}
	return document.Double(f), true
}
