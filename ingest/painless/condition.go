package painless

import "github.com/sluice-otel/sluice/ingest/document"

// A Condition is a compiled `if` of a processor, safe for concurrent use.
type Condition struct {
	src   source
	lib   *library
	probe probe // may be nil, and may not know
	truth func(*thread) bool

	warnings []*Error
}

// Warnings returns what in the source cannot work, but fails only when it is
// reached: calls of methods that no class has.
func (c *Condition) Warnings() []*Error { return c.warnings }

// CompileCondition compiles the source of a condition; a mistake in it is an
// *Error.
func CompileCondition(text string) (out *Condition, err error) {
	c, tree, err := newCompiler(text)
	if err != nil {
		return nil, err
	}
	defer catchError(&err)
	c.declareFunctions(tree.functions)
	for _, f := range tree.functions {
		c.defineFunction(f)
	}
	c.routine = &routine{result: typeBoolean}
	out = &Condition{src: c.src, lib: c.lib}
	out.truth = c.condition(tree.body)
	out.warnings = c.warnings
	if x := onlyExpression(tree.body); x != nil {
		out.probe = c.probe(x)
	}
	return out, nil
}

// Eval reports whether the condition holds for d, which it sees through a
// read-only view. An exception of the script is a *RuntimeError.
func (c *Condition) Eval(d *document.Document) (holds bool, err error) {
	if c.probe != nil {
		if holds, sure := c.probe(d); sure {
			return holds, nil
		}
	}
	return c.execute(d)
}

func (c *Condition) execute(d *document.Document) (holds bool, err error) {
	t := newThread(c.src, c.lib, d)
	t.prepare()
	t.params, t.readOnly = noParams, true
	defer t.end(&err)
	holds = c.truth(t)
	t.finished = true
	return holds, nil
}

// noParams is the params of conditions.
var noParams = document.MapOf(&document.Map{}).ReadOnly()

// condition compiles a script whose result is a boolean. Most are one
// expression, which needs no variables.
func (c *compiler) condition(b *block) func(*thread) bool {
	if x := onlyExpression(b); x != nil {
		truth := c.truth(x)
		if c.routine.size == 0 {
			return truth
		}
	}
	r := &routine{result: typeBoolean}
	c.routine, c.warnings = r, nil
	body := c.main(b)
	return func(t *thread) bool {
		result := t.run(0, r, body, nil, nil)
		return result.Bool()
	}
}

// onlyExpression returns the expression that is all of a block, else nil.
func onlyExpression(b *block) expression {
	if len(b.statements) != 1 {
		return nil
	}
	switch s := b.statements[0].(type) {
	case *evaluation:
		return s.x
	case *returning:
		return s.x
	}
	return nil
}
