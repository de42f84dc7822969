package template

import (
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A functionCall is a section whose name is that of a function, which
// Elasticsearch adds to Mustache (CustomMustacheFactory).
type functionCall struct {
	name      string // as messages have it
	kind      nodeKind
	delimiter string
}

// function reports whether a section is a function, and which.
func function(section string) (functionCall, bool) {
	switch {
	case strings.EqualFold(section, "toJson"):
		return functionCall{name: "toJson", kind: toJSON}, true
	case strings.EqualFold(section, "join"):
		return functionCall{name: "join", kind: join, delimiter: ","}, true
	case strings.EqualFold(section, "url"):
		return functionCall{name: "url", kind: urlEncode}, true
	}
	rest, ok := strings.CutPrefix(section, "join delimiter='")
	delimiter, _, closed := cutLast(rest, '\'')
	return functionCall{name: "join", kind: join, delimiter: delimiter}, ok && closed
}

func cutLast(s string, sep byte) (before, after string, found bool) {
	i := strings.LastIndexByte(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// node compiles a call. url takes any text; the others the name of a field.
func (f functionCall) node(p *parser, t tag, body []node) (node, error) {
	if f.kind == urlEncode {
		return node{kind: urlEncode, body: body}, nil
	}
	if len(body) != 1 {
		return node{}, p.errorAt(t.at, "Mustache function [%s] must contain one and only one identifier", f.name)
	}
	argument := body[0].text
	if body[0].kind != literal {
		argument = "{{" // what is a variable is not a name: it finds nothing, as in Elasticsearch
	}
	return node{kind: f.kind, text: f.delimiter, name: compileName(argument), body: body}, nil
}

// call appends what a function makes of its argument.
func (r *renderer) call(n *node) {
	if n.kind == urlEncode {
		start := len(r.out)
		r.render(n.body)
		r.scratch = append(r.scratch[:0], r.out[start:]...)
		r.out = appendForm(r.out[:start], r.scratch)
		return
	}
	v := r.resolve(n)
	list := v.List()
	switch {
	case v.IsNull():
	case n.kind == toJSON && (list != nil || v.Map() != nil):
		r.out = v.AppendJSON(r.out)
	case n.kind == toJSON:
		r.out = appendValue(r.out, v)
	case list == nil: // join of no list leaves its argument
		r.render(n.body)
	default:
		r.join(list, n.text)
	}
}

func (r *renderer) join(list *document.List, delimiter string) {
	for i, item := range list.All() {
		if i > 0 {
			r.out = append(r.out, delimiter...)
		}
		r.out = appendValue(r.out, item)
	}
}
