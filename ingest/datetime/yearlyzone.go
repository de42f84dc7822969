package datetime

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"time"
)

// A Transition is when a zone's clock is put forward or back.
type Transition struct {
	At       time.Time
	Daylight bool // it is put forward
}

// NewZone returns a zone with an id of its own, an offset and one of daylight saving time, in
// seconds, and the transitions between both. Before the first it is the offset.
func NewZone(id string, offset, daylight int, transitions []Transition) (*Zone, error) {
	slices.SortFunc(transitions, func(a, b Transition) int { return cmp.Compare(a.At.Unix(), b.At.Unix()) })
	loc, err := time.LoadLocationFromTZData(id, tzData(offset, daylight, transitions))
	if err != nil {
		return nil, err
	}
	return &Zone{id: id, loc: loc}, nil
}

// tzData is a file of RFC 8536 with all that counts in its second part.
func tzData(offset, daylight int, transitions []Transition) []byte {
	var b bytes.Buffer
	header := func(counts ...uint32) {
		b.WriteString("TZif2" + string(make([]byte, 15)))
		for _, n := range counts {
			b.Write(binary.BigEndian.AppendUint32(nil, n))
		}
	}
	const names = "STD\x00DST\x00"
	header(0, 0, 0, 0, 0, 0)
	header(0, 0, 0, uint32(len(transitions)), 2, uint32(len(names)))
	for _, t := range transitions {
		b.Write(binary.BigEndian.AppendUint64(nil, uint64(t.At.Unix())))
	}
	for _, t := range transitions {
		b.WriteByte(map[bool]byte{false: 0, true: 1}[t.Daylight])
	}
	for i, seconds := range [...]int{offset, daylight} {
		b.Write(binary.BigEndian.AppendUint32(nil, uint32(int32(seconds))))
		b.Write([]byte{byte(i), byte(4 * i)}) // whether it is daylight saving time, and its name
	}
	b.WriteString(names + "\n\n")
	return b.Bytes()
}
