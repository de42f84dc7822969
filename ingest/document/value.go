package document

import (
	"math"
	"math/big"
	"strconv"
	"time"
	"unsafe"
)

// Kind is the Java class a Value stands for.
type Kind uint8

// The kinds of a Value. The zero Kind is null, so the zero Value is null.
const (
	KindNull       Kind = iota
	KindBoolean         // java.lang.Boolean
	KindInteger         // java.lang.Integer, 32 bits
	KindLong            // java.lang.Long, 64 bits
	KindBigInteger      // java.math.BigInteger, for whole numbers beyond Long
	KindFloat           // java.lang.Float, 32 bits
	KindDouble          // java.lang.Double, 64 bits
	KindString          // java.lang.String
	KindList            // java.util.ArrayList
	KindMap             // java.util.HashMap
	KindDateTime        // java.time.ZonedDateTime
)

var kindClasses = [...]string{
	KindNull:       "null",
	KindBoolean:    "java.lang.Boolean",
	KindInteger:    "java.lang.Integer",
	KindLong:       "java.lang.Long",
	KindBigInteger: "java.math.BigInteger",
	KindFloat:      "java.lang.Float",
	KindDouble:     "java.lang.Double",
	KindString:     "java.lang.String",
	KindList:       "java.util.ArrayList",
	KindMap:        "java.util.HashMap",
	KindDateTime:   "java.time.ZonedDateTime",
	kindObject:     "java.lang.Object",
}

// Class returns the Java class name as it appears in Elasticsearch's error
// messages, such as java.lang.Integer.
func (k Kind) Class() string { return kindClasses[k] }

// A Value is one node of the document tree. It is 24 bytes, is passed by value
// and needs no allocation for scalars and strings. The zero Value is null.
//
// What ref and num hold follows from kind: the data and length of a string or
// of a BigInteger's digits, a pointer to the list, map or time, or the bits of
// a number in num.
type Value struct {
	ref  unsafe.Pointer
	num  uint64
	kind Kind
}

// Null is the null value; the same as Value{}.
var Null Value

// String returns a java.lang.String. The value shares the string's bytes.
func String(s string) Value {
	return Value{kind: KindString, num: uint64(len(s)), ref: unsafe.Pointer(unsafe.StringData(s))} //nolint:gosec // read back only by Value.Str, with the same length
}

// Boolean returns a java.lang.Boolean.
func Boolean(b bool) Value {
	v := Value{kind: KindBoolean}
	if b {
		v.num = 1
	}
	return v
}

// Integer returns a java.lang.Integer.
func Integer(i int32) Value {
	return Value{kind: KindInteger, num: uint64(int64(i))}
}

// Long returns a java.lang.Long.
func Long(i int64) Value {
	return Value{kind: KindLong, num: uint64(i)}
}

// Number returns the smallest of Integer and Long that holds i, as
// Elasticsearch's JSON parser does.
func Number(i int64) Value {
	if int64(int32(i)) == i {
		return Integer(int32(i))
	}
	return Long(i)
}

// BigInteger returns a java.math.BigInteger: what Elasticsearch's JSON parser
// makes of a whole number that no Long holds. digits is its decimal form,
// without leading zeros. No processor computes with it, but it comes out as it
// went in.
func BigInteger(digits string) Value {
	v := String(digits)
	v.kind = KindBigInteger
	return v
}

// Float returns a java.lang.Float.
func Float(f float32) Value {
	return Value{kind: KindFloat, num: bitsOf(float64(f))}
}

// Double returns a java.lang.Double.
func Double(f float64) Value { return Value{kind: KindDouble, num: bitsOf(f)} }

// bitsOf is Double.doubleToLongBits: there is one NaN.
func bitsOf(f float64) uint64 {
	if f != f {
		return 0x7ff8000000000000
	}
	return math.Float64bits(f)
}

// ListOf returns a value that refers to l; a nil list is null.
func ListOf(l *List) Value {
	if l == nil {
		return Null
	}
	return Value{kind: KindList, ref: unsafe.Pointer(l)} //nolint:gosec // read back only by Value.List
}

// MapOf returns a value that refers to m; a nil map is null.
func MapOf(m *Map) Value {
	if m == nil {
		return Null
	}
	return Value{kind: KindMap, ref: unsafe.Pointer(m)} //nolint:gosec // read back only by Value.Map
}

// ReadOnly returns v as a view that scripts must not change; it matters for
// lists and maps only. What is inside of one is seen through the view, too:
// whoever reads an item from a value that IsReadOnly passes it on.
func (v Value) ReadOnly() Value {
	if v.kind == KindList || v.kind == KindMap {
		v.num = viewed
	}
	return v
}

// IsReadOnly reports whether v is a list or map seen through a ReadOnly view.
func (v Value) IsReadOnly() bool {
	return v.num == viewed && (v.kind == KindList || v.kind == KindMap)
}

// Frozen returns v as something that is shared by several documents, such as
// the params of a script: to be copied before it goes into one. As with ReadOnly
// whoever reads an item passes it on.
func (v Value) Frozen() Value {
	if v.kind == KindList || v.kind == KindMap {
		v.num = frozen
	}
	return v
}

// IsFrozen reports whether v is a list or map that is Frozen.
func (v Value) IsFrozen() bool {
	return v.num == frozen && (v.kind == KindList || v.kind == KindMap)
}

// What num says of a list or map.
const (
	viewed = 1 // ReadOnly
	frozen = 2
)

// DateTime returns a java.time.ZonedDateTime. It allocates.
func DateTime(t time.Time) Value { return dateTime(&t) }

func dateTime(t *time.Time) Value {
	return Value{kind: KindDateTime, ref: unsafe.Pointer(t)} //nolint:gosec // read back only by Value.Time
}

// Kind returns the value's kind.
func (v Value) Kind() Kind { return v.kind }

// IsNull reports whether v is null.
func (v Value) IsNull() bool { return v.kind == KindNull }

// IsNumber reports whether v is an Integer, Long, BigInteger, Float or Double.
func (v Value) IsNumber() bool { return v.kind >= KindInteger && v.kind <= KindDouble }

// Str returns the string of a KindString value, "" for any other kind.
func (v Value) Str() string {
	if v.kind != KindString {
		return ""
	}
	return v.text()
}

func (v Value) text() string {
	return unsafe.String((*byte)(v.ref), int(v.num)) //nolint:gosec // as stored by String
}

// Bool returns the truth of a KindBoolean value, false for any other kind.
func (v Value) Bool() bool { return v.kind == KindBoolean && v.num != 0 }

// Int64 returns the number as Java's Number.longValue does; 0 if v is no number.
func (v Value) Int64() int64 {
	if v.kind == KindInteger || v.kind == KindLong { // in line where it is called
		return int64(v.num)
	}
	return v.int64()
}

func (v Value) int64() int64 {
	switch v.kind {
	case KindFloat, KindDouble:
		return saturate(math.Float64frombits(v.num))
	case KindBigInteger:
		return v.lowBits()
	default:
		return 0
	}
}

// SetInt64 makes an Integer or Long another number of the same kind; i must be one.
func (v *Value) SetInt64(i int64) { v.num = uint64(i) }

// lowBits returns the lowest 64 bits of a KindBigInteger value, as
// BigInteger.longValue does.
func (v Value) lowBits() int64 {
	i, ok := new(big.Int).SetString(v.text(), 10)
	if !ok {
		return 0
	}
	return int64(i.And(i, new(big.Int).SetUint64(math.MaxUint64)).Uint64())
}

// saturate converts as Java's (long) cast does: NaN is 0, the rest is clamped.
func saturate(f float64) int64 {
	switch {
	case f != f:
		return 0
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	}
	return int64(f)
}

// Float64 returns the number as Java's Number.doubleValue does; 0 if v is no
// number.
func (v Value) Float64() float64 {
	switch v.kind {
	case KindInteger, KindLong:
		return float64(int64(v.num))
	case KindFloat, KindDouble:
		return math.Float64frombits(v.num)
	case KindBigInteger:
		f, _ := strconv.ParseFloat(v.text(), 64)
		return f
	default:
		return 0
	}
}

// List returns the list of a KindList value, nil for any other kind.
func (v Value) List() *List {
	if v.kind != KindList {
		return nil
	}
	return (*List)(v.ref)
}

// Map returns the map of a KindMap value, nil for any other kind.
func (v Value) Map() *Map {
	if v.kind != KindMap {
		return nil
	}
	return (*Map)(v.ref)
}

// Time returns the time of a KindDateTime value, the zero time for any other
// kind.
func (v Value) Time() time.Time {
	if v.kind != KindDateTime {
		return time.Time{}
	}
	return *(*time.Time)(v.ref)
}

// Equals is Java's Object.equals: an Integer never equals a Long.
func (v Value) Equals(o Value) bool {
	if v.kind != o.kind {
		return false
	}
	if v.kind == KindList || v.kind == KindMap {
		return v.equals(&Walk{}, o)
	}
	return v.equals(nil, o)
}

func (v Value) equals(w *Walk, o Value) bool {
	if v.kind != o.kind {
		return false
	}
	switch v.kind {
	case KindNull:
		return true
	case KindString, KindBigInteger:
		return v.text() == o.text()
	case KindList:
		return v.List().equals(w, o.List())
	case KindMap:
		return v.Map().equals(w, o.Map())
	case KindDateTime:
		return v.Time().Equal(o.Time()) && v.Text() == o.Text() // zone and offset count, too
	case kindObject:
		return v.equalsObject(o)
	case KindBoolean, KindInteger, KindLong, KindFloat, KindDouble:
		return v.num == o.num // Double.equals compares bits, as Java does
	}
	return false
}
