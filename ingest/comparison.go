package ingest

import (
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A comparison is a condition that compares one field with null or a text, and
// nothing else: ctx.a?.b != null, ctx.a == 'x'. Nearly half of all conditions
// are, and they need no script: it decides only what a comparison cannot.
type comparison struct {
	field ctxPath
	text  string
	null  bool // compared with null, not with text
	not   bool // != instead of ==
}

// newComparison returns nil for a source that is something else.
func newComparison(source string) *comparison {
	c := &comparison{}
	left, right, found := strings.Cut(source, "==")
	if !found {
		left, right, found = strings.Cut(source, "!=")
		c.not = true
	}
	if !found || !c.operand(strings.TrimSpace(right)) || !c.field.parse(strings.TrimSpace(left)) {
		return nil
	}
	return c
}

func (c *comparison) operand(text string) bool {
	if text == "null" {
		c.null = true
		return true
	}
	if len(text) < 2 || text[0] != '\'' && text[0] != '"' || text[len(text)-1] != text[0] {
		return false
	}
	c.text = text[1 : len(text)-1]
	return !strings.ContainsAny(c.text, "\\\"'")
}

// holds returns whether the condition holds; false for ok if only the script
// can tell.
func (c *comparison) holds(d *document.Document) (holds, ok bool) {
	v, ok := c.field.value(d)
	if c.null {
		return v.IsNull() != c.not, ok
	}
	return (v.Kind() == document.KindString && v.Str() == c.text) != c.not, ok
}

// sameField reports whether c and o are both equalities of one field.
func (c *comparison) sameField(o *comparison) bool {
	return c != nil && o != nil && !c.not && !o.not && !c.null && !o.null && c.field.text == o.field.text
}

// A ctxPath is a field as a script names it: ctx.a.b or ctx?.a?.b.
type ctxPath struct {
	text     string
	elements []ctxElement
}

type ctxElement struct {
	name     string
	nullSafe bool // ?.
}

// value returns what the script would, false if it would fail or see something
// else than a map on the way.
func (p *ctxPath) value(d *document.Document) (document.Value, bool) {
	first := p.elements[0].name
	v, ok := d.Source().Get(first)
	if !ok && strings.HasPrefix(first, "_") {
		v, _ = d.Metadata().Get(first)
	}
	for i := range p.elements[1:] {
		e := &p.elements[i+1]
		switch v.Kind() {
		case document.KindMap:
			v, _ = v.Map().Get(e.name)
		case document.KindNull:
			if !e.nullSafe {
				return document.Null, false
			}
		default:
			return document.Null, false
		}
	}
	return v, true
}

func (p *ctxPath) parse(text string) bool {
	p.text = text
	rest, ok := strings.CutPrefix(text, "ctx")
	for ok && rest != "" {
		var e ctxElement
		rest, e.nullSafe = strings.CutPrefix(rest, "?")
		if rest, ok = strings.CutPrefix(rest, "."); !ok {
			break
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return !isNameRune(r) })
		if end < 0 {
			end = len(rest)
		}
		e.name, rest = rest[:end], rest[end:]
		ok = e.name != "" && (e.name[0] < '0' || e.name[0] > '9')
		p.elements = append(p.elements, e)
	}
	return ok && len(p.elements) > 0
}

func isNameRune(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}
