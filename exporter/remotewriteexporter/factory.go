package remotewriteexporter

import (
	"context"
	"time"

	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.uber.org/fx"

	"github.com/sluice-otel/sluice/exporter/remotewriteexporter/internal/metadata"
	"github.com/sluice-otel/sluice/internal/adaptivesampling"
	"github.com/sluice-otel/sluice/internal/bytesize"
	"github.com/sluice-otel/sluice/internal/fxcomponent"
	"github.com/sluice-otel/sluice/internal/ratecontrol"
)

// An Option changes the factory that NewFactory returns.
type Option func(*settings)

type settings struct{ laws []ratecontrol.LawType }

// WithLaws lets sampling use laws beside ratecontrol.Builtin. The order is of no
// importance; two laws of one name are an error of every configuration that samples.
func WithLaws(laws ...ratecontrol.LawType) Option {
	return func(s *settings) { s.laws = append(s.laws, laws...) }
}

// NewFactory returns the factory of the remote-write exporter.
func NewFactory(opts ...Option) exporter.Factory {
	s := &settings{}
	for _, o := range opts {
		o(s)
	}
	return exporter.NewFactory(metadata.Type, s.createDefaultConfig,
		exporter.WithMetrics(createMetrics, metadata.MetricsStability))
}

func (s *settings) createDefaultConfig() component.Config {
	client := confighttp.NewDefaultClientConfig()
	client.Timeout = 30 * time.Second
	client.MaxIdleConnsPerHost = client.MaxIdleConns // net/http keeps two, and there are more shards
	// Requests share a connection of HTTP/2, and all of them would time out until the
	// system gives up one whose other end has silently gone, after a quarter of an hour.
	client.HTTP2ReadIdleTimeout, client.HTTP2PingTimeout = 15*time.Second, 15*time.Second
	queue := exporterhelper.NewDefaultQueueConfig()
	queue.NumConsumers = 1
	queue.Sizer = exporterhelper.RequestSizerTypeItems
	queue.QueueSize = 200_000
	queue.Batch = configoptional.Some(exporterhelper.BatchConfig{
		// A batch is what all shards send at once. Prometheus waits as long for one.
		FlushTimeout: 5 * time.Second,
		Sizer:        exporterhelper.RequestSizerTypeItems,
		MinSize:      8_000,
		MaxSize:      16_000,
	})
	retry := configretry.NewDefaultBackOffConfig()
	retry.InitialInterval = 500 * time.Millisecond
	retry.MaxElapsedTime = 0 // the queue is what bounds the wait, not the clock
	return &Config{
		ClientConfig: client,
		Queue:        configoptional.Some(queue),
		Retry:        retry,
		Protocol:     ProtocolAuto,
		Shards:       4,
		Request:      RequestConfig{MaxSamples: 2_000, MaxSize: 3 * bytesize.MiB},
		Translate: TranslateConfig{
			Strategy:    otlptranslator.UnderscoreEscapingWithSuffixes,
			TargetInfo:  true,
			ScopeLabels: true,
			Metadata:    true,
			Histograms:  HistogramsClassic,
		},
		DeadLetter: DeadLetterConfig{MaxSize: 64 * bytesize.MiB},
		Sampling:   configoptional.Default(adaptivesampling.DefaultConfig(s.laws...)),
	}
}

func createMetrics(ctx context.Context, set exporter.Settings, config component.Config) (exporter.Metrics, error) {
	cfg := config.(*Config)
	var p *pusher
	var c *adaptivesampling.Controller
	lifecycle, err := fxcomponent.New(set.TelemetrySettings, fx.Supply(set), Module(cfg), fx.Populate(&p, &c))
	if err != nil {
		return nil, err
	}
	helper, err := exporterhelper.NewMetrics(ctx, set, cfg, p.push,
		exporterhelper.WithCapabilities(consumer.Capabilities{MutatesData: false}),
		exporterhelper.WithTimeout(exporterhelper.TimeoutConfig{}), // a request has one, a batch of them none
		exporterhelper.WithQueue(cfg.Queue),
		exporterhelper.WithRetry(cfg.Retry),
		exporterhelper.WithStart(lifecycle.Start),
		exporterhelper.WithShutdown(lifecycle.Shutdown))
	if err != nil {
		return nil, err
	}
	e := &metricsExporter{Metrics: helper, pusher: p, sampling: c}
	if cfg.Queue.HasValue() {
		e.storage = cfg.Queue.Get().StorageID
	}
	return e, nil
}

// Module is the exporter as part of an object graph that has exporter.Settings,
// component.TelemetrySettings, a *zap.Logger and a *fxcomponent.Host.
func Module(cfg *Config) fx.Option {
	return fx.Module("remote_write",
		fx.Supply(cfg, &cfg.Translate, &cfg.DeadLetter),
		fx.Provide(newClock, newTelemetry, newTranslator, newNegotiation, newSender, newDeadLetter, newMeter, newPusher, newSampling),
		fx.Invoke(observe),
	)
}

// A clock tells the time; tests have their own.
type clock func() time.Time

func newClock() clock { return time.Now }
