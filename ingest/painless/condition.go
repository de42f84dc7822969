package painless

import "github.com/sluice-otel/sluice/ingest/document"

// A Condition is a compiled `if` of a processor, safe for concurrent use.
type Condition struct {
	src   source
	lib   *library
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
	truth := c.condition(tree.body)
	return &Condition{src: c.src, lib: c.lib, truth: truth, warnings: c.warnings}, nil
}

// Eval reports whether the condition holds for d, which it sees through a
// read-only view. An exception of the script is a *RuntimeError.
func (c *Condition) Eval(d *document.Document) (holds bool, err error) {
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
	if len(b.statements) == 1 {
		if s, ok := b.statements[0].(*evaluation); ok {
			truth := c.truth(s.x)
			if c.routine.size == 0 {
				return truth
			}
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
