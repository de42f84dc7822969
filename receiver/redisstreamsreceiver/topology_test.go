package redisstreamsreceiver

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/sluice-otel/sluice/internal/redistest"
)

func clusterConfig(servers []*redistest.Server) *Config {
	cfg := testConfig("")
	var endpoints []string
	for _, s := range servers {
		endpoints = append(endpoints, s.Addr)
	}
	cfg.Cluster = configoptional.Some(ClusterConfig{Endpoints: endpoints[:1]})
	return cfg
}

func newClusterClient(t *testing.T, servers []*redistest.Server) *redis.ClusterClient {
	t.Helper()
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{servers[0].Addr}, DisableIdentity: true})
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// Streams of one receiver are on different servers, where one command for all of
// them would be refused (CROSSSLOT).
func TestClusterStreamsAreReadWhereTheyAre(t *testing.T) {
	servers := redistest.StartCluster(t, 3)
	client := newClusterClient(t, servers)
	cfg := clusterConfig(servers)
	cfg.Logs.Streams = nil
	cfg.Logs.Encoding = EncodingJSON
	n := 0
	for i := range 9 {
		stream := "s" + strconv.Itoa(i)
		cfg.Logs.Streams = append(cfg.Logs.Streams, stream)
		for range 100 {
			require.NoError(t, client.XAdd(t.Context(), &redis.XAddArgs{Stream: stream, Values: []any{"body", n}}).Err())
			n++
		}
		require.NoError(t, client.XAdd(t.Context(), &redis.XAddArgs{Stream: stream, Values: []any{"body", "{"}}).Err())
	}
	next := newSink()
	r := startReceiver(t, cfg, next)
	eventually(t, "all entries", func() bool { return next.len() == n })
	eventually(t, "all dead letters", func() bool { return r.metric("entries_dead_lettered") == 9 })
	r.stop()
	next.requireOnce(t, n)
	for _, stream := range cfg.Logs.Streams {
		assert.Equal(t, int64(1), client.XLen(t.Context(), fmt.Sprintf("{%s}:dlq", stream)).Val())
		assert.Zero(t, client.XPending(t.Context(), stream, "g").Val().Count)
	}
}

func TestClusterStreamThatMovesIsFollowed(t *testing.T) {
	servers := redistest.StartCluster(t, 3)
	client := newClusterClient(t, servers)
	next := newSink()
	r := startReceiver(t, clusterConfig(servers), next)
	addTo := func(first, n int) {
		for i := range n {
			args := &redis.XAddArgs{Stream: testStream, Values: []any{"body", first + i}}
			require.NoError(t, client.XAdd(t.Context(), args).Err())
		}
	}
	addTo(0, 100)
	eventually(t, "entries", func() bool { return r.metric("entries_acknowledged") == 100 })
	moveSlot(t, servers, client.ClusterKeySlot(t.Context(), testStream).Val())
	addTo(100, 100)
	eventually(t, "entries at the new place", func() bool { return next.len() == 200 })
	r.stop()
	next.requireOnce(t, 200)
	assert.Equal(t, 1, r.metric("group_creations"))
}

// moveSlot moves the slot of the test stream to another server.
func moveSlot(t *testing.T, servers []*redistest.Server, slot int64) {
	t.Helper()
	owner := int(slot) * 3 / 16384
	to := (owner + 1) % 3
	source, target := newClient(t, servers[owner].Addr), newClient(t, servers[to].Addr)
	ctx := t.Context()
	targetID := target.Do(ctx, "CLUSTER", "MYID").Val()
	require.NoError(t, target.Do(ctx, "CLUSTER", "SETSLOT", slot, "IMPORTING", source.Do(ctx, "CLUSTER", "MYID").Val()).Err())
	require.NoError(t, source.Do(ctx, "CLUSTER", "SETSLOT", slot, "MIGRATING", targetID).Err())
	host, port := "127.0.0.1", servers[to].Addr[len("127.0.0.1:"):]
	require.NoError(t, source.Migrate(ctx, host, port, testStream, 0, 5e9).Err())
	for _, s := range servers {
		require.NoError(t, newClient(t, s.Addr).Do(ctx, "CLUSTER", "SETSLOT", slot, "NODE", targetID).Err())
	}
}

// A failover through Sentinel: the primary dies, the replica takes its place.
// What had been acknowledged but not replicated comes again, and the checkpoint
// recognizes it. What had been written but not replicated is gone from the server,
// which gives the ids to other messages: those are not mistaken for them.
func TestSentinelFailoverLosesAndRepeatsNothing(t *testing.T) {
	primary := redistest.Start(t)
	wire := redistest.StartProxy(t, primary)
	replica := redistest.StartReplica(t, wire.Addr)
	sentinel := redistest.StartSentinel(t, primary, "mymaster")
	cfg := testConfig("")
	cfg.Sentinel = configoptional.Some(SentinelConfig{Endpoints: []string{"localhost:1", sentinel.Addr}, Master: "mymaster"})
	next := newSink()
	next.setRefuse(func([]string) error { return assert.AnError }) // until the replica knows everything
	r := startRemembering(t, cfg, newMemoryStorage(), next)

	client := newClient(t, primary.Addr)
	add(t, client, 0, 1000)
	eventually(t, "everything is read", func() bool { return r.metric("entries_received") == 1000 })
	require.NoError(t, client.Wait(t.Context(), 1, 5e9).Err())
	wire.Freeze() // the replica does not hear of the acknowledgements
	next.setRefuse(nil)
	eventually(t, "all acknowledged", func() bool { return r.metric("entries_acknowledged") == 1000 })
	ids := idsAfterNow(50)
	addAs(t, client, 2000, ids)
	eventually(t, "what the replica does not hear of", func() bool { return r.metric("entries_acknowledged") == 1050 })
	primary.Kill()
	wire.Cut()

	promoted := newClient(t, replica.Addr)
	eventually(t, "the replica is promoted", func() bool {
		return promoted.Do(t.Context(), "ROLE").Val().([]any)[0] == "master"
	})
	addAs(t, promoted, 3000, ids)
	add(t, promoted, 1000, 100)
	eventually(t, "what is new", func() bool { return next.len() == 1200 })
	eventually(t, "nothing pending", func() bool { return pending(t, promoted) == 0 })
	r.stop()
	next.requireOnce(t, 1200)
	assert.GreaterOrEqual(t, r.metric("entries_suppressed"), 1000, "what is found pending while the server is seen to go back is looked up once more")
	assert.Positive(t, r.metric("epoch_changes"))
}

// idsAfterNow returns ids that no server gives out by itself before a minute has
// passed.
func idsAfterNow(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("%d-%d", time.Now().Add(time.Minute).UnixMilli(), i)
	}
	return ids
}

// addAs writes entries with these ids, whose bodies are the numbers from first on.
func addAs(t *testing.T, client *redis.Client, first int, ids []string) {
	t.Helper()
	for i, id := range ids {
		require.NoError(t, client.XAdd(t.Context(), &redis.XAddArgs{Stream: testStream, ID: id, Values: []any{"body", first + i}}).Err())
	}
}
