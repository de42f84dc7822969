package adaptivesamplingprocessor

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/sluice-otel/sluice/internal/ratecontrol"
	"github.com/sluice-otel/sluice/internal/sampling"
	"github.com/sluice-otel/sluice/processor/adaptivesamplingprocessor/internal/metadata"
)

// telemetry counts what the processor does; metadata.yaml has the metrics.
type telemetry struct{ builder *metadata.TelemetryBuilder }

func newTelemetry(set component.TelemetrySettings) (*telemetry, error) {
	builder, err := metadata.NewTelemetryBuilder(set)
	if err != nil {
		return nil, err
	}
	return &telemetry{builder}, nil
}

// observe reports what is measured when it is asked for.
func (t *telemetry) observe(decision func() ratecontrol.Decision) error {
	return errors.Join(
		t.builder.RegisterAdaptiveSamplingRateCallback(func(_ context.Context, o metric.Float64Observer) error {
			o.Observe(decision().Rate)
			return nil
		}),
		t.builder.RegisterAdaptiveSamplingCapacityEstimateCallback(func(_ context.Context, o metric.Float64Observer) error {
			o.Observe(decision().Capacity)
			return nil
		}))
}

// pressure counts a sign of pressure.
func (t *telemetry) pressure(reason ratecontrol.Reason) {
	t.builder.AdaptiveSamplingBackpressureEvents.Add(context.Background(), 1, with("reason", string(reason)))
}

// sampled counts what sampling has given up.
func (t *telemetry) sampled(ctx context.Context, counts sampling.Counts) {
	for action, n := range map[string]int{"conflated": counts.Conflated, "decimated": counts.Decimated, "shed": counts.Shed} {
		if n > 0 {
			t.builder.AdaptiveSamplingSampledPoints.Add(ctx, int64(n), with("action", action))
		}
	}
}

func with(key, value string) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(attribute.String(key, value)))
}
