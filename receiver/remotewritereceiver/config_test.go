package remotewritereceiver

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"

	"github.com/sluice-otel/sluice/internal/bytesize"
)

func load(t *testing.T, text string) *Config {
	t.Helper()
	var raw map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(text), &raw))
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, confmap.NewFromStringMap(raw).Unmarshal(cfg))
	return cfg
}

func TestSettingsAreRead(t *testing.T) {
	cfg := load(t, `
endpoint: 0.0.0.0:9009
max_request_body_size: 1000000
compression_algorithms: [snappy, zstd]
paths: [/write]
tenant: {header: X-Tenant, resource_attribute: tenant, required: true}
type_inference: suffix
reassembly: {max_bytes: 1MiB, max_age: 5s, on_incomplete: drop}
series_cache: {max_bytes: 0}
limits: {in_flight: 1GiB, decoded_size: 8MiB, series: 10}
overload_status: 429
`)
	require.NoError(t, cfg.Validate())
	assert.Equal(t, "0.0.0.0:9009", cfg.NetAddr.Endpoint)
	assert.Equal(t, []string{"/write"}, cfg.Paths)
	assert.Equal(t, TenantConfig{Header: "X-Tenant", ResourceAttribute: "tenant", Required: true}, cfg.Tenant)
	assert.Equal(t, ReassemblyConfig{MaxBytes: bytesize.MiB, MaxAge: 5 * time.Second, OnIncomplete: IncompleteDrop}, cfg.Reassembly)
	assert.Equal(t, bytesize.GiB, cfg.Limits.InFlight)
	assert.Equal(t, 10, cfg.Limits.Series)
	assert.True(t, cfg.KeepAlivesEnabled)
}

func TestEveryMistakeIsNamedByItsKey(t *testing.T) {
	for text, want := range map[string]string{
		"paths: []":                          "paths: at least one is needed",
		"paths: [write]":                     `paths: "write" is not a path such as /api/v1/write`,
		"paths: ['/a/{b}']":                  `paths: "/a/{b}" is not a path such as /api/v1/write`,
		"compression_algorithms: [lz4]":      `compression_algorithms: "lz4" is not one of ["snappy" "gzip" "zstd" ""]`,
		"type_inference: guess":              `type_inference: "guess" is neither off, metadata nor suffix`,
		"overload_status: 500":               "overload_status: 500 is neither 503 nor 429",
		"tenant: {required: true}":           "tenant::header: must be set, because another key of tenant is",
		"tenant: {resource_attribute: x}":    "tenant::header: must be set, because another key of tenant is",
		"reassembly: {on_incomplete: keep}":  `reassembly::on_incomplete: "keep" is neither passthrough nor drop`,
		"reassembly: {max_age: 10ms}":        "reassembly::max_age: 10ms must be at least 1s",
		"limits: {series: 0}":                "limits::series: 0 must be at least 1",
		"limits: {label_value_length: -1}":   "limits::label_value_length: -1 must be at least 1",
		"limits: {in_flight: 100MiB}":        "limits::in_flight: 100MiB must be at least max_request_body_size, decoded_size and batch_size together (176MiB), or the largest requests could never be accepted",
		"{overload_status: 1, paths: [a b]}": "paths: \"a b\" is not a path such as /api/v1/write\noverload_status: 1 is neither 503 nor 429",
	} {
		assert.EqualError(t, load(t, text).Validate(), want, text)
	}
}

func TestNothingNeedsToWaitForNoTime(t *testing.T) {
	require.NoError(t, load(t, "reassembly: {max_bytes: 0, max_age: 0s}").Validate())
}
