package document

import (
	"encoding/binary"
	"math"
	"math/big"
	"slices"
)

// HashCode is Java's Object.hashCode.
func (v Value) HashCode() int32 {
	if v.kind < KindList {
		return v.WalkHash(nil)
	}
	return v.WalkHash(&Walk{})
}

// WalkHash is HashCode as part of a Walk, which scalars do not need.
func (v Value) WalkHash(w *Walk) int32 {
	switch v.kind {
	case KindNull:
		return 0
	case KindBoolean:
		if v.Bool() {
			return 1231
		}
		return 1237
	case KindInteger:
		return int32(v.num)
	case KindLong:
		return int32(v.num ^ v.num>>32)
	case KindFloat:
		return int32(math.Float32bits(float32(v.Float64())))
	case KindDouble:
		return int32(v.num ^ v.num>>32)
	case KindString:
		return int32(javaHash(v.Str()))
	case KindBigInteger:
		return v.bigHash()
	case KindList:
		return v.List().hashCode(w)
	case KindMap:
		return v.Map().hashCode(w)
	case KindDateTime:
		return int32(javaHash(v.Text()))
	case kindObject:
		if h, ok := v.Object().(Holder); ok {
			w.In(0)
			defer w.Out()
			return h.WalkHash(w)
		}
		return v.Object().HashCode()
	}
	return 0
}

// bigHash is BigInteger.hashCode: over the 32-bit words of the magnitude, the
// highest first.
func (v Value) bigHash() int32 {
	i, ok := new(big.Int).SetString(v.text(), 10)
	if !ok {
		return 0
	}
	h := int32(0)
	magnitude := i.Bytes()
	for len(magnitude)%4 != 0 {
		magnitude = append([]byte{0}, magnitude...)
	}
	for word := range slices.Chunk(magnitude, 4) {
		h = 31*h + int32(binary.BigEndian.Uint32(word))
	}
	return h * int32(i.Sign())
}

func (l *List) hashCode(w *Walk) int32 {
	w.In(0)
	defer w.Out()
	h := int32(1)
	for _, item := range l.items {
		h = 31*h + item.WalkHash(w)
	}
	return h
}

func (m *Map) hashCode(w *Walk) int32 {
	w.In(0)
	defer w.Out()
	h := int32(0)
	for i := range m.filled() {
		h += int32(m.hashAt(i)) ^ m.entries[i].Value.WalkHash(w)
	}
	return h
}
