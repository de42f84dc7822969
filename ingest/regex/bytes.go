package regex

// A ByteSet is a set of bytes.
type ByteSet [4]uint64

// BytesOf returns the set of the bytes of s.
func BytesOf(s string) ByteSet {
	var out ByteSet
	for i := range len(s) {
		out.Add(s[i])
	}
	return out
}

// Add puts b into the set.
func (s *ByteSet) Add(b byte) { s[b>>6] |= 1 << (b & 63) }

// Has reports whether b is in the set.
func (s ByteSet) Has(b byte) bool { return s[b>>6]&(1<<(b&63)) != 0 }

// Union returns the bytes that are in one of the sets.
func (s ByteSet) Union(o ByteSet) ByteSet {
	return ByteSet{s[0] | o[0], s[1] | o[1], s[2] | o[2], s[3] | o[3]}
}

// Disjoint reports whether the sets have no byte in common.
func (s ByteSet) Disjoint(o ByteSet) bool {
	return s[0]&o[0]|s[1]&o[1]|s[2]&o[2]|s[3]&o[3] == 0
}

// everyByte is the set of all bytes.
func everyByte() ByteSet { return ByteSet{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)} }
