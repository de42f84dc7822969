// Package fxcomponent ties an fx app to the Start and Shutdown of a collector
// component.
//
// A component builds its object graph in its factory's create function:
//
//	lifecycle, err := fxcomponent.New(set.TelemetrySettings, Module(cfg, next))
//
// The graph may depend on component.TelemetrySettings, *zap.Logger and *Host,
// which New supplies. Constructors must not do I/O nor start goroutines, because
// they also run for `sluice validate`: that belongs into an OnStart hook of
// fx.Lifecycle. Value groups arrive in random order: whoever consumes one sorts
// it. An app costs about half a millisecond: one per component, never one per
// request.
package fxcomponent

import (
	"context"
	"errors"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.uber.org/dig"
	"go.uber.org/fx"
	"go.uber.org/fx/fxevent"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// Component is a component.Component whose life cycle is that of an fx app.
// Its methods are safe for concurrent use.
type Component struct {
	app  *fx.App
	host *Host

	mu      sync.Mutex // orders Start and Shutdown
	started bool
}

var _ component.Component = (*Component)(nil)

// New builds the object graph of opts without starting it. The error is the
// root cause that a constructor or an invoked function has returned.
func New(telemetry component.TelemetrySettings, opts ...fx.Option) (*Component, error) {
	host := &Host{}
	app := fx.New(
		fx.WithLogger(func() fxevent.Logger { return debugLogger(telemetry.Logger) }),
		fx.RecoverFromPanics(),
		fx.Supply(telemetry, telemetry.Logger, host),
		fx.Options(opts...),
	)
	if err := app.Err(); err != nil {
		return nil, dig.RootCause(err)
	}
	return &Component{app: app, host: host}, nil
}

// Start makes host available through Host and runs the OnStart hooks in the
// order of the graph. When one fails, the hooks before it are stopped again.
//
// The end of ctx does not interrupt the hooks: fx would abandon the start
// half-way and leave running what it has started.
func (c *Component) Start(ctx context.Context, host component.Host) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.started {
		return errors.New("start component: already started")
	}
	c.host.set(host)
	if err := c.app.Start(context.WithoutCancel(ctx)); err != nil {
		return dig.RootCause(err)
	}
	c.started = true
	return nil
}

// Shutdown runs the OnStop hooks in reverse order. Before Start and the second
// time it does nothing. Hooks see the deadline of ctx; once it has passed, those
// not yet run are skipped, so what must be released whatever happens belongs
// into the hook that waits.
func (c *Component) Shutdown(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.started {
		return nil
	}
	c.started = false
	return c.app.Stop(ctx)
}

// debugLogger writes what fx does at debug level, its errors too: New, Start and
// Shutdown return them and the collector logs them.
func debugLogger(logger *zap.Logger) fxevent.Logger {
	l := &fxevent.ZapLogger{Logger: logger}
	l.UseLogLevel(zapcore.DebugLevel)
	l.UseErrorLevel(zapcore.DebugLevel)
	return l
}
