package ingestprocessor

import (
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/sluice-otel/sluice/ingest/document"
)

// toRecord writes the document to rec, which is the record it was made from.
func (t *translator) toRecord(rec plog.LogRecord) {
	source := t.doc.Source()
	if t.target == TargetJSON {
		t.writeJSON(source, rec)
		return
	}
	done := t.writeParts(rec)
	done.timestamp = t.writeTimestamp(source, rec)
	if t.target == TargetBody {
		t.mapInto(source, rec.Body().SetEmptyMap())
		if t.include.attributes {
			rec.Attributes().Clear()
		}
		t.fields = t.fields[:0]
		t.listMetadata()
		t.addAttributes(rec.Attributes())
		return
	}
	t.writeBody(source, rec.Body())
	t.writeAttributes(source, done, rec.Attributes())
}

// listMetadata lists the metadata that is set, by its attributes.
func (t *translator) listMetadata() {
	for _, m := range metadataAttributes {
		if text, ok := t.metadata(m.field); ok {
			t.fields = append(t.fields, field{m.attribute, document.String(text)})
		}
	}
}

// addAttributes sets the listed fields beside the attributes that there are.
func (t *translator) addAttributes(attrs pcommon.Map) {
	for i := range t.fields {
		v, _ := attrs.GetOrPutEmpty(t.fields[i].name)
		t.valueInto(t.fields[i].value, v)
	}
}

// replaceAttributes makes the listed fields, whose names differ, the attributes.
func (t *translator) replaceAttributes(attrs pcommon.Map) {
	t.builder.EnsureCapacity(len(t.fields))
	for i := range t.fields {
		t.valueInto(t.fields[i].value, t.builder.AppendEmpty(t.fields[i].name))
	}
	t.builder.UnsafeIntoMap(attrs)
}

// writeTimestamp sets the timestamp if the document has one that can be read as
// such, and reports whether it has.
func (t *translator) writeTimestamp(source *document.Map, rec plog.LogRecord) bool {
	v, ok := source.Get(timestampField)
	if !ok {
		return false
	}
	if t.timestamp != "" && v.Str() == t.timestamp {
		return true // untouched
	}
	at, ok := readTime(v)
	if ok {
		rec.SetTimestamp(at)
	}
	return ok
}

func (t *translator) writeBody(source *document.Map, body pcommon.Value) {
	v, ok := source.Get(messageField)
	switch {
	case !ok || v.Map() != nil:
		pcommon.NewValueEmpty().CopyTo(body)
	case v.Kind() == document.KindString && body.Type() == pcommon.ValueTypeStr && body.Str() == v.Str():
	default:
		t.valueInto(v, body)
	}
}

func (t *translator) writeAttributes(source *document.Map, done written, attrs pcommon.Map) {
	t.fields = t.fields[:0]
	dotted := t.flattenRoot(source, done)
	fields := len(t.fields)
	t.listMetadata()
	if !t.include.attributes { // they are no fields, and stay
		t.addAttributes(attrs)
		return
	}
	if dotted || len(t.fields) > fields && has(source, "elasticsearch") {
		t.keepLast()
	}
	t.replaceAttributes(attrs)
}

// flattenRoot lists every field but those that have a place of their own, and
// reports whether a key has a dot, so that two fields may have one name.
func (t *translator) flattenRoot(source *document.Map, done written) (dotted bool) {
	for i := range source.Len() {
		e := source.At(i)
		switch {
		case e.Key == timestampField && done.timestamp:
		case e.Key == messageField && e.Value.Map() == nil:
		default:
			dotted = t.flatten(t.names.child(&t.names.root, e.Key), e, done) || dotted
		}
	}
	return dotted
}

// flatten lists the leaves of e under dotted names, but those that have become
// another part of the record or are the resource's still. Objects without fields
// leave nothing.
func (t *translator) flatten(n *name, e document.Entry, done written) (dotted bool) {
	dotted = strings.IndexByte(e.Key, '.') >= 0
	m := e.Value.Map()
	if m == nil {
		if !done.has(n.full) && !t.ofResource(n.full, e.Value) {
			t.fields = append(t.fields, field{n.full, e.Value})
		}
		return dotted
	}
	for i := range m.Len() {
		item := m.At(i)
		dotted = t.flatten(t.names.child(n, item.Key), item, done) || dotted
	}
	return dotted
}

// ofResource reports whether the resource has the field with this value: a
// pipeline cannot change the resource, which other records share.
func (t *translator) ofResource(name string, v document.Value) bool {
	if t.resource == (pcommon.Map{}) {
		return false
	}
	attr, ok := t.resource.Get(name)
	return ok && t.value(attr).Equals(v)
}

// keepLast removes all but the last of the fields that have the same name:
// pdata maps must not have a key twice.
func (t *translator) keepLast() {
	last := make(map[string]int, len(t.fields))
	for i := range t.fields {
		last[t.fields[i].name] = i
	}
	kept := t.fields[:0]
	for i, f := range t.fields {
		if last[f.name] == i {
			kept = append(kept, f)
		}
	}
	t.fields = kept
}

// metadata returns a metadata field that is set.
func (t *translator) metadata(field string) (string, bool) {
	v, ok := t.doc.Metadata().Get(field)
	if !ok || v.IsNull() {
		return "", false
	}
	return v.Text(), true
}

// valueInto writes v to dst, which may hold something else.
func (t *translator) valueInto(v document.Value, dst pcommon.Value) {
	switch v.Kind() {
	case document.KindString:
		t.set.SetText(dst, v.Str())
	case document.KindInteger, document.KindLong:
		t.set.SetInt(dst, v.Int64())
	case document.KindDouble:
		t.set.SetDouble(dst, v.Float64())
	case document.KindFloat:
		dst.SetDouble(decimal(float32(v.Float64())))
	case document.KindBoolean:
		dst.SetBool(v.Bool())
	case document.KindDateTime:
		dst.SetStr(formatTime(v.Time()))
	case document.KindBigInteger: // OpenTelemetry, "Mapping Arbitrary Data to OTLP AnyValue"
		dst.SetStr(v.Text())
	case document.KindList:
		slice := dst.SetEmptySlice()
		slice.EnsureCapacity(v.List().Len())
		for _, item := range v.List().All() {
			t.valueInto(item, slice.AppendEmpty())
		}
	case document.KindMap:
		t.mapInto(v.Map(), dst.SetEmptyMap())
	case document.KindNull:
		if dst.Type() != pcommon.ValueTypeEmpty {
			pcommon.NewValueEmpty().CopyTo(dst)
		}
	}
}

func (t *translator) mapInto(m *document.Map, dst pcommon.Map) {
	var b xpdata.MapBuilder
	b.EnsureCapacity(m.Len())
	for i := range m.Len() {
		e := m.At(i)
		t.valueInto(e.Value, b.AppendEmpty(e.Key))
	}
	b.UnsafeIntoMap(dst)
}

// decimal returns the double that prints as the float does: 0.1, not
// 0.10000000149011612. In Elasticsearch it passes through JSON as well.
func decimal(f float32) float64 {
	d, _ := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'g', -1, 32), 64)
	return d
}
