package redisstreamsreceiver

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/sluice-otel/sluice/internal/redistest"
)

// dieWith makes it look as if this consumer had died a number of times while it
// worked on entries.
func dieWith(t *testing.T, client *redis.Client, times int, ids ...string) {
	t.Helper()
	args := []any{"XCLAIM", testStream, "g", "me", 0}
	for _, id := range ids {
		args = append(args, id)
	}
	require.NoError(t, client.Do(t.Context(), append(args, "RETRYCOUNT", times, "JUSTID")...).Err())
}

func TestEntriesThatKillCollectorsAreIsolated(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	ids := add(t, client, 0, 400)
	require.NoError(t, client.XGroupCreate(t.Context(), testStream, "g", "0").Err())
	receive(t, client, "me", 400)
	dieWith(t, client, 2, ids[100:300]...)
	dieWith(t, client, 3, ids[300:310]...)
	dieWith(t, client, 5, ids[310:312]...)

	var sizes []int
	next := newSink()
	next.setRefuse(func(bodies []string) error {
		sizes = append(sizes, len(bodies))
		return nil
	})
	r := startReceiver(t, testConfig(srv.Addr), next)
	eventually(t, "all but two", func() bool { return next.len() == 398 && pending(t, client) == 0 })
	r.stop()
	next.requireOnce(t, 398)
	assert.Equal(t, []int{100, 64, 64, 64, 8, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 88}, sizes,
		"what has been there at two deaths goes in smaller groups, at three alone")
	dead, err := client.XRange(t.Context(), testStream+":dlq", "-", "+").Result()
	require.NoError(t, err)
	require.Len(t, dead, 2)
	assert.Equal(t, reasonDeliveries, dead[0].Values["dlq.reason"])
	assert.Equal(t, "310", dead[0].Values["body"])
	assert.Equal(t, "6", dead[0].Values["dlq.deliveries"])
}

func TestReclaimedEntriesThatKillCollectorsComeAlone(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	ids := add(t, client, 0, 30)
	require.NoError(t, client.XGroupCreate(t.Context(), testStream, "g", "0").Err())
	receive(t, client, "dead", 30)
	for _, id := range ids {
		require.NoError(t, client.Do(t.Context(), "XCLAIM", testStream, "g", "dead", 0, id, "IDLE", 60_000, "RETRYCOUNT", 2, "JUSTID").Err())
	}
	largest := 0
	next := newSink()
	next.setRefuse(func(bodies []string) error {
		largest = max(largest, len(bodies))
		return nil
	})
	cfg := testConfig(srv.Addr)
	cfg.Reclaim = ReclaimConfig{MinIdle: 10 * time.Second, Interval: 100 * time.Millisecond}
	r := startReceiver(t, cfg, next)
	eventually(t, "all entries", func() bool { return next.len() == 30 && pending(t, client) == 0 })
	r.stop()
	assert.Equal(t, 1, largest)
}

// XAUTOCLAIM removes such entries from the pending ones, XREADGROUP CLAIM does not.
func TestTrimmedEntriesOfADeadConsumerAreRemovedAndCounted(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	ids := add(t, client, 0, 10)
	require.NoError(t, client.XGroupCreate(t.Context(), testStream, "g", "0").Err())
	receive(t, client, "dead", 10)
	require.NoError(t, client.XDel(t.Context(), testStream, ids[0], ids[4], ids[9]).Err())
	cfg := testConfig(srv.Addr)
	cfg.Reclaim = ReclaimConfig{MinIdle: time.Second, Interval: 100 * time.Millisecond}
	next := newSink()
	r := startReceiver(t, cfg, next)
	eventually(t, "what is left", func() bool { return next.len() == 7 && pending(t, client) == 0 })
	r.stop()
	assert.Equal(t, 3, r.metric("entries_lost_to_trimming"))
}

// A release at shutdown lets others take over at once, and does not count as a
// death.
func TestWhatIsLeftAtShutdownIsReleased(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	add(t, client, 0, 50)
	refusing := newSink()
	refusing.setRefuse(func([]string) error { return errors.New("down") })
	r := startReceiver(t, testConfig(srv.Addr), refusing)
	eventually(t, "a retry", func() bool { return r.metric("delivery_retries") > 0 })
	r.stop()
	left, err := client.XPendingExt(t.Context(), &redis.XPendingExtArgs{Stream: testStream, Group: "g", Start: "-", End: "+", Count: 100}).Result()
	require.NoError(t, err)
	require.Len(t, left, 50)
	assert.Zero(t, left[0].RetryCount)

	cfg := testConfig(srv.Addr)
	cfg.Consumer = "other"
	next := newSink()
	other := startReceiver(t, cfg, next)
	eventually(t, "another takes over, long before reclaim::min_idle", func() bool { return next.len() == 50 })
	other.stop()
	assert.Equal(t, 50, other.metric("entries_reclaimed"))
}

func TestLanesKeepTheOrderThatIsAskedFor(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	for i := range 600 {
		args := &redis.XAddArgs{Stream: testStream, Values: []any{"body", itoa3(i), "key", itoa3(i % 7)}}
		require.NoError(t, client.XAdd(t.Context(), args).Err())
	}
	for ordering, key := range map[string]func(i string) string{
		orderingStream: func(string) string { return "" },
		orderingKey:    func(i string) string { return itoa3(atoi3(i) % 7) },
	} {
		t.Run(ordering, func(t *testing.T) {
			cfg := testConfig(srv.Addr)
			cfg.Ordering, cfg.Count, cfg.Group = ordering, 20, ordering
			if ordering == orderingKey {
				cfg.OrderingKey = "key"
			}
			last := map[string]string{}
			next := newSink()
			next.setRefuse(func(bodies []string) error {
				for _, b := range bodies {
					assert.Less(t, last[key(b)], b)
					last[key(b)] = b
				}
				return nil
			})
			r := startReceiver(t, cfg, next)
			eventually(t, "all entries", func() bool { return next.len() == 600 })
			r.stop()
			next.requireOnce(t, 600)
		})
	}
}

func itoa3(n int) string {
	return string([]byte{'0' + byte(n/100), '0' + byte(n/10%10), '0' + byte(n%10)})
}

func atoi3(s string) int { return int(s[0]-'0')*100 + int(s[1]-'0')*10 + int(s[2]-'0') }

func TestLanesCallThePipelineConcurrently(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	cfg := testConfig(srv.Addr)
	cfg.Count = 1
	add(t, client, 0, cfg.Lanes)
	all := make(chan struct{})
	arrived := make(chan struct{}, cfg.Lanes)
	next, err := consumer.NewLogs(func(ctx context.Context, _ plog.Logs) error {
		arrived <- struct{}{}
		select {
		case <-all:
		case <-ctx.Done():
		}
		return nil
	})
	require.NoError(t, err)
	startReceiver(t, cfg, next)
	for range cfg.Lanes {
		<-arrived
	}
	close(all)
}

// Another consumer takes an entry in flight, and acknowledges another: both are
// finished, and counted for what they are.
func TestWhatOthersTakeMeanwhileIsCounted(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	ids := add(t, client, 0, 10)
	cfg := testConfig(srv.Addr)
	cfg.Reclaim = ReclaimConfig{MinIdle: time.Second, Interval: 100 * time.Millisecond}
	release := make(chan struct{})
	next := newSink()
	slow, err := consumer.NewLogs(func(ctx context.Context, data plog.Logs) error {
		<-release
		return next.ConsumeLogs(ctx, data)
	})
	require.NoError(t, err)
	r := startReceiver(t, cfg, slow)
	finish := sync.OnceFunc(func() { close(release) })
	t.Cleanup(finish)
	eventually(t, "delivery", func() bool { return r.metric("entries_received") == 10 })
	require.NoError(t, client.Do(t.Context(), "XCLAIM", testStream, "g", "other", 0, ids[3], "JUSTID").Err())
	require.NoError(t, client.XAck(t.Context(), testStream, "g", ids[4], ids[5]).Err())
	eventually(t, "the heartbeat notices", func() bool { return r.metric("entries_ownership_lost") == 3 })
	finish()
	eventually(t, "everything is finished", func() bool { return next.len() == 10 && pending(t, client) == 0 })
	r.stop()
	assert.Equal(t, 3, r.metric("entries_ownership_lost"), "once each")
	assert.Equal(t, 2, r.metric("entries_ack_shortfall"))
	assert.Equal(t, 8, r.metric("entries_acknowledged"))
}

// What the pipeline has accepted is acknowledged at the last moment, and if that
// fails not given to others, who would process it again.
func TestShutdownDoesNotGiveAwayWhatIsDone(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	add(t, client, 0, 10)
	wire := redistest.StartProxy(t, srv)
	wire.Lose(func(request, _ []byte) bool { return bytes.Contains(request, []byte("XACK")) })
	cfg := testConfig(wire.Addr)
	cfg.DrainTimeout = 300 * time.Millisecond
	s := newMemoryStorage()
	next := newSink()
	r := startRemembering(t, cfg, s, next)
	eventually(t, "all accepted", func() bool { return next.len() == 10 })
	require.NoError(t, client.XGroupDestroy(t.Context(), testStream, "g").Err())
	require.NoError(t, client.XGroupCreate(t.Context(), testStream, "g", "0").Err())
	receive(t, client, "me", 10) // as if no acknowledgement had arrived at all
	r.stop()
	left, err := client.XPendingExt(t.Context(), &redis.XPendingExtArgs{Stream: testStream, Group: "g", Start: "-", End: "+", Count: 100}).Result()
	require.NoError(t, err)
	for _, p := range left {
		assert.Less(t, p.Idle, time.Hour, "it is not released")
	}
	wire.Lose(nil)
	r = startRemembering(t, cfg, s, next)
	eventually(t, "nothing pending", func() bool { return pending(t, client) == 0 })
	r.stop()
	next.requireOnce(t, 10)
}
