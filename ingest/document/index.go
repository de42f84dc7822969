package document

import (
	"hash/maphash"
	"math/bits"
)

// An index finds the entries of a large Map: a hash table with open addressing
// and linear probing. Its size is a power of two.
//
// A deletion moves the entries behind it down by one without correcting the
// table, so an entry is at most as many places below where the table has it as
// there were deletions; after maxShifted of them the table is made anew.
type index struct {
	slots   []slot // nil for none
	used    int32  // slots that are not free, deleted ones included
	shifted int32  // deletions since the table was made
}

// A slot refers to one entry.
type slot struct {
	hash uint32
	at   int32 // position of the entry when it was added, plus one; or free, deleted
}

const (
	free    = 0
	deleted = -1
)

// maxShifted is how far an entry may be from where the index has it.
const maxShifted = 64

// seed makes hashes unpredictable: keys are foreign.
var seed = maphash.MakeSeed()

func hashOf(key string) uint32 { return uint32(maphash.String(seed, key)) }

// tableSize is the power of two that holds n.
func tableSize(n int) int { return 1 << bits.Len(uint(max(n, 1)-1)) }

// current reports whether the table can be used as it is: there is one, at
// least a quarter of it is free, and entries are where it has them or near.
func (x *index) current() bool {
	return int(x.used)*4 < len(x.slots)*3 && x.shifted <= maxShifted
}

// add adds the entry of a key that is not there yet.
func (x *index) add(key string, at int) {
	hash := hashOf(key)
	mask := uint32(len(x.slots) - 1)
	i := hash & mask
	for x.slots[i].at != free {
		i = (i + 1) & mask
	}
	x.slots[i] = slot{hash: hash, at: int32(at) + 1}
	x.used++
}

// find returns the position of key in entries, or -1.
func (x *index) find(entries []Entry, key string) int {
	hash := hashOf(key)
	mask := uint32(len(x.slots) - 1)
	for i := hash & mask; x.slots[i].at != free; i = (i + 1) & mask {
		if s := x.slots[i]; s.hash == hash && s.at != deleted {
			if at := x.locate(entries, int(s.at)-1, key); at >= 0 {
				return at
			}
		}
	}
	return -1
}

// locate finds an entry from where it was when it was added.
func (x *index) locate(entries []Entry, from int, key string) int {
	lowest := max(0, from-int(x.shifted))
	for at := min(from, len(entries)-1); at >= lowest; at-- {
		if entries[at].Key == key {
			return at
		}
	}
	return -1
}

// remove forgets key, which is about to be deleted. If another key has the same
// hash it cannot tell their slots apart and gives the whole table up.
func (x *index) remove(key string) {
	hash := hashOf(key)
	mask := uint32(len(x.slots) - 1)
	var found *slot
	for i := hash & mask; x.slots[i].at != free; i = (i + 1) & mask {
		s := &x.slots[i]
		if s.hash != hash || s.at == deleted {
			continue
		}
		if found != nil {
			*x = index{}
			return
		}
		found = s
	}
	found.at = deleted
	x.shifted++
}
