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

// RemoveAll removes the items at positions, which are in ascending order.
func (l *List) RemoveAll(positions []int) {
	if len(positions) == 0 {
		return
	}
	kept := positions[0]
	for i := positions[0]; i < len(l.items); i++ {
		if len(positions) > 0 && positions[0] == i {
			positions = positions[1:]
			continue
		}
		l.items[kept] = l.items[i]
		kept++
	}
	l.Truncate(kept)
}

// Truncate removes all items from n on; it panics if there are fewer.
func (l *List) Truncate(n int) {
	clear(l.items[n:])
	l.items = l.items[:n]
}

// Contains reports whether an item equals v as Java's List.contains does:
// 1 and 1L differ.
func (l *List) Contains(v Value) bool {
	return slices.ContainsFunc(l.items, v.Equals)
}

// All iterates over index and item.
func (l *List) All() iter.Seq2[int, Value] { return slices.All(l.items) }

func (l *List) equals(w *Walk, o *List) bool {
	w.In(0)
	defer w.Out()
	return slices.EqualFunc(l.items, o.items, func(a, b Value) bool { return a.equals(w, b) })
}
