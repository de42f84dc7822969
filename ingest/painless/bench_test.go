package painless

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/document"
)

// typicalScripts are what scripts of real pipelines do.
var typicalScripts = []struct{ name, source string }{
	{"set a field", `ctx.event.outcome = ctx.event.code == 4624 ? 'success' : 'failure'`},
	{"arithmetic", `ctx.event.duration = ctx.event.code * 1000L + 5`},
	{"concatenate", `ctx.event.id = ctx.event.kind + ':' + ctx.event.action`},
	{"split and join", `def parts = ctx.path.splitOnToken('/'); ctx.name = parts[parts.length - 1]`},
	{"look up in a map", `def m = ['login': 'authentication', 'logout': 'session']; ctx.category = m.get(ctx.event.action)`},
	{"drop empty fields", `boolean drop(Object o) {
  if (o == null || o == '') { return true; }
  if (o instanceof Map) { ((Map) o).values().removeIf(v -> drop(v)); return ((Map) o).size() == 0; }
  if (o instanceof List) { ((List) o).removeIf(v -> drop(v)); return ((List) o).size() == 0; }
  return false;
}
drop(ctx);`},
	{"regular expression", `def m = /(\d+)-(\d+)/.matcher(ctx.range); if (m.matches()) { ctx.low = Long.parseLong(m.group(1)) }`},
	{"stream", `ctx.long = ctx.tags.stream().filter(x -> x.length() > 1).map(x -> x.toUpperCase()).collect(Collectors.toList())`},
	{"count characters", `int n = 0; for (int i = 0; i < ctx.path.length(); i++) { if (ctx.path.charAt(i) == (char) '/') { n++ } } ctx.depth = n`},
	{"parse a date", `ctx.expires = ZonedDateTime.parse(ctx['@timestamp']).plusDays(90)`},
}

const typicalEvent = `{"@timestamp":"2026-01-02T03:04:05.678Z","path":"/usr/local/lib/python3/site-packages","range":"1024-65535",
	"tags":["a","bb","ccc"],"empty":"","nothing":null,"event":{"kind":"event","action":"login","code":4624,"list":[]}}`

func BenchmarkScript(b *testing.B) {
	for _, s := range typicalScripts {
		compiled, err := CompileScript(s.source, Settings{})
		require.NoError(b, err)
		d := newDocument(b, typicalEvent)
		b.Run(s.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := compiled.Run(d); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkLoop compares a loop over 1,000 entries with the same in Go.
func BenchmarkLoop(b *testing.B) {
	compiled, err := CompileScript(`long sum = 0; for (def x : ctx.list) { if (x % 3 == 0) { sum += x } } ctx.sum = sum`, Settings{})
	require.NoError(b, err)
	d := document.New(newDocument(b, `{}`).Timestamp())
	list := d.NewList()
	for i := range 1000 {
		list.Append(document.Integer(int32(i)))
	}
	d.Source().Put("list", document.ListOf(list))
	b.Run("painless", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := compiled.Run(d); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("go", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sumOfThirds(d)
		}
	})
}

// sumOfThirds is the script of BenchmarkLoop by hand. It is a function of its own because
// calls in the body of b.Loop are not inlined, which more than doubles its time.
func sumOfThirds(d *document.Document) {
	var sum int64
	v, _ := d.Source().Get("list")
	for _, x := range v.List().All() {
		if n := x.Int64(); n%3 == 0 {
			sum += n
		}
	}
	d.Source().Put("sum", document.Long(sum))
}
