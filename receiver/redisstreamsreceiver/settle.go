package redisstreamsreceiver

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// ackQueue is what waits to be acknowledged. It has no limit of its own, so that
// a server that is out of reach does not stop the streams of others: the window
// limits it. It is safe for concurrent use.
type ackQueue struct {
	mu     sync.Mutex // guards what follows
	items  []settlement
	closed bool
	ready  chan struct{} // has an element when there is something to take
}

func newAckQueue() *ackQueue { return &ackQueue{ready: make(chan struct{}, 1)} }

func (q *ackQueue) push(s settlement) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, s)
	q.wake()
}

// close says that nothing more is pushed.
func (q *ackQueue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.wake()
}

func (q *ackQueue) wake() {
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// take returns everything there is, and false after the last.
func (q *ackQueue) take() ([]settlement, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	items := q.items
	q.items = nil
	return items, len(items) > 0 || !q.closed
}

// settleLoop acknowledges what has been delivered, until the queue is closed and
// empty. Once ctx has ended it lets the rest stay pending.
func (s *stream) settleLoop(ctx context.Context) {
	beat, stop := s.heartbeats()
	defer stop()
	for {
		select {
		case <-s.acks.ready:
			for {
				done, open := s.acks.take()
				if !open {
					return
				}
				if len(done) == 0 {
					break
				}
				s.settle(ctx, done)
			}
		case <-beat:
			s.beat(ctx)
		}
	}
}

// settle acknowledges settlements together: after small batches that makes few
// commands of many.
func (s *stream) settle(ctx context.Context, done []settlement) {
	ids, lost := idsOf(done)
	if !s.acknowledge(ctx, ids, s.count.acknowledged) || !s.acknowledge(ctx, lost, s.count.lost) {
		s.unsettled = append(s.unsettled, done...)
		return
	}
	for _, d := range done {
		s.count.age(ctx, d.entries[0].time())
		if d.blob != nil {
			s.committer.checkpoint.letGo(d.blob)
		}
		d.batch.open -= len(d.entries)
		if d.batch.open == 0 {
			s.window.remove(d.batch)
			s.count.left(ctx, len(d.batch.entries))
			continue
		}
		d.batch.leave(entryIDs(d.entries))
	}
}

// idsOf returns the ids to acknowledge, and those of entries whose content is
// lost.
func idsOf(done []settlement) (ids, lost []string) {
	n := 0
	for _, d := range done {
		n += len(d.entries)
	}
	ids = make([]string, 0, n)
	for _, d := range done {
		switch {
		case d.kind == settleLost:
			lost = append(lost, entryIDs(d.entries)...)
		case d.kind.acknowledged() && !d.batch.stale.Load():
			for i := range d.entries {
				ids = append(ids, d.entries[i].id)
			}
		}
	}
	return ids, lost
}

// acknowledge tries until Redis has acknowledged the ids, or reports false when
// ctx ends. XACK can be repeated; a repetition finds fewer ids pending.
func (s *stream) acknowledge(ctx context.Context, ids []string, count func(ctx context.Context, n, shortfall int)) bool {
	for page := range chunks(ids) {
		n, ok := s.acknowledgePage(ctx, page)
		if !ok {
			return false
		}
		count(ctx, n, len(page)-n)
	}
	return true
}

func (s *stream) acknowledgePage(ctx context.Context, ids []string) (int, bool) {
	operation := fmt.Sprintf("acknowledge entries of stream %q", s.name)
	pauses := newReconnectBackoff()
	for attempt := 0; ctx.Err() == nil; attempt++ {
		n, err := s.group.acknowledge(ctx, ids)
		if redis.HasErrorPrefix(err, "WRONGTYPE") {
			n, err = 0, nil // the stream was replaced by something else: nothing is pending
		}
		if err == nil {
			if attempt > 0 {
				s.health.ok(operation)
			}
			return n, true
		}
		s.health.fail(operation, err)
		wait(pauses.pause(), ctx.Done(), nil)
	}
	return 0, false
}

// markStale keeps everything in flight from being acknowledged by its ids.
// Instead it is found to be done among the pending entries, all of which are read
// again.
func (s *stream) markStale() {
	for _, b := range s.window.of(s, time.Now()) {
		b.stale.Store(true)
	}
	s.rewind.Store(true)
}

// heartbeats ticks when the entries in flight are due for a sign of life.
func (s *stream) heartbeats() (<-chan time.Time, func()) {
	if s.cfg.Reclaim.MinIdle == 0 {
		return nil, func() {}
	}
	ticker := time.NewTicker(s.heartbeatInterval())
	return ticker.C, ticker.Stop
}

// heartbeatInterval is how often the entries in flight are shown to be worked
// on, so that no other consumer takes them over while the pipeline is slow.
func (s *stream) heartbeatInterval() time.Duration { return s.cfg.Reclaim.MinIdle / 3 }

// beat resets the idle time of what has been in flight for an interval. What is no
// longer this consumer's is finished all the same.
func (s *stream) beat(ctx context.Context) {
	operation := fmt.Sprintf("keep entries of stream %q", s.name)
	for _, b := range s.window.of(s, time.Now().Add(-s.heartbeatInterval())) {
		held := b.held()
		kept, err := s.group.keep(ctx, held)
		if err != nil && !redis.HasErrorPrefix(err, "NOGROUP") {
			s.health.fail(operation, err)
			return
		}
		s.health.ok(operation)
		s.count.ownershipLost(ctx, b.leave(missing(held, kept)))
	}
}

// missing returns the ids that are not among others.
func missing(ids, others []string) []string {
	if len(ids) == len(others) {
		return nil
	}
	known := make(map[string]struct{}, len(others))
	for _, id := range others {
		known[id] = struct{}{}
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		_, ok := known[id]
		return ok
	})
}
