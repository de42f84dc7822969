package redisstreamsreceiver

import (
	"context"
	"sync"
	"time"

	"github.com/cespare/xxhash/v2"
)

// recentKeys remembers the keys that producers gave to what has been processed.
// It keeps two generations and forgets the older one when the newer is a window
// old or half full: a key is remembered for one to two windows, or less if there
// are more than fit. It is safe for concurrent use; that a message is not
// delivered while another with its key is, is the business of the lanes.
type recentKeys struct {
	field  []string
	window time.Duration
	max    int

	mu                sync.Mutex // guards what follows
	current, previous map[uint64]struct{}
	since             time.Time // of current
}

// newRecentKeys returns nil if nothing is to be remembered.
func newRecentKeys(cfg DeduplicateConfig) *recentKeys {
	if cfg.Field == "" {
		return nil
	}
	return &recentKeys{
		field: []string{cfg.Field}, window: cfg.Window, max: cfg.MaxKeys,
		current: map[uint64]struct{}{}, previous: map[uint64]struct{}{}, since: time.Now(),
	}
}

// of returns the hash of an entry's key, and false if it has none.
func (k *recentKeys) of(e *entry) (uint64, bool) {
	key, ok := e.find(k.field)
	return xxhash.Sum64String(key), ok && key != ""
}

// ofAll returns the hashes of those entries that have keys.
func (k *recentKeys) ofAll(entries []entry) []uint64 {
	if k == nil {
		return nil
	}
	hashes := make([]uint64, 0, len(entries))
	for i := range entries {
		if h, ok := k.of(&entries[i]); ok {
			hashes = append(hashes, h)
		}
	}
	return hashes
}

func (k *recentKeys) has(hash uint64) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	_, current := k.current[hash]
	_, previous := k.previous[hash]
	return current || previous
}

// add remembers keys that were processed at a time.
func (k *recentKeys) add(hashes []uint64, at time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, h := range hashes {
		if at.Sub(k.since) >= k.window || len(k.current) >= max(k.max/2, 1) {
			k.previous, k.current = k.current, make(map[uint64]struct{}, len(k.current))
			k.since = at
		}
		k.current[h] = struct{}{}
	}
}

// withoutRepeats settles entries whose key has been processed, and returns the
// others: those to deliver now, and those that share a key with one of them, whose
// fate decides about them.
func (d *delivery) withoutRepeats(ctx context.Context, entries []entry) (now, later []entry) {
	if d.keys == nil {
		return entries, nil
	}
	var repeats []entry
	seen := make(map[uint64]struct{}, len(entries))
	now = make([]entry, 0, len(entries))
	for i := range entries {
		hash, ok := d.keys.of(&entries[i])
		_, again := seen[hash]
		switch {
		case !ok:
			now = append(now, entries[i])
		case d.keys.has(hash):
			repeats = append(repeats, entries[i])
		case again:
			later = append(later, entries[i])
		default:
			seen[hash] = struct{}{}
			now = append(now, entries[i])
		}
	}
	d.count.duplicate(ctx, len(repeats))
	d.settle(settleSuppressed, repeats)
	return now, later
}
