package flatbuffersreceiver

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receiverhelper"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/sluice-otel/sluice/internal/admission"
	"github.com/sluice-otel/sluice/receiver/flatbuffersreceiver/internal/metadata"
	"github.com/sluice-otel/sluice/wire/flatbuffers"
)

// A method is how a batch came.
type method int

const (
	methodExport method = iota
	methodStream
	methods // their number
)

var methodNames = [methods]string{"export", "stream"}

var codeNames = [...]string{
	flatbuffers.Accepted: "accepted", flatbuffers.Retry: "retry", flatbuffers.Invalid: "invalid", flatbuffers.Refused: "refused",
}

// telemetry counts what the receiver does; metadata.yaml has the metrics.
type telemetry struct {
	builder *metadata.TelemetryBuilder
	report  *receiverhelper.ObsReport // the metrics and spans that all receivers have

	// Measurement options, made once.
	by     [methods]metric.MeasurementOption
	byCode [methods][len(codeNames)]metric.MeasurementOption
}

func newTelemetry(set receiver.Settings) (*telemetry, error) {
	builder, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	report, err := receiverhelper.NewObsReport(receiverhelper.ObsReportSettings{
		ReceiverID: set.ID, Transport: "grpc", LongLivedCtx: false, ReceiverCreateSettings: set,
	})
	t := &telemetry{builder: builder, report: report}
	for m, name := range methodNames {
		how := attribute.String("method", name)
		t.by[m] = metric.WithAttributeSet(attribute.NewSet(how))
		for code, name := range codeNames {
			t.byCode[m][code] = metric.WithAttributeSet(attribute.NewSet(how, attribute.String("code", name)))
		}
	}
	return t, err
}

// start reports what is measured when it is asked for.
func (t *telemetry) start(a *admission.Admission) error {
	return t.builder.RegisterFlatbuffersReceiverInFlightCallback(func(_ context.Context, o metric.Int64Observer) error {
		o.Observe(a.Used())
		return nil
	})
}

func (t *telemetry) stop() { t.builder.Shutdown() }

// batch counts an answered batch.
func (t *telemetry) batch(ctx context.Context, how method, a *flatbuffers.Ack, size int, took time.Duration) {
	t.builder.FlatbuffersReceiverBatches.Add(ctx, 1, t.byCode[how][a.Code])
	t.builder.FlatbuffersReceiverDuration.Record(ctx, took.Seconds(), t.by[how])
	t.builder.FlatbuffersReceiverSize.Record(ctx, int64(size), t.by[how])
	if a.Rejected > 0 {
		t.builder.FlatbuffersReceiverRecordsRejected.Add(ctx, int64(a.Rejected), t.by[how])
	}
}
