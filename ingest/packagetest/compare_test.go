package packagetest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest"
)

func TestCompare(t *testing.T) {
	for name, c := range map[string]struct {
		want, got, diff string
		dynamic         map[string]string
	}{
		"numbers by value":        {want: `{"a":1,"b":1.50,"c":10000000}`, got: `{"a":1.0,"b":1.5,"c":1.0E7}`},
		"large whole numbers":     {want: `{"a":9007199254740993}`, got: `{"a":9007199254740992}`, diff: `a: want 9007199254740993, got 9007199254740992`},
		"maps without order":      {want: `{"a":{"b":1,"c":2}}`, got: `{"a":{"c":2,"b":1}}`},
		"lists with order":        {want: `{"a":[1,2]}`, got: `{"a":[2,1]}`, diff: "a[0]: want 1, got 2\n  a[1]: want 2, got 1"},
		"lists of another length": {want: `{"a":[1]}`, got: `{"a":[1,2]}`, diff: "a: want [1], got [1,2]"},
		"a string is no number":   {want: `{"a":"1"}`, got: `{"a":1}`, diff: `a: want "1", got 1`},
		"null is not missing":     {want: `{"a":null}`, got: `{}`, diff: "a: missing, want null"},
		"more than wanted":        {want: `{}`, got: `{"a":null}`, diff: "a: not wanted, got null"},
		"another class":           {want: `{"a":{"b":1}}`, got: `{"a":[1]}`, diff: `a: want {"b":1}, got [1]`},
		"error.message":           {want: `{"error":{"message":"x"}}`, got: `{"error":{"message":"x"}}`, diff: "error.message: x"},
		"dynamic":                 {want: `{"a":{"b":"1"}}`, got: `{"a":{"b":"2"}}`, dynamic: map[string]string{"a.b": `^\d$`}},
		"dynamic, dotted key":     {want: `{"a.b":"1"}`, got: `{"a.b":"2"}`, dynamic: map[string]string{"a.b": `.`}},
		"dynamic, not there":      {want: `{"a":{"b":"1"}}`, got: `{}`, dynamic: map[string]string{"a.b": `.`}},
		"dynamic, does not match": {want: `{"a":"1"}`, got: `{"a":"x"}`, dynamic: map[string]string{"a": `^\d$`}, diff: `a: "x" does not match ^\d$`},
		"dynamic, no text":        {want: `{"a":1}`, got: `{"a":2}`, dynamic: map[string]string{"a": `.`}, diff: `a: 2 is no text to match .`},
		"dynamic, no pattern":     {want: `{"a":"1"}`, got: `{"a":"2"}`, dynamic: map[string]string{"a": `(`}, diff: "a: error parsing regexp: missing closing ): `(`"},
		"dropped":                 {want: `null`, got: `null`},
		"dropped, but not wanted": {want: `{}`, got: `null`, diff: "dropped: want false, got true"},
		"not dropped, but wanted": {want: `null`, got: `{}`, diff: "dropped: want true, got false"},
	} {
		want, err := decode([]byte(c.want))
		require.NoError(t, err, name)
		got, err := decode([]byte(c.got))
		require.NoError(t, err, name)
		err = compare(want, got, c.dynamic)
		if c.diff == "" {
			require.NoError(t, err, name)
			continue
		}
		assert.EqualError(t, err, c.diff, name)
	}
}

func TestParamsAreSorted(t *testing.T) {
	sources := []ingest.Source{{Data: []byte("b: {z: 1, y: 2}\na:\n  params: {z: {d: 1, c: [{f: 1, e: 2}]}, \"0x1\": 2}\n")}, {Data: []byte("z: 1")}}
	changed, err := sortParams(sources)
	require.NoError(t, err)
	assert.True(t, changed)
	assert.Equal(t, "b: {z: 1, y: 2}\na:\n    params: {\"0x1\": 2, z: {c: [{e: 2, f: 1}], d: 1}}\n", string(sources[0].Data))
	assert.Equal(t, "z: 1", string(sources[1].Data))
}
