package template

import (
	"strconv"
	"sync"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A renderer is one execution of a template.
type renderer struct {
	doc     *document.Document
	media   MediaType
	out     []byte
	scopes  []document.Value // of the sections around, outermost first
	scratch []byte           // text on its way to being escaped
}

var renderers = sync.Pool{New: func() any { return new(renderer) }}

func newRenderer(d *document.Document, media MediaType) *renderer {
	r := renderers.Get().(*renderer) //nolint:forcetypeassert // the pool holds nothing else
	r.doc, r.media = d, media
	return r
}

// maxPooled is the size of buffer a pooled renderer may keep.
const maxPooled = 64 << 10

// finish returns what was rendered and gives r back.
func (r *renderer) finish() string {
	text := string(r.out)
	if cap(r.out) > maxPooled || cap(r.scratch) > maxPooled {
		return text // one unusual document must not pin its memory for ever
	}
	clear(r.scopes[:cap(r.scopes)])
	*r = renderer{out: r.out[:0], scratch: r.scratch[:0], scopes: r.scopes[:0]}
	renderers.Put(r)
	return text
}

func (r *renderer) render(nodes []node) {
	for i := range nodes {
		n := &nodes[i]
		switch n.kind {
		case literal:
			r.out = append(r.out, n.text...)
		case rawVariable:
			r.out = appendValue(r.out, r.resolve(n))
		case variable:
			r.escape(r.resolve(n))
		case section:
			r.section(r.resolve(n), n.body)
		case inverted:
			if falsy(r.resolve(n)) {
				r.render(n.body)
			}
		case toJSON, join, urlEncode:
			r.call(n)
		}
	}
}

func (r *renderer) resolve(n *node) document.Value {
	if len(r.scopes) == 0 {
		return n.name.inDocument(r.doc)
	}
	return n.name.inScopes(r.doc, r.scopes)
}

func (r *renderer) section(v document.Value, body []node) {
	if falsy(v) {
		return
	}
	if l := v.List(); l != nil {
		for _, item := range l.All() {
			r.inScope(item, body)
		}
		return
	}
	r.inScope(v, body)
}

func (r *renderer) inScope(v document.Value, body []node) {
	r.scopes = append(r.scopes, v)
	r.render(body)
	r.scopes = r.scopes[:len(r.scopes)-1]
}

func falsy(v document.Value) bool {
	switch v.Kind() {
	case document.KindNull:
		return true
	case document.KindBoolean:
		return !v.Bool()
	case document.KindString:
		return v.Str() == ""
	case document.KindList:
		return v.List().Len() == 0
	default:
		return false
	}
}

// appendValue appends the text of a variable. A list looks like the map from
// index to item that Elasticsearch's object handler makes of it; lists inside
// of other values have Java's text.
func appendValue(dst []byte, v document.Value) []byte {
	if v.IsNull() {
		return dst
	}
	l := v.List()
	if l == nil {
		return v.AppendText(dst)
	}
	dst = append(dst, '{')
	for i, item := range l.All() {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = append(strconv.AppendInt(dst, int64(i), 10), '=')
		dst = item.AppendText(dst)
	}
	return append(dst, '}')
}

func (r *renderer) escape(v document.Value) {
	if v.Kind() == document.KindString {
		r.out = appendEscaped(r.out, v.Str(), r.media)
		return
	}
	r.scratch = appendValue(r.scratch[:0], v)
	r.out = appendEscaped(r.out, r.scratch, r.media)
}
