package painless

// Scripts count with variables of type def, too: def i = 0. One that starts with an int and
// only goes up and down by ints is never anything but an Integer, and is compared and added
// without asking.

// countsWith reports whether a variable of type def, given a first value, is always an
// Integer in what follows.
func (c *compiler) countsWith(d *declaration, rest []node) bool {
	if d.typ.String() != typeDef.name || !c.isCount(d.name, d.value) {
		return false
	}
	counts := true
	for _, n := range rest {
		walk(n, func(n node) bool {
			if a, ok := n.(*assignment); ok && isNamed(a.target, d.name) {
				counts = counts && (a.op == "" || a.op == "+" || a.op == "-") && c.isCount(d.name, a.value)
			}
			return counts
		})
	}
	return counts
}

// isCount reports whether an expression is an int by what it is made of: ints, the variable
// itself and others that count, joined by + and -.
func (c *compiler) isCount(variable string, x expression) bool {
	switch x := x.(type) {
	case *literal:
		return x.token.kind == tokenInteger && c.literal(x).typ == typeInt
	case *name:
		v := c.find(c.routine, x.text)
		return x.text == variable || v != nil && (v.counts || v.typ == typeInt)
	case *binary:
		return (x.op == "+" || x.op == "-") && c.isCount(variable, x.l) && c.isCount(variable, x.r)
	}
	return false
}

func isNamed(x expression, variable string) bool {
	n, ok := x.(*name)
	return ok && n.text == variable
}
