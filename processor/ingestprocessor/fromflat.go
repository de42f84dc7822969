package ingestprocessor

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/wire/flatbuffers"
	"github.com/sluice-otel/sluice/wire/flatbuffers/ingestfbs"
)

// readFlat makes a record of a message the document: what readRecord makes of the
// log record that it would be, without metadata. Texts of the document alias the message.
func (t *translator) readFlat(in *ingestfbs.LogRecord, resource pcommon.Resource) {
	t.readFlatBody(in)
	t.readTimestamp(pcommon.Timestamp(in.Time()))
	if n := in.AttributesLength(); n > 0 && t.include.attributes {
		t.readFlatAttributes(in, n)
	}
	t.resource = pcommon.Map{}
	if t.include.resource {
		t.resource = resource.Attributes()
		t.readAttributes(t.resource)
	}
	t.readFlatParts(in)
}

func (t *translator) readFlatBody(in *ingestfbs.LogRecord) {
	root := t.doc.Source()
	if text := in.Text(); text != nil {
		root.Put(messageField, document.String(flatbuffers.ToString(text)))
		return
	}
	var body, item ingestfbs.Value
	if in.Body(&body) == nil {
		return
	}
	switch body.Kind() {
	case ingestfbs.KindMap:
		for i := range body.ItemsLength() {
			body.Items(&item, i)
			root.Put(flatbuffers.ToString(item.Key()), t.flatValue(&item))
		}
	case ingestfbs.KindBytes:
		root.Put(messageField, document.String(string(body.DataBytes())))
	default:
		if v := t.flatValue(&body); !v.IsNull() {
			root.Put(messageField, v)
		}
	}
}

// readFlatAttributes adds attributes as fields. Names without a dot come first, as in
// readAttributes.
func (t *translator) readFlatAttributes(in *ingestfbs.LogRecord, n int) {
	var item ingestfbs.Value
	dotted := 0
	for i := range n {
		in.Attributes(&item, i)
		if bytes.IndexByte(item.Key(), '.') >= 0 {
			dotted++
			continue
		}
		putNew(t.doc.Source(), flatbuffers.ToString(item.Key()), t.flatValue(&item))
	}
	if dotted == 0 {
		return
	}
	for i := range n {
		in.Attributes(&item, i)
		name := flatbuffers.ToString(item.Key())
		if strings.IndexByte(name, '.') >= 0 && metadataField(name) == "" {
			t.placeDotted(name, t.flatValue(&item))
		}
	}
}

// readFlatMetadata adds the metadata that attributes carry.
func (l *lazyRecord) readFlatMetadata(to *document.Map) {
	for i := range l.in.AttributesLength() {
		l.in.Attributes(&l.value, i)
		if field := metadataField(flatbuffers.ToString(l.value.Key())); field != "" {
			to.Put(field, document.String(l.text(&l.value)))
		}
	}
}

// readFlatParts adds severity and trace, as readParts does.
func (t *translator) readFlatParts(in *ingestfbs.LogRecord) {
	if t.include.severity {
		t.fillLevel(flatbuffers.ToString(in.SeverityText()), plog.SeverityNumber(in.Severity()))
	}
	if t.include.trace {
		trace, span := flatTrace(in, &ingestfbs.TraceId{}), flatSpan(in)
		t.fillID(traceField, trace[:])
		t.fillID(spanField, span[:])
	}
}

func flatTrace(in *ingestfbs.LogRecord, table *ingestfbs.TraceId) (id pcommon.TraceID) {
	if in.TraceId(table) != nil {
		binary.BigEndian.PutUint64(id[:8], table.High())
		binary.BigEndian.PutUint64(id[8:], table.Low())
	}
	return id
}

func flatSpan(in *ingestfbs.LogRecord) (id pcommon.SpanID) {
	binary.BigEndian.PutUint64(id[:], in.SpanId())
	return id
}

// flatValue translates one value, as value does.
func (t *translator) flatValue(v *ingestfbs.Value) document.Value {
	var item ingestfbs.Value
	switch v.Kind() {
	case ingestfbs.KindBytes:
		return document.String(base64.StdEncoding.EncodeToString(v.DataBytes()))
	case ingestfbs.KindList:
		l := t.doc.NewList()
		for i := range v.ItemsLength() {
			v.Items(&item, i)
			l.Append(t.flatValue(&item))
		}
		return document.ListOf(l)
	case ingestfbs.KindMap:
		m := t.doc.NewMap()
		for i := range v.ItemsLength() {
			v.Items(&item, i)
			m.Put(flatbuffers.ToString(item.Key()), t.flatValue(&item))
		}
		return document.MapOf(m)
	case ingestfbs.KindText:
		return document.String(flatbuffers.ToString(v.Text()))
	case ingestfbs.KindInt:
		return document.Number(v.Integer())
	case ingestfbs.KindDouble:
		return document.Double(v.Real())
	case ingestfbs.KindBool:
		return document.Boolean(v.Integer() != 0)
	default: // empty, or not known here
		return document.Null
	}
}
