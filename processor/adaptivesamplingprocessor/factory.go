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
	"github.com/sluice-otel/sluice/internal/ratecontrol"
	"github.com/sluice-otel/sluice/processor/adaptivesamplingprocessor/internal/metadata"
)

// An Option changes the factory that NewFactory returns.
type Option func(*settings)

type settings struct{ laws []ratecontrol.LawType }

// WithLaws lets configurations use laws beside ratecontrol.Builtin. The order is of no
// importance; two laws of one name are an error of every configuration.
func WithLaws(laws ...ratecontrol.LawType) Option {
	return func(s *settings) { s.laws = append(s.laws, laws...) }
}

// NewFactory returns the factory of the adaptive sampling processor.
func NewFactory(opts ...Option) processor.Factory {
	s := &settings{}
	for _, o := range opts {
		o(s)
	}
	return processor.NewFactory(metadata.Type, s.createDefaultConfig, processor.WithMetrics(createMetrics, metadata.MetricsStability))
}

func (s *settings) createDefaultConfig() component.Config {
	return &Config{Config: adaptivesampling.DefaultConfig(s.laws...)}
}

func createMetrics(_ context.Context, set processor.Settings, cfg component.Config, next consumer.Metrics) (processor.Metrics, error) {
	var s *sampler
	lifecycle, err := fxcomponent.New(set.TelemetrySettings, fx.Supply(set), Module(cfg.(*Config), next), fx.Populate(&s))
	if err != nil {
		return nil, err
	}
	return struct {
		*fxcomponent.Component
		*sampler
	}{lifecycle, s}, nil
}

// Module is the processor as part of an object graph that has processor.Settings,
// component.TelemetrySettings and a *fxcomponent.Host.
func Module(cfg *Config, next consumer.Metrics) fx.Option {
	return fx.Module("adaptive_sampling",
		fx.Supply(cfg, fx.Annotate(next, fx.As(new(consumer.Metrics)))),
		fx.Provide(newClock, newTelemetry, newSampler),
	)
}

// A clock tells the time; tests have their own.
type clock func() time.Time

func newClock() clock { return time.Now }
