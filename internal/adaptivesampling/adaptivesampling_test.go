package adaptivesampling

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/testdata"
	"go.uber.org/goleak"

	"github.com/sluice-otel/sluice/internal/ratecontrol"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestMeterTellsBusyFromIdle(t *testing.T) {
	var m Meter
	at := time.Unix(1000, 0)
	require.False(t, m.Observe(at).Busy, "nobody knows yet")
	m.Begin(at)
	m.Begin(at.Add(100 * time.Millisecond))
	m.End(at.Add(200 * time.Millisecond))
	assert.True(t, m.Observe(at.Add(time.Second)).Busy)
	m.End(at.Add(1500 * time.Millisecond))
	assert.False(t, m.Observe(at.Add(2*time.Second)).Busy)
	m.Begin(at.Add(2 * time.Second))
	assert.True(t, m.Observe(at.Add(3*time.Second)).Busy)
}

func TestMeterCountsWhatHappenedSinceTheLastTick(t *testing.T) {
	var m Meter
	at := time.Unix(1000, 0)
	m.Wrote(10, 100*time.Millisecond)
	m.Wrote(20, 300*time.Millisecond)
	m.Refused(200*time.Millisecond, at.Add(time.Minute))
	o := m.Observe(at)
	assert.Equal(t, ratecontrol.Observation{Acked: 30, Latency: 200 * time.Millisecond, Refused: 1, PausedUntil: at.Add(time.Minute)}, o)
	assert.Equal(t, ratecontrol.Observation{PausedUntil: at.Add(time.Minute)}, m.Observe(at.Add(time.Second)))
}

func TestControllerFollowsItsLaw(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := DefaultConfig()
		cfg.Law = LawStep
		var queue atomic.Int64
		queue.Store(6000)
		var reasons []ratecontrol.Reason
		c, err := New(&cfg, func(time.Time) ratecontrol.Observation { return ratecontrol.Observation{Queue: float64(queue.Load())} },
			func(r ratecontrol.Reason) { reasons = append(reasons, r) }, time.Now)
		require.NoError(t, err)
		pressure := &listener{}
		c.Start(component.MustNewID("sampler"), extensions{component.MustNewID("pressure"): pressure, component.MustNewID("other"): nil})
		defer c.Stop()
		assert.Equal(t, map[string]float64{"sampler": 1}, pressure.told(), "when it starts")
		md := testdata.GenerateMetrics(10)
		out, _ := c.Apply(md)
		assert.Equal(t, md, out)
		<-time.After(5 * time.Second)
		synctest.Wait()
		assert.InDelta(t, 0.01, c.Decision().Rate, 0.02)
		assert.Equal(t, map[string]float64{"sampler": c.Decision().Rate}, pressure.told())
		assert.Equal(t, []ratecontrol.Reason{ratecontrol.ReasonQueue}, reasons, "once, when it begins")
		queue.Store(0)
		<-time.After(60 * time.Second)
		synctest.Wait()
		assert.InDelta(t, 1, c.Decision().Rate, 0)
	})
}

// A listener is an extension that keeps what it is told.
type listener struct {
	component.StartFunc
	component.ShutdownFunc
	mu    sync.Mutex
	rates map[string]float64
}

func (l *listener) SamplingRate(of component.ID, rate float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rates = map[string]float64{of.String(): rate}
}

func (l *listener) told() map[string]float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rates
}

type extensions map[component.ID]component.Component

func (e extensions) GetExtensions() map[component.ID]component.Component { return e }

// A distribution may add laws.
func TestLawOfADistribution(t *testing.T) {
	half := ratecontrol.LawType{Name: "half", New: func(ratecontrol.Limits) ratecontrol.Law { return fixed(0.5) }}
	cfg := DefaultConfig(half)
	cfg.Law = "half"
	require.NoError(t, cfg.Validate())
	c, err := New(&cfg, func(time.Time) ratecontrol.Observation { return ratecontrol.Observation{} }, nil, time.Now)
	require.NoError(t, err)
	c.tick()
	assert.InDelta(t, 0.5, c.Decision().Rate, 0)

	twice := DefaultConfig(half, half)
	require.ErrorContains(t, twice.Validate(), "law: there are two of the name half")
}

type fixed float64

func (f fixed) Next(ratecontrol.Observation) ratecontrol.Decision {
	return ratecontrol.Decision{Rate: float64(f)}
}

func TestMistakesAreNamedByTheirKey(t *testing.T) {
	cfg := DefaultConfig()
	require.NoError(t, cfg.Validate())
	cfg.Law, cfg.MinRate = "guess", 0
	require.ErrorContains(t, cfg.Validate(), `law: "guess" is not one of ["rate_match" "step"]`)
	require.ErrorContains(t, cfg.Validate(), "min_rate: 0 must be above 0")
}
