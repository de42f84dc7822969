package remotewrite

import (
	"context"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pipeline"
	"go.opentelemetry.io/collector/receiver"

	"github.com/sluice-otel/sluice/exporter/remotewriteexporter"
	"github.com/sluice-otel/sluice/wire/remotewrite/remotewritetest"
)

// The contract's data has neither name nor temporality nor time, so it is given
// them on its way in.
func completed() exporter.Factory {
	f := remotewriteexporter.NewFactory()
	return exporter.NewFactory(f.Type(), f.CreateDefaultConfig, exporter.WithMetrics(
		func(ctx context.Context, set exporter.Settings, cfg component.Config) (exporter.Metrics, error) {
			e, err := f.CreateMetrics(ctx, set, cfg)
			return completing{e}, err
		}, component.StabilityLevelDevelopment))
}

type completing struct{ exporter.Metrics }

func (c completing) ConsumeMetrics(ctx context.Context, md pmetric.Metrics) error {
	m := md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0)
	m.SetName("contract")
	m.Histogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	m.Histogram().DataPoints().At(0).SetTimestamp(pcommon.NewTimestampFromTime(at))
	return c.Metrics.ConsumeMetrics(ctx, md)
}

// backendFactory makes a receiver of the backend of tests, which answers as its
// consumer decides.
func backendFactory(consume *consumer.Metrics) receiver.Factory {
	return receiver.NewFactory(component.MustNewType("backend"), func() component.Config { return &struct{}{} }, receiver.WithMetrics(
		func(_ context.Context, _ receiver.Settings, _ component.Config, next consumer.Metrics) (receiver.Metrics, error) {
			*consume = next
			return struct {
				component.StartFunc
				component.ShutdownFunc
			}{}, nil
		}, component.StabilityLevelDevelopment))
}

func TestConsumeContract(t *testing.T) {
	var next consumer.Metrics
	b := remotewritetest.NewBackend(func(r *remotewritetest.Received) remotewritetest.Answer {
		err := next.ConsumeMetrics(t.Context(), contractMetric(r))
		switch {
		case err == nil:
			return remotewritetest.Answer{}
		case consumererror.IsPermanent(err):
			return remotewritetest.Answer{Status: http.StatusBadRequest}
		default:
			return remotewritetest.Answer{Status: http.StatusServiceUnavailable}
		}
	})
	defer b.Close()
	f := completed()
	cfg := f.CreateDefaultConfig().(*remotewriteexporter.Config)
	cfg.Endpoint = b.URL
	cfg.Queue = configoptional.None[exporterhelper.QueueBatchConfig]() // the contract looks at once
	cfg.Retry.InitialInterval = time.Millisecond
	backend := backendFactory(&next)
	exportertest.CheckConsumeContract(exportertest.CheckConsumeContractParams{
		T: t, ExporterFactory: f, ExporterConfig: cfg, Signal: pipeline.SignalMetrics, NumberOfTestElements: 100,
		ReceiverFactory: backend, ReceiverConfig: backend.CreateDefaultConfig(),
	})
}

// contractMetric is what the contract looks for in a request.
func contractMetric(r *remotewritetest.Received) pmetric.Metrics {
	md := pmetric.NewMetrics()
	p := md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty().SetEmptyHistogram().DataPoints().AppendEmpty()
	for _, l := range r.Series[0].Labels {
		p.Attributes().PutStr(l.Name, l.Value)
	}
	return md
}

type hostWith map[component.ID]component.Component

func (h hostWith) GetExtensions() map[component.ID]component.Component { return h }

// What a persistent queue holds when the collector stops, the next one sends, in
// order. Only what a shard had already sent of the batch under way comes again.
func TestPersistentQueueOutlivesTheCollector(t *testing.T) {
	dir := t.TempDir()
	const series, rounds = 20, 30
	down := remotewritetest.NewBackend(func(r *remotewritetest.Received) remotewritetest.Answer {
		if r.Number < 5 {
			return remotewritetest.Answer{}
		}
		return remotewritetest.Answer{Status: http.StatusServiceUnavailable}
	})
	defer down.Close()
	e, stop := startPersistent(t, dir, down.URL)
	for i := range rounds {
		require.NoError(t, e.ConsumeMetrics(t.Context(), counters(series, float64(i), at.Add(time.Duration(i)*time.Second))))
	}
	require.True(t, down.Wait(10*time.Second, func(r []remotewritetest.Received) bool { return len(r) >= 8 }))
	stop()

	up := remotewritetest.NewBackend(nil)
	defer up.Close()
	_, stop = startPersistent(t, dir, up.URL)
	defer stop()
	missing := 0
	require.True(t, up.Wait(20*time.Second, func(r []remotewritetest.Received) bool {
		got := values(append(down.Received(), r...))
		missing = series * rounds
		for _, v := range got {
			slices.Sort(v)
			missing -= len(slices.Compact(v))
		}
		return missing == 0
	}), "%d samples are lost", missing)
	for key, v := range values(append(down.Received(), up.Received()...)) {
		latest := -1.0
		for _, value := range v {
			require.LessOrEqual(t, value, latest+1, "%s: what is new comes in order: %v", key, v)
			latest = max(latest, value)
		}
	}
}

// values are the accepted samples of each counter.
func values(received []remotewritetest.Received) map[string][]float64 {
	out := map[string][]float64{}
	for _, r := range received {
		if r.Answer.Status/100 != 2 {
			continue
		}
		for _, s := range r.Series {
			key := ""
			for _, l := range s.Labels {
				if l.Name == "n" {
					key = l.Value
				}
			}
			for _, sample := range s.Samples {
				if key != "" {
					out[key] = append(out[key], sample.Value)
				}
			}
		}
	}
	return out
}

func startPersistent(t *testing.T, dir, url string) (e exporter.Metrics, stop func()) {
	t.Helper()
	storage := filestorage.NewFactory()
	storageConfig := storage.CreateDefaultConfig().(*filestorage.Config)
	storageConfig.Directory = filepath.Clean(dir)
	id := component.NewID(storage.Type())
	ext, err := storage.Create(t.Context(), extensiontest.NewNopSettings(storage.Type()), storageConfig)
	require.NoError(t, err)
	require.NoError(t, ext.Start(t.Context(), componenttest.NewNopHost()))

	f := remotewriteexporter.NewFactory()
	cfg := f.CreateDefaultConfig().(*remotewriteexporter.Config)
	cfg.Endpoint = url
	cfg.Retry.InitialInterval = 10 * time.Millisecond
	cfg.Queue.Get().StorageID = &id
	cfg.Queue.Get().Batch.Get().MinSize = 50
	cfg.Queue.Get().Batch.Get().MaxSize = 100
	cfg.Queue.Get().Batch.Get().FlushTimeout = 50 * time.Millisecond
	set := exportertest.NewNopSettings(f.Type())
	set.ID = component.NewID(f.Type()) // the queue of the same exporter
	e, err = f.CreateMetrics(t.Context(), set, cfg)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), hostWith{id: ext}))
	return e, func() {
		require.NoError(t, e.Shutdown(t.Context()))
		require.NoError(t, ext.Shutdown(t.Context()))
	}
}
