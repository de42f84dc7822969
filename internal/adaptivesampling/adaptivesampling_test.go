package adaptivesampling

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
		c := New(&cfg, func(time.Time) ratecontrol.Observation { return ratecontrol.Observation{Queue: float64(queue.Load())} },
			func(r ratecontrol.Reason) { reasons = append(reasons, r) }, time.Now)
		c.Start()
		defer c.Stop()
		md := testdata.GenerateMetrics(10)
		out, _ := c.Apply(md)
		assert.Equal(t, md, out)
		<-time.After(5 * time.Second)
		synctest.Wait()
		assert.InDelta(t, 0.01, c.Decision().Rate, 0.02)
		assert.Equal(t, []ratecontrol.Reason{ratecontrol.ReasonQueue}, reasons, "once, when it begins")
		queue.Store(0)
		<-time.After(60 * time.Second)
		synctest.Wait()
		assert.InDelta(t, 1, c.Decision().Rate, 0)
	})
}

func TestMistakesAreNamedByTheirKey(t *testing.T) {
	cfg := DefaultConfig()
	require.NoError(t, cfg.Validate())
	cfg.Law, cfg.MinRate = "guess", 0
	require.ErrorContains(t, cfg.Validate(), `law: "guess" is neither rate_match nor step`)
	require.ErrorContains(t, cfg.Validate(), "min_rate: 0 must be above 0")
}
