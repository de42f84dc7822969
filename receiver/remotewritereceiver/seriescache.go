package remotewritereceiver

import (
	"hash/maphash"
	"math/bits"
	"slices"
	"sync/atomic"
	"unsafe"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// An identity is a series of 1.0 as the receiver remembers it, or the attributes of
// series of 2.0. It does not change, and its strings are those of no request: data
// points share them.
type identity struct {
	labelSet                     // of 1.0
	attrs    []remotewrite.Label // the attributes, without the bound
	list     []keyValue          // the same, ready to be used, if sharing works

	encoded string // the label fields it was made of, of 1.0
	hash    uint64 // of encoded, or of the attributes of a series of 2.0
	used    atomic.Bool
}

// size is about the memory an identity takes. Strings that several share are counted
// for each.
func (id *identity) size() int64 {
	const box = int64(unsafe.Sizeof(""))
	text := int64(len(id.encoded))
	if text == 0 {
		for _, l := range id.attrs {
			text += int64(len(l.Name) + len(l.Value))
		}
	}
	return int64(unsafe.Sizeof(*id)) + text +
		int64(len(id.attrs)+len(id.scope))*int64(unsafe.Sizeof(remotewrite.Label{})) +
		int64(len(id.list))*(int64(unsafe.Sizeof(keyValue{}))+box)
}

// box makes the list.
func (id *identity) box() {
	id.list = slices.Clip(boxedAll(len(id.attrs), func(i int) (string, string) { return id.attrs[i].Name, id.attrs[i].Value }))
}

// A seriesCache remembers series. Those of protocol 1.0 are found by their encoded
// labels, because that costs a tenth of decoding them again. Of those of 2.0, whose
// labels are cheap, it has the attributes, if lists of them can be shared. It is a hash
// table of fixed size in which a series may stand in one of a few places, so that
// lookups need no lock. A series that has not been used since it was last passed
// over makes room for another.
type seriesCache struct {
	slots []atomic.Pointer[identity]
	mask  uint64
	limit int64

	bytes atomic.Int64
	count atomic.Int64
	hand  atomic.Uint64
	asked atomic.Uint64 // admits, while full
}

const (
	cacheWays    = 8   // places for one series
	cachedSeries = 512 // bytes; a small one, so that there are slots enough
)

// newSeriesCache makes a cache that holds about limit bytes; without a limit it
// holds nothing.
func newSeriesCache(limit int64) *seriesCache {
	c := &seriesCache{limit: limit}
	if limit > 0 {
		sets := uint64(1) << bits.Len64(uint64(limit)/(cachedSeries*cacheWays))
		c.slots = make([]atomic.Pointer[identity], sets*cacheWays)
		c.mask = sets - 1
	}
	return c
}

func hashEncoded(encoded []byte) uint64 { return maphash.Bytes(hashSeed, encoded) }

// get returns the series with the given encoded labels, or nil.
func (c *seriesCache) get(hash uint64, encoded []byte) *identity {
	return c.find(hash, func(id *identity) bool { return id.encoded != "" && id.encoded == string(encoded) })
}

// find returns what has the given hash and is what is looked for, or nil.
func (c *seriesCache) find(hash uint64, is func(*identity) bool) *identity {
	if c.limit <= 0 {
		return nil
	}
	set := (hash & c.mask) * cacheWays
	for i := set; i < set+cacheWays; i++ {
		id := c.slots[i].Load()
		if id != nil && id.hash == hash && is(id) {
			if !id.used.Load() {
				id.used.Store(true)
			}
			return id
		}
	}
	return nil
}

// admits says whether a series that need not be remembered should be: while there is
// room, and then one in a few. If there are more series than fit, those that are
// remembered stay for long enough to be found again, and the others cost no more than
// to look for them.
func (c *seriesCache) admits() bool {
	const few = 16
	return c.bytes.Load() < c.limit*9/10 || c.asked.Add(1)%few == 0
}

// put remembers a series. Two requests may put the same one at the same time: then
// it stands in two places until one makes room.
func (c *seriesCache) put(id *identity) {
	size := id.size()
	if size > c.limit/cacheWays {
		return
	}
	c.replace(c.place(id.hash), id)
	for c.bytes.Load() > c.limit {
		slot := &c.slots[c.hand.Add(1)%uint64(len(c.slots))]
		if old := slot.Load(); old != nil && !old.used.Swap(false) {
			c.replace(slot, nil)
		}
	}
}

// place chooses where a series of this hash is put: in a free slot of its set or in
// the first one that has not been used since the last choice.
func (c *seriesCache) place(hash uint64) *atomic.Pointer[identity] {
	set := c.slots[(hash&c.mask)*cacheWays:][:cacheWays]
	for i := range set {
		if set[i].Load() == nil {
			return &set[i]
		}
	}
	for i := range set {
		if id := set[i].Load(); id == nil || !id.used.Swap(false) {
			return &set[i]
		}
	}
	return &set[hash>>32%cacheWays]
}

func (c *seriesCache) replace(slot *atomic.Pointer[identity], id *identity) {
	old := slot.Swap(id)
	if id != nil {
		c.bytes.Add(id.size())
		c.count.Add(1)
	}
	if old != nil {
		c.bytes.Add(-old.size())
		c.count.Add(-1)
	}
}
