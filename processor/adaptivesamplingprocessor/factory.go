package adaptivesamplingprocessor

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"
	"go.uber.org/fx"

	"github.com/sluice-otel/sluice/internal/adaptivesampling"
	"github.com/sluice-otel/sluice/internal/fxcomponent"
	"github.com/sluice-otel/sluice/processor/adaptivesamplingprocessor/internal/metadata"
)

// NewFactory returns the factory of the adaptive sampling processor.
func NewFactory() processor.Factory {
	return processor.NewFactory(metadata.Type, createDefaultConfig, processor.WithMetrics(createMetrics, metadata.MetricsStability))
}

func createDefaultConfig() component.Config {
	return &Config{Config: adaptivesampling.DefaultConfig()}
}

func createMetrics(_ context.Context, set processor.Settings, cfg component.Config, next consumer.Metrics) (processor.Metrics, error) {
	var s *sampler
	lifecycle, err := fxcomponent.New(set.TelemetrySettings, Module(cfg.(*Config), next), fx.Populate(&s))
	if err != nil {
		return nil, err
	}
	return struct {
		*fxcomponent.Component
		*sampler
	}{lifecycle, s}, nil
}

// Module is the processor as part of an object graph that has
// component.TelemetrySettings.
func Module(cfg *Config, next consumer.Metrics) fx.Option {
	return fx.Module("adaptive_sampling",
		fx.Supply(cfg, fx.Annotate(next, fx.As(new(consumer.Metrics)))),
		fx.Provide(newClock, newTelemetry, newSampler),
	)
}

// A clock tells the time; tests have their own.
type clock func() time.Time

func newClock() clock { return time.Now }
