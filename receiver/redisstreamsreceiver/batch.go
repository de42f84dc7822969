package redisstreamsreceiver

import (
	"sync/atomic"
	"time"
)

// batch is what one read returned. Its entries are in flight from then until
// every one of them is settled.
type batch struct {
	stream  *stream
	entries []entry
	bytes   int
	read    time.Time

	// stale says that the server has gone back to an earlier state since: the ids
	// may belong to other messages now, and must not be acknowledged.
	stale atomic.Bool

	// unclear says that a call of the pipeline was cancelled, so that it may or may
	// not have accepted some of the entries.
	unclear atomic.Bool

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

// highest returns the highest id in the batch.
func (b *batch) highest() entryID {
	var highest entryID
	for i := range b.entries {
		if id := parseID(b.entries[i].id); highest.less(id) {
			highest = id
		}
	}
	return highest
}

// part is those entries of a batch which one lane delivers.
type part struct {
	*batch
	entries []entry
	check   bool // some of them may have been processed before
}

// settlement says that entries of a batch are done.
type settlement struct {
	batch   *batch
	entries []entry
	kind    settlementKind
	blob    *blobInfo // in which the checkpoint remembers them, if it does
}

type settlementKind int

const (
	settleAccepted   settlementKind = iota // by the pipeline
	settleAbandoned                        // given up by configuration
	settleBuried                           // in the dead-letter stream, or another consumer's
	settleSuppressed                       // were processed before
	settleLost                             // their content is gone
)

// remembered says that the checkpoint must know the entries as processed. It need
// not know what is in the dead-letter stream: a server that goes back to an
// earlier state may forget both.
func (k settlementKind) remembered() bool { return k == settleAccepted || k == settleAbandoned }

// acknowledged says that they are still to be acknowledged.
func (k settlementKind) acknowledged() bool { return k != settleBuried }
