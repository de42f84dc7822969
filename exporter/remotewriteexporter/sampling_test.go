package remotewriteexporter

import (
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/sluice-otel/sluice/exporter/remotewriteexporter/internal/metadata"
	"github.com/sluice-otel/sluice/internal/adaptivesampling"
	"github.com/sluice-otel/sluice/internal/ratecontrol"
	"github.com/sluice-otel/sluice/wire/remotewrite/remotewritetest"
)

// total adds up the data points of a counter of the exporter.
func total(t *testing.T, tel *componenttest.Telemetry, name string) (sum int64) {
	t.Helper()
	m, err := tel.GetMetric("otelcol_" + name)
	if err != nil {
		return 0
	}
	for _, p := range m.Data.(metricdata.Sum[int64]).DataPoints {
		sum += p.Value
	}
	return sum
}

// A backend that takes 2,000 points a second is offered 5,000. What it does not
// take is given up before the queue, the queue stays short, and every point is
// accounted for.
func TestSamplingFollowsASlowBackend(t *testing.T) {
	if testing.Short() {
		t.Skip("takes the time it takes a law to settle")
	}
	var one sync.Mutex
	b := newBackend(t, func(*remotewritetest.Received) remotewritetest.Answer {
		one.Lock()
		answered := make(chan struct{})
		time.AfterFunc(50*time.Millisecond, func() {
			close(answered)
			one.Unlock()
		})
		return remotewritetest.Answer{Wait: answered}
	})
	tel := componenttest.NewTelemetry()
	set := exportertest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = tel.NewTelemetrySettings()
	e := startWith(t, b.URL, set, func(c *Config) {
		c.Shards, c.Request.MaxSamples = 1, 100
		c.Translate.TargetInfo = false
		s := adaptivesampling.DefaultConfig()
		s.Thresholds.QueueLength = 500
		c.Sampling = configoptional.Some(s)
	}).(*metricsExporter)
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	const rounds, series = 180, 500
	longest := int64(0)
	for i := range rounds {
		<-ticker.C
		require.NoError(t, e.ConsumeMetrics(t.Context(), counter(series, float64(i), testTime.Add(time.Duration(i)*100*time.Millisecond))))
		longest = max(longest, e.pusher.queueLength())
	}
	d := e.sampling.Decision()
	t.Logf("decision %+v, longest queue %d", d, longest)
	// The timers of a busy machine are late, and then the backend takes less.
	assert.Less(t, d.Rate, 0.7)
	assert.Greater(t, d.Rate, 0.05)
	assert.InDelta(t, 1500, d.Capacity, 1000)
	assert.Less(t, longest, int64(20_000))
	assert.Positive(t, total(t, tel, "remote_write_backpressure_events"))

	require.NoError(t, e.Shutdown(t.Context()))
	sent := 0
	for key, values := range samplesOf(b.Received()) {
		sent += len(values)
		// A machine so busy that series are shed sends stale markers, which are NaN.
		assert.IsNonDecreasing(t, slices.DeleteFunc(values, math.IsNaN), key)
	}
	assert.EqualValues(t, rounds*series, int64(sent)+total(t, tel, "remote_write_sampled_points"), "sent and sampled")
	assert.Zero(t, total(t, tel, "remote_write_exporter_refused"))
}

func TestSamplingIsOffUnlessItsSectionIsThere(t *testing.T) {
	cfg := NewFactory().CreateDefaultConfig().(*Config)
	assert.False(t, cfg.Sampling.HasValue())
	cfg, err := load(t, "sampling: {min_rate: 0.1, thresholds: {queue_length: 9}, never_sample: [{metric: up}], priority: [{attribute: tier, value: gold, priority: 2}]}")
	require.NoError(t, err)
	s := cfg.Sampling.Get()
	assert.InDelta(t, 1, s.BaseRate, 0)
	assert.InDelta(t, 0.1, s.MinRate, 0)
	assert.Equal(t, adaptivesampling.ThresholdConfig{QueueLength: 9, WriteLatency: 200 * time.Millisecond}, s.Thresholds)
	assert.Equal(t, adaptivesampling.LawRateMatch, s.Law)
	assert.Equal(t, 2, s.Priority[0].Priority)

	cfg, err = load(t, "sampling: {min_rate: 2, law: x, never_sample: [{}]}")
	require.NoError(t, err)
	err = confmap.Validate(cfg)
	for _, want := range []string{"min_rate: 2 must be", `law: "x" is not one of`, "never_sample::0: needs"} {
		require.ErrorContains(t, err, want)
	}
}

// Whoever measures pressure finds the rate without knowing the exporter, and a
// distribution may add laws.
func TestTheRateIsToldToExtensions(t *testing.T) {
	law := ratecontrol.LawType{Name: "quarter", New: func(ratecontrol.Limits) ratecontrol.Law { return quarter{} }}
	f := NewFactory(WithLaws(law))
	cfg := f.CreateDefaultConfig().(*Config)
	cfg.Endpoint = "http://localhost:1"
	require.NoError(t, confmap.NewFromStringMap(map[string]any{"sampling": map[string]any{"law": "quarter"}}).Unmarshal(cfg))
	require.NoError(t, confmap.Validate(cfg))
	set := exportertest.NewNopSettings(metadata.Type)
	e, err := f.CreateMetrics(t.Context(), set, cfg)
	require.NoError(t, err)
	pressure := rates{told: make(chan float64, 100)}
	require.NoError(t, e.Start(t.Context(), hostOf{component.MustNewID("pressure"): pressure}))
	assert.InDelta(t, 1, <-pressure.told, 0)
	assert.InDelta(t, 0.25, <-pressure.told, 0)
	require.NoError(t, e.Shutdown(t.Context()))
}

type quarter struct{}

func (quarter) Next(ratecontrol.Observation) ratecontrol.Decision {
	return ratecontrol.Decision{Rate: 0.25}
}

// rates is an extension that listens.
type rates struct {
	component.StartFunc
	component.ShutdownFunc
	told chan float64
}

func (r rates) SamplingRate(of component.ID, rate float64) {
	if of.Type() == metadata.Type {
		r.told <- rate
	}
}

type hostOf map[component.ID]component.Component

func (h hostOf) GetExtensions() map[component.ID]component.Component { return h }
