// Package flatlogs makes log records of verified FlatBuffers batches.
//
// Texts of the records alias the batch's message, which therefore must not change as
// long as any of them is in use; bytes are copied, because pdata can change them.
// translate.go has the fields, boxes.go keeps the number of allocations down.
package flatlogs

import (
	"encoding/binary"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/sluice-otel/sluice/wire/flatbuffers"
	"github.com/sluice-otel/sluice/wire/flatbuffers/ingestfbs"
)

// Logs returns the records of a batch, but those that are rejected.
func Logs(batch *flatbuffers.Batch, types Boxes) plog.Logs {
	logs := plog.NewLogs()
	t := NewTranslation(NewSetter(types))
	for in := range batch.Resources() {
		resource := logs.ResourceLogs().AppendEmpty()
		t.Resource(in, resource)
		resource.ScopeLogs().EnsureCapacity(in.ScopesLength())
		for i := range in.ScopesLength() {
			in.Scopes(&t.scopeLogs, i)
			scope := resource.ScopeLogs().AppendEmpty()
			t.Scope(&t.scopeLogs, scope)
			records := scope.LogRecords()
			records.EnsureCapacity(t.scopeLogs.RecordsLength())
			for rec := range batch.Records(&t.scopeLogs) {
				t.Record(rec, records.AppendEmpty())
			}
		}
	}
	return logs
}

func text(b []byte) string { return flatbuffers.ToString(b) }

// A Translation makes records. It holds the tables that are being read, so that none
// is allocated, and what sets them. It is not safe for
// concurrent use.
type Translation struct {
	scopeLogs ingestfbs.ScopeLogs
	inScope   ingestfbs.Scope
	value     ingestfbs.Value
	trace     ingestfbs.TraceId
	builder   xpdata.MapBuilder
	set       *Setter
}

// NewTranslation returns a Translation that sets values by set.
func NewTranslation(set *Setter) *Translation { return &Translation{set: set} }

// Resource writes what is said about a resource, without its scopes.
func (t *Translation) Resource(in *ingestfbs.ResourceLogs, out plog.ResourceLogs) {
	out.SetSchemaUrl(text(in.SchemaUrl()))
	t.attributes(in, out.Resource().Attributes())
}

// Scope writes what is said about a scope, without its records.
func (t *Translation) Scope(in *ingestfbs.ScopeLogs, out plog.ScopeLogs) {
	s := in.Scope(&t.inScope)
	if s == nil {
		return
	}
	out.Scope().SetName(text(s.Name()))
	out.Scope().SetVersion(text(s.Version()))
	t.attributes(s, out.Scope().Attributes())
	out.SetSchemaUrl(text(s.SchemaUrl()))
}

// Record writes a record to one that is empty.
func (t *Translation) Record(in *ingestfbs.LogRecord, out plog.LogRecord) {
	t.Fields(in, out)
	if body := in.Text(); body != nil {
		t.set.SetText(out.Body(), text(body))
	} else if body := in.Body(&t.value); body != nil {
		t.put(body, out.Body())
	}
	t.Attributes(in, out)
}

// Attributes writes the attributes of a record.
func (t *Translation) Attributes(in *ingestfbs.LogRecord, out plog.LogRecord) {
	t.attributes(in, out.Attributes())
}

// Fields writes what a record has beside body and attributes.
func (t *Translation) Fields(in *ingestfbs.LogRecord, out plog.LogRecord) {
	out.SetTimestamp(pcommon.Timestamp(in.Time()))
	out.SetObservedTimestamp(pcommon.Timestamp(in.ObservedTime()))
	if n := plog.SeverityNumber(in.Severity()); n <= plog.SeverityNumberFatal4 {
		out.SetSeverityNumber(n)
	}
	out.SetSeverityText(text(in.SeverityText()))
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

// Value returns a value of its own.
func (t *Translation) Value(in *ingestfbs.Value) pcommon.Value {
	v := pcommon.NewValueEmpty()
	t.put(in, v)
	return v
}

// maxAhead is for how many values room is made before they are read: the length may be
// one that somebody has written over (Verified).
const maxAhead = 1024

// attributed is a table that has attributes: a resource, a scope or a record.
type attributed interface {
	AttributesLength() int
	Attributes(value *ingestfbs.Value, i int) bool
}

func (t *Translation) attributes(of attributed, to pcommon.Map) {
	n := of.AttributesLength()
	if n == 0 {
		return
	}
	t.builder.EnsureCapacity(min(n, maxAhead))
	for i := range n {
		of.Attributes(&t.value, i)
		t.put(&t.value, t.builder.AppendEmpty(text(t.value.Key())))
	}
	t.builder.UnsafeIntoMap(to)
}

// put writes one value, whose depth the verifier has bounded. A kind that this
// version does not know is empty.
func (t *Translation) put(in *ingestfbs.Value, out pcommon.Value) {
	switch in.Kind() {
	case ingestfbs.KindText:
		t.set.SetText(out, text(in.Text()))
	case ingestfbs.KindBool:
		out.SetBool(in.Integer() != 0)
	case ingestfbs.KindInt:
		t.set.SetInt(out, in.Integer())
	case ingestfbs.KindDouble:
		t.set.SetDouble(out, in.Real())
	case ingestfbs.KindBytes:
		out.SetEmptyBytes().FromRaw(in.DataBytes())
	case ingestfbs.KindList:
		t.putList(in, out.SetEmptySlice())
	case ingestfbs.KindMap:
		t.putMap(in, out.SetEmptyMap())
	case ingestfbs.KindEmpty:
	}
}

func (t *Translation) putList(in *ingestfbs.Value, out pcommon.Slice) {
	var item ingestfbs.Value
	out.EnsureCapacity(min(in.ItemsLength(), maxAhead))
	for i := range in.ItemsLength() {
		in.Items(&item, i)
		t.put(&item, out.AppendEmpty())
	}
}

func (t *Translation) putMap(in *ingestfbs.Value, out pcommon.Map) {
	var item ingestfbs.Value
	var b xpdata.MapBuilder
	b.EnsureCapacity(min(in.ItemsLength(), maxAhead))
	for i := range in.ItemsLength() {
		in.Items(&item, i)
		t.put(&item, b.AppendEmpty(text(item.Key())))
	}
	b.UnsafeIntoMap(out)
}
