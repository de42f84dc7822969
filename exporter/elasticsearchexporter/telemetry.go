package elasticsearchexporter

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/sluice-otel/sluice/exporter/elasticsearchexporter/internal/metadata"
)

// telemetry counts and logs what the exporter does; metadata.yaml has the metrics.
type telemetry struct {
	builder *metadata.TelemetryBuilder
	logger  *zap.Logger // writes the same message once in logEvery
}

// logEvery is how often the same message is written.
const logEvery = 10 * time.Second

func newTelemetry(set exporter.Settings) (*telemetry, error) {
	builder, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	seldom := zap.WrapCore(func(core zapcore.Core) zapcore.Core { return zapcore.NewSamplerWithOptions(core, logEvery, 1, 0) })
	return &telemetry{builder: builder, logger: set.Logger.WithOptions(seldom)}, nil
}

func with(attributes ...attribute.KeyValue) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(attributes...))
}

// answered counts a request.
func (t *telemetry) answered(ctx context.Context, r *reply, size int, took time.Duration) {
	t.builder.ElasticsearchBulkRequests.Add(ctx, 1, with(attribute.Int("status_code", r.status)))
	t.builder.ElasticsearchBulkRequestSize.Add(ctx, int64(size))
	t.builder.ElasticsearchBulkRequestDuration.Record(ctx, took.Seconds())
}

func (t *telemetry) split(ctx context.Context, status int) {
	t.builder.ElasticsearchBulkSplits.Add(ctx, 1, with(attribute.Int("status_code", status)))
}

// documents counts what became of documents.
func (t *telemetry) documents(ctx context.Context, f fate, n int) {
	if n > 0 {
		t.builder.ElasticsearchBulkDocuments.Add(ctx, int64(n), with(attribute.String("outcome", f.String())))
	}
}

// refused counts and logs a document that the backend refuses for good.
func (t *telemetry) refused(ctx context.Context, l *letter) {
	t.builder.ElasticsearchBulkRefusals.Add(ctx, 1, with(attribute.String("reason", l.failure.Type)))
	t.logger.Warn("the backend refuses a document for good",
		zap.Int("status", l.status), zap.ByteString("action", l.action), zap.Stringer("reason", l.failure))
}

// buried counts refused documents by where they went.
func (t *telemetry) buried(ctx context.Context, target string, n int) {
	if n > 0 {
		t.builder.ElasticsearchBulkDeadLetters.Add(ctx, int64(n), with(attribute.String("target", target)))
	}
}

func (t *telemetry) deadLetterError(ctx context.Context, target string, n int, err error) {
	t.builder.ElasticsearchBulkDeadLetterErrors.Add(ctx, int64(n), with(attribute.String("target", target)))
	t.logger.Warn("the dead-letter "+target+" does not take refused documents", zap.Int("documents", n), zap.Error(err))
}
