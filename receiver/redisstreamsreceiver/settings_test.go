package redisstreamsreceiver

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/receiver"

	"github.com/sluice-otel/sluice/internal/redistest"
)

func TestOnGroupLostDecidesWhereTheNextOneBegins(t *testing.T) {
	for policy, want := range map[string]struct{ old, meanwhile int }{
		lostContinue: {old: 1, meanwhile: 1},
		lostOldest:   {old: 2, meanwhile: 1},
		lostLatest:   {old: 1, meanwhile: 0},
	} {
		t.Run(policy, func(t *testing.T) {
			srv := redistest.Start(t)
			client := newClient(t, srv.Addr)
			add(t, client, 0, 1)
			cfg := testConfig(srv.Addr)
			cfg.OnGroupLost = policy
			next := newSink()
			r := startReceiver(t, cfg, next)
			eventually(t, "the first", func() bool { return r.metric("entries_acknowledged") == 1 })
			_, err := client.TxPipelined(t.Context(), func(pipe redis.Pipeliner) error {
				pipe.XGroupDestroy(t.Context(), testStream, "g")
				pipe.XAdd(t.Context(), &redis.XAddArgs{Stream: testStream, Values: []any{"body", 1}})
				return nil
			})
			require.NoError(t, err)
			eventually(t, "a new group", func() bool { return r.metric("group_creations") == 2 })
			add(t, client, 2, 1)
			eventually(t, "the last", func() bool { return next.counts()["2"] == 1 })
			r.stop()
			assert.Equal(t, want.old, next.counts()["0"])
			assert.Equal(t, want.meanwhile, next.counts()["1"])
		})
	}
}

func TestStreamsOfAnotherDatabaseAreRead(t *testing.T) {
	srv := redistest.Start(t)
	add(t, newClient(t, srv.Addr), 0, 3)
	client := redis.NewClient(&redis.Options{Addr: srv.Addr, DB: 3, DisableIdentity: true})
	t.Cleanup(func() { _ = client.Close() })
	add(t, client, 3, 5)
	cfg := testConfig(srv.Addr)
	cfg.DB = 3
	next := newSink()
	r := startReceiver(t, cfg, next)
	eventually(t, "its entries", func() bool { return r.metric("entries_acknowledged") == 5 })
	r.stop()
	assert.Equal(t, 5, next.len())
}

func TestBytesBoundWhatIsInFlight(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	for i := range 100 {
		body := fmt.Sprint(i, strings.Repeat(".", 1000))
		require.NoError(t, client.XAdd(t.Context(), &redis.XAddArgs{Stream: testStream, Values: []any{"body", body}}).Err())
	}
	cfg := testConfig(srv.Addr)
	cfg.Count, cfg.MaxInFlight.Bytes = 5, 10_000
	next := newSink()
	next.setRefuse(func([]string) error { return assert.AnError })
	r := startReceiver(t, cfg, next)
	eventually(t, "retries", func() bool { return r.metric("delivery_retries") > 5 })
	assert.LessOrEqual(t, pending(t, client), 10+5)
	next.setRefuse(nil)
	eventually(t, "all entries", func() bool { return next.len() == 100 })
	r.stop()
}

func TestDeadLetterStreamHasItsNameAndItsBound(t *testing.T) {
	srv := redistest.Start(t, "--stream-node-max-entries", "10") // what is removed at once
	client := newClient(t, srv.Addr)
	for range 200 {
		require.NoError(t, client.XAdd(t.Context(), &redis.XAddArgs{Stream: testStream, Values: []any{"other", "x"}}).Err())
	}
	cfg := testConfig(srv.Addr)
	cfg.DeadLetter.Suffix, cfg.DeadLetter.MaxLength = ":rejected", 50
	r := startReceiver(t, cfg, newSink())
	eventually(t, "all rejected", func() bool { return r.metric("entries_dead_lettered") == 200 })
	r.stop()
	kept := client.XLen(t.Context(), testStream+":rejected").Val()
	assert.GreaterOrEqual(t, kept, int64(50))
	assert.LessOrEqual(t, kept, int64(60))
}

func TestConsumerIsNamedAfterHostAndComponent(t *testing.T) {
	host, err := os.Hostname()
	require.NoError(t, err)
	cfg := testConfig("localhost:1")
	set := receiver.Settings{ID: component.MustNewIDWithName("redis_streams", "audit")}
	cfg.Consumer = ""
	name, err := consumerName(cfg, set)
	require.NoError(t, err)
	assert.Equal(t, host+"/redis_streams/audit", name, "the same after a restart")
	cfg.Consumer = "me"
	name, err = consumerName(cfg, set)
	require.NoError(t, err)
	assert.Equal(t, "me", name)
}

func TestSentinelsMayWantALogin(t *testing.T) {
	primary := redistest.Start(t)
	redistest.StartReplica(t, primary.Addr)
	sentinel := redistest.StartSentinel(t, primary, "mymaster")
	admin := newClient(t, sentinel.Addr)
	require.NoError(t, admin.Do(t.Context(), "ACL", "SETUSER", "collector", "on", ">secret", "~*", "&*", "+@all").Err())
	require.NoError(t, admin.Do(t.Context(), "ACL", "SETUSER", "default", "resetpass", ">other").Err())
	add(t, newClient(t, primary.Addr), 0, 10)
	cfg := testConfig("")
	cfg.Sentinel = configoptional.Some(SentinelConfig{
		Endpoints: []string{sentinel.Addr}, Master: "mymaster", Username: "collector", Password: "secret",
	})
	next := newSink()
	r := startReceiver(t, cfg, next)
	eventually(t, "all entries", func() bool { return next.len() == 10 })
	r.stop()
}
