package redisstreamsreceiver

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/zap"
)

// readState is how far reading has come. It is owned by the reading goroutine.
type readState struct {
	grouped   bool // the group is known to exist
	history   bool // own pending entries after cursor are read before new ones
	cursor    string
	careful   bool   // nothing is read before everything in flight is settled
	recovered bool   // nothing from before the start is pending any more
	position  string // where the group would go on if it were lost; empty if unknown

	unseen map[string]int // how often a reply with a pending entry was lost

	highest entryID  // of all entries received, also by earlier runs
	newest  entryID  // the same, since the server has gone back the last time
	fresh   received // to be handed on before anything is read

	entryBytes  int // of the last batch, on average
	nextReclaim time.Time
	claimCount  int // entries to take over at once
}

func newReadState() readState { return readState{cursor: firstID, claimCount: 1} }

// remember continues where the checkpoint of an earlier run ends.
func (s *stream) remember(c *checkpoint) {
	for _, k := range c.takeKeys(s.scope) {
		if s.keys != nil {
			s.keys.add(k.hashes, k.at)
		}
	}
	low, high, ok := c.span(s.scope)
	if !ok {
		return
	}
	s.highest, s.newest = high, high
	// A group that has been lost since begins before everything that may have been
	// in flight: what is known as done is not delivered again.
	s.position = low.previous().String()
}

func later(a, b entryID) entryID {
	if a.less(b) {
		return b
	}
	return a
}

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
	check   bool // some may have been processed before
}

// readLoop reads until ctx ends: this consumer's own pending entries first, then
// new ones, and now and then those that other consumers have left.
//
// After any error the own pending entries that are not in flight are read: the
// reply that was lost with the connection is in them, and whatever a server has
// pending that has not heard of an acknowledgement.
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
	h := parseID(got.entries[len(got.entries)-1].id) // the ids of new ones rise
	if got.from != sourceNew {
		h = b.highest()
	}
	s.highest = later(s.highest, h)
	s.newest = later(s.newest, h)
	s.count.received(ctx, len(got.entries), got.from)
	return part{batch: b, entries: got.entries, check: got.check}
}

// afterError decides what the next read must be.
func (s *stream) afterError(err error) {
	s.history, s.cursor = true, firstID
	if redis.HasErrorPrefix(err, "NOGROUP") {
		s.grouped = false
	}
}

// next takes one step of the protocol. It may bring no entries.
func (s *stream) next(ctx context.Context, count int) (received, error) {
	s.careful = false
	if s.rewind.Swap(false) {
		s.history, s.cursor = true, firstID
	}
	switch {
	case !s.grouped:
		if err := s.ensureGroup(ctx); err != nil {
			return received{}, err
		}
		s.grouped, s.history = true, true
		return received{}, nil
	case len(s.fresh.entries) > 0:
		got := s.fresh
		s.fresh = received{}
		return got, nil
	case s.history:
		return s.readHistory(ctx, count)
	case !s.recovered:
		s.endRecovery()
		return received{}, nil
	case s.reclaimDue():
		return s.tryReclaim(ctx)
	default:
		entries, err := s.group.readNew(ctx, count, s.blockTime())
		if err != nil {
			return received{}, err
		}
		return s.receivedNew(ctx, entries), nil
	}
}

// blockTime keeps a waiting read from delaying the next look for idle entries.
func (s *stream) blockTime() time.Duration {
	if s.cfg.Reclaim.MinIdle == 0 {
		return s.cfg.Block
	}
	return max(min(s.cfg.Block, time.Until(s.nextReclaim)), time.Millisecond)
}

// receivedNew notes how far reading has come. The ids of new entries rise; when
// they do not, the server has gone back to an earlier state (a failover to a
// replica that lagged behind, a restart from an old file).
func (s *stream) receivedNew(ctx context.Context, entries []entry) received {
	if len(entries) == 0 {
		return received{}
	}
	first := parseID(entries[0].id)
	got := received{entries: entries, from: sourceNew, check: !s.highest.less(first)}
	s.position = entries[len(entries)-1].id
	if s.newest.less(first) {
		return got
	}
	s.wentBack(ctx, got)
	return received{}
}

// wentBack deals with a server that has gone back to an earlier state. What it
// hands out anew may be in flight, have been processed, or be other messages with
// the same ids. So it is kept until nothing is in flight, to be looked up then.
func (s *stream) wentBack(ctx context.Context, got received) {
	s.logger.Warn("the server has gone back to an earlier state and hands out ids again; a checkpoint tells what has been processed",
		zap.String("first", got.entries[0].id), zap.Stringer("highest", s.highest))
	s.count.wentBack(ctx)
	if s.committer != nil {
		s.markStale()
	}
	s.fresh = got
	s.careful = true
	s.newest = entryID{}
}
