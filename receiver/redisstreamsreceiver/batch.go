package redisstreamsreceiver

import "time"

// batch is what one read returned. Its entries are in flight from then until
// every one of them is settled.
type batch struct {
	stream  *stream
	entries []entry
	bytes   int
	read    time.Time

	// Owned by the acknowledging goroutine.
	open   int                 // entries not settled yet
	absent map[string]struct{} // ids no longer pending for this consumer while others of the batch are
}

// leave notes that ids are no longer pending for this consumer, and returns how
// many of them were not noted before.
func (b *batch) leave(ids []string) int {
	before := len(b.absent)
	if b.absent == nil {
		b.absent = make(map[string]struct{}, len(ids))
	}
	for _, id := range ids {
		b.absent[id] = struct{}{}
	}
	return len(b.absent) - before
}

// held returns the ids that are pending for this consumer, as far as it knows.
func (b *batch) held() []string {
	ids := make([]string, 0, len(b.entries)-len(b.absent))
	for i := range b.entries {
		if _, ok := b.absent[b.entries[i].id]; !ok {
			ids = append(ids, b.entries[i].id)
		}
	}
	return ids
}

func newBatch(s *stream, entries []entry) *batch {
	b := &batch{stream: s, entries: entries, read: time.Now(), open: len(entries)}
	for i := range entries {
		b.bytes += entries[i].size()
	}
	return b
}

// part is those entries of a batch which one lane delivers.
type part struct {
	*batch
	entries []entry
}

// settlement says that entries of a batch are done: those with ids are still to
// be acknowledged, others are settled in Redis already.
type settlement struct {
	batch   *batch
	ids     []string
	lost    bool // their content is gone
	already int
}
