package ingest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/document"
)

// rerouted takes a document of logs-in-default through the pipeline in.
func rerouted(t *testing.T, defaults []ingest.DefaultPipeline, sources ...ingest.Source) (string, error) {
	t.Helper()
	set, err := ingest.Compile(sources, ingest.WithDefaultPipelines(defaults...))
	require.NoError(t, err)
	p, _ := set.Pipeline("in")
	d := document.New(time.Time{})
	d.Metadata().Put("_index", document.String("logs-in-default"))
	err = p.Run(d)
	return d.Index() + string(document.MapOf(d.Source()).AppendJSON(nil)), err
}

func mark(name, dataset string) ingest.Source {
	return source(name, "- append: {field: seen, value: '{{{_ingest.pipeline}}}'}\n"+
		"- pipeline: {name: sub-"+name+", ignore_missing_pipeline: true}\n- reroute: {dataset: "+dataset+"}\n- fail: {message: never}\n")
}

func TestTheDefaultPipelineOfTheTargetGoesOn(t *testing.T) {
	defaults := []ingest.DefaultPipeline{{Index: "logs-a-*", Pipeline: "a"}, {Index: "logs-*", Pipeline: "rest"}}
	rest := source("rest", "- append: {field: seen, value: rest}\n")
	got, err := rerouted(t, defaults, mark("in", "a"), mark("a", "b"), rest)
	require.NoError(t, err)
	assert.Equal(t, `logs-b-default{"seen":["in","a","rest"],"data_stream":{"type":"logs","dataset":"b","namespace":"default"}}`, got)

	got, err = rerouted(t, nil, mark("in", "a"), mark("a", "b"), rest)
	require.NoError(t, err)
	assert.Contains(t, got, `logs-a-default{"seen":["in"]`)

	got, err = rerouted(t, defaults[:1], mark("in", "x"), mark("a", "b"))
	require.NoError(t, err)
	assert.Contains(t, got, `logs-x-default{"seen":["in"]`)
}

// To where it was already, and by writing _index, is no way to another pipeline.
func TestOnlyAnotherIndexHasAnotherPipeline(t *testing.T) {
	defaults := []ingest.DefaultPipeline{{Index: "*", Pipeline: "other"}}
	other := source("other", "- set: {field: other, value: true}\n")
	got, err := rerouted(t, defaults, mark("in", "in"), other)
	require.NoError(t, err)
	assert.NotContains(t, got, "other")
	got, err = rerouted(t, defaults, source("in", "- set: {field: _index, value: logs-x-default}\n"), other)
	require.NoError(t, err)
	assert.Equal(t, "logs-x-default{}", got)
}

func TestAnIndexComesOnce(t *testing.T) {
	defaults := []ingest.DefaultPipeline{{Index: "logs-a-*", Pipeline: "a"}, {Index: "logs-b-*", Pipeline: "b"}}
	_, err := rerouted(t, defaults, mark("in", "a"), mark("a", "b"), mark("b", "a"))
	require.EqualError(t, err, "index cycle detected while processing pipeline [b] for document [null]: "+
		"[logs-in-default, logs-a-default, logs-b-default, logs-a-default]")
	assert.Equal(t, document.IllegalState, document.ClassOf(err))
}

func TestDefaultPipelinesAreChecked(t *testing.T) {
	_, err := ingest.Compile([]ingest.Source{source("access", "- drop: {}\n")},
		ingest.WithDefaultPipelines(ingest.DefaultPipeline{Index: "[", Pipeline: "acess"}))
	require.ErrorContains(t, err, `default_pipelines: index "[": `)
	require.ErrorContains(t, err, `default_pipelines: there is no pipeline "acess", for [; did you mean "access"?`)
}
