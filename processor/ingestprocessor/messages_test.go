package ingestprocessor

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/sluice-otel/sluice/internal/flatlogs"
	"github.com/sluice-otel/sluice/wire/flatbuffers"
)

// asMessages returns one record whose body is all of logs, as FlatBuffers.
func asMessages(logs plog.Logs) plog.Logs {
	e := flatbuffers.NewEncoder()
	for _, resource := range logs.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, rec := range scope.LogRecords().All() {
				e.Append(&flatbuffers.Record{
					Time: uint64(rec.Timestamp()), ObservedTime: uint64(rec.ObservedTimestamp()),
					Severity: uint8(rec.SeverityNumber()), SeverityText: rec.SeverityText(),
					Body: flatValue(rec.Body()), Attributes: flatAttributes(rec.Attributes()),
					TraceID: rec.TraceID(), SpanID: rec.SpanID(), TraceFlags: uint32(rec.Flags()), EventName: rec.EventName(),
				})
			}
			e.EndScope(flatbuffers.Scope{Name: scope.Scope().Name(), Version: scope.Scope().Version()})
		}
		e.EndResource(flatbuffers.Resource{Attributes: flatAttributes(resource.Resource().Attributes())})
	}
	return wrapped(e.Finish())
}

func wrapped(message []byte) plog.Logs {
	out := plog.NewLogs()
	out.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetEmptyBytes().FromRaw(message)
	return out
}

func flatAttributes(m pcommon.Map) (out []flatbuffers.Attribute) {
	for key, v := range m.All() {
		out = append(out, flatbuffers.Attribute{Key: key, Value: flatValue(v)})
	}
	return out
}

func flatValue(v pcommon.Value) flatbuffers.Value {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		return flatbuffers.Text(v.Str())
	case pcommon.ValueTypeInt:
		return flatbuffers.Int(v.Int())
	case pcommon.ValueTypeDouble:
		return flatbuffers.Double(v.Double())
	case pcommon.ValueTypeBool:
		return flatbuffers.Bool(v.Bool())
	case pcommon.ValueTypeBytes:
		return flatbuffers.Bytes(v.Bytes().AsRaw())
	case pcommon.ValueTypeMap:
		return flatbuffers.Map(flatAttributes(v.Map())...)
	case pcommon.ValueTypeSlice:
		var items []flatbuffers.Value
		for _, item := range v.Slice().All() {
			items = append(items, flatValue(item))
		}
		return flatbuffers.List(items...)
	case pcommon.ValueTypeEmpty:
	}
	return flatbuffers.Value{}
}

// conditions look at single fields, in every way a lazy document answers.
const conditions = `
document: {format: flatbuffers}
definitions:
  p:
    processors:
      - drop: {if: "ctx.message == 'drop'"}
      - drop: {if: "ctx.absent != null || ctx.n == 7"}
      - drop: {if: "ctx.http?.method == 'HEAD' && ctx.http.version > 1.0"}
      - drop: {if: "ctx.tags?.contains('x') == true"}
`

func TestRecordsDroppedForOneFieldAreNeverMade(t *testing.T) {
	sink := &consumertest.LogsSink{}
	p := start(t, parseConfig(t, conditions), sink)
	logs := plog.NewLogs()
	for _, resource := range []string{"a", "b"} {
		r := logs.ResourceLogs().AppendEmpty()
		r.Resource().Attributes().PutStr("name", resource)
		records := r.ScopeLogs().AppendEmpty().LogRecords()
		add := func(body string) pcommon.Map {
			rec := records.AppendEmpty()
			rec.Body().SetStr(body)
			return rec.Attributes()
		}
		add("drop")
		add("number").PutInt("n", 7)
		head := add("head")
		head.PutStr("http.method", "HEAD")
		head.PutDouble("http.version", 1.5)
		add("listed").PutEmptySlice("tags").AppendEmpty().SetStr("x")
		if resource == "b" {
			add("kept").PutStr("http.method", "GET")
		}
	}
	require.NoError(t, p.ConsumeLogs(t.Context(), asMessages(logs)))
	require.Len(t, sink.AllLogs(), 1)
	got := sink.AllLogs()[0]
	assert.Equal(t, []string{"kept"}, bodies(sink.AllLogs()))
	require.Equal(t, 1, got.ResourceLogs().Len())
	name, _ := got.ResourceLogs().At(0).Resource().Attributes().Get("name")
	assert.Equal(t, "b", name.Str())
}

func TestBodyThatIsNoMessageIsAFailedDocument(t *testing.T) {
	sink := &consumertest.LogsSink{}
	p := start(t, parseConfig(t, conditions), sink)
	require.NoError(t, p.ConsumeLogs(t.Context(), wrapped([]byte("corrupt, and long enough"))))
	rec := sink.AllLogs()[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	assert.Equal(t, map[string]any{
		"error.message":                 "the body is no FlatBuffers message: LogBatch at byte 4: the file identifier is not SLG1",
		"error.type":                    "illegal_argument_exception",
		"elasticsearch.ingest.pipeline": "p",
	}, rec.Attributes().AsRaw())
	assert.Equal(t, []byte("corrupt, and long enough"), rec.Body().Bytes().AsRaw())
}

// Receivers that look at the encoding only, such as redis_streams, make a text of such
// a message.
func TestMessageThatIsATextIsRead(t *testing.T) {
	e := flatbuffers.NewEncoder()
	e.Append(&flatbuffers.Record{Body: flatbuffers.Text("kept")})
	message := string(e.Finish())
	require.True(t, utf8.ValidString(message))
	sink := &consumertest.LogsSink{}
	p := start(t, parseConfig(t, conditions), sink)
	for _, text := range []string{message, message[:20]} {
		logs := wrapped(nil)
		logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Body().SetStr(text)
		require.NoError(t, p.ConsumeLogs(t.Context(), logs))
	}
	assert.Equal(t, []string{"kept", message[:20]}, bodies(sink.AllLogs()))
}

func TestOtherBodiesAreRecordsBesideMessages(t *testing.T) {
	sink := &consumertest.LogsSink{}
	p := start(t, parseConfig(t, conditions), sink)
	logs := asMessages(batch("a drop b"))
	batch("drop c").ResourceLogs().MoveAndAppendTo(logs.ResourceLogs())
	require.NoError(t, p.ConsumeLogs(t.Context(), logs))
	assert.Equal(t, []string{"c", "a", "b"}, bodies(sink.AllLogs()))
}

func TestFailedRecordsOfAMessageStayInTheirPlace(t *testing.T) {
	sink := &consumertest.LogsSink{}
	p := start(t, parseConfig(t, sorting+"\ndocument: {format: flatbuffers}\n"), sink)
	require.NoError(t, p.ConsumeLogs(t.Context(), asMessages(batch("a drop1 fail", "drop2", "b"))))
	assert.Equal(t, []string{"a", "fail", "b"}, bodies(sink.AllLogs()))
	p = start(t, parseConfig(t, sorting+"\ndocument: {format: flatbuffers}\non_failure: drop\n"), sink)
	sink.Reset()
	require.NoError(t, p.ConsumeLogs(t.Context(), asMessages(batch("a drop1 fail", "drop2 fail", "b"))))
	assert.Equal(t, []string{"a", "b"}, bodies(sink.AllLogs()))
}

// verified is the context that says of the first body of logs that it has been verified.
func verified(tb testing.TB, logs plog.Logs) context.Context {
	tb.Helper()
	boxes := flatlogs.FindBoxes()
	body := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Body()
	batch, err := flatbuffers.Verify(boxes.Bytes(body), flatbuffers.DefaultLimits())
	require.NoError(tb, err)
	return flatlogs.WithVerified(tb.Context(), batch)
}

func TestMessageThatIsNotTheVerifiedOneIsVerified(t *testing.T) {
	sink := &consumertest.LogsSink{}
	p := start(t, parseConfig(t, conditions), sink)
	ctx := verified(t, asMessages(batch("a")))
	require.NoError(t, p.ConsumeLogs(ctx, wrapped([]byte("corrupt, and long enough"))))
	require.NoError(t, p.ConsumeLogs(ctx, asMessages(batch("b"))))
	assert.Equal(t, []string{"", "b"}, bodies(sink.AllLogs()))
}

// A component between receiver and processor can change the bytes in place.
func TestVerifiedMessageThatWasChangedNeverPanics(t *testing.T) {
	sink := &consumertest.LogsSink{}
	p := start(t, parseConfig(t, writing), sink)
	logs := asMessages(batch("a b c", "d"))
	boxes := flatlogs.FindBoxes()
	whole := boxes.Bytes(logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Body())
	refused := 0
	for i := range whole {
		again := wrapped(whole)
		ctx := verified(t, again)
		at := boxes.Bytes(again.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Body())
		at[i] ^= 0xff
		require.NoError(t, p.ConsumeLogs(ctx, again))
		for _, out := range sink.AllLogs() {
			first := out.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
			if message, failed := first.Attributes().Get("error.message"); failed && strings.Contains(message.Str(), "changed on its way") {
				refused++
				assert.Equal(t, 1, out.LogRecordCount(), "nothing else of it is passed on")
			}
		}
		sink.Reset()
	}
	assert.Positive(t, refused)
}

// The keys of a record are compared by where they are only with those of the record before in the
// same message.
func TestRecordsOfTheNextMessageHaveTheirOwnAttributes(t *testing.T) {
	sink := &consumertest.LogsSink{}
	p := start(t, parseConfig(t, "document: {format: flatbuffers, target: json}\ndefinitions: {p: {processors: [{set: {field: y, value: 1}}]}}"), sink)
	logs := plog.NewLogs()
	for _, attributes := range []map[string]any{{"a": "1"}, {}, {"b": "2"}, {"b": 3}} {
		one := plog.NewLogs()
		rec := one.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
		rec.Body().SetStr("x")
		require.NoError(t, rec.Attributes().FromRaw(attributes))
		asMessages(one).ResourceLogs().MoveAndAppendTo(logs.ResourceLogs())
	}
	require.NoError(t, p.ConsumeLogs(t.Context(), logs))
	assert.Equal(t, []string{
		`{"message":"x","a":"1","y":1}`, `{"message":"x","y":1}`, `{"message":"x","b":"2","y":1}`, `{"message":"x","b":3,"y":1}`,
	}, bodies(sink.AllLogs()))
}

// droppable is a message of 100 records of about 1 KB that a condition on one
// attribute drops.
func droppable() plog.Logs {
	logs := plog.NewLogs()
	records := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for range 100 {
		rec := records.AppendEmpty()
		rec.Body().SetStr(string(make([]byte, 800)))
		rec.SetSeverityText("DEBUG")
		for _, key := range []string{"http.request.method", "url.path", "client.address", "server.address", "level", "user.name"} {
			rec.Attributes().PutStr(key, "value of "+key)
		}
	}
	return asMessages(logs)
}

const dropping = `
document: {format: flatbuffers}
definitions: {p: {processors: [{drop: {if: "ctx.level == 'value of level'"}}]}}
`

func TestDroppedRecordsOfAMessageAllocateNothing(t *testing.T) {
	sink := &consumertest.LogsSink{}
	p := start(t, parseConfig(t, dropping), sink)
	logs := droppable()
	got := testing.AllocsPerRun(50, func() {
		again := plog.NewLogs()
		logs.CopyTo(again)
		_ = p.ConsumeLogs(t.Context(), again)
	})
	assert.Empty(t, sink.AllLogs())
	assert.LessOrEqual(t, got, 60.0, "for 100 records")
}

// BenchmarkMessages drops all records, for one of their attributes, of a message that the
// receiver has verified, and of one of which nothing is known.
func BenchmarkMessages(b *testing.B) {
	p := start(b, parseConfig(b, dropping), &consumertest.LogsSink{})
	whole := droppable()
	boxes := flatlogs.FindBoxes()
	set := flatlogs.NewSetter(boxes)
	message := boxes.Bytes(whole.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Body())
	for name, ctx := range map[string]context.Context{"verified": verified(b, whole), "unknown": b.Context()} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				logs := plog.NewLogs()
				set.SetBytes(logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body(), message)
				if err := p.ConsumeLogs(ctx, logs); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*100)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

// writing is the pipeline of the comparison with other ways in: a constant, a date, a
// condition. Nothing is dropped.
const writing = `
document: {format: flatbuffers, target: json}
definitions:
  p:
    processors:
      - set: {field: event.dataset, value: shop.access}
      - date: {field: time, formats: [ISO8601]}
      - drop: {if: "ctx.level == 'DEBUG'"}
`

// writable is a message of 100 records of about 1 KB that no condition drops.
func writable() plog.Logs {
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "shop")
	records := resource.ScopeLogs().AppendEmpty().LogRecords()
	for range 100 {
		rec := records.AppendEmpty()
		rec.SetTimestamp(1_760_000_000_000_000_000)
		rec.SetSeverityText("INFO")
		rec.Body().SetStr(strings.Repeat("the line goes on; ", 40))
		a := rec.Attributes()
		a.PutStr("time", "2026-03-01T10:15:30.123Z")
		a.PutStr("level", "INFO")
		a.PutStr("http.request.method", "GET")
		a.PutInt("http.response.status_code", 200)
		a.PutDouble("duration", 0.123)
		a.PutStr("url.original", "/cart/7?session=0123456789abcdef")
	}
	return asMessages(logs)
}

func TestWrittenRecordsOfAMessageAllocateLittle(t *testing.T) {
	sink := &consumertest.LogsSink{}
	p := start(t, parseConfig(t, writing), sink)
	logs := writable()
	got := testing.AllocsPerRun(20, func() {
		again := plog.NewLogs()
		logs.CopyTo(again)
		_ = p.ConsumeLogs(t.Context(), again)
		sink.Reset()
	})
	assert.LessOrEqual(t, got, 500.0, "for 100 records")
}

// BenchmarkMessagesWritten makes the documents of a message JSON.
func BenchmarkMessagesWritten(b *testing.B) {
	sink := &consumertest.LogsSink{}
	p := start(b, parseConfig(b, writing), sink)
	logs := writable()
	b.ReportAllocs()
	for b.Loop() {
		again := plog.NewLogs()
		logs.CopyTo(again)
		if err := p.ConsumeLogs(b.Context(), again); err != nil {
			b.Fatal(err)
		}
		sink.Reset()
	}
	b.ReportMetric(float64(b.N*100)/b.Elapsed().Seconds(), "records/s")
}
