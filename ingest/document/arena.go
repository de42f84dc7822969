package document

// An arena hands out the maps, lists and slots of one document and takes them
// all back at once. Slices are carved with full capacity (a[i:j:j]), so that
// growing one cannot overwrite its neighbour.
type arena struct {
	maps    slab[Map]
	lists   slab[List]
	entries slab[Entry]
	values  slab[Value]
}

func (a *arena) reset() {
	a.maps.reset()
	a.lists.reset()
	a.entries.reset()
	a.values.reset()
}

const (
	// slabChunk is the number of elements a slab grows by: a typical parsed
	// log line has 30 fields in 10 objects.
	slabChunk = 64
	// maxPooledChunks bounds what one unusually large document keeps alive in
	// a reused arena: 64 chunks of 64 entries are about 160 KiB.
	maxPooledChunks = 64
)

// A slab is a list of fixed-size chunks that is filled front to back.
type slab[T any] struct {
	chunks [][]T // every chunk but the current one is full
	next   int   // chunks[next:] are free
	cur    []T   // the rest of the current chunk
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

func (s *slab[T]) reset() {
	for _, c := range s.chunks[:s.next] {
		clear(c) // drop the strings and nodes they point to
	}
	if len(s.chunks) > maxPooledChunks {
		clear(s.chunks[maxPooledChunks:])
		s.chunks = s.chunks[:maxPooledChunks]
	}
	s.next, s.cur = 0, nil
}
