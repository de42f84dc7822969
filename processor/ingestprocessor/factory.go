package ingestprocessor

import (
	"context"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"
	"go.uber.org/fx"

	"github.com/sluice-otel/sluice/ingest/step"
	"github.com/sluice-otel/sluice/internal/fxcomponent"
	"github.com/sluice-otel/sluice/processor/ingestprocessor/internal/metadata"
)

// An Option changes the factory that NewFactory returns.
type Option func(*settings)

type settings struct{ types []step.Type }

// WithProcessorTypes lets pipelines use processor types beside those of
// step.Builtin. The order is of no importance; two types of one name are an
// error of every configuration.
func WithProcessorTypes(types ...step.Type) Option {
	return func(s *settings) { s.types = append(s.types, types...) }
}

// NewFactory returns the factory of the ingest processor.
func NewFactory(opts ...Option) processor.Factory {
	s := &settings{}
	for _, o := range opts {
		o(s)
	}
	// They may come from an fx value group, which is shuffled.
	slices.SortStableFunc(s.types, func(a, b step.Type) int { return strings.Compare(a.Name, b.Name) })
	return processor.NewFactory(metadata.Type, s.createDefaultConfig,
		processor.WithLogs(createLogs, metadata.LogsStability))
}

func (s *settings) createDefaultConfig() component.Config {
	return &Config{
		Document:  DocumentConfig{Format: FormatText, Target: TargetAttributes},
		OnFailure: FailurePass,

		ReloadInterval: 10 * time.Second,
		types:          s.types,
	}
}

// logs is the processor as the collector sees it: the life cycle of the fx app
// and the consumer that the app has built.
type logs struct {
	*fxcomponent.Component
	consumer.Logs
}

func createLogs(_ context.Context, set processor.Settings, cfg component.Config, next consumer.Logs) (processor.Logs, error) {
	var in processor.Logs
	lifecycle, err := fxcomponent.New(set.TelemetrySettings,
		fx.Supply(set), Module(cfg.(*Config), next), fx.Populate(&in))
	if err != nil {
		return nil, err
	}
	return &logs{Component: lifecycle, Logs: in}, nil
}

// Module is the processor as part of an object graph that has
// processor.Settings, component.TelemetrySettings and a *zap.Logger. It provides
// a processor.Logs whose own Start and Shutdown do nothing: the app's do the
// work.
func Module(cfg *Config, next consumer.Logs) fx.Option {
	return fx.Module("ingest",
		fx.Supply(cfg, fx.Annotate(next, fx.As(new(consumer.Logs)))),
		fx.Provide(newFailureLog, newTelemetry, newWatcher, newRunner, newLogs),
	)
}
