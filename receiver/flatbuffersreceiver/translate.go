package flatbuffersreceiver

import (
	"encoding/binary"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/sluice-otel/sluice/wire/flatbuffers"
	"github.com/sluice-otel/sluice/wire/flatbuffers/ingestfbs"
)

// wrap makes one record whose body is a copy of the message. The attribute says
// what it is.
func wrap(message []byte) plog.Logs {
	logs := plog.NewLogs()
	rec := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	rec.Body().SetEmptyBytes().FromRaw(message)
	rec.Attributes().PutStr(flatbuffers.FormatAttribute, flatbuffers.Format)
	return logs
}

// materialise makes a log record of every record of the batch. Their strings alias
// the message; bytes are copied, because pdata can change them.
func materialise(batch *flatbuffers.Batch, types boxTypes) plog.Logs {
	logs := plog.NewLogs()
	t := translation{boxes: boxes{types: types}}
	for in := range batch.Resources() {
		resource := logs.ResourceLogs().AppendEmpty()
		resource.SetSchemaUrl(text(in.SchemaUrl()))
		t.attributes(in, resource.Resource().Attributes())
		resource.ScopeLogs().EnsureCapacity(in.ScopesLength())
		for i := range in.ScopesLength() {
			in.Scopes(&t.scopeLogs, i)
			t.scope(batch, &t.scopeLogs, resource.ScopeLogs().AppendEmpty())
		}
	}
	return logs
}

func text(b []byte) string { return flatbuffers.ToString(b) }

// A translation holds the tables that are being read, so that none is allocated.
type translation struct {
	scopeLogs ingestfbs.ScopeLogs
	inScope   ingestfbs.Scope
	value     ingestfbs.Value
	trace     ingestfbs.TraceId
	builder   xpdata.MapBuilder
	boxes     boxes
}

func (t *translation) scope(batch *flatbuffers.Batch, in *ingestfbs.ScopeLogs, out plog.ScopeLogs) {
	if s := in.Scope(&t.inScope); s != nil {
		out.Scope().SetName(text(s.Name()))
		out.Scope().SetVersion(text(s.Version()))
		t.attributes(s, out.Scope().Attributes())
		out.SetSchemaUrl(text(s.SchemaUrl()))
	}
	records := out.LogRecords()
	records.EnsureCapacity(in.RecordsLength())
	for rec := range batch.Records(in) {
		t.record(rec, records.AppendEmpty())
	}
}

func (t *translation) record(in *ingestfbs.LogRecord, out plog.LogRecord) {
	out.SetTimestamp(pcommon.Timestamp(in.Time()))
	out.SetObservedTimestamp(pcommon.Timestamp(in.ObservedTime()))
	if n := plog.SeverityNumber(in.Severity()); n <= plog.SeverityNumberFatal4 {
		out.SetSeverityNumber(n)
	}
	out.SetSeverityText(text(in.SeverityText()))
	if body := in.Text(); body != nil {
		t.boxes.setText(out.Body(), text(body))
	} else if body := in.Body(&t.value); body != nil {
		t.put(body, out.Body())
	}
	t.attributes(in, out.Attributes())
	if id := in.TraceId(&t.trace); id != nil {
		var trace pcommon.TraceID
		binary.BigEndian.PutUint64(trace[:8], id.High())
		binary.BigEndian.PutUint64(trace[8:], id.Low())
		out.SetTraceID(trace)
	}
	if id := in.SpanId(); id != 0 {
		var span pcommon.SpanID
		binary.BigEndian.PutUint64(span[:], id)
		out.SetSpanID(span)
	}
	out.SetFlags(plog.LogRecordFlags(in.TraceFlags()))
	out.SetEventName(text(in.EventName()))
	out.SetDroppedAttributesCount(in.DroppedAttributes())
}

// attributed is a table that has attributes: a resource, a scope or a record.
type attributed interface {
	AttributesLength() int
	Attributes(value *ingestfbs.Value, i int) bool
}

func (t *translation) attributes(of attributed, to pcommon.Map) {
	n := of.AttributesLength()
	if n == 0 {
		return
	}
	t.builder.EnsureCapacity(n)
	for i := range n {
		of.Attributes(&t.value, i)
		t.put(&t.value, t.builder.AppendEmpty(text(t.value.Key())))
	}
	t.builder.UnsafeIntoMap(to)
}

// put writes one value, whose depth the verifier has bounded. A kind that this
// version does not know is empty.
func (t *translation) put(in *ingestfbs.Value, out pcommon.Value) {
	switch in.Kind() {
	case ingestfbs.KindText:
		t.boxes.setText(out, text(in.Text()))
	case ingestfbs.KindBool:
		out.SetBool(in.Integer() != 0)
	case ingestfbs.KindInt:
		t.boxes.setInt(out, in.Integer())
	case ingestfbs.KindDouble:
		t.boxes.setDouble(out, in.Real())
	case ingestfbs.KindBytes:
		out.SetEmptyBytes().FromRaw(in.DataBytes())
	case ingestfbs.KindList:
		t.putList(in, out.SetEmptySlice())
	case ingestfbs.KindMap:
		t.putMap(in, out.SetEmptyMap())
	case ingestfbs.KindEmpty:
	}
}

func (t *translation) putList(in *ingestfbs.Value, out pcommon.Slice) {
	var item ingestfbs.Value
	out.EnsureCapacity(in.ItemsLength())
	for i := range in.ItemsLength() {
		in.Items(&item, i)
		t.put(&item, out.AppendEmpty())
	}
}

func (t *translation) putMap(in *ingestfbs.Value, out pcommon.Map) {
	var item ingestfbs.Value
	var b xpdata.MapBuilder
	b.EnsureCapacity(in.ItemsLength())
	for i := range in.ItemsLength() {
		in.Items(&item, i)
		t.put(&item, b.AppendEmpty(text(item.Key())))
	}
	b.UnsafeIntoMap(out)
}
