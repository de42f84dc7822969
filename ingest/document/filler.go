package document

import "slices"

// A Filler has the fields of a map that are not in it yet: those of an event that
// was received in a form that can be read field by field.
type Filler interface {
	// Field returns the value that Fill would put at key, and whether it would put
	// one; it may read no other. known is false if it cannot say without Fill.
	Field(key string) (v Value, has, known bool)
	// Has is Field without the value.
	Has(key string) (has, known bool)
	// Fill puts all fields into m, which is empty and belongs to the same document
	// as the values that Field has returned.
	Fill(m *Map)
}

// FillFrom gives an empty map the fields of f. Get asks for single fields, Put sets and
// Delete removes them beside f's as long as nothing else is done with the map; then it is
// filled. A value that Get has returned stays the map's, so that what is changed in it is
// not lost.
func (m *Map) FillFrom(f Filler) { m.filler = f }

// Touched returns the fields of a map that is not filled which have been read or put:
// all others are as its Filler has them, but those that Removed says. filled is true if the
// map is, and then there are no others.
func (m *Map) Touched() (entries []Entry, filled bool) { return m.entries, m.filler == nil }

// Removed reports whether a field has been removed from a map that is not filled, and not
// been put since.
func (m *Map) Removed(key string) bool { return slices.Contains(m.gone, key) }

// Removals returns how many fields Removed is true of.
func (m *Map) Removals() int { return len(m.gone) }

// filled returns the entries, all of them.
func (m *Map) filled() []Entry {
	if m.filler != nil {
		m.fill()
	}
	return m.entries
}

// fill makes the map what it would be if it had been filled at once. The order in which
// Java shows the fields depends on how many there were when one was removed.
func (m *Map) fill() {
	f, fetched, removed := m.filler, m.entries, m.gone
	m.filler, m.entries, m.gone = nil, nil, nil
	f.Fill(m)
	peak := int32(len(m.entries)) + m.most
	for _, key := range removed {
		m.Delete(key)
	}
	m.peak = 0
	if m.dropped {
		m.peak = peak
	}
	for _, e := range fetched {
		m.Put(e.Key, e.Value)
	}
}

// drop is Delete for a map that is not filled.
func (m *Map) drop(key string) bool {
	has, known := m.filler.Has(key)
	beside, all := m.beside()
	if !known || !all {
		m.fill()
		return m.Delete(key)
	}
	i := scan(m.entries, key)
	if i < 0 && (!has || m.Removed(key)) {
		return false
	}
	if most := int32(beside - len(m.gone)); !m.dropped || most > m.most {
		m.most, m.dropped = most, true
	}
	if i >= 0 {
		m.entries = slices.Delete(m.entries, i, i+1)
	}
	if has {
		m.gone = append(m.gone, key)
	}
	m.changes++
	return true
}

// beside counts the entries that are not the filler's; all is false if it does not know.
func (m *Map) beside() (n int, all bool) {
	for i := range m.entries {
		has, known := m.filler.Has(m.entries[i].Key)
		if !known {
			return 0, false
		}
		if !has {
			n++
		}
	}
	return n, true
}

// put is Put for a map that is not filled.
func (m *Map) put(key string, v Value) {
	if i := scan(m.entries, key); i >= 0 {
		m.entries[i].Value = v
		return
	}
	if len(m.entries) >= indexFrom || m.Removed(key) { // more than are found one by one, or it moves to the end
		m.fill()
		m.Put(key, v)
		return
	}
	m.append(key, v)
}

// fetch is Get for a map that is not filled.
func (m *Map) fetch(key string) (Value, bool) {
	if i := scan(m.entries, key); i >= 0 {
		return m.entries[i].Value, true
	}
	if len(m.gone) > 0 && m.Removed(key) {
		return Null, false
	}
	v, has, known := m.filler.Field(key)
	switch {
	case !known:
		m.fill()
		return m.Get(key)
	case has:
		m.append(key, v)
	}
	return v, has
}
