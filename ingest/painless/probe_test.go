package painless

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// documentsForProbes have the fields that conditions name with values of every
// class.
var documentsForProbes = []string{
	typical, `{}`, `{"event":null,"tags":"b","json":{"a":1}}`,
	`{"event":{"action":"LOGIN","code":4624.0,"kind":["event"]},"tags":[1,"b",null],"json":{"a":{"x":null,"b":{}}}}`,
	`{"event":{"action":["login"],"code":"4624","kind":true,"original":""},"tags":{},"json":[]}`,
	`{"event":"login","tags":[],"json":{"a":[{"b":1}]}}`,
	`{"event":{"action":"Äpfel","code":9999999999,"original":"ß"},"tags":["a"],"_index":"x"}`,
}

// agree compares the probe of a condition with its execution.
func agree(t *testing.T, src string) (probed bool) {
	t.Helper()
	c, err := CompileCondition(src)
	require.NoError(t, err)
	if c.probe == nil {
		return false
	}
	for _, doc := range documentsForProbes {
		d := newDocument(t, doc)
		holds, sure := c.probe(d)
		if !sure {
			continue
		}
		want, err := c.execute(d)
		require.NoError(t, err, "%s on %s", src, doc)
		assert.Equal(t, want, holds, "%s on %s", src, doc)
	}
	return true
}

func TestProbesSayWhatExecutionsDo(t *testing.T) {
	for _, src := range frequent {
		assert.True(t, agree(t, src), "%s has no probe", src)
	}
	for _, src := range []string{
		`ctx.event?.code != 4624L`, `4624 == ctx.event?.code`, `'login' === ctx.event?.action`, `ctx.event?.kind == true`,
		`ctx.event?.kind != true`, `ctx.event?.kind`, `!(ctx.event?.kind)`, `ctx['event']?.action != null`, `ctx._index == 'x'`,
		`ctx.event?.action?.toUpperCase() == 'LOGIN'`, `ctx.event?.action?.toLowerCase() != 'login'`, `ctx.event.action.toLowerCase() == 'login'`,
		`ctx.tags.isEmpty()`, `ctx.tags.size() > 1`, `ctx.event.original.length() <= 1`, `ctx.json.containsKey('a')`, `ctx.tags.contains('b') == true`,
		`!ctx.tags.contains('b')`, `ctx.event.action.endsWith('in')`, `ctx.event.action.equals('login')`, `ctx.tags instanceof List`,
		`ctx.event?.code instanceof Number`, `ctx.json instanceof HashMap`, `ctx.json instanceof Map`, `ctx.tags instanceof ArrayList`,
		`ctx.event?.code instanceof Long`, `ctx.json?.empty`, `['login', 'x'].contains(ctx.event?.action)`, `return ctx.event?.code < 5000`,
		`ctx.event?.code >= 4624 || ctx.tags == null`, `null != ctx.event?.action`, `ctx.event?.action == null && ctx.event.action == null`, `ctx.event?.kind != 'x' || ctx.event.kind == null`,
		`ctx.event != null && ctx.event.kind != null && ctx.event.kind == 'event'`, `ctx.event != null && ctx.event.kind == null`,
		`ctx.event != null && ctx.event?.kind == null`, `ctx.event == null || ctx.event.kind == null || ctx.event.action != 'login'`,
		`ctx.event == null || ctx.event?.kind == null`, `ctx.event == null || ctx.event.kind != null`, `ctx.event != null || ctx.event.kind == null`,
		`ctx.json != null && ctx.json.a != null && ctx.json.a.b?.c == null`, `ctx.event != null && ctx.event.kind == 'event' && ctx.event?.code == null`,
		`ctx.json?.a != null && ctx.json.a.b == 1`, `ctx.tags != null && ctx.event != null && ctx.event.kind == null`,
		`ctx._index == 'x' && ctx.event != null`, `ctx.event != null && ctx._index != null`, `ctx._index != null || ctx._id == 'x'`,
		`ctx.event?.kind == 'event' && ctx.event.action != 'x' && ctx.event?.code == 4624`, `ctx.event.action == 'x' || ctx.event?.kind == 'y' || ctx.event.code == 1`,
		`ctx.json?.a?.x == null && ctx.json.a.b != null`, `ctx.tags != null && ctx.json == null && ctx.event?.kind != null && ctx.event.action == null`,
		`ctx.event?.action == null && ctx.event['action'] == null`, `(ctx.event?.action) == null && !(ctx.tags != null)`,
	} {
		agree(t, src)
	}
}

func TestProbesOfTheCorpus(t *testing.T) {
	sources := corpusConditions(t)
	if len(sources) == 0 {
		t.Skip("SLUICE_DATA does not name the folder of the test data")
	}
	probed := 0
	for _, src := range sources {
		if agree(t, src) {
			probed++
		}
	}
	t.Logf("%d of %d conditions have a probe", probed, len(sources))
	assert.Greater(t, probed*10, len(sources)*7)
}
