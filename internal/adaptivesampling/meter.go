package adaptivesampling

import (
	"sync"
	"time"

	"github.com/sluice-otel/sluice/internal/ratecontrol"
)

// A Meter collects what a law wants to know about a backend. It is safe for
// concurrent use.
type Meter struct {
	mu      sync.Mutex
	working int // how many have begun and not ended
	since   time.Time
	busy    time.Duration
	last    time.Time

	acked       int
	latency     time.Duration // of all writes
	writes      int
	refused     int
	pausedUntil time.Time
}

// Begin says that there is something to send from now on, until End.
func (m *Meter) Begin(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.working == 0 {
		m.since = now
	}
	m.working++
}

// End ends what Begin began.
func (m *Meter) End(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.working--
	if m.working == 0 {
		m.busy += now.Sub(m.since)
	}
}

// Wrote counts a write that has ended: how many data points the backend has dealt
// with, and how long that took.
func (m *Meter) Wrote(points int, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.acked += points
	m.latency += took
	m.writes++
}

// Refused counts a write that must be tried again, not before until.
func (m *Meter) Refused(took time.Duration, until time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refused++
	m.latency += took
	m.writes++
	if until.After(m.pausedUntil) {
		m.pausedUntil = until
	}
}

// busyShare is the part of a tick from which on it counts as busy.
const busyShare = 0.95

// Observe returns what has happened since the last call.
func (m *Meter) Observe(now time.Time) ratecontrol.Observation {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.working > 0 {
		m.busy += now.Sub(m.since)
		m.since = now
	}
	o := ratecontrol.Observation{Acked: float64(m.acked), BusyFor: m.busy, Refused: m.refused, PausedUntil: m.pausedUntil}
	if elapsed := now.Sub(m.last); !m.last.IsZero() && elapsed > 0 {
		o.Busy = float64(m.busy) >= busyShare*float64(elapsed)
	}
	if m.writes > 0 {
		o.Latency = m.latency / time.Duration(m.writes)
	}
	m.last, m.busy, m.acked, m.latency, m.writes, m.refused = now, 0, 0, 0, 0, 0
	return o
}
