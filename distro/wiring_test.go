package main

import (
	"bytes"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"

	"github.com/sluice-otel/sluice/distro/demo"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/step"
	"github.com/sluice-otel/sluice/internal/ratecontrol"
)

func run(t *testing.T, root *cobra.Command, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(args)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

func TestCollectorCommandsAreUntouchedAndOursAreAdded(t *testing.T) {
	root, err := newRootCommand(Command(demo.NewCommand))
	require.NoError(t, err)
	var names []string
	for _, c := range root.Commands() {
		names = append(names, c.Name())
	}
	assert.Subset(t, names, []string{"validate", "components", "featuregate", "print-config", "demo"})
}

// acmeStep stands for a processor of somebody else's.
func acmeStep() step.Type {
	return step.Type{Name: "acme", Read: func(*step.Options) step.Processor { return acme{} }}
}

type acme struct{}

func (acme) Compile(step.Env) (step.Step, error) {
	return step.Func(func(*document.Document) error { return nil }), nil
}

const acmePipeline = `yaml:
receivers: {otlp: {protocols: {http: }}}
processors: {ingest: {definitions: {p: {processors: [{acme: {}}]}}}}
exporters: {debug: }
service: {pipelines: {logs: {receivers: [otlp], processors: [ingest], exporters: [debug]}}}`

func TestOneLineAddsAnIngestProcessor(t *testing.T) {
	without, err := newRootCommand()
	require.NoError(t, err)
	_, err = run(t, without, "validate", "--config", acmePipeline)
	require.ErrorContains(t, err, "No processor type exists with name [acme]")

	with, err := newRootCommand(IngestProcessor(acmeStep))
	require.NoError(t, err)
	out, err := run(t, with, "validate", "--config", acmePipeline)
	require.NoError(t, err, out)
}

const acmeSampling = `yaml:
receivers: {otlp: {protocols: {http: }}}
processors: {adaptive_sampling: {law: acme}}
exporters: {remote_write: {endpoint: "http://localhost:1", sampling: {law: acme}}}
service: {pipelines: {metrics: {receivers: [otlp], processors: [adaptive_sampling], exporters: [remote_write]}}}`

// acmeLaw stands for a law of somebody else's.
func acmeLaw() ratecontrol.LawType {
	return ratecontrol.LawType{Name: "acme", New: func(l ratecontrol.Limits) ratecontrol.Law { return ratecontrol.NewStep(l) }}
}

func TestOneLineAddsALaw(t *testing.T) {
	without, err := newRootCommand()
	require.NoError(t, err)
	_, err = run(t, without, "validate", "--config", acmeSampling)
	for _, key := range []string{"processors::adaptive_sampling", "exporters::remote_write::sampling"} {
		require.ErrorContains(t, err, key+`: law: "acme" is not one of ["rate_match" "step"]`)
	}
	with, err := newRootCommand(Law(acmeLaw))
	require.NoError(t, err)
	out, err := run(t, with, "validate", "--config", acmeSampling)
	require.NoError(t, err, out)
}

func TestOneLineAddsAComponent(t *testing.T) {
	factory := extension.NewFactory(component.MustNewType("acme"), nil, nil, component.StabilityLevelAlpha)
	root, err := newRootCommand(Extension(func() extension.Factory { return factory }))
	require.NoError(t, err)
	require.NotNil(t, root)
}

func TestValidateWarnsOfWhatCanBeLost(t *testing.T) {
	root, err := newRootCommand()
	require.NoError(t, err)
	out, err := run(t, root, "validate", "--config", `yaml:
receivers: {redis_streams: {logs: {streams: [s]}}}
processors: {batch: }
exporters: {otlp: {endpoint: "localhost:1"}}
service: {pipelines: {logs: {receivers: [redis_streams], processors: [batch], exporters: [otlp]}}}`)
	require.NoError(t, err)
	assert.Contains(t, out, "warning: receivers::redis_streams acknowledges what can still be lost: pipeline logs: processors::batch")
	assert.Contains(t, out, "exporters::otlp has its sending queue in memory")
}
