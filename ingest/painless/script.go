package painless

import (
	"github.com/sluice-otel/sluice/ingest/document"
)

// A Script is a compiled script of a script processor, safe for concurrent use.
type Script struct {
	src       source
	lib       *library
	params    Value
	functions Functions
	routine   *routine
	body      action

	warnings []*Error
}

// Warnings returns what in the script cannot work, but fails only when it is
// reached: calls of methods that no class has.
func (s *Script) Warnings() []*Error { return s.warnings }

// Settings are what a script sees besides the document.
type Settings struct {
	Params    document.Value // a map, or null for an empty one; it must not change
	Functions Functions      // the methods of the class Processors
}

// CompileScript compiles a script. A mistake in it is an *Error.
func CompileScript(text string, s Settings) (out *Script, err error) {
	params := s.Params
	if params.IsNull() {
		params = document.MapOf(&document.Map{})
	}
	params = params.Frozen()
	c, tree, err := newCompiler(text)
	if err != nil {
		return nil, err
	}
	defer catchError(&err)
	c.declareFunctions(tree.functions)
	for _, f := range tree.functions {
		c.defineFunction(f)
	}
	c.routine = &routine{result: typeDef}
	body := c.main(tree.body)
	return &Script{
		src: c.src, lib: c.lib, params: params, functions: s.Functions, routine: c.routine, body: body, warnings: c.warnings,
	}, nil
}

func newCompiler(text string) (*compiler, *tree, error) {
	if len(text) > maxSource {
		return nil, nil, source("").errorAt(0, "Scripts may be no longer than %d bytes, this one has %d.", maxSource, len(text))
	}
	src := source(text)
	t, err := parse(src)
	return &compiler{src: src, lib: standard(), functions: make(map[string]*userFunction)}, t, err
}

// maxSource is Elasticsearch's limit of script.max_size_in_bytes.
const maxSource = 65535

// main compiles the statements of a script, function or lambda. If it ends with
// an expression that is its result, as far inside of if, else and try as may be.
func (c *compiler) main(b *block) action {
	if c.routine.result == typeVoid {
		return c.sequence(b.statements)
	}
	return c.sequence(implicitReturn(b.statements))
}

func implicitReturn(list []statement) []statement {
	if len(list) == 0 {
		return list
	}
	out := append([]statement(nil), list...)
	in := func(b *block) *block { return &block{position: b.position, statements: implicitReturn(b.statements)} }
	switch last := list[len(list)-1].(type) {
	case *evaluation:
		out[len(out)-1] = &returning{position: last.position, x: last.x}
	case *conditional:
		made := *last
		made.yes = in(last.yes)
		if last.no != nil {
			made.no = in(last.no)
		}
		out[len(out)-1] = &made
	case *trying:
		made := trying{position: last.position, body: in(last.body)}
		for _, c := range last.catches {
			c.body = in(c.body)
			made.catches = append(made.catches, c)
		}
		out[len(out)-1] = &made
	}
	return out
}

// Run executes the script on d. An exception that the script did not catch is a
// *RuntimeError.
func (s *Script) Run(d *document.Document) error {
	_, err := s.evaluate(d)
	return err
}

func (s *Script) evaluate(d *document.Document) (result Value, err error) {
	t := newThread(s.src, s.lib, d)
	t.prepare()
	t.params, t.functions, t.readOnly = s.params, s.functions, false
	defer t.end(&err)
	result = t.run(0, s.routine, s.body, nil, nil)
	t.settle()
	t.finished = true
	return result, nil
}
