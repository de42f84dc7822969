package redisstreamsreceiver

import (
	"sync"
	"time"

	"go.uber.org/zap"
)

// refusals says once that the pipeline refuses data and once that it accepts
// again, however many lanes meet it. It is safe for concurrent use.
type refusals struct {
	logger *zap.Logger

	mu      sync.Mutex // guards what follows
	waiting int        // parts that were refused and are tried again
	since   time.Time
}

// begin notes that a part is refused for the first time.
func (r *refusals) begin(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waiting++; r.waiting == 1 {
		r.since = time.Now()
		r.logger.Warn("the pipeline refuses data for now; reading pauses until it accepts", zap.Error(err))
	}
}

// end notes that a part which was refused is tried no more.
func (r *refusals) end(accepted bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waiting--; r.waiting == 0 && accepted {
		r.logger.Info("the pipeline accepts data again", zap.Duration("after", time.Since(r.since)))
	}
}
