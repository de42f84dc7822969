package ingestprocessor

import (
	"slices"
	"strings"
	"unsafe"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/wire/flatbuffers"
)

// FormatJSON is what the attribute sluice.body.format says of a body that is a
// document as JSON.
const FormatJSON = "json"

// streamField is the object whose members name the data stream that a document goes
// to; streamParts are those members, and dotted the attributes that say the same.
const streamField = "data_stream"

var streamParts = [...]struct{ name, dotted string }{
	{"type", "data_stream.type"}, {"dataset", "data_stream.dataset"}, {"namespace", "data_stream.namespace"},
}

// writeJSON makes the document the body, as JSON on one line with the time first,
// and says so in an attribute. What exporters would look for in the document is in
// attributes, too: where it goes.
func (t *translator) writeJSON(source *document.Map, rec plog.LogRecord) {
	if !t.writeShaped(source, rec) {
		t.writeTree(source, rec)
	}
	t.fields = append(t.fields[:0], field{flatbuffers.FormatAttribute, document.String(FormatJSON)})
	if t.mayBeSteered() {
		t.listMetadata()
	}
	if t.mayNameStream(source) {
		t.listStream(source)
	}
	if t.include.attributes {
		t.replaceAttributes(rec.Attributes())
	} else {
		t.addAttributes(rec.Attributes())
	}
}

// writeTree is for a document that is a tree.
func (t *translator) writeTree(source *document.Map, rec plog.LogRecord) {
	t.writeParts(rec)
	t.writeTimestamp(source, rec)
	t.set.SetText(rec.Body(), t.page.close(appendDocument(t.page.open(), source)))
}

// mayBeSteered is false of a document whose shape tells that it has no metadata.
func (t *translator) mayBeSteered() bool {
	touched, filled := t.doc.Metadata().Touched()
	s := t.shapeOfLazy()
	return filled || len(touched) > 0 || s == nil || s.steered
}

// mayNameStream is false of a document whose shape tells that listStream finds nothing.
func (t *translator) mayNameStream(source *document.Map) bool {
	touched, filled := source.Touched()
	s := t.shapeOfLazy()
	return filled || s == nil || s.stream ||
		slices.ContainsFunc(touched, func(e document.Entry) bool { return namesStream(e.Key) })
}

// namesStream reports whether a key of a document is what listStream looks for.
func namesStream(key string) bool {
	rest, ok := strings.CutPrefix(key, streamField)
	return ok && (rest == "" || rest[0] == '.')
}

func (t *translator) listStream(source *document.Map) {
	object, _ := source.Get(streamField)
	for _, part := range streamParts {
		v, ok := source.Get(part.dotted)
		if m := object.Map(); m != nil {
			v, ok = m.Get(part.name)
		}
		if ok && !v.IsNull() {
			t.fields = append(t.fields, field{part.dotted, document.String(v.Text())})
		}
	}
}

// pageSize is for some dozens of documents of the usual size.
const pageSize = 64 << 10

// A page is memory for texts, which are written one behind the other and never
// change: they can be shared as strings. It lives as long as any of them; the
// translator writes on until it is full.
type page struct {
	rest []byte // empty, with what is left as its capacity
	last int    // size of the last text
}

// open returns where the next text is appended.
func (p *page) open() []byte {
	if cap(p.rest) < p.last {
		p.rest = make([]byte, 0, pageSize)
	}
	return p.rest
}

// close returns the text that has been appended to what open has returned.
func (p *page) close(text []byte) string {
	if len(text) > cap(p.rest) { // it has moved to memory of its own
		p.rest = nil
	} else {
		p.rest = text[len(text):]
	}
	p.last = len(text)
	return unsafe.String(unsafe.SliceData(text), len(text)) //nolint:gosec // nobody writes there again
}

func appendDocument(dst []byte, source *document.Map) []byte {
	dst = append(dst, '{')
	if at, ok := source.Get(timestampField); ok {
		dst = appendField(dst, timestampField, at)
	}
	for key, v := range source.All() {
		if key != timestampField {
			dst = appendField(dst, key, v)
		}
	}
	return append(dst, '}')
}

func appendField(dst []byte, key string, v document.Value) []byte {
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	return appendJSON(append(document.AppendQuoted(dst, key), ':'), v)
}

// appendJSON appends a value. Numbers that JSON does not have are null: a text would
// be refused by a field that has numbers.
func appendJSON(dst []byte, v document.Value) []byte {
	switch v.Kind() {
	case document.KindMap:
		dst = append(dst, '{')
		for key, item := range v.Map().All() {
			dst = appendField(dst, key, item)
		}
		return append(dst, '}')
	case document.KindList:
		dst = append(dst, '[')
		for i, item := range v.List().All() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendJSON(dst, item)
		}
		return append(dst, ']')
	case document.KindDouble, document.KindFloat:
		if f := v.Float64(); f-f != 0 { // NaN or infinite
			return append(dst, "null"...)
		}
		fallthrough
	default:
		return v.AppendJSON(dst)
	}
}
