package ratecontrol

import (
	"math"
	"math/rand/v2"
	"time"
)

// A plant is a backend with a queue before it, as a fluid: in each slice of time
// what the rate lets through comes in, and goes out as far as the backend takes it.
type plant struct {
	offered  func(t float64) float64 // data points per second
	capacity func(t float64) float64
	noise    float64              // relative deviation of the capacity from slice to slice of 0.1 s
	refuses  func(t float64) bool // answers 429 instead
	pauses   float64              // seconds of Retry-After with a 429
	limit    float64              // of the queue; what does not fit is refused to the sender's sender
	seed     uint64
}

// A trace is what happened, one entry for each tick.
type trace struct {
	ticks    []moment
	offered  float64
	fed      float64 // let through by the rate
	served   float64
	feasible float64 // what a backend without any queue or law could have served of what was offered
	refused  float64 // because the queue was full
}

type moment struct {
	t, rate, queue, delay, offered, capacity float64
}

const slice = 0.01

// A sender is one law with its queue.
type sender struct {
	law            Law
	rate, queue    float64
	offset         float64 // of its ticks
	fed, acked     float64 // since the last tick
	offered        float64
	busy, slices   int
	refusals       int
	pausedUntil    float64
	next           float64
	latency, nWait float64
}

// run simulates for so many seconds. With several senders each offers its share.
func (p plant) run(seconds float64, laws ...Law) trace {
	r := rand.New(rand.NewPCG(p.seed, 9))
	var tr trace
	senders := make([]*sender, len(laws))
	for i, law := range laws {
		offset := 0.0
		if len(laws) > 1 {
			offset = r.Float64()
		}
		senders[i] = &sender{law: law, rate: 1, next: Tick.Seconds() + offset*Tick.Seconds()}
	}
	factor, backlog := 1.0, 0.0
	for n := range int(seconds / slice) {
		t := float64(n) * slice
		if n%10 == 0 {
			factor = max(1+p.noise*r.NormFloat64(), 0.05)
		}
		capacity := p.capacity(t) * factor * slice
		refusing := p.refuses != nil && p.refuses(t)
		if refusing {
			capacity = 0
		}
		offered := p.offered(t) * slice
		tr.offered += offered
		// An ideal sender keeps three seconds of what is offered, to bridge stalls.
		backlog = min(backlog+offered, p.offered(t)*3)
		ideal := min(backlog, capacity)
		backlog -= ideal
		tr.feasible += ideal
		p.slice(t, offered/float64(len(senders)), capacity, refusing, senders, &tr)
		for i, s := range senders {
			if t+slice >= s.next {
				s.tick(t+slice, p.limit/float64(len(senders)))
				if i == 0 {
					tr.ticks = append(tr.ticks, moment{t, s.rate, s.queue, s.queue / max(capacity/slice/float64(len(senders)), 1), p.offered(t), p.capacity(t)})
				}
			}
		}
	}
	return tr
}

// slice lets data in and out. Senders share the backend by what they have waiting.
func (p plant) slice(t, offered, capacity float64, refusing bool, senders []*sender, tr *trace) {
	total := 0.0
	for _, s := range senders {
		in := offered * s.rate
		if p.limit > 0 {
			room := max(p.limit/float64(len(senders))-s.queue, 0)
			tr.refused += max(in-room, 0)
			in = min(in, room)
		}
		s.queue += in
		s.offered += offered
		tr.fed += in
		if t >= s.pausedUntil {
			total += s.queue
		}
	}
	for _, s := range senders {
		s.slices++
		if s.queue <= 0 {
			continue
		}
		if t < s.pausedUntil {
			s.busy++
			continue
		}
		out := min(s.queue, capacity*s.queue/max(total, 1e-9))
		s.queue -= out
		s.acked += out
		tr.served += out
		if s.queue > 1e-6 {
			s.busy++
		}
		if refusing {
			s.refusals++
			if p.pauses > 0 {
				s.pausedUntil = t + p.pauses
			}
		}
	}
}

func (s *sender) tick(t, limit float64) {
	latency := 20 * time.Millisecond
	if s.busy*10 >= s.slices*9 {
		latency = 300 * time.Millisecond // what five connections with 2,000 samples each take
	}
	d := s.law.Next(Observation{
		At: instant(t), Elapsed: time.Duration(s.slices) * 10 * time.Millisecond, Offered: s.offered, Acked: s.acked, Queue: s.queue, QueueLimit: limit,
		Busy: s.busy*100 >= s.slices*95, BusyFor: time.Duration(s.busy) * 10 * time.Millisecond, Latency: latency, Refused: s.refusals, PausedUntil: instant(s.pausedUntil),
	})
	s.rate = d.Rate
	s.offered, s.acked, s.busy, s.slices, s.refusals = 0, 0, 0, 0, 0
	s.next += Tick.Seconds()
}

func instant(t float64) time.Time {
	return time.Unix(1_700_000_000, 0).Add(time.Duration(t * float64(time.Second)))
}

func constant(v float64) func(float64) float64 { return func(float64) float64 { return v } }

// within is the mean and deviation of the rate, and the least, between two times.
func (tr trace) within(from, to float64) (mean, deviation, least float64) {
	n, sum, squares := 0.0, 0.0, 0.0
	least = math.Inf(1)
	for _, m := range tr.ticks {
		if m.t >= from && m.t < to {
			n++
			sum += m.rate
			squares += m.rate * m.rate
			least = min(least, m.rate)
		}
	}
	mean = sum / n
	return mean, math.Sqrt(max(squares/n-mean*mean, 0)), least
}

// settled is the time after from when the rate, averaged over a second, is and
// stays within tenth of ideal until to.
func (tr trace) settled(from, to, ideal float64) float64 {
	last := from
	for _, m := range tr.ticks {
		if m.t < from+1 || m.t >= to {
			continue
		}
		if mean, _, _ := tr.within(m.t-1, m.t+0.01); math.Abs(mean-ideal) > 0.1*ideal {
			last = m.t
		}
	}
	return last - from
}

func (tr trace) maxQueue() float64 {
	most := 0.0
	for _, m := range tr.ticks {
		most = max(most, m.queue)
	}
	return most
}
