package remotewriteexporter

import (
	"slices"

	"github.com/cespare/xxhash/v2"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// A request is what is sent at once.
type request struct {
	series  []remotewrite.TimeSeries
	points  []int // the ordinals of the data points in it, ascending
	samples int
	size    int
	index   map[uint64]int      // series by hash
	layer   map[uint64]struct{} // of a cautious dealing: the data points, by hash
}

// A shard is requests that must be sent one after the other.
type shard []*request

// A dealing is a way to make requests out of a batch.
//
// A backend may have written a request though its answer never came, and some write
// all of a request of 1.0 or, because of one sample that is older than what they have,
// nothing. What is sent again must therefore not mix with what is not, where that would
// be refused for its sake.
type dealing int

const (
	// fresh is for what has not been sent: as many shards as make full requests.
	fresh dealing = iota

	// repeated is for what is left of a batch. With the shards of before the first
	// request of each is the one that was not accepted.
	repeated

	// cautious is for what an earlier life of the collector may have sent, in requests
	// with other limits, but in the same order. A request has one sample of a series, and
	// shards are as narrow as can be. Then one that was written in part has in that part
	// the latest that the backend has, and to repeat that is no mistake.
	cautious
)

// A dealer deals series out to the requests of shards. All series of a data point
// are in one request, and all data points of a series in one shard.
type dealer struct {
	maxSamples, maxSize int

	shards  []shard // all there may be; a batch uses the first of them
	inUse   int
	dealing dealing
	spare   []*request
	current *request
	hash    uint64 // of the data point

	labels  arena[remotewrite.Label]
	samples arena[remotewrite.Sample]
}

func newDealer(cfg *Config) dealer {
	return dealer{maxSamples: cfg.Request.MaxSamples, maxSize: int(cfg.Request.MaxSize), shards: make([]shard, cfg.Shards)}
}

// maxSpareRequests bounds the memory that is kept from batch to batch.
const maxSpareRequests = 64

// reset gets ready for a batch of about n samples. Batches follow each other, so that
// the shard of a series may be another in the next one.
func (d *dealer) reset(n int) {
	switch d.dealing {
	case fresh:
		d.inUse = min(max(1, n/d.maxSamples), len(d.shards))
	case cautious:
		d.inUse = len(d.shards)
	case repeated:
	}
	for i, s := range d.shards {
		for _, r := range s {
			if len(d.spare) < maxSpareRequests {
				clear(r.series)
				clear(r.index)
				clear(r.layer)
				r.series, r.points, r.samples, r.size = r.series[:0], r.points[:0], 0, 0
				d.spare = append(d.spare, r)
			}
		}
		clear(s)
		d.shards[i] = s[:0]
	}
	d.labels.reset()
	d.samples.reset()
	d.current = nil
}

func (d *dealer) newRequest() *request {
	if n := len(d.spare); n > 0 {
		r := d.spare[n-1]
		d.spare = d.spare[:n-1]
		return r
	}
	return &request{index: map[uint64]int{}, layer: map[uint64]struct{}{}}
}

// noPoint is the ordinal of what comes from no data point.
const noPoint = -1

// begin begins the data point whose labels are t.point and which becomes about n
// samples.
func (t *translator) begin(ordinal, n int) {
	t.hashed = t.hashed[:0]
	size := 0
	for _, l := range t.point {
		t.hashed = append(t.hashed, l.Name...)
		t.hashed = append(t.hashed, 0xff)
		t.hashed = append(t.hashed, l.Value...)
		t.hashed = append(t.hashed, 0xff)
		size += len(l.Name) + len(l.Value) + labelOverhead
	}
	d := &t.dealer
	d.hash = xxhash.Sum64(t.hashed)
	// All of these shards together are one of a dealing with fewer.
	number := d.hash % uint64(len(d.shards)) % uint64(d.inUse)
	s := d.shards[number]
	var r *request
	if len(s) > 0 {
		r = s[len(s)-1]
	}
	if size = (size + sampleSize) * n; r == nil || d.full(r, n, size) {
		r = d.newRequest()
		d.shards[number] = append(s, r)
	}
	d.current = r
	r.samples += n
	r.size += size
	if d.dealing == cautious {
		r.layer[d.hash] = struct{}{}
	}
	if ordinal != noPoint {
		r.points = append(r.points, ordinal)
	}
}

// full reports whether a data point of n samples must go into another request.
func (d *dealer) full(r *request, n, size int) bool {
	if _, ok := r.layer[d.hash]; ok {
		return true
	}
	return r.samples > 0 && (r.samples+n > d.maxSamples || r.size+size > d.maxSize)
}

// What a label takes in a request of 1.0 beside its texts, and a sample beside its
// labels.
const (
	labelOverhead = 6
	sampleSize    = 24
)

// series returns the series of the current request with these labels, which it
// copies. piece tells apart the series of one data point.
func (t *translator) series(labels []remotewrite.Label, piece string, m remotewrite.Metadata) *remotewrite.TimeSeries {
	d := &t.dealer
	hash := d.hash
	if piece != "" {
		hash ^= xxhash.Sum64String(piece)
	}
	r := d.current
	if i, ok := r.index[hash]; ok && slices.Equal(r.series[i].Labels, labels) {
		return &r.series[i]
	}
	own := d.labels.take(len(labels))
	copy(own, labels)
	r.index[hash] = len(r.series)
	r.series = append(r.series, remotewrite.TimeSeries{Labels: own, Metadata: m})
	return &r.series[len(r.series)-1]
}

// addSample adds a sample to a series in the order of time, as it must be sent.
func addSample(s *remotewrite.TimeSeries, sample remotewrite.Sample, memory *arena[remotewrite.Sample]) {
	if s.Samples == nil {
		s.Samples = memory.take(1)
		s.Samples[0] = sample
		return
	}
	i := len(s.Samples)
	for i > 0 && s.Samples[i-1].Timestamp > sample.Timestamp {
		i--
	}
	if i > 0 && s.Samples[i-1] == sample {
		return // target_info of a target that is in the batch more than once
	}
	s.Samples = slices.Insert(s.Samples, i, sample)
}

// An arena hands out slices of one block, which it keeps until reset.
type arena[T any] struct {
	block []T
	used  int // of block
	total int // since reset
}

const (
	minArena = 1 << 10
	maxArena = 1 << 18 // one unusual batch must not pin its memory for ever
)

// take returns n values with no room behind them.
func (a *arena[T]) take(n int) []T {
	if a.used+n > len(a.block) {
		a.block, a.used = make([]T, max(n, minArena)), 0
	}
	out := a.block[a.used : a.used+n : a.used+n]
	a.used += n
	a.total += n
	return out
}

// reset makes room for as much as has been taken, and ends the life of it.
func (a *arena[T]) reset() {
	if a.total > len(a.block) && a.total <= maxArena {
		a.block = make([]T, a.total)
	} else {
		clear(a.block[:a.used])
	}
	a.used, a.total = 0, 0
}
