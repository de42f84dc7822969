package remotewritereceiver

import (
	"context"
	"net/http"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"
	"go.uber.org/fx"

	"github.com/sluice-otel/sluice/internal/admission"
	"github.com/sluice-otel/sluice/internal/bytesize"
	"github.com/sluice-otel/sluice/internal/fxcomponent"
	"github.com/sluice-otel/sluice/receiver/remotewritereceiver/internal/metadata"
)

// NewFactory returns the factory of the remote-write receiver.
func NewFactory() receiver.Factory {
	return receiver.NewFactory(metadata.Type, createDefaultConfig,
		receiver.WithMetrics(createMetrics, metadata.MetricsStability))
}

func createDefaultConfig() component.Config {
	server := confighttp.NewDefaultServerConfig()
	server.NetAddr.Endpoint = "localhost:9363"
	server.MaxRequestBodySize = int64(16 * bytesize.MiB)
	server.CompressionAlgorithms = []string{encodingSnappy}
	server.ReadHeaderTimeout = 10 * time.Second
	server.ReadTimeout = 30 * time.Second // a body that trickles in must not stay for ever
	return &Config{
		ServerConfig:  server,
		Paths:         []string{"/api/v1/write", "/api/v1/push"},
		TypeInference: InferMetadata,
		Reassembly: ReassemblyConfig{
			MaxBytes:     32 * bytesize.MiB,
			MaxAge:       30 * time.Second,
			OnIncomplete: IncompletePassthrough,
		},
		SeriesCache: SeriesCacheConfig{MaxBytes: 64 * bytesize.MiB},
		Limits: LimitsConfig{
			InFlight:         256 * bytesize.MiB,
			DecodedSize:      32 * bytesize.MiB,
			BatchSize:        128 * bytesize.MiB,
			Series:           100_000,
			Symbols:          500_000,
			Exemplars:        50_000,
			Labels:           256,
			LabelNameLength:  1024,
			LabelValueLength: 16_384,
			Buckets:          4096,
		},
		OverloadStatus: http.StatusServiceUnavailable,
	}
}

func createMetrics(_ context.Context, set receiver.Settings, cfg component.Config, next consumer.Metrics) (receiver.Metrics, error) {
	return fxcomponent.New(set.TelemetrySettings, fx.Supply(set), Module(cfg.(*Config), next), fx.Invoke(func(*server) {}))
}

// Module is the receiver as part of an object graph that has receiver.Settings,
// component.TelemetrySettings, a *zap.Logger and a *fxcomponent.Host.
func Module(cfg *Config, next consumer.Metrics) fx.Option {
	return fx.Module("remote_write",
		fx.Supply(cfg, &cfg.Reassembly, fx.Annotate(next, fx.As(new(consumer.Metrics)))),
		fx.Provide(newClock, newTelemetry, newMemory, newAdmission, newStyle, newHandler, newServer),
		fx.Invoke(observe),
	)
}

// A clock tells the time; tests have their own.
type clock func() time.Time

func newClock() clock { return time.Now }

func newMemory(cfg *Config, now clock, t *telemetry) *memory {
	m := &memory{
		series:   newSeriesCache(int64(cfg.SeriesCache.MaxBytes)),
		families: newFamilies(now, t.flipped),
		targets:  newTargets(),
		buffer:   newBuffer(&cfg.Reassembly, now),
		waiting:  newWaitingExemplars(now, t.exemplarsDropped),
		sharing:  sharingWorks(),
		points:   newPointBlocks(),
	}
	if m.sharing {
		m.types = typeLists()
	}
	return m
}

func newAdmission(cfg *Config) *admission.Admission { return admission.New(int64(cfg.Limits.InFlight)) }

func newStyle(set receiver.Settings, cfg *Config) style {
	return style{receiverVersion: set.BuildInfo.Version, tenantAttribute: cfg.Tenant.ResourceAttribute}
}

// observe begins the self-metrics that are measured when asked for.
func observe(lc fx.Lifecycle, t *telemetry, m *memory, a *admission.Admission) {
	lc.Append(fx.StartStopHook(func() error { return t.observe(m, a) }, t.stop))
}
