package redisstreamsreceiver

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"
	"go.uber.org/fx"

	"github.com/sluice-otel/sluice/internal/fxcomponent"
	"github.com/sluice-otel/sluice/receiver/redisstreamsreceiver/internal/metadata"
)

// NewFactory returns the factory of the redis_streams receiver.
func NewFactory() receiver.Factory {
	return receiver.NewFactory(metadata.Type, createDefaultConfig,
		receiver.WithLogs(createLogs, metadata.LogsStability),
		receiver.WithMetrics(createMetrics, metadata.MetricsStability),
		receiver.WithTraces(createTraces, metadata.TracesStability))
}

func createDefaultConfig() component.Config {
	return &Config{
		Endpoint:    "localhost:6379",
		Group:       "otelcol",
		Start:       startOldest,
		OnGroupLost: lostContinue,
		Count:       1000,
		Block:       2 * time.Second,
		Lanes:       4,
		Ordering:    orderingNone,
		AfterAck:    afterAckKeep,
		Payload: PayloadConfig{
			Fields:  []string{"body", "data", "payload", "message", "value"},
			Missing: missingDeadLetter, Compression: compressionNone, MaxSize: 16 << 20,
		},
		Attributes:  AttributesConfig{MessageID: true, TraceContext: true},
		MaxInFlight: InFlightConfig{Messages: 65_536, Bytes: 64 << 20},
		Retry:       RetryConfig{InitialInterval: 100 * time.Millisecond, MaxInterval: 30 * time.Second},
		Reclaim:     ReclaimConfig{MinIdle: 5 * time.Minute, Interval: 15 * time.Second},
		DeadLetter:  DeadLetterConfig{Suffix: ":dlq", MaxDeliveries: 5, MaxLength: 100_000},
		Deduplicate: DeduplicateConfig{Window: 10 * time.Minute, MaxKeys: 1_000_000},
		Checkpoint: CheckpointConfig{
			Retention: 10 * time.Minute, MaxSize: 256 << 20, OnAmbiguous: ambiguousRedeliver,
		},
		DrainTimeout: 30 * time.Second,
		Logs:         SignalConfig{Encoding: EncodingRaw},
		Metrics:      SignalConfig{Encoding: EncodingOTLPProto},
		Traces:       SignalConfig{Encoding: EncodingOTLPProto},
	}
}

func createLogs(_ context.Context, set receiver.Settings, cfg component.Config, next consumer.Logs) (receiver.Logs, error) {
	return create(set, LogsModule(cfg.(*Config), next))
}

func createMetrics(_ context.Context, set receiver.Settings, cfg component.Config, next consumer.Metrics) (receiver.Metrics, error) {
	return create(set, MetricsModule(cfg.(*Config), next))
}

func createTraces(_ context.Context, set receiver.Settings, cfg component.Config, next consumer.Traces) (receiver.Traces, error) {
	return create(set, TracesModule(cfg.(*Config), next))
}

func create(set receiver.Settings, signal fx.Option) (*fxcomponent.Component, error) {
	return fxcomponent.New(set.TelemetrySettings, fx.Supply(set), signal)
}

// LogsModule is the receiver of a logs pipeline as part of an object graph that
// has receiver.Settings, component.TelemetrySettings, a *zap.Logger and a
// *fxcomponent.Host.
func LogsModule(cfg *Config, next consumer.Logs) fx.Option {
	return module(cfg, "logs", cfg.Logs, fx.Supply(fx.Annotate(next, fx.As(new(consumer.Logs)))), newLogsCodec)
}

// MetricsModule is LogsModule for a metrics pipeline.
func MetricsModule(cfg *Config, next consumer.Metrics) fx.Option {
	return module(cfg, "metrics", cfg.Metrics, fx.Supply(fx.Annotate(next, fx.As(new(consumer.Metrics)))), newMetricsCodec)
}

// TracesModule is LogsModule for a traces pipeline.
func TracesModule(cfg *Config, next consumer.Traces) fx.Option {
	return module(cfg, "traces", cfg.Traces, fx.Supply(fx.Annotate(next, fx.As(new(consumer.Traces)))), newTracesCodec)
}

func module(cfg *Config, name signalName, signal SignalConfig, next fx.Option, newCodec any) fx.Option {
	return fx.Module("redis_streams",
		fx.Supply(cfg, name, streamNames(signal.Streams)),
		next,
		fx.Provide(newTelemetry, newObserver, newCodec, newReceiver),
		fx.Invoke(func(*streamsReceiver) {}),
	)
}
