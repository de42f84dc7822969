// Package simulate answers like Elasticsearch's
// POST _ingest/pipeline/{id}/_simulate, without a cluster.
//
// simulate.go reads the request and writes the answer, trace.go collects what
// each processor did for ?verbose.
package simulate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/jackson"
	"github.com/sluice-otel/sluice/ingest/painless"
)

// A Request is what to simulate.
type Request struct {
	Sources  []ingest.Source // the pipelines, which may call each other
	Pipeline string          // the one documents enter
	// Docs is the body of a simulate request, {"docs": [{"_index": …, "_id": …,
	// "_source": {…}}]}, or the list alone, or a list of sources.
	Docs    []byte
	Verbose bool // one result for each processor
	Options []ingest.Option
	Now     time.Time // _ingest.timestamp
}

// Run returns the answer, {"docs": […]}, indented. An error is a mistake in the
// request or in a pipeline; what fails for a document is part of the answer.
func Run(r Request) ([]byte, error) {
	t := &trace{}
	opts := r.Options
	if r.Verbose {
		opts = append(opts, ingest.WithTracer(t))
	}
	set, err := ingest.Compile(r.Sources, opts...)
	if err != nil {
		return nil, err
	}
	p, ok := set.Pipeline(r.Pipeline)
	if !ok {
		return nil, fmt.Errorf("pipeline with id [%s] does not exist", r.Pipeline)
	}
	answer := document.New(r.Now)
	docs, err := readDocs(answer, r.Docs)
	if err != nil {
		return nil, err
	}
	results := answer.NewList()
	for _, doc := range docs.All() {
		result, err := one(answer, t, p, &r, doc)
		if err != nil {
			return nil, err
		}
		results.Append(result)
	}
	answer.Source().Put("docs", document.ListOf(results))
	var out bytes.Buffer
	if err := json.Indent(&out, document.MapOf(answer.Source()).AppendJSON(nil), "", "  "); err != nil {
		return nil, fmt.Errorf("write the answer: %w", err)
	}
	return append(out.Bytes(), '\n'), nil
}

// readDocs returns the documents of the request. They belong to answer.
func readDocs(answer *document.Document, data []byte) (*document.List, error) {
	v, err := jackson.Parse(answer, string(data))
	if err != nil {
		return nil, fmt.Errorf("read docs: %w", err)
	}
	if m := v.Map(); m != nil {
		v, _ = m.Get("docs")
	}
	if v.List() == nil {
		return nil, errors.New("[docs] required property is missing")
	}
	return v.List(), nil
}

func one(answer *document.Document, t *trace, p *ingest.Pipeline, r *Request, doc document.Value) (document.Value, error) {
	d := document.New(r.Now)
	if err := fill(d, doc); err != nil {
		return document.Null, err
	}
	t.begin(answer)
	err := p.Run(d)
	result := answer.NewMap()
	switch {
	case r.Verbose:
		result.Put("processor_results", document.ListOf(t.results))
	case err != nil:
		result.Put("error", errorObject(answer, err))
	case d.Dropped():
		return document.Null, nil
	default:
		result.Put("doc", shown(answer, d))
	}
	return document.MapOf(result), nil
}

// fill makes doc the content of d: with metadata and _source, or the source
// alone.
func fill(d *document.Document, doc document.Value) error {
	m := doc.Map()
	if m == nil {
		return fmt.Errorf("a document is an object, not a %s", doc.Kind().Class())
	}
	d.Metadata().Put("_index", document.String("_index"))
	d.Metadata().Put("_id", document.String("_id"))
	d.Metadata().Put("_version", document.Long(-3))
	source, ok := m.Get("_source")
	if !ok {
		source = doc
	} else {
		for k, v := range m.All() {
			if k != "_source" {
				d.Metadata().Put(k, v)
			}
		}
	}
	if source.Map() == nil {
		return errors.New("[_source] property isn't a map")
	}
	for k, v := range source.Map().All() {
		d.Source().Put(k, d.Copy(v))
	}
	return nil
}

// shown returns d as the answer shows it: metadata, _source and _ingest.
func shown(answer, d *document.Document) document.Value {
	out := answer.NewMap()
	for k, v := range d.Metadata().All() {
		if k == "_version" {
			v = document.String(v.Text())
		}
		out.Put(k, v)
	}
	out.Put("_source", answer.Copy(document.MapOf(d.Source())))
	out.Put("_ingest", answer.Copy(document.MapOf(d.Ingest())))
	return document.MapOf(out)
}

// errorObject is ElasticsearchException's rendering: what was raised comes under
// root_cause once more, what caused it under caused_by.
func errorObject(answer *document.Document, err error) document.Value {
	if f, ok := errors.AsType[*ingest.Failure](err); ok {
		err = f.Err
	}
	roots := answer.NewList()
	roots.Append(document.MapOf(causeObject(answer, answer.NewMap(), err)))
	out := answer.NewMap()
	out.Put("root_cause", document.ListOf(roots))
	causeObject(answer, out, err)
	cause := errors.Unwrap(err)
	if thrown, ok := errors.AsType[*painless.RuntimeError](err); ok {
		cause = thrown.Exception
	}
	if cause != nil {
		out.Put("caused_by", document.MapOf(causeObject(answer, answer.NewMap(), cause)))
	}
	return document.MapOf(out)
}

func causeObject(answer *document.Document, m *document.Map, err error) *document.Map {
	if thrown, ok := errors.AsType[*painless.RuntimeError](err); ok {
		return scriptObject(answer, m, thrown.Report())
	}
	m.Put("type", document.String(string(document.ClassOf(err))))
	m.Put("reason", document.Null)
	if text := err.Error(); text != "" { // Java's exceptions without a message have null
		m.Put("reason", document.String(text))
	}
	return m
}

// scriptObject is ScriptException's rendering.
func scriptObject(answer *document.Document, m *document.Map, r painless.Report) *document.Map {
	m.Put("type", document.String("script_exception"))
	m.Put("reason", document.String("runtime error"))
	stack := answer.NewList()
	for _, line := range r.Stack {
		stack.Append(document.String(line))
	}
	m.Put("script_stack", document.ListOf(stack))
	m.Put("script", document.String(r.Script))
	m.Put("lang", document.String("painless"))
	position := answer.NewMap()
	position.Put("offset", document.Integer(int32(r.Offset)))
	position.Put("start", document.Integer(int32(r.Start)))
	position.Put("end", document.Integer(int32(r.End)))
	m.Put("position", document.MapOf(position))
	return m
}
