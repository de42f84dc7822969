package redisstreamsreceiver

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/zap"

	"github.com/sluice-otel/sluice/internal/redistest"
)

// newTestGroup returns the commands of the test stream.
func newTestGroup(t *testing.T, cfg *Config) *redisGroup {
	t.Helper()
	c, err := newConnections(t.Context(), cfg)
	require.NoError(t, err)
	g := newRedisGroup(testStream, cfg.Consumer, c, zap.NewNop())
	t.Cleanup(func() {
		g.reader.close()
		_ = c.control.Close()
	})
	return g
}

func TestProgressIsWhatTheServerKnows(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	g := newTestGroup(t, testConfig(srv.Addr))
	_, err := g.progress(t.Context(), time.Now())
	require.Error(t, err, "there is no group")

	for _, id := range []string{"1000-0", "2000-0", "3000-0", "4000-0", "5500-0"} {
		require.NoError(t, client.XAdd(t.Context(), &redis.XAddArgs{Stream: testStream, ID: id, Values: []any{"body", "x"}}).Err())
	}
	require.NoError(t, client.XGroupCreate(t.Context(), testStream, "g", "0").Err())
	receive(t, client, "other", 1)
	receive(t, client, "me", 2)
	p, err := g.progress(t.Context(), time.UnixMilli(10_000))
	require.NoError(t, err)
	lag := int64(2)
	if !knowsLag(t, client) {
		lag = -1
	}
	assert.Equal(t, progress{lag: lag, lagTime: 2500 * time.Millisecond, pending: 3, own: 2, oldestOwn: 8 * time.Second}, p)

	require.NoError(t, client.XDel(t.Context(), testStream, "4000-0").Err())
	p, err = g.progress(t.Context(), time.UnixMilli(10_000))
	require.NoError(t, err)
	assert.Equal(t, int64(-1), p.lag, "an entry was deleted before it was read")
}

// knowsLag is false before Redis 7.
func knowsLag(t *testing.T, client *redis.Client) bool {
	t.Helper()
	groups, err := client.Do(t.Context(), "XINFO", "GROUPS", testStream).Slice()
	require.NoError(t, err)
	return strings.Contains(fmt.Sprint(groups), "entries-read")
}

func TestProgressBecomesMetrics(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	add(t, client, 0, 100)
	require.NoError(t, client.XGroupCreate(t.Context(), testStream, "g", "0").Err())
	receive(t, client, "other", 4)
	receive(t, client, "me", 5)
	known := knowsLag(t, client)
	for _, tc := range []struct {
		name   string
		before func()
		lag    bool
	}{
		{"what the server knows", func() {}, known},
		{"a lag that it does not know has no value", func() {
			last := client.XRevRangeN(t.Context(), testStream, "+", "-", 2).Val()
			require.NoError(t, client.XDel(t.Context(), testStream, last[1].ID).Err())
		}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.before()
			refusing := newSink()
			refusing.setRefuse(func([]string) error { return assert.AnError })
			cfg := testConfig(srv.Addr)
			cfg.Reclaim.MinIdle, cfg.MaxInFlight.Messages, cfg.Count = 0, 1, 5
			r := startReceiver(t, cfg, refusing)
			eventually(t, "what is pending", func() bool { _, ok := r.gauge("group_pending"); return ok })
			lag, ok := r.gauge("group_lag")
			assert.Equal(t, tc.lag, ok)
			if ok {
				assert.EqualValues(t, 91, lag)
			}
			for name, want := range map[string]int64{
				"group_pending": 9, "consumer_pending": 5, "consumer_oldest_pending": 0, "group_lag_time": 0,
			} {
				value, ok := r.gauge(name)
				assert.True(t, ok, name)
				assert.GreaterOrEqual(t, value, want, name)
			}
		})
	}
}

// Two receivers may read the same stream, each with a group of its own.
func TestMetricsTellGroupsApart(t *testing.T) {
	srv := redistest.Start(t)
	r := startReceiver(t, testConfig(srv.Addr), newSink())
	eventually(t, "the group", func() bool { return r.metric("group_creations") == 1 })
	m, err := r.tel.GetMetric("otelcol_redis_streams_group_creations")
	require.NoError(t, err)
	attributes := m.Data.(metricdata.Sum[int64]).DataPoints[0].Attributes
	assert.Equal(t, attribute.NewSet(attribute.String(attributeGroup, "g"), attribute.String(attributeDestination, testStream)), attributes)
}

func TestWhatEveryGroupHasSettledIsTrimmedAndCounted(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	add(t, client, 0, 1000)
	cfg := testConfig(srv.Addr)
	cfg.AfterAck = afterAckTrim
	next := newSink()
	r := startReceiver(t, cfg, next)
	eventually(t, "all acknowledged", func() bool { return r.metric("entries_acknowledged") == 1000 })
	r.stop()
	r = startReceiver(t, cfg, next) // which looks at the stream at once
	eventually(t, "trimming", func() bool { return r.metric("entries_trimmed") > 0 })
	r.stop()
	assert.Equal(t, int64(1000-r.metric("entries_trimmed")), client.XLen(t.Context(), testStream).Val())
	next.requireOnce(t, 1000)
}

func TestTrimKeepsWhatAnyGroupMayNeed(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	add(t, client, 0, 1000)
	cfg := testConfig(srv.Addr)
	cfg.AfterAck = afterAckTrim
	g := newTestGroup(t, cfg)
	for _, group := range []string{"g", "slow", "pending"} {
		require.NoError(t, client.XGroupCreate(t.Context(), testStream, group, "0").Err())
	}
	read := func(group string, n int64) []string {
		got, err := client.XReadGroup(t.Context(), &redis.XReadGroupArgs{Group: group, Consumer: "c", Streams: []string{testStream, ">"}, Count: n, Block: -1}).Result()
		require.NoError(t, err)
		var ids []string
		for _, m := range got[0].Messages {
			ids = append(ids, m.ID)
		}
		return ids
	}
	settled := func() entryID {
		p, err := g.progress(t.Context(), time.Now())
		require.NoError(t, err)
		return p.settled
	}
	all := read("g", 1000)
	assert.Equal(t, entryID{0, 1}, settled(), "the others have read nothing")
	require.NoError(t, client.XAck(t.Context(), testStream, "g", all...).Err())
	read("pending", 600)
	require.NoError(t, client.XAck(t.Context(), testStream, "pending", all[:500]...).Err())
	require.NoError(t, client.XAck(t.Context(), testStream, "slow", read("slow", 700)...).Err())
	assert.Equal(t, parseID(all[500]), settled(), "the oldest pending entry")
	require.NoError(t, client.XAck(t.Context(), testStream, "pending", all[500:600]...).Err())
	assert.Equal(t, parseID(all[599]).next(), settled(), "nobody has read more than this group")

	n, err := g.trim(t.Context(), settled())
	require.NoError(t, err)
	assert.Positive(t, n)
	assert.LessOrEqual(t, n, 600)
	left, err := client.XRange(t.Context(), testStream, all[600], "+").Result()
	require.NoError(t, err)
	assert.Len(t, left, 400)
}

func TestDeletionIsLeftOutWhereTheServerCannot(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	cfg := testConfig(srv.Addr)
	cfg.AfterAck = afterAckDelete
	add(t, client, 0, 100)
	next := newSink()
	r := startReceiver(t, cfg, next)
	eventually(t, "all acknowledged", func() bool { return r.metric("entries_acknowledged") == 100 })
	r.stop()
	next.requireOnce(t, 100)
	if client.Do(t.Context(), "XACKDEL", "none", "g", "IDS", 1, "1-1").Err() == nil {
		assert.Zero(t, client.XLen(t.Context(), testStream).Val())
	} else {
		assert.Equal(t, 1, r.logged("the server cannot delete entries as they are acknowledged"))
	}
}
