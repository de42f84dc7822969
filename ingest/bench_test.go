package ingest_test

import (
	"testing"
	"time"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/internal/accesslog"
)

// What is done to an access line, and what it costs per document: the text is a
// field of an empty document, as a log record brings it.
var lines = []struct{ name, processors string }{
	{"set", `
- set: {field: event.kind, value: event}
- set: {field: event.category, value: web}
- set: {field: event.outcome, value: success}
`},
	{"grok", `
- grok: {field: message, patterns: ['%{COMBINEDAPACHELOG}']}
- date: {field: timestamp, formats: ['dd/MMM/yyyy:HH:mm:ss Z']}
- set: {field: event.kind, value: event}
- convert: {field: response, type: integer}
`},
	{"dissect", `
- dissect: {field: message, pattern: '%{clientip} %{ident} %{auth} [%{timestamp}] "%{verb} %{request} HTTP/%{httpversion}" %{response} %{bytes} "%{referrer}" "%{agent}"'}
- date: {field: timestamp, formats: ['dd/MMM/yyyy:HH:mm:ss Z']}
- set: {field: event.kind, value: event}
- convert: {field: response, type: integer}
`},
	{"twenty patterns that do not match", `
- grok:
    field: message
    patterns: [
      '^%{SYSLOGTIMESTAMP:t} %{SYSLOGHOST:host} %{PROG:program}: %{GREEDYDATA:rest}', '^<%{POSINT:pri}>%{GREEDYDATA:rest}',
      '^%{TIMESTAMP_ISO8601:t} %{LOGLEVEL:level} %{GREEDYDATA:rest}', '^\[%{HTTPDATE:t}\] %{GREEDYDATA:rest}',
      'user=%{WORD:user} action=%{WORD:action}', '^CEF:%{INT:version}\|%{DATA:vendor}\|', '^%{CISCOTIMESTAMP:t}: %{GREEDYDATA:rest}',
      '%{MAC:mac} -> %{MAC:to}', '^%{DATESTAMP:t} %{GREEDYDATA:rest}', 'session %{UUID:session} closed', '^type=%{WORD:type} msg=audit',
      '^%{URI:uri}$', '%{IPV6:ip6} refused', '^Traceback', '^java\.lang\.%{WORD:exception}', '^%{NUMBER:n},%{NUMBER:m},', '^{"', '^%{YEAR}/%{MONTHNUM}/%{MONTHDAY}',
      'pid=%{POSINT:pid} exited', '^%{WORD:verb} %{URIPATH:path}$']
    ignore_failure: true
`},
}

func BenchmarkAccessLine(b *testing.B) {
	texts := make([]document.Value, 1024)
	from := accesslog.New(1)
	for i := range texts {
		texts[i] = document.String(from.Line(time.Unix(1_760_000_000, 0)))
	}
	for _, c := range lines {
		b.Run(c.name, func(b *testing.B) {
			p := compile(b, c.processors)
			d := document.New(time.Time{})
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				d.Reset(time.Time{})
				d.Source().Put("message", texts[i%len(texts)])
				if err := p.Run(d); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "documents/s")
		})
	}
}
