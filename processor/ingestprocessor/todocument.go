package ingestprocessor

import (
	"encoding/base64"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/sluice-otel/sluice/ingest/document"
)

// toDocument makes rec the translator's document: first the body, whose fields
// win, then the time, the attributes, those of the resource, severity and trace.
// ingested is _ingest.timestamp.
func (t *translator) toDocument(rec plog.LogRecord, resource pcommon.Resource, ingested time.Time) {
	t.doc.Reset(ingested)
	t.readRecord(rec, resource)
}

func (t *translator) readRecord(rec plog.LogRecord, resource pcommon.Resource) {
	t.readBody(rec.Body())
	t.readTimestamp(rec.Timestamp())
	if rec.Attributes().Len() > 0 {
		t.readMetadata(rec.Attributes())
		if t.include.attributes {
			t.readAttributes(rec.Attributes())
		}
	}
	t.resource = pcommon.Map{}
	if t.include.resource {
		t.resource = resource.Attributes()
		t.readAttributes(t.resource)
	}
	t.readParts(rec)
}

// readBody makes a map the root of the document and anything else its message.
func (t *translator) readBody(body pcommon.Value) {
	root := t.doc.Source()
	switch body.Type() {
	case pcommon.ValueTypeEmpty:
	case pcommon.ValueTypeMap:
		for name, v := range body.Map().All() {
			root.Put(name, t.value(v))
		}
	case pcommon.ValueTypeBytes: // a text whose encoding the receiver did not look at
		root.Put(messageField, document.String(string(body.Bytes().AsRaw())))
	default:
		root.Put(messageField, t.value(body))
	}
}

func (t *translator) readTimestamp(at pcommon.Timestamp) {
	t.timestamp = ""
	if at == 0 || has(t.doc.Source(), timestampField) {
		return
	}
	t.timestamp = formatTime(at.AsTime())
	t.doc.Source().Put(timestampField, document.String(t.timestamp))
}

func (t *translator) readMetadata(attrs pcommon.Map) {
	for name, v := range attrs.All() {
		if field := metadataField(name); field != "" {
			t.doc.Metadata().Put(field, document.String(v.AsString()))
		}
	}
}

// metadataField returns the metadata that an attribute carries, or "".
func metadataField(attribute string) string {
	if !strings.HasPrefix(attribute, "elasticsearch.") {
		return ""
	}
	for _, m := range metadataAttributes {
		if m.attribute == attribute {
			return m.field
		}
	}
	return ""
}

// readAttributes adds the attributes to the fields. Names without a dot come
// first, so that of http and http.method the first is the one that keeps its
// place, whatever their order.
func (t *translator) readAttributes(attrs pcommon.Map) {
	dotted := 0
	for name, v := range attrs.All() {
		if strings.IndexByte(name, '.') >= 0 {
			dotted++
			continue
		}
		putNew(t.doc.Source(), name, t.value(v))
	}
	if dotted == 0 {
		return
	}
	for name, v := range attrs.All() {
		if strings.IndexByte(name, '.') >= 0 && metadataField(name) == "" {
			t.placeDotted(name, t.value(v))
		}
	}
}

// putNew puts v under a key that is free; two maps become one.
func putNew(m *document.Map, key string, v document.Value) {
	old, taken := m.Get(key)
	if !taken {
		m.Add(key, v)
		return
	}
	if old.Map() == nil || v.Map() == nil {
		return
	}
	for name, item := range v.Map().All() {
		putNew(old.Map(), name, item)
	}
}

// placeDotted puts v where the dotted name says: a.b is the key b of the object
// a. If something else is in the way the dotted name itself is the key.
func (t *translator) placeDotted(name string, v document.Value) {
	if m, key := t.parent(t.doc.Source(), name); m != nil {
		old, taken := m.Get(key)
		if !taken || (old.Map() != nil) == (v.Map() != nil) {
			putNew(m, key, v)
			return
		}
	}
	putNew(t.doc.Source(), name, v)
}

// parent returns the object that the last element of a dotted name is a key of,
// and that key, from m on. It creates the objects on the way, unless one of them is
// no object or an element is empty: then it returns nil.
func (t *translator) parent(m *document.Map, name string) (*document.Map, string) {
	if !expandable(m, name) {
		return nil, ""
	}
	for {
		i := strings.IndexByte(name, '.')
		if i < 0 {
			return m, name
		}
		next, ok := m.Get(name[:i])
		if !ok {
			next = document.MapOf(t.doc.NewMap())
			m.Put(name[:i], next)
		}
		m, name = next.Map(), name[i+1:]
	}
}

func expandable(m *document.Map, name string) bool {
	for {
		i := strings.IndexByte(name, '.')
		if i < 0 {
			return name != ""
		}
		if i == 0 {
			return false
		}
		if m != nil { // nil below the first element that is not there yet
			next, ok := m.Get(name[:i])
			if ok && next.Map() == nil {
				return false
			}
			m = next.Map()
		}
		name = name[i+1:]
	}
}

// value translates one value. Whole numbers are Integer or Long as they fit and
// bytes base64, as they would be in the JSON that Elasticsearch reads.
func (t *translator) value(v pcommon.Value) document.Value {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		return document.String(v.Str())
	case pcommon.ValueTypeInt:
		return document.Number(v.Int())
	case pcommon.ValueTypeDouble:
		return document.Double(v.Double())
	case pcommon.ValueTypeBool:
		return document.Boolean(v.Bool())
	case pcommon.ValueTypeBytes:
		return document.String(base64.StdEncoding.EncodeToString(v.Bytes().AsRaw()))
	case pcommon.ValueTypeSlice:
		l := t.doc.NewList()
		for _, item := range v.Slice().All() {
			l.Append(t.value(item))
		}
		return document.ListOf(l)
	case pcommon.ValueTypeMap:
		m := t.doc.NewMap()
		for name, item := range v.Map().All() {
			m.Put(name, t.value(item))
		}
		return document.MapOf(m)
	case pcommon.ValueTypeEmpty:
	}
	return document.Null
}

func has(m *document.Map, key string) bool {
	_, ok := m.Get(key)
	return ok
}
