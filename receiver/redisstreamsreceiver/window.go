package redisstreamsreceiver

import (
	"context"
	"slices"
	"sync"
	"time"
)

// window holds what is in flight, over all streams of a receiver, and makes
// readers wait while it is full. It is safe for concurrent use.
type window struct {
	maxMessages, maxBytes int

	mu       sync.Mutex // guards what follows
	messages int
	bytes    int
	batches  map[*batch]struct{}
	freed    chan struct{} // closed and replaced when a batch leaves
}

func newWindow(limits InFlightConfig) *window {
	return &window{
		maxMessages: limits.Messages,
		maxBytes:    int(limits.Bytes),
		batches:     map[*batch]struct{}{},
		freed:       make(chan struct{}),
	}
}

// wait returns how many messages and bytes may be read, both at least 1, as soon
// as there is room, or false when ctx ends.
func (w *window) wait(ctx context.Context) (messages, bytes int, ok bool) {
	ok = w.until(ctx, func() bool {
		messages, bytes = w.maxMessages-w.messages, w.maxBytes-w.bytes
		return messages > 0 && bytes > 0
	})
	return messages, bytes, ok
}

// empty waits until a stream has nothing in flight. It returns false when ctx
// ends.
func (w *window) empty(ctx context.Context, s *stream) bool {
	return w.until(ctx, func() bool {
		for b := range w.batches {
			if b.stream == s {
				return false
			}
		}
		return true
	})
}

// until waits for a condition that can become true when a batch leaves.
func (w *window) until(ctx context.Context, condition func() bool) bool {
	for {
		w.mu.Lock()
		done, freed := condition(), w.freed
		w.mu.Unlock()
		if done {
			return ctx.Err() == nil
		}
		select {
		case <-freed:
		case <-ctx.Done():
			return false
		}
	}
}

func (w *window) add(b *batch) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.messages += len(b.entries)
	w.bytes += b.bytes
	w.batches[b] = struct{}{}
}

func (w *window) remove(b *batch) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.messages -= len(b.entries)
	w.bytes -= b.bytes
	delete(w.batches, b)
	close(w.freed)
	w.freed = make(chan struct{})
}

// without removes from entries those of the batches. Redis hands a consumer its
// own pending entries again when it reads its history or reclaims, whether or not
// it is still working on them. The batches must be those in flight before the
// command was sent: afterwards some may have been acknowledged and gone.
func without(inFlight []*batch, entries []entry) []entry {
	if len(entries) == 0 {
		return entries
	}
	held := idsIn(inFlight)
	return slices.DeleteFunc(entries, func(e entry) bool { return held.has(e.id) })
}

// idSet is a set of ids.
type idSet map[string]struct{}

func (s idSet) has(id string) bool {
	_, ok := s[id]
	return ok
}

func idsIn(batches []*batch) idSet {
	ids := idSet{}
	for _, b := range batches {
		for i := range b.entries {
			ids[b.entries[i].id] = struct{}{}
		}
	}
	return ids
}

// ids returns the ids of a stream that are in flight.
func (w *window) ids(s *stream) []string {
	var ids []string
	for _, b := range w.of(s, time.Now()) {
		ids = append(ids, entryIDs(b.entries)...)
	}
	return ids
}

// of returns the batches of a stream in flight that were read before a time.
func (w *window) of(s *stream, before time.Time) []*batch {
	w.mu.Lock()
	defer w.mu.Unlock()
	var batches []*batch
	for b := range w.batches {
		if b.stream == s && !b.read.After(before) {
			batches = append(batches, b)
		}
	}
	return batches
}

// len is how many messages are in flight.
func (w *window) len() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.messages
}
