package redisstreamsreceiver

import (
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

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

// BenchmarkLive follows a producer that writes at a rate, for five seconds, with a
// checkpoint: how long from an entry's birth to its acknowledgement, and what an
// entry costs. The age of a batch is that of its oldest entry, so that the figures
// are on the safe side.
func BenchmarkLive(b *testing.B) {
	for _, rate := range []int{50_000, 150_000} {
		b.Run(fmt.Sprintf("rate=%d", rate), func(b *testing.B) {
			for b.Loop() {
				live(b, rate)
			}
		})
	}
}

const liveTime = 5 * time.Second

func live(b *testing.B, rate int) {
	b.Helper()
	srv := redistest.Start(b)
	host := newFileStorageHost(b)
	cfg := testConfig(srv.Addr)
	cfg.Checkpoint.Storage = &host.id
	var got atomic.Int64
	next, err := consumer.NewLogs(func(_ context.Context, data plog.Logs) error {
		got.Add(int64(data.LogRecordCount()))
		return nil
	})
	require.NoError(b, err)
	tel := componenttest.NewTelemetry()
	set := receivertest.NewNopSettings(NewFactory().Type())
	set.MeterProvider = tel.NewTelemetrySettings().MeterProvider // but not the tracer, which remembers every span
	c, err := NewFactory().CreateLogs(b.Context(), set, cfg, next)
	require.NoError(b, err)
	require.NoError(b, c.Start(b.Context(), host))

	before := processorTime(b)
	written := produce(b, srv.Addr, rate)
	require.Eventually(b, func() bool { return got.Load() == int64(written) }, 10*time.Second, time.Millisecond)
	used := processorTime(b) - before
	b.ReportMetric(float64(written)/liveTime.Seconds(), "msg/s")
	b.ReportMetric(float64(used.Nanoseconds())/float64(written), "cpu-ns/msg")
	m, err := tel.GetMetric("otelcol_redis_streams_acknowledgement_age")
	require.NoError(b, err)
	for _, q := range []float64{0.5, 0.99, 0.999} {
		b.ReportMetric(quantile(m.Data.(metricdata.Histogram[float64]).DataPoints[0], q)*1000, fmt.Sprintf("p%g-ms", 100*q))
	}
	require.NoError(b, c.Shutdown(b.Context()))
	require.NoError(b, tel.Shutdown(b.Context()))
}

// quantile returns the upper bound of the bucket with the quantile.
func quantile(p metricdata.HistogramDataPoint[float64], q float64) float64 {
	seen := uint64(0)
	for i, n := range p.BucketCounts {
		if seen += n; float64(seen) >= q*float64(p.Count) && i < len(p.Bounds) {
			return p.Bounds[i]
		}
	}
	return math.Inf(1)
}

// processorTime is what this process has used. The storage and the producer are
// part of it.
func processorTime(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// produce writes entries of 200 B in one burst a millisecond, with as little work
// as possible, and returns their number.
func produce(b *testing.B, addr string, rate int) int {
	b.Helper()
	var d net.Dialer
	conn, err := d.DialContext(b.Context(), "tcp", addr)
	require.NoError(b, err)
	defer conn.Close()
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		_, _ = io.Copy(io.Discard, conn)
	}()
	command := "*5\r\n$4\r\nXADD\r\n$4\r\nlogs\r\n$1\r\n*\r\n$4\r\nbody\r\n$200\r\n" + strings.Repeat("x", 200) + "\r\n"
	burst := []byte(strings.Repeat(command, rate/1000))
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	written := 0
	for start := time.Now(); time.Since(start) < liveTime; {
		<-tick.C
		for due := int(time.Since(start) * time.Duration(rate) / time.Second); written < due; written += rate / 1000 {
			_, err := conn.Write(burst)
			require.NoError(b, err)
		}
	}
	require.NoError(b, conn.(*net.TCPConn).CloseWrite())
	<-answered // or the server would drop what it has not read
	return written
}

// BenchmarkIdle is what receivers cost when nothing comes: the share of one
// processor, and what they keep open.
func BenchmarkIdle(b *testing.B) {
	for _, streams := range []int{1, 200} {
		b.Run(fmt.Sprintf("streams=%d", streams), func(b *testing.B) {
			srv := redistest.Start(b)
			client := newClient(b, srv.Addr)
			cfg := createDefaultConfig().(*Config)
			cfg.Endpoint, cfg.Consumer = srv.Addr, "me"
			for i := range streams {
				cfg.Logs.Streams = append(cfg.Logs.Streams, fmt.Sprint("s", i))
			}
			goroutines := runtime.NumGoroutine()
			c, err := NewFactory().CreateLogs(b.Context(), receivertest.NewNopSettings(NewFactory().Type()), cfg, consumertest.NewNop())
			require.NoError(b, err)
			require.NoError(b, c.Start(b.Context(), componenttest.NewNopHost()))
			last := cfg.Logs.Streams[streams-1]
			require.Eventually(b, func() bool { return client.Exists(b.Context(), last).Val() == 1 }, 10*time.Second, 10*time.Millisecond)
			for b.Loop() {
				idle(b, 10*time.Second)
			}
			b.ReportMetric(float64(runtime.NumGoroutine()-goroutines), "goroutines")
			b.ReportMetric(float64(strings.Count(client.ClientList(b.Context()).Val(), "\n")-1), "connections")
			require.NoError(b, c.Shutdown(b.Context()))
		})
	}
}

func idle(b *testing.B, length time.Duration) {
	b.Helper()
	timer := time.NewTimer(length)
	used := processorTime(b)
	<-timer.C
	used = processorTime(b) - used
	b.ReportMetric(100*used.Seconds()/length.Seconds(), "cpu-%")
	b.ReportMetric(0, "ns/op") // meaningless here
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
