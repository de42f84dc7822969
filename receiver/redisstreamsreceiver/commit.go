package redisstreamsreceiver

import (
	"context"
	"time"
)

// commitRequest asks the committer for one thing.
type commitRequest struct {
	done     *settlement // to be remembered, then acknowledged
	intent   *intent     // to be remembered before the pipeline is called
	withdraw *blobInfo   // an intent whose outcome is known
}

// intent is what is about to be delivered. ready is closed when it is on disk.
type intent struct {
	scope string
	marks []mark
	ready chan struct{}
	blob  *blobInfo // set before ready is closed; nil if it could not be written
}

// committer writes checkpoints: many requests with one transaction, because that
// costs a flush of the disk.
type committer struct {
	checkpoint *checkpoint
	health     *health
	count      *checkpointCounters
	requests   chan commitRequest
}

// maxCommit is how many requests go into one transaction.
const maxCommit = 256

func newCommitter(c *checkpoint, h *health, count *checkpointCounters) *committer {
	return &committer{checkpoint: c, health: h, count: count, requests: make(chan commitRequest, maxCommit)}
}

// run commits until the channel is closed and empty. The end of the receiver's
// work does not interrupt it: the storage answers or fails.
func (c *committer) run(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	for first := range c.requests {
		c.commit(ctx, c.gather(first))
	}
}

// intend writes that entries are about to be delivered, and waits until it is on
// disk. It returns nil if that failed.
func (c *committer) intend(scope string, entries []entry) *blobInfo {
	i := &intent{scope: scope, marks: marksOf(entries), ready: make(chan struct{})}
	c.requests <- commitRequest{intent: i}
	<-i.ready
	return i.blob
}

// gather adds what else is waiting.
func (c *committer) gather(first commitRequest) []commitRequest {
	requests := []commitRequest{first}
	for len(requests) < maxCommit {
		select {
		case r, ok := <-c.requests:
			if !ok {
				return requests
			}
			requests = append(requests, r)
		default:
			return requests
		}
	}
	return requests
}

// commit writes the requests and passes settlements on to be acknowledged, in
// this order: an acknowledged entry must be known as processed, or it would be
// processed again if Redis forgets the acknowledgement (a failover, an AOF that
// was not flushed).
//
// A storage that fails does not stop the receiver: the entries are acknowledged,
// and could come again only if Redis forgets that.
func (c *committer) commit(ctx context.Context, requests []commitRequest) {
	w := newCommitWork(requests)
	started := time.Now()
	infos, size, err := c.checkpoint.write(ctx, w.blobs, w.withdrawn)
	if err != nil {
		c.health.fail(writeCheckpoint, err)
		infos = make([]*blobInfo, len(w.blobs))
	} else {
		c.health.ok(writeCheckpoint)
	}
	c.count.committed(ctx, time.Since(started), size, err)
	for _, r := range requests {
		switch {
		case r.intent != nil:
			r.intent.blob = infos[w.intents[r.intent]]
			close(r.intent.ready)
		case r.done != nil:
			c.pass(*r.done, infos[w.scopes[r.done.batch.stream.scope]])
		}
	}
	for _, info := range infos {
		if info != nil {
			c.checkpoint.letGo(info)
		}
	}
}

const writeCheckpoint = "remember what was processed"

func (c *committer) pass(done settlement, info *blobInfo) {
	if info != nil && done.kind.acknowledged() {
		c.checkpoint.hold(info)
		done.blob = info
	}
	done.batch.stream.acks.push(done)
}

// commitWork is what a commit writes: one blob of done entries per stream, one
// per intent.
type commitWork struct {
	blobs     []blob
	withdrawn []*blobInfo
	scopes    map[string]int  // index of a stream's blob
	intents   map[*intent]int // index of an intent's
}

func newCommitWork(requests []commitRequest) *commitWork {
	w := &commitWork{scopes: map[string]int{}, intents: map[*intent]int{}}
	for _, r := range requests {
		switch {
		case r.done != nil:
			w.addDone(r.done)
		case r.intent != nil:
			w.intents[r.intent] = len(w.blobs)
			w.blobs = append(w.blobs, blob{kind: blobIntent, scope: r.intent.scope, at: time.Now(), marks: r.intent.marks})
		default:
			w.withdrawn = append(w.withdrawn, r.withdraw)
		}
	}
	for i := range w.blobs {
		w.blobs[i].sort()
	}
	return w
}

func (w *commitWork) addDone(done *settlement) {
	scope := done.batch.stream.scope
	i, ok := w.scopes[scope]
	if !ok {
		i = len(w.blobs)
		w.scopes[scope] = i
		w.blobs = append(w.blobs, blob{kind: blobDone, scope: scope, at: time.Now()})
	}
	w.blobs[i].marks = append(w.blobs[i].marks, marksOf(done.entries)...)
	w.blobs[i].keys = append(w.blobs[i].keys, done.batch.stream.keys.ofAll(done.entries)...)
}
