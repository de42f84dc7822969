package flatbuffersreceiver

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"

	"github.com/sluice-otel/sluice/internal/bytesize"
)

func TestDefaultConfigIsValid(t *testing.T) {
	require.NoError(t, createDefaultConfig().(*Config).Validate())
}

func TestConfigIsReadByItsKeys(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, confmap.NewFromStringMap(map[string]any{
		"endpoint": "0.0.0.0:1", "max_recv_msg_size_mib": 4, "output": "messages", "retry_after": "5s",
		"limits": map[string]any{"in_flight": "1GiB", "batch_size": "64MiB", "records": 10, "values": 20, "depth": 3},
	}).Unmarshal(cfg))
	require.NoError(t, cfg.Validate())
	assert.Equal(t, "0.0.0.0:1", cfg.NetAddr.Endpoint)
	assert.Equal(t, OutputMessages, cfg.Output)
	assert.Equal(t, 5*time.Second, cfg.RetryAfter)
	assert.Equal(t, LimitsConfig{InFlight: bytesize.GiB, BatchSize: 64 * bytesize.MiB, Records: 10, Values: 20, Depth: 3}, cfg.Limits)
}

func TestMisspeltKeyIsNamed(t *testing.T) {
	err := confmap.NewFromStringMap(map[string]any{"outptu": "records"}).Unmarshal(createDefaultConfig().(*Config))
	require.ErrorContains(t, err, `outptu: there is no such key; did you mean "output"?`)
}

func TestEveryMistakeIsReportedByItsKey(t *testing.T) {
	for want, change := range map[string]func(*Config){
		`output: "record" is neither records nor messages`: func(c *Config) { c.Output = "record" },
		"retry_after: 0s must be between 10ms and 1h":      func(c *Config) { c.RetryAfter = 0 },
		"max_recv_msg_size_mib: 0 must be at least 1":      func(c *Config) { c.MaxRecvMsgSizeMiB = 0 },
		"limits::records: 0 must be at least 1":            func(c *Config) { c.Limits.Records = 0 },
		"limits::values: -1 must be at least 1":            func(c *Config) { c.Limits.Values = -1 },
		"limits::batch_size: 1GiB must be at most 512MiB":  func(c *Config) { c.Limits.BatchSize, c.Limits.InFlight = bytesize.GiB, 2*bytesize.GiB },
		"limits::depth: 65 must be at most 64":             func(c *Config) { c.Limits.Depth = 65 },
		"limits::in_flight: 1MiB must be at least max_recv_msg_size_mib and batch_size together (144MiB), or the largest batches could never be accepted": func(c *Config) { c.Limits.InFlight = bytesize.MiB },
	} {
		cfg := createDefaultConfig().(*Config)
		change(cfg)
		require.EqualError(t, cfg.Validate(), want)
	}
}
