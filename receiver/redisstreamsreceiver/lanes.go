package redisstreamsreceiver

import (
	"context"
	"hash/maphash"
	"sync"
)

// Orderings of delivery.
const (
	orderingNone   = "none"
	orderingStream = "stream"
	orderingKey    = "key"
)

// laneDepth is how many parts may wait before a lane. The window bounds what is
// in flight; this only keeps lanes from idling.
const laneDepth = 4

// lanes deliver parts of batches, several at a time: each calls the pipeline and
// waits for its answer. Without ordering all lanes serve one queue; otherwise
// each has its own, and what must stay in order goes through the same one.
type lanes struct {
	queues []chan part
	perQ   int
	choose func(l *lanes, p part)
	seed   maphash.Seed
	key    []string
}

func newLanes(cfg *Config) *lanes {
	l := &lanes{perQ: 1, seed: maphash.MakeSeed(), key: []string{cfg.OrderingKey}}
	n := cfg.Lanes
	switch {
	case cfg.Ordering == orderingStream:
		l.choose = (*lanes).byStream
	case cfg.Ordering == orderingKey:
		l.choose = (*lanes).byKey
	case cfg.Deduplicate.Field != "": // of the same keys, one is decided before the next
		l.choose, l.key = (*lanes).byKey, []string{cfg.Deduplicate.Field}
	default:
		l.choose, l.perQ, n = (*lanes).any, cfg.Lanes, 1
	}
	for range n {
		l.queues = append(l.queues, make(chan part, laneDepth))
	}
	return l
}

// run starts the lanes. They end when the queues are closed and empty. Once ctx
// has ended they let the rest stay pending.
func (l *lanes) run(ctx context.Context, workers *sync.WaitGroup) {
	for _, q := range l.queues {
		for range l.perQ {
			workers.Go(func() {
				for p := range q {
					p.stream.deliver(ctx, p)
				}
			})
		}
	}
}

// deliver waits while the lanes are busy.
func (l *lanes) deliver(p part) { l.choose(l, p) }

func (l *lanes) close() {
	for _, q := range l.queues {
		close(q)
	}
}

func (l *lanes) any(p part) { l.queues[0] <- p }

func (l *lanes) byStream(p part) { l.queues[l.lane(p.stream.name)] <- p }

func (l *lanes) byKey(p part) {
	split := make([][]entry, len(l.queues))
	for i := range p.entries {
		key, _ := p.entries[i].find(l.key)
		n := l.lane(key)
		split[n] = append(split[n], p.entries[i])
	}
	for n, entries := range split {
		if len(entries) > 0 {
			l.queues[n] <- part{batch: p.batch, entries: entries, check: p.check}
		}
	}
}

func (l *lanes) lane(key string) int {
	return int(maphash.String(l.seed, key) % uint64(len(l.queues)))
}
