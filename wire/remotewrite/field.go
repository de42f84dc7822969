package remotewrite

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrMalformed is wrapped by every error about bytes that are not the protobuf
// message they should be.
var ErrMalformed = errors.New("malformed protobuf message")

func malformed(what string) error { return fmt.Errorf("%w: %s", ErrMalformed, what) }

var (
	errTruncated   = malformed("it ends in the middle of a field")
	errVarint      = malformed("a number does not end, or is longer than 64 bits")
	errTag         = malformed("a field has the number 0 or one beyond the protobuf range")
	errWireType    = malformed("a field has a wire type that is not in use")
	errWrongType   = malformed("a known field has another wire type than it should")
	errPackedFixed = malformed("a list of doubles is not a multiple of 8 bytes")
)

// Wire types, the low three bits of a tag. Groups, 3 and 4, are not accepted.
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireFixed32 = 5
)

// fields walks over the fields of one message. After next has returned true, tag
// is the field number shifted left by three plus the wire type, and the content
// is in number (varint, fixed64, fixed32) or data (length-delimited). Positions stand
// for data, because a pointer that is written costs much more while the garbage
// collector is at work.
type fields struct {
	buf    []byte
	pos    int
	tag    uint64
	number uint64
	from   int // where the data begins; it ends at pos
	err    error
}

// data is the content of a length-delimited field. It aliases the message.
func (f *fields) data() []byte { return f.buf[f.from:f.pos:f.pos] }

// next moves to the next field. It returns false at the end of the message and
// at the first malformed field, which sets err.
func (f *fields) next() bool {
	pos := f.pos
	if pos >= len(f.buf) {
		return false
	}
	tag := uint64(f.buf[pos])
	pos++
	if tag >= 0x80 {
		if tag, pos = varint(f.buf, pos-1); pos < 0 {
			return f.fail(errVarint)
		}
	}
	if tag>>3 == 0 || tag>>3 > 1<<29-1 {
		return f.fail(errTag)
	}
	f.tag = tag
	switch tag & 7 {
	case wireBytes:
		if pos >= len(f.buf) {
			return f.fail(errTruncated)
		}
		size := uint64(f.buf[pos])
		pos++
		if size >= 0x80 {
			if size, pos = varint(f.buf, pos-1); pos < 0 {
				return f.fail(errTruncated)
			}
		}
		if size > uint64(len(f.buf)-pos) {
			return f.fail(errTruncated)
		}
		f.from, f.pos = pos, pos+int(size)
		return true
	default:
		return f.scalar(pos)
	}
}

// scalar reads the content of a field that is not length-delimited.
func (f *fields) scalar(pos int) bool {
	switch f.tag & 7 {
	case wireVarint:
		if f.number, pos = varint(f.buf, pos); pos < 0 {
			return f.fail(errTruncated)
		}
	case wireFixed64:
		if len(f.buf)-pos < 8 {
			return f.fail(errTruncated)
		}
		f.number = binary.LittleEndian.Uint64(f.buf[pos:])
		pos += 8
	case wireFixed32:
		if len(f.buf)-pos < 4 {
			return f.fail(errTruncated)
		}
		f.number = uint64(binary.LittleEndian.Uint32(f.buf[pos:]))
		pos += 4
	default:
		return f.fail(errWireType)
	}
	f.pos = pos
	return true
}

func (f *fields) fail(err error) bool {
	f.err = err
	return false
}

// skip passes over the current field, which the message at hand does not expect
// in this wire type. Unknown fields are allowed; known ones, the numbers up to
// last, are not. gogo's generated code, which nearly every sender and receiver
// uses, draws the same line.
func (f *fields) skip(last uint64) {
	if f.tag>>3 <= last {
		f.err = errWrongType
		f.pos = len(f.buf)
	}
}

// varint reads the number at buf[pos:] and returns it with the position behind
// it, which is negative if there is none.
func varint(buf []byte, pos int) (uint64, int) {
	var v uint64
	for shift := uint(0); shift < 64; shift += 7 {
		if pos >= len(buf) {
			return 0, -1
		}
		b := buf[pos]
		pos++
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			if shift == 63 && b > 1 {
				return 0, -1
			}
			return v, pos
		}
	}
	return 0, -1
}

// zigzag decodes what protobuf calls sint32 and sint64.
func zigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }
