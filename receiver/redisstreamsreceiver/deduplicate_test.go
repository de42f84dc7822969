package redisstreamsreceiver

import (
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumererror"

	"github.com/sluice-otel/sluice/internal/redistest"
)

func TestKeysAreRememberedForAWindowAtLeast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newRecentKeys(DeduplicateConfig{Field: "id", Window: time.Minute, MaxKeys: 1000})
		k.add([]uint64{1}, time.Now())
		for n := range uint64(50) {
			<-time.After(time.Second)
			k.add([]uint64{100 + n}, time.Now())
			assert.True(t, k.has(1))
		}
		<-time.After(2 * time.Minute)
		k.add([]uint64{2}, time.Now())
		k.add([]uint64{3}, time.Now().Add(time.Minute))
		assert.False(t, k.has(1))
		assert.True(t, k.has(2))
	})
}

func TestKeysAreBounded(t *testing.T) {
	k := newRecentKeys(DeduplicateConfig{Field: "id", Window: time.Hour, MaxKeys: 100})
	for n := range uint64(10_000) {
		k.add([]uint64{n}, time.Now())
		assert.LessOrEqual(t, len(k.current)+len(k.previous), 100)
	}
	assert.True(t, k.has(9_999))
	assert.True(t, k.has(9_960))
}

func addWithKey(t *testing.T, client *redis.Client, bodyText, key string) {
	t.Helper()
	values := []any{"body", bodyText}
	if key != "" {
		values = append(values, "event_id", key)
	}
	require.NoError(t, client.XAdd(t.Context(), &redis.XAddArgs{Stream: testStream, Values: values}).Err())
}

func TestMessagesWrittenTwiceAreDeliveredOnce(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	for n := range 200 {
		addWithKey(t, client, strconv.Itoa(n), "k"+strconv.Itoa(n))
		addWithKey(t, client, strconv.Itoa(n)+" again", "k"+strconv.Itoa(n))
		addWithKey(t, client, strconv.Itoa(n)+" has no key", "")
	}
	addWithKey(t, client, "poison", "p")
	addWithKey(t, client, "not poison", "p")
	cfg := testConfig(srv.Addr)
	cfg.Deduplicate.Field = "event_id"
	s := newMemoryStorage()
	next := newSink()
	next.setRefuse(func(bodies []string) error {
		if slices.Contains(bodies, "poison") {
			return consumererror.NewPermanent(assert.AnError)
		}
		return nil
	})
	r := startRemembering(t, cfg, s, next)
	eventually(t, "all", func() bool { return next.len() >= 401 })
	eventually(t, "nothing pending", func() bool { return pending(t, client) == 0 })
	r.stop()
	next.requireOnce(t, 401)
	assert.Equal(t, 1, next.counts()["not poison"], "the first with its key was not processed")
	assert.Equal(t, 200, r.metric("entries_duplicate"))

	addWithKey(t, client, "7 after a restart", "k7")
	addWithKey(t, client, "new", "k1000")
	r = startRemembering(t, cfg, s, next)
	eventually(t, "the new one", func() bool { return next.counts()["new"] == 1 })
	eventually(t, "nothing pending", func() bool { return pending(t, client) == 0 })
	r.stop()
	next.requireOnce(t, 402)
}
