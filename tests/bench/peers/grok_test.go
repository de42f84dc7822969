package peers

import (
	"testing"
	"time"

	elasticgrok "github.com/elastic/go-grok"
	"github.com/stretchr/testify/require"
	vjeantetgrok "github.com/vjeantet/grok"

	"github.com/sluice-otel/sluice/ingest/grok"
	"github.com/sluice-otel/sluice/internal/accesslog"
)

const accessPattern = "%{COMBINEDAPACHELOG}"

// BenchmarkGrok matches the same access lines with %{COMBINEDAPACHELOG}.
func BenchmarkGrok(b *testing.B) {
	lines := make([]string, 1024)
	from := accesslog.New(1)
	for i := range lines {
		lines[i] = from.Line(time.Unix(1_760_000_000, 0))
	}
	contest(b, ourGrok(b, lines), elasticGrok(b, lines), vjeantetGrok(b, lines))
}

// BenchmarkGrokMiss matches lines that are no access lines.
func BenchmarkGrokMiss(b *testing.B) {
	lines := []string{
		"2026-01-02 03:04:05,678 ERROR [main] com.example.Service - could not connect to 10.0.0.1:5432, trying again in 5 s",
		`{"level":"info","ts":1760000000.123,"caller":"server/server.go:42","msg":"request done","status":200,"took":"1.5ms"}`,
	}
	contest(b, ourGrok(b, lines), elasticGrok(b, lines), vjeantetGrok(b, lines))
}

func ourGrok(b *testing.B, lines []string) contender {
	b.Helper()
	g, err := grok.Compile([]string{accessPattern}, grok.Settings{})
	require.NoError(b, err)
	m := grok.Acquire()
	return contender{"sluice", func(n int) {
		for i := range n {
			_, _ = g.Match(lines[i%len(lines)], m)
		}
	}}
}

func elasticGrok(b *testing.B, lines []string) contender {
	b.Helper()
	g, err := elasticgrok.NewComplete()
	require.NoError(b, err)
	require.NoError(b, g.Compile(accessPattern, true))
	return contender{"elastic go-grok", func(n int) {
		for i := range n {
			_, _ = g.ParseString(lines[i%len(lines)])
		}
	}}
}

func vjeantetGrok(b *testing.B, lines []string) contender {
	b.Helper()
	g, err := vjeantetgrok.NewWithConfig(&vjeantetgrok.Config{NamedCapturesOnly: true})
	require.NoError(b, err)
	return contender{"vjeantet grok", func(n int) {
		for i := range n {
			_, _ = g.Parse(accessPattern, lines[i%len(lines)])
		}
	}}
}
