package redisstreamsreceiver

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// checkpoint remembers on disk which entries this member has processed, for as
// long as Redis might hand them to it again.
//
// It is a ring of blobs with rising numbers. A commit writes one blob per stream,
// and a record of the first and next number, in one transaction of the storage.
// Which ids a blob covers is kept in memory, its marks are read when they are
// asked for: normal reading never asks, because an id above all earlier ones
// cannot have been processed. It is safe for concurrent use.
type checkpoint struct {
	client    storage.Client
	retention time.Duration
	maxSize   int

	mu      sync.Mutex // guards what follows
	done    []*blobInfo
	size    int                          // of done, bytes
	last    map[string]*lastBlob         // by scope
	intents map[uint64]*blobInfo         // by number
	keys    map[string][]loadedKeys      // by scope, until they are taken
	unclear map[string]map[mark]struct{} // by scope: intents of an earlier run
	dropped []uint64                     // to be deleted with the next commit
	next    uint64                       // number of the next blob
}

// checkpointError is an error of the storage.
type checkpointError struct {
	operation string
	err       error
}

func (e checkpointError) Error() string { return e.operation + " checkpoint: " + e.err.Error() }

func (e checkpointError) Unwrap() error { return e.err }

// blobInfo is what is known of a blob without reading it.
type blobInfo struct {
	number      uint64
	scope       string
	at          time.Time
	first, last entryID
	size        int
	loaded      bool // from an earlier run, whose entries may still be pending
	held        int  // settlements in it that Redis has not acknowledged
}

func (b *blobInfo) overlaps(first, last entryID) bool {
	return !b.last.less(first) && !last.less(b.first)
}

// metaKey holds the numbers of the first blob and of the next.
const metaKey = "ring"

func blobKey(number uint64) string { return fmt.Sprintf("%016x", number) }

// loadBatch is how many blobs are read at once at the start.
const loadBatch = 256

// openCheckpoint loads what an earlier run has left.
func openCheckpoint(ctx context.Context, client storage.Client, cfg CheckpointConfig) (*checkpoint, error) {
	c := &checkpoint{
		client:    client,
		retention: cfg.Retention,
		maxSize:   int(cfg.MaxSize),
		last:      map[string]*lastBlob{},
		intents:   map[uint64]*blobInfo{},
		keys:      map[string][]loadedKeys{},
		unclear:   map[string]map[mark]struct{}{},
	}
	meta, err := client.Get(ctx, metaKey)
	if err != nil {
		return nil, checkpointError{"read", err}
	}
	if len(meta) != 16 {
		return c, nil
	}
	c.next = binary.BigEndian.Uint64(meta[8:])
	for n := binary.BigEndian.Uint64(meta); n < c.next; n += loadBatch {
		if err := c.load(ctx, n, min(n+loadBatch, c.next)); err != nil {
			return nil, checkpointError{"read", err}
		}
	}
	return c, nil
}

func (c *checkpoint) load(ctx context.Context, from, to uint64) error {
	var ops []*storage.Operation
	for n := from; n < to; n++ {
		ops = append(ops, storage.GetOperation(blobKey(n)))
	}
	if err := c.client.Batch(ctx, ops...); err != nil {
		return err
	}
	for i, op := range ops {
		number := from + uint64(i)
		if op.Value == nil {
			continue // deleted while a blob before it was kept
		}
		b, err := parseBlob(op.Value)
		if err != nil || len(b.marks) == 0 {
			// Its entries may come once more, which is better than not to start.
			c.dropped = append(c.dropped, number)
			continue
		}
		c.add(number, &b, len(op.Value)).loaded = true
		if len(b.keys) > 0 {
			c.keys[b.scope] = append(c.keys[b.scope], loadedKeys{b.at, b.keys})
		}
		if b.kind == blobIntent {
			c.addUnclear(&b)
		}
	}
	return nil
}

func (c *checkpoint) add(number uint64, b *blob, size int) *blobInfo {
	info := &blobInfo{number: number}
	info.describe(b, size)
	if b.kind == blobIntent {
		c.intents[number] = info
		return info
	}
	c.done = append(c.done, info)
	c.size += size
	return info
}

func (b *blobInfo) describe(of *blob, size int) {
	b.scope, b.at, b.size = of.scope, of.at, size
	b.first, b.last = of.marks[0].id, of.marks[len(of.marks)-1].id
}

func (c *checkpoint) addUnclear(b *blob) {
	if c.unclear[b.scope] == nil {
		c.unclear[b.scope] = map[mark]struct{}{}
	}
	for _, m := range b.marks {
		c.unclear[b.scope][m] = struct{}{}
	}
}

// loadedKeys are keys that were processed at a time.
type loadedKeys struct {
	at     time.Time
	hashes []uint64
}

// takeKeys returns the keys an earlier run has processed, the oldest first.
func (c *checkpoint) takeKeys(scope string) []loadedKeys {
	c.mu.Lock()
	defer c.mu.Unlock()
	keys := c.keys[scope]
	delete(c.keys, scope)
	return keys
}

// span returns the lowest and highest id of a scope that is remembered as done,
// and false if none is.
func (c *checkpoint) span(scope string) (low, high entryID, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, b := range c.done {
		if b.scope != scope {
			continue
		}
		if !ok || b.first.less(low) {
			low = b.first
		}
		if high.less(b.last) {
			high = b.last
		}
		ok = true
	}
	return low, high, ok
}

// recovered says that nothing an earlier run has left is pending any more, and
// that everything which was unclear has been decided.
func (c *checkpoint) recovered(scope string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, b := range c.done {
		if b.scope == scope {
			b.loaded = false
		}
	}
	for number, b := range c.intents {
		if b.scope == scope && b.loaded {
			delete(c.intents, number)
			c.dropped = append(c.dropped, number)
		}
	}
	delete(c.unclear, scope)
}

// known is what the checkpoint knows of some entries.
type known struct {
	done    map[mark]struct{} // this member has processed them
	unclear map[mark]struct{} // the pipeline may or may not have accepted them
}

// lookUp returns what is known of the entries with these marks, of which there
// is at least one.
func (c *checkpoint) lookUp(ctx context.Context, scope string, marks []mark) (known, error) {
	wanted := make(map[mark]struct{}, len(marks))
	first, last := marks[0].id, marks[0].id
	for _, m := range marks {
		wanted[m] = struct{}{}
		if m.id.less(first) {
			first = m.id
		}
		if last.less(m.id) {
			last = m.id
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	k := known{done: map[mark]struct{}{}, unclear: map[mark]struct{}{}}
	for m := range wanted {
		if _, ok := c.unclear[scope][m]; ok {
			k.unclear[m] = struct{}{}
		}
	}
	for _, b := range c.done {
		if b.scope != scope || !b.overlaps(first, last) {
			continue
		}
		if err := c.intersect(ctx, b, wanted, k.done); err != nil {
			return k, err
		}
	}
	return k, nil
}

// intersect adds to found those of the wanted marks that are in the blob.
func (c *checkpoint) intersect(ctx context.Context, info *blobInfo, wanted, found map[mark]struct{}) error {
	data, err := c.client.Get(ctx, blobKey(info.number))
	if err != nil {
		return checkpointError{"read", err}
	}
	b, err := parseBlob(data)
	if err != nil {
		return checkpointError{"read", fmt.Errorf("blob %s: %w", blobKey(info.number), err)}
	}
	for _, m := range b.marks {
		if _, ok := wanted[m]; ok {
			found[m] = struct{}{}
		}
	}
	return nil
}

// fullBlob is how many marks end a blob. Smaller commits are written into the last
// blob of their stream once more: many small blobs would take more room, in
// memory and on disk, than the marks in them.
const fullBlob = 1000

// write adds blobs and removes those that are no longer needed, in one
// transaction. It returns what is known of the blobs in which the marks are, in
// the order of blobs, and how many bytes were written.
func (c *checkpoint) write(ctx context.Context, blobs []blob, withdrawn []*blobInfo) ([]*blobInfo, int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := c.next
	var ops []*storage.Operation
	var targets []*blobInfo // nil for a new blob
	written := 0
	for i := range blobs {
		number := next
		target := c.extend(&blobs[i])
		if target != nil {
			number = target.number
		} else {
			next++
		}
		targets = append(targets, target)
		data := blobs[i].encode() //nolint:gosec // i is an index of blobs
		written += len(data)
		ops = append(ops, storage.SetOperation(blobKey(number), data))
	}
	expired := c.expired(time.Now())
	for _, b := range append(slices.Clone(expired), withdrawn...) {
		ops = append(ops, storage.DeleteOperation(blobKey(b.number)))
	}
	for _, number := range c.dropped {
		ops = append(ops, storage.DeleteOperation(blobKey(number)))
	}
	ops = append(ops, storage.SetOperation(metaKey, c.meta(next)))
	if err := c.client.Batch(ctx, ops...); err != nil {
		return nil, 0, checkpointError{"write", err}
	}
	c.remove(expired, withdrawn)
	infos := make([]*blobInfo, len(blobs))
	for i := range blobs {
		infos[i] = c.written(targets[i], &blobs[i], len(ops[i].Value))
	}
	return infos, written, nil
}

// extend puts what the last blob of the stream holds before what is to be
// written, if there is room, and returns that blob.
func (c *checkpoint) extend(b *blob) *blobInfo {
	last := c.last[b.scope]
	if b.kind != blobDone || last == nil || len(last.marks)+len(b.marks) > fullBlob {
		return nil
	}
	b.marks = append(slices.Clone(last.marks), b.marks...)
	b.keys = append(slices.Clone(last.keys), b.keys...)
	b.sort()
	return last.info
}

// written notes a blob that has been written, over the given one or as a new one.
// It is held until the caller lets go.
func (c *checkpoint) written(info *blobInfo, b *blob, size int) *blobInfo {
	if info == nil {
		info = c.add(c.next, b, size)
		c.next++
	} else {
		c.size += size - info.size
		info.describe(b, size)
	}
	info.held++
	if b.kind == blobDone {
		c.last[b.scope] = &lastBlob{info, b.marks, b.keys}
	}
	return info
}

// lastBlob is the last blob of a stream with what is in it.
type lastBlob struct {
	info  *blobInfo
	marks []mark
	keys  []uint64
}

// meta may name a first number that is about to be deleted; the next commit
// names a later one.
func (c *checkpoint) meta(next uint64) []byte {
	first := next
	if len(c.done) > 0 {
		first = c.done[0].number
	} else if next > c.next {
		first = c.next
	}
	for number := range c.intents {
		first = min(first, number)
	}
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, first), next)
}

// pruneScan is how many of the oldest blobs a commit looks at, so that it takes
// the same time however many there are. It is more than a commit adds.
const pruneScan = 256

// expired returns old blobs that are not needed any more: beyond the retention
// or the size, and with nothing in them that could still be pending.
func (c *checkpoint) expired(now time.Time) []*blobInfo {
	var expired []*blobInfo
	size := c.size
	for _, b := range c.done[:min(pruneScan, len(c.done))] {
		if b.loaded || b.held > 0 || c.isLast(b) || now.Sub(b.at) < c.retention && size <= c.maxSize {
			continue
		}
		expired = append(expired, b)
		size -= b.size
	}
	return expired
}

// isLast keeps a blob that may be written once more.
func (c *checkpoint) isLast(b *blobInfo) bool {
	last := c.last[b.scope]
	return last != nil && last.info == b
}

// remove takes expired blobs, which are among the oldest, and intents out of the
// index. It moves those that stay up, because there may be very many behind them.
func (c *checkpoint) remove(expired, intents []*blobInfo) {
	gone := make(map[*blobInfo]struct{}, len(expired))
	for _, b := range expired {
		gone[b] = struct{}{}
		c.size -= b.size
	}
	to := min(pruneScan, len(c.done))
	for from := to - 1; from >= 0; from-- {
		if _, ok := gone[c.done[from]]; !ok {
			to--
			c.done[to] = c.done[from]
		}
	}
	if len(expired) > 0 {
		c.done = c.done[to:]
	}
	for _, b := range intents {
		delete(c.intents, b.number)
	}
	c.dropped = nil
}

// hold keeps a blob while something in it is not acknowledged; letGo ends that.
func (c *checkpoint) hold(b *blobInfo) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b.held++
}

func (c *checkpoint) letGo(b *blobInfo) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b.held--
}
