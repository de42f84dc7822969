package redisstreamsreceiver

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver/receivertest"

	"github.com/sluice-otel/sluice/internal/redistest"
)

const benchEntries = 200_000

// preload fills the test stream with entries of a size.
func preload(b *testing.B, client *redis.Client, size int) {
	b.Helper()
	payload := strings.Repeat("x", size)
	for done := 0; done < benchEntries; done += 1000 {
		pipe := client.Pipeline()
		for range 1000 {
			pipe.XAdd(b.Context(), &redis.XAddArgs{Stream: testStream, Values: []any{"body", payload}})
		}
		_, err := pipe.Exec(b.Context())
		require.NoError(b, err)
	}
}

// BenchmarkReceiver drains 200,000 preloaded entries from a real Redis: read,
// decode, a consumer that accepts, acknowledge.
func BenchmarkReceiver(b *testing.B) {
	for name, size := range map[string]int{"200B": 200, "1KiB": 1024} {
		b.Run(name, func(b *testing.B) {
			srv := redistest.Start(b)
			client := newClient(b, srv.Addr)
			preload(b, client, size)
			b.ReportAllocs()
			b.SetBytes(benchEntries * int64(size))
			for b.Loop() {
				b.StopTimer()
				client.XGroupDestroy(b.Context(), testStream, "g")
				b.StartTimer()
				drainAll(b, testConfig(srv.Addr))
			}
			b.ReportMetric(benchEntries*float64(b.N)/b.Elapsed().Seconds(), "msg/s")
		})
	}
}

func drainAll(b *testing.B, cfg *Config) {
	b.Helper()
	var got atomic.Int64
	done := make(chan struct{})
	next, err := consumer.NewLogs(func(_ context.Context, data plog.Logs) error {
		if got.Add(int64(data.LogRecordCount())) == benchEntries {
			close(done)
		}
		return nil
	})
	require.NoError(b, err)
	c, err := NewFactory().CreateLogs(b.Context(), receivertest.NewNopSettings(NewFactory().Type()), cfg, next)
	require.NoError(b, err)
	require.NoError(b, c.Start(b.Context(), componenttest.NewNopHost()))
	select {
	case <-done:
	case <-time.After(time.Minute):
		b.Fatalf("%d of %d entries after a minute", got.Load(), benchEntries)
	}
	require.NoError(b, c.Shutdown(b.Context()))
}

// BenchmarkDecode is what an entry costs between reading and the pipeline.
func BenchmarkDecode(b *testing.B) {
	text := strings.Repeat("x", 200)
	js := `{"time":"2024-05-01T10:00:00Z","level":"info","message":"` + text[:100] + `","status":200,"took":1.5}`
	for encoding, payload := range map[Encoding]string{EncodingRaw: text, EncodingJSON: js} {
		b.Run(string(encoding), func(b *testing.B) {
			c, next := logsCodec(b, logsConfig(encoding))
			entries := make([]entry, 1000)
			for i := range entries {
				entries[i] = body("1700000000123-4", payload)
			}
			b.ReportAllocs()
			for b.Loop() {
				batch, _, _ := c.decode("s", entries)
				_ = batch.consume(b.Context())
				next.Reset()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/entry")
		})
	}
}
