package document_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/sluice-otel/sluice/ingest/document"
)

func TestKeysThatAreNoStrings(t *testing.T) {
	d := document.New(time.Time{})
	m := d.NewMap()
	keys := []document.Value{
		document.String("1"), document.Integer(1), document.Long(1), document.Double(1), document.Null,
		document.Boolean(true), document.String("true"), document.ListOf(d.NewList()), document.MapOf(d.NewMap()),
	}
	for i, k := range keys {
		m.PutKey(k, document.Integer(int32(i)))
	}
	assert.Equal(t, len(keys), m.Len(), "each is a key of its own")
	for i, k := range keys {
		v, ok := m.GetKey(k)
		assert.True(t, ok, k.Text())
		assert.Equal(t, document.Integer(int32(i)), v, k.Text())
		assert.True(t, k.Equals(m.KeyAt(i)), k.Text())
	}
	assert.True(t, m.DeleteKey(document.Integer(1)))
	assert.False(t, m.DeleteKey(document.Integer(1)))
	_, ok := m.GetKey(document.Long(1))
	assert.True(t, ok)
}

func TestOrderOfKeys(t *testing.T) {
	d := document.New(time.Time{})
	m := d.NewMap()
	for _, k := range []int32{100, 20, 3} {
		m.PutKey(document.Integer(k), document.Null)
	}
	assert.Equal(t, "{3=null, 100=null, 20=null}", document.MapOf(m).Text(), "by hash, modulo 16")
	m.SetOrder(document.InsertionOrder)
	assert.Equal(t, "{100=null, 20=null, 3=null}", document.MapOf(m).Text())
	m.SetOrder(document.KeyOrder)
	assert.Equal(t, "{3=null, 20=null, 100=null}", document.MapOf(m).Text())
}

func TestCompareStringsIsByCodeUnit(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"a", "b", -1},
		{"ab", "a", 1},
		{"", "abc", -3},
		{"aé", "az", 'é' - 'z'},
		{"\uffff", "😀", 0xffff - 0xd83d}, // the other way round in UTF-8
		{"😀", "😀a", -1},
		{"x😀", "x", 2},
	} {
		assert.Equal(t, c.want, document.CompareStrings(c.a, c.b), "%q %q", c.a, c.b)
	}
}
