package ingestprocessor

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/sluice-otel/sluice/processor/ingestprocessor/internal/metadata"
)

// telemetry counts documents and times batches; metadata.yaml has the metrics.
type telemetry struct {
	builder *metadata.TelemetryBuilder
	stats   *stats

	// The options of a measurement, made once the pipeline is known.
	documents [outcomes]metric.MeasurementOption
	duration  metric.MeasurementOption
}

func newTelemetry(set component.TelemetrySettings) (*telemetry, error) {
	builder, err := metadata.NewTelemetryBuilder(set)
	return &telemetry{builder: builder, stats: newStats()}, err
}

func (t *telemetry) start(pipeline string) error {
	name := attribute.String("pipeline", pipeline)
	t.duration = metric.WithAttributeSet(attribute.NewSet(name))
	for result, text := range [outcomes]string{processed: "processed", dropped: "dropped", failed: "failed"} {
		t.documents[result] = metric.WithAttributeSet(attribute.NewSet(name, attribute.String("outcome", text)))
	}
	return t.stats.observe(t.builder)
}

// reloaded counts a change of the files; err says why it is not in use.
func (t *telemetry) reloaded(ctx context.Context, err error) {
	result := "succeeded"
	if err != nil {
		result = "failed"
	}
	t.builder.ProcessorIngestReloads.Add(ctx, 1, metric.WithAttributes(attribute.String("result", result)))
}

func (t *telemetry) stop() { t.builder.Shutdown() }

// batch records what became of the documents of a batch and how long it took.
func (t *telemetry) batch(ctx context.Context, count *[outcomes]int64, took time.Duration) {
	for result, n := range count {
		if n > 0 {
			t.builder.ProcessorIngestDocuments.Add(ctx, n, t.documents[result])
		}
	}
	t.builder.ProcessorIngestDuration.Record(ctx, took.Seconds(), t.duration)
}
