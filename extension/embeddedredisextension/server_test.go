package embeddedredisextension

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap/zaptest"
)

func startServer(t *testing.T, cfg *Config) (*server, *redis.Client) {
	t.Helper()
	s := newServer(cfg, zaptest.NewLogger(t))
	require.NoError(t, s.start(t.Context()))
	client := redis.NewClient(&redis.Options{
		Addr:                     s.redis.Addr(),
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
	t.Cleanup(func() {
		_ = client.Close()
		s.stop()
	})
	return s, client
}

func TestGroupReadAndAcknowledge(t *testing.T) {
	_, client := startServer(t, &Config{Endpoint: "localhost:0"})
	ctx := t.Context()
	require.NoError(t, client.XGroupCreateMkStream(ctx, "s", "g", "0").Err())
	id, err := client.XAdd(ctx, &redis.XAddArgs{Stream: "s", Values: []any{"body", "hello"}}).Result()
	require.NoError(t, err)

	got, err := client.XReadGroup(ctx, &redis.XReadGroupArgs{Group: "g", Consumer: "c", Streams: []string{"s", ">"}, Block: time.Second}).Result()
	require.NoError(t, err)
	require.Len(t, got, 1)
	assert.Equal(t, []redis.XMessage{{ID: id, Values: map[string]any{"body": "hello"}}}, got[0].Messages)
	assert.EqualValues(t, 1, client.XAck(ctx, "s", "g", id).Val())
}

func TestStreamsAreCutToTheirMaximumLength(t *testing.T) {
	s, client := startServer(t, &Config{Endpoint: "localhost:0", MaxStreamLength: 10})
	ctx := t.Context()
	for range 25 {
		require.NoError(t, client.XAdd(ctx, &redis.XAddArgs{Stream: "s", Values: []any{"body", "x"}}).Err())
	}
	require.NoError(t, client.Set(ctx, "not-a-stream", "x", 0).Err())
	s.trim(ctx)
	assert.EqualValues(t, 10, client.XLen(ctx, "s").Val())
}

func TestTimeToLiveRunsOut(t *testing.T) {
	s, client := startServer(t, &Config{Endpoint: "localhost:0"})
	ctx := t.Context()
	require.NoError(t, client.Set(ctx, "k", "v", time.Minute).Err())
	s.redis.SetTime(time.Now().Add(2 * time.Minute))
	assert.Equal(t, redis.Nil, client.Get(ctx, "k").Err())
}

func TestTakenPortNamesTheSetting(t *testing.T) {
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = l.Close() }()
	s := newServer(&Config{Endpoint: l.Addr().String()}, zaptest.NewLogger(t))
	require.ErrorContains(t, s.start(context.WithoutCancel(t.Context())), "set extensions::embedded_redis::endpoint to a free port")
}
