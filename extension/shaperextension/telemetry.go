package shaperextension

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/sluice-otel/sluice/extension/shaperextension/internal/engine"
	"github.com/sluice-otel/sluice/extension/shaperextension/internal/metadata"
)

// telemetry has the metrics of metadata.yaml. All but one are read from the
// kernel when they are asked for.
type telemetry struct {
	builder *metadata.TelemetryBuilder
	engine  *engine.Engine

	mu     sync.Mutex // guards what follows
	cached snapshot
}

// snapshot is what one round of callbacks shares.
type snapshot struct {
	at       time.Time
	policies []engine.PolicyStatus
	free     engine.Traffic
}

// snapshotAge is how old a snapshot may be: one collection runs all callbacks
// within it.
const snapshotAge = 100 * time.Millisecond

func newTelemetry(set component.TelemetrySettings) (*telemetry, error) {
	builder, err := metadata.NewTelemetryBuilder(set)
	return &telemetry{builder: builder}, err
}

func (t *telemetry) stop() { t.builder.Shutdown() }

func (t *telemetry) applied(took time.Duration) {
	t.builder.ShaperApplyDuration.Record(context.Background(), took.Seconds())
}

func (t *telemetry) start(e *engine.Engine) error {
	t.engine = e
	b := t.builder
	return errors.Join(
		b.RegisterShaperPacketsCallback(t.verdicts(func(tr engine.Traffic) uint64 { return tr.Packets })),
		b.RegisterShaperBytesCallback(t.verdicts(func(tr engine.Traffic) uint64 { return tr.Bytes })),
		b.RegisterShaperFreeBytesCallback(t.freeBytes),
		b.RegisterShaperCommittedBytesCallback(t.count(func(p engine.PolicyStatus) uint64 { return p.CommittedBytes })),
		b.RegisterShaperLimitCallback(t.count(func(p engine.PolicyStatus) uint64 { return uint64(float64(p.Policy.Rate) * p.Factor) })),
		b.RegisterShaperFactorCallback(t.gauge(func(p engine.PolicyStatus) float64 { return p.Factor })),
		b.RegisterShaperVirtualDelayCallback(t.gauge(func(p engine.PolicyStatus) float64 { return p.Delay.Seconds() })),
		b.RegisterShaperActiveSourcesCallback(t.gauge(func(p engine.PolicyStatus) float64 { return p.Sources })),
		b.RegisterShaperPacedSocketsCallback(t.count(func(p engine.PolicyStatus) uint64 { return p.Sockets })),
		b.RegisterShaperCasRetriesCallback(t.count(func(p engine.PolicyStatus) uint64 { return p.Retries })),
		b.RegisterShaperSamplesLostCallback(t.count(func(p engine.PolicyStatus) uint64 { return p.SamplesLost })),
		b.RegisterShaperAttachedCallback(t.attached),
	)
}

func (t *telemetry) read() (snapshot, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if time.Since(t.cached.at) < snapshotAge {
		return t.cached, nil
	}
	policies, free, err := t.engine.Status()
	if err == nil {
		t.cached = snapshot{time.Now(), policies, free}
	}
	return t.cached, err
}

func (t *telemetry) count(value func(engine.PolicyStatus) uint64) metric.Int64Callback {
	return func(_ context.Context, o metric.Int64Observer) error {
		s, err := t.read()
		for _, p := range s.policies {
			o.Observe(int64(value(p)), metric.WithAttributes(attribute.String("policy", p.Name)))
		}
		return err
	}
}

func (t *telemetry) gauge(value func(engine.PolicyStatus) float64) metric.Float64Callback {
	return func(_ context.Context, o metric.Float64Observer) error {
		s, err := t.read()
		for _, p := range s.policies {
			o.Observe(value(p), metric.WithAttributes(attribute.String("policy", p.Name)))
		}
		return err
	}
}

func (t *telemetry) verdicts(value func(engine.Traffic) uint64) metric.Int64Callback {
	return func(_ context.Context, o metric.Int64Observer) error {
		s, err := t.read()
		for _, p := range s.policies {
			for verdict, traffic := range map[string]engine.Traffic{
				"passed": p.Passed, "dropped": p.Dropped, "marked": p.Marked, "would_drop": p.WouldDrop,
			} {
				o.Observe(int64(value(traffic)), metric.WithAttributes(
					attribute.String("policy", p.Name), attribute.String("verdict", verdict)))
			}
		}
		return err
	}
}

func (t *telemetry) freeBytes(_ context.Context, o metric.Int64Observer) error {
	s, err := t.read()
	o.Observe(int64(s.free.Bytes))
	return err
}

func (t *telemetry) attached(_ context.Context, o metric.Int64Observer) error {
	for _, a := range t.engine.Attachments() {
		o.Observe(1, metric.WithAttributes(
			attribute.String("direction", a.Direction),
			attribute.String("interface", a.Interface),
			attribute.String("mode", a.Mode)))
	}
	return nil
}
