package ratecontrol

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var limits = Limits{Base: 1, Min: 0.01, QueueLength: 5000, WriteLatency: 200 * time.Millisecond}

const offered = 100e3

// steps is a backend that takes 150k, but only 40k of the 100k offered from 60 s to
// 240 s, and nothing for two seconds at 30 s.
func steps(t float64) float64 {
	switch {
	case t >= 30 && t < 32:
		return 0
	case t >= 60 && t < 240:
		return 40e3
	default:
		return 150e3
	}
}

// The rate that lets just the backend's 40k through.
const ideal = 0.4

func TestRateMatchFollowsAStep(t *testing.T) {
	for _, noise := range []float64{0, 0.1, 0.4} {
		for seed := range uint64(5) {
			t.Run(fmt.Sprintf("noise %v, seed %d", noise, seed), func(t *testing.T) {
				tr := plant{offered: constant(offered), capacity: steps, noise: noise, seed: seed}.run(300, NewRateMatch(limits))
				mean, deviation, _ := tr.within(80, 240)
				_, _, least := tr.within(60, 240)
				_, _, before := tr.within(0, 60)
				assert.InDelta(t, 1, before, 0, "a stall of two seconds is for the queue")
				assert.GreaterOrEqual(t, tr.served/tr.feasible, 0.95, "delivered of what was feasible")
				assert.GreaterOrEqual(t, least, 0.5*ideal, "undershoot")
				assert.InDelta(t, ideal, mean, 0.05*ideal, "steady mean")
				assert.LessOrEqual(t, tr.settled(240, 300, 1), 15.0, "seconds until restored")
				assert.Less(t, tr.maxQueue(), 2.5*offered*patience*Tick.Seconds())
				if noise <= 0.1 {
					assert.Less(t, deviation, 0.05*mean, "steady deviation")
					assert.LessOrEqual(t, tr.settled(60, 240, ideal), 15.0, "seconds until settled")
				} else {
					// What is measured deviates by itself.
					soon, _, _ := tr.within(75, 95)
					assert.InDelta(t, ideal, soon, 0.1*ideal, "settled")
				}
			})
		}
	}
}

// Before a backend that takes 40 % more or less from one tenth of a second to the next,
// the rate is still steady: it does not follow what is only noise.
func TestRateMatchIsSteadyBeforeAnUnevenBackend(t *testing.T) {
	const runs = 20
	average := 0.0
	for seed := range uint64(runs) {
		tr := plant{offered: constant(offered), capacity: steps, noise: 0.4, seed: seed}.run(300, NewRateMatch(limits))
		mean, deviation, _ := tr.within(80, 240)
		average += deviation / mean / runs
		assert.Less(t, deviation, 0.065*mean, "seed %d", seed)
	}
	t.Logf("deviation of the rate: %.3f on average", average)
	assert.Less(t, average, 0.05)
}

func TestRateMatchIgnoresAStallWhereverItFalls(t *testing.T) {
	for shift := range 50 {
		begin := 30 + float64(shift)/50
		capacity := func(t float64) float64 {
			if t >= begin && t < begin+2 {
				return 0
			}
			return 150e3
		}
		tr := plant{offered: constant(offered), capacity: capacity, noise: 0.1}.run(60, NewRateMatch(limits))
		_, _, least := tr.within(0, 60)
		require.InDelta(t, 1, least, 0, "stall at %v", begin)
		require.InDelta(t, tr.offered, tr.served, 1, "stall at %v", begin)
	}
}

func TestRateMatchFollowsASawtooth(t *testing.T) {
	saw := func(t float64) float64 { return 20e3 + 60e3*math.Mod(t, 60)/60 }
	tr := plant{offered: constant(offered), capacity: saw, noise: 0.1}.run(600, NewRateMatch(limits))
	assert.GreaterOrEqual(t, tr.served/tr.feasible, 0.95)
	assert.Less(t, tr.maxQueue(), 5*offered)
}

func TestRateMatchBridgesABurst(t *testing.T) {
	burst := func(t float64) float64 {
		if t >= 30 && t < 60 {
			return 10 * 20e3
		}
		return 20e3
	}
	tr := plant{offered: burst, capacity: constant(50e3), noise: 0.1}.run(120, NewRateMatch(limits))
	assert.GreaterOrEqual(t, tr.served/tr.feasible, 0.95)
	_, _, before := tr.within(0, 30)
	assert.InDelta(t, 1, before, 0)
	assert.LessOrEqual(t, tr.settled(60, 120, 1), 15.0)
	assert.Less(t, tr.maxQueue(), 8*200e3)
}

func TestRateMatchSurvivesADeadBackend(t *testing.T) {
	dead := func(t float64) float64 {
		if t >= 30 && t < 150 {
			return 0
		}
		return 150e3
	}
	tr := plant{offered: constant(offered), capacity: dead, noise: 0.1, limit: 2e6,
		refuses: func(t float64) bool { return t >= 30 && t < 150 }}.run(240, NewRateMatch(limits))
	_, _, least := tr.within(30, 150)
	assert.InDelta(t, limits.Min, least, 1e-9, "down to the least rate, and not below")
	assert.Zero(t, tr.refused, "the queue never overflows")
	assert.LessOrEqual(t, tr.settled(150, 240, 1), 15.0, "seconds until restored")
}

// Scrapes come in lumps of 100 ms.
func TestRateMatchWorksWithScrapes(t *testing.T) {
	for _, interval := range []float64{1, 5, 15} {
		lumps := func(t float64) float64 {
			if math.Mod(t, interval) < 0.1 {
				return interval * 10e3 / 0.1
			}
			return 0
		}
		tr := plant{offered: lumps, capacity: constant(4e3), noise: 0.1, limit: 1e6}.run(900, NewRateMatch(limits))
		assert.Less(t, tr.maxQueue(), 150e3+10e3*(10+2*interval), "every %v s", interval)
		assert.GreaterOrEqual(t, tr.served/(900*4e3), 0.95, "the backend is never idle")
		assert.InDelta(t, 0.4, tr.fed/tr.offered, 0.08, "every %v s", interval)
	}
}

// A backend that lets 40k through in each second and answers 429 for the rest of it
// must be used as well as one that takes 40k evenly.
func TestRateMatchUsesABackendThatFlaps(t *testing.T) {
	for _, pause := range []float64{0, 0.2} {
		flaps := func(t float64) bool { return math.Mod(t, 1) >= 0.4 }
		tr := plant{offered: constant(offered), capacity: func(t float64) float64 {
			if flaps(t) {
				return 0
			}
			return 100e3
		}, refuses: flaps, pauses: pause, noise: 0.1}.run(300, NewRateMatch(limits))
		assert.GreaterOrEqual(t, tr.served/tr.feasible, 0.95, "Retry-After %v", pause)
		mean, _, _ := tr.within(60, 300)
		assert.InDelta(t, ideal, mean, 0.15*ideal)
	}
}

// While the backend wants to be left alone it says nothing about what it takes: the
// rate is held, and what it was told before is not forgotten.
func TestRateMatchHoldsWhilePaused(t *testing.T) {
	law := NewRateMatch(limits)
	o := Observation{At: instant(0), Elapsed: Tick, Offered: offered / 2, Acked: 20e3, Busy: true, Latency: time.Second}
	for i := range 20 {
		o.At = instant(float64(i) / 2)
		o.Queue += 1000
		law.Next(o)
	}
	held := law.Next(o).Rate
	require.Less(t, held, 1.0)
	o.PausedUntil = o.At.Add(time.Minute)
	o.Acked = 0
	for range 20 {
		d := law.Next(o)
		assert.InDelta(t, held, d.Rate, 0)
		assert.Contains(t, d.Pressure, ReasonRetryAfter)
		assert.InDelta(t, 40e3, d.Capacity, 1)
	}
}

// Senders that share a backend must not starve each other, nor swing together.
func TestRateMatchSharesABackend(t *testing.T) {
	laws := make([]Law, 10)
	for i := range laws {
		laws[i] = NewRateMatch(limits)
	}
	tr := plant{offered: constant(offered), capacity: steps, noise: 0.1, seed: 3}.run(300, laws...)
	assert.GreaterOrEqual(t, tr.served/tr.feasible, 0.95)
	sum, least, most := 0.0, 1.0, 0.0
	// The rates at the end of the time of scarcity.
	again := make([]Law, 10)
	for i := range again {
		again[i] = NewRateMatch(limits)
	}
	plant{offered: constant(offered), capacity: steps, noise: 0.1, seed: 3}.run(239, again...)
	for _, law := range again {
		rate := law.(*RateMatch).rate
		sum += rate
		least, most = min(least, rate), max(most, rate)
	}
	assert.InDelta(t, ideal, sum/10, 0.1*ideal)
	assert.Greater(t, least, 0.5*ideal)
	assert.Less(t, most, 2*ideal)
}

// The plain rule, on the same plant: why it is not the default.
func TestStepSwings(t *testing.T) {
	tr := plant{offered: constant(offered), capacity: steps, noise: 0.1}.run(300, NewStep(limits))
	share := tr.served / tr.feasible
	assert.Greater(t, share, 0.7)
	assert.Less(t, share, 0.9)
	_, _, blip := tr.within(29, 45)
	assert.LessOrEqual(t, blip, 0.25, "it halves for a stall of two seconds")
	assert.LessOrEqual(t, tr.settled(240, 300, 1), 15.0, "seconds until restored")
}

func TestStepHalvesOnAThresholdAndRecovers(t *testing.T) {
	for name, c := range map[string]struct {
		o    Observation
		want Reason
	}{
		"queue":       {Observation{Queue: 5001}, ReasonQueue},
		"latency":     {Observation{Latency: 201 * time.Millisecond}, ReasonLatency},
		"refused":     {Observation{Refused: 1}, ReasonRefused},
		"retry after": {Observation{PausedUntil: time.Unix(1, 0)}, ReasonRetryAfter},
	} {
		t.Run(name, func(t *testing.T) {
			law := NewStep(limits)
			assert.Equal(t, Decision{Rate: 0.5, Pressure: []Reason{c.want}}, law.Next(c.o))
			for range 20 {
				law.Next(c.o)
			}
			assert.InDelta(t, limits.Min, law.Next(c.o).Rate, 1e-12)
			for range 60 {
				law.Next(Observation{Queue: 5000, Latency: 200 * time.Millisecond})
			}
			assert.InDelta(t, 1, law.Next(Observation{}).Rate, 0)
		})
	}
}

// Whatever is observed, a rate stays within its limits and is a number.
func FuzzLawsKeepToTheirLimits(f *testing.F) {
	f.Add(100.0, 50.0, 1000.0, 2000.0, true, int64(3e8), 1, int64(0))
	f.Add(math.Inf(1), math.NaN(), -1.0, 0.0, false, int64(-1), -5, int64(1e18))
	f.Fuzz(func(t *testing.T, offered, acked, queue, limit float64, busy bool, latency int64, refused int, pause int64) {
		for _, law := range []Law{NewRateMatch(limits), NewStep(limits)} {
			for i := range 40 {
				d := law.Next(Observation{
					At: instant(float64(i)), Elapsed: Tick, Offered: offered, Acked: acked * float64(i%3), Queue: queue * float64(i), QueueLimit: limit, Busy: busy,
					Latency: time.Duration(latency), Refused: refused, PausedUntil: time.Unix(0, pause),
				})
				require.True(t, d.Rate >= limits.Min && d.Rate <= limits.Base, "%T: %v", law, d)
			}
		}
	})
}

func TestLimitsAreValidatedByKey(t *testing.T) {
	err := Limits{Base: 2, Min: 3, QueueLength: 0, WriteLatency: 0}.Validate()
	for _, want := range []string{
		"base_rate: 2 must be above 0 and at most 1", "min_rate: 3 must be above 0 and at most base_rate (2)",
		"thresholds::queue_length: 0 must be at least 1", "thresholds::write_latency: 0s must be positive",
	} {
		require.ErrorContains(t, err, want)
	}
	require.NoError(t, limits.Validate())
}
