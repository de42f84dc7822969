// Package ratecontrol decides which share of the data offered to a backend is sent,
// from what is seen of that backend.
//
// A law is a function of observations: once in a tick it is given what happened
// since the last, and answers with a rate between 0 and 1. It has no clock and no
// goroutine, so that whatever it does can be repeated. ratematch.go is the law to
// use; step.go is the plain rule, to compare with and for those who know it.
//
// What a rate means for the data is not decided here.
package ratecontrol

import (
	"errors"
	"fmt"
	"time"
)

// Tick is how often laws want to be asked. Their constants are for ticks of about
// this length.
const Tick = 500 * time.Millisecond

// An Observation is what has happened during one tick. Data are counted in data
// points.
type Observation struct {
	// At is the end of the tick.
	At time.Time

	// Elapsed is how long it was.
	Elapsed time.Duration

	// Offered is how much has come in, before anything was given up.
	Offered float64

	// Acked is how much the backend has accepted.
	Acked float64

	// Queue is how much waits or is being sent.
	Queue float64

	// QueueLimit is how much may wait, 0 if nobody knows.
	QueueLimit float64

	// Busy says that there was something to send all the time, and BusyFor how long
	// there was: what the backend takes shows in that time only.
	Busy    bool
	BusyFor time.Duration

	// Latency is the mean time of the writes that ended, 0 if there were none.
	Latency time.Duration

	// Refused is how many writes ended with 429 or 5xx, or with no answer.
	Refused int

	// PausedUntil is until when the backend wants to be left alone.
	PausedUntil time.Time
}

// repair makes numbers that are none, or that nobody can have counted, zero: one
// wrong observation must not spoil all that follow.
func (o *Observation) repair() {
	for _, v := range []*float64{&o.Offered, &o.Acked, &o.Queue, &o.QueueLimit} {
		if !(*v >= 0 && *v <= 1e15) {
			*v = 0
		}
	}
}

// A Decision is what a law makes of an observation.
type Decision struct {
	// Rate is the share of what is offered that is sent during the next tick.
	Rate float64

	// Capacity is what the backend is believed to take in a second, 0 if that is
	// not known.
	Capacity float64

	// QueueDelay is how long what enters the queue now waits in it, if the belief is
	// right.
	QueueDelay time.Duration

	// Pressure are the signs that the backend takes less than it is offered.
	Pressure []Reason
}

// A Reason is a sign of pressure.
type Reason string

// The reasons.
const (
	ReasonQueue      Reason = "queue"
	ReasonLatency    Reason = "latency"
	ReasonRefused    Reason = "refused"
	ReasonRetryAfter Reason = "retry_after"
)

// A Law turns observations into decisions. It is not safe for concurrent use.
type Law interface {
	Next(o Observation) Decision
}

// Limits are what laws keep to.
type Limits struct {
	// Base is the rate without pressure, Min the least with any.
	Base, Min float64

	// QueueLength and WriteLatency are what is no pressure yet.
	QueueLength  float64
	WriteLatency time.Duration
}

// Validate reports every problem, each by the key of the configuration.
func (l Limits) Validate() error {
	var errs []error
	if !(l.Base > 0 && l.Base <= 1) {
		errs = append(errs, fmt.Errorf("base_rate: %v must be above 0 and at most 1", l.Base))
	}
	if !(l.Min > 0 && l.Min <= l.Base) {
		errs = append(errs, fmt.Errorf("min_rate: %v must be above 0 and at most base_rate (%v)", l.Min, l.Base))
	}
	if !(l.QueueLength >= 1) {
		errs = append(errs, fmt.Errorf("thresholds::queue_length: %v must be at least 1", l.QueueLength))
	}
	if l.WriteLatency <= 0 {
		errs = append(errs, fmt.Errorf("thresholds::write_latency: %s must be positive", l.WriteLatency))
	}
	return errors.Join(errs...)
}

// crossed returns which thresholds an observation is beyond.
func (l Limits) crossed(o Observation) []Reason {
	var reasons []Reason
	if o.Queue > l.QueueLength {
		reasons = append(reasons, ReasonQueue)
	}
	if o.Latency > l.WriteLatency {
		reasons = append(reasons, ReasonLatency)
	}
	if o.Refused > 0 {
		reasons = append(reasons, ReasonRefused)
	}
	if o.PausedUntil.After(o.At) {
		reasons = append(reasons, ReasonRetryAfter)
	}
	return reasons
}

func perSecond(n float64, d time.Duration) float64 {
	if d <= 0 {
		return 0
	}
	return n / d.Seconds()
}

func clamp(v, least, most float64) float64 { return min(max(v, least), most) }

func delay(queue, capacity float64) time.Duration {
	if capacity <= 0 {
		return 0
	}
	return time.Duration(min(queue/capacity, time.Hour.Seconds()) * float64(time.Second))
}
