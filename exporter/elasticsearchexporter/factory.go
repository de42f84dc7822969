package elasticsearchexporter

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configcompression"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.uber.org/fx"

	"github.com/sluice-otel/sluice/exporter/elasticsearchexporter/internal/metadata"
	"github.com/sluice-otel/sluice/internal/bytesize"
	"github.com/sluice-otel/sluice/internal/fxcomponent"
)

// NewFactory returns the factory of the Elasticsearch bulk exporter.
func NewFactory() exporter.Factory {
	return exporter.NewFactory(metadata.Type, createDefaultConfig,
		exporter.WithLogs(createLogs, metadata.LogsStability))
}

func createDefaultConfig() component.Config {
	client := confighttp.NewDefaultClientConfig()
	client.Timeout = 90 * time.Second                // a bulk request may wait for a minute for its primaries
	client.MaxIdleConnsPerHost = client.MaxIdleConns // net/http keeps two, and there are more consumers
	// Requests share a connection of HTTP/2: one whose other end has silently gone would hold
	// all of them until they time out.
	client.HTTP2ReadIdleTimeout, client.HTTP2PingTimeout = 15*time.Second, 15*time.Second
	client.Compression = configcompression.TypeGzip
	client.CompressionParams.Level = 1
	queue := exporterhelper.NewDefaultQueueConfig()
	queue.NumConsumers = 4
	queue.Sizer = exporterhelper.RequestSizerTypeBytes
	queue.QueueSize = int64(64 * bytesize.MiB)
	queue.Batch = configoptional.Some(exporterhelper.BatchConfig{
		// The bytes are those of OTLP, and those of a request are about as many.
		// Elasticsearch is said to like requests of 5 to 15 MiB.
		FlushTimeout: time.Second,
		Sizer:        exporterhelper.RequestSizerTypeBytes,
		MinSize:      int64(2 * bytesize.MiB),
		MaxSize:      int64(5 * bytesize.MiB),
	})
	retry := configretry.NewDefaultBackOffConfig()
	retry.InitialInterval = 500 * time.Millisecond
	retry.MaxElapsedTime = 0 // the queue is what bounds the wait, not the clock
	return &Config{
		ClientConfig: client,
		Queue:        configoptional.Some(queue),
		Retry:        retry,
		Encoding:     EncodingDocument,
		DataStream:   DataStreamConfig{Type: "logs", Dataset: "generic", Namespace: "default"},
		OpType:       OpCreate,
		DocumentID:   DocumentIDBackend,
		Request:      RequestConfig{MaxSize: 5 * bytesize.MiB},
		DeadLetter:   DeadLetterConfig{MaxSize: 64 * bytesize.MiB},
	}
}

func createLogs(ctx context.Context, set exporter.Settings, config component.Config) (exporter.Logs, error) {
	cfg := config.(*Config)
	var p *pusher
	lifecycle, err := fxcomponent.New(set.TelemetrySettings, fx.Supply(set), Module(cfg), fx.Populate(&p))
	if err != nil {
		return nil, err
	}
	helper, err := exporterhelper.NewLogs(ctx, set, cfg, p.push,
		exporterhelper.WithCapabilities(consumer.Capabilities{MutatesData: false}),
		exporterhelper.WithTimeout(exporterhelper.TimeoutConfig{}), // a request has one, a batch of them none
		exporterhelper.WithQueue(cfg.Queue),
		exporterhelper.WithRetry(cfg.Retry),
		exporterhelper.WithStart(lifecycle.Start),
		exporterhelper.WithShutdown(lifecycle.Shutdown))
	if err != nil {
		return nil, err
	}
	return &logsExporter{Logs: helper, pusher: p}, nil
}

// Module is the exporter as part of an object graph that has exporter.Settings,
// component.TelemetrySettings, a *zap.Logger and a *fxcomponent.Host.
func Module(cfg *Config) fx.Option {
	return fx.Module("elasticsearch_bulk",
		fx.Supply(cfg),
		fx.Provide(newClock, newTelemetry, newClient, newWriters, newDeadLetterFile, newDeadLetters, newPusher),
	)
}

// A clock tells the time; tests have their own.
type clock func() time.Time

func newClock() clock { return time.Now }
