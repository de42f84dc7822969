package bench

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/internal/accesslog"
	"github.com/sluice-otel/sluice/internal/redistest"
	"github.com/sluice-otel/sluice/tests/e2e"
)

const (
	soakRate   = 20_000 // entries a second
	soakGrowth = 1.10   // how much larger the second half may be than the first
)

// soakTime is how long the soak takes: 20 s, or SOAK.
func soakTime(b *testing.B) time.Duration {
	b.Helper()
	text := os.Getenv("SOAK")
	if text == "" {
		return 20 * time.Second
	}
	length, err := time.ParseDuration(text)
	require.NoError(b, err)
	return length
}

// What the checkpoint remembers grows for its retention: a tenth of the time, which
// is over before the measuring begins.
const soakConfig = `yaml:
extensions: {file_storage: {directory: %q, fsync: true}}
receivers:
  redis_streams:
    endpoint: %q
    group: bench
    after_ack: trim
    checkpoint: {storage: file_storage, retention: %s}
    logs: {streams: [access-logs]}
exporters: {nop: }
service:
  extensions: [file_storage]
  telemetry: {metrics: {level: none}}
  pipelines: {logs: {receivers: [redis_streams], exporters: [nop]}}`

// BenchmarkSoak lets the binary follow a producer for long, with a checkpoint, and
// fails if its memory is not flat: after a fifth of the time, in which it may fill,
// the median of the second half must not be above that of the first.
func BenchmarkSoak(b *testing.B) {
	for b.Loop() {
		soak(b, soakTime(b))
	}
}

func soak(b *testing.B, length time.Duration) {
	b.Helper()
	srv := redistest.Start(b)
	p := e2e.Start(b, "--config", fmt.Sprintf(soakConfig, b.TempDir(), srv.Addr, length/10))
	p.WaitFor("reading Redis Streams")
	written := make(chan int, 1)
	go func() { written <- writeSteadily(b, client(b, srv.Addr), length) }()
	total, files := sampleMemory(b, p, length)
	n := <-written
	waitFor(b, client(b, srv.Addr), func(g redis.XInfoGroup) bool { return g.EntriesRead == int64(n) && g.Pending == 0 })
	require.Zero(b, p.Stop(30*time.Second), p.Output())

	b.Logf("MiB in each tenth of the time: %.1f, of which pages of files %.1f", tenths(total), tenths(files))
	total = total[len(total)/5:]
	first, second := median(total[:len(total)/2]), median(total[len(total)/2:])
	b.ReportMetric(float64(n)/length.Seconds(), "records/s")
	b.ReportMetric(float64(p.CPU().Microseconds())/float64(n), "cpu-µs/record")
	b.ReportMetric(first, "MiB-first-half")
	b.ReportMetric(second, "MiB-second-half")
	b.ReportMetric(float64(p.MaxRSS())/(1<<20), "MiB-peak")
	b.ReportMetric(0, "ns/op") // meaningless here
	require.LessOrEqual(b, second, first*soakGrowth, "the memory grows")
}

// writeSteadily writes a hundredth of a second's entries a hundred times a second,
// and more when it is late. It returns how many they were.
func writeSteadily(b *testing.B, c *redis.Client, length time.Duration) int {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), length)
	defer cancel()
	lines := accesslog.New(1)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	written := 0
	for start := time.Now(); ctx.Err() == nil; {
		pipe := c.Pipeline()
		for due := int(time.Since(start).Seconds() * soakRate); written < due; written++ {
			pipe.XAdd(b.Context(), &redis.XAddArgs{Stream: stream, Values: []any{"body", lines.Line(time.Now())}})
		}
		if _, err := pipe.Exec(b.Context()); err != nil {
			b.Errorf("write to the stream: %v", err)
			break
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	return written
}

// sampleMemory returns the resident sizes of the process, in MiB, four a second.
func sampleMemory(b *testing.B, p *e2e.Process, length time.Duration) (total, files []float64) {
	b.Helper()
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for start := time.Now(); time.Since(start) < length; {
		<-tick.C
		t, f := p.RSS()
		total, files = append(total, float64(t)/(1<<20)), append(files, float64(f)/(1<<20))
	}
	return total, files
}

// tenths returns the medians of ten equal parts.
func tenths(values []float64) []float64 {
	var medians []float64
	for i := range 10 {
		medians = append(medians, median(values[i*len(values)/10:(i+1)*len(values)/10]))
	}
	return medians
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
