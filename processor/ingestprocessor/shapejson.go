package ingestprocessor

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"unsafe"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/wire/flatbuffers"
	"github.com/sluice-otel/sluice/wire/flatbuffers/ingestfbs"
)

// A template is the JSON of a field, with its key: text, value, text, value …
type template struct {
	before string
	values []templateValue
}

type templateValue struct {
	leaf  leaf
	after string
}

// rootField is a field of a sketch. What the resource has is the same for all records
// of the shape, and text of the template.
func (t *translator) rootField(key string, v document.Value) rootField {
	c := compiler{t: t, root: rootField{key: key}}
	c.text = append(document.AppendQuoted(nil, key), ':')
	c.add("", v)
	c.flush()
	return c.root
}

// A compiler makes a template.
type compiler struct {
	t    *translator
	root rootField
	text []byte // since the last value
}

func (c *compiler) add(name string, v document.Value) {
	m := v.Map()
	if m == nil {
		c.leaf(name, leaf(v.Int64()))
		return
	}
	c.text = append(c.text, '{')
	for i := range m.Len() {
		if i > 0 {
			c.text = append(c.text, ',')
		}
		e := m.At(i)
		c.text = append(document.AppendQuoted(c.text, e.Key), ':')
		c.add(strings.TrimPrefix(name+"."+e.Key, "."), e.Value)
	}
	c.text = append(c.text, '}')
}

func (c *compiler) leaf(name string, at leaf) {
	c.root.values = append(c.root.values, shapeValue{name, at})
	if at <= leafResource {
		c.text = appendJSON(c.text, c.t.resourceValue(at))
		return
	}
	c.flush()
	c.root.json.values = append(c.root.json.values, templateValue{leaf: at})
}

// flush puts the text behind the last value, or before the first.
func (c *compiler) flush() {
	if n := len(c.root.json.values); n > 0 {
		c.root.json.values[n-1].after = string(c.text)
	} else {
		c.root.json.before = string(c.text)
	}
	c.text = c.text[:0]
}

// appendShaped appends the document of the lazy record as JSON: what the pipeline has
// touched from the document, everything else from the message. It is to the byte what
// appendDocument makes of the filled document: an exporter may take a hash of it for
// an id.
func (t *translator) appendShaped(dst []byte, s *shape, touched []document.Entry) []byte {
	var by [placesOfRoots]uint8 // which touched field, plus 1, replaces a root
	for i := range touched {
		if at := s.root(touched[i].Key); at >= 0 {
			by[at] = uint8(i + 1)
		}
	}
	removals := t.doc.Source().Removals()
	dst = append(dst, '{')
	if i := entryOf(touched, timestampField); i >= 0 {
		dst = appendField(dst, timestampField, touched[i].Value)
	}
	for i := range s.roots {
		r := &s.roots[i]
		if at := by[i]; at == 0 {
			if removals == 0 || !t.doc.Source().Removed(r.key) {
				dst = t.appendTemplate(dst, &r.json)
			}
		} else if r.key != timestampField {
			dst = appendField(dst, r.key, touched[at-1].Value)
		}
	}
	for i := range touched {
		if key := touched[i].Key; key != timestampField && s.root(key) < 0 {
			dst = appendField(dst, key, touched[i].Value)
		}
	}
	return append(dst, '}')
}

func (t *translator) appendTemplate(dst []byte, json *template) []byte {
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	dst = append(dst, json.before...)
	for i := range json.values {
		v := &json.values[i]
		dst = append(t.appendLeaf(dst, v.leaf), v.after...)
	}
	return dst
}

func entryOf(entries []document.Entry, key string) int {
	for i := range entries {
		if entries[i].Key == key {
			return i
		}
	}
	return -1
}

// appendLeaf appends the value of a leaf as JSON.
func (t *translator) appendLeaf(dst []byte, at leaf) []byte {
	l := t.lazy
	switch {
	case at >= 0:
		return t.appendAttribute(dst, int(at))
	case at == leafText:
		return appendText(dst, l.view.Text())
	case at == leafLevel:
		return document.AppendQuoted(dst, flatLevel(&l.view))
	}
	return append(t.appendPart(append(dst, '"'), at), '"')
}

// appendPart appends the text of a part of the record.
func (t *translator) appendPart(dst []byte, at leaf) []byte {
	v := &t.lazy.view
	switch at {
	case leafTime:
		return appendTime(dst, pcommon.Timestamp(v.Time()).AsTime())
	case leafLevel:
		return append(dst, flatLevel(v)...)
	case leafTrace:
		var id pcommon.TraceID
		high, low := v.TraceID()
		binary.BigEndian.PutUint64(id[:8], high)
		binary.BigEndian.PutUint64(id[8:], low)
		return hex.AppendEncode(dst, id[:])
	default: // leafSpan
		var id pcommon.SpanID
		binary.BigEndian.PutUint64(id[:], v.SpanID())
		return hex.AppendEncode(dst, id[:])
	}
}

func (t *translator) appendAttribute(dst []byte, i int) []byte {
	l := t.lazy
	switch l.view.Kind(i) {
	case ingestfbs.KindText:
		return appendText(dst, l.view.TextOf(i))
	case ingestfbs.KindInt:
		return strconv.AppendInt(dst, l.view.IntegerOf(i), 10)
	case ingestfbs.KindBool:
		return strconv.AppendBool(dst, l.view.IntegerOf(i) != 0)
	case ingestfbs.KindBytes:
		l.view.Value(i, &l.value)
		return append(base64.StdEncoding.AppendEncode(append(dst, '"'), l.value.DataBytes()), '"')
	default:
		l.view.Value(i, &l.value)
		return appendJSON(dst, t.flatValue(&l.value))
	}
}

// appendText appends a text, whose encoding is looked at only once.
func appendText(dst, text []byte) []byte {
	return document.AppendQuoted(dst, unsafe.String(unsafe.SliceData(text), len(text))) //nolint:gosec // it is read before this returns
}

// writeShaped is writeJSON for a lazy record with a shape whose document is not
// filled. It reports false for others.
func (t *translator) writeShaped(source *document.Map, rec plog.LogRecord) bool {
	touched, filled := source.Touched()
	s := t.shapeOfLazy()
	if filled || s == nil {
		return false
	}
	for i := range touched {
		switch touched[i].Key {
		case "log", "trace", "span":
			t.writeParts(rec)
		case timestampField:
			t.writeTimestamp(source, rec)
		}
	}
	touched, _ = source.Touched() // writeParts may have looked at others
	t.set.SetText(rec.Body(), t.page.close(t.appendShaped(t.page.open(), s, touched)))
	return true
}

func flatLevel(v *flatbuffers.View) string {
	return levelName(flatbuffers.ToString(v.SeverityText()), plog.SeverityNumber(v.Severity()))
}
