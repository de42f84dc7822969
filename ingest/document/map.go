package document

import (
	"iter"
	"slices"
)

// An Entry is one key of a Map with its value.
type Entry struct {
	Key   string
	Value Value
}

// A Map is a map with string keys that remembers the order of insertion.
// Elasticsearch's documents are java.util.HashMap; JavaOrder gives that order
// where it shows.
type Map struct {
	entries []Entry
	index   index
	peak    int32  // entries before the last deletion: a HashMap never shrinks
	table   uint32 // table size the HashMap was made with; 0 is the default
	changes uint32 // keys added and deleted
	order   Order
	foreign map[string]Value // the keys that are no strings, by their names
	arena   *arena           // nil for a map on the heap
	filler  Filler           // has the other fields, if not nil
	gone    []string         // those of them that were removed
	most    int32            // by how many fields the map has been larger than they are, where one was removed
	dropped bool             // one was
}

// Len returns the number of entries.
func (m *Map) Len() int { return len(m.filled()) }

// At returns entry i in order of insertion; it panics if i is out of range.
func (m *Map) At(i int) Entry { return m.filled()[i] }

// All iterates over key and value in order of insertion. The map must not be
// changed meanwhile.
func (m *Map) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for i := range m.filled() {
			if !yield(m.entries[i].Key, m.entries[i].Value) {
				return
			}
		}
	}
}

// Get returns the value of key and whether the map has the key: a key may be
// present with null.
func (m *Map) Get(key string) (Value, bool) {
	entries := m.entries
	if m.filler != nil || len(entries) >= indexFrom {
		return m.look(key)
	}
	for i := range entries { // scan, here: what conditions do most
		if entries[i].Key == key {
			return entries[i].Value, true
		}
	}
	return Value{}, false
}

func (m *Map) look(key string) (Value, bool) {
	if m.filler != nil {
		return m.fetch(key)
	}
	if i := m.find(key); i >= 0 {
		return m.entries[i].Value, true
	}
	return Null, false
}

// Put sets key to v, at the end of the order if the key is new.
func (m *Map) Put(key string, v Value) {
	if m.filler != nil {
		m.put(key, v)
		return
	}
	if i := m.find(key); i >= 0 {
		m.entries[i].Value = v
		return
	}
	m.Add(key, v)
}

// Add is Put for a key that the map is known not to have.
func (m *Map) Add(key string, v Value) {
	m.filled()
	m.append(key, v)
	m.changes++
	if m.index.current() {
		m.index.add(key, len(m.entries)-1)
	}
}

func (m *Map) append(key string, v Value) {
	if len(m.entries) == cap(m.entries) && m.arena != nil {
		grown := m.arena.entries.take(max(8, 2*cap(m.entries)))
		m.entries = grown[:copy(grown, m.entries)]
	}
	m.entries = append(m.entries, Entry{Key: key, Value: v})
}

// Delete removes key and reports whether it was there.
func (m *Map) Delete(key string) bool {
	if m.filler != nil {
		return m.drop(key)
	}
	i := m.find(key)
	if i < 0 {
		return false
	}
	m.peak = max(m.peak, int32(len(m.entries)))
	if m.index.current() {
		m.index.remove(key)
	}
	m.entries = slices.Delete(m.entries, i, i+1)
	m.changes++
	return true
}

// DeleteAt removes the entries at positions, which are in ascending order.
func (m *Map) DeleteAt(positions []int) {
	if len(positions) == 0 {
		return
	}
	m.peak = max(m.peak, int32(m.Len()))
	m.index = index{}
	kept, next := m.entries[:positions[0]], 0
	for i := positions[0]; i < len(m.entries); i++ {
		if next < len(positions) && positions[next] == i {
			delete(m.foreign, m.entries[i].Key)
			next++
			continue
		}
		kept = append(kept, m.entries[i])
	}
	clear(m.entries[len(kept):])
	m.entries = kept
	m.changes += uint32(len(positions))
}

// Changes returns how often a key was added or deleted, as far as 32 bits count:
// what iterates over a map can tell that it is no longer the same.
func (m *Map) Changes() uint32 { return m.changes }

// indexFrom is the number of entries from which a Map keeps an index; below,
// comparing the keys one by one is as fast as hashing (BenchmarkMapGet).
const indexFrom = 24

func (m *Map) find(key string) int {
	if len(m.filled()) < indexFrom {
		return scan(m.entries, key)
	}
	if !m.index.current() {
		m.reindex()
	}
	return m.index.find(m.entries, key)
}

func scan(entries []Entry, key string) int {
	for i := range entries {
		if entries[i].Key == key {
			return i
		}
	}
	return -1
}

func (m *Map) reindex() {
	m.index = index{slots: m.freeSlots(tableSize(2 * len(m.entries)))}
	for i := range m.entries {
		m.index.add(m.entries[i].Key, i)
	}
}

// freeSlots returns n free slots, those of the old index if they fit.
func (m *Map) freeSlots(n int) []slot {
	switch {
	case len(m.index.slots) == n:
		clear(m.index.slots)
		return m.index.slots
	case m.arena != nil:
		return m.arena.slots.take(n)
	}
	return make([]slot, n)
}

func (m *Map) equals(w *Walk, o *Map) bool {
	if m.Len() != o.Len() {
		return false
	}
	w.In(0)
	defer w.Out()
	for k, v := range m.All() {
		if other, ok := o.Get(k); !ok || !v.equals(w, other) {
			return false
		}
	}
	return true
}
