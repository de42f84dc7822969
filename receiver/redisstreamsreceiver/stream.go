package redisstreamsreceiver

import (
	"context"
	"time"

	"go.uber.org/zap"
)

// stream is one stream of the receiver.
type stream struct {
	cfg    *Config
	name   string
	logger *zap.Logger

	codec  codec
	group  group
	reader *readConn // of group
	window *window   // of the receiver
	health *health   // of the receiver

	refusals *refusals // of the receiver
	count    *counters
	acks     *ackQueue

	stopping <-chan struct{} // closed when the receiver stops: nothing is tried again

	readState
}

func (s *stream) open(g *redisGroup) { s.group, s.reader = g, g.reader }

// wake ends a read that waits in the server, see readConn.wake.
func (s *stream) wake(ctx context.Context) bool { return s.reader.wake(ctx) }

// hangUp closes the reading connection.
func (s *stream) hangUp() { s.reader.close() }

// settled passes on what is done to the goroutine that acknowledges.
func (s *stream) settled(done settlement) { s.acks.push(done) }

// release gives back what is in flight, once nothing works on it any more.
func (s *stream) release(ctx context.Context) error {
	for _, b := range s.window.of(s, time.Now()) {
		if err := s.group.release(ctx, b.held()); err != nil {
			return err
		}
	}
	return nil
}
