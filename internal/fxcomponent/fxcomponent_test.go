package fxcomponent_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.uber.org/fx"
	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/sluice-otel/sluice/internal/fxcomponent"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// journal records the hooks that ran, in order.
type journal struct{ entries []string }

func (j *journal) hook(name string, startErr error) fx.Option {
	return fx.Invoke(func(lc fx.Lifecycle) {
		lc.Append(fx.Hook{
			OnStart: func(context.Context) error {
				j.entries = append(j.entries, "start "+name)
				return startErr
			},
			OnStop: func(context.Context) error {
				j.entries = append(j.entries, "stop "+name)
				return nil
			},
		})
	})
}

func newComponent(t *testing.T, opts ...fx.Option) *fxcomponent.Component {
	t.Helper()
	c, err := fxcomponent.New(componenttest.NewNopTelemetrySettings(), opts...)
	require.NoError(t, err)
	return c
}

func TestHooksRunInOrderAndBack(t *testing.T) {
	var j journal
	c := newComponent(t, j.hook("a", nil), j.hook("b", nil))
	require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, c.Shutdown(t.Context()))
	assert.Equal(t, []string{"start a", "start b", "stop b", "stop a"}, j.entries)
}

func TestShutdownBeforeStartAndTwice(t *testing.T) {
	var j journal
	c := newComponent(t, j.hook("a", nil))
	require.NoError(t, c.Shutdown(t.Context()))
	assert.Empty(t, j.entries)

	require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, c.Shutdown(t.Context()))
	require.NoError(t, c.Shutdown(t.Context()))
	assert.Equal(t, []string{"start a", "stop a"}, j.entries)
}

func TestSecondStartIsRefused(t *testing.T) {
	c := newComponent(t)
	require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
	require.EqualError(t, c.Start(t.Context(), componenttest.NewNopHost()), "start component: already started")
	require.NoError(t, c.Shutdown(t.Context()))
}

func TestFailedStartUndoesItself(t *testing.T) {
	var j journal
	cause := errors.New("listen on :1: permission denied")
	c := newComponent(t, j.hook("a", nil), j.hook("b", cause), j.hook("c", nil))
	require.Equal(t, cause, c.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, c.Shutdown(t.Context()))
	assert.Equal(t, []string{"start a", "start b", "stop a"}, j.entries)
}

func TestCancelledStartIsNotAbandonedHalfWay(t *testing.T) {
	var j journal
	ctx, cancel := context.WithCancel(t.Context())
	c := newComponent(t,
		j.hook("a", nil),
		fx.Invoke(func(lc fx.Lifecycle) { lc.Append(fx.StartHook(cancel)) }),
		j.hook("b", nil))
	require.NoError(t, c.Start(ctx, componenttest.NewNopHost()))
	require.NoError(t, c.Shutdown(t.Context()))
	assert.Equal(t, []string{"start a", "start b", "stop b", "stop a"}, j.entries)
}

func TestStopHookSeesTheDeadline(t *testing.T) {
	var seen time.Time
	c := newComponent(t, fx.Invoke(func(lc fx.Lifecycle) {
		lc.Append(fx.StopHook(func(ctx context.Context) { seen, _ = ctx.Deadline() }))
	}))
	deadline := time.Now().Add(time.Minute)
	ctx, cancel := context.WithDeadline(t.Context(), deadline)
	defer cancel()
	require.NoError(t, c.Start(ctx, componenttest.NewNopHost()))
	require.NoError(t, c.Shutdown(ctx))
	assert.Equal(t, deadline, seen)
}

func TestStopErrorIsReturned(t *testing.T) {
	cause := errors.New("flush: disk full")
	c := newComponent(t, fx.Invoke(func(lc fx.Lifecycle) {
		lc.Append(fx.StopHook(func() error { return cause }))
	}))
	require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
	require.ErrorIs(t, c.Shutdown(t.Context()), cause)
}

func TestHostIsThereWhenHooksRun(t *testing.T) {
	var atStart component.Host
	var ref *fxcomponent.Host
	c := newComponent(t, fx.Populate(&ref), fx.Invoke(func(lc fx.Lifecycle, h *fxcomponent.Host) {
		lc.Append(fx.StartHook(func() { atStart = h.Get() }))
	}))
	assert.Nil(t, ref.Get())
	host := componenttest.NewNopHost()
	require.NoError(t, c.Start(t.Context(), host))
	assert.Equal(t, host, atStart)
	require.NoError(t, c.Shutdown(t.Context()))
}

func TestConstructorErrorIsTheRootCause(t *testing.T) {
	cause := errors.New(`pipeline "access": processor 3: unknown type "gork"`)
	_, err := fxcomponent.New(componenttest.NewNopTelemetrySettings(),
		fx.Provide(func() (*journal, error) { return nil, cause }),
		fx.Invoke(func(*journal) {}))
	require.Equal(t, cause, err)
}

func TestConstructorPanicIsAnError(t *testing.T) {
	_, err := fxcomponent.New(componenttest.NewNopTelemetrySettings(),
		fx.Invoke(func() { panic("slot 7 is nil") }))
	require.ErrorContains(t, err, "slot 7 is nil")
}

func TestPartsCanBeSwapped(t *testing.T) {
	got := ""
	module := fx.Options(
		fx.Provide(func() string { return "real" }),
		fx.Invoke(func(s string) { got = s }))
	newComponent(t, module, fx.Decorate(func(string) string { return "fake" }))
	assert.Equal(t, "fake", got)
}

func TestFxSpeaksAtDebugLevelOnly(t *testing.T) {
	core, logs := observer.New(zapcore.DebugLevel)
	telemetry := componenttest.NewNopTelemetrySettings()
	telemetry.Logger = zap.New(core)
	_, err := fxcomponent.New(telemetry, fx.Invoke(func() error { return errors.New("broken") }))
	require.Error(t, err)
	require.NotZero(t, logs.Len())
	assert.Equal(t, logs.Len(), logs.FilterLevelExact(zapcore.DebugLevel).Len())
}
