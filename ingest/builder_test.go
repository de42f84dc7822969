package ingest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/step"
)

func TestABuiltPipelineDoesWhatItsDefinitionWould(t *testing.T) {
	b := ingest.NewPipeline("p").Flexible().
		Add(step.Set{Field: "a.b", Value: document.String("{{{n}}}")}).
		Add(step.Pipeline{PipelineName: "inner"}, ingest.Tag("call")).
		Add(step.ForEach{Field: "list", Processor: step.Uppercase{TextField: step.TextField{Field: "_ingest._value"}}}).
		Add(step.Fail{Message: "ignored"}, ingest.IgnoreFailure()).
		Add(step.Fail{Message: "handled"}, ingest.OnFailure(step.Append{Field: "seen", Value: document.String("1")}, ingest.If("ctx.n == 1")),
			ingest.OnFailure(step.Append{Field: "seen", Value: document.String("2")})).
		Add(step.Fail{Message: "last"}, ingest.Tag("t")).
		OnFailure(step.Set{Field: "e", Value: document.String("{{{_ingest.on_failure_processor_type}}} {{{_ingest.on_failure_processor_tag}}}")})
	set, err := ingest.Compile([]ingest.Source{source("inner", "- set: {field: x.y, value: 1}\n")}, ingest.WithPipelines(b))
	require.NoError(t, err)
	p, _ := set.Pipeline("p")
	d := document.New(time.Time{})
	d.Source().Put("n", document.Integer(1))
	l := d.NewList()
	l.Append(document.String("x"))
	d.Source().Put("list", document.ListOf(l))
	require.NoError(t, p.Run(d))
	assert.JSONEq(t, `{"n":1,"list":["X"],"a.b":"1","x":{"y":1},"seen":["1","2"],"e":"fail t"}`,
		string(document.MapOf(d.Source()).AppendJSON(nil)))
}

func TestMistakesOfABuiltPipelineNameItsProcessors(t *testing.T) {
	_, err := ingest.Compile([]ingest.Source{source("p", "")}, ingest.WithPipelines(
		ingest.NewPipeline("p").
			Add(step.Set{Field: "a..b"}).
			Add(step.Drop{}, ingest.If("ctx."), ingest.OnFailure(step.Set{Field: ""})).
			Add(typed{}),
	))
	require.EqualError(t, err, `pipeline "p": another file defines a pipeline of this name
pipeline "p": processors[0].set: field: path [a..b] is not valid
pipeline "p": processors[1].drop: if: 1:5: unexpected token the end of the source was expecting a name.
	ctx.
	    ^
pipeline "p": processors[1].drop.on_failure[0].set: field: path cannot be null nor empty
pipeline "p": processors[2].typed: cannot be compiled`)
}

// Every type that definitions can have can be built, and is known by its name.
func TestEveryTypeIsKnownByItsProcessor(t *testing.T) {
	registry, err := step.NewRegistry(step.Builtin()...)
	require.NoError(t, err)
	for _, typ := range step.Builtin() {
		processor := typ.Read(&step.Options{})
		if _, err := processor.Compile(nil); err != nil && strings.Contains(err.Error(), "not supported") {
			continue // nothing to build
		}
		name := registry.NameOf(processor)
		if name != typ.Name { // ip_location is another name of geoip
			assert.Contains(t, []string{"geoip", "ip_location"}, name, typ.Name)
		}
	}
}
