package remotewriteexporter

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/exporter/remotewriteexporter/internal/metadata"
	"github.com/sluice-otel/sluice/wire/remotewrite"
	"github.com/sluice-otel/sluice/wire/remotewrite/remotewritetest"
)

// testTime is when data points of tests are.
var testTime = time.UnixMilli(1_700_000_000_000)

// start starts an exporter that sends to url. Its delays are short, and its batches
// leave at once.
func start(t *testing.T, url string, change func(*Config)) exporter.Metrics {
	t.Helper()
	return startWith(t, url, exportertest.NewNopSettings(metadata.Type), change)
}

func startWith(t *testing.T, url string, set exporter.Settings, change func(*Config)) exporter.Metrics {
	t.Helper()
	cfg := testConfig(url)
	if change != nil {
		change(cfg)
	}
	require.NoError(t, cfg.Validate())
	e, err := NewFactory().CreateMetrics(t.Context(), set, cfg)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { assert.NoError(t, e.Shutdown(context.WithoutCancel(t.Context()))) })
	return e
}

func testConfig(url string) *Config {
	cfg := NewFactory().CreateDefaultConfig().(*Config)
	cfg.Endpoint = url
	cfg.Timeout = 5 * time.Second
	cfg.Retry.InitialInterval = 20 * time.Millisecond
	cfg.Retry.RandomizationFactor = 0
	cfg.Queue.Get().Batch = configoptional.None[exporterhelper.BatchConfig]()
	return cfg
}

// newBackend starts a backend that ends with the test.
func newBackend(t *testing.T, answer func(*remotewritetest.Received) remotewritetest.Answer) *remotewritetest.Backend {
	t.Helper()
	b := remotewritetest.NewBackend(answer)
	t.Cleanup(b.Close)
	return b
}

// statuses answers the first requests with these and all others with success.
func statuses(list ...int) func(*remotewritetest.Received) remotewritetest.Answer {
	return func(r *remotewritetest.Received) remotewritetest.Answer {
		if r.Number < len(list) {
			return remotewritetest.Answer{Status: list[r.Number], Text: "because of a test"}
		}
		return remotewritetest.Answer{}
	}
}

// sends waits until the backend has answered n requests.
func sends(t *testing.T, b *remotewritetest.Backend, n int) []remotewritetest.Received {
	t.Helper()
	require.True(t, b.Wait(10*time.Second, func(r []remotewritetest.Received) bool {
		return len(r) >= n && !slices.ContainsFunc(r[:n], func(r remotewritetest.Received) bool { return r.Answer.Status == 0 })
	}), "%d requests expected, %d sent", n, len(b.Received()))
	return b.Received()
}

// counter returns a batch with a counter of n series, one point each.
func counter(n int, value float64, at time.Time) pmetric.Metrics {
	md := pmetric.NewMetrics()
	r := md.ResourceMetrics().AppendEmpty()
	r.Resource().Attributes().PutStr("service.name", "shop")
	m := r.ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	m.SetName("requests")
	m.SetDescription("Requests.")
	sum := m.SetEmptySum()
	sum.SetIsMonotonic(true)
	sum.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	for i := range n {
		p := sum.DataPoints().AppendEmpty()
		p.SetDoubleValue(value)
		p.SetTimestamp(pcommon.NewTimestampFromTime(at))
		p.SetStartTimestamp(pcommon.NewTimestampFromTime(testTime.Add(-time.Hour)))
		p.Attributes().PutStr("n", fmt.Sprint(i))
	}
	return md
}

// samplesOf lists what was accepted of each series, in the order of arrival.
func samplesOf(received []remotewritetest.Received) map[string][]float64 {
	out := map[string][]float64{}
	for _, r := range received {
		if r.Answer.Status/100 != 2 {
			continue
		}
		for _, s := range r.Series {
			key := fmt.Sprint(s.Labels)
			for _, sample := range s.Samples {
				out[key] = append(out[key], sample.Value)
			}
		}
	}
	return out
}

func TestBatchArrivesAsRemoteWrite2(t *testing.T) {
	b := newBackend(t, nil)
	e := start(t, b.URL, func(c *Config) { c.Shards = 1 })
	require.NoError(t, e.ConsumeMetrics(t.Context(), counter(2, 7, testTime)))
	got := sends(t, b, 1)[0]
	require.Empty(t, got.Broken)
	assert.Equal(t, remotewrite.V2, got.Version)
	require.Len(t, got.Series, 2)
	assert.Equal(t, remotewrite.TimeSeries{
		Labels:   []remotewrite.Label{{Name: "__name__", Value: "requests_total"}, {Name: "job", Value: "shop"}, {Name: "n", Value: "0"}},
		Samples:  []remotewrite.Sample{{Value: 7, Timestamp: testTime.UnixMilli(), Start: testTime.Add(-time.Hour).UnixMilli()}},
		Metadata: remotewrite.Metadata{Type: remotewrite.TypeCounter, Help: "Requests."},
	}, got.Series[0])
}

func TestBatchIsSplitIntoRequests(t *testing.T) {
	b := newBackend(t, nil)
	e := start(t, b.URL, func(c *Config) { c.Shards, c.Request.MaxSamples = 1, 10 })
	require.NoError(t, e.ConsumeMetrics(t.Context(), counter(95, 1, testTime)))
	received := sends(t, b, 10)
	for _, r := range received {
		assert.LessOrEqual(t, len(r.Series), 10)
	}
	assert.Len(t, samplesOf(received), 95)
}

// Shards are there to fill requests in parallel, not to make four out of one.
func TestShardsThatWouldNotBeFilledAreNotUsed(t *testing.T) {
	for points, requests := range map[int]int{1: 1, 10: 1, 19: 2} {
		b := newBackend(t, nil)
		e := start(t, b.URL, func(c *Config) { c.Shards, c.Request.MaxSamples = 4, 10 })
		require.NoError(t, e.ConsumeMetrics(t.Context(), counter(points, 1, testTime)))
		require.NoError(t, e.Shutdown(t.Context()))
		assert.Len(t, samplesOf(b.Received()), points)
		assert.Len(t, b.Received(), requests, "%d points", points)
	}
}

// A few samples of a series are sent one by one, many of them together; in both
// cases in the order of time.
func TestOnlyWhatHasPiledUpSharesItsLabels(t *testing.T) {
	for points, series := range map[int]int{3: 3, fewSamples + 1: 1} {
		b := newBackend(t, nil)
		e := start(t, b.URL, one)
		batch := counter(1, 0, testTime)
		list := batch.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).Sum().DataPoints()
		want := []float64{0}
		for i := 1; i < points; i++ {
			p := list.AppendEmpty()
			list.At(0).CopyTo(p)
			p.SetTimestamp(pcommon.NewTimestampFromTime(testTime.Add(time.Duration(i) * time.Second)))
			p.SetDoubleValue(float64(i))
			want = append(want, float64(i))
		}
		require.NoError(t, e.ConsumeMetrics(t.Context(), batch))
		received := sends(t, b, 1)
		require.Len(t, received, 1)
		assert.Len(t, received[0].Series, series)
		assert.Equal(t, want, slices.Concat(slices.Collect(maps.Values(samplesOf(received)))...))
	}
}

// Whatever fails, each series arrives in order, complete and without a repetition.
func TestPointsOfASeriesStayInOrder(t *testing.T) {
	b := newBackend(t, func(r *remotewritetest.Received) remotewritetest.Answer {
		if r.Number%3 == 1 { // some shards fail, others do not
			return remotewritetest.Answer{Status: 503}
		}
		return remotewritetest.Answer{}
	})
	e := start(t, b.URL, func(c *Config) { c.Shards, c.Request.MaxSamples = 4, 5 })
	const series, rounds = 50, 20
	for i := range rounds {
		require.NoError(t, e.ConsumeMetrics(t.Context(), counter(series, float64(i), testTime.Add(time.Duration(i)*time.Second))))
	}
	require.True(t, b.Wait(20*time.Second, func(r []remotewritetest.Received) bool {
		n := 0
		for _, values := range samplesOf(r) {
			n += len(values)
		}
		return n >= series*rounds
	}))
	got := samplesOf(b.Received())
	require.Len(t, got, series)
	for key, values := range got {
		assert.Len(t, values, rounds, key)
		assert.True(t, slices.IsSorted(values), "%s: %v", key, values)
	}
	require.NoError(t, e.Shutdown(t.Context()))
	assert.Zero(t, e.(*metricsExporter).pusher.queueLength())
}

// Points that others refuse for good must not take those behind them along.
func TestRefusedRequestIsGivenUpAlone(t *testing.T) {
	b := newBackend(t, statuses(400))
	e := start(t, b.URL, func(c *Config) { c.Shards, c.Request.MaxSamples = 1, 5 })
	require.NoError(t, e.ConsumeMetrics(t.Context(), counter(15, 1, testTime)))
	assert.Len(t, samplesOf(sends(t, b, 3)), 10)
	require.NoError(t, e.Shutdown(t.Context()))
	assert.Len(t, b.Received(), 3)
}

func TestShutdownSendsWhatWaits(t *testing.T) {
	b := newBackend(t, nil)
	e := start(t, b.URL, func(c *Config) {
		c.Queue.Get().Batch = configoptional.Some(exporterhelper.BatchConfig{FlushTimeout: time.Hour, Sizer: exporterhelper.RequestSizerTypeItems, MinSize: 1000})
	})
	require.NoError(t, e.ConsumeMetrics(t.Context(), counter(3, 1, testTime)))
	require.Empty(t, b.Received())
	require.NoError(t, e.Shutdown(t.Context()))
	assert.Len(t, samplesOf(b.Received()), 3)
}

// A dead backend must not hold up the end of the collector for each batch that
// waits.
func TestShutdownDoesNotWaitForADeadBackend(t *testing.T) {
	b := newBackend(t, func(*remotewritetest.Received) remotewritetest.Answer { return remotewritetest.Answer{Status: 503} })
	e := start(t, b.URL, func(c *Config) { c.Retry.InitialInterval = time.Minute })
	for range 50 {
		require.NoError(t, e.ConsumeMetrics(t.Context(), counter(1, 1, testTime)))
	}
	sends(t, b, 1)
	require.NoError(t, e.Shutdown(t.Context()))
	assert.LessOrEqual(t, len(b.Received()), 2)
}

func TestShutdownBeforeStart(t *testing.T) {
	e, err := NewFactory().CreateMetrics(t.Context(), exportertest.NewNopSettings(metadata.Type), testConfig("http://localhost:1"))
	require.NoError(t, err)
	require.NoError(t, e.Shutdown(t.Context()))
	require.NoError(t, e.Shutdown(t.Context()))
}

func TestBatchIsOnlyRead(t *testing.T) {
	b := newBackend(t, nil)
	e := start(t, b.URL, nil)
	md := counter(3, 1, testTime)
	md.MarkReadOnly()
	assert.False(t, e.Capabilities().MutatesData)
	require.NoError(t, e.ConsumeMetrics(t.Context(), md))
	sends(t, b, 1)
}

// Without a queue whoever sends learns what has become of the batch.
func TestWithoutAQueueTheResultIsReturned(t *testing.T) {
	b := newBackend(t, statuses(400, 503))
	e := start(t, b.URL, func(c *Config) {
		c.Queue = configoptional.None[exporterhelper.QueueBatchConfig]()
		c.Retry.Enabled = false
	})
	require.ErrorContains(t, e.ConsumeMetrics(t.Context(), counter(1, 1, testTime)), "because of a test")
	require.ErrorContains(t, e.ConsumeMetrics(t.Context(), counter(1, 1, testTime)), "503")
	require.NoError(t, e.ConsumeMetrics(t.Context(), counter(1, 1, testTime)))
	assert.Zero(t, e.(*metricsExporter).pusher.queueLength())
}
