package remotewriteexporter

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/sluice-otel/sluice/exporter/remotewriteexporter/internal/metadata"
	"github.com/sluice-otel/sluice/internal/ratecontrol"
	"github.com/sluice-otel/sluice/internal/sampling"
	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// telemetry counts what the exporter does; metadata.yaml has the metrics.
type telemetry struct {
	builder *metadata.TelemetryBuilder
	limited *limitedLog
}

func newTelemetry(set exporter.Settings, now clock) (*telemetry, error) {
	builder, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	return &telemetry{builder: builder, limited: &limitedLog{now: now, seen: map[string]limitedLine{}}}, nil
}

func with(attributes ...attribute.KeyValue) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(attributes...))
}

// observe reports what is measured when it is asked for.
func (t *telemetry) observe(queueLength func() int64, decision func() ratecontrol.Decision) error {
	return errors.Join(
		t.builder.RegisterRemoteWriteQueueLengthCallback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(queueLength())
			return nil
		}),
		t.builder.RegisterRemoteWriteSamplingRateCallback(func(_ context.Context, o metric.Float64Observer) error {
			o.Observe(decision().Rate)
			return nil
		}),
		t.builder.RegisterRemoteWriteCapacityEstimateCallback(func(_ context.Context, o metric.Float64Observer) error {
			o.Observe(decision().Capacity)
			return nil
		}),
		t.builder.RegisterRemoteWriteQueueDelayCallback(func(_ context.Context, o metric.Float64Observer) error {
			o.Observe(decision().QueueDelay.Seconds())
			return nil
		}))
}

// pressure counts a sign of pressure that the law has seen. Answers are counted one
// by one.
func (t *telemetry) pressure(reason ratecontrol.Reason) {
	if reason == ratecontrol.ReasonQueue || reason == ratecontrol.ReasonLatency {
		t.event(context.Background(), string(reason))
	}
}

func (t *telemetry) event(ctx context.Context, reason string) {
	t.builder.RemoteWriteBackpressureEvents.Add(ctx, 1, with(attribute.String("reason", reason)))
}

// sampled counts what sampling has given up.
func (t *telemetry) sampled(ctx context.Context, counts sampling.Counts) {
	for action, n := range map[string]int{"conflated": counts.Conflated, "decimated": counts.Decimated, "shed": counts.Shed} {
		if n > 0 {
			t.builder.RemoteWriteSampledPoints.Add(ctx, int64(n), with(attribute.String("action", action)))
		}
	}
}

// answered counts a request and what became of it.
func (t *telemetry) answered(ctx context.Context, version remotewrite.Version, v verdict) {
	name := attribute.String("version", versionNames[version])
	t.builder.RemoteWriteExporterRequests.Add(ctx, 1, with(name, attribute.Int("status_code", v.status)))
	t.builder.RemoteWriteExporterWriteLatency.Record(ctx, v.took.Seconds(), with(name))
	if v.fate == tryAgain {
		t.builder.RemoteWriteExporterRetries.Add(ctx, 1, with(attribute.String("reason", reasonOf(v))))
		t.event(ctx, reasonOf(v))
		if v.wait > 0 {
			t.event(ctx, string(ratecontrol.ReasonRetryAfter))
		}
	}
}

func (t *telemetry) sent(ctx context.Context, version remotewrite.Version, samples int) {
	t.builder.RemoteWriteExporterSamples.Add(ctx, int64(samples), with(attribute.String("version", versionNames[version])))
}

func (t *telemetry) refused(ctx context.Context, reason string, points int) {
	t.builder.RemoteWriteExporterRefused.Add(ctx, int64(points), with(attribute.String("reason", reason)))
}

func (t *telemetry) fellBack(reason string) {
	t.builder.RemoteWriteExporterFallbacks.Add(context.Background(), 1, with(attribute.String("reason", reason)))
}

func (t *telemetry) deadLetterError(ctx context.Context) {
	t.builder.RemoteWriteExporterDeadLetterErrors.Add(ctx, 1)
}

// A limitedLog writes each message once in a while, and how often it was not
// written. It is safe for concurrent use.
type limitedLog struct {
	now  clock
	mu   sync.Mutex
	seen map[string]limitedLine
}

type limitedLine struct {
	at         time.Time
	suppressed int
}

// logEvery is how often the same message is written.
const logEvery = 10 * time.Second

func (l *limitedLog) warn(logger *zap.Logger, message string, fields ...zap.Field) {
	l.mu.Lock()
	line, ok := l.seen[message]
	due := !ok || l.now().Sub(line.at) >= logEvery
	if due {
		l.seen[message] = limitedLine{at: l.now()}
	} else {
		line.suppressed++
		l.seen[message] = line
	}
	l.mu.Unlock()
	if due {
		logger.Warn(message, append(fields, zap.Int("suppressed", line.suppressed))...)
	}
}
