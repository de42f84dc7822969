package client

import (
	"context"
	"sync"
)

// pending counts the batches that have been cut and have no answer yet.
type pending struct {
	mu      sync.Mutex
	n       int
	changed chan struct{} // closed, and made anew, when n falls
}

func (p *pending) init() { p.changed = make(chan struct{}) }

// reserve adds one when there are fewer than limit.
func (p *pending) reserve(ctx context.Context, limit int) error {
	return p.await(ctx, func() bool {
		if p.n >= limit {
			return false
		}
		p.n++
		return true
	})
}

// empty waits until there are none.
func (p *pending) empty(ctx context.Context) error {
	return p.await(ctx, func() bool { return p.n == 0 })
}

// await waits until done, which is called with the lock held, is true.
func (p *pending) await(ctx context.Context, done func() bool) error {
	for {
		p.mu.Lock()
		ok, changed := done(), p.changed
		p.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// settle takes one away.
func (p *pending) settle() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.n--
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *pending) len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.n
}
