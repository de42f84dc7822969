package document

import (
	"iter"
	"slices"
)

// A List is an ordered list of values, java.util.ArrayList.
type List struct {
	items []Value
	arena *arena // nil for a list on the heap
}

// Len returns the number of items.
func (l *List) Len() int { return len(l.items) }

// At returns item i; it panics if i is out of range.
func (l *List) At(i int) Value { return l.items[i] }

// Set replaces item i; it panics if i is out of range.
func (l *List) Set(i int, v Value) { l.items[i] = v }

// Append adds v at the end.
func (l *List) Append(v Value) {
	if len(l.items) == cap(l.items) && l.arena != nil {
		grown := l.arena.values.take(max(4, 2*cap(l.items)))
		l.items = grown[:copy(grown, l.items)]
	}
	l.items = append(l.items, v)
}

// RemoveAt removes item i; it panics if i is out of range.
func (l *List) RemoveAt(i int) { l.items = slices.Delete(l.items, i, i+1) }

// Contains reports whether an item equals v as Java's List.contains does:
// 1 and 1L differ.
func (l *List) Contains(v Value) bool {
	return slices.ContainsFunc(l.items, v.Equals)
}

// All iterates over index and item.
func (l *List) All() iter.Seq2[int, Value] { return slices.All(l.items) }

func (l *List) equals(o *List) bool {
	return slices.EqualFunc(l.items, o.items, Value.Equals)
}

// An Entry is one key of a Map with its value.
type Entry struct {
	Key   string
	Value Value
}

// indexFrom is the number of entries from which a Map keeps an index; below,
// comparing the keys one by one is faster than hashing (BenchmarkMapGet).
const indexFrom = 24

// maxShifted is how far an entry may be from where the index has it.
const maxShifted = 64

// A Map is a map with string keys that remembers the order of insertion.
// Elasticsearch's documents are java.util.HashMap; JavaOrder gives that order
// where it shows.
type Map struct {
	entries []Entry
	index   map[string]int // nil below indexFrom entries or when stale
	shifted int            // deletions since index was made
	arena   *arena         // nil for a map on the heap
}

// Len returns the number of entries.
func (m *Map) Len() int { return len(m.entries) }

// At returns entry i in order of insertion; it panics if i is out of range.
func (m *Map) At(i int) Entry { return m.entries[i] }

// All iterates over key and value in order of insertion. The map must not be
// changed meanwhile.
func (m *Map) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for i := range m.entries {
			if !yield(m.entries[i].Key, m.entries[i].Value) {
				return
			}
		}
	}
}

// Get returns the value of key and whether the map has the key: a key may be
// present with null.
func (m *Map) Get(key string) (Value, bool) {
	if i := m.find(key); i >= 0 {
		return m.entries[i].Value, true
	}
	return Null, false
}

// Put sets key to v, at the end of the order if the key is new.
func (m *Map) Put(key string, v Value) {
	if i := m.find(key); i >= 0 {
		m.entries[i].Value = v
		return
	}
	if len(m.entries) == cap(m.entries) && m.arena != nil {
		grown := m.arena.entries.take(max(8, 2*cap(m.entries)))
		m.entries = grown[:copy(grown, m.entries)]
	}
	m.entries = append(m.entries, Entry{Key: key, Value: v})
	if m.index != nil {
		m.index[key] = len(m.entries) - 1
	}
}

// Delete removes key and reports whether it was there.
func (m *Map) Delete(key string) bool {
	i := m.find(key)
	if i < 0 {
		return false
	}
	m.entries = slices.Delete(m.entries, i, i+1)
	if m.index != nil {
		delete(m.index, key)
		m.shifted++
	}
	return true
}

func (m *Map) find(key string) int {
	if len(m.entries) >= indexFrom {
		return m.indexed(key)
	}
	for i := range m.entries {
		if m.entries[i].Key == key {
			return i
		}
	}
	return -1
}

// indexed finds key through the index. A deletion moves later entries down by
// one without correcting the index, so an entry is at most m.shifted places
// below where the index has it; after maxShifted deletions it is made anew.
func (m *Map) indexed(key string) int {
	if m.index == nil || m.shifted > maxShifted {
		m.reindex()
	}
	at, ok := m.index[key]
	if !ok {
		return -1
	}
	for i := min(at, len(m.entries)-1); i >= 0; i-- {
		if m.entries[i].Key == key {
			return i
		}
	}
	return -1
}

func (m *Map) reindex() {
	m.index, m.shifted = make(map[string]int, 2*len(m.entries)), 0
	for i := range m.entries {
		m.index[m.entries[i].Key] = i
	}
}

func (m *Map) equals(o *Map) bool {
	if len(m.entries) != len(o.entries) {
		return false
	}
	for k, v := range m.All() {
		if w, ok := o.Get(k); !ok || !v.Equals(w) {
			return false
		}
	}
	return true
}
