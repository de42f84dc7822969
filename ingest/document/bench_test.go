package document_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/jackson"
)

// accessEvent is what a typical access log line has become when it reaches a
// pipeline: 30 fields in 8 objects.
const accessEvent = `{"@timestamp":"2026-01-02T03:04:05.678Z","message":"10.1.2.3 - - [02/Jan/2026:03:04:05 +0000] \"GET / HTTP/1.1\" 200 4711",
"tags":["forwarded","web"],"agent":{"id":"9f3a1c","name":"edge-7","type":"filebeat","version":"8.15.0"},
"host":{"name":"edge-7","ip":["10.0.0.7","fe80::1"],"os":{"family":"debian","kernel":"6.1.0","name":"Debian","version":"12"}},
"event":{"dataset":"nginx.access","module":"nginx","kind":"event","duration":1200000,"sequence":9007199254740993},
"log":{"offset":182736455,"file":{"path":"/var/log/nginx/access.log"}},"input":{"type":"log"},
"http":{"request":{"method":"GET","bytes":512},"response":{"status_code":200,"bytes":4711},"version":"1.1"},
"url":{"path":"/","original":"/"},"ecs":{"version":"8.11.0"},"took":0.0123}`

// pass takes one event through what pipelines do most.
type pass struct {
	doc                            *document.Document
	status, deep, fresh, tags, old document.Path
}

func newPass() *pass {
	return &pass{
		doc:    document.New(time.Time{}),
		status: document.MustPath("http.response.status_code"),
		deep:   document.MustPath("source.geo.location.lat"),
		fresh:  document.MustPath("event.outcome"),
		tags:   document.MustPath("tags"),
		old:    document.MustPath("agent.version"),
	}
}

func (p *pass) run(t testing.TB) {
	t.Helper()
	p.doc.Reset(time.Time{})
	v, err := jackson.Parse(p.doc, accessEvent)
	require.NoError(t, err)
	p.doc.SetSource(v.Map())
	status, err := p.doc.Get(p.status)
	require.NoError(t, err)
	if status.Int64() < 400 {
		err = p.doc.Set(p.fresh, document.String("success"))
	}
	require.NoError(t, err)
	require.NoError(t, p.doc.Set(p.deep, document.Double(52.5)))
	require.NoError(t, p.doc.Append(p.tags, document.String("parsed"), true))
	require.NoError(t, p.doc.Remove(p.old))
	p.doc.Ingest().Put("_value", status)
}

func TestATypicalEventAllocatesItsEscapedStringsOnly(t *testing.T) {
	p := newPass()
	p.run(t)
	assert.LessOrEqual(t, testing.AllocsPerRun(200, func() { p.run(t) }), 2.0) // message: a buffer and the text
}

// A wide event is one that needs an index, and more room than a chunk has left.
func TestAWideEventAllocatesNothingBeyondItsKeys(t *testing.T) {
	keys := make([]string, 200)
	paths := make([]document.Path, len(keys))
	for i := range keys {
		keys[i] = "field_" + string(rune('a'+i%26)) + string(rune('a'+i/26))
		paths[i] = document.MustPath(keys[i])
	}
	d := document.New(time.Time{})
	fill := func() {
		d.Reset(time.Time{})
		for _, p := range paths {
			require.NoError(t, d.Set(p, document.Integer(1)))
		}
		for _, p := range paths[:20] {
			require.NoError(t, d.Remove(p))
		}
	}
	fill()
	assert.LessOrEqual(t, testing.AllocsPerRun(100, fill), 1.0) // the largest index is more than a chunk
}

func TestALookupAllocatesNothing(t *testing.T) {
	for _, flexible := range []bool{false, true} {
		d := parse(t, `{"a":{"b.c":[{"d":1}]},"x":"y"}`)
		require.NoError(t, d.EnterPipeline("p", flexible))
		for _, name := range []string{"a.b.c[0].d", "a.b", "x.y.z", "a.b.c[1]", "x"} {
			path := document.MustPath(name)
			assert.Zero(t, testing.AllocsPerRun(100, func() { d.Has(path) }), name)
		}
	}
}

func BenchmarkDocument(b *testing.B) {
	p := newPass()
	p.run(b)
	b.Run("pass", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(accessEvent)))
		for b.Loop() {
			p.run(b)
		}
	})
	b.Run("get", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			p.doc.Lookup(p.status)
		}
	})
	b.Run("set", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = p.doc.Set(p.deep, document.Double(1))
		}
	})
	b.Run("json", func(b *testing.B) {
		b.ReportAllocs()
		var out []byte
		for b.Loop() {
			out = document.MapOf(p.doc.Source()).AppendJSON(out[:0])
		}
		b.SetBytes(int64(len(out)))
	})
	b.Run("reset", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			p.doc.Reset(time.Time{})
		}
	})
}

func BenchmarkJavaOrder(b *testing.B) {
	d := parse(b, accessEvent)
	b.ReportAllocs()
	for b.Loop() {
		d.Source().JavaOrder()
	}
}
