package dissect_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/dissect"
)

// match returns the fields of a match, nil if there is none.
func match(t *testing.T, p *dissect.Pattern, text string) map[string]string {
	t.Helper()
	values, ok := p.Match(text, nil)
	if !ok {
		return nil
	}
	out := make(map[string]string)
	for _, r := range p.Results() {
		value, _ := r.ValueIn(values)
		out[r.NameIn(values)] = value
	}
	return out
}

func TestMatch(t *testing.T) {
	for _, tt := range []struct {
		pattern, text string
		want          map[string]string
	}{
		{"%{a} %{b}", "1 2 3", map[string]string{"a": "1", "b": "2 3"}},
		{"%{a},%{b}:%{c}", "foo,bar,baz", nil},
		{"%{a},%{b},%{c},%{d}", "foo,,,", map[string]string{"a": "foo", "b": "", "c": "", "d": ""}},
		{"%{a},%{b},%{c},%{d}", "foo,,bar", nil},
		{"%{a->},%{b}", "foo,,,,bar", map[string]string{"a": "foo", "b": "bar"}},
		{"%{a->} %{b->},%{c}", "x    y,,,z", map[string]string{"a": "x", "b": "y", "c": "z"}},
		{"%{a} %{+a} %{+a}", "1 2 3", map[string]string{"a": "1-2-3"}},
		{"%{+a/2} %{+a} %{+a/1} %{a}", "1 2 3 4", map[string]string{"a": "2-4-3-1"}},
		{"%{*k}=%{&k}", "name=value", map[string]string{"name": "value"}},
		{"%{*k}=%{&k} %{name}", "name=value x", nil},
		{"%{?x} %{} %{c}", "1 2 3", map[string]string{"c": "3"}},
		{"%{a} %{a}", "1 2", map[string]string{"a": "2"}},
		{"[%{a}]", "[x] more", map[string]string{"a": "x"}},
		{"[%{a}", "[", nil},
		{"[%{a}", "(x", nil},
		{"%{a}%{b}%{c}", "1%{b}2", map[string]string{"a": "1", "c": "2"}},
		{"%{a}%{b}", "x%{b}", map[string]string{"a": "x"}},
		{"a\n%{x}", "value", map[string]string{"x": "value"}},
		{"é%{x}", "éa", map[string]string{"x": "\xa9a"}},
		{"%{a}, %{b}", "é, ü", map[string]string{"a": "é", "b": "ü"}},
		{"x%{+a}b%{c}", "x1b2", map[string]string{"a": "1", "c": "2"}},
	} {
		p, err := dissect.Compile(tt.pattern, "-")
		require.NoError(t, err, tt.pattern)
		assert.Equal(t, tt.want, match(t, p, tt.text), "%s: %s", tt.pattern, tt.text)
	}
}

func TestCompileErrors(t *testing.T) {
	for pattern, want := range map[string]string{
		"":                  "Unable to parse pattern:  Reason: Unable to find any keys or delimiters.",
		"%{a":               "Unable to parse pattern: %{a Reason: Unable to find any keys or delimiters.",
		"%{} %{?x}":         "Unable to parse pattern: %{} %{?x} Reason: Unable to find any keys or delimiters.",
		"%{*a} %{b}":        "Unable to parse pattern: %{*a} %{b} Reason: Found invalid key/reference associations: 'a' Please ensure each '*<key>' is matched with a matching '&<key>",
		"%{*a} %{&a} %{&a}": "Unable to parse pattern: %{*a} %{&a} %{&a} Reason: Found invalid key/reference associations: 'a,a,a' Please ensure each '*<key>' is matched with a matching '&<key>",
		"%{+}":              "Unable to parse key: + Reason: The key name could not be determined",
		"%{a/2}":            "Unable to parse key: a/2 Reason: The key name could not be determined",
		"%{+a/x}":           "Unable to parse key: +a/x Reason: The key name could not be determined",
		"%{+a/99999}":       "Value out of range. Value:\"99999\" Radix:10",
		"%{*&a}":            "Unable to parse key: *&a Reason: multiple modifiers are not allowed.",
	} {
		_, err := dissect.Compile(pattern, "")
		require.EqualError(t, err, want, pattern)
	}
}

// TestSpecification runs the cases that Beats, Logstash and Elasticsearch agree
// on.
func TestSpecification(t *testing.T) {
	root := os.Getenv("SLUICE_DATA")
	if root == "" {
		t.Skip("SLUICE_DATA does not name the folder with the test data")
	}
	data, err := os.ReadFile(filepath.Join(root, "ingest/rest/dissect-specification-tests.json"))
	require.NoError(t, err)
	var cases []struct {
		Name, Tok, Msg, Append string
		Expected               map[string]string
		Skip, Fail             bool
	}
	require.NoError(t, json.Unmarshal(data, &cases))
	require.Len(t, cases, 31)
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			if c.Skip {
				t.Skip("the case says so")
			}
			p, err := dissect.Compile(c.Tok, c.Append)
			if c.Fail && err != nil {
				return
			}
			require.NoError(t, err)
			got := match(t, p, c.Msg)
			if c.Fail {
				assert.Nil(t, got)
				return
			}
			assert.Equal(t, c.Expected, got)
		})
	}
}

const (
	accessLog     = `%{ip} %{ident} %{user} [%{ts}] "%{verb} %{path} HTTP/%{version}" %{status} %{bytes} "%{referrer}" "%{agent}"`
	accessLogLine = `203.0.113.7 - frank [10/Oct/2023:13:55:36 -0700] "GET /a/b?c=d HTTP/1.1" 200 2326 "http://example.com/start" "Mozilla/5.0 (X11; Linux x86_64)"`
)

func TestMatchAllocatesNothing(t *testing.T) {
	p, err := dissect.Compile(accessLog, "")
	require.NoError(t, err)
	values := make([]string, 0, 16)
	miss := strings.ReplaceAll(accessLogLine, "HTTP/", "")
	allocs := testing.AllocsPerRun(100, func() {
		if _, ok := p.Match(accessLogLine, values); !ok {
			t.Fatal()
		}
		if _, ok := p.Match(miss, values); ok {
			t.Fatal()
		}
	})
	assert.Zero(t, allocs)
}

func BenchmarkMatch(b *testing.B) {
	p, err := dissect.Compile(accessLog, "")
	require.NoError(b, err)
	values := make([]string, 0, 16)
	b.SetBytes(int64(len(accessLogLine)))
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := p.Match(accessLogLine, values); !ok {
			b.Fatal()
		}
	}
}

func FuzzDissect(f *testing.F) {
	f.Add(accessLog, accessLogLine)
	f.Add("%{a->} %{+b/1}%{*c}=%{&c}", "1   2 3=4")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		p, err := dissect.Compile(pattern, ",")
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		match(t, p, text)
	})
}
