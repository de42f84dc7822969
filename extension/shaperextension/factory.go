package shaperextension

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"
	"go.uber.org/fx"

	"github.com/sluice-otel/sluice/extension/shaperextension/internal/metadata"
	"github.com/sluice-otel/sluice/internal/fxcomponent"
)

// An Option changes the factory that NewFactory returns.
type Option func(*keeper)

// WithHandover lets an extension that is stopped leave its programs in force for
// the one that a reload of the configuration creates right after: traffic is
// limited without a gap, and buckets keep their state. It is for a process that
// creates its factories once. Programs that no other extension takes over are
// removed after ten seconds, or with the process.
func WithHandover() Option {
	return func(k *keeper) { k.linger = 10 * time.Second }
}

// NewFactory returns the factory of the shaper extension.
func NewFactory(opts ...Option) extension.Factory {
	k := newKeeper()
	for _, o := range opts {
		o(k)
	}
	create := func(_ context.Context, set extension.Settings, cfg component.Config) (extension.Extension, error) {
		var s *shaper
		lifecycle, err := fxcomponent.New(set.TelemetrySettings, fx.Supply(set.ID, k), Module(cfg.(*Config)), fx.Populate(&s))
		if err != nil {
			return nil, err
		}
		return &shaperExtension{Component: lifecycle, shaper: s}, nil
	}
	return extension.NewFactory(metadata.Type, createDefaultConfig, create, metadata.ExtensionStability)
}

func createDefaultConfig() component.Config {
	return &Config{
		Exempt:        Exempt{Ports: []uint16{22, 8888, 13133, 55679}},
		OnUnsupported: Ignore,
		TopTalkers:    TopTalkers{Interval: time.Minute, Count: 5},
	}
}

// shaperExtension is the extension as the collector sees it: the life cycle of the
// fx app and what others ask of it.
type shaperExtension struct {
	*fxcomponent.Component
	*shaper
}

// Module is the extension as part of an object graph that has a component.ID, the
// factory's *keeper, component.TelemetrySettings, a *zap.Logger and a
// *fxcomponent.Host.
func Module(cfg *Config) fx.Option {
	return fx.Module("shaper",
		fx.Supply(cfg),
		fx.Provide(newTelemetry, newShaper),
		fx.Invoke(func(lc fx.Lifecycle, s *shaper) { lc.Append(fx.StartStopHook(s.start, s.stop)) }),
	)
}
