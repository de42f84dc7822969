package definition

import (
	"errors"
	"fmt"
	"slices"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/spelling"
)

// A Pipeline is a pipeline definition: the body of PUT _ingest/pipeline/{id}.
type Pipeline struct {
	Name        string
	Position    Position
	Description string
	Flexible    bool // field_access_pattern: flexible
	Processors  []Processor
	OnFailure   []Processor
}

// A Processor is one entry of a processors or on_failure list. If, Tag,
// IgnoreFailure and OnFailure are common to all types; Options holds the rest.
type Processor struct {
	Type     string
	Path     string // where in the pipeline, such as processors[2].grok
	Position Position

	Description   string
	Tag           string
	If            *Node // source of the condition; nil for none
	IgnoreFailure bool
	OnFailure     []Processor

	Options []Field
}

var pipelineFields = []string{
	"description", "processors", "on_failure", "version", "_meta", "deprecated",
	"field_access_pattern", "created_date", "created_date_millis", "modified_date", "modified_date_millis",
}

// ReadPipeline finds the processors in a parsed file. All mistakes are
// reported, joined.
func ReadPipeline(name string, n *Node) (*Pipeline, error) {
	r := &reader{pipeline: name}
	p := &Pipeline{Name: name, Position: n.Position}
	if n.Kind != document.KindMap {
		return nil, r.fail(n.Position, "", "", errors.New("a pipeline is a map with the key processors"))
	}
	for _, f := range n.Fields {
		switch f.Name {
		case "description":
			p.Description = f.Value.Scalar.Text()
		case "processors":
			p.Processors = r.list("processors", f.Value)
		case "on_failure":
			p.OnFailure = r.onFailure("on_failure", f.Value)
		case "field_access_pattern":
			p.Flexible = r.flexible(f)
		default:
			r.known(f)
		}
	}
	if n.Get("processors") == nil {
		_ = r.fail(n.Position, "", "", errors.New("[processors] required property is missing"))
	}
	return p, errors.Join(r.errs...)
}

type reader struct {
	pipeline string
	errs     []error
}

func (r *reader) fail(at Position, processor, nearest string, err error) error {
	e := &Error{Position: at, Pipeline: r.pipeline, Processor: processor, Err: err, Nearest: nearest}
	r.errs = append(r.errs, e)
	return e
}

func (r *reader) known(f Field) {
	if slices.Contains(pipelineFields, f.Name) {
		return
	}
	_ = r.fail(f.Position, "", spelling.Nearest(f.Name, pipelineFields),
		fmt.Errorf("pipeline [%s] doesn't support one or more provided configuration parameters [%s]", r.pipeline, f.Name))
}

// flexible reads field_access_pattern, classic or flexible.
func (r *reader) flexible(f Field) bool {
	text := f.Value.Scalar.Str()
	if text != "classic" && text != "flexible" {
		_ = r.fail(f.Value.Position, "", spelling.Nearest(text, []string{"classic", "flexible"}),
			fmt.Errorf("Invalid ingest pipeline access pattern name [%s] given", text)) //nolint:staticcheck,revive // Elasticsearch's text
	}
	return text == "flexible"
}

func (r *reader) onFailure(path string, n *Node) []Processor {
	list := r.list(path, n)
	if n.Kind == document.KindList && len(n.Items) == 0 {
		_ = r.fail(n.Position, path, "", errors.New("[on_failure] processors list cannot be empty"))
	}
	return list
}

func (r *reader) list(path string, n *Node) []Processor {
	if n.Kind != document.KindList {
		if n.Kind != document.KindNull {
			_ = r.fail(n.Position, path, "", fmt.Errorf("property isn't a list, but of type [%s]", n.Kind.Class()))
		}
		return nil
	}
	out := make([]Processor, 0, len(n.Items))
	for i, item := range n.Items {
		if item.Kind != document.KindMap {
			_ = r.fail(item.Position, fmt.Sprintf("%s[%d]", path, i), "",
				fmt.Errorf("a processor is a map from its type to its options, not of type [%s]", item.Kind.Class()))
			continue
		}
		for _, f := range item.Fields { // one, but Elasticsearch takes more
			out = append(out, r.processor(fmt.Sprintf("%s[%d].%s", path, i, f.Name), f))
		}
	}
	return out
}

// ReadProcessor reads a processor that is an option of another one, such as
// foreach's: a map from its type to its options. path is where it is.
func ReadProcessor(pipeline, path string, n *Node) (*Processor, error) {
	r := &reader{pipeline: pipeline}
	if n.Kind != document.KindMap || len(n.Fields) != 1 {
		return nil, r.fail(n.Position, path, "", errors.New("[processor] Must specify exactly one processor type"))
	}
	p := r.processor(path+"."+n.Fields[0].Name, n.Fields[0])
	return &p, errors.Join(r.errs...)
}

// processor reads a type with its options, which may be null for none; a script
// may be its source alone.
func (r *reader) processor(path string, f Field) Processor {
	p := Processor{Type: f.Name, Path: path, Position: f.Position}
	switch {
	case f.Value.Kind == document.KindMap:
		r.options(&p, f.Value)
	case f.Value.Kind == document.KindString && f.Name == "script":
		p.Options = []Field{{Name: "source", Position: f.Value.Position, Value: f.Value}}
	case f.Value.Kind != document.KindNull:
		_ = r.fail(f.Value.Position, p.Path, "", fmt.Errorf("property isn't a map, but of type [%s]", f.Value.Kind.Class()))
	}
	return p
}

func (r *reader) options(p *Processor, n *Node) {
	for _, f := range n.Fields {
		switch f.Name {
		case "description":
			p.Description = f.Value.Scalar.Text()
		case "tag":
			p.Tag = f.Value.Scalar.Text()
		case "if":
			p.If = r.condition(p, f)
		case "ignore_failure":
			p.IgnoreFailure = r.boolean(p, f)
		case "on_failure":
			p.OnFailure = r.onFailure(p.Path+".on_failure", f.Value)
		default:
			p.Options = append(p.Options, f)
		}
	}
}

// condition accepts the source itself or a script object {source, lang}.
func (r *reader) condition(p *Processor, f Field) *Node {
	n := f.Value
	if source := n.Get("source"); source != nil {
		n = source
	}
	switch n.Kind {
	case document.KindString:
		return n
	case document.KindBoolean: // unquoted true or false
		return &Node{Position: n.Position, Kind: document.KindString, Scalar: document.String(n.Scalar.Text())}
	default:
		_ = r.fail(n.Position, p.Path+".if", "", fmt.Errorf("property isn't a map or string, but of type [%s]", n.Kind.Class()))
		return nil
	}
}

func (r *reader) boolean(p *Processor, f Field) bool {
	value, ok := f.Value.Bool()
	if !ok {
		_ = r.fail(f.Value.Position, p.Path, "",
			fmt.Errorf("[%s] property isn't a boolean, but of type [%s]", f.Name, f.Value.Kind.Class()))
	}
	return value
}
