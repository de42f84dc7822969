package flatlogs

import (
	"reflect"
	"unsafe"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/xpdata/pref"

	"github.com/sluice-otel/sluice/internal/pdatalayout"
)

// pdata allocates a box for every value that is set, which is nine of ten
// allocations of a record. A box does not change once it is made: setting a value
// again makes another. So the boxes of a batch can be cut from blocks. pdata has no
// function for that; this file knows how a value is laid out in memory, and finds
// out when a component is made whether that is still so. If it is not, or if pdata
// recycles boxes, values are set by pdata's functions. See docs/decisions/0008.

// value mirrors pcommon.Value.
type value struct {
	orig  *anyValue
	state unsafe.Pointer
}

// anyValue mirrors pdata's internal AnyValue.
type anyValue struct{ box any }

// boxOf returns where a value keeps its box.
func boxOf(v pcommon.Value) *any {
	return &(*value)(unsafe.Pointer(&v)).orig.box //nolint:gosec // the layout is checked by FindBoxes
}

// Boxes are the types of pdata's boxes, structs around one field. The zero value is
// that boxes are left to pdata.
type Boxes struct{ text, integer, double, bytes reflect.Type }

func (t *Boxes) known() bool { return t.text != nil }

// FindBoxes learns the types from boxes that pdata has made. A component calls it
// once.
func FindBoxes() Boxes {
	if pref.UseProtoPooling.IsEnabled() || !pdatalayout.Same(reflect.TypeFor[pcommon.Value](), reflect.TypeFor[value]()) {
		return Boxes{}
	}
	t := Boxes{
		text:    boxType[string](pcommon.NewValueStr("x")),
		integer: boxType[int64](pcommon.NewValueInt(1)),
		double:  boxType[float64](pcommon.NewValueDouble(1)),
		bytes:   boxType[[]byte](someBytes()),
	}
	if t.text == nil || t.integer == nil || t.double == nil || t.bytes == nil || !t.behaveAlike() {
		return Boxes{}
	}
	return t
}

func someBytes() pcommon.Value {
	v := pcommon.NewValueBytes()
	v.Bytes().FromRaw([]byte("x"))
	return v
}

// boxType returns the type of the box in v, nil if it is no struct around a T.
func boxType[T any](v pcommon.Value) reflect.Type {
	t := reflect.TypeOf(*boxOf(v))
	if t == nil || t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct ||
		t.Elem().NumField() != 1 || t.Elem().Field(0).Type != reflect.TypeFor[T]() {
		return nil
	}
	return t.Elem()
}

// behaveAlike sets values by hand, lets pdata read and change one, and looks whether
// its neighbour in the block is as before.
func (t *Boxes) behaveAlike() bool {
	b := Setter{types: *t}
	one, other := pcommon.NewValueEmpty(), pcommon.NewValueEmpty()
	number, double := pcommon.NewValueEmpty(), pcommon.NewValueEmpty()
	b.SetText(one, "one")
	b.SetText(other, "other")
	b.SetInt(number, 7)
	b.SetDouble(double, 0.5)
	whole := []byte("bytes")
	bytes := pcommon.NewValueEmpty()
	b.SetBytes(bytes, whole)
	if bytes.Type() != pcommon.ValueTypeBytes || bytes.Bytes().Len() != len(whole) || &t.Bytes(bytes)[0] != &whole[0] {
		return false
	}
	if one.Type() != pcommon.ValueTypeStr || one.Str() != "one" || number.Int() != 7 || double.Double() != 0.5 {
		return false
	}
	copied := pcommon.NewValueEmpty()
	one.CopyTo(copied)
	pcommon.NewValueStr("between").CopyTo(one)
	one.SetStr("after")
	return other.Str() == "other" && copied.Str() == "one"
}

// A Setter sets values. Their boxes are cut from blocks, each of which lives as long
// as any of its boxes; of those that are not used up the next batch has the rest. It is
// not safe for concurrent use.
type Setter struct {
	types    Boxes
	texts    slab[string]
	integers slab[int64]
	doubles  slab[float64]
}

// NewSetter returns a Setter.
func NewSetter(types Boxes) *Setter { return &Setter{types: types} }

// SetText sets a value to a text.
func (b *Setter) SetText(v pcommon.Value, s string) {
	if !b.types.known() {
		v.SetStr(s)
		return
	}
	*boxOf(v) = reflect.NewAt(b.types.text, b.texts.put(s)).Interface()
}

// SetInt sets a value to a whole number.
func (b *Setter) SetInt(v pcommon.Value, i int64) {
	if !b.types.known() {
		v.SetInt(i)
		return
	}
	*boxOf(v) = reflect.NewAt(b.types.integer, b.integers.put(i)).Interface()
}

// SetDouble sets a value to a number.
func (b *Setter) SetDouble(v pcommon.Value, f float64) {
	if !b.types.known() {
		v.SetDouble(f)
		return
	}
	*boxOf(v) = reflect.NewAt(b.types.double, b.doubles.put(f)).Interface()
}

// SetBytes sets a value to bytes, which must not change any more. They are not copied
// where boxes are known.
func (b *Setter) SetBytes(v pcommon.Value, data []byte) {
	if !b.types.known() {
		v.SetEmptyBytes().FromRaw(data)
		return
	}
	box := reflect.New(b.types.bytes)
	*(*[]byte)(box.UnsafePointer()) = data
	*boxOf(v) = box.Interface()
}

// Bytes returns the bytes of a value that has some: its own, where boxes are known, else
// a copy. Nobody may change the value as long as they are in use.
func (t *Boxes) Bytes(v pcommon.Value) []byte {
	if !t.known() {
		return v.Bytes().AsRaw()
	}
	return *(*[]byte)(reflect.ValueOf(*boxOf(v)).UnsafePointer())
}

// A slab hands out elements of blocks that double up to maxBlock elements.
type slab[T any] struct {
	free []T
	next int // size of the next block
}

const (
	minBlock = 8
	maxBlock = 1024
)

// put returns where it has put v.
func (s *slab[T]) put(v T) unsafe.Pointer {
	if len(s.free) == 0 {
		s.next = min(max(2*s.next, minBlock), maxBlock)
		s.free = make([]T, s.next)
	}
	at := &s.free[0]
	s.free = s.free[1:]
	*at = v
	return unsafe.Pointer(at) //nolint:gosec // of a T, as boxType has found it
}
