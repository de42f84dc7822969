package remotewriteexporter

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"
)

// The examples of the README are configurations.
func TestReadmeExamplesAreValid(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	blocks := strings.Split(string(text), "```yaml\n")[1:]
	require.Len(t, blocks, 2)
	for _, block := range blocks {
		example, _, _ := strings.Cut(block, "```")
		var raw struct {
			Exporters map[string]map[string]any `yaml:"exporters"`
		}
		require.NoError(t, yaml.Unmarshal([]byte(example), &raw))
		cfg := NewFactory().CreateDefaultConfig().(*Config)
		require.NoError(t, confmap.NewFromStringMap(raw.Exporters["remote_write"]).Unmarshal(cfg))
		require.NoError(t, confmap.Validate(cfg))
	}
}
