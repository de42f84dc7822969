package document_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/document"
)

// everyKind has values that Java's equals all tells apart.
var everyKind = []document.Value{
	document.Null,
	document.Boolean(true),
	document.Boolean(false),
	document.Integer(1),
	document.Integer(-1),
	document.Long(1),
	document.BigInteger("18446744073709551615"),
	document.Float(1),
	document.Double(1),
	document.Double(0),
	document.Double(math.Copysign(0, -1)),
	document.Double(math.NaN()),
	document.String("1"),
	document.String("true"),
	document.String("18446744073709551615"),
	document.String(""),
	document.ListOf(&document.List{}),
	listOf(document.Integer(1)),
	listOf(document.Long(1)),
	listOf(document.Null),
	document.MapOf(&document.Map{}),
	mapOf("a", document.Integer(1)),
	mapOf("a", document.Long(1)),
	mapOf("b", document.Integer(1)),
	document.DateTime(time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)),
	document.DateTime(time.Date(2026, 1, 2, 1, 0, 0, 0, time.FixedZone("", 3600))),
}

func listOf(items ...document.Value) document.Value {
	l := &document.List{}
	for _, item := range items {
		l.Append(item)
	}
	return document.ListOf(l)
}

func mapOf(key string, v document.Value) document.Value {
	m := &document.Map{}
	m.Put(key, v)
	return document.MapOf(m)
}

func TestEqualsTellsJavaClassesApart(t *testing.T) {
	d := document.New(time.Time{})
	for i, a := range everyKind {
		for j, b := range everyKind {
			assert.Equal(t, i == j, a.Equals(b), "%s %s equals %s %s", a.Kind().Class(), a.Text(), b.Kind().Class(), b.Text())
		}
		assert.True(t, a.Equals(d.Copy(a)), "a copy is equal")
		assert.Equal(t, a.HashCode(), d.Copy(a).HashCode())
	}
}

func TestMapsAreEqualWhateverTheirOrder(t *testing.T) {
	a, b := parse(t, `{"x":1,"y":[{"z":null}]}`), parse(t, `{"y":[{"z":null}],"x":1}`)
	assert.True(t, document.MapOf(a.Source()).Equals(document.MapOf(b.Source())))
	assert.Equal(t, document.MapOf(a.Source()).HashCode(), document.MapOf(b.Source()).HashCode())
	assert.False(t, document.MapOf(a.Source()).Equals(document.MapOf(parse(t, `{"x":1,"y":[{"q":null}]}`).Source())))
}

func TestAccessorsOfAnotherKindAreZero(t *testing.T) {
	for _, v := range everyKind {
		k := v.Kind()
		if k != document.KindString {
			assert.Empty(t, v.Str())
		}
		assert.Equal(t, k == document.KindList, v.List() != nil)
		assert.Equal(t, k == document.KindMap, v.Map() != nil)
		assert.Equal(t, k == document.KindDateTime, !v.Time().IsZero())
		assert.Equal(t, k == document.KindNull, v.IsNull())
		if !v.IsNumber() {
			assert.Zero(t, v.Int64())
			assert.Zero(t, math.Float64bits(v.Float64()))
		}
		if k != document.KindBoolean {
			assert.False(t, v.Bool())
		}
	}
	assert.True(t, document.ListOf(nil).IsNull())
	assert.True(t, document.MapOf(nil).IsNull())
}

// What Number.longValue and Number.doubleValue return.
func TestNumbersConvertAsInJava(t *testing.T) {
	for _, c := range []struct {
		in     document.Value
		long   int64
		double float64
	}{
		{document.Integer(-7), -7, -7},
		{document.Long(math.MaxInt64), math.MaxInt64, 9223372036854775807},
		{document.Double(-1.9), -1, -1.9},
		{document.Double(1e30), math.MaxInt64, 1e30},
		{document.Double(-1e30), math.MinInt64, -1e30},
		{document.Float(1.5), 1, 1.5},
		{document.BigInteger("18446744073709551615"), -1, 1.8446744073709552e19},
		{document.BigInteger("-18446744073709551621"), -5, -1.8446744073709552e19},
		{document.BigInteger("9223372036854775808"), math.MinInt64, 9.223372036854776e18},
		{document.BigInteger("340282366920938463463374607431768211456"), 0, 3.4028236692093846e38},
	} {
		assert.Equal(t, c.long, c.in.Int64(), c.in.Text())
		assert.InDelta(t, c.double, c.in.Float64(), 0, c.in.Text())
	}
	assert.Zero(t, document.Double(math.NaN()).Int64())
}

func TestNumberIsTheSmallestClassThatHoldsIt(t *testing.T) {
	for n, want := range map[int64]document.Kind{
		0: document.KindInteger, math.MaxInt32: document.KindInteger, math.MinInt32: document.KindInteger,
		math.MaxInt32 + 1: document.KindLong, math.MinInt32 - 1: document.KindLong,
	} {
		assert.Equal(t, want, document.Number(n).Kind(), n)
		assert.Equal(t, n, document.Number(n).Int64())
	}
}

// What OpenJDK 17 prints for the same values.
func TestHashCodesAreJavas(t *testing.T) {
	for _, c := range []struct {
		in   document.Value
		want int32
	}{
		{document.String("é😀"), 1996812},
		{document.String("Aa"), 2112},
		{document.String("BB"), 2112},
		{document.BigInteger("18446744073709551615"), -32},
		{document.BigInteger("-18446744073709551621"), -966},
		{document.BigInteger("9223372036854775808"), math.MinInt32},
		{document.BigInteger("340282366920938463463374607431768211456"), 923521},
		{document.Double(math.Copysign(0, -1)), math.MinInt32},
		{document.Double(math.NaN()), 2146959360},
		{listOf(document.Long(1), document.Double(2.5), document.Boolean(true), document.Null, document.String("x"), document.Float(1.5)), 378451769},
	} {
		assert.Equal(t, c.want, c.in.HashCode(), c.in.Text())
	}
}

func TestACopySharesNothing(t *testing.T) {
	d := parse(t, `{"a":{"b":[1,{"c":"x"}]}}`)
	before := string(document.MapOf(d.Source()).AppendJSON(nil))
	v, err := d.Get(document.MustPath("a"))
	require.NoError(t, err)
	c := d.Copy(v)
	c.Map().Put("new", document.Null)
	b, _ := c.Map().Get("b")
	b.List().At(1).Map().Put("c", document.String("changed"))
	b.List().RemoveAt(0)
	assert.JSONEq(t, before, string(document.MapOf(d.Source()).AppendJSON(nil)))
}

func TestAReadOnlyViewIsTheSameValue(t *testing.T) {
	for _, v := range everyKind {
		container := v.Kind() == document.KindList || v.Kind() == document.KindMap
		assert.Equal(t, container, v.ReadOnly().IsReadOnly())
		assert.False(t, v.IsReadOnly())
		assert.True(t, v.Equals(v.ReadOnly()))
	}
}
