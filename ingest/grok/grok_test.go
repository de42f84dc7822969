package grok_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/grok"
)

const accessLine = `83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET /presentations/logstash-monitorama-2013/images/kibana-search.png HTTP/1.1" 200 203023 "http://semicomplete.com/presentations/logstash-monitorama-2013/" "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0.1700.77 Safari/537.36"`

func compile(t *testing.T, s grok.Settings, patterns ...string) *grok.Grok {
	t.Helper()
	g, err := grok.Compile(patterns, s)
	require.NoError(t, err)
	return g
}

// match returns the captured texts by field, nil for a text that does not match.
func match(t *testing.T, g *grok.Grok, text string) map[string][]string {
	t.Helper()
	m := grok.Acquire()
	defer m.Release()
	found, err := g.Match(text, m)
	require.NoError(t, err)
	if !found {
		return nil
	}
	out := map[string][]string{}
	for _, c := range m.Captures {
		name := g.Fields()[c.Field]
		out[name] = append(out[name], c.Text)
	}
	return out
}

func TestAccessLineIsTakenApart(t *testing.T) {
	agent := `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0.1700.77 Safari/537.36`
	assert.Equal(t, map[string][]string{
		"clientip": {"83.149.9.216"}, "ident": {"-"}, "auth": {"-"}, "timestamp": {"17/May/2015:10:05:03 +0000"}, "verb": {"GET"},
		"request": {"/presentations/logstash-monitorama-2013/images/kibana-search.png"}, "httpversion": {"1.1"}, "response": {"200"},
		"bytes": {"203023"}, "referrer": {`"http://semicomplete.com/presentations/logstash-monitorama-2013/"`}, "agent": {`"` + agent + `"`},
	}, match(t, compile(t, grok.Settings{}, "%{COMBINEDAPACHELOG}"), accessLine))
	assert.Equal(t, map[string][]string{
		"source.address": {"83.149.9.216"}, "timestamp": {"17/May/2015:10:05:03 +0000"}, "http.request.method": {"GET"},
		"url.original": {"/presentations/logstash-monitorama-2013/images/kibana-search.png"}, "http.version": {"1.1"},
		"http.response.status_code": {"200"}, "http.response.body.bytes": {"203023"},
		"http.request.referrer": {"http://semicomplete.com/presentations/logstash-monitorama-2013/"}, "user_agent.original": {agent},
	}, match(t, compile(t, grok.Settings{Bank: grok.ECSv1}, "%{COMBINEDAPACHELOG}"), accessLine))
}

func TestReferences(t *testing.T) {
	definitions := map[string]string{"WORD": "[xyz]+", "TWICE": "%{WORD:inner}%{WORD}", "A_[B]": "b", "ANY": ".*"}
	for _, c := range []struct {
		pattern, text string
		want          map[string][]string
	}{
		{"%{WORD:w}", "abcxy", map[string][]string{"w": {"xy"}}},
		{"%{TWICE:outer}", "xyz", map[string][]string{"outer": {"xyz"}, "inner": {"xy"}}},
		{"%{INT:a.b:int}-%{INT:@c:keyword}", "1-2", map[string][]string{"a.b": {"1"}, "@c": {"2"}}},
		{"%{INT:[a][b]}", "1", map[string][]string{"[a][b]": {"1"}}},
		{"%{INT:größe}", "1", map[string][]string{"größe": {"1"}}},
		{"%{INT:n=ignored}", "1", map[string][]string{"n": {"1"}}},
		{"%{A_[B]:b}", "b", map[string][]string{"b": {"b"}}},
		{"(?<plain>a)(?:b)(c)", "abc", map[string][]string{"plain": {"a"}}},
		{"(?<NAME:given>a)", "a", map[string][]string{"given": {"a"}}},
		{"%{INT}", "1", map[string][]string{}},
		{"%{NO-NAME} %{} %{INT:}", "%{NO-NAME} %{} %{INT:}", map[string][]string{}},
		{"%{ANY:a}%{ANY:a}", "x", map[string][]string{"a": {"x", ""}}},
	} {
		g := compile(t, grok.Settings{Definitions: definitions}, c.pattern)
		assert.Equal(t, c.want, match(t, g, c.text), c.pattern)
	}
}

func TestTypesAreThoseOfTheirGroups(t *testing.T) {
	g := compile(t, grok.Settings{}, "%{INT:i:int} %{INT:l:long} %{NUMBER:f:float} %{NUMBER:d:double} %{WORD:b:boolean} %{WORD:s:other} %{WORD:p}")
	var m grok.Match
	found, err := g.Match("1 2 3 4 true x y", &m)
	require.NoError(t, err)
	require.True(t, found)
	var types []grok.Type
	for _, c := range m.Captures {
		types = append(types, c.Type)
	}
	assert.Equal(t, []grok.Type{grok.Integer, grok.Long, grok.Float, grok.Double, grok.Boolean, grok.String, grok.String}, types)
}

func TestMistakesNameThePattern(t *testing.T) {
	for _, c := range []struct {
		patterns      []string
		definitions   map[string]string
		index         int
		text, nearest string
	}{
		{[]string{"%{INT}", "%{COMBINEDAPACHELGO}"}, nil, 1, "Unable to find pattern [COMBINEDAPACHELGO] in Grok's pattern dictionary", "COMBINEDAPACHELOG"},
		{[]string{"%{NOTHINGLIKEIT}"}, nil, 0, "Unable to find pattern [NOTHINGLIKEIT] in Grok's pattern dictionary", ""},
		{[]string{"a", "b", "(%{INT}"}, nil, 2, "end pattern with unmatched parenthesis", ""},
		{[]string{"a"}, map[string]string{"A": "%{B}", "B": "%{A}"}, -1, "circular reference detected: A->B->A", ""},
		{[]string{"a"}, map[string]string{"A": "%{A:x}"}, -1, "circular reference detected: A->A", ""},
		{[]string{"a"}, map[string]string{"OWN": "1", "A": "%{OWM}"}, -1, "Unable to find pattern [OWM] in Grok's pattern dictionary", "OWN"},
		{[]string{"%{A}"}, map[string]string{"A": "["}, 0, "premature end of char-class", ""},
		{[]string{"%{A9}"}, doubling(), -1, "Can not convert grok patterns to regular expression", ""},
	} {
		_, err := grok.Compile(c.patterns, grok.Settings{Definitions: c.definitions})
		var in *grok.PatternError
		require.ErrorAs(t, err, &in, "%v", c.patterns)
		assert.Equal(t, c.index, in.Index, "%v", c.patterns)
		assert.Equal(t, c.text, err.Error())
		assert.Equal(t, c.nearest, in.Nearest)
	}
}

// doubling are definitions that become ten times as long with every level.
func doubling() map[string]string {
	out := map[string]string{"A0": "0123456789"}
	for i := range 9 {
		out["A"+string(rune('1'+i))] = strings.Repeat("%{A"+string(rune('0'+i))+"}", 10)
	}
	return out
}

func TestPatternsAreTriedAsOneExpression(t *testing.T) {
	g := compile(t, grok.Settings{}, "(?<b>b+)", "(?<a>a+)", "(?<ab>ab)", "^(?<c>c)")
	for text, want := range map[string]int{"xbba": 0, "xaab": 1, "ab": 1, "ba": 0, "cab": 3, "xca": 1} {
		var m grok.Match
		found, err := g.Match(text, &m)
		require.NoError(t, err)
		require.True(t, found, text)
		assert.Equal(t, want, m.Pattern, text)
	}
	assert.Nil(t, match(t, g, "xyz"))
}

func TestRunawayMatchIsInterrupted(t *testing.T) {
	g := compile(t, grok.Settings{}, "a", `^(?:\w|\w\w)*=$`)
	_, err := g.Match(strings.Repeat("b", 60)+"==", new(grok.Match))
	require.ErrorIs(t, err, grok.ErrInterrupted)
	assert.EqualError(t, err, "grok pattern matching was interrupted after [1000] ms")
}

func TestMatchingDoesNotAllocate(t *testing.T) {
	for name, c := range map[string]struct {
		text     string
		patterns []string
		want     bool
	}{
		"hit":             {accessLine, []string{"%{COMBINEDAPACHELOG}"}, true},
		"miss":            {missLine, []string{"%{COMBINEDAPACHELOG}"}, false},
		"twenty patterns": {missLine, twenty, false},
		"list":            {"a b c", []string{"%{WORD:w} %{WORD:w} %{WORD:w}"}, true},
	} {
		g := compile(t, grok.Settings{}, c.patterns...)
		var m grok.Match
		allocs := testing.AllocsPerRun(100, func() {
			if found, err := g.Match(c.text, &m); found != c.want || err != nil {
				t.Error(name, found, err)
			}
		})
		assert.Zero(t, allocs, name)
	}
}

func TestGrokIsSafeForConcurrentUse(t *testing.T) {
	g := compile(t, grok.Settings{}, "%{IP:ip} %{WORD:w}", "%{HOSTNAME:host}:%{POSINT:port}")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				assert.Equal(t, map[string][]string{"host": {"example.com"}, "port": {"80"}}, match(t, g, "at example.com:80"))
			}
		})
	}
	wg.Wait()
}

func FuzzMatch(f *testing.F) {
	for _, pattern := range append(twenty, "%{COMBINEDAPACHELOG}", "%{IP:a.b:int}|(?<c>%{QS})", "%{A:x}%{A:y:long}", "%{WORD:w}%{BOTH}") {
		f.Add(pattern, accessLine, "%{INT:n}[a-z]")
		f.Add(pattern, missLine, "(")
	}
	f.Fuzz(func(t *testing.T, pattern, text, definition string) {
		if len(pattern)+len(definition) > 300 || len(text) > 400 {
			return
		}
		g, err := grok.Compile([]string{pattern, "%{A:last}"}, grok.Settings{Definitions: map[string]string{"A": definition}})
		if err != nil {
			var in *grok.PatternError
			require.ErrorAs(t, err, &in)
			return
		}
		var m grok.Match
		if found, err := g.Match(text, &m); err != nil {
			require.ErrorIs(t, err, grok.ErrInterrupted)
		} else if found {
			for _, c := range m.Captures {
				require.Contains(t, text, c.Text)
				require.Less(t, c.Field, len(g.Fields()))
			}
		}
	})
}
