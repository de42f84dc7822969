package document

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The keys of documents are strings, but a map that a script makes may have
// others. Such a key stands in the entries under a name that no string has, and
// the map remembers the key by it.

// foreign starts the name of a key that is no string; no text in UTF-8 does.
const foreign = "\xff"

// keyName returns the name of a key: equal keys have the same, by Object.equals.
func keyName(k Value) string {
	if k.kind == KindString {
		return k.Str()
	}
	return string(k.WalkIdentity(&Walk{}, []byte(foreign)))
}

// WalkIdentity appends what tells v from every value that it does not equal.
func (v Value) WalkIdentity(w *Walk, dst []byte) []byte {
	w.In(len(dst))
	defer w.Out()
	dst = append(dst, byte('A'+v.kind))
	switch v.kind {
	case KindList:
		for _, item := range v.List().items {
			dst = item.WalkIdentity(w, dst)
		}
		return append(dst, ']')
	case KindMap:
		var parts []string
		for i := range v.Map().filled() {
			e := &v.Map().entries[i]
			parts = append(parts, string(e.Value.WalkIdentity(w, appendSized(nil, e.Key))))
		}
		slices.Sort(parts)
		return append(append(dst, strings.Join(parts, "")...), '}')
	case kindObject:
		o := v.Object()
		dst = appendSized(dst, o.JavaClass())
		if h, ok := o.(Holder); ok {
			return append(h.WalkIdentity(w, dst), ')')
		}
		return appendSized(dst, o.Identity())
	default:
		return appendSized(dst, v.Text())
	}
}

// appendSized appends s so that its end is clear.
func appendSized(dst []byte, s string) []byte {
	return append(append(strconv.AppendInt(dst, int64(len(s)), 10), ':'), s...)
}

// GetKey is Get for a key of any kind.
func (m *Map) GetKey(k Value) (Value, bool) {
	if k.kind != KindString && m.foreign == nil {
		return Null, false
	}
	return m.Get(keyName(k))
}

// PutKey is Put for a key of any kind.
func (m *Map) PutKey(k, v Value) {
	name := keyName(k)
	if k.kind != KindString {
		if m.foreign == nil {
			m.foreign = make(map[string]Value)
		}
		if _, ok := m.foreign[name]; !ok {
			m.foreign[name] = k
		}
	}
	m.Put(name, v)
}

// DeleteKey is Delete for a key of any kind.
func (m *Map) DeleteKey(k Value) bool {
	if k.kind == KindString {
		return m.Delete(k.Str())
	}
	if m.foreign == nil {
		return false
	}
	name := keyName(k)
	delete(m.foreign, name)
	return m.Delete(name)
}

// KeyAt returns the key of entry i, of any kind.
func (m *Map) KeyAt(i int) Value {
	name := m.filled()[i].Key
	if m.foreign != nil && strings.HasPrefix(name, foreign) {
		return m.foreign[name]
	}
	return String(name)
}

// An Order is what a map's class says about the order in which it iterates.
type Order uint8

// The orders of maps.
const (
	HashOrder      Order = iota // java.util.HashMap
	InsertionOrder              // java.util.LinkedHashMap
	KeyOrder                    // java.util.TreeMap
)

// Order returns the order in which the map iterates.
func (m *Map) Order() Order { return m.order }

// SetOrder makes the map one of another class.
func (m *Map) SetOrder(o Order) { m.order = o }

func (m *Map) hashAt(i int) uint32 {
	if m.foreign == nil {
		return javaHash(m.entries[i].Key)
	}
	return uint32(m.KeyAt(i).HashCode())
}

// appendOrder appends the order of insertion or of the keys.
func (m *Map) appendOrder(dst []int) []int {
	start := len(dst)
	for i := range m.entries {
		dst = append(dst, i)
	}
	if m.order == KeyOrder {
		slices.SortFunc(dst[start:], func(a, b int) int { return compareKeys(m.KeyAt(a), m.KeyAt(b)) })
	}
	return dst
}

// compareKeys is Comparable.compareTo for strings and numbers; other keys are
// ordered by their text.
func compareKeys(a, b Value) int {
	switch {
	case a.kind == KindString && b.kind == KindString:
		return CompareStrings(a.Str(), b.Str())
	case a.IsNumber() && b.IsNumber() && a.kind <= KindLong && b.kind <= KindLong:
		return cmp.Compare(a.Int64(), b.Int64())
	case a.IsNumber() && b.IsNumber():
		return cmp.Compare(a.Float64(), b.Float64())
	}
	return CompareStrings(a.Text(), b.Text())
}

// CompareStrings is String.compareTo: the difference of the first UTF-16 code
// units that differ, or of the lengths in code units.
func CompareStrings(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] && a[i] < utf8.RuneSelf {
		i++
	}
	a, b = a[i:], b[i:]
	if a != "" && b != "" && a[0] < utf8.RuneSelf && b[0] < utf8.RuneSelf {
		return int(a[0]) - int(b[0])
	}
	x, y := utf16.Encode([]rune(a)), utf16.Encode([]rune(b))
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return int(x[i]) - int(y[i])
		}
	}
	return len(x) - len(y)
}

// Identity returns a string that is the same for equal values, by Object.equals,
// and for no others.
func (v Value) Identity() string { return string(v.WalkIdentity(&Walk{}, nil)) }
