package grok_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/grok"
)

const accessLine = `83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET /presentations/logstash-monitorama-2013/images/kibana-search.png HTTP/1.1" 200 203023 "http://semicomplete.com/presentations/logstash-monitorama-2013/" "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0.1700.77 Safari/537.36"`

func TestAccessLineIsTakenApart(t *testing.T) {
	g, err := grok.Compile([]string{"%{COMBINEDAPACHELOG}"}, grok.Settings{})
	require.NoError(t, err)
	var m grok.Match
	found, err := g.Match(accessLine, &m)
	require.NoError(t, err)
	require.True(t, found)
	got := map[string]string{}
	for _, c := range m.Captures {
		got[g.Fields()[c.Field]] = c.Text
	}
	assert.Equal(t, map[string]string{
		"clientip": "83.149.9.216", "ident": "-", "auth": "-", "timestamp": "17/May/2015:10:05:03 +0000",
		"verb": "GET", "request": "/presentations/logstash-monitorama-2013/images/kibana-search.png", "httpversion": "1.1",
		"response": "200", "bytes": "203023", "referrer": `"http://semicomplete.com/presentations/logstash-monitorama-2013/"`,
		"agent": `"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0.1700.77 Safari/537.36"`,
	}, got)
}
