package ingest_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/jackson"
)

// hostile is what an attacker may put into a log.
func hostile() map[string]string {
	var wide strings.Builder
	for i := range 10_000 {
		wide.WriteString(`,"k` + strings.Repeat("x", i%7) + "_" + time.Duration(i).String() + `":1`)
	}
	return map[string]string{
		"a line of 1 MiB":     `{"message":"` + strings.Repeat("a b ", 1<<18) + `"}`,
		"deeply nested":       `{"deep":` + strings.Repeat("[", 998) + strings.Repeat("]", 998) + `}`,
		"10,000 keys":         `{"message":"x"` + wide.String() + `}`,
		"invalid UTF-8":       "{\"message\":\"\xff\xfe \xc3\x28\",\"\xff\":1}",
		"NUL bytes":           `{"message":"a\u0000b","\u0000":"\u0000"}`,
		"dots everywhere":     `{"message":"` + strings.Repeat("a.", 1<<15) + `b"}`,
		"templates in values": `{"message":"{{{message}}}{{#message}}"}`,
		"surrogates":          `{"message":"\ud83d\ud83d\ude00"}`,
	}
}

func TestHostileDocumentsAreBounded(t *testing.T) {
	p := compile(t, `
- set: {field: copy, copy_from: message, ignore_empty_value: true}
- set: {field: "{{{message}}}", value: "{{{message}}} {{message}}", ignore_failure: true}
- append: {field: list, value: "{{{message}}}", allow_duplicates: false}
- uppercase: {field: message, ignore_missing: true}
- trim: {field: message, ignore_missing: true}
- convert: {field: message, type: auto, ignore_missing: true}
- rename: {field: copy, target_field: a.b, ignore_missing: true}
- foreach: {field: deep, processor: {set: {field: seen, value: "{{{_ingest._value}}}"}}, ignore_missing: true}
- json: {field: a.b, target_field: parsed, ignore_failure: true}
- remove: {keep: [message, a, list, deep, seen, parsed]}
`)
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) { require.NoError(t, bounded(t, p, text)) })
	}
}

// What reads texts must not take longer than in proportion to them; patterns that would
// are interrupted.
func TestHostileTextsAreBounded(t *testing.T) {
	for _, processor := range []string{
		"grok: {field: message, patterns: ['%{COMBINEDAPACHELOG}', '%{SYSLOGLINE}', '^(?<a>(a|a )+)+$', '%{GREEDYDATA:g} %{QS:q} %{IP:ip}']}",
		"dissect: {field: message, pattern: '%{a} %{b} %{c->} %{+d/2} %{+d/1}'}",
		"kv: {field: message, field_split: '\\s+', value_split: '[=.]', target_field: kv}",
		"csv: {field: message, target_fields: [x, y, z], separator: ' '}",
		"split: {field: message, separator: '\\.|\\s', target_field: parts}",
		"gsub: {field: message, pattern: '(a+)+ (b+)+$', replacement: '$1'}",
		"date: {field: message, formats: [ISO8601, UNIX, 'yyyy-MM-dd HH:mm:ss', \"EEE MMM dd\"]}",
		"uri_parts: {field: message}",
		"html_strip: {field: message}",
		"user_agent: {field: message}",
		"redact: {field: message, patterns: ['%{EMAILADDRESS:mail}', '%{IP:ip}']}",
		"urldecode: {field: message}",
		"cef: {field: message}",
		"bytes: {field: message}",
		"fingerprint: {fields: [message, deep], ignore_missing: true}",
		"dot_expander: {field: '*'}",
		"registered_domain: {field: message, target_field: domain}",
		"script: {source: 'int n = 0; for (def e : ctx.entrySet()) { n += e.getKey().length() } ctx.n = n; ctx.message = ctx.message.toUpperCase()'}",
		"script: {source: 'void walk(def o) { if (o instanceof List) { for (x in o) { walk(x) } } } walk(ctx.deep)'}",
	} {
		p := compile(t, "- "+processor+"\n")
		name, _, _ := strings.Cut(processor, ":")
		t.Run(name, func(t *testing.T) {
			for what, text := range hostile() {
				t.Run(what, func(t *testing.T) {
					if err := bounded(t, p, text); err != nil {
						assert.NotContains(t, err.Error(), "] panicked: ")
					}
				})
			}
		})
	}
}

// bounded takes a document through the pipeline within a time that is generous for
// a busy machine, and with a result that is JSON.
func bounded(t *testing.T, p *ingest.Pipeline, text string) error {
	t.Helper()
	d := document.New(time.Time{})
	d.SetSource(parse(t, d, text).Map())
	start := time.Now()
	failure := p.Run(d)
	out := string(document.MapOf(d.Source()).AppendJSON(nil))
	assert.Less(t, time.Since(start), 10*time.Second)
	assert.True(t, utf8.ValidString(out), "what comes out is JSON")
	_, err := jackson.Parse(document.New(time.Time{}), out)
	require.NoError(t, err)
	return failure
}
