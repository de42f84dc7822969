package redisstreamsreceiver

import (
	"math/rand/v2"
	"time"
)

// backoff spaces attempts: each pause is twice the one before, up to limit, and
// shortened by up to half at random so that many collectors do not come back in
// step.
type backoff struct {
	first, limit time.Duration
	next         time.Duration
}

// Pauses between attempts to reach Redis.
const (
	reconnectFirst = 100 * time.Millisecond
	reconnectLimit = 30 * time.Second
)

func newReconnectBackoff() backoff { return backoff{first: reconnectFirst, limit: reconnectLimit} }

func (b *backoff) pause() time.Duration {
	b.next = min(max(b.next, b.first), b.limit)
	d := b.next/2 + rand.N(b.next/2+1)
	b.next *= 2
	return d
}

func (b *backoff) reset() { b.next = 0 }

// wait returns true after d, or false as soon as one of the channels is closed.
// Either may be nil.
func wait(d time.Duration, stopping, done <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-stopping:
		return false
	case <-done:
		return false
	}
}
