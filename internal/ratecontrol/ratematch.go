package ratecontrol

import (
	"math"
	"time"
)

// A RateMatch sends as much as the backend has shown that it takes. It measures
// that while there is something to send all the time, and keeps a small queue
// standing so that it goes on seeing it; what waits beyond that is worked off
// within drainTime. Without a queue it feels its way up.
//
// Nothing is given up for a stall that passes: the law comes into force once the
// queue has grown for patience ticks in a row, or is half full.
type RateMatch struct {
	limits Limits

	rate    float64
	active  bool
	offered float64            // per second
	smooth  float64            // the same, of the last ticks
	lately  [lumpTicks]float64 // offered, the tick before last and so on, in a ring
	queues  [lumpTicks]float64 // the same for the queue at the end of a tick
	ticks   int                // how many there were
	period  int                // ticks from lump to lump, 1 if data come evenly
	known   []float64          // per second, of the last busy ticks
	queue   float64            // at the last tick
	acked   float64            // since the last measurement
	busy    time.Duration
	trouble int  // ticks in a row in which the queue grew or the backend refused
	free    bool // the backend has been idle, and not for the first time

	sinceIdle int // ticks
}

const (
	// offeredWeight is how much of the offered rate is that of the last tick: bursts
	// must be seen at once.
	offeredWeight = 0.5

	// lumpTicks is long enough to hold two scrapes of the usual intervals.
	lumpTicks = 64

	// The capacity is the mean of the last knownTicks busy ticks, so as not to follow
	// the noise, and before an uneven backend of up to mostTicks, until the mean deviates
	// by no more than steady.
	knownTicks, mostTicks = 16, 100
	steady                = 0.02

	// It is that of the last recentTicks only once these differ from those before by
	// more than noise does: then the backend has changed.
	recentTicks, change = 6, 0.3

	// leastBusy is the share of a tick from which on it says something about the
	// backend, and not about a single write.
	leastBusy = 0.7

	// patience is how many ticks a queue may grow before anything is given up. A
	// stall of two seconds touches five.
	patience = 6

	// halfFull is when patience ends whatever the ticks.
	halfFull = 0.5

	// margin keeps the queue from growing by the error of the measurement.
	margin = 0.98

	// standing is how much time of the backend's waits on purpose.
	standing = 0.4

	// drainTime is how long working off a queue takes, in seconds, unless that took
	// more than drainShare of what the backend can do: fresh data matter, too. drainMost
	// is for that part of a queue which is the noise of the backend.
	drainTime, drainMost = 3, 15
	drainShare           = 0.44

	// A rate falls to a half and grows by a twelfth in a tick at most. The constant
	// makes the way from the least rate up a short one.
	fall, rise, riseConstant = 0.55, 1.08, 0.0025

	// riseKnown is how a rate may grow that the backend has already shown it takes.
	riseKnown = 1.25

	// idleWithin is in how many ticks the backend must be idle for the second time
	// before more is tried. A queue that is empty once is an accident.
	idleWithin = 2

	// small is the queue that counts as none, in seconds of what is offered.
	small = 0.05
)

// NewRateMatch returns a law that begins at the base rate.
func NewRateMatch(l Limits) *RateMatch { return &RateMatch{limits: l, rate: l.Base} }

// Next implements Law.
func (r *RateMatch) Next(o Observation) Decision {
	o.repair()
	r.observe(o)
	crossed := r.limits.crossed(o)
	capacity := r.capacity()
	switch {
	case !r.active && r.enters(o, crossed):
		r.active = true
		r.move(capacity)
	case !r.active:
		r.rate = r.limits.Base
	case o.PausedUntil.After(o.At):
		// The backend is not asked, so it says nothing.
	default:
		r.move(capacity)
		if r.rate >= r.limits.Base && o.Queue <= r.smallQueue() {
			r.active = false
			r.trouble = 0
		}
	}
	r.queue = o.Queue
	if !r.active {
		crossed = nil
	}
	return Decision{Rate: r.rate, Capacity: capacity, QueueDelay: delay(o.Queue, capacity), Pressure: crossed}
}

// observe takes what can be learned from a tick.
func (r *RateMatch) observe(o Observation) {
	r.offer(perSecond(o.Offered, o.Elapsed))
	r.queues[(r.ticks-1)%lumpTicks] = o.Queue
	r.measure(o)
	if o.Busy && (o.Queue > r.ago(r.period) || o.Refused > 0) {
		r.trouble++
	} else {
		r.trouble = 0
	}
	r.free = !o.Busy && r.sinceIdle <= idleWithin
	if r.sinceIdle++; !o.Busy {
		r.sinceIdle = 0
	}
}

// offer learns what is offered. Scrapes come in lumps: between them nothing is
// offered, and that is no sign that nothing will be.
func (r *RateMatch) offer(offered float64) {
	if r.smooth == 0 {
		r.smooth = offered
	} else {
		r.smooth += offeredWeight * (offered - r.smooth)
	}
	r.lately[r.ticks%lumpTicks] = offered
	r.ticks++
	seen := r.lately[:min(r.ticks, lumpTicks)]
	lumps := 0
	for _, v := range seen {
		if v > 0 {
			lumps++
		}
	}
	r.offered, r.period = r.smooth, 1
	if lumps > 0 && lumps*3 < len(seen)*2 {
		r.offered, r.period = mean(seen), (len(seen)+lumps-1)/lumps
	}
}

// ago is the queue at the end of the tick that many ticks before this one.
func (r *RateMatch) ago(ticks int) float64 {
	if ticks >= r.ticks {
		return 0
	}
	return r.queues[(r.ticks-1-ticks)%lumpTicks]
}

// persistent is the queue without what stalls and lumps leave for a while: the least
// of two ticks, or of all from lump to lump.
func (r *RateMatch) persistent() float64 {
	least := r.ago(0)
	for i := range max(r.period, 2) {
		least = min(least, r.ago(i))
	}
	return least
}

// measure learns what the backend takes while there is something to send. While it
// wants to be left alone it says nothing, but that time counts with what comes after
// it.
func (r *RateMatch) measure(o Observation) {
	busy := o.BusyFor
	if o.Busy {
		busy = o.Elapsed
	}
	r.acked += o.Acked
	r.busy += busy
	if o.PausedUntil.After(o.At) {
		return
	}
	if float64(r.busy) >= leastBusy*float64(o.Elapsed) {
		r.known = append(r.known, perSecond(r.acked, r.busy))
		r.forget()
	}
	r.acked, r.busy = 0, 0
}

func (r *RateMatch) smallQueue() float64 { return max(small*r.offered, 1) }

// capacity is what the backend has taken in a second while it was busy.
func (r *RateMatch) capacity() float64 { return mean(r.known) }

// noise is how much the backend takes more or less from tick to tick, as the
// deviation of a tick in parts of the mean. It looks at the differences of neighbours,
// which a trend does not make larger.
func (r *RateMatch) noise() float64 {
	squares := 0.0
	for i := 1; i < len(r.known); i++ {
		d := r.known[i] - r.known[i-1]
		squares += d * d
	}
	capacity := r.capacity()
	if capacity <= 0 || len(r.known) < recentTicks {
		return 0
	}
	return math.Sqrt(squares/float64(2*(len(r.known)-1))) / capacity
}

// ticksFor is how many ticks it takes for the mean of a noise to be steady.
func ticksFor(noise float64) float64 { return noise * noise / (steady * steady) }

// forget drops what is no longer known.
func (r *RateMatch) forget() {
	enough := int(clamp(ticksFor(r.noise()), knownTicks, mostTicks))
	if n := len(r.known) - enough; n > 0 {
		r.known = append(r.known[:0], r.known[n:]...)
	}
	split := len(r.known) - recentTicks
	if split <= 0 {
		return
	}
	before, recent := mean(r.known[:split]), mean(r.known[split:])
	if math.Abs(recent-before) > change*max(before, recent) {
		r.known = append(r.known[:0], r.known[split:]...)
	}
}

func mean(list []float64) float64 {
	sum := 0.0
	for _, v := range list {
		sum += v
	}
	return sum / float64(max(len(list), 1))
}

// enters reports whether the backend is behind for longer than a queue is for.
func (r *RateMatch) enters(o Observation, crossed []Reason) bool {
	if o.QueueLimit > 0 && o.Queue > halfFull*o.QueueLimit {
		return true
	}
	return r.trouble >= patience && o.Queue > r.smallQueue() && len(crossed) > 0
}

// move sets the rate for the next tick.
func (r *RateMatch) move(capacity float64) {
	most := rise*r.rate + riseConstant
	target := r.matching(r.persistent(), capacity)
	if r.free {
		target = max(target, most)
	}
	if len(r.known) >= recentTicks {
		most = max(most, riseKnown*r.rate)
	}
	r.rate = clamp(clamp(target, fall*r.rate, most), r.limits.Min, r.limits.Base)
}

// matching is the rate at which the queue becomes the standing one within
// drainTime.
func (r *RateMatch) matching(queue, capacity float64) float64 {
	if r.offered <= 0 {
		return r.rate
	}
	drain := min(r.drain(queue-standing*capacity, capacity), drainShare*capacity)
	return (margin*capacity - drain) / r.offered
}

// drain is how much of a queue that is too long, or too short, to work off in a
// second. As far as it is that by the noise of the backend, it takes longer: following
// the noise in a time T deviates the rate by noise * sqrt(tick / 2T), and not following
// it lets the queue deviate by noise * sqrt(tick * T/2).
func (r *RateMatch) drain(excess, capacity float64) float64 {
	noise := r.noise()
	slowly := clamp(ticksFor(noise)*Tick.Seconds()/2, drainTime, drainMost)
	band := noise * capacity * math.Sqrt(Tick.Seconds()*slowly/2)
	near := clamp(excess, -band, band)
	return near/slowly + (excess-near)/drainTime
}

// Active reports whether the law is in force.
func (r *RateMatch) Active() bool { return r.active }
