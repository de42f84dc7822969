package ingest

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/spelling"
)

// A DefaultPipeline is what index.default_pipeline is in Elasticsearch: the pipeline
// for documents that a reroute processor has sent to an index. * in Index is any text.
type DefaultPipeline struct{ Index, Pipeline string }

// WithDefaultPipelines says which pipelines go on with documents that were
// rerouted; of those that fit an index the first does. Without it, or if none fits, a
// document's pipelines end where it is rerouted.
func WithDefaultPipelines(defaults ...DefaultPipeline) Option {
	return func(c *compiler) { c.set.defaults = defaults }
}

// checkDefaults reports default pipelines that there are not.
func (c *compiler) checkDefaults() {
	for _, d := range c.set.defaults {
		if _, err := path.Match(d.Index, ""); err != nil {
			c.errs = append(c.errs, fmt.Errorf("default_pipelines: index %q: %w", d.Index, err))
		}
		if _, ok := c.set.pipelines[d.Pipeline]; ok {
			continue
		}
		err := fmt.Errorf("default_pipelines: there is no pipeline %q, for %s", d.Pipeline, d.Index)
		if nearest := spelling.Nearest(d.Pipeline, c.set.names()); nearest != "" {
			err = fmt.Errorf("%w; did you mean %q?", err, nearest)
		}
		c.errs = append(c.errs, err)
	}
}

func (s *Set) names() []string {
	names := make([]string, 0, len(s.pipelines))
	for name := range s.pipelines {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// defaultOf returns the default pipeline of an index, nil if it has none.
func (s *Set) defaultOf(index string) *Pipeline {
	for _, d := range s.defaults {
		if fits, err := path.Match(d.Index, index); fits && err == nil {
			return s.pipelines[d.Pipeline]
		}
	}
	return nil
}

// Run takes d through the pipeline, and if it is rerouted through the default
// pipelines of where it goes (see WithDefaultPipelines). A nil error means that it
// reached the end or was dropped (see Document.Dropped); otherwise the error is a
// *Failure that nothing in the pipeline handled, and d is in the state it had then.
func (p *Pipeline) Run(d *document.Document) error {
	var err error
	if len(p.set.defaults) == 0 {
		err = p.call(d)
	} else {
		err = p.follow(d)
	}
	if err == nil && d.WasCut() && !d.Dropped() {
		return p.endless()
	}
	return err
}

// endless is the failure of a document that a script has made contain itself, as
// IngestService words it.
func (p *Pipeline) endless() error {
	return &Failure{Processor: "script", Pipeline: p.name, Err: &document.Exception{
		Class:   document.IllegalArgument,
		Message: "Failed to generate the source document for ingest pipeline [" + p.name + "]",
		Cause:   document.Illegalf("Iterable object is self-referencing itself (ingest script)"),
	}}
}

// follow is Run with default pipelines: as in IngestService an index comes once.
func (p *Pipeline) follow(d *document.Document) error {
	history := []string{d.Index()}
	for {
		if err := p.call(d); err != nil || d.Dropped() || !d.Rerouted() {
			return err
		}
		index := d.Index()
		if index == history[len(history)-1] {
			return nil
		}
		history = append(history, index)
		if slices.Contains(history[:len(history)-1], index) {
			return p.cycle(d, history)
		}
		next := p.set.defaultOf(index)
		if next == nil {
			return nil
		}
		d.Resume()
		p = next
	}
}

func (p *Pipeline) cycle(d *document.Document, history []string) error {
	id, _ := d.Metadata().Get("_id")
	err := document.Throwf(document.IllegalState, "index cycle detected while processing pipeline [%s] for document [%s]: [%s]",
		p.name, id.Text(), strings.Join(history, ", "))
	return &Failure{Err: err, Processor: "reroute", Pipeline: p.name}
}
