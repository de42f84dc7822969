package flatbuffers

import (
	"math"

	"github.com/sluice-otel/sluice/wire/flatbuffers/ingestfbs"
)

// A Value is one typed value of a record. The zero Value is empty.
type Value struct {
	kind   ingestfbs.Kind
	text   string
	number uint64
	data   []byte
	items  []Attribute
}

// An Attribute is a value with a name.
type Attribute struct {
	Key   string
	Value Value
}

// Text returns a text.
func Text(s string) Value { return Value{kind: ingestfbs.KindText, text: s} }

// Bool returns a truth value.
func Bool(b bool) Value {
	v := Value{kind: ingestfbs.KindBool}
	if b {
		v.number = 1
	}
	return v
}

// Int returns a whole number.
func Int(i int64) Value { return Value{kind: ingestfbs.KindInt, number: uint64(i)} }

// Double returns a number.
func Double(f float64) Value { return Value{kind: ingestfbs.KindDouble, number: math.Float64bits(f)} }

// Bytes returns bytes, which must not change until they are encoded.
func Bytes(b []byte) Value { return Value{kind: ingestfbs.KindBytes, data: b} }

// List returns a list.
func List(items ...Value) Value {
	v := Value{kind: ingestfbs.KindList, items: make([]Attribute, len(items))}
	for i := range items {
		v.items[i].Value = items[i]
	}
	return v
}

// Map returns a map of entries whose keys differ.
func Map(entries ...Attribute) Value { return Value{kind: ingestfbs.KindMap, items: entries} }

// A Record is one log record, as OpenTelemetry defines it.
type Record struct {
	Time         uint64 // nanoseconds since 1970-01-01 UTC, 0 if unknown
	ObservedTime uint64
	Severity     uint8 // SeverityNumber, 1 to 24, 0 if unknown
	SeverityText string
	Body         Value
	Attributes   []Attribute
	TraceID      [16]byte
	SpanID       [8]byte
	TraceFlags   uint32
	EventName    string
	Dropped      uint32 // attributes the source had to leave out
}

// Size returns about how many bytes of a message the record takes.
func (r *Record) Size() int {
	return 128 + len(r.SeverityText) + len(r.EventName) + r.Body.size() + sizeOf(r.Attributes)
}

func (v *Value) size() int { return 32 + len(v.text) + len(v.data) + sizeOf(v.items) }

func sizeOf(list []Attribute) (n int) {
	for i := range list {
		n += 8 + len(list[i].Key) + list[i].Value.size()
	}
	return n
}

// A Scope is what has produced records.
type Scope struct {
	Name, Version string
	Attributes    []Attribute
	SchemaURL     string
}

// A Resource is the process, host or device that records come from.
type Resource struct {
	Attributes []Attribute
	SchemaURL  string
}

// FormatAttribute is an attribute of a log record whose body is a whole message, and
// Format its value: for those who look at such records, and for routing. A reader
// verifies the message, whatever the attribute says.
const (
	FormatAttribute = "sluice.body.format"
	Format          = "flatbuffers"
)
