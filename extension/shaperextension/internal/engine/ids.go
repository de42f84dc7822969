package engine

import (
	"fmt"
	"maps"
)

// ids gives names numbers from 1 up to a limit. A name keeps its number for as
// long as it is asked for in every round; a number that has become free is given
// away two rounds later, when no packet can still be counted under it.
type ids struct {
	limit int
	round int
	taken map[string]uint32
	freed map[uint32]int // the round
}

func newIDs(limit int) *ids {
	return &ids{limit: limit, taken: map[string]uint32{}, freed: map[uint32]int{}}
}

// next returns the registry after a round in which the given names are in use, or
// an error if there are too many. The registry itself does not change.
func (r *ids) next(names []string) (*ids, error) {
	n := &ids{limit: r.limit, round: r.round + 1, taken: map[string]uint32{}, freed: maps.Clone(r.freed)}
	for _, name := range names {
		if id, ok := r.taken[name]; ok {
			n.taken[name] = id
		}
	}
	for name, id := range r.taken {
		if _, kept := n.taken[name]; !kept {
			n.freed[id] = n.round
		}
	}
	used := make(map[uint32]bool, len(names))
	for _, id := range n.taken {
		used[id] = true
	}
	for _, name := range names {
		if _, kept := n.taken[name]; kept {
			continue
		}
		id := n.firstFree(used)
		if id == 0 {
			return nil, fmt.Errorf("more than %d", r.limit)
		}
		n.taken[name], used[id] = id, true
		delete(n.freed, id)
	}
	return n, nil
}

func (r *ids) firstFree(used map[uint32]bool) uint32 {
	for id := uint32(1); int(id) <= r.limit; id++ {
		freed, cooling := r.freed[id]
		if !used[id] && (!cooling || r.round-freed >= 2) {
			return id
		}
	}
	return 0
}
