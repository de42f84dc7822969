package document_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/jackson"
)

func TestDatesAreWrittenWithTheDigitsTheyHave(t *testing.T) {
	for ns, want := range map[int]string{
		0: "000", 100_000_000: "100", 678_000_000: "678", 816_036_000: "816036", 816_036_100: "8160361", 1: "000000001",
	} {
		v := document.DateTime(time.Date(2026, 1, 2, 3, 4, 5, ns, time.FixedZone("", 3600)))
		assert.Equal(t, `"2026-01-02T03:04:05.`+want+`+01:00"`, string(v.AppendJSON(nil)))
	}
}

func TestJSONComesOutAsItWentIn(t *testing.T) {
	for _, text := range []string{
		`null`, `true`, `-1`, `2147483648`, `18446744073709551615`, `1.5`, `0.0`, `1.0E10`, `"é😀\\\"\n\r\t\u0000\u001f/"`, `[]`, `{}`,
		`[[],{"a":[null,{"b":{}}]}]`, `{"b":1,"a":2,"":3}`,
	} {
		v, err := jackson.Parse(document.New(time.Time{}), text)
		require.NoError(t, err)
		assert.Equal(t, text, string(v.AppendJSON(nil)))
	}
}

// Invalid UTF-8, which no Java string can have, becomes U+FFFD on the way out.
func TestWhatIsNoUTF8IsReplaced(t *testing.T) {
	assert.Equal(t, "\"a\ufffdb\ufffd\ufffd\"", string(document.String("a\xffb\xc3\x28"[:4]+"\xfe").AppendJSON(nil)))
	d := document.New(time.Time{})
	d.Source().Put("\xff", document.Null)
	assert.Equal(t, "{\"\ufffd\":null}", string(document.MapOf(d.Source()).AppendJSON(nil)))
}

// However plain and other characters meet, what is read again is the text.
// Long texts are looked at many bytes at a time.
func TestEveryPairOfBytesIsQuotedInALongText(t *testing.T) {
	for _, at := range []int{3, 31, 40} {
		for pair := range 1 << 16 {
			s := []byte(strings.Repeat("plain ", 12))
			s[at], s[at+1] = byte(pair>>8), byte(pair)
			var got string
			require.NoError(t, json.Unmarshal(document.AppendQuoted(nil, string(s)), &got))
			if got != string([]rune(string(s))) {
				t.Fatalf("%q became %q", s, got)
			}
		}
	}
}

func FuzzQuoted(f *testing.F) {
	for _, s := range []string{
		"", "plain", "12345678", "1234567\"", "\"", "é", "plain é plain", "\x00\x1f\x7f", "a\xffb", `\\\\\`, "\u2028 😀 tail that is long enough",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var got string
		require.NoError(t, json.Unmarshal(document.AppendQuoted(nil, s), &got))
		require.Equal(t, string([]rune(s)), got)
	})
}

func TestWhatJSONHasNoNumberForIsQuoted(t *testing.T) {
	for text, want := range map[string]string{"NaN": `"NaN"`, "Infinity": `"Infinity"`, "-Infinity": `"-Infinity"`, "1e400": `"Infinity"`} {
		f, ok := document.ParseFloat(text, 64)
		require.True(t, ok)
		assert.Equal(t, want, string(document.Double(f).AppendJSON(nil)))
	}
}
