package flatbuffers

import "encoding/binary"

// A bounds checks that objects lie within a message: that of every table its vtable
// and every field that is read, of every vector and string the length. It follows
// the format as flatbuffers' "Internals" define it. Alignment is not checked: Go
// reads bytes.
//
// Its methods return false after they have set err.
type bounds struct {
	message []byte
	err     *Error
	known   [knownLayouts]layout
}

// A schema is what a table of ingest.fbs can have, in its order, and which of that are
// strings or bytes.
type schema struct {
	name   string
	fields []field
	texts  []int // slots
}

// maxTexts is the number of strings and bytes that a table can have.
const maxTexts = 3

// A field is its name and its size within the table; objects are offsets of 4.
type field struct {
	name string
	size int
}

// A layout is a vtable that has been checked for a schema. Tables of one shape
// share their vtable, so that most need only be looked up.
type layout struct {
	of     *schema
	vtable int
	slots  int                  // fields that the vtable has
	size   int                  // of the table, in bytes
	texts  [maxTexts + 1]uint16 // where the table has its strings and bytes; 0 ends them
}

// knownLayouts is how many layouts are remembered, a power of two.
const knownLayouts = 16

// A table is one whose vtable and fields lie within the message.
type table struct {
	layout

	at int
}

func (b *bounds) fail(s *schema, slot, at int, problem string) bool {
	b.err = &Error{Table: s.name, At: at, Problem: problem}
	if slot >= 0 {
		b.err.Field = s.fields[slot].name
	}
	return false
}

// noField is the slot of a failure of the table as such.
const noField = -1

func (b *bounds) u16(at int) int { return int(binary.LittleEndian.Uint16(b.message[at:])) }

// within reports whether n bytes at at are in the message. Neither is negative.
func (b *bounds) within(at, n int) bool { return at <= len(b.message) && n <= len(b.message)-at }

// follow returns where the offset at at, which is in the message, leads to.
func (b *bounds) follow(at int) (int, bool) {
	off := int64(binary.LittleEndian.Uint32(b.message[at:]))
	return at + int(off), off > 0 && off < int64(len(b.message)-at)
}

// table checks the table at at, its vtable and the fields of s.
func (b *bounds) table(s *schema, at int) (t table, ok bool) {
	l := b.layoutAt(s, at)
	if l == nil {
		return t, false
	}
	return table{layout: *l, at: at}, true
}

// layoutAt is table without a copy of the layout, which is right until the next call.
// It is nil if the table is not.
func (b *bounds) layoutAt(s *schema, at int) *layout {
	if !b.within(at, 4) {
		b.fail(s, noField, at, "the table is beyond the end")
		return nil
	}
	distance := int64(int32(binary.LittleEndian.Uint32(b.message[at:])))
	vtable := int64(at) - distance
	if vtable < 0 || vtable > int64(len(b.message)-4) {
		b.fail(s, noField, at, "the vtable is outside of the message")
		return nil
	}
	l := &b.known[uint(vtable)/2%knownLayouts]
	if l.of != s || l.vtable != int(vtable) {
		if !b.layout(l, s, int(vtable)) {
			return nil
		}
	}
	if !b.within(at, l.size) {
		b.fail(s, noField, at, "the table reaches beyond the end")
		return nil
	}
	return l
}

// layout checks a vtable and remembers it in l.
func (b *bounds) layout(l *layout, s *schema, vtable int) bool {
	length, size := b.u16(vtable), b.u16(vtable+2)
	if length < 4 || length%2 != 0 || size < 4 || !b.within(vtable, length) {
		return b.fail(s, noField, vtable, "the vtable has no possible length")
	}
	slots := (length - 4) / 2
	for slot := range min(slots, len(s.fields)) {
		off := b.u16(vtable + 4 + 2*slot)
		if off != 0 && (off < 4 || off+s.fields[slot].size > size) {
			return b.fail(s, slot, vtable, "the field is outside of its table")
		}
	}
	*l = layout{of: s, vtable: vtable, slots: slots, size: size}
	n := 0
	for _, slot := range s.texts {
		if off := b.field(table{layout: *l}, slot); off != 0 {
			l.texts[n] = uint16(off)
			n++
		}
	}
	return true
}

// field returns where a field is within its table, 0 if the table does not have it.
func (b *bounds) field(t table, slot int) int {
	if slot >= t.slots {
		return 0
	}
	return b.u16(t.vtable + 4 + 2*slot)
}

// object returns where the object is that a field refers to, 0 if the table does
// not have the field.
func (b *bounds) object(t table, slot int) (at int, ok bool) {
	off := b.field(t, slot)
	if off == 0 {
		return 0, true
	}
	at, ok = b.follow(t.at + off)
	if !ok {
		return 0, b.fail(t.of, slot, t.at, "the offset leads out of the message")
	}
	return at, true
}

// vector returns where the items of a vector begin and how many there are.
func (b *bounds) vector(t table, slot, size int) (at, n int, ok bool) {
	at, ok = b.object(t, slot)
	if !ok || at == 0 {
		return 0, 0, ok
	}
	if !b.within(at, 4) {
		return 0, 0, b.fail(t.of, slot, at, "the length is beyond the end")
	}
	length := int64(binary.LittleEndian.Uint32(b.message[at:]))
	at += 4
	if length*int64(size) > int64(len(b.message)-at) {
		return 0, 0, b.fail(t.of, slot, at, "it is longer than the message")
	}
	return at, int(length), true
}

// text checks a string or bytes and returns the length.
func (b *bounds) text(t table, slot int) (n int, ok bool) {
	_, n, ok = b.vector(t, slot, 1)
	return n, ok
}

// item checks item i of a vector of tables.
func (b *bounds) item(s *schema, items, i int) (t table, ok bool) {
	at, ok := b.follow(items + 4*i)
	if !ok {
		return t, b.astray(s, items+4*i)
	}
	return b.table(s, at)
}

// astray is the failure of an offset in a vector.
func (b *bounds) astray(s *schema, at int) bool {
	return b.fail(s, noField, at, "the offset leads out of the message")
}

// root checks the root table of a message with an identifier.
func (b *bounds) root(s *schema, identifier string) (t table, ok bool) {
	if len(b.message) < 12 {
		return t, b.fail(s, noField, 0, "the message is too short")
	}
	if identifier != "" && string(b.message[4:8]) != identifier {
		return t, b.fail(s, noField, 4, "the file identifier is not "+identifier)
	}
	at, ok := b.follow(0)
	if !ok {
		return t, b.fail(s, noField, 0, "the offset leads out of the message")
	}
	return b.table(s, at)
}
