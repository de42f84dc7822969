// Package adaptivesampling joins a law of package ratecontrol, which decides the
// rate, with the sampler of package sampling, which makes it true, for components
// that stand before a backend.
package adaptivesampling

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/internal/ratecontrol"
	"github.com/sluice-otel/sluice/internal/sampling"
)

// Config is what the operator writes about sampling.
type Config struct {
	// BaseRate is the share of data points that is sent without any pressure.
	BaseRate float64 `mapstructure:"base_rate"`

	// MinRate is the least share that is sent of what has a priority above 0, and
	// together.
	MinRate float64 `mapstructure:"min_rate"`

	// Thresholds are what is no pressure yet.
	Thresholds ThresholdConfig `mapstructure:"thresholds"`

	// Law decides the rate: rate_match sends what the backend has shown it takes,
	// step halves the rate at a threshold and raises it again slowly.
	Law LawName `mapstructure:"law"`

	sampling.Config `mapstructure:",squash"`
}

// ThresholdConfig are the signs of pressure.
type ThresholdConfig struct {
	// QueueLength is in data points.
	QueueLength int64 `mapstructure:"queue_length"`

	// WriteLatency is the mean time of a write.
	WriteLatency time.Duration `mapstructure:"write_latency"`
}

// LawName is the name of a law.
type LawName string

// The laws.
const (
	LawRateMatch LawName = "rate_match"
	LawStep      LawName = "step"
)

// DefaultConfig returns what holds where the operator says nothing.
func DefaultConfig() Config {
	return Config{
		BaseRate: 1, MinRate: 0.01, Law: LawRateMatch,
		Thresholds: ThresholdConfig{QueueLength: 5000, WriteLatency: 200 * time.Millisecond},
		Config:     sampling.Config{MaxSampleInterval: sampling.DefaultMaxSampleInterval},
	}
}

func (c *Config) limits() ratecontrol.Limits {
	return ratecontrol.Limits{Base: c.BaseRate, Min: c.MinRate, QueueLength: float64(c.Thresholds.QueueLength), WriteLatency: c.Thresholds.WriteLatency}
}

// Validate reports every problem, each by its key, but those of the embedded
// configuration: the collector asks that itself.
func (c *Config) Validate() error {
	errs := []error{c.limits().Validate()}
	if c.Law != LawRateMatch && c.Law != LawStep {
		errs = append(errs, fmt.Errorf("law: %q is neither %s nor %s", c.Law, LawRateMatch, LawStep))
	}
	return errors.Join(errs...)
}

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

	ticking sync.WaitGroup
	stop    chan struct{}
}

// New returns a controller. At each tick observe says what has happened since the
// last; At, Elapsed and Offered are filled in. pressure is told of each sign of
// pressure when it begins.
func New(cfg *Config, observe func(now time.Time) ratecontrol.Observation, pressure func(ratecontrol.Reason), now func() time.Time) *Controller {
	c := &Controller{sampler: sampling.New(cfg.Config, now), observe: observe, pressure: pressure, now: now}
	switch cfg.Law {
	case LawStep:
		c.law = ratecontrol.NewStep(cfg.limits())
	case LawRateMatch:
		c.law = ratecontrol.NewRateMatch(cfg.limits())
	}
	c.decision.Store(&ratecontrol.Decision{Rate: cfg.BaseRate})
	c.sampler.SetRate(cfg.BaseRate)
	return c
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
}

// jitter is by how much ticks come early or late, so that senders of one backend do
// not act in step.
const jitter = 0.1

// Start begins to tick; Stop ends it.
func (c *Controller) Start() {
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
