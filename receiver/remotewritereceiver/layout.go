package remotewritereceiver

import (
	"reflect"
	"unsafe"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/xpdata"
	"go.opentelemetry.io/collector/pdata/xpdata/pref"

	"github.com/sluice-otel/sluice/internal/pdatalayout"
)

// Attributes are most of what a batch costs: pdata allocates a list for every data
// point and a box for every string in it, and copies nothing. The boxes do not
// change once they are made, so that one box for a value serves all its data points;
// and the lists of a metric can be cut from one block. pdata has no function for
// either. This file does both by knowing how pdata lays an attribute list out in
// memory, and finds out when the receiver starts whether that is still so. If it is
// not, or if pdata recycles boxes, attributes are written by pdata's functions.

// keyValue mirrors pdata's internal KeyValue.
type keyValue struct {
	value    any // *AnyValue_StringValue, a box that does not change
	key      string
	strindex int32
}

// keyValueMap mirrors pcommon.Map.
type keyValueMap struct {
	list  *[]keyValue
	state unsafe.Pointer
}

// listOf returns the attribute list behind a map.
func listOf(m pcommon.Map) *[]keyValue {
	return (*keyValueMap)(unsafe.Pointer(&m)).list //nolint:gosec // the layout is checked by sharingWorks
}

// boxedAll returns an attribute for each pair of a name and a value, boxes and all,
// as pdata makes them.
func boxedAll(n int, pair func(int) (name, value string)) []keyValue {
	if n == 0 {
		return nil
	}
	var b xpdata.MapBuilder
	b.EnsureCapacity(n)
	for i := range n {
		name, value := pair(i)
		b.AppendEmpty(name).SetStr(value)
	}
	m := pcommon.NewMap()
	b.UnsafeIntoMap(m)
	return *listOf(m)
}

// sharingWorks reports whether attribute lists can be made by hand: the types have
// the layout that is expected, what is written by hand is read and changed by pdata
// as what it has written itself, and boxes are not recycled.
func sharingWorks() bool {
	if pref.UseProtoPooling.IsEnabled() {
		return false
	}
	return pdatalayout.Same(reflect.TypeFor[pcommon.Map](), reflect.TypeFor[keyValueMap]()) && behavesAlike()
}

// behavesAlike makes two maps by hand that share a box, lets pdata change one, and
// looks whether the other is as before.
func behavesAlike() bool {
	boxes := boxedAll(2, func(i int) (string, string) { return []string{"name", "more"}[i], []string{"before", "x"}[i] })
	one, other := pcommon.NewMap(), pcommon.NewMap()
	*listOf(one) = []keyValue{{value: boxes[0].value, key: "name"}, boxes[1]}
	*listOf(other) = []keyValue{boxes[0]}
	v, ok := one.Get("name")
	if !ok || v.Type() != pcommon.ValueTypeStr || v.Str() != "before" {
		return false
	}
	copied := pcommon.NewMap()
	one.CopyTo(copied)
	pcommon.NewValueStr("between").CopyTo(v)
	v.SetStr("after")
	one.PutStr("name", "later")
	one.Remove("name")
	one.PutStr("name", "last")
	one.Clear()
	for _, m := range []pcommon.Map{other, copied} {
		if v, ok := m.Get("name"); !ok || v.Str() != "before" {
			return false
		}
	}
	return copied.Len() == 2
}
