package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/sluice-otel/sluice/internal/accesslog"
	"github.com/sluice-otel/sluice/internal/elasticsearchtest"
	"github.com/sluice-otel/sluice/internal/redistest"
	"github.com/sluice-otel/sluice/wire/flatbuffers"
	"github.com/sluice-otel/sluice/wire/flatbuffers/client"
)

// outage is how long the backend is away: no longer than it takes to be noticed,
// unless SLUICE_OUTAGE says how long, such as 60s.
func outage(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("SLUICE_OUTAGE")
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	require.NoError(t, err)
	return d
}

// From FlatBuffers to Elasticsearch, with a backend that is busy, dies in the middle of
// a request and is away, and a collector that is killed: each line is there once, but
// for the one in a thousand that the backend refuses; that one is in the file.
func TestFlatBuffersToElasticsearchOnceWhateverDies(t *testing.T) {
	const lines, target = 20_000, "logs-http.access-default"
	s := elasticsearchtest.Start(t)
	half, died := 100, false
	s.Fail(func(r *elasticsearchtest.Request) elasticsearchtest.Fault {
		switch {
		case r.Number < 3:
			return elasticsearchtest.Fault{Status: 429}
		case r.Items > half && !died:
			died = true
			return elasticsearchtest.Fault{Keep: &half}
		}
		return elasticsearchtest.Fault{}
	})
	s.FailItems(func(it *elasticsearchtest.Item) int {
		switch {
		case poisonous(it.Source):
			return 400
		case it.Request < 8 && it.Number%7 == 0:
			return 429
		}
		return 0
	})
	address, dead := freeAddress(t), filepath.Join(t.TempDir(), "refused.jsonl")
	run := func() *Process {
		return Start(t, args("distro/configs/flatbuffers-to-elasticsearch.yaml",
			set("receivers.flatbuffers.endpoint", address),
			set("exporters.elasticsearch_bulk.endpoint", s.URL),
			set("exporters.elasticsearch_bulk.document_id", "fingerprint"),
			set("exporters.elasticsearch_bulk.retry_on_failure.initial_interval", "50ms"),
			set("exporters.elasticsearch_bulk.retry_on_failure.max_interval", "500ms"),
			set("exporters.elasticsearch_bulk.dead_letter.path", dead),
			set("service.telemetry.metrics.level", "none"))...)
	}
	p := run()
	dropped := make(chan client.Dropped, lines)
	c, err := client.New(address, client.Settings{
		DialOptions: []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())},
		OnDropped:   func(d client.Dropped) { dropped <- d },
	})
	require.NoError(t, err)
	sent := make(chan error, 1)
	go func() { sent <- send(t, c, lines) }()

	indexed := func() int { return len(s.Documents(target)) }
	require.True(t, s.Wait(time.Minute, func() bool { return indexed() > lines/4 }), "%d documents", indexed())
	s.Kill()
	p.WaitFor("connection refused")
	began := time.Now()
	require.NoError(t, p.cmd.Process.Kill())
	<-p.done
	p = run()
	Eventually(t, "the outage is over", func() bool { return time.Since(began) > min(outage(t), 20*time.Second) })
	for time.Since(began) < outage(t) { // Eventually does not wait that long
		s.Wait(time.Second, func() bool { return false })
	}
	s.Restart(t)
	require.NoError(t, <-sent)
	assert.Zero(t, p.Stop(20*time.Second))

	const poison = lines / 1000 // of the numbers from 0 on, those that end in 500
	assert.Empty(t, dropped)
	assert.Equal(t, lines-poison, indexed())
	letters, err := os.ReadFile(dead)
	require.NoError(t, err)
	buried := map[string]bool{}
	for letter := range bytes.Lines(letters) {
		require.True(t, poisonous(letter), "%s", letter)
		buried[string(lineNumber.Find(letter))] = true
	}
	assert.Len(t, buried, poison)
	conflicts, requests := 0, s.Requests()
	for _, r := range requests {
		conflicts += r.Conflict
	}
	t.Logf("%d lines, backend away for %v: %d documents, %d refused and in the file (%d lines of it), %d repeated and there once, %d requests",
		lines, outage(t), indexed(), len(buried), bytes.Count(letters, []byte("\n")), conflicts, len(requests))
}

// Entries of a Redis stream can be messages, too: a batch of records in each. Whether one
// is UTF-8 makes no difference.
func TestFlatBuffersFromRedisToElasticsearch(t *testing.T) {
	const entries, each, target = 200, 25, "logs-http.access-default"
	r, s := redistest.Start(t), elasticsearchtest.Start(t)
	feedMessages(t, r.Addr, entries, each)
	p := Start(t, args("distro/configs/redis-to-elasticsearch.yaml",
		set("receivers.redis_streams.endpoint", r.Addr),
		set("processors.ingest.pipeline", "access"), // an entry's id is that of many documents
		set("processors.ingest.document.format", "flatbuffers"),
		set("processors.ingest.document.target", "json"),
		set("exporters.elasticsearch_bulk.endpoint", s.URL),
		set("exporters.elasticsearch_bulk.dead_letter.path", filepath.Join(t.TempDir(), "refused.jsonl")),
		set("service.telemetry.metrics.level", "none"))...)
	Eventually(t, "every line is indexed", func() bool { return len(s.Documents(target)) == entries*each })
	assert.Zero(t, p.Stop(10*time.Second))
	seen := map[string]bool{}
	for _, d := range s.Documents(target) {
		assert.Equal(t, "http.access", d.Source["event"].(map[string]any)["dataset"])
		seen[lineNumber.FindString(d.Source["message"].(string))] = true
	}
	assert.Len(t, seen, entries*each)
}

// feedMessages adds entries, every other one with times in its records: those bytes are
// no UTF-8.
func feedMessages(t *testing.T, addr string, entries, each int) {
	t.Helper()
	to := redis.NewClient(&redis.Options{Addr: addr})
	defer to.Close()
	pipe := to.Pipeline()
	from, e := accesslog.New(1), flatbuffers.NewEncoder()
	for i := range entries {
		for range each {
			rec := flatbuffers.Record{Body: flatbuffers.Text(from.Line(time.Now()))}
			if i%2 == 0 {
				rec.Time = uint64(time.Now().UnixNano())
			}
			e.Append(&rec)
		}
		pipe.XAdd(t.Context(), &redis.XAddArgs{Stream: "access-logs", Values: []any{"body", e.Finish()}})
	}
	_, err := pipe.Exec(t.Context())
	require.NoError(t, err)
}

// lineNumber is where an access line has its number.
var lineNumber = regexp.MustCompile(`id=([0-9]+)`)

// poisonous says which line in a thousand the backend refuses.
func poisonous(text []byte) bool {
	found := lineNumber.FindSubmatch(text)
	return found != nil && bytes.HasSuffix(found[1], []byte("500"))
}

// send sends access lines, and returns when all of them have their answer.
func send(t *testing.T, c *client.Client, lines int) error {
	t.Helper()
	from := accesslog.New(1)
	for range lines {
		if err := c.Send(t.Context(), &flatbuffers.Record{Body: flatbuffers.Text(from.Line(time.Now()))}); err != nil {
			return err
		}
	}
	return c.Close(t.Context())
}
