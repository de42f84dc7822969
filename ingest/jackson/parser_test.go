package jackson_test

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/jackson"
)

func TestValuesHaveTheClassesElasticsearchGivesThem(t *testing.T) {
	for text, want := range map[string]document.Value{
		"":                      document.Null,
		" \t\r\n// nothing":     document.Null,
		"null":                  document.Null,
		"true":                  document.Boolean(true),
		"-2147483648":           document.Integer(-2147483648),
		"2147483648":            document.Long(2147483648),
		"9223372036854775808":   document.BigInteger("9223372036854775808"),
		"-9223372036854775809":  document.BigInteger("-9223372036854775809"),
		"1.0":                   document.Double(1),
		"1e2":                   document.Double(100),
		"/* c */ -0 // c":       document.Integer(0),
		`"a\"\\\/\b\f\n\r\tz"`:  document.String("a\"\\/\b\f\n\r\tz"),
		`"\u00e9\uD83D\uDE00"`:  document.String("é😀"),
		`"\ud83d\ud83d\ude00"`:  document.String("\uFFFD😀"),
		"\"\xff unchecked\"":    document.String("\xff unchecked"),
		`"no escape, no copy" `: document.String("no escape, no copy"),
	} {
		v, err := parse(text)
		require.NoError(t, err, text)
		assert.True(t, v.Equals(want), "%s: want %s, got %s", text, want.Text(), v.Text())
	}
}

// The messages are those of Jackson 2.17 for the same texts.
func TestErrorsReadAsJacksonsDo(t *testing.T) {
	const expected = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
	for _, c := range []struct {
		text, message string
		line, column  string
	}{
		{"blah", "Unrecognized token 'blah': was expecting " + expected, "1", "5"},
		{"\n\r\n {\"a\":\r x€-}", "Unrecognized token 'x€': was expecting " + expected, "4", "4"},
		{`["😀",é]`, "Unrecognized token 'é': was expecting " + expected, "1", "8"},
		{"truex", "Unrecognized token 'truex': was expecting " + expected, "1", "6"},
		{"-Infx", "Unrecognized token '-Infx': was expecting " + expected, "1", "6"},
		{strings.Repeat("a", 300), "Unrecognized token '" + strings.Repeat("a", 256) + "...': was expecting " + expected, "1", "257"},
		{"<a>", "Unexpected character ('<' (code 60)): expected a valid value " + expected, "1", "1"},
		{"[1,]", "Unexpected character (']' (code 93)): expected a valid value " + expected, "1", "4"},
		{`{"a":}`, "Unexpected character ('}' (code 125)): expected a value", "1", "6"},
		{"{'a':1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name", "1", "2"},
		{`{"a":1,}`, "Unexpected character ('}' (code 125)): was expecting double-quote to start field name", "1", "8"},
		{`{"a" 1}`, "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value", "1", "6"},
		{`{"a":1 "b":2}`, "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries", "1", "8"},
		{"[1 2]", "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", "1", "4"},
		{`{"a":"b`, "Unexpected end-of-input: was expecting closing quote for a string value", "1", "8"},
		{`{"a`, "Unexpected end-of-input in field name", "1", "4"},
		{`{"a"`, "Unexpected end-of-input within/between Object entries", "1", "5"},
		{"[1,", "Unexpected end-of-input within/between Array entries", "1", "4"},
		{"/*", "Unexpected end-of-input in a comment", "1", "3"},
		{"/x", "Unexpected character ('x' (code 120)): was expecting either '*' or '/' for a comment", "1", "2"},
		{`"\q"`, "Unrecognized character escape 'q' (code 113)", "1", "3"},
		{`"\u12`, "Unexpected end-of-input in character escape sequence", "1", "6"},
		{`"\u12G4"`, "Unexpected character ('G' (code 71)): expected a hex-digit for character escape sequence", "1", "6"},
		{"\"a\nb\"", "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value", "1", "3"},
		{"{\"a\tb\":1}", "Illegal unquoted character ((CTRL-CHAR, code 9)): has to be escaped using backslash to be included in name", "1", "4"},
		{"[\x00]", `Illegal character ((CTRL-CHAR, code 0)): only regular white space (\r, \n, \t) is allowed between tokens`, "1", "3"},
		{"01", "Invalid numeric value: Leading zeroes not allowed", "1", "2"},
		{"-", "Unexpected end-of-inputNo digit following sign", "1", "2"},
		{"[-I1]", "Unexpected character ('1' (code 49)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value", "1", "4"},
		{"[12.x]", "Unexpected character ('x' (code 120)) in numeric value: Decimal point not followed by a digit", "1", "4"},
		{"1e+", "Unexpected end-of-inputexpected a digit for number exponent", "1", "4"},
		{"123x", "Unexpected character ('x' (code 120)): Expected space separating root-level values", "1", "4"},
		{"+1", "Unexpected character ('+' (code 43)) in numeric value: JSON spec does not allow numbers to have plus signs: enable `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow", "1", "2"},
		{"[NaN]", "Non-standard token 'NaN': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow", "1", "5"},
		{`{"a":1,"a":2}`, "Duplicate field 'a'", "1", "11"},
	} {
		_, err := parse(c.text)
		want := c.message + "\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: " + c.line + ", column: " + c.column + "]"
		require.EqualError(t, err, want, c.text)
		assert.Equal(t, jackson.ParseException, document.ClassOf(err))
	}
}

func TestErrorsNameTheBracketThatIsOpen(t *testing.T) {
	const source = "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1"
	for text, want := range map[string]string{
		"[{":   "Unexpected end-of-input: expected close marker for Object (start marker at " + source + ", column: 2])\n at " + source + ", column: 3]",
		" [1}": "Unexpected close marker '}': expected ']' (for Array starting at " + source + ", column: 2])\n at " + source + ", column: 4]",
		"]":    "Unexpected close marker ']': expected '}' (for root starting at " + source + "])\n at " + source + ", column: 1]",
	} {
		_, err := parse(text)
		require.EqualError(t, err, want, text)
	}
}

func TestSizesAreBounded(t *testing.T) {
	_, err := parse(strings.Repeat("[", 1000) + strings.Repeat("]", 1000))
	require.NoError(t, err)
	_, err = parse(strings.Repeat(`{"a":`, 1_000_000))
	require.EqualError(t, err, "Document nesting depth (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNestingDepth()`)")
	_, err = parse(strings.Repeat("1", 1001))
	require.EqualError(t, err, "Number value length (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNumberLength()`)")
}

func TestTheLastOfRepeatedKeysCountsWhereTheyAreAllowed(t *testing.T) {
	p := jackson.NewParser(document.New(time.Time{}), `{"a":1,"b":2,"a":{"c":3}}`)
	p.AllowDuplicateKeys = true
	v, err := p.Value()
	require.NoError(t, err)
	assert.JSONEq(t, `{"a":{"c":3},"b":2}`, string(v.AppendJSON(nil)))
}

func TestAtEndLooksAtTheNextTokenOnly(t *testing.T) {
	for text, want := range map[string]bool{"1 // c": true, "1 2": false, `1 {"`: false, `1 "`: false} {
		p := jackson.NewParser(document.New(time.Time{}), text)
		_, err := p.Value()
		require.NoError(t, err)
		end, err := p.AtEnd()
		require.NoError(t, err)
		assert.Equal(t, want, end, text)
	}
	p := jackson.NewParser(document.New(time.Time{}), "{}x")
	_, err := p.Value()
	require.NoError(t, err)
	_, err = p.AtEnd()
	require.ErrorContains(t, err, "Unrecognized token 'x'")
}

func parse(text string) (document.Value, error) {
	return jackson.NewParser(document.New(time.Time{}), text).Value()
}

func TestParseTakesOneValueAndNothingElse(t *testing.T) {
	d := document.New(time.Time{})
	v, err := jackson.Parse(d, ` {"a": 18446744073709551615} // end`)
	require.NoError(t, err)
	assert.JSONEq(t, `{"a":18446744073709551615}`, string(v.AppendJSON(nil)))
	for text, want := range map[string]string{
		"":     "No content to map due to end-of-input\n at ",
		"{} {": "Unexpected character ('{' (code 123)): expected nothing after the value\n at ",
		"{} x": "Unexpected character ('x' (code 120)): expected nothing after the value\n at ",
	} {
		_, err := jackson.Parse(d, text)
		require.ErrorContains(t, err, want, text)
	}
}

// FuzzParser compares with encoding/json, which takes neither comments nor
// values behind the first.
func FuzzParser(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,-2.5e3,null,true,"\u00e9\ud83d\ude00\n"],"b":{"c":{}}}`, "// c\n[1]", `"\ud83d`, "-Infinity", "[1.", "{\"a\":1,\"a\":2}",
		"18446744073709551616", `{"a":1}x`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := document.New(time.Time{})
		p := jackson.NewParser(d, text)
		p.AllowDuplicateKeys = true
		got, err := p.Value()
		if _, strictErr := jackson.Parse(d, text); err != nil {
			require.Error(t, strictErr)
		}
		if !json.Valid([]byte(text)) || !utf8.ValidString(text) {
			return
		}
		if err != nil && strings.Contains(err.Error(), "exceeds the maximum allowed") {
			return
		}
		require.NoError(t, err)
		dec := json.NewDecoder(strings.NewReader(text))
		dec.UseNumber()
		var want any
		require.NoError(t, dec.Decode(&want))
		assertSame(t, want, got)
	})
}

func assertSame(t *testing.T, want any, got document.Value) {
	t.Helper()
	switch w := want.(type) {
	case map[string]any:
		require.Equal(t, document.KindMap, got.Kind())
		require.Equal(t, len(w), got.Map().Len())
		for k, v := range got.Map().All() {
			assertSame(t, w[k], v)
		}
	case []any:
		require.Equal(t, document.KindList, got.Kind())
		require.Equal(t, len(w), got.List().Len())
		for i, v := range got.List().All() {
			assertSame(t, w[i], v)
		}
	case json.Number:
		f, _ := strconv.ParseFloat(string(w), 64)
		require.Equal(t, math.Float64bits(f+0), math.Float64bits(got.Float64()+0), w)
		if n, err := w.Int64(); err == nil {
			require.Equal(t, n, got.Int64())
		}
	case string:
		require.Equal(t, w, got.Str())
	case bool:
		require.Equal(t, document.Boolean(w), got)
	case nil:
		require.Equal(t, document.KindNull, got.Kind())
	}
}

const event = `{"time":"2021-07-27T16:52:10.606Z","level":"info","pid":4711,"tags":["a","b"],"http":{"status":200,"took":1.5,"url":"/a?b=c"},"user":null}`

func BenchmarkParser(b *testing.B) {
	d := document.New(time.Time{})
	b.ReportAllocs()
	b.SetBytes(int64(len(event)))
	for b.Loop() {
		d.Reset(time.Time{})
		if _, err := jackson.NewParser(d, event).Value(); err != nil {
			b.Fatal(err)
		}
	}
}

func TestReadingAllocatesNothingOfItsOwn(t *testing.T) {
	d := document.New(time.Time{})
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() {
		d.Reset(time.Time{})
		if _, err := jackson.NewParser(d, event).Value(); err != nil {
			t.Fatal(err)
		}
	}), 1.0)
}
