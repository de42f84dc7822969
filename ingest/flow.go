package ingest

import (
	"fmt"

	"github.com/sluice-otel/sluice/ingest/definition"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/painless"
	"github.com/sluice-otel/sluice/ingest/step"
)

// A Pipeline is a compiled pipeline, safe for concurrent use.
type Pipeline struct {
	name       string
	set        *Set
	definition *definition.Pipeline
	body       block
	onFailure  block
}

// Name returns the name other pipelines call this one by.
func (p *Pipeline) Name() string { return p.name }

// Description returns the description its author gave it.
func (p *Pipeline) Description() string { return p.definition.Description }

// A Failure is an error of a document with the processor it came from, as
// Elasticsearch's headers processor_type, processor_tag and pipeline_origin.
type Failure struct {
	Err       error
	Processor string // type; "conditional" if it had a condition, as Elasticsearch says it
	Tag       string
	Pipeline  string // the innermost pipeline
	nested    bool   // another pipeline called that one
}

// Error is the text of the exception; document.RootMessage has what
// _ingest.on_failure_message shows.
func (f *Failure) Error() string { return f.Err.Error() }

func (f *Failure) Unwrap() error { return f.Err }

// call runs the pipeline as part of d's stack of pipelines.
func (p *Pipeline) call(d *document.Document) error {
	if err := d.EnterPipeline(p.name, p.definition.Flexible); err != nil {
		return err
	}
	defer d.LeavePipeline()
	failure := p.body.run(d)
	if failure == nil {
		return nil
	}
	if len(p.onFailure) == 0 {
		return failure
	}
	if failure = p.onFailure.handle(d, failure); failure != nil {
		return failure
	}
	return nil
}

// A block is a list of processors that run one after the other.
type block []node

// A node is a processor with what is common to all types.
type node struct {
	step          step.Step
	condition     *painless.Condition // nil for none
	simple        *comparison         // the condition, if it is one
	chain         *chain              // that the condition is part of; nil for none
	kind, tag     string
	ignoreFailure bool
	onFailure     block
	definition    *definition.Processor
	tracer        Tracer // nil for none
	number        int    // in the set
}

// run runs the processors until one fails, drops the document or ends the
// pipeline.
func (b block) run(d *document.Document) *Failure {
	for i := 0; i < len(b); {
		if c := b[i].chain; c != nil {
			if next := c.next(d, i); next != i {
				i = next
				continue
			}
		}
		if f := b[i].run(d); f != nil {
			return f
		}
		if d.Stopped() {
			return nil
		}
		i++
	}
	return nil
}

// run runs one processor and whatever handles its failure.
func (n *node) run(d *document.Document) *Failure {
	if err := n.exec(d); err != nil {
		return n.failure(d, err)
	}
	return nil
}

// exec is run without saying that it was n which failed, unless its on_failure
// failed as well: for a processor inside of another one, that one failed. The
// order is that of ConfigurationUtils.readProcessor: the condition is outside
// of on_failure, so that its own failure passes it by.
func (n *node) exec(d *document.Document) error {
	n.enter(d)
	if n.condition != nil {
		if ok, err := n.holds(d); err != nil {
			n.leave(d, Failed, err)
			return err
		} else if !ok {
			n.leave(d, Skipped, nil)
			return nil
		}
	}
	var err error
	if t := d.Tally(); t != nil {
		err = n.counted(d, t)
	} else {
		err = n.attempt(d)
	}
	if err != nil && n.kind == "script" {
		d.Cut()
	}
	switch {
	case err == nil:
		n.leave(d, Succeeded, nil)
		return nil
	case n.ignoreFailure:
		n.leave(d, ErrorIgnored, err)
		return nil
	}
	n.leave(d, Failed, err)
	if len(n.onFailure) == 0 {
		return err
	}
	if f := n.onFailure.handle(d, n.failureOf(d, n.kind, err)); f != nil {
		return f
	}
	return nil
}

// holds evaluates the condition.
func (n *node) holds(d *document.Document) (bool, error) {
	if n.simple != nil {
		if holds, ok := n.simple.holds(d); ok {
			return holds, nil
		}
	}
	return n.condition.Eval(d)
}

// attempt runs the step and turns a panic into a failure: one document must not
// take the collector down.
func (n *node) attempt(d *document.Document) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("processor [%s] panicked: %v", n.kind, r)
		}
	}()
	return n.step.Run(d)
}

// failure says where err is from. What has no on_failure of its own, or passed
// it by, is seen from outside of its condition, as "conditional".
func (n *node) failure(d *document.Document, err error) *Failure {
	if n.condition != nil {
		return n.failureOf(d, "conditional", err)
	}
	return n.failureOf(d, n.kind, err)
}

// failureOf makes a Failure; the innermost processor that failed wins.
func (n *node) failureOf(d *document.Document, kind string, err error) *Failure {
	if f, ok := err.(*Failure); ok { //nolint:errorlint // only the outermost, as Elasticsearch looks at it
		return f
	}
	return &Failure{Err: err, Processor: kind, Tag: n.tag, Pipeline: d.Pipeline(), nested: d.Nested()}
}

// handle runs an on_failure list with the failure in _ingest. Like
// Elasticsearch it names the pipeline only if that was called by another.
func (b block) handle(d *document.Document, f *Failure) *Failure {
	meta := d.Ingest()
	meta.Put("on_failure_message", document.String(document.RootMessage(f)))
	meta.Put("on_failure_processor_type", document.String(f.Processor))
	meta.Put("on_failure_processor_tag", tagValue(f.Tag))
	if f.nested {
		meta.Put("on_failure_pipeline", document.String(f.Pipeline))
	}
	out := b.run(d)
	for _, key := range [...]string{
		"on_failure_message", "on_failure_processor_type", "on_failure_processor_tag", "on_failure_pipeline",
	} {
		meta.Delete(key)
	}
	return out
}

func tagValue(tag string) document.Value {
	if tag == "" {
		return document.Null
	}
	return document.String(tag)
}
