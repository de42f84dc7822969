// Package foreign builds a distribution of somebody else's, with the collector
// builder and a builder config that lists components of ours as any third
// party would, and runs it.
package foreign

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const manifest = `dist:
  module: example.com/othercol
  name: othercol
  output_path: OUT

receivers:
  - gomod: github.com/sluice-otel/sluice v0.0.0
    import: github.com/sluice-otel/sluice/receiver/redisstreamsreceiver
processors:
  - gomod: github.com/sluice-otel/sluice v0.0.0
    import: github.com/sluice-otel/sluice/processor/ingestprocessor
exporters:
  - gomod: go.opentelemetry.io/collector/exporter/debugexporter v0.158.0
extensions:
  - gomod: github.com/sluice-otel/sluice v0.0.0
    import: github.com/sluice-otel/sluice/extension/embeddedredisextension
providers:
  - gomod: go.opentelemetry.io/collector/confmap/provider/yamlprovider v1.64.0
  - gomod: go.opentelemetry.io/collector/confmap/provider/fileprovider v1.64.0
  - gomod: go.opentelemetry.io/collector/confmap/provider/envprovider v1.64.0
replaces:
  - github.com/sluice-otel/sluice => ROOT
`

const config = `yaml:
extensions: {embedded_redis: }
receivers: {redis_streams: {endpoint: "localhost:6380", logs: {streams: [s]}}}
processors: {ingest: {definitions: {p: {processors: [{set: {field: a, value: b}}]}}}}
exporters: {debug: }
service:
  extensions: [embedded_redis]
  pipelines: {logs: {receivers: [redis_streams], processors: [ingest], exporters: [debug]}}`

func TestComponentsBuildIntoAForeignDistribution(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a collector")
	}
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	out := t.TempDir()
	file := filepath.Join(out, "builder-config.yaml")
	text := strings.NewReplacer("OUT", filepath.Join(out, "src"), "ROOT", root).Replace(manifest)
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))

	run(t, root, "go", "tool", "builder", "--config", file, "--skip-compilation")
	binary := filepath.Join(out, "othercol")
	// As the Makefile builds the binary, so that what is compiled already is reused.
	t.Setenv("CGO_ENABLED", "0")
	run(t, filepath.Join(out, "src"), "go", "build", "-trimpath", "-o", binary, ".")

	listed := run(t, out, binary, "components")
	for _, name := range []string{"redis_streams", "ingest", "embedded_redis"} {
		assert.Contains(t, listed, name)
	}
	run(t, out, binary, "validate", "--config", config)
}

func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s %s:\n%s", name, strings.Join(args, " "), out)
	return string(out)
}
