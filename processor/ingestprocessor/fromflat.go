package ingestprocessor

import (
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
// log record that it would be. Texts of the document alias the message.
func (t *translator) readFlat(in *ingestfbs.LogRecord, resource pcommon.Resource) {
	t.readFlatBody(in)
	t.readTimestamp(pcommon.Timestamp(in.Time()))
	if n := in.AttributesLength(); n > 0 {
		t.readFlatAttributes(in, n)
	}
	t.resource = pcommon.Map{}
	if t.include[PartResource] {
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

// readFlatAttributes adds the metadata and, if they are included, the fields that
// attributes are. Names without a dot come first, as in readAttributes.
func (t *translator) readFlatAttributes(in *ingestfbs.LogRecord, n int) {
	var item ingestfbs.Value
	dotted := 0
	for i := range n {
		in.Attributes(&item, i)
		name := flatbuffers.ToString(item.Key())
		if strings.IndexByte(name, '.') >= 0 {
			dotted++
			if field := metadataField(name); field != "" {
				t.doc.Metadata().Put(field, document.String(t.lazy.text(&item)))
			}
		} else if t.include[PartAttributes] {
			putNew(t.doc.Source(), name, t.flatValue(&item))
		}
	}
	if dotted == 0 || !t.include[PartAttributes] {
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

// readFlatParts adds severity and trace, as readParts does.
func (t *translator) readFlatParts(in *ingestfbs.LogRecord) {
	if t.include[PartSeverity] {
		t.fillLevel(flatbuffers.ToString(in.SeverityText()), plog.SeverityNumber(in.Severity()))
	}
	if !t.include[PartTrace] {
		return
	}
	var id ingestfbs.TraceId
	if in.TraceId(&id) != nil {
		var trace pcommon.TraceID
		binary.BigEndian.PutUint64(trace[:8], id.High())
		binary.BigEndian.PutUint64(trace[8:], id.Low())
		t.fillID(tracePath, trace[:])
	}
	var span pcommon.SpanID
	binary.BigEndian.PutUint64(span[:], in.SpanId())
	t.fillID(spanPath, span[:])
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
	default:
		scalar, _ := scalar(v) // null, if it is none
		return scalar
	}
}
