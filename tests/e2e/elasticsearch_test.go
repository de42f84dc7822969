package e2e

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/internal/accesslog"
	"github.com/sluice-otel/sluice/internal/elasticsearchtest"
	"github.com/sluice-otel/sluice/internal/redistest"
)

// From Redis to Elasticsearch, with a backend that is busy, a collector that is
// killed three times and a backend that is away: each line is there once, because a
// second delivery has the same id.
func TestRedisToElasticsearchOnceWhateverDies(t *testing.T) {
	const lines, target = 30_000, "logs-http.access-default"
	r, s := redistest.Start(t), elasticsearchtest.Start(t)
	feed(t, r.Addr, accesslog.New(1), lines)
	s.FailItems(func(it *elasticsearchtest.Item) int {
		if it.Request < 20 && it.Number%7 == 0 {
			return 429
		}
		return 0
	})
	dead := filepath.Join(t.TempDir(), "refused.jsonl")
	run := func() *Process {
		return Start(t, args("distro/configs/redis-to-elasticsearch.yaml",
			set("receivers.redis_streams.endpoint", r.Addr),
			set("exporters.elasticsearch_bulk.endpoint", s.URL),
			set("exporters.elasticsearch_bulk.dead_letter.path", dead),
			set("service.telemetry.metrics.level", "none"))...)
	}
	indexed := func() int { return len(s.Documents(target)) }

	p := run()
	for kill := range 3 {
		require.True(t, s.Wait(30*time.Second, func() bool { return indexed() > (kill+1)*lines/6 }), "%d documents", indexed())
		require.NoError(t, p.cmd.Process.Kill())
		<-p.done
		if kill == 1 {
			s.Kill()
		}
		p = run()
		if kill == 1 {
			p.WaitFor("connection refused")
			s.Restart(t)
		}
	}
	require.True(t, s.Wait(30*time.Second, func() bool { return indexed() == lines }), "%d documents", indexed())
	assert.Zero(t, p.Stop(10*time.Second))
	assert.Equal(t, lines, indexed())
	refused, err := os.ReadFile(dead)
	require.NoError(t, err)
	assert.Empty(t, refused)
	repeated := 0
	for _, request := range s.Requests() {
		repeated += request.Conflict
	}
	t.Logf("%d lines, each indexed once; %d came twice, in %d requests", lines, repeated, len(s.Requests()))
}
