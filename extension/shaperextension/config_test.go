package shaperextension

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

func TestDefaultConfigIsValid(t *testing.T) {
	require.NoError(t, confmap.Validate(createDefaultConfig()))
}

func TestValidateNamesTheKey(t *testing.T) {
	for name, tc := range map[string]struct {
		config map[string]any
		want   []string
	}{
		"one line":    {config: map[string]any{"policies": map[string]any{"ingest": map[string]any{"rate": "1Gbit", "receivers": []any{"otlp"}, "per_source": map[string]any{}}}}},
		"a policy":    {config: map[string]any{"policies": map[string]any{"a": map[string]any{}}}, want: []string{"policies: a::rate: is missing"}},
		"unsupported": {config: map[string]any{"on_unsupported": "panic"}, want: []string{`on_unsupported: "panic"`}},
		"talkers":     {config: map[string]any{"top_talkers": map[string]any{"interval": "1ms", "count": -1}}, want: []string{"top_talkers::interval: 1ms", "top_talkers::count: -1"}},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := createDefaultConfig()
			require.NoError(t, confmap.NewFromStringMap(tc.config).Unmarshal(cfg))
			err := confmap.Validate(cfg)
			if tc.want == nil {
				require.NoError(t, err)
			}
			for _, part := range tc.want {
				assert.ErrorContains(t, err, part)
			}
		})
	}
}

func TestMisspeltKeyIsExplained(t *testing.T) {
	err := confmap.NewFromStringMap(map[string]any{"control_sockets": "x"}).Unmarshal(createDefaultConfig())
	require.ErrorContains(t, err, `did you mean "control_socket"?`)
}
