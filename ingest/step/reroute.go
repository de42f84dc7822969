package step

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// Reroute sends the document to another data stream and ends its pipelines. The
// default pipeline of that data stream takes over, if there is one.
type Reroute struct {
	Destination string   // an index, instead of Type, Dataset and Namespace
	Type        []string // each a value or a {{field}}; the first there is counts
	Dataset     []string
	Namespace   []string
}

func readReroute(o *Options) Processor {
	r := Reroute{
		Type:        o.OptionalStrings("type"),
		Dataset:     o.OptionalStrings("dataset"),
		Namespace:   o.OptionalStrings("namespace"),
		Destination: o.OptionalString("destination", ""),
	}
	if r.Destination != "" && len(r.Type)+len(r.Dataset)+len(r.Namespace) > 0 {
		o.Failf("destination", "[destination] can only be set if type, dataset and namespace are not set")
	}
	return r
}

// Compile implements Processor.
func (r Reroute) Compile(Env) (Step, error) {
	if r.Destination != "" {
		return Func(func(d *document.Document) error {
			d.Reroute(r.Destination)
			return nil
		}), nil
	}
	kind, kerr := compileStreamParts("type", r.Type, `\/*?"<>| ,#:-`)
	dataset, derr := compileStreamParts("dataset", r.Dataset, `\/*?"<>| ,#:-`)
	namespace, nerr := compileStreamParts("namespace", r.Namespace, `\/*?"<>| ,#:`)
	return &rerouteStep{kind: kind, dataset: dataset, namespace: namespace}, errors.Join(kerr, derr, nerr)
}

type rerouteStep struct{ kind, dataset, namespace []streamPart }

var (
	streamTypePath      = document.MustPath("data_stream.type")
	streamDatasetPath   = document.MustPath("data_stream.dataset")
	streamNamespacePath = document.MustPath("data_stream.namespace")
	eventDatasetPath    = document.MustPath("event.dataset")
)

// unnamed is the data stream of documents that have no _index, which in
// Elasticsearch all have: where exporters send them.
const unnamed = "logs-generic-default"

// Run implements Step. The parts of the name are those of _index unless the
// options say something else.
func (s *rerouteStep) Run(d *document.Document) error {
	index := unnamed
	if d.Has(indexPath) {
		var err error
		if index, _, err = requiredText(d, indexPath, false); err != nil {
			return err
		}
	}
	kind, rest, ok := strings.Cut(index, "-")
	dataset, namespace, complete := strings.Cut(rest, "-")
	if !ok || !complete {
		return document.Illegalf("invalid data stream name: [%s]; must follow naming scheme <type>-<dataset>-<namespace>", index)
	}
	for _, part := range [...]struct {
		value *string
		from  []streamPart
	}{{&kind, s.kind}, {&dataset, s.dataset}, {&namespace, s.namespace}} {
		v, err := resolvePart(d, part.from)
		if err != nil {
			return err
		}
		if !v.IsNull() {
			*part.value = v.Str()
		}
	}
	d.Reroute(kind + "-" + dataset + "-" + namespace)
	return setStream(d, kind, dataset, namespace)
}

// setStream makes the fields agree with the name of the data stream;
// event.dataset only if it is there.
func setStream(d *document.Document, kind, dataset, namespace string) error {
	for _, f := range [...]struct {
		path  document.Path
		value string
	}{{streamTypePath, kind}, {streamDatasetPath, dataset}, {streamNamespacePath, namespace}} {
		if err := setDotted(d, f.path, f.value); err != nil {
			return err
		}
	}
	if _, ok := lookupDotted(d, eventDatasetPath); ok {
		return setDotted(d, eventDatasetPath, dataset)
	}
	return nil
}

// lookupDotted returns the value of a field, which may be a key with dots at the
// top of the document.
func lookupDotted(d *document.Document, p document.Path) (document.Value, bool) {
	if v, ok := d.Lookup(p); ok {
		return v, true
	}
	return d.Source().Get(p.String())
}

// setDotted sets a field where lookupDotted finds it.
func setDotted(d *document.Document, p document.Path, text string) error {
	if _, ok := d.Source().Get(p.String()); ok && !d.Has(p) {
		d.Source().Put(p.String(), document.String(text))
		return nil
	}
	return d.Set(p, document.String(text))
}

// A streamPart is a value of an option, or the field it names.
type streamPart struct {
	value     string
	path      document.Path
	isField   bool
	forbidden string // characters
}

// compileStreamParts compiles type, dataset or namespace; without a value it is
// what the field data_stream.* has.
func compileStreamParts(option string, values []string, forbidden string) ([]streamPart, error) {
	if len(values) == 0 {
		values = []string{"{{data_stream." + option + "}}"}
	}
	out := make([]streamPart, len(values))
	for i, value := range values {
		var err error
		if out[i], err = compileStreamPart(value, forbidden); err != nil {
			return nil, &OptionError{Option: option, Item: i, Err: fmt.Errorf("[%s] %w", option, err)}
		}
	}
	return out, nil
}

func compileStreamPart(value, forbidden string) (streamPart, error) {
	p := streamPart{value: value, forbidden: forbidden}
	if !strings.Contains(value, "{{") && !strings.Contains(value, "}}") {
		if p.sanitized(value) != value {
			return p, fmt.Errorf("'%s' contains disallowed characters", value)
		}
		return p, nil
	}
	name, opens := strings.CutPrefix(value, "{{")
	name, closes := strings.CutSuffix(name, "}}")
	if strings.HasPrefix(name, "{") && strings.HasSuffix(name, "}") {
		name = name[1 : len(name)-1]
	}
	if !opens || !closes || strings.ContainsAny(name, "{}") {
		return p, fmt.Errorf("'%s' is not a valid field reference", value)
	}
	var err error
	p.isField = true
	p.path, err = document.ParsePath(strings.TrimSpace(name))
	return p, err
}

// resolvePart returns the first part there is a value of, else null.
func resolvePart(d *document.Document, parts []streamPart) (document.Value, error) {
	for i := range parts {
		p := &parts[i]
		if !p.isField {
			return document.String(p.value), nil
		}
		switch v, _ := lookupDotted(d, p.path); v.Kind() {
		case document.KindNull:
		case document.KindString:
			return document.String(p.sanitized(v.Str())), nil
		default:
			return document.Null, document.CannotCast(p.path.String(), v, document.KindString)
		}
	}
	return document.Null, nil
}

// maxStreamPart is how many characters of a part the name may have.
const maxStreamPart = 100

func (p *streamPart) sanitized(s string) string {
	s = strings.ToLower(s)
	if r := []rune(s); len(r) > maxStreamPart {
		s = string(r[:maxStreamPart])
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(p.forbidden, r) {
			return '_'
		}
		return r
	}, s)
}
