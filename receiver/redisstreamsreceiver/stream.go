package redisstreamsreceiver

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

// stream is one stream of the receiver.
type stream struct {
	cfg    *Config
	name   string
	scope  string // group and stream: what the checkpoint knows it by
	logger *zap.Logger

	group  group
	reader *readConn // of group
	count  *counters
	acks   *ackQueue
	keys   *recentKeys // nil if entries are not told apart by a key

	unsettled []settlement // when the work ended; owned by the acknowledging goroutine

	rewind   atomic.Bool // all pending entries are to be read again
	progress atomic.Pointer[progress]

	// What streams of a receiver share.
	codec     codec
	window    *window
	health    *health
	refusals  *refusals
	committer *committer      // nil without a checkpoint
	stopping  <-chan struct{} // closed when the receiver stops: nothing is tried again

	readState
}

func (s *stream) open(g *redisGroup) { s.group, s.reader = g, g.reader }

// wake ends a read that waits in the server, see readConn.wake.
func (s *stream) wake(ctx context.Context) bool { return s.reader.wake(ctx) }

// hangUp closes the reading connection.
func (s *stream) hangUp() { s.reader.close() }

// settled passes on what is done: to be remembered, if it must be, then to be
// acknowledged.
func (s *stream) settled(done settlement) {
	if s.committer != nil && done.kind.remembered() {
		s.committer.requests <- commitRequest{done: &done}
		return
	}
	s.acks.push(done)
}

// release gives back what is in flight, once nothing works on it any more. What
// is only to be acknowledged it tries to acknowledge once more, but does not give
// back.
func (s *stream) release(ctx context.Context) error {
	done := idSet{}
	ids, lost := idsOf(s.unsettled)
	for page := range chunks(append(ids, lost...)) {
		if _, err := s.group.acknowledge(ctx, page); err != nil {
			return err
		}
		for _, id := range page {
			done[id] = struct{}{}
		}
	}
	for _, b := range s.window.of(s, time.Now()) {
		if b.unclear.Load() && s.cfg.Checkpoint.OnAmbiguous != ambiguousRedeliver {
			continue
		}
		left := slices.DeleteFunc(b.held(), done.has)
		if err := s.group.release(ctx, left); err != nil {
			return err
		}
	}
	return nil
}
