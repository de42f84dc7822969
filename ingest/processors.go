package ingest

import (
	"time"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A ProcessorInfo names a processor of a set.
type ProcessorInfo struct {
	Pipeline string
	Path     string // where in the pipeline, such as processors[2].grok
	Type     string
	Tag      string
}

// Processors returns the processors of all pipelines. The index of one is its
// number in a document.Tally.
func (s *Set) Processors() []ProcessorInfo { return s.processors }

// Set returns the set the pipeline belongs to.
func (p *Pipeline) Set() *Set { return p.set }

// counted runs the step and counts it.
func (n *node) counted(d *document.Document, t *document.Tally) error {
	run := &t.Runs[n.number]
	var started time.Time
	if t.Timed {
		started = time.Now()
	}
	err := n.attempt(d)
	if t.Timed {
		run.Time += time.Since(started)
	}
	run.Count++
	if err != nil {
		run.Failed++
	}
	return err
}
