package ingest

import (
	"github.com/sluice-otel/sluice/ingest/definition"
	"github.com/sluice-otel/sluice/ingest/document"
)

// An Outcome says how a processor ended with a document.
type Outcome uint8

// The outcomes.
const (
	Succeeded    Outcome = iota
	Skipped              // its condition was false
	ErrorIgnored         // it failed and has ignore_failure
	Failed               // it failed; its on_failure, if it has one, comes next
	Dropped              // the document is dropped
)

// A Tracer is told what each processor does with a document. Calls for one
// document are nested as the processors are: those of a called pipeline come
// between Enter and Leave of the processor that calls it.
type Tracer interface {
	// Enter is called before the processor looks at its condition.
	Enter(d *document.Document, p *definition.Processor)
	// Leave is called when it has ended, before its on_failure runs. err is nil
	// unless the outcome is ErrorIgnored or Failed.
	Leave(d *document.Document, p *definition.Processor, outcome Outcome, err error)
}

// WithTracer compiles pipelines that report to t. Without it they report to
// nobody, at the cost of a comparison for each processor.
func WithTracer(t Tracer) Option {
	return func(c *compiler) { c.tracer = t }
}

func (n *node) enter(d *document.Document) {
	if n.tracer != nil {
		n.tracer.Enter(d, n.definition)
	}
}

func (n *node) leave(d *document.Document, outcome Outcome, err error) {
	if n.tracer == nil {
		return
	}
	if outcome == Succeeded && d.Dropped() {
		outcome = Dropped
	}
	n.tracer.Leave(d, n.definition, outcome, err)
}
