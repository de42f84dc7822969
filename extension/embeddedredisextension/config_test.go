package embeddedredisextension

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

func TestDefaultConfigIsValid(t *testing.T) {
	require.NoError(t, createDefaultConfig().(*Config).Validate())
}

func TestValidateNamesTheKey(t *testing.T) {
	for name, tc := range map[string]struct {
		config map[string]any
		want   []string // parts of the message; none is valid
	}{
		"loopback by name":      {config: map[string]any{"endpoint": "localhost:1"}},
		"loopback by address":   {config: map[string]any{"endpoint": "127.0.0.2:1"}},
		"loopback of IPv6":      {config: map[string]any{"endpoint": "[::1]:1"}},
		"port chosen by the OS": {config: map[string]any{"endpoint": "localhost:0"}},
		"every interface":       {config: map[string]any{"endpoint": "0.0.0.0:1"}, want: []string{"endpoint: ", "not a loopback address"}},
		"no host":               {config: map[string]any{"endpoint": ":1"}, want: []string{"endpoint: ", "not a loopback address"}},
		"another machine":       {config: map[string]any{"endpoint": "redis.example:1"}, want: []string{"endpoint: ", "not a loopback address"}},
		"no port":               {config: map[string]any{"endpoint": "localhost"}, want: []string{"endpoint: ", "is not host:port"}},
		"port out of range":     {config: map[string]any{"endpoint": "localhost:65536"}, want: []string{"endpoint: ", `port "65536"`}},
		"every problem at once": {
			config: map[string]any{"endpoint": "0.0.0.0:1", "max_stream_length": -1},
			want:   []string{"endpoint: ", "max_stream_length: -1 must not be negative"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := createDefaultConfig().(*Config)
			require.NoError(t, confmap.NewFromStringMap(tc.config).Unmarshal(cfg))
			err := cfg.Validate()
			if tc.want == nil {
				require.NoError(t, err)
			}
			for _, part := range tc.want {
				assert.ErrorContains(t, err, part)
			}
		})
	}
}
