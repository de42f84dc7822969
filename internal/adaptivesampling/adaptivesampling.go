// Package adaptivesampling joins a law of package ratecontrol, which decides the
// rate, with the sampler of package sampling, which makes it true, for components
// that stand before a backend.
package adaptivesampling

import (
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/internal/ratecontrol"
	"github.com/sluice-otel/sluice/internal/sampling"
)

// A Controller samples what comes by, at a rate that follows what it is told about
// the backend. Apply is safe for concurrent use.
type Controller struct {
	law      ratecontrol.Law
	sampler  *sampling.Sampler
	observe  func(now time.Time) ratecontrol.Observation
	pressure func(ratecontrol.Reason) // at the begin of each sign
	now      func() time.Time

	offered  atomic.Int64 // since the last tick
	decision atomic.Pointer[ratecontrol.Decision]
	last     time.Time

	id        component.ID
	listeners []RateListener

	ticking sync.WaitGroup
	stop    chan struct{}
}

// New returns a controller. At each tick observe says what has happened since the
// last; At, Elapsed and Offered are filled in. pressure is told of each sign of
// pressure when it begins. The error is that of a configuration that is not valid.
func New(cfg *Config, observe func(now time.Time) ratecontrol.Observation, pressure func(ratecontrol.Reason), now func() time.Time) (*Controller, error) {
	law, err := cfg.newLaw()
	if err != nil {
		return nil, err
	}
	c := &Controller{law: law, sampler: sampling.New(cfg.Config, now), observe: observe, pressure: pressure, now: now}
	c.decision.Store(&ratecontrol.Decision{Rate: cfg.BaseRate})
	c.sampler.SetRate(cfg.BaseRate)
	return c, nil
}

// Apply returns what of a batch is to be sent, and counts what is not.
func (c *Controller) Apply(md pmetric.Metrics) (pmetric.Metrics, sampling.Counts) {
	out, counts := c.sampler.Apply(md)
	c.offered.Add(int64(counts.Offered))
	return out, counts
}

// Decision is what the law has decided at the last tick.
func (c *Controller) Decision() ratecontrol.Decision { return *c.decision.Load() }

// tick asks the law.
func (c *Controller) tick() {
	now := c.now()
	o := c.observe(now)
	o.At, o.Offered = now, float64(c.offered.Swap(0))
	if !c.last.IsZero() {
		o.Elapsed = now.Sub(c.last)
	} else {
		o.Elapsed = ratecontrol.Tick
	}
	c.last = now
	before := c.decision.Load()
	d := c.law.Next(o)
	for _, reason := range d.Pressure {
		if !slices.Contains(before.Pressure, reason) {
			c.pressure(reason)
		}
	}
	c.decision.Store(&d)
	c.sampler.SetRate(d.Rate)
	c.tell(d.Rate)
}

// jitter is by how much ticks come early or late, so that senders of one backend do
// not act in step.
const jitter = 0.1

// Start begins to tick; Stop ends it. The rate is that of the component id, and told to
// the extensions of the host that want to know it.
func (c *Controller) Start(id component.ID, host component.Host) {
	c.id, c.listeners = id, listenersOf(host)
	c.tell(c.Decision().Rate)
	c.stop = make(chan struct{})
	c.ticking.Go(c.run)
}

// Stop ends what Start began, and waits for it.
func (c *Controller) Stop() {
	close(c.stop)
	c.ticking.Wait()
}

func (c *Controller) run() {
	timer := time.NewTimer(ratecontrol.Tick)
	defer timer.Stop()
	for {
		select {
		case <-c.stop:
			return
		case <-timer.C:
			c.tick()
			timer.Reset(time.Duration(float64(ratecontrol.Tick) * (1 + jitter*(2*rand.Float64()-1))))
		}
	}
}
