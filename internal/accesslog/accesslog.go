// Package accesslog makes web server access lines in Apache's combined format,
// for demonstrations, tests and benchmarks. The same seed gives the same lines.
package accesslog

import (
	"math/rand/v2"
	"strconv"
	"time"
)

// A Generator makes access lines. It is not safe for concurrent use.
type Generator struct {
	rnd  *rand.Rand
	next uint64
}

// New returns a generator whose lines depend on seed alone, but for the times
// its caller gives them.
func New(seed uint64) *Generator {
	return &Generator{rnd: rand.New(rand.NewPCG(seed, 0))}
}

// A weighted list repeats what is frequent in real logs.
var (
	methods  = []string{"GET", "GET", "GET", "GET", "GET", "GET", "POST", "POST", "HEAD", "DELETE"}
	statuses = []string{"200", "200", "200", "200", "200", "200", "304", "301", "404", "500"}
	users    = []string{"-", "-", "-", "-", "-", "alice", "bob", "mallory"}
	paths    = []string{
		"/", "/index.html", "/api/v1/orders", "/api/v1/orders/4711", "/static/app.9f3c.js", "/static/site.css",
		"/images/logo.png", "/login", "/search?q=red+shoes&page=2", "/wp-login.php", "/healthz", "/blog/2024/backpressure",
	}
	referrers = []string{"-", "-", "https://www.example.com/", "https://search.example.org/?q=shoes", "http://shop.example.net/cart"}
	agents    = []string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15",
		"Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
		"curl/8.9.1", "-",
	}
)

// Append appends one line, without a line feed, to dst. Every line carries its
// number in the path (id=N, from 0), so that a reader can tell what is missing.
func (g *Generator) Append(dst []byte, at time.Time) []byte {
	dst = g.address(dst)
	dst = append(dst, " - "...)
	dst = append(dst, pick(g, users)...)
	dst = append(dst, " ["...)
	dst = at.AppendFormat(dst, "02/Jan/2006:15:04:05 -0700")
	dst = append(dst, `] "`...)
	dst = append(dst, pick(g, methods)...)
	dst = append(dst, ' ')
	dst = g.url(dst)
	dst = append(dst, ` HTTP/1.1" `...)
	dst = append(dst, pick(g, statuses)...)
	dst = append(dst, ' ')
	dst = strconv.AppendUint(dst, g.rnd.Uint64N(50_000), 10)
	dst = append(dst, ` "`...)
	dst = append(dst, pick(g, referrers)...)
	dst = append(dst, `" "`...)
	dst = append(dst, pick(g, agents)...)
	g.next++
	return append(dst, '"')
}

// Line is Append as a string.
func (g *Generator) Line(at time.Time) string { return string(g.Append(nil, at)) }

// address appends an address of a documentation network (RFC 5737).
func (g *Generator) address(dst []byte) []byte {
	nets := [...]string{"192.0.2.", "198.51.100.", "203.0.113."}
	dst = append(dst, nets[g.rnd.IntN(len(nets))]...)
	return strconv.AppendInt(dst, int64(g.rnd.IntN(254)+1), 10)
}

func (g *Generator) url(dst []byte) []byte {
	path := pick(g, paths)
	dst = append(dst, path...)
	separator := byte('?')
	for i := range len(path) {
		if path[i] == '?' {
			separator = '&'
		}
	}
	dst = append(append(dst, separator), "id="...)
	return strconv.AppendUint(dst, g.next, 10)
}

func pick(g *Generator, from []string) string { return from[g.rnd.IntN(len(from))] }
