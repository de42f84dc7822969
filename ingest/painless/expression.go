package painless

import "strings"

// precedence orders the binary operators, the loosest first. All but elvis
// associate to the left.
var precedence = map[string]int{
	"?:": 1,
	"||": 2,
	"&&": 3,
	"|":  4,
	"^":  5,
	"&":  6,
	"==": 7, "!=": 7, "===": 7, "!==": 7,
	"instanceof": 8,
	"<":          9, "<=": 9, ">": 9, ">=": 9,
	"<<": 10, ">>": 10, ">>>": 10,
	"=~": 11, "==~": 11,
	"+": 12, "-": 12,
	"*": 13, "/": 13, "%": 13,
}

func (p *parser) expression() expression {
	defer p.enter()()
	x := p.binary(1)
	t := p.peek()
	switch {
	case t.is("?"):
		p.next()
		c := &ternary{position: position(t.at), cond: x, yes: p.expression()}
		p.expect(":")
		c.no = p.expression()
		return c
	case isAssignment(t):
		p.next()
		if !assignable(x) {
			p.fail(t, "invalid assignment: cannot assign a value to this expression")
		}
		op := strings.TrimSuffix(t.text, "=")
		return &assignment{position: position(t.at), op: op, target: x, value: p.expression()}
	}
	return x
}

// binary takes operands joined by operators of at least the given precedence.
func (p *parser) binary(lowest int) expression {
	x := p.unary()
	for levels := 0; ; levels++ {
		t := p.peek()
		rank := precedence[t.text]
		if rank < lowest || rank == 0 || t.kind != tokenOperator && t.kind != tokenKeyword {
			return x
		}
		if levels > 10*maxDepth {
			p.fail(t, "the expression has more than %d operators in a row", 10*maxDepth)
		}
		p.next()
		at := position(t.at)
		switch t.text {
		case "instanceof":
			x = &typeTest{position: at, x: x, typ: p.typeName()}
		case "?:": // to the right
			return &binary{position: at, op: t.text, l: x, r: p.nested(rank)}
		default:
			x = &binary{position: at, op: t.text, l: x, r: p.binary(rank + 1)}
		}
	}
}

// nested is binary one level deeper, for a chain of elvis operators.
func (p *parser) nested(lowest int) expression {
	defer p.enter()()
	return p.binary(lowest)
}

func (p *parser) unary() expression {
	defer p.enter()()
	t := p.peek()
	at := position(t.at)
	switch {
	case t.is("++"), t.is("--"):
		p.next()
		return p.increment(at, t.text, p.chain(), true)
	case t.is("!"), t.is("~"), t.is("-"), t.is("+"):
		p.next()
		if n := p.peek(); t.text == "-" && (n.kind == tokenInteger || n.kind == tokenDecimal) {
			p.tokens[p.pos].text = "-" + n.text // so that the smallest number is one
			p.tokens[p.pos].at = t.at
			return p.chain()
		}
		return &unary{position: at, op: t.text, x: p.unary()}
	case t.is("(") && p.atCast():
		p.next()
		c := &cast{position: at, typ: p.typeName()}
		p.expect(")")
		c.x = p.unary()
		return c
	}
	x := p.chain()
	if t := p.peek(); t.is("++") || t.is("--") {
		p.next()
		return p.increment(position(t.at), t.text, x, false)
	}
	return x
}

func (p *parser) increment(at position, op string, x expression, prefix bool) expression {
	if !assignable(x) {
		p.fail(token{at: int(at)}, "invalid assignment: cannot assign a value to this expression")
	}
	return &increment{position: at, op: op, target: x, prefix: prefix}
}

// atCast reports whether "(" starts a cast: a type in parentheses before
// something that can only start an operand. Only a primitive type or def can be
// cast to before a sign, and before "[" only what cannot be a variable.
func (p *parser) atCast() bool {
	n := p.typeLength(1)
	if n == 0 || !p.ahead(1+n).is(")") {
		return false
	}
	first, t := p.ahead(1), p.ahead(2+n)
	simple := n == 1 && (first.is("def") || primitives[first.text])
	array := n > 1 && p.ahead(n).is("]")
	return simple && t.isSign() || t.startsOperand() ||
		t.is("[") && (simple || array || first.text[0] >= 'A' && first.text[0] <= 'Z')
}

// isSign reports whether t may be the sign of a number.
func (t token) isSign() bool { return t.is("+") || t.is("-") || t.is("++") || t.is("--") }

// startsOperand reports whether t can start an operand, but not continue one.
func (t token) startsOperand() bool {
	switch t.kind {
	case tokenName, tokenInteger, tokenDecimal, tokenString, tokenRegex:
		return true
	case tokenKeyword:
		return t.text == "new" || t.text == "true" || t.text == "false" || t.text == "null" || t.text == "this"
	case tokenOperator:
		return t.text == "(" || t.text == "!" || t.text == "~"
	case tokenEnd:
	}
	return false
}

var primitives = map[string]bool{
	"boolean": true, "byte": true, "short": true, "char": true,
	"int": true, "long": true, "float": true, "double": true,
}

func (p *parser) chain() expression {
	x := p.primary()
	for links := 0; ; links++ {
		t := p.peek()
		if links > maxDepth {
			p.fail(t, "the source is nested deeper than %d levels", maxDepth)
		}
		switch {
		case t.is("."), t.is("?."):
			p.next()
			x = p.member(x, t.text == "?.")
		case t.is("["):
			p.next()
			x = &index{position: position(t.at), x: x, i: p.expression()}
			p.expect("]")
		default:
			return x
		}
	}
}

// member takes what follows a dot.
func (p *parser) member(x expression, safe bool) expression {
	t := p.next()
	if t.kind != tokenName && t.kind != tokenInteger {
		p.fail(t, "unexpected token %s was expecting a name.", t)
	}
	at := position(t.at)
	if t.kind == tokenName && p.peek().is("(") {
		return &call{position: at, x: x, name: t.text, args: p.arguments(), safe: safe}
	}
	return &field{position: at, x: x, name: t.text, safe: safe}
}

func (p *parser) arguments() []expression {
	p.expect("(")
	var out []expression
	for !p.accept(")") {
		if len(out) > 0 {
			p.expect(",")
		}
		out = append(out, p.argument())
	}
	return out
}

func (p *parser) argument() expression {
	if p.atLambda() {
		return p.lambda()
	}
	return p.expression()
}

func (p *parser) primary() expression {
	t := p.peek()
	at := position(t.at)
	switch t.kind {
	case tokenInteger, tokenDecimal, tokenString:
		p.next()
		return &literal{position: at, token: t}
	case tokenRegex:
		p.next()
		end := strings.LastIndexByte(t.text, '/')
		return &regexLiteral{position: at, pattern: t.text[1:end], flags: t.text[end+1:]}
	case tokenName:
		return p.named()
	case tokenKeyword, tokenOperator, tokenEnd:
	}
	switch {
	case t.is("null"), t.is("true"), t.is("false"):
		p.next()
		return &literal{position: at, token: t}
	case t.is("("):
		return p.parenthesized()
	case t.is("["):
		return p.collection()
	case t.is("new"):
		p.next()
		return p.creation(at)
	case t.is("this"), t.is("def"):
		if n := p.typeLength(0); t.is("this") || p.ahead(n).is("::") {
			return p.reference(n)
		}
	}
	p.fail(t, "unexpected token %s.", t)
	return nil
}

// named takes what starts with a name: a variable, a call of a function or a
// method reference.
func (p *parser) named() expression {
	if n := p.typeLength(0); p.ahead(n).is("::") {
		return p.reference(n)
	}
	t := p.next()
	if p.peek().is("(") {
		return &call{position: position(t.at), name: t.text, args: p.arguments()}
	}
	return &name{position: position(t.at), text: t.text}
}

// reference takes a method reference; its type is n tokens long.
func (p *parser) reference(n int) expression {
	r := &reference{position: p.here()}
	if p.accept("this") {
		n = 0
	} else if r.typ = p.typeName(); n == 1 {
		r.x = &name{position: r.position, text: r.typ.text}
	}
	p.expect("::")
	if p.accept("new") {
		r.method = "new"
	} else {
		r.method = p.expectName().text
	}
	return r
}

// collection takes a list or map literal.
func (p *parser) collection() expression {
	at := position(p.expect("[").at)
	if p.accept(":") {
		p.expect("]")
		return &mapLiteral{position: at}
	}
	if p.accept("]") {
		return &listLiteral{position: at}
	}
	first := p.argument()
	if p.peek().is(":") {
		return p.mapping(at, first)
	}
	list := &listLiteral{position: at, items: []expression{first}}
	for !p.accept("]") {
		p.expect(",")
		list.items = append(list.items, p.argument())
	}
	return list
}

func (p *parser) mapping(at position, first expression) expression {
	m := &mapLiteral{position: at, keys: []expression{first}}
	for {
		p.expect(":")
		m.values = append(m.values, p.argument())
		if p.accept("]") {
			return m
		}
		p.expect(",")
		m.keys = append(m.keys, p.argument())
	}
}

// creation takes what follows "new".
func (p *parser) creation(at position) expression {
	if p.typeLength(0) == 0 {
		p.fail(p.peek(), "unexpected token %s was expecting a type.", p.peek())
	}
	typ := p.className()
	if p.peek().is("(") {
		return &newObject{position: at, typ: typ, args: p.arguments()}
	}
	a := &newArray{position: at, typ: typ}
	for p.peek().is("[") {
		p.next()
		a.typ.dims++
		if p.accept("]") {
			a.items = p.arrayItems()
			return a
		}
		a.sizes = append(a.sizes, p.expression())
		p.expect("]")
	}
	if a.sizes == nil {
		p.fail(p.peek(), "unexpected token %s was expecting one of [(, [].", p.peek())
	}
	return a
}

func (p *parser) arrayItems() []expression {
	p.expect("{")
	out := []expression{}
	for !p.accept("}") {
		if len(out) > 0 {
			p.expect(",")
		}
		out = append(out, p.expression())
	}
	return out
}

// atLambda reports whether a lambda is next: parameters before "->".
func (p *parser) atLambda() bool {
	if n := p.typeLength(0); n > 0 {
		if p.ahead(n).kind == tokenName {
			n++
		}
		return p.ahead(n).is("->")
	}
	if !p.peek().is("(") {
		return false
	}
	n := 1
	for !p.ahead(n).is(")") {
		if n > 1 && !p.ahead(n).is(",") {
			return false
		} else if n > 1 {
			n++
		}
		length := p.typeLength(n)
		if length == 0 {
			return false
		}
		if n += length; p.ahead(n).kind == tokenName {
			n++
		}
	}
	return p.ahead(n + 1).is("->")
}

func (p *parser) lambda() expression {
	l := &lambda{position: p.here()}
	if !p.accept("(") {
		l.params = []parameter{p.lambdaParameter()}
	} else {
		for !p.accept(")") {
			if len(l.params) > 0 {
				p.expect(",")
			}
			l.params = append(l.params, p.lambdaParameter())
		}
	}
	p.expect("->")
	if p.peek().is("{") {
		l.body = p.block()
		return l
	}
	at := p.here()
	l.body = &block{position: at, statements: []statement{&returning{position: at, x: p.expression()}}}
	return l
}

func (p *parser) lambdaParameter() parameter {
	typ := typeName{position: p.here(), text: "def"}
	if n := p.typeLength(0); p.ahead(n).kind == tokenName {
		typ = p.typeName()
	}
	return parameter{typ: typ, name: p.expectName().text}
}
