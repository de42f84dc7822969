package uri_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/uri"
)

// The parts are those of java.net.URI and java.net.URL in JDK 17: scheme, user,
// host, port, path, query and fragment, - for none.
func TestParse(t *testing.T) {
	for in, want := range map[string]string{
		// read by java.net.URI
		"http://user:p%40ss@www.example.com:80/a%20b/c.d?x=%C3%A9#f%ff": "http user:p@ss www.example.com 80 /a b/c.d x=é f\uFFFD",
		"HTTP://[::1%eth0]:8080":     "HTTP - [::1%eth0] 8080  - -",
		"//host/p":                   "- - host -1 /p - -",
		"/path?q":                    "- - - -1 /path q -",
		"":                           "- - - -1  - -",
		"mailto:a@b":                 "mailto - - -1 - - -",
		"file:///x":                  "file - - -1 /x - -",
		"http://1.2.3.256/":          "http - - -1 / - -",
		"http://a_b.com/":            "http - - -1 / - -",
		"http://user@a.1:80/":        "http - - -1 / - -",
		"http://a.b-c.:/":            "http - a.b-c. -1 / - -",
		"http://é.com/é":             "http - - -1 /é - -",
		"x-y+z.1://h,x":              "x-y+z.1 - - -1  - -",
		"http:a/b":                   "http - - -1 - - -",
		"http://host:99999999999999": "http - - -1  - -",
		// read by java.net.URL
		"http://host/a b?c d#e f": "http - host -1 /a b c d e f",
		"https://u@h:1/%zz?{x}":   "https u h 1 /%zz {x} -",
		" url:http://host_x/|":    "http - host_x -1 /| - -",
		"http://u@v@h/ ":          "http -  -1 / - -",
		"http://[::1]:80/a|":      "http - [::1] 80 /a| - -",
		"http:////a|":             "http -  -1 ////a| - -",
		"http:a|b":                "http -  -1 a|b - -",
		"ftp://h:/x/../y|?a=/b#c": "ftp - h -1 /x/../y| a=/b c",
	} {
		p, ok := uri.Parse(in)
		require.True(t, ok, in)
		assert.Equal(t, want, fmt.Sprintf("%s %s %s %d %s %s %s", text(p.Scheme), text(p.UserInfo), text(p.Host), p.Port, text(p.Path), text(p.Query), text(p.Fragment)), in)
	}
}

func text(s *string) string {
	if s == nil {
		return "-"
	}
	return *s
}

func TestWhatIsNoURI(t *testing.T) {
	for _, in := range []string{
		"a b", "://x", "1a://x/", "gopher://a b", "http://h:port/|", "http://[::g]/|", "http://[/|", "http://h:-2/|", "%zz", "mailto:a b",
	} {
		_, ok := uri.Parse(in)
		assert.False(t, ok, in)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"http://u:p@h:1/p?q#f", "http://[::1%25]/%41%ff", "url:file:/|", "//a_b:80", "x:%", "http://é\u00a0/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, ok := uri.Parse(s)
		if ok && p.Port < -1 {
			t.Errorf("%q: port %d", s, p.Port)
		}
		_, _ = uri.DecodeForm(s)
	})
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := uri.Parse("https://www.example.com:8443/path/to/file.html?query=value&other=1#fragment"); !ok {
			b.Fatal("no URI")
		}
	}
}
