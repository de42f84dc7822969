package painless

import "github.com/sluice-otel/sluice/ingest/document"

// A Condition is a compiled `if` of a processor, safe for concurrent use.
type Condition struct {
	eval func(d *document.Document) (bool, error)
}

// CompileCondition compiles the source of a condition; a mistake in it is an
// *Error.
func CompileCondition(text string) (*Condition, error) {
	src := source(text)
	tokens, err := scan(src)
	if err != nil {
		return nil, err
	}
	if len(tokens) == 2 && (tokens[0].is("true") || tokens[0].is("false")) {
		truth := tokens[0].is("true")
		return &Condition{eval: func(*document.Document) (bool, error) { return truth, nil }}, nil
	}
	return nil, src.errorAt(0, "only the conditions true and false are supported so far")
}

// Eval reports whether the condition holds for d. An exception of the script is
// a *RuntimeError.
func (c *Condition) Eval(d *document.Document) (bool, error) { return c.eval(d) }
