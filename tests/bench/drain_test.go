// Package bench measures the built binary end to end against a real Redis.
package bench

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/internal/accesslog"
	"github.com/sluice-otel/sluice/internal/redistest"
	"github.com/sluice-otel/sluice/tests/e2e"
)

const stream = "access-logs"

// entries is how many access lines are drained: a million, or REDIS_ENTRIES.
func entries(b *testing.B) int {
	b.Helper()
	text := os.Getenv("REDIS_ENTRIES")
	if text == "" {
		return 1_000_000
	}
	n, err := strconv.Atoi(text)
	require.NoError(b, err)
	return n
}

// BenchmarkDrain preloads a stream and lets the binary drain it, with less and
// less behind the receiver, so that the differences say what costs how much.
func BenchmarkDrain(b *testing.B) {
	for _, c := range []struct{ name, config string }{
		{"redis+ingest+file", ingestToFile},
		{"redis+ingest+nop", ingestToNop},
		{"redis+nop", toNop},
	} {
		b.Run(c.name, func(b *testing.B) {
			srv := redistest.Start(b)
			n := entries(b)
			preload(b, srv.Addr, n)
			for b.Loop() {
				resetGroup(b, srv.Addr)
				drain(b, srv.Addr, c.config, n)
			}
		})
	}
}

const receiverConfig = `yaml:
receivers:
  redis_streams:
    endpoint: %q
    group: bench
    logs: {streams: [access-logs]}
`

const ingestToFile = receiverConfig + `
processors: {ingest: {files: [distro/configs/pipelines/access.yml]}}
exporters: {file: {path: %q}}
service:
  telemetry: {metrics: {level: none}}
  pipelines: {logs: {receivers: [redis_streams], processors: [ingest], exporters: [file]}}`

const ingestToNop = receiverConfig + `
processors: {ingest: {files: [distro/configs/pipelines/access.yml]}}
exporters: {nop: }
service:
  telemetry: {metrics: {level: none}}
  pipelines: {logs: {receivers: [redis_streams], processors: [ingest], exporters: [nop]}}`

const toNop = receiverConfig + `
exporters: {nop: }
service:
  telemetry: {metrics: {level: none}}
  pipelines: {logs: {receivers: [redis_streams], exporters: [nop]}}`

func client(b *testing.B, addr string) *redis.Client {
	b.Helper()
	c := redis.NewClient(&redis.Options{Addr: addr})
	b.Cleanup(func() { _ = c.Close() })
	return c
}

func preload(b *testing.B, addr string, n int) {
	b.Helper()
	lines := accesslog.New(1)
	at := time.Now()
	c := client(b, addr)
	for done := 0; done < n; {
		pipe := c.Pipeline()
		for range min(1000, n-done) {
			pipe.XAdd(b.Context(), &redis.XAddArgs{Stream: stream, Values: []any{"body", lines.Line(at)}})
			done++
		}
		_, err := pipe.Exec(b.Context())
		require.NoError(b, err)
	}
}

func resetGroup(b *testing.B, addr string) {
	b.Helper()
	require.NoError(b, client(b, addr).XGroupDestroy(b.Context(), stream, "bench").Err())
}

// drain starts the binary, waits until the group has acknowledged everything,
// stops it and reports. Time is counted from the first entry delivered.
func drain(b *testing.B, addr, config string, n int) {
	b.Helper()
	file := filepath.Join(b.TempDir(), "out.jsonl")
	p := e2e.Start(b, "--config", fill(config, addr, file))
	c := client(b, addr)
	waitFor(b, c, func(g redis.XInfoGroup) bool { return g.EntriesRead > 0 })
	start := time.Now()
	waitFor(b, c, func(g redis.XInfoGroup) bool { return g.EntriesRead == int64(n) && g.Lag == 0 && g.Pending == 0 })
	elapsed := time.Since(start)
	require.Zero(b, p.Stop(30*time.Second), p.Output())
	if _, err := os.Stat(file); err == nil {
		requireEveryLine(b, file, n)
	}
	b.ReportMetric(float64(n)/elapsed.Seconds(), "records/s")
	b.ReportMetric(float64(p.CPU().Microseconds())/float64(n), "cpu-µs/record")
	b.ReportMetric(float64(p.MaxRSS())/(1<<20), "MiB-peak")
	b.ReportMetric(0, "ns/op") // meaningless here
}

func fill(config, addr, file string) string {
	if bytes.Contains([]byte(config), []byte("file: {path")) {
		return fmt.Sprintf(config, addr, file)
	}
	return fmt.Sprintf(config, addr)
}

func waitFor(b *testing.B, c *redis.Client, ok func(redis.XInfoGroup) bool) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), 5*time.Minute)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		groups, err := c.XInfoGroups(ctx, stream).Result()
		if err == nil && len(groups) == 1 && ok(groups[0]) {
			return
		}
		select {
		case <-ctx.Done():
			b.Fatalf("the stream is not drained: %v %v", groups, err)
		case <-tick.C:
		}
	}
}

// requireEveryLine counts the ids in the output: none may be missing.
func requireEveryLine(b *testing.B, file string, n int) {
	b.Helper()
	f, err := os.Open(file)
	require.NoError(b, err)
	defer f.Close()
	seen := make([]bool, n)
	distinct := 0
	scanner := bufio.NewScanner(f)
	scanner.Buffer(nil, 64<<20)
	for scanner.Scan() {
		eachID(scanner.Bytes(), func(id int) {
			if !seen[id] {
				seen[id] = true
				distinct++
			}
		})
	}
	require.NoError(b, scanner.Err())
	require.Equal(b, n, distinct, "distinct lines in the output")
}

// eachID calls f for every id=N of an url.original attribute in a line of OTLP
// JSON.
func eachID(line []byte, f func(int)) {
	key := []byte(`"url.original","value":{"stringValue":"`)
	for {
		at := bytes.Index(line, key)
		if at < 0 {
			return
		}
		line = line[at+len(key):]
		end := bytes.IndexByte(line, '"')
		url := line[:end]
		if i := bytes.LastIndex(url, []byte("id=")); i >= 0 {
			id, err := strconv.Atoi(string(url[i+3:]))
			if err == nil {
				f(id)
			}
		}
	}
}
