package flatlogs

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/featuregate"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/xpdata/pref"

	"github.com/sluice-otel/sluice/wire/flatbuffers"
)

// everything is a message with every field and kind, as sent and as records.
func everything(t testing.TB) ([]byte, plog.Logs) {
	t.Helper()
	e := flatbuffers.NewEncoder()
	e.Append(&flatbuffers.Record{
		Time: 1, ObservedTime: 2, Severity: 9, SeverityText: "INFO", Body: flatbuffers.Text("hello"),
		Attributes: []flatbuffers.Attribute{
			{Key: "text", Value: flatbuffers.Text("v")}, {Key: "bool", Value: flatbuffers.Bool(true)},
			{Key: "int", Value: flatbuffers.Int(-7)}, {Key: "double", Value: flatbuffers.Double(1.5)},
			{Key: "bytes", Value: flatbuffers.Bytes([]byte{0, 255})}, {Key: "empty"},
			{Key: "list", Value: flatbuffers.List(flatbuffers.Text("a"), flatbuffers.Int(1), flatbuffers.List())},
			{Key: "map", Value: flatbuffers.Map(flatbuffers.Attribute{Key: "k", Value: flatbuffers.Text("v")})},
			{Key: "no utf-8 \xff", Value: flatbuffers.Text("\xfe")},
		},
		TraceID: [16]byte{1, 15: 2}, SpanID: [8]byte{3, 7: 4}, TraceFlags: 1, EventName: "e", Dropped: 5,
	})
	e.EndScope(flatbuffers.Scope{Name: "s", Version: "1", SchemaURL: "su", Attributes: []flatbuffers.Attribute{{Key: "a", Value: flatbuffers.Int(1)}}})
	e.EndResource(flatbuffers.Resource{SchemaURL: "ru", Attributes: []flatbuffers.Attribute{{Key: "service.name", Value: flatbuffers.Text("x")}}})
	e.Append(&flatbuffers.Record{Severity: 25, Body: flatbuffers.Map(flatbuffers.Attribute{Key: "k", Value: flatbuffers.Double(2)})})
	e.Append(&flatbuffers.Record{})

	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	resource.SetSchemaUrl("ru")
	resource.Resource().Attributes().PutStr("service.name", "x")
	scope := resource.ScopeLogs().AppendEmpty()
	scope.SetSchemaUrl("su")
	scope.Scope().SetName("s")
	scope.Scope().SetVersion("1")
	scope.Scope().Attributes().PutInt("a", 1)
	rec := scope.LogRecords().AppendEmpty()
	rec.SetTimestamp(1)
	rec.SetObservedTimestamp(2)
	rec.SetSeverityNumber(plog.SeverityNumberInfo)
	rec.SetSeverityText("INFO")
	rec.Body().SetStr("hello")
	rec.Attributes().PutStr("text", "v")
	rec.Attributes().PutBool("bool", true)
	rec.Attributes().PutInt("int", -7)
	rec.Attributes().PutDouble("double", 1.5)
	rec.Attributes().PutEmptyBytes("bytes").FromRaw([]byte{0, 255})
	rec.Attributes().PutEmpty("empty")
	require.NoError(t, rec.Attributes().PutEmptySlice("list").FromRaw([]any{"a", 1, []any{}}))
	rec.Attributes().PutEmptyMap("map").PutStr("k", "v")
	rec.Attributes().PutStr("no utf-8 \ufffd", "\ufffd")
	rec.SetTraceID([16]byte{1, 15: 2})
	rec.SetSpanID([8]byte{3, 7: 4})
	rec.SetFlags(1)
	rec.SetEventName("e")
	rec.SetDroppedAttributesCount(5)
	scope = logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
	scope.LogRecords().AppendEmpty().Body().SetEmptyMap().PutDouble("k", 2)
	scope.LogRecords().AppendEmpty()
	return e.Finish(), logs
}

func asJSON(t testing.TB, logs plog.Logs) string {
	t.Helper()
	text, err := (&plog.JSONMarshaler{}).MarshalLogs(logs)
	require.NoError(t, err)
	return string(text)
}

func TestEveryFieldBecomesThatOfTheRecord(t *testing.T) {
	message, want := everything(t)
	batch, err := flatbuffers.Verify(message, flatbuffers.DefaultLimits())
	require.NoError(t, err)
	for name, types := range map[string]Boxes{"boxes in blocks": FindBoxes(), "boxes of pdata": {}} {
		assert.JSONEq(t, asJSON(t, want), asJSON(t, Logs(batch, types)), name)
	}
}

// If this fails after an update of pdata, all still works, with an
// allocation for every value: look at what has changed in its internal AnyValue.
func TestBoxesOfThisPdataAreKnown(t *testing.T) {
	types := FindBoxes()
	assert.True(t, types.known())
}

func TestBoxesAreLeftToPdataIfItRecyclesThem(t *testing.T) {
	require.NoError(t, featuregate.GlobalRegistry().Set(pref.UseProtoPooling.ID(), true))
	defer func() { require.NoError(t, featuregate.GlobalRegistry().Set(pref.UseProtoPooling.ID(), false)) }()
	types := FindBoxes()
	assert.False(t, types.known())
}

// What a pipeline does to one record must not show in another.
func TestConsumersCanChangeWhatTheyAreGiven(t *testing.T) {
	message, _ := everything(t)
	batch, err := flatbuffers.Verify(message, flatbuffers.DefaultLimits())
	require.NoError(t, err)
	logs := Logs(batch, FindBoxes())
	want := asJSON(t, logs)
	spoiled := Logs(batch, FindBoxes())
	for _, resource := range spoiled.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, rec := range scope.LogRecords().All() {
				rec.Body().SetStr("spoiled")
				rec.Attributes().RemoveIf(func(string, pcommon.Value) bool { return len(rec.Attributes().AsRaw()) > 3 })
				rec.Attributes().PutStr("text", "spoiled")
			}
		}
	}
	assert.Equal(t, want, asJSON(t, logs))
}
