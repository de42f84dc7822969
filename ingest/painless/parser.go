package painless

import "slices"

// maxDepth is how deep a source may nest.
const maxDepth = 200

// A parser builds the tree of a source, by recursive descent; grammar.txt has
// the grammar. Its methods leave by panicking with an *Error, which parse
// turns into its result.
type parser struct {
	src    source
	tokens []token // the last one is tokenEnd
	pos    int
	depth  int
}

// parse returns the tree of a source.
func parse(src source) (t *tree, err error) {
	tokens, err := scan(src)
	if err != nil {
		return nil, err
	}
	defer catchError(&err)
	p := &parser{src: src, tokens: tokens}
	return p.script(), nil
}

// catchError makes an *Error that was panicked with the result of a function.
func catchError(err *error) {
	switch r := recover().(type) {
	case nil:
	case *Error:
		*err = r
	default:
		panic(r)
	}
}

func (p *parser) peek() token { return p.tokens[p.pos] }

// ahead returns the token n places further, tokenEnd behind the last.
func (p *parser) ahead(n int) token {
	return p.tokens[min(p.pos+n, len(p.tokens)-1)]
}

func (p *parser) next() token {
	t := p.peek()
	if t.kind != tokenEnd {
		p.pos++
	}
	return t
}

// accept takes the operator or keyword text if it is next.
func (p *parser) accept(text string) bool {
	if p.peek().is(text) {
		p.pos++
		return true
	}
	return false
}

func (p *parser) expect(text string) token {
	if t := p.peek(); !t.is(text) {
		p.fail(t, "unexpected token %s was expecting [%s].", t, text)
	}
	return p.next()
}

func (p *parser) expectName() token {
	if t := p.peek(); t.kind != tokenName {
		p.fail(t, "unexpected token %s was expecting a name.", t)
	}
	return p.next()
}

func (p *parser) fail(t token, format string, args ...any) {
	panic(p.src.errorAt(t.at, format, args...))
}

// enter counts a level of nesting until the function it returns is called.
func (p *parser) enter() func() {
	if p.depth++; p.depth > maxDepth {
		p.fail(p.peek(), "the source is nested deeper than %d levels", maxDepth)
	}
	return func() { p.depth-- }
}

func (p *parser) here() position { return position(p.peek().at) }

func (p *parser) script() *tree {
	t := &tree{}
	for p.atFunction() {
		t.functions = append(t.functions, p.function())
	}
	t.body = &block{position: p.here()}
	for p.peek().kind != tokenEnd {
		p.statement(t.body)
	}
	return t
}

// atFunction reports whether a function is next: a type, a name and "(".
func (p *parser) atFunction() bool {
	n := p.typeLength(0)
	return n > 0 && p.ahead(n).kind == tokenName && p.ahead(n+1).is("(")
}

func (p *parser) function() *function {
	f := &function{position: p.here(), result: p.typeName()}
	f.name = p.next().text
	p.expect("(")
	for !p.accept(")") {
		if len(f.params) > 0 {
			p.expect(",")
		}
		f.params = append(f.params, parameter{typ: p.typeName(), name: p.expectName().text})
	}
	f.body = p.block()
	return f
}

// typeLength returns how many tokens from place n on look like a type, 0 for
// none: def or a dotted name, and pairs of brackets.
func (p *parser) typeLength(n int) int {
	start := n
	if t := p.ahead(n); !t.is("def") && t.kind != tokenName {
		return 0
	}
	for n++; p.ahead(n).is(".") && p.ahead(n+1).kind == tokenName; {
		n += 2
	}
	for p.ahead(n).is("[") && p.ahead(n+1).is("]") {
		n += 2
	}
	return n - start
}

func (p *parser) typeName() typeName {
	if p.typeLength(0) == 0 {
		p.fail(p.peek(), "unexpected token %s was expecting a type.", p.peek())
	}
	t := p.className()
	for p.peek().is("[") && p.ahead(1).is("]") {
		p.pos += 2
		t.dims++
	}
	return t
}

// className takes a type without brackets.
func (p *parser) className() typeName {
	t := typeName{position: p.here(), text: p.next().text}
	for p.peek().is(".") && p.ahead(1).kind == tokenName {
		p.pos++
		t.text += "." + p.next().text
	}
	return t
}

func (p *parser) block() *block {
	b := &block{position: position(p.expect("{").at)}
	for !p.accept("}") {
		p.statement(b)
	}
	return b
}

// body takes a block, or a single statement as a block.
func (p *parser) body() *block {
	if p.peek().is("{") {
		return p.block()
	}
	b := &block{position: p.here()}
	p.statement(b)
	return b
}

// loopBody is body, or ";" for nothing.
func (p *parser) loopBody() *block {
	if p.peek().is(";") {
		return &block{position: position(p.next().at)}
	}
	return p.body()
}

// statement adds the next statement to b: several for a declaration of several
// variables.
func (p *parser) statement(b *block) {
	defer p.enter()()
	t := p.peek()
	at := position(t.at)
	add := func(s statement) { b.statements = append(b.statements, s) }
	switch {
	case t.is("if"):
		add(p.conditional())
		return
	case t.is("while"):
		p.next()
		l := &loop{position: at, cond: p.parenthesized()}
		l.body = p.loopBody()
		add(l)
		return
	case t.is("for"):
		add(p.forLoop())
		return
	case t.is("try"):
		add(p.trying())
		return
	case t.is("do"):
		p.next()
		l := &loop{position: at, body: p.block(), bodyFirst: true}
		p.expect("while")
		l.cond = p.parenthesized()
		add(l)
	case p.atDeclaration():
		b.statements = append(b.statements, p.declaration()...)
	default:
		add(p.simple())
	}
	p.endStatement()
}

// simple takes a statement that ends with a semicolon.
func (p *parser) simple() statement {
	t := p.peek()
	at := position(t.at)
	switch {
	case t.is("continue"), t.is("break"):
		return &jump{position: at, op: p.next().text}
	case t.is("return"):
		p.next()
		r := &returning{position: at}
		if !p.atEndOfStatement() {
			r.x = p.expression()
		}
		return r
	case t.is("throw"):
		p.next()
		return &throwing{position: at, x: p.expression()}
	}
	return &evaluation{position: at, x: p.expression()}
}

func (p *parser) atEndOfStatement() bool {
	t := p.peek()
	return t.kind == tokenEnd || t.is(";") || t.is("}")
}

// endStatement takes the semicolon, which may be left out before "}" and at the
// end.
func (p *parser) endStatement() {
	if p.accept(";") {
		return
	}
	if t := p.peek(); !p.atEndOfStatement() {
		p.fail(t, "unexpected token %s was expecting [;].", t)
	}
}

func (p *parser) parenthesized() expression {
	p.expect("(")
	x := p.expression()
	p.expect(")")
	return x
}

func (p *parser) conditional() statement {
	c := &conditional{position: position(p.next().at), cond: p.parenthesized()}
	c.yes = p.body()
	if p.accept("else") {
		c.no = p.body()
	}
	return c
}

// atDeclaration reports whether a type and a name are next.
func (p *parser) atDeclaration() bool {
	n := p.typeLength(0)
	return n > 0 && p.ahead(n).kind == tokenName
}

func (p *parser) declaration() []statement {
	var out []statement
	typ := p.typeName()
	for {
		n := p.expectName()
		d := &declaration{position: position(n.at), typ: typ, name: n.text}
		if p.accept("=") {
			d.value = p.expression()
		}
		out = append(out, d)
		if !p.accept(",") {
			return out
		}
	}
}

func (p *parser) forLoop() statement {
	at := position(p.next().at)
	p.expect("(")
	if p.peek().kind == tokenName && p.ahead(1).is("in") {
		it := &iteration{position: at, typ: typeName{position: p.here(), text: "def"}, name: p.next().text}
		p.next()
		return p.iteration(it)
	}
	if n := p.typeLength(0); n > 0 && p.ahead(n).kind == tokenName && (p.ahead(n+1).is(":") || p.ahead(n+1).is("in")) {
		it := &iteration{position: at, typ: p.typeName(), name: p.next().text}
		p.next()
		return p.iteration(it)
	}
	l := &loop{position: at}
	if p.atDeclaration() {
		l.init = p.declaration()
	} else if !p.peek().is(";") {
		l.init = []statement{&evaluation{position: p.here(), x: p.expression()}}
	}
	p.expect(";")
	if !p.peek().is(";") {
		l.cond = p.expression()
	}
	p.expect(";")
	if !p.peek().is(")") {
		l.after = p.expression()
	}
	p.expect(")")
	l.body = p.loopBody()
	return l
}

func (p *parser) iteration(it *iteration) statement {
	it.x = p.expression()
	p.expect(")")
	it.body = p.body()
	return it
}

func (p *parser) trying() statement {
	t := &trying{position: position(p.next().at), body: p.block()}
	for p.peek().is("catch") || len(t.catches) == 0 {
		c := catching{position: position(p.expect("catch").at)}
		p.expect("(")
		c.typ, c.name = p.typeName(), p.expectName().text
		p.expect(")")
		c.body = p.block()
		t.catches = append(t.catches, c)
	}
	return t
}

// assignable reports whether x can be assigned to.
func assignable(x expression) bool {
	switch x.(type) {
	case *name, *field, *index:
		return true
	}
	return false
}

var assignments = []string{"=", "+=", "-=", "*=", "/=", "%=", "&=", "^=", "|=", "<<=", ">>=", ">>>="}

func isAssignment(t token) bool {
	return t.kind == tokenOperator && slices.Contains(assignments, t.text)
}
