package embeddedredisextension

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"
	"go.uber.org/fx"

	"github.com/sluice-otel/sluice/extension/embeddedredisextension/internal/metadata"
	"github.com/sluice-otel/sluice/internal/fxcomponent"
)

// NewFactory returns the factory of the embedded_redis extension.
func NewFactory() extension.Factory {
	return extension.NewFactory(metadata.Type, createDefaultConfig, create, metadata.ExtensionStability)
}

func createDefaultConfig() component.Config {
	return &Config{
		Endpoint:        "localhost:6380",
		MaxStreamLength: 100_000,
	}
}

func create(_ context.Context, set extension.Settings, cfg component.Config) (extension.Extension, error) {
	return fxcomponent.New(set.TelemetrySettings, Module(cfg.(*Config)))
}

// Module is the extension as part of an object graph that has a *zap.Logger.
func Module(cfg *Config) fx.Option {
	return fx.Module("embedded_redis",
		fx.Supply(cfg),
		fx.Provide(newServer),
		fx.Invoke(func(lc fx.Lifecycle, s *server) { lc.Append(fx.StartStopHook(s.start, s.stop)) }),
	)
}
