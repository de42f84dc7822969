package step

import (
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/template"
)

// Drop ends the processing of a document, which is not passed on.
type Drop struct{}

func readDrop(*Options) Processor { return Drop{} }

// Compile implements Processor.
func (Drop) Compile(Env) (Step, error) {
	return Func(func(d *document.Document) error {
		d.Drop()
		return nil
	}), nil
}

// Terminate ends the current pipeline; the one that called it goes on.
type Terminate struct{}

func readTerminate(*Options) Processor { return Terminate{} }

// Compile implements Processor.
func (Terminate) Compile(Env) (Step, error) {
	return Func(func(d *document.Document) error {
		d.Terminate()
		return nil
	}), nil
}

// Fail raises an error, a fail_processor_exception.
type Fail struct {
	Message string // template
}

func readFail(o *Options) Processor { return Fail{Message: o.String("message")} }

// Compile implements Processor.
func (f Fail) Compile(Env) (Step, error) {
	message, err := template.Compile(f.Message)
	if err != nil {
		return nil, InOption("message", err)
	}
	return Func(func(d *document.Document) error {
		return &document.Exception{Class: document.FailProcessor, Message: message.Execute(d)}
	}), nil
}

// Pipeline runs another pipeline on the document.
type Pipeline struct {
	PipelineName  string // template
	IgnoreMissing bool   // a pipeline that does not exist does nothing
}

func readPipeline(o *Options) Processor {
	return Pipeline{PipelineName: o.String("name"), IgnoreMissing: o.Bool("ignore_missing_pipeline", false)}
}

// Compile implements Processor. Whether the pipeline exists is known only when
// it is called: Elasticsearch accepts one that does not exist yet.
func (p Pipeline) Compile(env Env) (Step, error) {
	name, err := template.Compile(p.PipelineName)
	if err != nil {
		return nil, InOption("name", err)
	}
	return Func(func(d *document.Document) error {
		called := name.Execute(d)
		if known, err := env.Call(d, called); known || p.IgnoreMissing {
			return err
		}
		return document.Throwf(document.IllegalState, "Pipeline processor configured for non-existent pipeline [%s]", called)
	}), nil
}
