package painless

// A node is an expression or a statement.
type node interface{ at() int }

// walk calls visit for a node and for what is in it, in the order of the source.
// Where visit returns false it goes no deeper.
func walk(n node, visit func(node) bool) {
	if !visit(n) {
		return
	}
	for _, inner := range inside(n) {
		walk(inner, visit)
	}
}

// inside returns the nodes that a node is made of.
func inside(n node) []node {
	switch n := n.(type) {
	case *block:
		return nodes(n.statements)
	case *evaluation:
		return some(n.x)
	case *declaration:
		return some(n.value)
	case *conditional:
		return append(some(n.cond, n.yes), blocks(n.no)...)
	case *loop:
		return append(nodes(n.init), some(n.cond, n.after, n.body)...)
	case *iteration:
		return some(n.x, n.body)
	case *returning:
		return some(n.x)
	case *throwing:
		return some(n.x)
	case *trying:
		out := blocks(n.body)
		for i := range n.catches {
			out = append(out, &n.catches[i])
		}
		return out
	case *catching:
		return blocks(n.body)
	}
	return operandsOf(n)
}

// operandsOf is inside for an expression.
func operandsOf(n node) []node {
	switch n := n.(type) {
	case *field:
		return some(n.x)
	case *index:
		return some(n.x, n.i)
	case *call:
		return append(some(n.x), nodes(n.args)...)
	case *unary:
		return some(n.x)
	case *increment:
		return some(n.target)
	case *binary:
		return some(n.l, n.r)
	case *assignment:
		return some(n.target, n.value)
	case *ternary:
		return some(n.cond, n.yes, n.no)
	case *typeTest:
		return some(n.x)
	case *cast:
		return some(n.x)
	case *newObject:
		return nodes(n.args)
	case *newArray:
		return append(nodes(n.sizes), nodes(n.items)...)
	case *listLiteral:
		return nodes(n.items)
	case *mapLiteral:
		return append(nodes(n.keys), nodes(n.values)...)
	case *lambda:
		return blocks(n.body)
	case *reference:
		return some(n.x)
	}
	return nil
}

// some returns those that are there.
func some(list ...node) []node {
	out := list[:0]
	for _, n := range list {
		if n != nil {
			out = append(out, n)
		}
	}
	return out
}

func blocks(b *block) []node {
	if b == nil {
		return nil
	}
	return []node{b}
}

func nodes[N node](list []N) []node {
	out := make([]node, len(list))
	for i := range list {
		out[i] = list[i]
	}
	return out
}
