package document

// A Filler has the fields of a map that are not in it yet: those of an event that
// was received in a form that can be read field by field.
type Filler interface {
	// Field returns the value that Fill would put at key, and whether it would put
	// one; it may read no other. known is false if it cannot say without Fill.
	Field(key string) (v Value, has, known bool)
	// Fill puts all fields into m, which is empty and belongs to the same document
	// as the values that Field has returned.
	Fill(m *Map)
}

// FillFrom gives an empty map the fields of f. Get asks for single fields and Put sets
// them beside f's as long as nothing else is done with the map; then it is filled. A
// value that Get has returned stays the map's, so that what is changed in it is not
// lost.
func (m *Map) FillFrom(f Filler) { m.filler = f }

// Touched returns the fields of a map that is not filled which have been read or put:
// all others are as its Filler has them. filled is true if the map is, and then there
// are no others.
func (m *Map) Touched() (entries []Entry, filled bool) { return m.entries, m.filler == nil }

// filled returns the entries, all of them.
func (m *Map) filled() []Entry {
	if m.filler != nil {
		m.fill()
	}
	return m.entries
}

func (m *Map) fill() {
	f, fetched := m.filler, m.entries
	m.filler, m.entries = nil, nil
	f.Fill(m)
	for _, e := range fetched {
		m.Put(e.Key, e.Value)
	}
}

// put is Put for a map that is not filled.
func (m *Map) put(key string, v Value) {
	if i := scan(m.entries, key); i >= 0 {
		m.entries[i].Value = v
		return
	}
	if len(m.entries) >= indexFrom { // more than are found one by one
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
