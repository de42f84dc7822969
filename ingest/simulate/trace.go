package simulate

import (
	"errors"
	"strings"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/definition"
	"github.com/sluice-otel/sluice/ingest/document"
)

// A trace collects the results of the processors for one document after the
// other, as TrackingResultProcessor does: the processor pipeline comes before
// those of the pipeline it calls.
type trace struct {
	answer  *document.Document
	results *document.List
	open    []begun
}

// begun is the result of a processor that has not ended, and how many results
// there were with it.
type begun struct {
	result  *document.Map
	results int
}

func (t *trace) begin(answer *document.Document) {
	t.answer, t.results, t.open = answer, answer.NewList(), nil
}

// Enter implements ingest.Tracer.
func (t *trace) Enter(_ *document.Document, p *definition.Processor) {
	result := t.answer.NewMap()
	result.Put("processor_type", document.String(p.Type))
	if p.Tag != "" {
		result.Put("tag", document.String(p.Tag))
	}
	if p.Description != "" {
		result.Put("description", document.String(p.Description))
	}
	t.results.Append(document.MapOf(result))
	t.open = append(t.open, begun{result, t.results.Len()})
}

var statuses = map[ingest.Outcome]string{
	ingest.Succeeded:    "success",
	ingest.Skipped:      "skipped",
	ingest.ErrorIgnored: "error_ignored",
	ingest.Failed:       "error",
	ingest.Dropped:      "dropped",
}

// Leave implements ingest.Tracer.
func (t *trace) Leave(d *document.Document, p *definition.Processor, outcome ingest.Outcome, err error) {
	last := t.open[len(t.open)-1]
	t.open = t.open[:len(t.open)-1]
	if p.Type == "pipeline" && outcome != ingest.Skipped {
		outcome = t.called(last.results, outcome, err)
	}
	result := last.result
	result.Put("status", document.String(statuses[outcome]))
	if p.If != nil {
		result.Put("if", t.condition(p.If.Scalar, outcome))
	}
	switch outcome {
	case ingest.Succeeded:
		if p.Type != "pipeline" {
			result.Put("doc", shown(t.answer, d))
		}
	case ingest.ErrorIgnored:
		ignored := t.answer.NewMap()
		ignored.Put("error", errorObject(t.answer, err))
		result.Put("ignored_error", document.MapOf(ignored))
		result.Put("doc", shown(t.answer, d))
	case ingest.Failed:
		result.Put("error", errorObject(t.answer, err))
	case ingest.Skipped, ingest.Dropped:
	}
}

// called returns how the call of a pipeline ended: well, if the pipeline was there,
// since its own processors say what went wrong. Of a cycle of pipelines nothing is
// shown but that it is one.
func (t *trace) called(results int, outcome ingest.Outcome, err error) ingest.Outcome {
	switch {
	case isCycle(err):
		t.results.Truncate(results)
		return outcome
	case err != nil && t.results.Len() == results:
		return outcome
	default:
		return ingest.Succeeded
	}
}

func isCycle(err error) bool {
	e, ok := errors.AsType[*document.Exception](err)
	return ok && e.Class == document.IllegalState && strings.HasPrefix(e.Message, "Cycle detected for pipeline: ")
}

func (t *trace) condition(source document.Value, outcome ingest.Outcome) document.Value {
	m := t.answer.NewMap()
	m.Put("condition", source)
	m.Put("result", document.Boolean(outcome != ingest.Skipped))
	return document.MapOf(m)
}
