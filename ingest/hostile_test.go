package ingest_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
		t.Run(name, func(t *testing.T) {
			d := document.New(time.Time{})
			d.SetSource(parse(t, d, text).Map())
			start := time.Now()
			require.NoError(t, p.Run(d))
			out := string(document.MapOf(d.Source()).AppendJSON(nil))
			assert.Less(t, time.Since(start), 10*time.Second)
			assert.True(t, utf8.ValidString(out), "what comes out is JSON")
			_, err := jackson.Parse(document.New(time.Time{}), out)
			require.NoError(t, err)
		})
	}
}
