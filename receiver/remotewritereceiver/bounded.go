package remotewritereceiver

// A bounded map forgets entries to stay within a number of bytes, because senders
// decide what is put into it. The zero value is not ready; it is not safe for
// concurrent use.
type bounded[K comparable, V any] struct {
	limit   int64
	size    func(K, V) int64
	before  func(a, b V) bool // a is forgotten rather than b; nil: either
	forgets func(V)           // is told what is forgotten; may be nil

	entries map[K]V
	bytes   int64
}

// sampled is how many entries are looked at to find one to forget.
const sampled = 8

func newBounded[K comparable, V any](limit int64, size func(K, V) int64) *bounded[K, V] {
	return &bounded[K, V]{limit: limit, size: size, entries: map[K]V{}}
}

func (b *bounded[K, V]) get(k K) (V, bool) {
	v, ok := b.entries[k]
	return v, ok
}

// put adds or replaces an entry; false is that it is larger than a hundredth of
// what there is room for, and was not put.
func (b *bounded[K, V]) put(k K, v V) bool {
	size := b.size(k, v)
	if size > b.limit/100 {
		return false
	}
	if old, ok := b.entries[k]; ok {
		b.bytes -= b.size(k, old)
		delete(b.entries, k)
	}
	for b.bytes+size > b.limit {
		b.forget()
	}
	b.entries[k] = v
	b.bytes += size
	return true
}

func (b *bounded[K, V]) forget() {
	var key K
	var victim V
	looked := 0
	for k, v := range b.entries { // in random order
		if looked == 0 || b.before != nil && b.before(v, victim) {
			key, victim = k, v
		}
		if looked++; looked == sampled || b.before == nil {
			break
		}
	}
	b.bytes -= b.size(key, victim)
	delete(b.entries, key)
	if b.forgets != nil {
		b.forgets(victim)
	}
}
