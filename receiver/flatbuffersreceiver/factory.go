package flatbuffersreceiver

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configgrpc"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"
	"go.uber.org/fx"

	"github.com/sluice-otel/sluice/internal/admission"
	"github.com/sluice-otel/sluice/internal/bytesize"
	"github.com/sluice-otel/sluice/internal/fxcomponent"
	"github.com/sluice-otel/sluice/receiver/flatbuffersreceiver/internal/metadata"
	"github.com/sluice-otel/sluice/wire/flatbuffers"
)

// NewFactory returns the factory of the FlatBuffers receiver.
func NewFactory() receiver.Factory {
	return receiver.NewFactory(metadata.Type, createDefaultConfig, receiver.WithLogs(createLogs, metadata.LogsStability))
}

func createDefaultConfig() component.Config {
	server := configgrpc.NewDefaultServerConfig()
	server.NetAddr.Endpoint = "localhost:4319"
	server.MaxRecvMsgSizeMiB = 16
	server.ReadBufferSize = int(512 * bytesize.KiB)
	// Clients notice dead connections by pings; gRPC's own policy would take them for
	// an attack.
	pings := server.Keepalive.Get().EnforcementPolicy.Get()
	pings.MinTime, pings.PermitWithoutStream = 10*time.Second, true
	limits := flatbuffers.DefaultLimits()
	return &Config{
		ServerConfig: server,
		Output:       OutputRecords,
		RetryAfter:   time.Second,
		Limits: LimitsConfig{
			InFlight:  512 * bytesize.MiB,
			BatchSize: bytesize.Size(limits.Memory),
			Records:   limits.Records,
			Values:    limits.Values,
			Depth:     limits.Depth,
		},
	}
}

func createLogs(_ context.Context, set receiver.Settings, cfg component.Config, next consumer.Logs) (receiver.Logs, error) {
	return fxcomponent.New(set.TelemetrySettings, fx.Supply(set), Module(cfg.(*Config), next), fx.Invoke(func(*server) {}))
}

// Module is the receiver as part of an object graph that has receiver.Settings,
// component.TelemetrySettings, a *zap.Logger and a *fxcomponent.Host.
func Module(cfg *Config, next consumer.Logs) fx.Option {
	return fx.Module("flatbuffers",
		fx.Supply(cfg, fx.Annotate(next, fx.As(new(consumer.Logs)))),
		fx.Provide(newTelemetry, newAdmission, newTaker, newService, newServer),
	)
}

func newAdmission(cfg *Config) *admission.Admission { return admission.New(int64(cfg.Limits.InFlight)) }
