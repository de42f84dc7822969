package document

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestCutEndsWhatHasNoEnd(t *testing.T) {
	d := New(time.Time{})
	d.Source().Put("a", String("x"))
	d.Cut()
	assert.False(t, d.WasCut())

	d.Source().Put("self", MapOf(d.Source()))
	l := d.NewList()
	l.Append(ListOf(l))
	d.Metadata().Put("_list", ListOf(l))
	d.Ingest().Put("map", MapOf(d.Ingest()))
	d.Cut()
	assert.True(t, d.WasCut())
	assert.JSONEq(t, `{"a":"x","self":null}`, string(MapOf(d.Source()).AppendJSON(nil)))
	assert.JSONEq(t, `{"_list":[null]}`, string(MapOf(d.Metadata()).AppendJSON(nil)))

	d.Reset(time.Time{})
	assert.False(t, d.WasCut())
	twice := d.NewList()
	for range 60 { // 2⁶⁰ values, in 60 lists
		next := d.NewList()
		next.Append(ListOf(twice))
		next.Append(ListOf(twice))
		twice = next
	}
	d.Source().Put("twice", ListOf(twice))
	d.Cut()
	assert.True(t, d.WasCut())
	assert.True(t, d.finite())
}
