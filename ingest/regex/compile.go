package regex

import "slices"

// maxProgram is how many instructions an expression may become. The largest
// pattern of Elasticsearch's banks needs a tenth of it.
const maxProgram = 200_000

// A compiler turns nodes into instructions.
type compiler struct {
	program
	classes map[string]*class
	tables  map[nextByte]*nextByte
	tooBig  bool
	absence int32 // the register with the start of the absence that is compiled
}

// A context is what comes after the node that is being compiled.
type context struct {
	next *info  // what can follow
	text string // the literal that must follow, if it is known
	// final says that once the node has matched nothing asks it for another
	// match: the choices inside can be forgotten.
	final bool
	// boundary says that a word boundary must follow.
	boundary bool
}

func compile(root *node, groups int) (*program, bool) {
	c := &compiler{classes: map[string]*class{}, tables: map[nextByte]*nextByte{}}
	c.slots, c.registers = 2*groups, 2*groups
	c.node(root, context{next: anything()})
	c.emit(instr{op: opMatch})
	c.code = slices.Clone(c.code) // without what append has kept ready
	return &c.program, !c.tooBig
}

func (c *compiler) here() int32 { return int32(len(c.code)) }

// emit appends an instruction and returns its position.
func (c *compiler) emit(i instr) int32 {
	if len(c.code) >= maxProgram {
		c.tooBig = true
		return 0
	}
	c.code = append(c.code, i)
	return c.here() - 1
}

// register returns the first of n new registers.
func (c *compiler) register(n int) int32 {
	c.registers += n
	return int32(c.registers - n)
}

func (c *compiler) class(s runeSet) *class {
	key := string(s)
	if _, ok := c.classes[key]; !ok {
		c.classes[key] = newClass(s)
	}
	return c.classes[key]
}

func (c *compiler) node(n *node, x context) {
	if c.tooBig {
		return
	}
	switch n.kind {
	case empty:
	case literal:
		c.literal(n.text)
	case oneOf:
		c.oneOf(n.set)
	case sequence:
		c.sequence(n.subs, x)
	case choice:
		c.choice(n.subs, x)
	case repeat:
		c.repeat(n, x)
	case capture:
		c.emit(instr{op: opSave, x: int32(2 * n.group)})
		c.node(n.subs[0], x)
		c.emit(instr{op: opSave, x: int32(2*n.group + 1)})
	case atomic:
		c.atomic(n.subs[0])
	case look:
		c.look(n)
	case assert:
		c.emit(instr{op: opAssert, at: n.at})
	case backref:
		c.emit(instr{op: opBackref, refs: &n.refs, fold: n.fold})
	case native:
		c.native(n, x)
	case keep:
		c.emit(instr{op: opSave})
	case absent:
		outer := c.absence
		c.absence = c.register(1)
		c.emit(instr{op: opMark, x: c.absence})
		c.node(n.subs[0], x)
		c.absence = outer
	}
}

func (c *compiler) literal(text string) {
	if len(text) == 1 {
		c.emit(instr{op: opByte, b: text[0]})
		return
	}
	c.emit(instr{op: opText, text: text})
}

func (c *compiler) oneOf(s runeSet) {
	if len(s) == 0 {
		c.emit(instr{op: opFail})
		return
	}
	if r, ok := s.single(); ok {
		c.literal(string(r))
		return
	}
	c.emit(instr{op: opClass, class: c.class(s)})
}

// sequence compiles parts from front to back; what follows each is found out
// from back to front.
func (c *compiler) sequence(parts []*node, x context) {
	contexts := make([]context, len(parts))
	for i := len(parts) - 1; i >= 0; i-- {
		contexts[i] = x
		x = x.before(parts[i])
	}
	for i, n := range parts {
		c.node(n, contexts[i])
	}
}

// before returns the context of what comes before n.
func (x context) before(n *node) context {
	out := context{next: &info{}}
	out.next.first, out.next.end, out.next.thru = n.info.then(x.next)
	switch n.kind {
	case literal:
		out.text = n.text
	case capture, atomic, native:
		out.text = leadingText(n.subs[0])
	case assert, keep, empty:
		out.text = x.text
	default:
		out.text = leadingText(n)
	}
	out.boundary = n.kind == assert && (n.at == wordBoundary || n.at == asciiBoundary)
	return out
}

// leadingText returns the literal every match of n begins with.
func leadingText(n *node) string {
	switch n.kind {
	case literal:
		return n.text
	case sequence, capture, atomic, native:
		return leadingText(n.subs[0])
	case repeat:
		if n.min > 0 {
			return leadingText(n.subs[0])
		}
	default:
	}
	return ""
}

// anything is what follows where nothing is known of it.
func anything() *info { return &info{first: everyByte(), end: true} }

// atomic compiles (?>body). What follows must not lead the choices inside: they
// are made before it is looked at.
func (c *compiler) atomic(body *node) {
	inner := context{next: anything(), final: true}
	at := c.emit(instr{op: opBarrier})
	c.node(body, inner)
	if !c.chooses(at + 1) {
		c.code[at] = instr{op: opJump, x: at + 1} // nothing inside can be taken back
		return
	}
	c.code[at].x = c.register(2)
	c.emit(instr{op: opCut, x: c.code[at].x})
}

// chooses reports whether the code from a position on leaves choices behind.
func (c *compiler) chooses(from int32) bool {
	for _, i := range c.code[from:] {
		switch i.op {
		case opRun, opRunLazy, opBack, opCount:
			return true
		case opNative:
			if !i.negate {
				return true
			}
		case opChoose:
			if slices.ContainsFunc(i.choice.lists, func(l []int32) bool { return len(l) > 1 }) {
				return true
			}
		default:
		}
	}
	return false
}

// look compiles lookahead and lookbehind.
func (c *compiler) look(n *node) {
	body := n.subs[0]
	if s, ok := body.oneChar(); ok { // which cannot have begun before an absence, either
		op := opPrevIn
		if n.ahead {
			op = opNextIn
		}
		c.emit(instr{op: op, class: c.class(s), negate: n.negate})
		return
	}
	r := c.register(2)
	at := c.emit(instr{op: opBarrier, x: r, negate: n.negate})
	if !n.ahead {
		c.emit(instr{op: opBack, min: int32(body.info.low), max: int32(body.info.high), negate: n.within, x: c.absence})
	}
	c.node(body, context{next: anything(), final: n.ahead})
	if !n.ahead {
		c.emit(instr{op: opReached, x: r})
	}
	if !n.negate {
		c.emit(instr{op: opCutBack, x: r})
		return
	}
	c.emit(instr{op: opRefute, x: r})
	c.code[at].y = c.here()
}

// native compiles a hand-written matcher, and behind it its definition for
// what the matcher does not know and for when the rest of the expression wants
// another match than the first. negate says that the rest cannot want one.
func (c *compiler) native(n *node, x context) {
	at := c.emit(instr{op: opNative, native: n.native})
	c.code[at].negate = x.final || n.native.GiveBack.Disjoint(x.next.first)
	c.node(n.subs[0], x)
	c.code[at].x = c.here()
}
