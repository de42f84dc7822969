package painless

import "github.com/sluice-otel/sluice/ingest/document"

// A Condition is a compiled `if` of a processor, safe for concurrent use.
type Condition struct {
	src   source
	lib   *library
	truth func(*thread) bool
}

// CompileCondition compiles the source of a condition; a mistake in it is an
// *Error.
func CompileCondition(text string) (out *Condition, err error) {
	if len(text) > maxSource {
		return nil, source("").errorAt(0, "Scripts may be no longer than %d bytes, this one has %d.", maxSource, len(text))
	}
	src := source(text)
	tree, err := parse(src)
	if err != nil {
		return nil, err
	}
	defer catchError(&err)
	c := &compiler{src: src, lib: standard()}
	return &Condition{src: src, lib: c.lib, truth: c.condition(tree)}, nil
}

// Eval reports whether the condition holds for d, which it sees through a
// read-only view. An exception of the script is a *RuntimeError.
func (c *Condition) Eval(d *document.Document) (holds bool, err error) {
	t := newThread(c.src, c.lib, d)
	t.readOnly = true
	defer t.end(&err)
	holds = c.truth(t)
	t.finished = true
	return holds, nil
}

// maxSource is Elasticsearch's limit of script.max_size_in_bytes.
const maxSource = 65535

// condition compiles a script that is one expression.
func (c *compiler) condition(t *tree) func(*thread) bool {
	if len(t.functions) > 0 || len(t.body.statements) != 1 {
		c.fail(0, "a condition of several statements is not supported")
	}
	var x expression
	switch s := t.body.statements[0].(type) {
	case *evaluation:
		x = s.x
	case *returning:
		x = s.x
	}
	if x == nil {
		c.fail(0, "a condition is an expression")
	}
	return c.convert(c.expression(x), typeBoolean, false).truth
}
