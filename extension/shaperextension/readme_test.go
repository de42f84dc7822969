package shaperextension

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"
)

// The configurations of the README are valid.
func TestExamplesAreValid(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	n := 0
	for block := range strings.SplitSeq(string(text), "```yaml\n") {
		body, _, isBlock := strings.Cut(block, "\n```")
		if !isBlock || !strings.HasPrefix(body, "extensions:") {
			continue
		}
		var conf map[string]any
		require.NoError(t, yaml.Unmarshal([]byte(body), &conf))
		cfg := createDefaultConfig()
		sub, err := confmap.NewFromStringMap(conf).Sub("extensions::shaper")
		require.NoError(t, err)
		require.NoError(t, sub.Unmarshal(cfg))
		assert.NoError(t, confmap.Validate(cfg))
		n++
	}
	assert.Equal(t, 2, n)
}
