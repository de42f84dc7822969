package redisstreamsreceiver

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/extension/extensiontest"
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
// decode, a consumer that accepts, acknowledge; and the same with a checkpoint
// that is flushed to disk before each acknowledgement.
func BenchmarkReceiver(b *testing.B) {
	for _, size := range []int{200, 1024} {
		for _, checkpoint := range []bool{false, true} {
			b.Run(fmt.Sprintf("size=%d/checkpoint=%v", size, checkpoint), func(b *testing.B) {
				srv := redistest.Start(b)
				client := newClient(b, srv.Addr)
				preload(b, client, size)
				host := newFileStorageHost(b)
				b.ReportAllocs()
				b.SetBytes(benchEntries * int64(size))
				for run := 0; b.Loop(); run++ {
					b.StopTimer()
					cfg := testConfig(srv.Addr)
					cfg.Group = fmt.Sprint("g", run) // of which the checkpoint knows nothing
					if checkpoint {
						cfg.Checkpoint.Storage = &host.id
					}
					b.StartTimer()
					drainAll(b, cfg, host)
				}
				b.ReportMetric(benchEntries*float64(b.N)/b.Elapsed().Seconds(), "msg/s")
			})
		}
	}
}

// BenchmarkPlainClient is what there is to reach: go-redis reads and
// acknowledges, and nothing is done with the entries.
func BenchmarkPlainClient(b *testing.B) {
	for _, size := range []int{200, 1024} {
		b.Run(fmt.Sprintf("size=%d", size), func(b *testing.B) {
			srv := redistest.Start(b)
			client := newClient(b, srv.Addr)
			preload(b, client, size)
			b.ReportAllocs()
			b.SetBytes(benchEntries * int64(size))
			for b.Loop() {
				b.StopTimer()
				client.XGroupDestroy(b.Context(), testStream, "g")
				require.NoError(b, client.XGroupCreate(b.Context(), testStream, "g", "0").Err())
				b.StartTimer()
				drainPlainly(b, client)
			}
			b.ReportMetric(benchEntries*float64(b.N)/b.Elapsed().Seconds(), "msg/s")
		})
	}
}

func drainPlainly(b *testing.B, client *redis.Client) {
	b.Helper()
	args := &redis.XReadGroupArgs{Group: "g", Consumer: "me", Streams: []string{testStream, ">"}, Count: 1000, Block: -1}
	ids := make([]string, 0, 1000)
	for got := 0; got < benchEntries; got += len(ids) {
		streams, err := client.XReadGroup(b.Context(), args).Result()
		require.NoError(b, err)
		ids = ids[:0]
		for i := range streams[0].Messages {
			ids = append(ids, streams[0].Messages[i].ID)
		}
		require.NoError(b, client.XAck(b.Context(), testStream, "g", ids...).Err())
	}
}

// fileStorageHost has the storage extension a collector would use.
type fileStorageHost struct {
	extensionHost
	id component.ID
}

func newFileStorageHost(b *testing.B) *fileStorageHost {
	b.Helper()
	factory := filestorage.NewFactory()
	cfg := factory.CreateDefaultConfig().(*filestorage.Config)
	cfg.Directory = b.TempDir()
	cfg.FSync = true
	ext, err := factory.Create(b.Context(), extensiontest.NewNopSettings(factory.Type()), cfg)
	require.NoError(b, err)
	require.NoError(b, ext.Start(b.Context(), componenttest.NewNopHost()))
	b.Cleanup(func() { require.NoError(b, ext.Shutdown(context.WithoutCancel(b.Context()))) })
	id := component.NewID(factory.Type())
	return &fileStorageHost{extensionHost{componenttest.NewNopHost(), map[component.ID]component.Component{id: ext}}, id}
}

func drainAll(b *testing.B, cfg *Config, host component.Host) {
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
	require.NoError(b, c.Start(b.Context(), host))
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
