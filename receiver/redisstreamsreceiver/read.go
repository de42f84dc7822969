package redisstreamsreceiver

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// readState is how far reading has come. It is owned by the reading goroutine.
type readState struct {
	grouped  bool   // the group is known to exist
	history  bool   // own pending entries after cursor are read before new ones
	careful  bool   // nothing is read before everything in flight is settled
	cursor   string // last id this consumer has received
	position string // where the group would go on if it were lost; empty if unknown

	entryBytes  int // of the last batch, on average
	nextReclaim time.Time
	claimCount  int     // entries to take over at once
	fresh       []entry // new entries that came with others
}

func newReadState() readState { return readState{cursor: firstID, claimCount: 1} }

// source says why entries come, for the metrics.
type source int

const (
	sourceNew source = iota
	sourceOwnPending
	sourceReclaimed
)

// received is what one step of reading has brought.
type received struct {
	entries []entry
	from    source
}

// readLoop reads until ctx ends: this consumer's own pending entries first, then
// new ones, and now and then those that other consumers have left.
//
// After any error the own pending entries after the last received id are read
// again: the reply that was lost with the connection is in them, and nothing
// would ever deliver it otherwise.
func (s *stream) readLoop(ctx context.Context, deliver func(part)) {
	operation := fmt.Sprintf("read stream %q", s.name)
	pauses := newReconnectBackoff()
	failed := false
	for {
		count, ok := s.room(ctx)
		if !ok {
			return
		}
		got, err := s.next(ctx, count)
		switch {
		case err != nil && ctx.Err() != nil:
			return
		case err != nil:
			s.health.fail(operation, err)
			failed = true
			s.afterError(err)
			wait(pauses.pause(), ctx.Done(), nil)
			continue
		case failed:
			s.health.ok(operation)
			s.count.reconnected(ctx)
			pauses.reset()
			failed = false
		}
		if len(got.entries) > 0 {
			deliver(s.receive(ctx, got))
		}
	}
}

// room waits until something may be read and returns how many entries are
// expected to fit.
func (s *stream) room(ctx context.Context) (int, bool) {
	if s.careful && !s.window.empty(ctx, s) {
		return 0, false
	}
	messages, bytes, ok := s.window.wait(ctx)
	n := min(s.cfg.Count, messages)
	if s.entryBytes > 0 {
		n = min(n, bytes/s.entryBytes)
	}
	return max(n, 1), ok
}

// receive puts entries in flight.
func (s *stream) receive(ctx context.Context, got received) part {
	b := newBatch(s, got.entries)
	s.entryBytes = b.bytes / len(got.entries)
	s.window.add(b)
	s.count.received(ctx, len(got.entries), got.from)
	return part{batch: b, entries: got.entries}
}

// afterError decides what the next read must be.
func (s *stream) afterError(err error) {
	s.history = true
	if redis.HasErrorPrefix(err, "NOGROUP") {
		s.grouped = false
	}
}

// next takes one step of the protocol. It may bring no entries.
func (s *stream) next(ctx context.Context, count int) (received, error) {
	s.careful = false
	switch {
	case !s.grouped:
		if err := s.ensureGroup(ctx); err != nil {
			return received{}, err
		}
		s.grouped, s.history = true, true
		return received{}, nil
	case len(s.fresh) > 0:
		entries := s.fresh
		s.fresh = nil
		return s.receivedNew(entries), nil
	case s.history:
		return s.readHistory(ctx, count)
	case s.reclaimDue():
		return s.tryReclaim(ctx)
	default:
		entries, err := s.group.readNew(ctx, count, s.blockTime())
		return s.receivedNew(entries), err
	}
}

// blockTime keeps a waiting read from delaying the next look for idle entries.
func (s *stream) blockTime() time.Duration {
	if s.cfg.Reclaim.MinIdle == 0 {
		return s.cfg.Block
	}
	return max(min(s.cfg.Block, time.Until(s.nextReclaim)), time.Millisecond)
}

func (s *stream) receivedNew(entries []entry) received {
	if len(entries) > 0 {
		s.cursor = entries[len(entries)-1].id
		s.position = s.cursor
	}
	return received{entries: entries, from: sourceNew}
}
