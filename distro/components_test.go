package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.yaml.in/yaml/v3"
)

const ownModule = "github.com/sluice-otel/sluice"

type builderConfig struct {
	Receivers, Processors, Exporters, Connectors, Extensions, Providers []struct {
		GoMod  string `yaml:"gomod"`
		Import string `yaml:"import"`
	}
}

// modules returns module → version as builder-config.yaml lists them.
func modules(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile("../builder-config.yaml")
	require.NoError(t, err)
	var cfg builderConfig
	require.NoError(t, yaml.Unmarshal(data, &cfg))
	out := map[string]string{}
	for _, list := range [][]struct {
		GoMod  string `yaml:"gomod"`
		Import string `yaml:"import"`
	}{cfg.Receivers, cfg.Processors, cfg.Exporters, cfg.Connectors, cfg.Extensions, cfg.Providers} {
		for _, c := range list {
			module, version, ok := strings.Cut(c.GoMod, " ")
			require.True(t, ok, "gomod: %q", c.GoMod)
			out[module] = version
		}
	}
	return out
}

// The binary must be what the list says: go.mod decides what is compiled, the
// list what `sluice components` prints.
func TestListedVersionsAreTheOnesBuilt(t *testing.T) {
	listed := modules(t)
	require.NotEmpty(t, listed)
	args := []string{"list", "-m", "-f", "{{.Path}} {{.Version}}"}
	for module := range listed {
		if module != ownModule {
			args = append(args, module)
		}
	}
	out, err := exec.CommandContext(t.Context(), "go", args...).Output()
	require.NoError(t, err)
	for line := range strings.Lines(string(out)) {
		module, version, _ := strings.Cut(strings.TrimSpace(line), " ")
		assert.Equal(t, listed[module], version, "version of %s: builder-config.yaml against go.mod", module)
	}
}

func TestGeneratedComponentsNameEveryListedModule(t *testing.T) {
	source, err := os.ReadFile("components.go")
	require.NoError(t, err)
	for module, version := range modules(t) {
		if strings.Contains(module, "/provider/") {
			continue // providers are wired in wiring.go
		}
		assert.Contains(t, string(source), `"`+module+" "+version+`"`)
	}
}

func TestOwnComponentsAreListed(t *testing.T) {
	all, err := components()
	require.NoError(t, err)
	var types []string
	for f := range all.Receivers {
		types = append(types, f.String())
	}
	for f := range all.Processors {
		types = append(types, f.String())
	}
	assert.Contains(t, all.Exporters, component.MustNewType("remote_write"))
	assert.Contains(t, all.Exporters, component.MustNewType("elasticsearch_bulk"))
	for f := range all.Extensions {
		types = append(types, f.String())
	}
	assert.Subset(t, types, []string{
		"redis_streams", "remote_write", "flatbuffers", "ingest", "adaptive_sampling", "embedded_redis", "shaper",
	})
}
