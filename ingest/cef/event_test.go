package cef

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/regex"
)

func TestHeadersEndWithAPipe(t *testing.T) {
	e, err := Parse(`CEF:0|sec\\urity|threat\|->manager|1=0|\100|stopped|10|`)
	require.NoError(t, err)
	assert.Equal(t, &Event{
		Version: "0", DeviceVendor: `sec\urity`, DeviceProduct: "threat|->manager", DeviceVersion: "1=0",
		EventClassID: `\100`, Name: "stopped", Severity: "10",
	}, e)
	for line, want := range map[string]error{
		"": ErrFormat, "CEF:0": ErrFormat, "cef:0|a|b|c|d|e|f|": ErrFormat, " CEF:0|": ErrFormat,
		"CEF:0|": ErrHeader, `CEF:0|a|b|c|d|e\|f|`: ErrHeader, "CEF:0|a|b|c|d|e|f": ErrHeader,
	} {
		_, err := Parse(line)
		require.ErrorIs(t, err, want, line)
	}
}

func TestExtensionsArePairs(t *testing.T) {
	for text, want := range map[string][]Extension{
		"":                                       nil,
		"src=10.0.0.192 dst=1.2.3.4":             {{"src", "10.0.0.192"}, {"dst", "1.2.3.4"}},
		" src=1":                                 {{"src", "1"}},
		"junk src=1":                             {{"src", "1"}},
		"src= dst=1 spt=":                        {{"src", ""}, {"dst", "1"}, {"spt", ""}},
		"msg=a b    src=1 ":                      {{"msg", "a b   "}, {"src", "1"}},
		"a=1 msg=b\t \r\n":                       {{"a", "1"}, {"msg", "b"}},
		"msg=a\tb\rc\nd\t src=1":                 {{"msg", "a\tb\rc\nd\t"}, {"src", "1"}},
		"msg=a\tsrc=1":                           {{"msg", "a"}, {"src", "1"}},
		`msg=a+b\=c x=c\\d\=z`:                   {{"msg", "a+b=c"}, {"x", `c\d=z`}},
		"msg=a\\\nb\\\r\\\nc\\\\d\\\\\\=. n=\\n": {{"msg", "a\nb\r\nc\\d\\=."}, {"n", `\n`}},
		"moo=this|has a pipe":                    {{"moo", "this|has a pipe"}},
		"Some-Key=1 _k=2":                        {{"Some-Key", "1"}, {"_k", "2"}},
		"ad.a[0]=1 ad.é-b.c=2":                   {{"ad.a[0]", "1"}, {"ad.é-b.c", "2"}},
		`a=1 b\|=2 c=3`:                          {{"a", "1"}, {"c", "3"}},
		"a=1 a=2":                                {{"a", "1"}, {"a", "2"}},
	} {
		e, err := Parse("CEF:0|||||||" + text)
		if assert.NoError(t, err, "%q", text) {
			assert.Equal(t, want, e.Extensions, "%q", text)
		}
	}
	for text, want := range map[string]string{
		`moo=this\|has an escaped pipe`:  `Invalid extensions in the CEF event: moo=this\|has an escaped pipe`,
		`a=1 moo=this has\|`:             `Invalid extensions in the CEF event: has\|`,
		`a=1\`:                           `Invalid extensions in the CEF event: a=1\`,
		"  ":                             "Invalid extensions in the CEF event:   ",
		"no pairs":                       "Invalid extensions in the CEF event: no pairs",
		`moo=this =has = equals\= dst=1`: "CEF extensions contain unescaped equals sign",
		"msg=Failed because id==old_id user=root": "CEF extensions contain unescaped equals sign",
		"a=b\\\\=c": "CEF extensions contain unescaped equals sign",
	} {
		_, err := Parse("CEF:0|||||||" + text)
		require.EqualError(t, err, want, "%q", text)
	}
}

const (
	keyExpr   = `(?:[\w-]+(?:\.[^\.=\s\|\\\[\]]+)*(?:\[[0-9]+\])?(?==))`
	pairsExpr = `(` + keyExpr + `)=((?:[^\s\\]|\\[^|]|\s(?!` + keyExpr + `=))*)(?:\s+|$)`
)

// The pairs are those that the expression finds which Elasticsearch uses.
func TestExtensionsAreWhatTheExpressionFinds(t *testing.T) {
	re, err := regex.Compile(pairsExpr, regex.Settings{Dialect: regex.Java})
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "b-", "_1", "=", "=", " ", " ", ".", "[", "]", "[0]", `\`, `\|`, "|", "é", "\n", "\t", "a=", " b=", ".c", "12"}
	for range 20_000 {
		var text strings.Builder
		for range 1 + r.IntN(14) {
			text.WriteString(pieces[r.IntN(len(pieces))])
		}
		want, end := matches(t, re, text.String())
		got, done := scan(text.String())
		require.Equal(t, want, got, "%q", text.String())
		require.Equal(t, end, done, "%q", text.String())
	}
}

func matches(t *testing.T, re *regex.Regex, text string) (out []Extension, end int) {
	t.Helper()
	slots := make([]int, re.Slots())
	for from := 0; from <= len(text); {
		ok, err := re.Find(text, from, slots)
		require.NoError(t, err)
		if !ok {
			break
		}
		out = append(out, Extension{text[slots[2]:slots[3]], text[slots[4]:slots[5]]})
		from, end = slots[1], slots[1]
	}
	return out, end
}

// Whatever the text is, the parser returns, and in a time that is proportional
// to its length.
func FuzzParse(f *testing.F) {
	f.Add(`CEF:0|Elastic|Vaporware|1.0|18|Web request|low|eventId=3457 msg=a\=b c ad.x[0]=1`)
	f.Add(`CEF:0|a\|b|\\|||||moo=this\|has`)
	f.Fuzz(func(_ *testing.T, line string) {
		_, _ = Parse(line)
	})
}

// A megabyte of each takes a millisecond, with a quadratic search an hour.
func TestHostileTextsTakeLinearTime(t *testing.T) {
	start := time.Now()
	for _, unit := range []string{"=", "a=", ".a", "a.", "a.b=", " a", "]=", "[1", "1]=", `\|`, `a=\|`, " a.b", "  "} {
		text := strings.Repeat(unit, (1<<20)/len(unit))
		_, _ = Parse("CEF:0|||||||" + text)
		_, _ = Parse("CEF:0|||||||a=" + text + `\|`)
	}
	assert.Less(t, time.Since(start), time.Minute)
}

func BenchmarkParse(b *testing.B) {
	const line = `CEF:0|Elastic|Vaporware|1.0.0-alpha|18|Web request|low|eventId=3457 requestMethod=POST ` +
		`slat=38.915 slong=-77.511 proto=TCP sourceServiceName=httpd requestContext=https://www.google.com ` +
		`src=89.160.20.156 spt=33876 dst=192.168.10.1 dpt=443 request=https://www.example.com/cart`
	b.ReportAllocs()
	for b.Loop() {
		_, _ = Parse(line)
	}
}
