package document

// An arena hands out the maps, lists and slots of one document and takes them
// all back at once. Slices are carved with full capacity (a[i:j:j]), so that
// growing one cannot overwrite its neighbour.
type arena struct {
	maps    slab[Map]
	lists   slab[List]
	entries slab[Entry]
	values  slab[Value]
	slots   slab[slot]
}

func (a *arena) reset() {
	a.maps.reset()
	a.lists.reset()
	a.entries.reset()
	a.values.reset()
	a.slots.reset()
}

const (
	// slabChunk is the number of elements a slab grows by: more than a typical
	// event takes, which has 30 fields in 10 objects.
	slabChunk = 256
	// maxPooledChunks bounds what one unusually large document keeps alive in
	// a reused arena: 16 chunks of 256 entries are 160 KiB.
	maxPooledChunks = 16
)

// A slab is a list of fixed-size chunks that is filled front to back.
type slab[T any] struct {
	chunks [][]T // those before next are in use
	next   int
	cur    []T // the rest of the current chunk, chunks[next-1]
}

// take returns n zeroed elements with capacity n.
func (s *slab[T]) take(n int) []T {
	if n > len(s.cur) {
		if n > slabChunk {
			return make([]T, n) // too large to be worth keeping
		}
		if s.next == len(s.chunks) {
			s.chunks = append(s.chunks, make([]T, slabChunk))
		}
		s.cur = s.chunks[s.next]
		s.next++
	}
	out := s.cur[:n:n]
	s.cur = s.cur[n:]
	return out
}

// reset takes everything back and drops what it pointed to. What was not handed
// out is zero still.
func (s *slab[T]) reset() {
	if s.next == 0 {
		return
	}
	for _, c := range s.chunks[:s.next-1] {
		clear(c)
	}
	clear(s.chunks[s.next-1][:slabChunk-len(s.cur)])
	if len(s.chunks) > maxPooledChunks {
		clear(s.chunks[maxPooledChunks:])
		s.chunks = s.chunks[:maxPooledChunks]
	}
	s.next, s.cur = 0, nil
}
