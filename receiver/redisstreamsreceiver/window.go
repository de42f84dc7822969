package redisstreamsreceiver

import (
	"context"
	"sync"
	"time"
)

// batch is what one read returned. Its entries are in flight from then until
// every one of them is settled.
type batch struct {
	stream  string
	entries []entry
	bytes   int
	read    time.Time
	open    int // entries not settled yet; owned by the settling goroutine
}

func newBatch(stream string, entries []entry) *batch {
	b := &batch{stream: stream, entries: entries, read: time.Now(), open: len(entries)}
	for i := range entries {
		b.bytes += entries[i].size()
	}
	return b
}

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
	for {
		w.mu.Lock()
		messages, bytes = w.maxMessages-w.messages, w.maxBytes-w.bytes
		freed := w.freed
		w.mu.Unlock()
		if messages > 0 && bytes > 0 {
			return messages, bytes, ctx.Err() == nil
		}
		select {
		case <-freed:
		case <-ctx.Done():
			return 0, 0, false
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

// without returns those of the entries that are not in flight. Redis hands a
// consumer its own pending entries again when it reads its history or reclaims,
// whether or not it is still working on them.
func (w *window) without(stream string, entries []entry) []entry {
	if len(entries) == 0 {
		return nil
	}
	held := map[string]struct{}{}
	for _, id := range w.ids(stream, time.Now()) {
		held[id] = struct{}{}
	}
	kept := entries[:0]
	for _, e := range entries {
		if _, ok := held[e.id]; !ok {
			kept = append(kept, e)
		}
	}
	return kept
}

// ids returns the ids of a stream in flight that were read before the given time.
func (w *window) ids(stream string, before time.Time) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var ids []string
	for b := range w.batches {
		if b.stream != stream || b.read.After(before) {
			continue
		}
		for i := range b.entries {
			ids = append(ids, b.entries[i].id)
		}
	}
	return ids
}

// len is how many messages are in flight.
func (w *window) len() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.messages
}
