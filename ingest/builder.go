package ingest

import (
	"fmt"

	"github.com/sluice-otel/sluice/ingest/definition"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/step"
)

// A Builder puts a pipeline together in Go, from typed processors. It does the
// same as a definition with the same processors.
type Builder struct {
	pipeline  definition.Pipeline
	body      []built
	onFailure []built
}

// built is a processor with what is common to all types.
type built struct {
	processor step.Processor
	common    definition.Processor // without type, path and on_failure
	onFailure []built
}

// NewPipeline returns a pipeline without processors. Compile takes it through
// WithPipelines.
func NewPipeline(name string) *Builder {
	return &Builder{pipeline: definition.Pipeline{Name: name}}
}

// Flexible sets the pipeline's field_access_pattern to flexible.
func (b *Builder) Flexible() *Builder {
	b.pipeline.Flexible = true
	return b
}

// Add adds a processor.
func (b *Builder) Add(p step.Processor, settings ...Setting) *Builder {
	b.body = append(b.body, newBuilt(p, settings))
	return b
}

// OnFailure adds a processor to those that run when one fails and does not
// handle it; the pipeline ends after them.
func (b *Builder) OnFailure(p step.Processor, settings ...Setting) *Builder {
	b.onFailure = append(b.onFailure, newBuilt(p, settings))
	return b
}

func newBuilt(p step.Processor, settings []Setting) built {
	out := built{processor: p}
	for _, s := range settings {
		s(&out)
	}
	return out
}

// A Setting is an option that every processor has.
type Setting func(*built)

// If runs the processor where a Painless condition holds.
func If(condition string) Setting {
	return func(b *built) {
		b.common.If = &definition.Node{Kind: document.KindString, Scalar: document.String(condition)}
	}
}

// Tag names the processor in failures and metrics.
func Tag(tag string) Setting {
	return func(b *built) { b.common.Tag = tag }
}

// IgnoreFailure goes on with the next processor if this one fails.
func IgnoreFailure() Setting {
	return func(b *built) { b.common.IgnoreFailure = true }
}

// OnFailure runs a processor if this one fails, then goes on with the next. It
// may be given several times.
func OnFailure(p step.Processor, settings ...Setting) Setting {
	return func(b *built) { b.onFailure = append(b.onFailure, newBuilt(p, settings)) }
}

// WithPipelines compiles the built pipelines, too; they and those of the sources
// can call each other.
func WithPipelines(pipelines ...*Builder) Option {
	return func(c *compiler) { c.built = append(c.built, pipelines...) }
}

func (c *compiler) builder(b *Builder) {
	def := b.pipeline
	def.Processors = c.definitions("processors", b.body)
	def.OnFailure = c.definitions("on_failure", b.onFailure)
	c.add(&def)
}

// definitions returns what a file would have said of the processors, but for
// their options: those are typed.
func (c *compiler) definitions(path string, list []built) []definition.Processor {
	out := make([]definition.Processor, len(list))
	for i, b := range list {
		out[i] = b.common
		out[i].Type = c.registry.NameOf(b.processor)
		out[i].Path = fmt.Sprintf("%s[%d].%s", path, i, out[i].Type)
		out[i].OnFailure = c.definitions(out[i].Path+".on_failure", b.onFailure)
		c.typed[&out[i]] = b.processor
	}
	return out
}
