package remotewritereceiver

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receiverhelper"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/sluice-otel/sluice/internal/admission"
	"github.com/sluice-otel/sluice/receiver/remotewritereceiver/internal/metadata"
	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// telemetry counts what the receiver does; metadata.yaml has the metrics.
type telemetry struct {
	builder  *metadata.TelemetryBuilder
	report   *receiverhelper.ObsReport // the metrics and spans that all receivers have
	versions [3]versionTelemetry       // by remotewrite.Version; 0 is unknown
}

// versionTelemetry has the measurement options of a version, made once.
type versionTelemetry struct {
	name     string
	version  metric.MeasurementOption
	accepted [len(kinds)]metric.MeasurementOption
}

var kinds = [...]string{"sample", "histogram", "exemplar"}

func (c counts) byKind() [len(kinds)]int { return [...]int{c.samples, c.histograms, c.exemplars} }

func newTelemetry(set receiver.Settings) (*telemetry, error) {
	builder, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	report, err := receiverhelper.NewObsReport(receiverhelper.ObsReportSettings{
		ReceiverID: set.ID, Transport: "http", ReceiverCreateSettings: set,
	})
	t := &telemetry{builder: builder, report: report}
	for version, name := range map[remotewrite.Version]string{0: "unknown", remotewrite.V1: "1.0", remotewrite.V2: "2.0"} {
		v := &t.versions[version]
		v.name = name
		v.version = options(attribute.String("version", name))
		for i, kind := range kinds {
			v.accepted[i] = options(attribute.String("version", name), attribute.String("kind", kind))
		}
	}
	return t, err
}

func options(attributes ...attribute.KeyValue) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(attributes...))
}

// observe reports what is measured when it is asked for.
func (t *telemetry) observe(m *memory, a *admission.Admission) error {
	for _, register := range []func() error{
		func() error {
			return t.builder.RegisterRemoteWriteReceiverInFlightCallback(func(_ context.Context, o metric.Int64Observer) error {
				o.Observe(a.Used())
				return nil
			})
		},
		func() error {
			return t.builder.RegisterRemoteWriteReceiverReassemblySizeCallback(func(_ context.Context, o metric.Int64Observer) error {
				o.Observe(m.buffer.fill())
				return nil
			})
		},
		func() error {
			return t.builder.RegisterRemoteWriteReceiverCacheSizeCallback(func(_ context.Context, o metric.Int64Observer) error {
				o.Observe(m.series.bytes.Load())
				return nil
			})
		},
		func() error {
			return t.builder.RegisterRemoteWriteReceiverFamiliesCallback(func(_ context.Context, o metric.Int64Observer) error {
				for typ, n := range m.families.countByType() {
					o.Observe(n, options(attribute.String("type", remotewrite.MetricType(typ).String())))
				}
				return nil
			})
		},
	} {
		if err := register(); err != nil {
			return err
		}
	}
	return nil
}

func (t *telemetry) stop() { t.builder.Shutdown() }

// request counts an answered request.
func (t *telemetry) request(ctx context.Context, version remotewrite.Version, status int, size int, took time.Duration) {
	v := &t.versions[version]
	t.builder.RemoteWriteReceiverRequests.Add(ctx, 1, options(attribute.String("version", v.name), attribute.Int("status_code", status)))
	t.builder.RemoteWriteReceiverDuration.Record(ctx, took.Seconds(), v.version)
	t.builder.RemoteWriteReceiverSize.Record(ctx, int64(size), v.version)
}

// items counts what of a request was written and what was not.
func (t *telemetry) items(ctx context.Context, version remotewrite.Version, written counts, rejected *rejections) {
	v := &t.versions[version]
	for i, n := range written.byKind() {
		if n > 0 {
			t.builder.RemoteWriteReceiverAccepted.Add(ctx, int64(n), v.accepted[i])
		}
	}
	if !rejected.any {
		return
	}
	for why := range rejected.by {
		for i, n := range rejected.by[why].byKind() {
			if n > 0 {
				t.builder.RemoteWriteReceiverRejected.Add(ctx, int64(n), options(attribute.String("version", v.name),
					attribute.String("kind", kinds[i]), attribute.String("reason", reason(why).String())))
			}
		}
	}
}

// cache counts lookups in the series cache.
func (t *telemetry) cache(ctx context.Context, hits, misses int) {
	if hits > 0 {
		t.builder.RemoteWriteReceiverCacheHits.Add(ctx, int64(hits))
	}
	if misses > 0 {
		t.builder.RemoteWriteReceiverCacheMisses.Add(ctx, int64(misses))
	}
}

// flipped counts a change of the type of a name.
func (t *telemetry) flipped(from, to remotewrite.MetricType) {
	t.builder.RemoteWriteReceiverTypeFlips.Add(context.Background(), 1,
		options(attribute.String("from", from.String()), attribute.String("to", to.String())))
}

// exemplarsDropped counts accepted exemplars without a sample.
func (t *telemetry) exemplarsDropped(n int) {
	t.builder.RemoteWriteReceiverExemplarsDropped.Add(context.Background(), int64(n))
}

// expired counts a whole that waited in vain.
func (t *telemetry) expired(ctx context.Context, outcome string) {
	t.builder.RemoteWriteReceiverReassemblyExpired.Add(ctx, 1, options(attribute.String("outcome", outcome)))
}
