package regex

import "math/bits"

// choice compiles alternatives behind one dispatch on the next byte.
func (c *compiler) choice(alternatives []*node, x context) {
	if len(alternatives) > maxAlternatives {
		rest := &node{kind: choice, subs: alternatives[maxAlternatives-1:]}
		rest.info = describe(rest)
		alternatives = append(alternatives[:maxAlternatives-1:maxAlternatives-1], rest)
	}
	d := newDispatcher(len(alternatives))
	for i, n := range alternatives {
		first, end, thru := n.info.then(x.next)
		d.add(i, first, end || thru)
	}
	at := c.emit(instr{op: opChoose})
	var jumps []int32
	for i, n := range alternatives {
		d.targets[i] = c.here()
		c.node(n, x)
		if i < len(alternatives)-1 {
			jumps = append(jumps, c.emit(instr{op: opJump}))
		}
	}
	for _, j := range jumps {
		c.code[j].x = c.here()
	}
	c.code[at].choice = c.dispatch(d)
}

// maxAlternatives is how many alternatives one dispatch tells apart.
const maxAlternatives = 256

// An alternativeSet is a set of alternatives by number.
type alternativeSet [maxAlternatives / 64]uint64

// A dispatcher collects which alternatives can begin with which byte.
type dispatcher struct {
	targets []int32
	begins  [endOfText + 1]alternativeSet
}

func newDispatcher(n int) *dispatcher { return &dispatcher{targets: make([]int32, n)} }

// add says that alternative i can begin with the bytes first, or be at the end.
func (d *dispatcher) add(i int, first ByteSet, end bool) {
	for b := range endOfText {
		if first.Has(byte(b)) {
			d.begins[b][i>>6] |= 1 << (i & 63)
		}
	}
	if end {
		d.begins[endOfText][i>>6] |= 1 << (i & 63)
	}
}

// dispatch makes the choice; the targets must be known by now.
func (c *compiler) dispatch(d *dispatcher) *dispatch {
	out := &dispatch{}
	var table nextByte
	seen := map[alternativeSet]uint16{}
	var last alternativeSet
	var at uint16
	for b, set := range d.begins {
		if b == 0 || set != last { // most bytes are like their neighbours
			var ok bool
			if at, ok = seen[set]; !ok {
				at = uint16(len(out.lists))
				seen[set] = at
				out.lists = append(out.lists, d.positions(set))
			}
			last = set
		}
		table[b] = at
	}
	if _, ok := c.tables[table]; !ok {
		c.tables[table] = &table
	}
	out.table = c.tables[table]
	return out
}

// positions returns where the alternatives of a set are in the program, in the
// order in which they are tried.
func (d *dispatcher) positions(set alternativeSet) []int32 {
	var out []int32
	for word, rest := range set {
		for ; rest != 0; rest &= rest - 1 {
			out = append(out, d.targets[64*word+bits.TrailingZeros64(rest)])
		}
	}
	return out
}
