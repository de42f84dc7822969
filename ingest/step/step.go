package step

import (
	"fmt"

	"github.com/sluice-otel/sluice/ingest/definition"
	"github.com/sluice-otel/sluice/ingest/document"
)

// A Step is a compiled processor. Run changes the document or says why it
// could not, with Elasticsearch's error text; it is safe for concurrent use on
// different documents.
type Step interface {
	Run(d *document.Document) error
}

// Func is a Step that is a function.
type Func func(d *document.Document) error

// Run calls f.
func (f Func) Run(d *document.Document) error { return f(d) }

// A Processor is a processor as its author wrote it, typed: step.Set,
// step.Grok …. Compile checks it; an error about one option is an *OptionError.
type Processor interface {
	Compile(env Env) (Step, error)
}

// A Type is a kind of processor, by the name pipelines use.
type Type struct {
	Name string
	// Read takes the processor's options; mistakes are recorded in o.
	Read func(o *Options) Processor
}

// An Env is what a processor may use of the pipelines around it.
type Env interface {
	// Call runs another pipeline on the document, looked up by name now. It
	// reports false if there is no such pipeline.
	Call(d *document.Document, name string) (bool, error)
	// Compile compiles a processor that is an option of another one. The step
	// looks at its condition and handles its failures.
	Compile(p *definition.Processor) (Step, error)
	// Files are where the files are that options name.
	Files() Files
}

// An OptionError is a mistake in the option of a processor.
type OptionError struct {
	Option  string
	Item    int // index in a list option, or -1
	Err     error
	Nearest string // the known name closest to a wrong one, or ""
}

func (e *OptionError) Error() string { return fmt.Sprintf("%s: %v", e.Option, e.Err) }

func (e *OptionError) Unwrap() error { return e.Err }

// InOption says that err is about the option; nil stays nil.
func InOption(option string, err error) error {
	if err == nil {
		return nil
	}
	return &OptionError{Option: option, Item: -1, Err: err}
}
