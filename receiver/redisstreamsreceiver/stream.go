package redisstreamsreceiver

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
	"go.uber.org/zap"
)

// channelDepth is how many batches may wait between two stages. The window
// bounds what is in flight; this only keeps a stage from idling.
const channelDepth = 4

// stream is one stream of the receiver: three goroutines (reading, delivering,
// settling) that hand batches on.
type stream struct {
	cfg      *Config
	name     string
	consumer string
	logger   *zap.Logger

	codec  codec
	window *window // of the receiver
	health *health // of the receiver
	count  *counters

	control    *redis.Client // of the receiver
	reader     *redis.Client
	connection atomic.Int64 // id of the reader's connection, 0 if unknown

	stopping <-chan struct{} // closed when the receiver stops: nothing is tried again

	readState
}

// open makes the reading client; it connects with the first command.
func (s *stream) open(c *connections) { s.reader = c.reader(s.connection.Store) }

// run starts the stages. Reading goes on until reading ends; the others finish
// what has been read, until work ends.
func (s *stream) run(reading, work context.Context, readers, workers *sync.WaitGroup) {
	batches := make(chan *batch, channelDepth)
	settlements := make(chan settlement, channelDepth)
	readers.Go(func() { s.readLoop(reading, batches) })
	workers.Go(func() { s.deliverLoop(work, batches, settlements) })
	workers.Go(func() { s.settleLoop(work, settlements) })
}

// wake ends the read that waits in the server. It may come too early, between
// two reads, and is then without effect.
func (s *stream) wake(ctx context.Context) error {
	id := s.connection.Load()
	if id == 0 {
		return nil
	}
	return s.control.ClientUnblock(ctx, id).Err()
}
