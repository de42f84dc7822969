package definition

import (
	"errors"
	"fmt"
	"slices"
	"strings"

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
		r.fail(Error{Position: n.Position, Err: errors.New("a pipeline is a map with the key processors")})
		return nil, errors.Join(r.errs...)
	}
	for _, f := range n.Fields {
		switch f.Name {
		case "description":
			p.Description = f.Value.Scalar.Text()
		case "processors":
			p.Processors = r.list("", "processors", f.Value)
		case "on_failure":
			p.OnFailure = r.onFailure("", f.Value)
		case "field_access_pattern":
			p.Flexible = r.flexible(f)
		default:
			r.known(f)
		}
	}
	if n.Get("processors") == nil {
		r.fail(Error{Position: n.Position, Err: errors.New("[processors] required property is missing")})
	}
	return p, errors.Join(r.errs...)
}

type reader struct {
	pipeline string
	errs     []error
}

func (r *reader) fail(e Error) {
	e.Pipeline = r.pipeline
	r.errs = append(r.errs, &e)
}

func (r *reader) known(f Field) {
	if slices.Contains(pipelineFields, f.Name) {
		return
	}
	r.fail(Error{
		Position: f.Position, Nearest: spelling.Nearest(f.Name, pipelineFields),
		Err: fmt.Errorf("pipeline [%s] doesn't support one or more provided configuration parameters [%s]", r.pipeline, f.Name),
	})
}

// flexible reads field_access_pattern, classic or flexible.
func (r *reader) flexible(f Field) bool {
	text := f.Value.Scalar.Str()
	if text != "classic" && text != "flexible" {
		r.fail(Error{
			Position: f.Value.Position, Nearest: spelling.Nearest(text, []string{"classic", "flexible"}),
			Err: fmt.Errorf("Invalid ingest pipeline access pattern name [%s] given", text), //nolint:staticcheck // Elasticsearch's text
		})
	}
	return text == "flexible"
}

// onFailure reads the on_failure of a pipeline or, at its path, of a processor.
func (r *reader) onFailure(processor string, n *Node) []Processor {
	if n.Kind == document.KindList && len(n.Items) == 0 {
		e := Error{Position: n.Position, Processor: processor, Option: "on_failure"}
		e.Err = errors.New("[on_failure] processors list cannot be empty")
		if processor == "" {
			e.Err = fmt.Errorf("pipeline [%s] cannot have an empty on_failure option defined", r.pipeline)
		}
		r.fail(e)
	}
	return r.list(processor, "on_failure", n)
}

// list reads a list of processors, an option of the pipeline or of a processor.
func (r *reader) list(processor, option string, n *Node) []Processor {
	switch n.Kind {
	case document.KindList:
	case document.KindNull:
		return nil
	default:
		r.fail(Error{
			Position: n.Position, Processor: processor, Option: option,
			Err: fmt.Errorf("property isn't a list, but of type [%s]", n.Kind.Class()),
		})
		return nil
	}
	path := strings.TrimPrefix(processor+"."+option, ".")
	out := make([]Processor, 0, len(n.Items))
	for i, item := range n.Items {
		if item.Kind != document.KindMap {
			r.fail(Error{
				Position: item.Position, Processor: fmt.Sprintf("%s[%d]", path, i),
				Err: fmt.Errorf("a processor is a map from its type to its options, not of type [%s]", item.Kind.Class()),
			})
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
		return nil, &Error{
			Position: n.Position, Pipeline: pipeline, Processor: path,
			Err: errors.New("[processor] Must specify exactly one processor type"),
		}
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
		r.fail(Error{
			Position: f.Value.Position, Processor: path,
			Err: fmt.Errorf("property isn't a map, but of type [%s]", f.Value.Kind.Class()),
		})
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
			p.OnFailure = r.onFailure(p.Path, f.Value)
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
		r.fail(Error{
			Position: n.Position, Processor: p.Path, Option: f.Name,
			Err: fmt.Errorf("property isn't a map or string, but of type [%s]", n.Kind.Class()),
		})
		return nil
	}
}

func (r *reader) boolean(p *Processor, f Field) bool {
	value, ok := f.Value.Bool()
	if !ok {
		r.fail(Error{
			Position: f.Value.Position, Processor: p.Path, Option: f.Name,
			Err: fmt.Errorf("[%s] property isn't a boolean, but of type [%s]", f.Name, f.Value.Kind.Class()),
		})
	}
	return value
}
