package redisstreamsreceiver

import (
	"cmp"
	"strconv"
	"strings"
	"time"
)

// field is one field of an entry. Names may repeat.
type field struct{ name, value string }

// entry is one entry of a stream. fields is nil when the entry is pending but
// has been trimmed from the stream: its content is gone. Its strings are parts
// of the reply it came with.
type entry struct {
	id         string
	fields     []field
	deliveries int // how often it had been handed out before
	idle       int // milliseconds since then; 0 if new or unknown
}

func (e *entry) trimmed() bool { return e.fields == nil }

// size is about how much memory the entry holds, in bytes.
func (e *entry) size() int {
	n := len(e.id) + entryOverhead
	for _, f := range e.fields {
		n += len(f.name) + len(f.value)
	}
	return n
}

// entryOverhead is the id's and field's headers and a place in the slice.
const entryOverhead = 96

// find returns the value of the first of names that the entry has.
func (e *entry) find(names []string) (string, bool) {
	for _, name := range names {
		for _, f := range e.fields {
			if f.name == name {
				return f.value, true
			}
		}
	}
	return "", false
}

// time is the millisecond part of the id: when the server, or a producer that
// sets ids, added the entry. Zero if it is no time.
func (e *entry) time() time.Time {
	ms, _, _ := strings.Cut(e.id, "-")
	n, err := strconv.ParseInt(ms, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(n)
}

// entryID is an id as two numbers.
type entryID struct{ ms, seq uint64 }

// parseID reads ms-seq or ms alone. What is no id is the least.
func parseID(id string) entryID {
	left, right, _ := strings.Cut(id, "-")
	ms, _ := strconv.ParseUint(left, 10, 64)
	seq, _ := strconv.ParseUint(right, 10, 64)
	return entryID{ms, seq}
}

func (a entryID) compare(b entryID) int {
	return cmp.Or(cmp.Compare(a.ms, b.ms), cmp.Compare(a.seq, b.seq))
}

func (a entryID) less(b entryID) bool { return a.compare(b) < 0 }

// next is the least id above a.
func (a entryID) next() entryID {
	if a.seq++; a.seq == 0 {
		a.ms++
	}
	return a
}

// previous is the greatest id below a.
func (a entryID) previous() entryID {
	if a == (entryID{}) {
		return a
	}
	if a.seq == 0 {
		a.ms--
	}
	a.seq--
	return a
}

func (a entryID) String() string {
	return strconv.FormatUint(a.ms, 10) + "-" + strconv.FormatUint(a.seq, 10)
}

func entryIDs(entries []entry) []string {
	ids := make([]string, len(entries))
	for i := range entries {
		ids[i] = entries[i].id
	}
	return ids
}
