package remotewriteexporter

import (
	"testing"
	"time"

	"github.com/prometheus/otlptranslator"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.uber.org/fx"
	"go.yaml.in/yaml/v3"

	"github.com/sluice-otel/sluice/internal/bytesize"
)

// nopLifecycle is for parts that a test starts by itself.
type nopLifecycle struct{}

func (nopLifecycle) Append(fx.Hook) {}

func load(t *testing.T, text string) (*Config, error) {
	t.Helper()
	var raw map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(text), &raw))
	cfg := NewFactory().CreateDefaultConfig().(*Config)
	cfg.Endpoint = "http://localhost:9090/api/v1/write"
	return cfg, confmap.NewFromStringMap(raw).Unmarshal(cfg)
}

func TestSettingsAreRead(t *testing.T) {
	cfg, err := load(t, `
endpoint: https://metrics.example.com/api/v1/write
headers: {X-Scope-OrgID: shop}
timeout: 10s
protocol: "1.0"
shards: 8
request: {max_samples: 500, max_size: 1MiB}
sending_queue: {queue_size: 1000, batch: {flush_timeout: 1s, min_size: 100, max_size: 1000}}
retry_on_failure: {max_elapsed_time: 1h}
translation:
  strategy: NoTranslation
  namespace: shop
  external_labels: {cluster: a}
  histograms: native
  target_info: false
dead_letter: {path: dead.jsonl, max_size: 1GiB}
`)
	require.NoError(t, err)
	require.NoError(t, cfg.Validate())
	assert.Equal(t, Protocol1, cfg.Protocol)
	assert.Equal(t, RequestConfig{MaxSamples: 500, MaxSize: bytesize.MiB}, cfg.Request)
	assert.Equal(t, time.Hour, cfg.Retry.MaxElapsedTime)
	assert.Equal(t, TranslateConfig{
		Strategy: otlptranslator.NoTranslation, Namespace: "shop", ExternalLabels: map[string]string{"cluster": "a"},
		Histograms: HistogramsNative, ScopeLabels: true, Metadata: true,
	}, cfg.Translate)
	assert.Equal(t, DeadLetterConfig{Path: "dead.jsonl", MaxSize: bytesize.GiB}, cfg.DeadLetter)
	assert.Equal(t, int64(1000), cfg.Queue.Get().QueueSize)
	assert.Equal(t, 1, cfg.Queue.Get().NumConsumers)
}

func TestProtocolNeedsNoQuotes(t *testing.T) {
	for text, want := range map[string]Protocol{`"1.0"`: Protocol1, "1.0": Protocol1, "2.0": Protocol2, "auto": ProtocolAuto} {
		cfg, err := load(t, "protocol: "+text)
		require.NoError(t, err)
		assert.Equal(t, want, cfg.Protocol)
	}
}

func TestEveryMistakeIsNamedByItsKey(t *testing.T) {
	for text, want := range map[string]string{
		"endpoint: localhost:9090":                        `endpoint: "localhost:9090" is not a URL such as http://localhost:9090/api/v1/write`,
		"headers: {user-agent: x}":                        "headers: user-agent says what the request is and cannot be set",
		"headers: {X-Prometheus-Remote-Write-Version: x}": "headers: X-Prometheus-Remote-Write-Version says what the request is and cannot be set",
		"compression: gzip":                               `compression: "gzip" cannot be set, remote write is always compressed with snappy`,
		"protocol: '3'":                                   `protocol: "3" is neither auto, 1.0 nor 2.0`,
		"sending_queue: {num_consumers: 4}":               "sending_queue::num_consumers: 4 must be 1, or series would arrive out of order; shards is how many requests are sent in parallel",
		"shards: 0":                                       "shards: 0 must be at least 1",
		"request: {max_samples: 0}":                       "request::max_samples: 0 must be at least 1",
		"dead_letter: {path: x, max_size: 1}":             "dead_letter::max_size: 1B must be at least 1KiB",
		"translation: {strategy: None}":                   `translation::strategy: "None" is not one of ["UnderscoreEscapingWithSuffixes" "UnderscoreEscapingWithoutSuffixes" "NoUTF8EscapingWithSuffixes" "NoTranslation"]`,
		"translation: {histograms: none}":                 `translation::histograms: "none" is neither classic, native nor both`,
		"translation: {external_labels: {__name__: x}}":   `translation::external_labels: "__name__" needs a name that does not begin with __, and a value`,
		"translation: {external_labels: {cluster: ''}}":   `translation::external_labels: "cluster" needs a name that does not begin with __, and a value`,
	} {
		t.Run(text, func(t *testing.T) {
			cfg, err := load(t, text)
			require.NoError(t, err)
			require.EqualError(t, cfg.Validate(), want)
		})
	}
}

func TestMisspeltKeyIsNamed(t *testing.T) {
	_, err := load(t, "translation: {external_lables: {a: b}}")
	require.ErrorContains(t, err, `did you mean "external_labels"?`)
}
