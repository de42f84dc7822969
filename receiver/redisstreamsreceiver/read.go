package redisstreamsreceiver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// position in the protocol of one stream, owned by its reading goroutine.
type readState struct {
	grouped  bool   // the group is known to exist
	history  bool   // own pending entries after cursor are read before new ones
	cursor   string // last id this consumer has received
	position string // where the group would go on if it were lost; empty if unknown

	entryBytes  int // of the last batch, on average
	nextReclaim time.Time
	reclaimFrom string // page of the reclaim scan
}

// source says why entries come, for the metrics.
type source int

const (
	sourceNew source = iota
	sourceOwnPending
	sourceReclaimed
)

// readLoop reads until ctx ends: this consumer's own pending entries first, then
// new ones, and now and then those that other consumers have left.
//
// After any error the own pending entries after the last received id are read
// again: the reply that was lost with the connection is in them, and nothing
// would ever deliver it otherwise.
func (s *stream) readLoop(ctx context.Context, batches chan<- *batch) {
	defer close(batches)
	operation := fmt.Sprintf("read stream %q", s.name)
	pauses := newReconnectBackoff()
	failed := false
	for {
		messages, bytes, ok := s.window.wait(ctx)
		if !ok {
			return
		}
		entries, from, err := s.next(ctx, s.readCount(messages, bytes))
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
		if len(entries) > 0 {
			batches <- s.receive(ctx, entries, from)
		}
	}
}

// receive puts entries in flight.
func (s *stream) receive(ctx context.Context, entries []entry, from source) *batch {
	b := newBatch(s.name, entries)
	s.entryBytes = b.bytes / len(entries)
	s.window.add(b)
	s.count.received(ctx, len(entries), from)
	return b
}

// readCount is how many entries to ask for, so that the reply is expected to fit
// into the room there is.
func (s *stream) readCount(messages, bytes int) int {
	n := min(s.cfg.Count, messages)
	if s.entryBytes > 0 {
		n = min(n, bytes/s.entryBytes)
	}
	return max(n, 1)
}

// afterError decides what the next read must be.
func (s *stream) afterError(err error) {
	s.history = true
	if redis.HasErrorPrefix(err, "NOGROUP") {
		s.grouped = false
	}
}

// next takes one step of the protocol. It may return no entries.
func (s *stream) next(ctx context.Context, count int) ([]entry, source, error) {
	switch {
	case !s.grouped:
		if err := s.ensureGroup(ctx); err != nil {
			return nil, sourceNew, err
		}
		s.grouped, s.history = true, true
		return nil, sourceNew, nil
	case s.history:
		entries, err := s.readHistory(ctx, count)
		return entries, sourceOwnPending, err
	case s.reclaimDue():
		entries, err := s.tryReclaim(ctx)
		return entries, sourceReclaimed, err
	default:
		entries, err := s.readNew(ctx, count)
		return entries, sourceNew, err
	}
}

// readHistory returns a page of this consumer's pending entries; after the last
// page new entries are next.
func (s *stream) readHistory(ctx context.Context, count int) ([]entry, error) {
	entries, err := s.xreadgroup(ctx, "COUNT", count, "STREAMS", s.name, s.cursor)
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		s.history = false
		return nil, nil
	}
	s.cursor = entries[len(entries)-1].id
	return s.window.without(s.name, entries), nil
}

// readNew waits for entries that no consumer of the group has received.
func (s *stream) readNew(ctx context.Context, count int) ([]entry, error) {
	block := s.cfg.Block
	if s.cfg.Reclaim.MinIdle > 0 {
		block = max(min(block, time.Until(s.nextReclaim)), time.Millisecond)
	}
	entries, err := s.xreadgroup(ctx, "COUNT", count, "BLOCK", block.Milliseconds(), "STREAMS", s.name, ">")
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	s.cursor = entries[len(entries)-1].id
	s.position = s.cursor
	return entries, nil
}

// xreadgroup uses the untyped command, because the typed one puts fields into a
// map: order and repeated names would be lost.
func (s *stream) xreadgroup(ctx context.Context, args ...any) ([]entry, error) {
	command := append([]any{"XREADGROUP", "GROUP", s.cfg.Group, s.consumer}, args...)
	reply, err := s.reader.Do(ctx, command...).Result()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return parseRead(reply)
}
