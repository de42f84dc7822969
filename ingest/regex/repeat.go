package regex

// maxUnrolled is up to how many nodes a bounded repetition is written out,
// which lets each copy know what follows; above, it is counted.
const maxUnrolled = 400

// repeat compiles a repetition.
func (c *compiler) repeat(n *node, x context) {
	body := n.subs[0]
	if n.max == 0 {
		return
	}
	if s, ok := body.oneChar(); ok && len(s) > 0 {
		c.run(s, n, x)
		return
	}
	if n.mode == possessive {
		plain := *n
		plain.mode = greedy
		c.atomic(&plain)
		return
	}
	if n.min == 1 && n.max == 1 {
		c.node(body, x)
		return
	}
	if max(n.min, n.max) > 1 && n.info.size > maxUnrolled {
		c.counted(n, x)
		return
	}
	c.unrolled(n, x)
}

// run compiles a repetition of one character. It need not give anything back
// where what follows cannot match there anyway: not with a character of the
// class, and no word boundary inside of a word.
func (c *compiler) run(s runeSet, n *node, x context) {
	if n.min == 1 && n.max == 1 {
		c.oneOf(s)
		return
	}
	cl := c.class(s)
	i := instr{op: opRun, class: cl, min: int32(n.min), max: int32(n.max), text: x.text}
	certain := cl.firstBytes().Disjoint(x.next.first)
	inWord := x.boundary && n.min > 0 && len(s.intersect(asciiWord.negate())) == 0
	switch {
	case n.mode == possessive, n.min == n.max:
		i.op = opRunAll
	case n.mode == lazy && !certain:
		i.op = opRunLazy
	case certain, inWord && n.mode == greedy, x.final && n.mode == greedy:
		i.op = opRunAll
	}
	c.emit(i)
}

// loopContext is the context of the body of a loop: another round or the rest.
func loopContext(body *node, x context) context {
	next := &info{}
	first, end, thru := body.info.then(x.next)
	next.first, next.end, next.thru = first.Union(x.next.first), end || x.next.end, thru
	return context{next: next}
}

// unrolled writes out the rounds that are required and, one inside the other,
// those that are not.
func (c *compiler) unrolled(n *node, x context) {
	body := n.subs[0]
	inner := loopContext(body, x)
	required := n.min
	if n.max == unlimited && n.min > 0 {
		required-- // the loop has one itself
	}
	for range required {
		c.node(body, inner)
	}
	switch {
	case n.max != unlimited:
		c.options(n, x)
	case n.min > 0:
		start := c.here()
		leave := c.round(body, inner)
		at := c.emit(instr{op: opChoose})
		c.code[at].choice = c.loopDispatch(n, x, start, c.here())
		c.land(leave)
	default:
		at := c.emit(instr{op: opChoose})
		leave := c.round(body, inner)
		c.emit(instr{op: opJump, x: at})
		c.code[at].choice = c.loopDispatch(n, x, at+1, c.here())
		c.land(leave)
	}
}

// round compiles the body of a loop. A body that can match nothing leaves the
// loop when it does: round returns where, for land, or -1.
func (c *compiler) round(body *node, inner context) int32 {
	if body.info.low > 0 {
		c.node(body, inner)
		return -1
	}
	r := c.register(1)
	c.emit(instr{op: opMark, x: r})
	c.node(body, inner)
	return c.emit(instr{op: opProgress, x: r})
}

// land makes the end of a loop the place where the round at leaves it.
func (c *compiler) land(at int32) {
	if at >= 0 {
		c.code[at].y = c.here()
	}
}

// loopDispatch is the choice between a round at body and the rest at exit.
func (c *compiler) loopDispatch(n *node, x context, body, exit int32) *dispatch {
	first, end, thru := n.subs[0].info.then(x.next)
	d := newDispatcher(2)
	round, rest := 0, 1
	if n.mode == lazy {
		round, rest = 1, 0
	}
	d.targets[round], d.targets[rest] = body, exit
	d.add(round, first, end || thru)
	d.add(rest, x.next.first, x.next.end || x.next.thru)
	return c.dispatch(d)
}

// options compiles the rounds of a bounded repetition that are not required:
// each may be the last.
func (c *compiler) options(n *node, x context) {
	var forks []int32
	rounds := n.max - n.min
	inner := loopContext(n.subs[0], x)
	for i := range rounds {
		forks = append(forks, c.emit(instr{op: opChoose}))
		if i == rounds-1 {
			inner = x
		}
		c.node(n.subs[0], inner)
	}
	for _, at := range forks {
		c.code[at].choice = c.loopDispatch(n, x, at+1, c.here())
	}
}

// counted compiles a repetition too large to be written out.
func (c *compiler) counted(n *node, x context) {
	r := c.register(1)
	c.emit(instr{op: opZero, x: r})
	at := c.emit(instr{op: opCount, x: r, min: int32(n.min), max: int32(n.max), lazy: n.mode == lazy})
	leave := c.round(n.subs[0], loopContext(n.subs[0], x))
	c.emit(instr{op: opJump, x: at})
	c.code[at].y = c.here()
	c.land(leave)
}
