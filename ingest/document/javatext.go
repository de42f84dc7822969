package document

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// Text returns v as Java's toString does: 1.0E10, [a, b], {a=1, b=null}.
// Templates and error messages show values this way.
func (v Value) Text() string {
	if v.kind == KindString {
		return v.Str()
	}
	return string(v.AppendText(nil))
}

// AppendText appends v's Java text to dst.
func (v Value) AppendText(dst []byte) []byte {
	if v.kind < KindList || v.kind == KindDateTime {
		return v.WalkText(nil, dst)
	}
	return v.WalkText(&Walk{}, dst)
}

// WalkText is AppendText as part of a Walk, which scalars do not need.
func (v Value) WalkText(w *Walk, dst []byte) []byte {
	switch v.kind {
	case KindNull:
		return append(dst, "null"...)
	case KindBoolean:
		return strconv.AppendBool(dst, v.Bool())
	case KindInteger, KindLong:
		return strconv.AppendInt(dst, v.Int64(), 10)
	case KindFloat:
		return appendJavaFloat(dst, v.Float64(), 32)
	case KindDouble:
		return appendJavaFloat(dst, v.Float64(), 64)
	case KindString, KindBigInteger:
		return append(dst, v.text()...)
	case KindList:
		return v.List().appendText(w, dst)
	case KindMap:
		return v.Map().appendText(w, dst)
	case KindDateTime:
		return appendDateTime(dst, v.Time())
	case kindObject:
		if h, ok := v.Object().(Holder); ok {
			w.In(len(dst))
			defer w.Out()
			return h.WalkText(w, dst)
		}
		return v.Object().AppendText(dst)
	}
	return dst
}

func (l *List) appendText(w *Walk, dst []byte) []byte {
	w.In(len(dst))
	defer w.Out()
	dst = append(dst, '[')
	for i, item := range l.items {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = item.WalkText(w, dst)
	}
	return append(dst, ']')
}

func (m *Map) appendText(w *Walk, dst []byte) []byte {
	w.In(len(dst))
	defer w.Out()
	dst = append(dst, '{')
	for i, at := range m.JavaOrder() {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = append(m.KeyAt(at).WalkText(w, dst), '=')
		dst = m.entries[at].Value.WalkText(w, dst)
	}
	return append(dst, '}')
}

// appendJavaFloat is Double.toString and Float.toString: decimal from 10^-3 to
// 10^7, computerised scientific notation outside, always with a fraction.
func appendJavaFloat(dst []byte, f float64, bits int) []byte {
	switch abs := math.Abs(f); {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	case abs == 0 || abs >= 1e-3 && abs < 1e7:
		start := len(dst)
		dst = strconv.AppendFloat(dst, f, 'f', -1, bits)
		if slices.Index(dst[start:], '.') < 0 {
			dst = append(dst, ".0"...)
		}
		return dst
	}
	text := strconv.FormatFloat(f, 'e', -1, bits)
	if !strings.Contains(text, ".") { // a single digit: Java shows the two nearest
		text = strconv.FormatFloat(f, 'e', 1, bits)
	}
	mantissa, exponent, _ := strings.Cut(text, "e")
	exp, _ := strconv.Atoi(exponent)
	return strconv.AppendInt(append(append(dst, mantissa...), 'E'), int64(exp), 10)
}

// appendDateTime is ZonedDateTime.toString: seconds and fraction only where
// they are not zero, the zone id in brackets where it is more than an offset.
func appendDateTime(dst []byte, t time.Time) []byte {
	if t.Year() > 9999 {
		dst = append(dst, '+')
	}
	layout := "2006-01-02T15:04:05.000000000Z07:00"
	switch ns := t.Nanosecond(); {
	case ns == 0 && t.Second() == 0:
		layout = "2006-01-02T15:04Z07:00"
	case ns == 0:
		layout = "2006-01-02T15:04:05Z07:00"
	case ns%1e6 == 0:
		layout = "2006-01-02T15:04:05.000Z07:00"
	case ns%1e3 == 0:
		layout = "2006-01-02T15:04:05.000000Z07:00"
	}
	dst = t.AppendFormat(dst, layout)
	if name := t.Location().String(); strings.Contains(name, "/") {
		dst = append(append(append(dst, '['), name...), ']')
	}
	return dst
}

// JavaOrder returns the positions of the entries in the order in which the map
// iterates in Java. A java.util.HashMap that had the same insertions and
// deletions does so by bucket of a power-of-two table, by insertion inside a
// bucket. The table has 16 buckets (see Document.NewMapOf), is doubled above a
// load of 0.75, and does not shrink.
func (m *Map) JavaOrder() []int { return m.AppendJavaOrder(nil) }

// AppendJavaOrder appends what JavaOrder returns to dst.
func (m *Map) AppendJavaOrder(dst []int) []int {
	dst = slices.Grow(dst, m.Len())
	if m.order != HashOrder {
		return m.appendOrder(dst)
	}
	mask := m.javaTable() - 1
	var few [64]uint64
	keys := few[:0]
	for i := range m.entries {
		h := m.hashAt(i)
		keys = append(keys, uint64((h^h>>16)&mask)<<32|uint64(i))
	}
	slices.Sort(keys)
	for _, k := range keys {
		dst = append(dst, int(uint32(k)))
	}
	return dst
}

// javaTable is the size of the HashMap's table.
func (m *Map) javaTable() uint32 {
	size := m.table
	if size == 0 {
		size = 16
	}
	for most := max(uint32(m.peak), uint32(len(m.entries))); most > size*3/4; {
		size *= 2
	}
	return size
}

// javaHash is String.hashCode, over UTF-16 code units.
func javaHash(s string) uint32 {
	var h uint32
	for _, r := range s {
		if r < 0x10000 {
			h = 31*h + uint32(r)
			continue
		}
		hi, lo := utf16.EncodeRune(r)
		h = 31*(31*h+uint32(hi)) + uint32(lo)
	}
	return h
}
