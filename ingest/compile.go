package ingest

import (
	"errors"
	"fmt"
	"slices"

	"github.com/sluice-otel/sluice/ingest/definition"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/painless"
	"github.com/sluice-otel/sluice/ingest/spelling"
	"github.com/sluice-otel/sluice/ingest/step"
	"github.com/sluice-otel/sluice/ingest/useragent"
)

// A Set is a number of pipelines that can call each other.
type Set struct {
	pipelines  map[string]*Pipeline
	processors []ProcessorInfo
	defaults   []DefaultPipeline
	warnings   []*definition.Error
}

// Warnings returns what in the scripts and conditions cannot work, but, as in
// Elasticsearch, fails only when it is reached: calls of methods that no class
// has.
func (s *Set) Warnings() []*definition.Error { return s.warnings }

// Pipeline returns the pipeline of the given name.
func (s *Set) Pipeline(name string) (*Pipeline, bool) {
	p, ok := s.pipelines[name]
	return p, ok
}

// An Option changes how Compile works.
type Option func(*compiler)

// WithTypes adds processor types to those of step.Builtin.
func WithTypes(types ...step.Type) Option {
	return func(c *compiler) { c.types = append(c.types, types...) }
}

// WithFiles says where processors find the databases and expressions their
// options name. Without it a geoip processor tags documents as Elasticsearch does
// without a database, and user_agent has its built-in expressions.
func WithFiles(files step.Files) Option {
	return func(c *compiler) {
		if files.UserAgents == nil {
			files.UserAgents = c.files.UserAgents
		}
		c.files = files
	}
}

// Compile compiles the pipelines. The error joins a *definition.Error for every
// mistake found.
func Compile(sources []Source, opts ...Option) (*Set, error) {
	c := &compiler{
		types: step.Builtin(),
		files: step.Files{UserAgents: useragent.NewLibrary("", "")},
		set:   &Set{pipelines: make(map[string]*Pipeline, len(sources))},
		typed: map[*definition.Processor]step.Processor{},
	}
	for _, o := range opts {
		o(c)
	}
	var err error
	if c.registry, err = step.NewRegistry(c.types...); err != nil {
		return nil, err
	}
	for _, s := range sources {
		c.source(s)
	}
	for _, b := range c.built {
		c.builder(b)
	}
	if len(c.errs) == 0 {
		c.checkDefaults()
	}
	if len(c.errs) > 0 {
		return nil, errors.Join(c.errs...)
	}
	return c.set, nil
}

type compiler struct {
	types    []step.Type
	registry *step.Registry
	files    step.Files
	tracer   Tracer
	built    []*Builder
	typed    map[*definition.Processor]step.Processor // the processors of built
	set      *Set
	errs     []error
	pipeline string // the one being compiled
}

func (c *compiler) source(s Source) {
	data, err := s.Template.Expand(s.File, s.Data)
	if err != nil {
		c.errs = append(c.errs, err)
		return
	}
	root, err := definition.Parse(s.File, data)
	if err != nil {
		c.errs = append(c.errs, err)
		return
	}
	def, err := definition.ReadPipeline(s.Name, root)
	if err != nil {
		c.errs = append(c.errs, err)
	}
	if def != nil {
		c.add(def)
	}
}

func (c *compiler) add(def *definition.Pipeline) {
	c.pipeline = def.Name
	if _, twice := c.set.pipelines[def.Name]; twice {
		c.errs = append(c.errs, &definition.Error{
			Position: def.Position, Pipeline: def.Name, Err: errors.New("another file defines a pipeline of this name"),
		})
	}
	p := &Pipeline{name: def.Name, set: c.set, definition: def}
	p.body, p.onFailure = c.block(def.Processors), c.block(def.OnFailure)
	c.set.pipelines[def.Name] = p
}

func (c *compiler) block(defs []definition.Processor) block {
	out := make(block, 0, len(defs))
	for i := range defs {
		out = append(out, c.node(&defs[i]))
	}
	if c.tracer == nil { // a tracer wants to know what is passed by
		out.chains()
	}
	return out
}

func (c *compiler) node(def *definition.Processor) node {
	n := node{kind: def.Type, tag: def.Tag, ignoreFailure: def.IgnoreFailure, definition: def, tracer: c.tracer, number: c.number(def)}
	n.step = c.step(def)
	if def.If != nil {
		cond, err := painless.CompileCondition(def.If.Scalar.Str())
		if err != nil {
			c.fail(def, def.If.Position, "if", "", err)
		} else {
			c.warn(def, def.If.Position, "if", cond)
		}
		n.condition, n.simple = cond, newComparison(def.If.Scalar.Str())
	}
	n.onFailure = c.block(def.OnFailure)
	return n
}

// number gives a processor its number in the set.
func (c *compiler) number(def *definition.Processor) int {
	c.set.processors = append(c.set.processors, ProcessorInfo{
		Pipeline: c.pipeline, Path: def.Path, Type: def.Type, Tag: def.Tag,
	})
	return len(c.set.processors) - 1
}

func (c *compiler) step(def *definition.Processor) step.Step {
	processor := c.processor(def)
	if processor == nil {
		return nil
	}
	s, err := processor.Compile(env{c})
	if err != nil {
		c.failAll(def, err)
		return nil
	}
	if source, ok := s.(warned); ok {
		c.warn(def, optionPosition(def, &step.OptionError{Option: "source"}), "source", source)
	}
	return s
}

// What is warned of has been compiled, but cannot work as a whole.
type warned interface{ Warnings() []*painless.Error }

func (c *compiler) warn(def *definition.Processor, at definition.Position, option string, source warned) {
	for _, w := range source.Warnings() {
		c.set.warnings = append(c.set.warnings, &definition.Error{
			Position: at, Pipeline: c.pipeline, Processor: def.Path, Option: option, Err: w,
		})
	}
}

// processor returns the typed processor of a definition, nil if there is none or
// it has mistakes.
func (c *compiler) processor(def *definition.Processor) step.Processor {
	if p, ok := c.typed[def]; ok {
		return p
	}
	t, ok := c.registry.Lookup(def.Type)
	if !ok {
		c.fail(def, def.Position, "", spelling.Nearest(def.Type, c.registry.Names()),
			fmt.Errorf("No processor type exists with name [%s]", def.Type)) //nolint:staticcheck // Elasticsearch's text
		return nil
	}
	p, err := step.ReadOptions(t, def)
	if err != nil {
		c.failAll(def, err)
		return nil
	}
	return p
}

// failAll records the errors joined in err, each at the option it is about.
func (c *compiler) failAll(def *definition.Processor, err error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			c.failAll(def, e)
		}
		return
	}
	var option *step.OptionError
	var nested *definition.Error
	switch {
	case errors.Is(err, errReported):
	case errors.As(err, &nested):
		nested.Pipeline = c.pipeline
		c.errs = append(c.errs, nested)
	case errors.As(err, &option):
		c.fail(def, optionPosition(def, option), option.Option, option.Nearest, option.Err)
	default:
		c.fail(def, def.Position, "", "", err)
	}
}

func optionPosition(def *definition.Processor, e *step.OptionError) definition.Position {
	i := slices.IndexFunc(def.Options, func(f definition.Field) bool { return f.Name == e.Option })
	switch {
	case i < 0:
		return def.Position
	case e.Item >= 0 && e.Item < len(def.Options[i].Value.Items):
		return def.Options[i].Value.Items[e.Item].Position
	}
	return def.Options[i].Position
}

func (c *compiler) fail(def *definition.Processor, at definition.Position, option, nearest string, err error) {
	c.errs = append(c.errs, &definition.Error{
		Position: at, Pipeline: c.pipeline, Processor: def.Path, Option: option, Err: err, Nearest: nearest,
	})
}

// env is what steps may use of the pipelines around them.
type env struct{ compiler *compiler }

// Call implements step.Env. The name is looked up for every call, because
// Elasticsearch accepts a pipeline that calls one which does not exist yet.
func (e env) Call(d *document.Document, name string) (bool, error) {
	p, ok := e.compiler.set.pipelines[name]
	if !ok {
		return false, nil
	}
	return true, p.call(d)
}

// errReported stands for mistakes that are in compiler.errs already.
var errReported = errors.New("mistakes in a nested processor")

// Compile implements step.Env. As in Elasticsearch a nested processor is not
// traced.
func (e env) Compile(def *definition.Processor) (step.Step, error) {
	c := e.compiler
	mistakes, tracer := len(c.errs), c.tracer
	c.tracer = nil
	n := c.node(def)
	c.tracer = tracer
	if len(c.errs) > mistakes {
		return nil, errReported
	}
	return step.Func(n.exec), nil
}

// Files implements step.Env.
func (e env) Files() step.Files { return e.compiler.files }
