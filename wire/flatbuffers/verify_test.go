package flatbuffers_test

import (
	"bytes"
	"math"
	"os/exec"
	"strings"
	"testing"

	fb "github.com/google/flatbuffers/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/wire/flatbuffers"
	"github.com/sluice-otel/sluice/wire/flatbuffers/ingestfbs"
)

// sample is a message with every field of the schema, two resources and three
// records.
func sample() []byte {
	e := flatbuffers.NewEncoder()
	e.Append(&flatbuffers.Record{
		Time: 1, ObservedTime: 2, Severity: 9, SeverityText: "INFO", Body: flatbuffers.Text("hello"),
		Attributes: []flatbuffers.Attribute{
			{Key: "b", Value: flatbuffers.Bool(true)}, {Key: "i", Value: flatbuffers.Int(-7)}, {Key: "d", Value: flatbuffers.Double(1.5)},
			{Key: "x", Value: flatbuffers.Bytes([]byte{0, 255})}, {Key: "e"},
			{Key: "l", Value: flatbuffers.List(flatbuffers.Text("a"), flatbuffers.Int(1))},
			{Key: "m", Value: flatbuffers.Map(flatbuffers.Attribute{Key: "k", Value: flatbuffers.Text("v")})},
		},
		TraceID: [16]byte{1, 15: 2}, SpanID: [8]byte{3, 7: 4}, TraceFlags: 1, EventName: "e", Dropped: 5,
	})
	e.EndScope(flatbuffers.Scope{Name: "s", Version: "1", SchemaURL: "u", Attributes: []flatbuffers.Attribute{{Key: "sa", Value: flatbuffers.Int(1)}}})
	e.EndResource(flatbuffers.Resource{SchemaURL: "ru", Attributes: []flatbuffers.Attribute{{Key: "service.name", Value: flatbuffers.Text("x")}}})
	e.Append(&flatbuffers.Record{Body: flatbuffers.Map(flatbuffers.Attribute{Key: "k", Value: flatbuffers.Int(1)})})
	e.Append(&flatbuffers.Record{})
	return e.Finish()
}

// walk reads everything that the schema has in an accepted batch, and returns the
// number of bytes.
func walk(b *flatbuffers.Batch) (n int) {
	var scope ingestfbs.ScopeLogs
	var in ingestfbs.Scope
	var v ingestfbs.Value
	var view flatbuffers.View
	for resource := range b.Resources() {
		n += len(resource.SchemaUrl())
		for i := range resource.AttributesLength() {
			resource.Attributes(&v, i)
			n += walkValue(&v)
		}
		for i := range resource.ScopesLength() {
			resource.Scopes(&scope, i)
			if s := scope.Scope(&in); s != nil {
				n += len(s.Name()) + len(s.Version()) + len(s.SchemaUrl())
				for i := range s.AttributesLength() {
					s.Attributes(&v, i)
					n += walkValue(&v)
				}
			}
			for rec := range b.Records(&scope) {
				n += walkRecord(&view, rec)
			}
		}
	}
	return n
}

func walkRecord(view *flatbuffers.View, rec *ingestfbs.LogRecord) int {
	assertView(view, rec)
	var v ingestfbs.Value
	var id ingestfbs.TraceId
	n := len(rec.SeverityText()) + len(rec.Text()) + len(rec.EventName()) +
		int(rec.Time()&1+rec.ObservedTime()&1+rec.SpanId()&1) + int(rec.Severity()) + int(rec.TraceFlags()&1+rec.DroppedAttributes()&1)
	if t := rec.TraceId(&id); t != nil {
		n += int(t.High()&1 + t.Low()&1)
	}
	if body := rec.Body(&v); body != nil {
		n += walkValue(body)
	}
	for i := range rec.AttributesLength() {
		rec.Attributes(&v, i)
		n += walkValue(&v)
	}
	return n
}

// assertView panics if a View reads something else than the generated code.
func assertView(view *flatbuffers.View, rec *ingestfbs.LogRecord) {
	view.Read(rec)
	high, low := view.TraceID()
	var id ingestfbs.TraceId
	if rec.TraceId(&id) == nil {
		id.Init(make([]byte, 16), 0)
	}
	var v, seen ingestfbs.Value
	if !bytes.Equal(view.Text(), rec.Text()) || (view.Text() == nil) != (rec.Text() == nil) ||
		!bytes.Equal(view.SeverityText(), rec.SeverityText()) || view.Severity() != rec.Severity() || view.Time() != rec.Time() ||
		view.SpanID() != rec.SpanId() || high != id.High() || low != id.Low() || view.HasBody() != (rec.Body(&v) != nil) ||
		view.Attributes() != rec.AttributesLength() {
		panic("the records differ")
	}
	for i := range rec.AttributesLength() {
		rec.Attributes(&v, i)
		view.Value(i, &seen)
		if !bytes.Equal(view.Key(i), v.Key()) || view.Kind(i) != v.Kind() || seen.Table().Pos != v.Table().Pos || !sameContent(view, i, &v) {
			panic("the attributes differ")
		}
	}
}

func sameContent(view *flatbuffers.View, i int, v *ingestfbs.Value) bool {
	switch v.Kind() {
	case ingestfbs.KindText:
		return bytes.Equal(view.TextOf(i), v.Text())
	case ingestfbs.KindInt, ingestfbs.KindBool:
		return view.IntegerOf(i) == v.Integer()
	case ingestfbs.KindDouble:
		return math.Float64bits(view.RealOf(i)) == math.Float64bits(v.Real())
	default:
		return true
	}
}

func walkValue(v *ingestfbs.Value) int {
	n := len(flatbuffers.ToString(v.Key())) + len(flatbuffers.ToString(v.Text())) + len(v.DataBytes()) + int(v.Kind()) + int(v.Integer()&1)
	if v.Real() > 0 {
		n++
	}
	var item ingestfbs.Value
	for i := range v.ItemsLength() {
		v.Items(&item, i)
		n += walkValue(&item)
	}
	return n
}

func TestSampleVerifies(t *testing.T) {
	b, err := flatbuffers.Verify(sample(), flatbuffers.DefaultLimits())
	require.NoError(t, err)
	assert.Equal(t, 3, b.Len())
	assert.Empty(t, b.Rejections())
	assert.Positive(t, walk(b))
}

func TestEveryTruncationIsRefusedOrReads(_ *testing.T) {
	message := sample()
	for n := range message {
		if b, err := flatbuffers.Verify(message[:n:n], flatbuffers.DefaultLimits()); err == nil {
			walk(b)
		}
	}
}

func TestEveryFlippedBitAndByteIsRefusedOrReads(t *testing.T) {
	message := sample()
	refused := 0
	for i := range message {
		was := message[i]
		for _, now := range []byte{was ^ 1, was ^ 2, was ^ 4, was ^ 8, was ^ 16, was ^ 32, was ^ 64, was ^ 128, 0, 255, was + 4, was - 4} {
			message[i] = now
			b, err := flatbuffers.Verify(message, flatbuffers.DefaultLimits())
			if err == nil {
				walk(b)
				continue
			}
			var at *flatbuffers.Error
			require.ErrorAs(t, err, &at)
			refused++
		}
		message[i] = was
	}
	assert.Positive(t, refused)
}

func FuzzVerify(f *testing.F) {
	f.Add(sample())
	f.Add([]byte("\x10\x00\x00\x00SLG1\x00\x00\x00\x00"))
	limits := flatbuffers.DefaultLimits()
	limits.Memory = 1 << 20
	f.Fuzz(func(_ *testing.T, message []byte) {
		if b, err := flatbuffers.Verify(message, limits); err == nil {
			walk(b)
		}
	})
}

func FuzzDecodeAck(f *testing.F) {
	a := flatbuffers.Ack{Sequence: 1, Code: flatbuffers.Retry, Message: "m", RetryAfter: 1e9, Rejected: 1, Rejections: []flatbuffers.Rejection{{Record: 1, Reason: "r"}}}
	f.Add(a.Encode())
	f.Fuzz(func(_ *testing.T, message []byte) { _, _ = flatbuffers.DecodeAck(message) })
}

func TestAckSurvivesTheWire(t *testing.T) {
	a := flatbuffers.Ack{
		Sequence: 7, Code: flatbuffers.Retry, Message: "busy", RetryAfter: 1500e6,
		Rejected: 2, Rejections: []flatbuffers.Rejection{{Record: 3, Reason: "r"}, {Record: 5, Reason: "r"}},
	}
	got, err := flatbuffers.DecodeAck(a.Encode())
	require.NoError(t, err)
	assert.Equal(t, a, got)
}

// newSharing returns a message with one record, a list of two items that are the
// same list of two items, and so on.
func newSharing(t *testing.T) []byte {
	t.Helper()
	b := fb.NewBuilder(1024)
	ingestfbs.ValueStart(b)
	v := ingestfbs.ValueEnd(b)
	for range 30 {
		items := b.CreateVectorOfTables([]fb.UOffsetT{v, v})
		ingestfbs.ValueStart(b)
		ingestfbs.ValueAddKind(b, ingestfbs.KindList)
		ingestfbs.ValueAddItems(b, items)
		v = ingestfbs.ValueEnd(b)
	}
	ingestfbs.LogRecordStart(b)
	ingestfbs.LogRecordAddBody(b, v)
	records := b.CreateVectorOfTables([]fb.UOffsetT{ingestfbs.LogRecordEnd(b)})
	ingestfbs.ScopeLogsStart(b)
	ingestfbs.ScopeLogsAddRecords(b, records)
	scopes := b.CreateVectorOfTables([]fb.UOffsetT{ingestfbs.ScopeLogsEnd(b)})
	ingestfbs.ResourceLogsStart(b)
	ingestfbs.ResourceLogsAddScopes(b, scopes)
	resources := b.CreateVectorOfTables([]fb.UOffsetT{ingestfbs.ResourceLogsEnd(b)})
	ingestfbs.LogBatchStart(b)
	ingestfbs.LogBatchAddResources(b, resources)
	b.FinishWithFileIdentifier(ingestfbs.LogBatchEnd(b), []byte("SLG1"))
	return b.FinishedBytes()
}

func nested(depth int) flatbuffers.Value {
	v := flatbuffers.Int(1)
	for range depth - 1 {
		v = flatbuffers.List(v)
	}
	return v
}

func TestRecordBeyondALimitIsLeftOut(t *testing.T) {
	for name, bad := range map[string]flatbuffers.Record{
		"it is nested deeper than 3":                         {Body: nested(4)},
		"it has more than 3 attributes, entries and items":   {Attributes: make([]flatbuffers.Attribute, 4)},
		"it has more than 3 attributes, entries and items ":  {Body: flatbuffers.List(nested(2), nested(2))},
		"it has more than 3 attributes, entries and items  ": {Body: nested(2), Attributes: make([]flatbuffers.Attribute, 2)},
	} {
		e := flatbuffers.NewEncoder()
		e.Append(&flatbuffers.Record{Body: flatbuffers.Text("first")})
		e.Append(&bad)
		e.Append(&flatbuffers.Record{Body: flatbuffers.Text("last")})
		limits := flatbuffers.DefaultLimits()
		limits.Depth, limits.Values = 3, 3
		b, err := flatbuffers.Verify(e.Finish(), limits)
		require.NoError(t, err, name)
		assert.Equal(t, []flatbuffers.Rejection{{Record: 1, Reason: strings.TrimSpace(name)}}, b.Rejections())
		assert.Equal(t, 2, b.Len())
		var texts []string
		for resource := range b.Resources() {
			var scope ingestfbs.ScopeLogs
			for i := range resource.ScopesLength() {
				resource.Scopes(&scope, i)
				for rec := range b.Records(&scope) {
					texts = append(texts, string(rec.Text()))
				}
			}
		}
		assert.Equal(t, []string{"first", "last"}, texts)
	}
}

func TestBatchBeyondALimitIsRefused(t *testing.T) {
	e := flatbuffers.NewEncoder()
	for range 3 {
		e.Append(&flatbuffers.Record{Body: flatbuffers.Text(strings.Repeat("x", 100))})
	}
	message := e.Finish()
	for want, change := range map[string]func(*flatbuffers.Limits){
		"the batch has more than 2 records":                   func(l *flatbuffers.Limits) { l.Records = 2 },
		"the batch would take more than 1000 bytes of memory": func(l *flatbuffers.Limits) { l.Memory = 1000 },
	} {
		limits := flatbuffers.DefaultLimits()
		change(&limits)
		_, err := flatbuffers.Verify(message, limits)
		require.ErrorContains(t, err, want)
	}
}

// A message of a few kilobytes whose lists share their items stands for a tree of
// 2^30 values.
func TestSharedItemsDoNotGrowWithoutBound(t *testing.T) {
	b := newSharing(t)
	limits := flatbuffers.DefaultLimits()
	got, err := flatbuffers.Verify(b, limits)
	require.NoError(t, err)
	assert.Len(t, got.Rejections(), 1)
	limits.Values = 1 << 40
	_, err = flatbuffers.Verify(b, limits)
	require.ErrorContains(t, err, "bytes of memory")
}

func TestAnotherSchemaIsRefused(t *testing.T) {
	message := sample()
	copy(message[4:], "MONS")
	_, err := flatbuffers.Verify(message, flatbuffers.DefaultLimits())
	require.EqualError(t, err, "LogBatch at byte 4: the file identifier is not SLG1")
}

func TestTextThatIsNoUTF8IsReplaced(t *testing.T) {
	assert.Equal(t, "a\ufffdb", flatbuffers.ToString([]byte("a\xffb")))
	assert.Empty(t, flatbuffers.ToString(nil))
}

func TestVerifyAllocationsDoNotGrowWithTheRecords(t *testing.T) {
	e := flatbuffers.NewEncoder()
	for range 100 {
		e.Append(&flatbuffers.Record{Body: flatbuffers.Text("x"), Attributes: []flatbuffers.Attribute{{Key: "k", Value: flatbuffers.Int(1)}}})
	}
	message := e.Finish()
	got := testing.AllocsPerRun(100, func() { _, _ = flatbuffers.Verify(message, flatbuffers.DefaultLimits()) })
	assert.LessOrEqual(t, got, 3.0)
}

func TestSchemaCompilesForOtherLanguages(t *testing.T) {
	if _, err := exec.LookPath("flatc"); err != nil {
		t.Skip("no flatc: ", err)
	}
	for _, options := range [][]string{{"--cpp", "--grpc"}, {"--java", "--grpc"}, {"--python"}} {
		args := append(options, "--warnings-as-errors", "-o", t.TempDir(), "ingest.fbs")
		out, err := exec.CommandContext(t.Context(), "flatc", args...).CombinedOutput()
		require.NoError(t, err, "%s: %s", args, out)
	}
}
