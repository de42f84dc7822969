package redisstreamsreceiver

import (
	"context"
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

// release gives back what is in flight, once nothing works on it any more.
func (s *stream) release(ctx context.Context) error {
	for _, b := range s.window.of(s, time.Now()) {
		if err := s.group.release(ctx, b.held()); err != nil {
			return err
		}
	}
	return nil
}
