package painless

import (
	"crypto/md5" //nolint:gosec // what a UUID by name is made of
	"crypto/rand"
	"fmt"
	"math/big"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A uuid is a java.util.UUID.
type uuid struct{ high, low uint64 }

// JavaClass implements document.Object.
func (uuid) JavaClass() string { return "java.util.UUID" }

// AppendText implements document.Object.
func (u uuid) AppendText(dst []byte) []byte {
	return fmt.Appendf(dst, "%08x-%04x-%04x-%04x-%012x", u.high>>32, u.high>>16&0xffff, u.high&0xffff, u.low>>48, u.low&0xffffffffffff)
}

// Identity implements document.Object.
func (u uuid) Identity() string { return string(u.AppendText(nil)) }

// HashCode implements document.Object.
func (u uuid) HashCode() int32 {
	x := u.high ^ u.low
	return int32(x>>32) ^ int32(x)
}

func (u uuid) compareTo(o document.Object) int {
	other := o.(uuid)
	for _, pair := range [...][2]uint64{{u.high, other.high}, {u.low, other.low}} {
		switch a, b := int64(pair[0]), int64(pair[1]); {
		case a < b:
			return -1
		case a > b:
			return 1
		}
	}
	return 0
}

// versioned sets the bits of version and variant.
func versioned(data []byte, version byte) Value {
	data[6] = data[6]&0x0f | version<<4
	data[8] = data[8]&0x3f | 0x80
	var u uuid
	for i := range 8 {
		u.high, u.low = u.high<<8|uint64(data[i]), u.low<<8|uint64(data[8+i])
	}
	return document.ObjectOf(u)
}

func uuidClass() classSpec {
	in := func(v Value) uuid {
		return objectOf[uuid](v)
	}
	return classSpec{
		name: "UUID", java: "java.util.UUID", extends: []string{"Comparable"},
		methods: append([]member{
			{"long getLeastSignificantBits()", func(v Value) Value { return document.Long(int64(in(v).low)) }},
			{"long getMostSignificantBits()", func(v Value) Value { return document.Long(int64(in(v).high)) }},
			{"int version()", func(v Value) Value { return document.Integer(int32(in(v).high >> 12 & 15)) }},
			{"int variant()", func(v Value) Value {
				low := in(v).low
				return document.Integer(int32(low >> (64 - low>>62) & uint64(int64(low)>>63)))
			}},
		}, uuidTimes...),
		statics: []member{
			{"UUID(long, long)", func(_ *thread, args []Value) Value {
				return document.ObjectOf(uuid{uint64(args[0].Int64()), uint64(args[1].Int64())})
			}},
			{"UUID fromString(String)", parseUUID},
			{"UUID nameUUIDFromBytes(byte[])", func(t *thread, args []Value) Value {
				sum := md5.Sum(t.bytes(args[0])) //nolint:gosec // what the script asks for
				return versioned(sum[:], 3)
			}},
			{"UUID randomUUID()", func(*thread, []Value) Value {
				data := make([]byte, 16)
				_, _ = rand.Read(data) // never fails
				return versioned(data, 4)
			}},
		},
	}
}

func parseUUID(t *thread, args []Value) Value {
	text := t.text(args[0])
	parts := strings.Split(text, "-")
	if len(parts) != 5 || len(text) > 36 {
		t.throw(document.IllegalArgument, "Invalid UUID string: %s", text)
	}
	var n [5]uint64
	for i, part := range parts {
		v, ok := new(big.Int).SetString(part, 16)
		if !ok || part == "" || !v.IsUint64() {
			t.throw(numberFormat, `Error at index 0 in: "%s"`, part)
		}
		n[i] = v.Uint64()
	}
	return document.ObjectOf(uuid{n[0]<<32 | n[1]&0xffff<<16 | n[2]&0xffff, n[3]<<48 | n[4]&0xffffffffffff})
}
