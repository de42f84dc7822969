package flatbuffers

import (
	"encoding/binary"
	"math"
	"unsafe"

	fb "github.com/google/flatbuffers/go"

	"github.com/sluice-otel/sluice/wire/flatbuffers/ingestfbs"
)

// A View reads a record of a Batch: what ingestfbs.LogRecord and the Values of its
// attributes say, at a third of the time. Records of one sender share their vtables and
// most of their keys, so that where fields are need only be looked up once for many.
// The zero value is ready for use. What a View returns aliases the message.
type View struct {
	message []byte
	at      int
	vtable  int // whose fields are below; 0 is none
	fields  [recordFields]uint16

	attributes []attribute
	values     int // the vtable of the last attribute; 0 is none
	value      [valueFields]uint16
	alike      bool
}

const (
	recordFields = recordDropped + 1
	valueFields  = valueItems + 1
)

// An attribute is where one has what it consists of: positions in the message, 0 for
// what it does not have.
type attribute struct {
	at, key, content uint32
	kind             ingestfbs.Kind
}

// Read takes the View to a record. Nothing of the record before may be in use, unless
// it is of the same message.
func (v *View) Read(r *ingestfbs.LogRecord) {
	t := r.Table()
	if unsafe.SliceData(v.message) != unsafe.SliceData(t.Bytes) { //nolint:gosec // compared, not followed
		*v = View{message: t.Bytes, attributes: v.attributes[:0]}
	}
	v.at = int(t.Pos)
	if vtable := vtableOf(v.message, v.at); vtable != v.vtable {
		v.vtable = vtable
		readSlots(v.fields[:], v.message, vtable)
	}
	v.readAttributes()
}

// Release forgets the message. Of the memory of a record with more than keep attributes
// nothing stays.
func (v *View) Release(keep int) {
	if cap(v.attributes) > keep {
		v.attributes = nil
	}
	*v = View{attributes: v.attributes[:0]}
}

func (v *View) readAttributes() {
	m, items, n := v.message, 0, 0
	if field := v.fields[recordAttributes]; field != 0 {
		items = follow(m, v.at+int(field))
		n = int(binary.LittleEndian.Uint32(m[items:]))
		items += 4
		_ = m[items:][:4*n] // before memory is taken for them
	}
	v.alike = n == len(v.attributes)
	if n > cap(v.attributes) {
		v.attributes = make([]attribute, n, 2*n)
	}
	v.attributes = v.attributes[:n]
	for i := range v.attributes {
		a := v.readAttribute(follow(m, items+4*i))
		before := &v.attributes[i]
		if a.key != before.key || a.kind != before.kind {
			v.alike = false
		}
		*before = a
	}
}

func (v *View) readAttribute(at int) attribute {
	m := v.message
	if vtable := vtableOf(m, at); vtable != v.values {
		v.values = vtable
		readSlots(v.value[:], m, vtable)
	}
	a := attribute{at: uint32(at)}
	if field := v.value[valueKey]; field != 0 {
		a.key = uint32(follow(m, at+int(field)))
	}
	if field := v.value[valueKind]; field != 0 {
		a.kind = ingestfbs.Kind(m[at+int(field)])
	}
	switch a.kind {
	case ingestfbs.KindText:
		if field := v.value[valueText]; field != 0 {
			a.content = uint32(follow(m, at+int(field)))
		}
	case ingestfbs.KindInt, ingestfbs.KindBool:
		if field := v.value[valueInteger]; field != 0 {
			a.content = uint32(at) + uint32(field)
		}
	case ingestfbs.KindDouble:
		if field := v.value[valueReal]; field != 0 {
			a.content = uint32(at) + uint32(field)
		}
	default: // has none, or no such that is read here
	}
	return a
}

// Alike reports whether the record has the same attributes, in the same order and of the
// same kinds, as the one that was read before it, if that is known without reading their
// keys.
func (v *View) Alike() bool { return v.alike }

// Attributes returns the number of attributes.
func (v *View) Attributes() int { return len(v.attributes) }

// Key returns the key of attribute i.
func (v *View) Key(i int) []byte { return textAt(v.message, v.attributes[i].key) }

// Kind returns the kind of attribute i.
func (v *View) Kind(i int) ingestfbs.Kind { return v.attributes[i].kind }

// TextOf returns the text of attribute i, whose kind is Text.
func (v *View) TextOf(i int) []byte { return textAt(v.message, v.attributes[i].content) }

// IntegerOf returns the integer of attribute i, whose kind is Int or Bool.
func (v *View) IntegerOf(i int) int64 { return int64(v.numberOf(i)) }

// RealOf returns the number of attribute i, whose kind is Double.
func (v *View) RealOf(i int) float64 { return math.Float64frombits(v.numberOf(i)) }

func (v *View) numberOf(i int) uint64 {
	at := v.attributes[i].content
	if at == 0 {
		return 0
	}
	return binary.LittleEndian.Uint64(v.message[at:])
}

// Value takes to to attribute i, whatever its kind.
func (v *View) Value(i int, to *ingestfbs.Value) { to.Init(v.message, fb.UOffsetT(v.attributes[i].at)) }

// HasText reports whether the record has a text.
func (v *View) HasText() bool { return v.fields[recordText] != 0 }

// Text returns the record's text, nil if it has none.
func (v *View) Text() []byte { return v.text(recordText) }

// SeverityText returns the severity as the source writes it.
func (v *View) SeverityText() []byte { return v.text(recordSeverityText) }

// Severity returns the severity's number, 0 if it is unknown.
func (v *View) Severity() byte {
	if field := v.fields[recordSeverity]; field != 0 {
		return v.message[v.at+int(field)]
	}
	return 0
}

// Time returns nanoseconds since 1970, 0 if the time is unknown.
func (v *View) Time() uint64 { return v.number(recordTime) }

// SpanID returns the bytes of the id as a big-endian number, 0 if there is none.
func (v *View) SpanID() uint64 { return v.number(recordSpanID) }

// TraceID returns the two halves of the id as big-endian numbers, 0 if there is none.
func (v *View) TraceID() (high, low uint64) {
	field := v.fields[recordTraceID]
	if field == 0 {
		return 0, 0
	}
	id := v.message[v.at+int(field):]
	return binary.LittleEndian.Uint64(id), binary.LittleEndian.Uint64(id[8:])
}

// HasBody reports whether the record has a body beside its text.
func (v *View) HasBody() bool { return v.fields[recordBody] != 0 }

func (v *View) text(slot int) []byte {
	field := v.fields[slot]
	if field == 0 {
		return nil
	}
	return textAt(v.message, uint32(follow(v.message, v.at+int(field))))
}

func (v *View) number(slot int) uint64 {
	field := v.fields[slot]
	if field == 0 {
		return 0
	}
	return binary.LittleEndian.Uint64(v.message[v.at+int(field):])
}

// follow returns where the offset at at leads to, in a verified message.
func follow(m []byte, at int) int { return at + int(binary.LittleEndian.Uint32(m[at:])) }

// vtableOf returns where the vtable of the table at at is, in a verified message.
func vtableOf(m []byte, at int) int { return at - int(int32(binary.LittleEndian.Uint32(m[at:]))) }

// readSlots reads where tables of a vtable have their fields, 0 for those that they do
// not have.
func readSlots(to []uint16, m []byte, vtable int) {
	n := (int(binary.LittleEndian.Uint16(m[vtable:])) - 4) / 2
	for slot := range to {
		to[slot] = 0
		if slot < n {
			to[slot] = binary.LittleEndian.Uint16(m[vtable+4+2*slot:])
		}
	}
}

// textAt returns the string at at, nil if that is 0.
func textAt(m []byte, at uint32) []byte {
	if at == 0 {
		return nil
	}
	from := at + 4
	to := from + binary.LittleEndian.Uint32(m[at:])
	return m[from:to:to]
}
