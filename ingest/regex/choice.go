package regex

// choice compiles alternatives behind one dispatch on the next byte.
func (c *compiler) choice(alternatives []*node, x context) {
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
	c.code[at].choice = d.build()
}

// A dispatcher collects which alternatives can begin with which byte.
type dispatcher struct {
	targets []int32
	begins  [endOfText + 1][]int // alternatives by next byte, in order
}

func newDispatcher(n int) *dispatcher { return &dispatcher{targets: make([]int32, n)} }

// add says that alternative i can begin with the bytes first, or be at the end.
// Alternatives are added in the order in which they are tried.
func (d *dispatcher) add(i int, first ByteSet, end bool) {
	for b := range endOfText {
		if first.Has(byte(b)) {
			d.begins[b] = append(d.begins[b], i)
		}
	}
	if end {
		d.begins[endOfText] = append(d.begins[endOfText], i)
	}
}

// build makes the dispatch; the targets must be known by now.
func (d *dispatcher) build() *dispatch {
	out := &dispatch{}
	seen := map[string]uint8{}
	for b, list := range d.begins {
		key := listKey(list)
		at, ok := seen[key]
		if !ok && len(out.lists) == 255 {
			list = d.all() // more distinct lists than a byte can count: try everything
			key = listKey(list)
			at, ok = seen[key]
		}
		if !ok {
			at = uint8(len(out.lists))
			seen[key] = at
			targets := make([]int32, len(list))
			for i, alternative := range list {
				targets[i] = d.targets[alternative]
			}
			out.lists = append(out.lists, targets)
		}
		out.table[b] = at
	}
	return out
}

func (d *dispatcher) all() []int {
	out := make([]int, len(d.targets))
	for i := range out {
		out[i] = i
	}
	return out
}

func listKey(list []int) string {
	key := make([]rune, len(list))
	for i, n := range list {
		key[i] = rune(n)
	}
	return string(key)
}
