package packagetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/definition"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/jackson"
)

// A Result says how a test ended.
type Result struct {
	Test *Test
	// Lacks names what the engine does not have that the pipelines use; a test
	// that lacks something has not run.
	Lacks []string
	// Skip is why the package says not to run the test; it has not run.
	Skip string
	// Err is what went wrong, nil if the test passed.
	Err error
}

// A Runner runs tests.
type Runner struct {
	// Now is _ingest.timestamp, and the year of dates that have none; the zero
	// time is the time of the test.
	Now time.Time
	// Options are those of Compile.
	Options []ingest.Option
}

// Run runs a test at the present time.
func Run(t *Test) Result { return (&Runner{}).Run(t) }

// Run runs a test.
func (run *Runner) Run(t *Test) Result {
	r := Result{Test: t}
	c, err := t.config()
	if err != nil || c.Skip.Reason != "" {
		r.Skip, r.Err = c.skipped(), err
		return r
	}
	s, err := t.readStream()
	if err != nil {
		r.Err = err
		return r
	}
	set, err := run.compile(t, s.entry())
	if err != nil {
		r.Lacks = Lacks(err)
		r.Err = err
		return r
	}
	pipeline, ok := set.Pipeline(s.entry())
	if !ok {
		r.Err = fmt.Errorf("no pipeline is named %s", s.entry())
		return r
	}
	now := run.Now
	if now.IsZero() {
		now = time.Now()
	}
	r.Err = t.run(&c, pipeline, document.New(now), s.index())
	return r
}

func (run *Runner) compile(t *Test, entry string) (*ingest.Set, error) {
	sources, err := t.sources(entry)
	if err != nil {
		return nil, err
	}
	set, err := ingest.Compile(sources, run.Options...) // as written, for the positions of mistakes
	if err != nil {
		return nil, err
	}
	if changed, err := sortParams(sources); err != nil || !changed {
		return set, err
	}
	return ingest.Compile(sources, run.Options...)
}

// Lacks returns the processor types and script features that an error of
// ingest.Compile says are missing; nil if something else is wrong.
func Lacks(err error) []string {
	var out []string
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil
	}
	for _, e := range joined.Unwrap() {
		in, ok := errors.AsType[*definition.Error](e)
		if !ok {
			return nil
		}
		what := lacking(in)
		if what == "" {
			return nil
		}
		out = append(out, what)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func lacking(e *definition.Error) string {
	if name, ok := strings.CutPrefix(e.Err.Error(), "No processor type exists with name ["); ok {
		return strings.TrimSuffix(name, "]")
	}
	if e.Option == "if" {
		return "condition"
	}
	return ""
}

// run takes the events through p, each in d and for index.
func (t *Test) run(c *config, p *ingest.Pipeline, d *document.Document, index string) error {
	events, err := t.events(c)
	if err != nil {
		return err
	}
	want, err := t.expected()
	if err != nil {
		return err
	}
	if len(events) != len(want) {
		return fmt.Errorf("%d events, but %d expected documents", len(events), len(want))
	}
	for i, event := range events {
		got, err := c.process(p, d, index, event)
		if err != nil {
			return fmt.Errorf("event %d: %w", i, err)
		}
		if err := compare(want[i], got, c.DynamicFields); err != nil {
			return fmt.Errorf("event %d: %w", i, err)
		}
	}
	return nil
}

// process takes one event through the pipeline; nil is a dropped event.
func (c *config) process(p *ingest.Pipeline, d *document.Document, index string, event json.RawMessage) (map[string]any, error) {
	d.Reset(d.Timestamp())
	data, err := c.complete(event)
	if err != nil {
		return nil, err
	}
	v, err := jackson.Parse(d, string(data))
	if err != nil {
		return nil, err
	}
	d.SetSource(v.Map())
	d.Metadata().Put("_index", document.String(index))
	if err := p.Run(d); err != nil {
		return nil, err
	}
	if d.Dropped() {
		return nil, nil //nolint:nilnil // a dropped document is null in the expectations
	}
	return decode(document.MapOf(d.Source()).AppendJSON(nil))
}
