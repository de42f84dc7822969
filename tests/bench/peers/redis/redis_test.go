// Package redis measures the redis_streams receiver against other programs that
// read Redis Streams. Its dependencies are its own, and large: it is a module
// apart, built only for this.
package redis

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill-redisstream/pkg/redisstream"
	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"github.com/vmihailenco/msgpack"
	_ "github.com/warpstreamlabs/bento/public/components/io"
	_ "github.com/warpstreamlabs/bento/public/components/pure"
	_ "github.com/warpstreamlabs/bento/public/components/redis"
	"github.com/warpstreamlabs/bento/public/service"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver/receivertest"

	"github.com/sluice-otel/sluice/internal/redistest"
	"github.com/sluice-otel/sluice/receiver/redisstreamsreceiver"
)

const (
	stream  = "orders"
	entries = 200_000
	rounds  = 3
)

// A contender drains a group of the stream: it reads, acknowledges and throws
// away all entries. It returns when they are acknowledged, with a function that
// stops it.
type contender struct {
	name  string
	share float64 // of the entries, for those that would take minutes
	drain func(b *testing.B, addr, group string, n int) (stop func())
}

// BenchmarkDrain lets the contenders drain the same preloaded stream in turn,
// several rounds, and reports the medians and their ratio to the first, which is
// the receiver with a checkpoint that is flushed to disk.
func BenchmarkDrain(b *testing.B) {
	contenders := []contender{
		{"redis_streams, checkpoint on disk", 1, receive(true)},
		{"redis_streams", 1, receive(false)},
		{"go-redis, read and XACK only", 1, plain},
		{"Bento, limit 10 (default)", 0.5, bento(10)},
		{"Bento, limit 1000", 1, bento(1000)},
		{"Bento, limit 5000", 1, bento(5000)},
		{"watermill-redisstream", 0.1, water},
	}
	for _, size := range []int{200, 1024} {
		b.Run(fmt.Sprintf("size=%d", size), func(b *testing.B) {
			srv := redistest.Start(b)
			preload(b, srv.Addr, size)
			rates := make([][]float64, len(contenders))
			for b.Loop() {
				for round := range rounds {
					for i, c := range contenders {
						n := int(entries * c.share)
						started := time.Now()
						stop := c.drain(b, srv.Addr, fmt.Sprintf("%d-%d", i, round), n)
						rates[i] = append(rates[i], float64(n)/time.Since(started).Seconds())
						stop()
					}
				}
			}
			report(b, contenders, rates)
		})
	}
}

func report(b *testing.B, contenders []contender, rates [][]float64) {
	b.Helper()
	var out strings.Builder
	ours := median(rates[0])
	for i, c := range contenders {
		rate := median(rates[i])
		fmt.Fprintf(&out, "\n  %-36s %9.0f msg/s %8.2f", c.name, rate, rate/ours)
	}
	b.Log(out.String())
	b.ReportMetric(ours, "msg/s")
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func newClient(b *testing.B, addr string) *goredis.Client {
	b.Helper()
	client := goredis.NewClient(&goredis.Options{Addr: addr})
	b.Cleanup(func() { _ = client.Close() })
	return client
}

// preload writes entries that every contender understands: watermill's fields,
// and body for the others.
func preload(b *testing.B, addr string, size int) {
	b.Helper()
	client := newClient(b, addr)
	metadata, err := msgpack.Marshal(map[string]string{})
	require.NoError(b, err)
	payload := strings.Repeat("x", size)
	for done := 0; done < entries; done += 1000 {
		pipe := client.Pipeline()
		for range 1000 {
			pipe.XAdd(b.Context(), &goredis.XAddArgs{Stream: stream, Values: []any{"body", payload}})
			pipe.XAdd(b.Context(), &goredis.XAddArgs{Stream: stream + ":watermill", Values: []any{
				redisstream.UUIDHeaderKey, "1", "metadata", metadata, "payload", payload,
			}})
		}
		_, err := pipe.Exec(b.Context())
		require.NoError(b, err)
	}
}

// acknowledged waits until a group has read n entries and has none pending.
func acknowledged(b *testing.B, addr, stream, group string, n int) {
	b.Helper()
	client := newClient(b, addr)
	require.Eventually(b, func() bool {
		groups, err := client.XInfoGroups(b.Context(), stream).Result()
		if err != nil {
			return false
		}
		for _, g := range groups {
			if g.Name == group {
				return g.EntriesRead >= int64(n) && g.Pending == 0
			}
		}
		return false
	}, 5*time.Minute, 5*time.Millisecond)
}

func receive(checkpoint bool) func(b *testing.B, addr, group string, n int) func() {
	return func(b *testing.B, addr, group string, n int) func() {
		b.Helper()
		factory := redisstreamsreceiver.NewFactory()
		cfg := factory.CreateDefaultConfig().(*redisstreamsreceiver.Config)
		cfg.Endpoint, cfg.Group, cfg.Consumer = addr, group, "c"
		cfg.Logs.Streams = []string{stream}
		host := component.Host(componenttest.NewNopHost())
		if checkpoint {
			host, cfg.Checkpoint.Storage = fileStorage(b)
		}
		next, err := consumer.NewLogs(func(context.Context, plog.Logs) error { return nil })
		require.NoError(b, err)
		r, err := factory.CreateLogs(b.Context(), receivertest.NewNopSettings(factory.Type()), cfg, next)
		require.NoError(b, err)
		require.NoError(b, r.Start(b.Context(), host))
		acknowledged(b, addr, stream, group, n)
		return func() { require.NoError(b, r.Shutdown(b.Context())) }
	}
}

type storageHost struct {
	component.Host
	extensions map[component.ID]component.Component
}

func (h storageHost) GetExtensions() map[component.ID]component.Component { return h.extensions }

func fileStorage(b *testing.B) (component.Host, *component.ID) {
	b.Helper()
	factory := filestorage.NewFactory()
	cfg := factory.CreateDefaultConfig().(*filestorage.Config)
	cfg.Directory, cfg.FSync = b.TempDir(), true
	storage, err := factory.Create(b.Context(), extensiontest.NewNopSettings(factory.Type()), cfg)
	require.NoError(b, err)
	id := component.NewID(factory.Type())
	return storageHost{componenttest.NewNopHost(), map[component.ID]component.Component{id: storage}}, &id
}

func plain(b *testing.B, addr, group string, n int) func() {
	b.Helper()
	client := newClient(b, addr)
	require.NoError(b, client.XGroupCreate(b.Context(), stream, group, "0").Err())
	args := &goredis.XReadGroupArgs{Group: group, Consumer: "c", Streams: []string{stream, ">"}, Count: 1000, Block: -1}
	for got := 0; got < n; {
		streams, err := client.XReadGroup(b.Context(), args).Result()
		require.NoError(b, err)
		ids := make([]string, len(streams[0].Messages))
		for i, m := range streams[0].Messages {
			ids[i] = m.ID
		}
		require.NoError(b, client.XAck(b.Context(), stream, group, ids...).Err())
		got += len(ids)
	}
	return func() {}
}

func bento(limit int) func(b *testing.B, addr, group string, n int) func() {
	return func(b *testing.B, addr, group string, n int) func() {
		b.Helper()
		builder := service.NewStreamBuilder()
		builder.DisableLinting()
		require.NoError(b, builder.SetYAML(fmt.Sprintf(`
input:
  redis_streams:
    url: redis://%s
    streams: [%s]
    consumer_group: %q
    client_id: c
    limit: %d
    commit_period: 100ms
output: {drop: {}}
logger: {level: none}
`, addr, stream, group, limit)))
		s, err := builder.Build()
		require.NoError(b, err)
		ctx, cancel := context.WithCancel(b.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = s.Run(ctx)
		}()
		acknowledged(b, addr, stream, group, n)
		return func() {
			cancel()
			<-done
		}
	}
}

func water(b *testing.B, addr, group string, n int) func() {
	b.Helper()
	subscriber, err := redisstream.NewSubscriber(redisstream.SubscriberConfig{
		Client: newClient(b, addr), ConsumerGroup: group, Consumer: "c",
	}, watermill.NopLogger{})
	require.NoError(b, err)
	messages, err := subscriber.Subscribe(b.Context(), stream+":watermill")
	require.NoError(b, err)
	var got atomic.Int64
	go func() {
		for m := range messages {
			m.Ack()
			got.Add(1)
		}
	}()
	require.Eventually(b, func() bool { return got.Load() >= int64(n) }, 5*time.Minute, 5*time.Millisecond)
	return func() { require.NoError(b, subscriber.Close()) }
}
