package flatbuffers

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"

	fb "github.com/google/flatbuffers/go"

	"github.com/sluice-otel/sluice/wire/flatbuffers/ingestfbs"
)

// An Encoder makes messages of records. Records that are appended belong to the
// scope that EndScope closes, scopes to the resource that EndResource closes:
// FlatBuffers are written from the inside out.
//
// It is used for one message after the other, keeps its memory, and is not safe
// for concurrent use.
type Encoder struct {
	builder   *fb.Builder
	keys      map[string]fb.UOffsetT // written once in a message
	offsets   []fb.UOffsetT          // a stack: of the vectors that are being filled
	records   []fb.UOffsetT          // of the open scope
	scopes    []fb.UOffsetT          // of the open resource
	resources []fb.UOffsetT
	count     int
}

// NewEncoder returns an Encoder.
func NewEncoder() *Encoder {
	return &Encoder{builder: fb.NewBuilder(4096), keys: make(map[string]fb.UOffsetT)}
}

// Len returns the number of records so far.
func (e *Encoder) Len() int { return e.count }

// Size returns about the size of the message so far.
func (e *Encoder) Size() int { return int(e.builder.Offset()) + 4*len(e.records) }

// Append adds a record, of which nothing is kept.
func (e *Encoder) Append(r *Record) {
	b := e.builder
	attributes := e.values(r.Attributes, true)
	severity, event := e.text(r.SeverityText), e.text(r.EventName)
	var text, body fb.UOffsetT
	switch r.Body.kind {
	case ingestfbs.KindEmpty:
	case ingestfbs.KindText:
		text = b.CreateString(r.Body.text)
	default:
		body = e.value(0, &r.Body)
	}
	ingestfbs.LogRecordStart(b)
	ingestfbs.LogRecordAddTime(b, r.Time)
	ingestfbs.LogRecordAddObservedTime(b, r.ObservedTime)
	ingestfbs.LogRecordAddSeverity(b, r.Severity)
	ingestfbs.LogRecordAddSeverityText(b, severity)
	ingestfbs.LogRecordAddText(b, text)
	ingestfbs.LogRecordAddBody(b, body)
	ingestfbs.LogRecordAddAttributes(b, attributes)
	if r.TraceID != [16]byte{} {
		high, low := binary.BigEndian.Uint64(r.TraceID[:8]), binary.BigEndian.Uint64(r.TraceID[8:])
		ingestfbs.LogRecordAddTraceId(b, ingestfbs.CreateTraceId(b, high, low))
	}
	ingestfbs.LogRecordAddSpanId(b, binary.BigEndian.Uint64(r.SpanID[:]))
	ingestfbs.LogRecordAddTraceFlags(b, r.TraceFlags)
	ingestfbs.LogRecordAddEventName(b, event)
	ingestfbs.LogRecordAddDroppedAttributes(b, r.Dropped)
	e.records = append(e.records, ingestfbs.LogRecordEnd(b))
	e.count++
}

// EndScope makes the records since the last scope those of s.
func (e *Encoder) EndScope(s Scope) {
	b := e.builder
	records := e.vector(e.records)
	e.records = e.records[:0]
	attributes := e.values(s.Attributes, true)
	name, version, url := e.text(s.Name), e.text(s.Version), e.text(s.SchemaURL)
	ingestfbs.ScopeStart(b)
	ingestfbs.ScopeAddName(b, name)
	ingestfbs.ScopeAddVersion(b, version)
	ingestfbs.ScopeAddAttributes(b, attributes)
	ingestfbs.ScopeAddSchemaUrl(b, url)
	scope := ingestfbs.ScopeEnd(b)
	ingestfbs.ScopeLogsStart(b)
	ingestfbs.ScopeLogsAddScope(b, scope)
	ingestfbs.ScopeLogsAddRecords(b, records)
	e.scopes = append(e.scopes, ingestfbs.ScopeLogsEnd(b))
}

// EndResource makes the scopes since the last resource those of r. Records that
// are in no scope yet get one without a name.
func (e *Encoder) EndResource(r Resource) {
	if len(e.records) > 0 {
		e.EndScope(Scope{})
	}
	b := e.builder
	scopes := e.vector(e.scopes)
	e.scopes = e.scopes[:0]
	attributes := e.values(r.Attributes, true)
	url := e.text(r.SchemaURL)
	ingestfbs.ResourceLogsStart(b)
	ingestfbs.ResourceLogsAddAttributes(b, attributes)
	ingestfbs.ResourceLogsAddSchemaUrl(b, url)
	ingestfbs.ResourceLogsAddScopes(b, scopes)
	e.resources = append(e.resources, ingestfbs.ResourceLogsEnd(b))
}

// Finish returns the message, which is the caller's, and begins the next one.
func (e *Encoder) Finish() []byte {
	if len(e.records) > 0 || len(e.scopes) > 0 {
		e.EndResource(Resource{})
	}
	b := e.builder
	resources := e.vector(e.resources)
	ingestfbs.LogBatchStart(b)
	ingestfbs.LogBatchAddResources(b, resources)
	b.FinishWithFileIdentifier(ingestfbs.LogBatchEnd(b), []byte(fileIdentifier))
	message := bytes.Clone(b.FinishedBytes())
	e.reset()
	return message
}

const (
	maxKeptKeys   = 4096    // keys that an encoder remembers the place of
	maxKeptBuffer = 8 << 20 // one unusual message must not pin its memory for ever
)

func (e *Encoder) reset() {
	if cap(e.builder.Bytes) > maxKeptBuffer {
		e.builder = fb.NewBuilder(4096)
	}
	e.builder.Reset()
	clear(e.keys)
	e.offsets, e.resources, e.count = e.offsets[:0], e.resources[:0], 0
}

// text writes a text that may be absent; 0 is none.
func (e *Encoder) text(s string) fb.UOffsetT {
	if s == "" {
		return 0
	}
	return e.builder.CreateString(s)
}

// key writes a text that is likely to come again in the message.
func (e *Encoder) key(s string) fb.UOffsetT {
	if at, ok := e.keys[s]; ok {
		return at
	}
	at := e.builder.CreateString(s)
	if len(e.keys) < maxKeptKeys {
		e.keys[s] = at
	}
	return at
}

// values writes a vector of values, named or not; 0 is none.
func (e *Encoder) values(list []Attribute, named bool) fb.UOffsetT {
	if len(list) == 0 {
		return 0
	}
	base := len(e.offsets)
	for i := range list {
		var key fb.UOffsetT
		if named {
			key = e.key(list[i].Key)
		}
		e.offsets = append(e.offsets, e.value(key, &list[i].Value))
	}
	at := e.vector(e.offsets[base:])
	e.offsets = e.offsets[:base]
	return at
}

// value writes one value; its key is written already, 0 if it has none.
func (e *Encoder) value(key fb.UOffsetT, v *Value) fb.UOffsetT {
	b := e.builder
	var text, data, items fb.UOffsetT
	switch v.kind {
	case ingestfbs.KindText:
		text = b.CreateString(v.text)
	case ingestfbs.KindBytes:
		data = b.CreateByteVector(v.data)
	case ingestfbs.KindList, ingestfbs.KindMap:
		items = e.values(v.items, v.kind == ingestfbs.KindMap)
	default:
	}
	ingestfbs.ValueStart(b)
	ingestfbs.ValueAddKey(b, key)
	ingestfbs.ValueAddKind(b, v.kind)
	ingestfbs.ValueAddText(b, text)
	if v.kind == ingestfbs.KindDouble {
		ingestfbs.ValueAddReal(b, math.Float64frombits(v.number))
	} else {
		ingestfbs.ValueAddInteger(b, int64(v.number))
	}
	ingestfbs.ValueAddData(b, data)
	ingestfbs.ValueAddItems(b, items)
	return ingestfbs.ValueEnd(b)
}

// vector writes a vector of tables; 0 is none.
func (e *Encoder) vector(tables []fb.UOffsetT) fb.UOffsetT {
	if len(tables) == 0 {
		return 0
	}
	e.builder.StartVector(4, len(tables), 4)
	for _, at := range slices.Backward(tables) {
		e.builder.PrependUOffsetT(at)
	}
	return e.builder.EndVector(len(tables))
}
