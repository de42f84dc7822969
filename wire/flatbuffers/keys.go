package flatbuffers

import (
	"encoding/binary"

	fb "github.com/google/flatbuffers/go"

	"github.com/sluice-otel/sluice/wire/flatbuffers/ingestfbs"
)

// AppendKeys appends the keys of the attributes of a record of a Batch, in their order,
// and reports whether the value of one is a Map. They alias the message. It is what
// Attributes, Key and Kind say of each, at a third of the time: values share their
// vtables, so that most need only be looked up once.
func AppendKeys(dst [][]byte, r *ingestfbs.LogRecord) (keys [][]byte, maps bool) {
	t := r.Table()
	field := fb.UOffsetT(t.Offset(4 + 2*recordAttributes))
	if field == 0 {
		return dst, false
	}
	m, items := t.Bytes, int(t.Vector(field))
	vtable, key, kind := -1, 0, 0
	for i := range t.VectorLen(field) {
		at := follow(m, items+4*i)
		if v := at - int(int32(binary.LittleEndian.Uint32(m[at:]))); v != vtable {
			vtable, key, kind = v, slotOf(m, v, valueKey), slotOf(m, v, valueKind)
		}
		maps = maps || kind != 0 && ingestfbs.Kind(m[at+kind]) == ingestfbs.KindMap
		if key == 0 {
			dst = append(dst, nil)
			continue
		}
		text := follow(m, at+key)
		length := int(binary.LittleEndian.Uint32(m[text:]))
		dst = append(dst, m[text+4:text+4+length:text+4+length])
	}
	return dst, maps
}

// follow returns where the offset at at leads to, in a verified message.
func follow(m []byte, at int) int { return at + int(binary.LittleEndian.Uint32(m[at:])) }

// slotOf returns where a field is within tables of this vtable, 0 if they do not have it.
func slotOf(m []byte, vtable, slot int) int {
	at := 4 + 2*slot
	if at >= int(binary.LittleEndian.Uint16(m[vtable:])) {
		return 0
	}
	return int(binary.LittleEndian.Uint16(m[vtable+at:]))
}
