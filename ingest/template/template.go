package template

import (
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A Template is a compiled template. It is safe for concurrent use.
type Template struct {
	text   string // what it always renders, if static
	static bool
	nodes  []node
	media  MediaType
}

// Compile compiles src with the escaping of application/json, Elasticsearch's
// default. A src without "{{" is static and stands for itself. The error is a
// *SyntaxError.
func Compile(src string) (*Template, error) { return CompileAs(src, JSON) }

// CompileAs is Compile with the escaping of another media type.
func CompileAs(src string, media MediaType) (*Template, error) {
	if !strings.Contains(src, "{{") {
		return &Template{text: src, static: true}, nil
	}
	nodes, err := parse(src)
	if err != nil {
		return nil, err
	}
	t := &Template{nodes: nodes, media: media}
	switch {
	case len(nodes) == 0:
		t.static = true
	case len(nodes) == 1 && nodes[0].kind == literal:
		t.static, t.text = true, nodes[0].text
	}
	return t, nil
}

// Static returns the text of a template that renders the same for every
// document.
func (t *Template) Static() (string, bool) { return t.text, t.static }

// Execute renders t for d. It allocates the result and nothing else; nothing at
// all if t is static or a single raw variable whose value is a string.
func (t *Template) Execute(d *document.Document) string {
	if t.static {
		return t.text
	}
	if len(t.nodes) == 1 && t.nodes[0].kind == rawVariable {
		if v := t.nodes[0].name.inDocument(d); v.Kind() == document.KindString {
			return v.Str()
		}
	}
	r := newRenderer(d, t.media)
	r.render(t.nodes)
	return r.finish()
}
