package adaptivesamplingprocessor

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/sluice-otel/sluice/internal/ratecontrol"
	"github.com/sluice-otel/sluice/processor/adaptivesamplingprocessor/internal/metadata"
)

// start starts a processor that ends with the test.
func start(t *testing.T, change func(*Config), next *pipeline) processor.Metrics {
	t.Helper()
	cfg := NewFactory().CreateDefaultConfig().(*Config)
	if change != nil {
		change(cfg)
	}
	require.NoError(t, confmap.Validate(cfg))
	p, err := NewFactory().CreateMetrics(t.Context(), processortest.NewNopSettings(metadata.Type), cfg, next)
	require.NoError(t, err)
	require.NoError(t, p.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { assert.NoError(t, p.Shutdown(context.WithoutCancel(t.Context()))) })
	return p
}

// A pipeline takes so many data points in a second, at once, and refuses others.
type pipeline struct {
	consumertest.Consumer
	perSecond atomic.Int64
	slow      chan struct{} // if there is one, it is waited for instead of refusing
	permanent error

	since    time.Time
	taken    int
	accepted atomic.Int64
}

func (p *pipeline) ConsumeMetrics(_ context.Context, md pmetric.Metrics) error {
	n := md.DataPointCount()
	if p.permanent != nil {
		return p.permanent
	}
	if p.slow != nil {
		p.slow <- struct{}{}
		<-time.After(time.Duration(n) * time.Second / time.Duration(p.perSecond.Load()))
		<-p.slow
		p.accepted.Add(int64(n))
		return nil
	}
	if now := time.Now(); now.Sub(p.since) >= 100*time.Millisecond {
		p.since, p.taken = now, 0
	}
	if p.taken+n > int(p.perSecond.Load())/10 {
		return errors.New("sending queue is full")
	}
	p.taken += n
	p.accepted.Add(int64(n))
	return nil
}

func counters(n, round int) pmetric.Metrics {
	md := pmetric.NewMetrics()
	m := md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	m.SetName("requests")
	s := m.SetEmptySum()
	s.SetIsMonotonic(true)
	s.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	for i := range n {
		p := s.DataPoints().AppendEmpty()
		p.SetIntValue(int64(round))
		p.SetTimestamp(pcommon.NewTimestampFromTime(time.Now()))
		p.Attributes().PutStr("n", fmt.Sprint(i))
	}
	return md
}

func TestABatchPassesUntouchedWithoutPressure(t *testing.T) {
	sink := &consumertest.MetricsSink{}
	p, err := NewFactory().CreateMetrics(t.Context(), processortest.NewNopSettings(metadata.Type), NewFactory().CreateDefaultConfig(), sink)
	require.NoError(t, err)
	require.NoError(t, p.Start(t.Context(), componenttest.NewNopHost()))
	md := counters(10, 1)
	md.MarkReadOnly()
	require.NoError(t, p.ConsumeMetrics(t.Context(), md))
	assert.Equal(t, []pmetric.Metrics{md}, sink.AllMetrics())
	assert.False(t, p.Capabilities().MutatesData)
	require.NoError(t, p.Shutdown(t.Context()))
	require.NoError(t, p.Shutdown(t.Context()))
}

// Behind it a pipeline takes 2,000 of 5,000 data points in a second. Refusals and
// waiting both bring the rate down, and it comes back when they end.
func TestTheRateFollowsThePipeline(t *testing.T) {
	for name, slow := range map[string]bool{"that refuses": false, "that is slow": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := &pipeline{Consumer: consumertest.NewNop()}
				next.perSecond.Store(20_000)
				if slow {
					next.slow = make(chan struct{}, 1)
				}
				p := start(t, func(c *Config) { c.Thresholds.QueueLength = 50 }, next)
				rate := p.(interface{ rate() float64 }).rate
				var senders sync.WaitGroup
				offer := func(seconds int) {
					for i := range seconds * 50 {
						md := counters(100, i)
						if slow { // receivers have many requests at the same time
							senders.Go(func() { _ = p.ConsumeMetrics(t.Context(), md) })
						} else {
							_ = p.ConsumeMetrics(t.Context(), md)
						}
						<-time.After(20 * time.Millisecond)
					}
				}
				offer(10)
				require.InDelta(t, 1, rate(), 0)
				next.perSecond.Store(2_000)
				offer(60)
				assert.Less(t, rate(), 0.8)
				before := next.accepted.Load()
				at := time.Now()
				offer(30)
				assert.Greater(t, float64(next.accepted.Load()-before)/time.Since(at).Seconds(), 0.7*2000, "what is taken is used")
				next.perSecond.Store(20_000)
				offer(60)
				assert.InDelta(t, 1, rate(), 0)
				senders.Wait()
			})
		})
	}
}

// An error for good says nothing about pressure.
func TestPermanentErrorsAreHandedBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &pipeline{Consumer: consumertest.NewNop(), permanent: consumererror.NewPermanent(errors.New("no such metric"))}
		p := start(t, nil, next)
		for i := range 100 {
			require.ErrorIs(t, p.ConsumeMetrics(t.Context(), counters(100, i)), next.permanent)
			<-time.After(100 * time.Millisecond)
		}
		assert.InDelta(t, 1, p.(interface{ rate() float64 }).rate(), 0)
	})
}

func TestMisspeltKeyIsNamed(t *testing.T) {
	err := confmap.NewFromStringMap(map[string]any{"min_rat": 0.1}).Unmarshal(NewFactory().CreateDefaultConfig())
	require.ErrorContains(t, err, `did you mean "min_rate"?`)
}

func TestEveryMistakeIsNamedByItsKey(t *testing.T) {
	cfg := NewFactory().CreateDefaultConfig()
	require.NoError(t, confmap.NewFromStringMap(map[string]any{"law": "x", "thresholds": map[string]any{"queue_length": 0}, "max_sample_interval": 0}).Unmarshal(cfg))
	err := confmap.Validate(cfg)
	for _, want := range []string{`law: "x" is not one of`, "thresholds::queue_length: 0 must", "max_sample_interval: 0s must"} {
		require.ErrorContains(t, err, want)
	}
}

// rate is the share that is handed on now.
func (s *sampler) rate() float64 { return s.controller.Decision().Rate }

// A distribution may add laws, and whoever measures pressure is told the rate.
func TestLawOfADistributionDecidesAndIsTold(t *testing.T) {
	f := NewFactory(WithLaws(ratecontrol.LawType{Name: "quarter", New: func(ratecontrol.Limits) ratecontrol.Law { return quarter{} }}))
	cfg := f.CreateDefaultConfig().(*Config)
	cfg.Law = "quarter"
	require.NoError(t, confmap.Validate(cfg))
	p, err := f.CreateMetrics(t.Context(), processortest.NewNopSettings(metadata.Type), cfg, &consumertest.MetricsSink{})
	require.NoError(t, err)
	pressure := rates{told: make(chan float64, 100)}
	require.NoError(t, p.Start(t.Context(), hostOf{component.MustNewID("pressure"): pressure}))
	assert.InDelta(t, 1, <-pressure.told, 0)
	assert.InDelta(t, 0.25, <-pressure.told, 0)
	require.NoError(t, p.Shutdown(t.Context()))
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

func (r rates) SamplingRate(_ component.ID, rate float64) { r.told <- rate }

type hostOf map[component.ID]component.Component

func (h hostOf) GetExtensions() map[component.ID]component.Component { return h }
