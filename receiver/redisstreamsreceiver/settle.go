package redisstreamsreceiver

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"
)

// ackChunk is the largest number of ids in one command: the server does nothing
// else meanwhile, 10,000 take it 5 ms and more.
const ackChunk = 1000

func chunks(ids []string) iter.Seq[[]string] { return slices.Chunk(ids, ackChunk) }

// settlement says that entries of a batch are done: those with ids are still to
// be acknowledged, others are settled in Redis already.
type settlement struct {
	batch   *batch
	ids     []string
	already int
}

// settleLoop acknowledges what has been delivered, until the channel is closed
// and empty. Once ctx has ended it lets the rest stay pending.
func (s *stream) settleLoop(ctx context.Context, settlements <-chan settlement) {
	beat, stop := s.heartbeats()
	defer stop()
	for {
		select {
		case done, ok := <-settlements:
			if !ok {
				return
			}
			s.settle(ctx, done)
		case <-beat:
			s.beat(ctx)
		}
	}
}

func (s *stream) settle(ctx context.Context, done settlement) {
	for page := range chunks(done.ids) {
		if !s.acknowledge(ctx, page) {
			return
		}
	}
	done.batch.open -= len(done.ids) + done.already
	if done.batch.open == 0 {
		s.window.remove(done.batch)
		s.count.left(ctx, len(done.batch.entries))
	}
}

// acknowledge tries until Redis has acknowledged the ids, or reports false when
// ctx ends. XACK can be repeated; a repetition finds fewer ids pending.
func (s *stream) acknowledge(ctx context.Context, ids []string) bool {
	operation := fmt.Sprintf("acknowledge entries of stream %q", s.name)
	pauses := newReconnectBackoff()
	for attempt := 0; ctx.Err() == nil; attempt++ {
		n, err := s.control.XAck(ctx, s.name, s.cfg.Group, ids...).Result()
		if err == nil {
			if attempt > 0 {
				s.health.ok(operation)
			}
			s.count.acknowledged(ctx, int(n), len(ids)-int(n))
			return true
		}
		if redis.HasErrorPrefix(err, "WRONGTYPE") {
			// The stream was replaced by something else: nothing is pending.
			s.count.acknowledged(ctx, 0, len(ids))
			return true
		}
		s.health.fail(operation, err)
		wait(pauses.pause(), ctx.Done(), nil)
	}
	return false
}

// heartbeats ticks when the entries in flight are due for a sign of life.
func (s *stream) heartbeats() (<-chan time.Time, func()) {
	if s.cfg.Reclaim.MinIdle == 0 {
		return nil, func() {}
	}
	ticker := time.NewTicker(s.heartbeatInterval())
	return ticker.C, ticker.Stop
}

func (s *stream) beat(ctx context.Context) {
	operation := fmt.Sprintf("keep entries of stream %q", s.name)
	if err := s.heartbeat(ctx); err != nil && !redis.HasErrorPrefix(err, "NOGROUP") {
		s.health.fail(operation, err)
		return
	}
	s.health.ok(operation)
}
