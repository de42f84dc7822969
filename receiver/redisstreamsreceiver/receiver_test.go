package redisstreamsreceiver

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/sluice-otel/sluice/internal/redistest"
)

const testStream = "logs"

// testConfig has short times and one logs stream.
func testConfig(addr string) *Config {
	cfg := createDefaultConfig().(*Config)
	cfg.Endpoint = addr
	cfg.Group = "g"
	cfg.Consumer = "me"
	cfg.Block = 200 * time.Millisecond
	cfg.Retry = RetryConfig{InitialInterval: 5 * time.Millisecond, MaxInterval: 20 * time.Millisecond}
	cfg.DrainTimeout = 5 * time.Second
	cfg.Logs.Streams = []string{testStream}
	return cfg
}

func newClient(t testing.TB, addr string) *redis.Client {
	t.Helper()
	client := redis.NewClient(&redis.Options{
		Addr:                     addr,
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// add writes entries whose bodies are the numbers from first on.
func add(t testing.TB, client *redis.Client, first, n int) []string {
	t.Helper()
	pipe := client.Pipeline()
	for i := range n {
		pipe.XAdd(t.Context(), &redis.XAddArgs{Stream: testStream, Values: []any{"body", strconv.Itoa(first + i)}})
	}
	replies, err := pipe.Exec(t.Context())
	require.NoError(t, err)
	ids := make([]string, len(replies))
	for i, r := range replies {
		ids[i] = r.(*redis.StringCmd).Val()
	}
	return ids
}

// sink is a pipeline that remembers how often it accepted each body.
type sink struct {
	mu     sync.Mutex
	bodies map[string]int
	last   plog.Logs
	refuse func(bodies []string) error // nil accepts
}

func newSink() *sink { return &sink{bodies: map[string]int{}} }

func (*sink) Capabilities() consumer.Capabilities { return consumer.Capabilities{} }

func (s *sink) ConsumeLogs(_ context.Context, data plog.Logs) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	bodies := logBodies(data)
	if s.refuse != nil {
		if err := s.refuse(bodies); err != nil {
			return err
		}
	}
	for _, b := range bodies {
		s.bodies[b]++
	}
	s.last = data
	return nil
}

func logBodies(data plog.Logs) []string {
	var bodies []string
	for _, r := range data.ResourceLogs().All() {
		for _, s := range r.ScopeLogs().All() {
			for _, l := range s.LogRecords().All() {
				bodies = append(bodies, l.Body().AsString())
			}
		}
	}
	return bodies
}

func (s *sink) setRefuse(refuse func(bodies []string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = refuse
}

func (s *sink) len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.bodies)
}

// counts returns how often each body was accepted.
func (s *sink) counts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.bodies)
}

// requireOnce requires that the bodies 0 to n-1 were accepted, each once.
func (s *sink) requireOnce(t *testing.T, n int) {
	t.Helper()
	counts := s.counts()
	require.Len(t, counts, n)
	for body, times := range counts {
		require.Equal(t, 1, times, "body %s", body)
	}
}

// running is a started receiver.
type running struct {
	t    *testing.T
	logs *observer.ObservedLogs
	host *statusHost
	tel  *componenttest.Telemetry
	component.Component
}

// statusHost remembers the statuses a component reports.
type statusHost struct {
	component.Host
	mu       sync.Mutex
	statuses []componentstatus.Status
}

func (h *statusHost) Report(event *componentstatus.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.statuses = append(h.statuses, event.Status())
}

func (h *statusHost) reported() []componentstatus.Status {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]componentstatus.Status(nil), h.statuses...)
}

func startReceiver(t *testing.T, cfg *Config, next consumer.Logs) *running {
	t.Helper()
	return startReceiverOn(t, cfg, next, componenttest.NewNopHost())
}

func startReceiverOn(t *testing.T, cfg *Config, next consumer.Logs, host component.Host) *running {
	t.Helper()
	require.NoError(t, cfg.Validate())
	core, logs := observer.New(zapcore.InfoLevel)
	tel := componenttest.NewTelemetry()
	set := receiver.Settings{
		ID:                component.MustNewID("redis_streams"),
		TelemetrySettings: tel.NewTelemetrySettings(),
	}
	set.Logger = zap.New(core)
	c, err := NewFactory().CreateLogs(t.Context(), set, cfg, next)
	require.NoError(t, err)
	r := &running{t: t, logs: logs, host: &statusHost{Host: host}, tel: tel, Component: c}
	require.NoError(t, c.Start(t.Context(), r.host))
	t.Cleanup(func() {
		require.NoError(t, c.Shutdown(context.WithoutCancel(t.Context())))
		require.NoError(t, tel.Shutdown(context.WithoutCancel(t.Context())))
		if t.Failed() {
			for _, l := range logs.All() {
				t.Log(l.Level, l.Message, l.ContextMap())
			}
		}
	})
	return r
}

func (r *running) stop() {
	r.t.Helper()
	require.NoError(r.t, r.Shutdown(r.t.Context()))
}

// logged is how many log lines start with text.
func (r *running) logged(text string) int {
	n := 0
	for _, l := range r.logs.All() {
		if strings.HasPrefix(l.Message, text) {
			n++
		}
	}
	return n
}

// metric is the sum over all data points of a counter; 0 if there is none.
func (r *running) metric(name string) int {
	r.t.Helper()
	m, err := r.tel.GetMetric("otelcol_redis_streams_" + name)
	if err != nil {
		return 0
	}
	return sumOf(m)
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	require.Eventually(t, ok, 10*time.Second, 5*time.Millisecond, what)
}

func pending(t *testing.T, client *redis.Client) int {
	t.Helper()
	p, err := client.XPending(t.Context(), testStream, "g").Result()
	require.NoError(t, err)
	return int(p.Count)
}

func TestEveryEntryIsDeliveredOnceAndAcknowledged(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	add(t, client, 0, 5000)
	next := newSink()
	r := startReceiver(t, testConfig(srv.Addr), next)
	eventually(t, "the first entries", func() bool { return next.len() == 5000 })
	add(t, client, 5000, 500)
	eventually(t, "entries added later", func() bool { return next.len() == 5500 })
	r.stop()
	next.requireOnce(t, 5500)
	assert.Zero(t, pending(t, client))
	assert.Equal(t, 5500, r.metric("entries_received"))
	assert.Equal(t, 5500, r.metric("entries_acknowledged"))
	assert.Zero(t, r.metric("entries_in_flight"))
}

func TestStartDecidesWhereANewGroupBegins(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	ids := add(t, client, 0, 10)
	for start, want := range map[string]int{startOldest: 11, startLatest: 1, ids[6]: 4} {
		t.Run(start, func(t *testing.T) {
			cfg := testConfig(srv.Addr)
			cfg.Start, cfg.Group = start, start
			next := newSink()
			r := startReceiver(t, cfg, next)
			eventually(t, "the group", func() bool { return r.metric("group_creations") == 1 })
			id := add(t, client, 10, 1)
			eventually(t, "entries", func() bool { return next.len() == want })
			r.stop()
			require.NoError(t, client.XDel(t.Context(), testStream, id...).Err())
		})
	}
}

func TestShutdownIsPromptAndASecondStartContinues(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	cfg := testConfig(srv.Addr)
	cfg.Block = time.Minute
	next := newSink()
	first := startReceiver(t, cfg, next)
	add(t, client, 0, 3000)
	eventually(t, "some entries", func() bool { return next.len() > 0 })
	started := time.Now()
	first.stop()
	assert.Less(t, time.Since(started), 2*time.Second, "the waiting read is woken")
	assert.Zero(t, pending(t, client), "what was read is finished")

	second := startReceiver(t, cfg, next)
	eventually(t, "the rest", func() bool { return next.len() == 3000 })
	second.stop()
	next.requireOnce(t, 3000)
}

func TestRefusedForNowIsTriedAgainAndStopsReading(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	cfg := testConfig(srv.Addr)
	cfg.Count, cfg.MaxInFlight.Messages = 10, 50
	next := newSink()
	next.setRefuse(func([]string) error { return errors.New("sending queue is full") })
	add(t, client, 0, 1000)
	r := startReceiver(t, cfg, next)
	eventually(t, "retries", func() bool { return r.metric("delivery_retries") > 5 })
	assert.LessOrEqual(t, pending(t, client), 50)
	next.setRefuse(nil)
	eventually(t, "all entries", func() bool { return next.len() == 1000 })
	r.stop()
	next.requireOnce(t, 1000)
	assert.Equal(t, 1, r.logged("the pipeline refuses data for now"))
	assert.Equal(t, 1, r.logged("the pipeline accepts data again"))
}

func TestShutdownWhileThePipelineRefusesLeavesEntriesPending(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	next := newSink()
	next.setRefuse(func([]string) error { return errors.New("down") })
	add(t, client, 0, 100)
	cfg := testConfig(srv.Addr)
	first := startReceiver(t, cfg, next)
	eventually(t, "a retry", func() bool { return first.metric("delivery_retries") > 0 })
	first.stop()
	assert.Equal(t, 100, pending(t, client))

	next.setRefuse(nil)
	second := startReceiver(t, cfg, next)
	eventually(t, "own pending entries", func() bool { return next.len() == 100 })
	second.stop()
	assert.Zero(t, pending(t, client))
	assert.Equal(t, 100, second.metric("entries_redelivered"))
}

func TestDrainTimeoutCancelsACallThatHangs(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	add(t, client, 0, 10)
	cfg := testConfig(srv.Addr)
	cfg.DrainTimeout = 100 * time.Millisecond
	var called atomic.Int64
	next, err := consumer.NewLogs(func(ctx context.Context, data plog.Logs) error {
		called.Add(int64(data.LogRecordCount()))
		<-ctx.Done()
		return ctx.Err()
	})
	require.NoError(t, err)
	r := startReceiver(t, cfg, next)
	eventually(t, "the pipeline has everything", func() bool { return called.Load() == 10 })
	r.stop()
	assert.Equal(t, 10, pending(t, client))
	assert.Equal(t, 1, r.logged("not everything that was read could be finished"))
}

func TestPoisonIsIsolatedAndItsNeighboursAreDelivered(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	ids := add(t, client, 0, 1000)
	next := newSink()
	next.setRefuse(func(bodies []string) error {
		if slices.Contains(bodies, "637") {
			return consumererror.NewPermanent(errors.New("mapping conflict"))
		}
		return nil
	})
	r := startReceiver(t, testConfig(srv.Addr), next)
	eventually(t, "the neighbours", func() bool { return next.len() == 999 })
	r.stop()
	next.requireOnce(t, 999)
	assert.Zero(t, pending(t, client))
	dead, err := client.XRange(t.Context(), testStream+":dlq", "-", "+").Result()
	require.NoError(t, err)
	require.Len(t, dead, 1)
	fields := dead[0].Values
	assert.Equal(t, "637", fields["body"])
	assert.Equal(t, reasonRefused, fields["dlq.reason"])
	assert.Contains(t, fields["dlq.error"], "mapping conflict")
	assert.Equal(t, testStream, fields["dlq.stream"])
	assert.Equal(t, "g", fields["dlq.group"])
	assert.Equal(t, "me", fields["dlq.consumer"])
	assert.Equal(t, ids[637], fields["dlq.id"])
	assert.Equal(t, 1, r.metric("entries_dead_lettered"))
}

func TestUndecodableEntriesGoToTheDeadLetterStream(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	for _, values := range [][]any{{"body", `{"a":1}`}, {"body", `{"a":`}, {"other", "x"}} {
		require.NoError(t, client.XAdd(t.Context(), &redis.XAddArgs{Stream: testStream, Values: values}).Err())
	}
	cfg := testConfig(srv.Addr)
	cfg.Logs.Encoding = EncodingJSON
	next := newSink()
	r := startReceiver(t, cfg, next)
	eventually(t, "two dead letters", func() bool { return r.metric("entries_dead_lettered") == 2 })
	eventually(t, "one record", func() bool { return next.len() == 1 })
	r.stop()
	assert.Equal(t, 2, r.metric("entries_undecodable"))
	assert.Zero(t, pending(t, client))
}

func TestEntriesWithoutPayloadCanBeDropped(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	require.NoError(t, client.XAdd(t.Context(), &redis.XAddArgs{Stream: testStream, Values: []any{"other", "x"}}).Err())
	add(t, client, 0, 1)
	cfg := testConfig(srv.Addr)
	cfg.Payload.Missing = missingDrop
	next := newSink()
	r := startReceiver(t, cfg, next)
	eventually(t, "both settled", func() bool { return r.metric("entries_acknowledged") == 2 })
	r.stop()
	next.requireOnce(t, 1)
	assert.Equal(t, 1, r.metric("entries_dropped"))
	assert.Zero(t, client.Exists(t.Context(), testStream+":dlq").Val())
}

func TestTrimmedPendingEntriesAreAcknowledgedAndCounted(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	ids := add(t, client, 0, 10)
	require.NoError(t, client.XGroupCreate(t.Context(), testStream, "g", "0").Err())
	receive(t, client, "me", 10)
	require.NoError(t, client.XDel(t.Context(), testStream, ids[2], ids[3]).Err())
	next := newSink()
	r := startReceiver(t, testConfig(srv.Addr), next)
	eventually(t, "what is left", func() bool { return next.len() == 8 && pending(t, client) == 0 })
	r.stop()
	assert.Equal(t, 2, r.metric("entries_lost_to_trimming"))
}

// receive lets a consumer of the group receive n entries.
func receive(t *testing.T, client *redis.Client, consumer string, n int) {
	t.Helper()
	got, err := client.XReadGroup(t.Context(), &redis.XReadGroupArgs{
		Group: "g", Consumer: consumer, Streams: []string{testStream, ">"}, Count: int64(n), Block: -1,
	}).Result()
	require.NoError(t, err)
	require.Len(t, got[0].Messages, n)
}

func TestEntriesOfADeadConsumerAreTakenOver(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	add(t, client, 0, 250)
	require.NoError(t, client.XGroupCreate(t.Context(), testStream, "g", "0").Err())
	receive(t, client, "dead", 250)
	cfg := testConfig(srv.Addr)
	cfg.Reclaim = ReclaimConfig{MinIdle: time.Second, Interval: 100 * time.Millisecond}
	next := newSink()
	r := startReceiver(t, cfg, next)
	eventually(t, "all entries", func() bool { return next.len() == 250 && pending(t, client) == 0 })
	r.stop()
	next.requireOnce(t, 250)
	assert.Equal(t, 250, r.metric("entries_reclaimed"))
}

func TestSlowPipelineKeepsItsEntries(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	add(t, client, 0, 10)
	cfg := testConfig(srv.Addr)
	cfg.Reclaim = ReclaimConfig{MinIdle: time.Second, Interval: 100 * time.Millisecond}
	release := make(chan struct{})
	var once sync.Once
	next := newSink()
	slow, err := consumer.NewLogs(func(ctx context.Context, data plog.Logs) error {
		<-release
		return next.ConsumeLogs(ctx, data)
	})
	require.NoError(t, err)
	t.Cleanup(func() { once.Do(func() { close(release) }) })
	r := startReceiver(t, cfg, slow)
	eventually(t, "delivery", func() bool { return r.metric("entries_received") == 10 })

	other := *cfg
	other.Consumer = "other"
	thief := newSink()
	r2 := startReceiver(t, &other, thief)
	hold := time.NewTimer(2500 * time.Millisecond)
	<-hold.C
	once.Do(func() { close(release) })
	eventually(t, "acknowledgement", func() bool { return pending(t, client) == 0 })
	r.stop()
	r2.stop()
	next.requireOnce(t, 10)
	assert.Zero(t, thief.len(), "a heartbeat keeps entries from being taken over")
}

func TestRedisDownAtStartAndGoneLater(t *testing.T) {
	srv := redistest.Start(t)
	srv.Stop()
	next := newSink()
	r := startReceiver(t, testConfig(srv.Addr), next)
	eventually(t, "the outage is said", func() bool { return r.logged("Redis is out of reach") == 1 })
	srv.Restart()
	client := newClient(t, srv.Addr)
	add(t, client, 0, 100)
	eventually(t, "100 records", func() bool { return next.len() == 100 })

	srv.Stop()
	eventually(t, "the second outage is said", func() bool { return r.logged("Redis is out of reach") == 2 })
	srv.Restart()
	add(t, client, 100, 100)
	eventually(t, "200 records", func() bool { return next.len() == 200 })
	r.stop()
	next.requireOnce(t, 200)
	assert.Equal(t, 2, r.logged("Redis is out of reach"))
	assert.Equal(t, 2, r.metric("reconnects"))
	assert.Equal(t, []componentstatus.Status{
		componentstatus.StatusRecoverableError, componentstatus.StatusOK,
		componentstatus.StatusRecoverableError, componentstatus.StatusOK,
	}, lastOfEachRun(r.host.reported()))
}

// lastOfEachRun removes repetitions: an outage can show in several ways.
func lastOfEachRun(statuses []componentstatus.Status) []componentstatus.Status {
	var out []componentstatus.Status
	for _, s := range statuses {
		if len(out) == 0 || out[len(out)-1] != s {
			out = append(out, s)
		}
	}
	return out
}

func TestLostGroupOrStreamIsCreatedAgainWithoutLossOrRepetition(t *testing.T) {
	for name, lose := range map[string]func(context.Context, *redis.Client) error{
		"XGROUP DESTROY": func(ctx context.Context, c *redis.Client) error { return c.XGroupDestroy(ctx, testStream, "g").Err() },
		"DEL":            func(ctx context.Context, c *redis.Client) error { return c.Del(ctx, testStream).Err() },
		"FLUSHALL":       func(ctx context.Context, c *redis.Client) error { return c.FlushAll(ctx).Err() },
	} {
		t.Run(name, func(t *testing.T) {
			srv := redistest.Start(t)
			client := newClient(t, srv.Addr)
			add(t, client, 0, 100)
			next := newSink()
			r := startReceiver(t, testConfig(srv.Addr), next)
			eventually(t, "all acknowledged", func() bool { return r.metric("entries_acknowledged") == 100 })
			require.NoError(t, lose(t.Context(), client))
			add(t, client, 100, 100)
			eventually(t, "the rest", func() bool { return next.len() == 200 })
			r.stop()
			next.requireOnce(t, 200)
			assert.Equal(t, 2, r.metric("group_creations"))
		})
	}
}

func TestWrongKindOfKeyIsSaidAndRecoveredFrom(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	require.NoError(t, client.Set(t.Context(), testStream, "x", 0).Err())
	next := newSink()
	r := startReceiver(t, testConfig(srv.Addr), next)
	eventually(t, "a warning", func() bool { return r.logged("Redis refuses a command") == 1 })
	assert.Equal(t, hints["WRONGTYPE"], r.logs.FilterLevelExact(zapcore.WarnLevel).All()[0].ContextMap()["hint"])
	require.NoError(t, client.Del(t.Context(), testStream).Err())
	add(t, client, 0, 1)
	eventually(t, "the entry", func() bool { return next.len() == 1 })
}

func TestMissingLoginIsSaid(t *testing.T) {
	srv := redistest.Start(t, "--requirepass", "secret")
	r := startReceiver(t, testConfig(srv.Addr), newSink())
	eventually(t, "a warning", func() bool { return r.logged("Redis refuses a command") == 1 })
	assert.Equal(t, hints["NOAUTH"], r.logs.FilterLevelExact(zapcore.WarnLevel).All()[0].ContextMap()["hint"])

	cfg := testConfig(srv.Addr)
	cfg.Password = "secret"
	right := startReceiver(t, cfg, newSink())
	eventually(t, "the group", func() bool { return right.metric("group_creations") == 1 })
}

// Two hundred streams need a connection and two goroutines each, and next to no
// processor time while nothing comes.
func TestManyStreamsShareAReceiver(t *testing.T) {
	const streams = 200
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	cfg := testConfig(srv.Addr)
	cfg.Block = 2 * time.Second
	cfg.Logs.Streams = nil
	for i := range streams {
		cfg.Logs.Streams = append(cfg.Logs.Streams, fmt.Sprintf("s%d", i))
	}
	goroutines := runtime.NumGoroutine()
	next := newSink()
	r := startReceiver(t, cfg, next)
	eventually(t, "all groups", func() bool { return r.metric("group_creations") == streams })
	for _, stream := range cfg.Logs.Streams {
		require.NoError(t, client.XAdd(t.Context(), &redis.XAddArgs{Stream: stream, Values: []any{"body", stream}}).Err())
	}
	eventually(t, "an entry of each", func() bool { return next.len() == streams })
	next.requireOnce(t, streams)

	assert.LessOrEqual(t, strings.Count(client.ClientList(t.Context()).Val(), "\n"), streams+64+2)
	assert.LessOrEqual(t, runtime.NumGoroutine()-goroutines, 2*streams+20)
	used := processorTime(t)
	idle := time.NewTimer(2 * time.Second)
	<-idle.C
	used = processorTime(t) - used
	t.Logf("idle: %.2f %% of a processor", 100*used.Seconds()/2)
	assert.Less(t, used, 200*time.Millisecond)
	r.stop()
}

func TestSignalWithoutStreamsIsAnError(t *testing.T) {
	cfg := testConfig("localhost:1")
	_, err := NewFactory().CreateTraces(t.Context(), receivertest.NewNopSettings(NewFactory().Type()), cfg, consumertest.NewNop())
	require.ErrorContains(t, err, "no streams are set")
}

// The permissions that README.md lists suffice for everything: group, reading,
// history, take-over, heartbeat, dead letters, waking at shutdown, and what is to
// happen after an acknowledgement.
func TestMinimalACLUser(t *testing.T) {
	for afterAck, further := range map[string][]string{
		afterAckKeep: nil, afterAckTrim: {"xtrim"}, afterAckDelete: {"xackdel"},
	} {
		t.Run(afterAck, func(t *testing.T) { runWithPermissions(t, afterAck, append(further, minimalCommands...)) })
	}
}

func runWithPermissions(t *testing.T, afterAck string, commands []string) {
	t.Helper()
	srv := redistest.Start(t)
	admin := newClient(t, srv.Addr)
	rules := []any{"ACL", "SETUSER", "collector", "on", ">secret", "~" + testStream, "~" + testStream + ":dlq", "-@all"}
	for _, command := range commands {
		rules = append(rules, "+"+command)
	}
	err := admin.Do(t.Context(), rules...).Err()
	if afterAck == afterAckDelete && err != nil {
		t.Skipf("the server knows no XACKDEL: %v", err)
	}
	require.NoError(t, err)
	add(t, admin, 0, 20)
	require.NoError(t, admin.XGroupCreate(t.Context(), testStream, "g", "0").Err())
	receive(t, admin, "dead", 10)

	cfg := testConfig(srv.Addr)
	cfg.Username, cfg.Password = "collector", "secret"
	cfg.Block, cfg.AfterAck = time.Minute, afterAck
	cfg.Reclaim = ReclaimConfig{MinIdle: time.Second, Interval: 100 * time.Millisecond}
	next := newSink()
	next.setRefuse(func(bodies []string) error {
		if slices.Contains(bodies, "13") {
			return consumererror.NewPermanent(errors.New("no"))
		}
		return nil
	})
	r := startReceiver(t, cfg, next)
	eventually(t, "all but the poison", func() bool { return next.len() == 19 && pending(t, admin) == 0 })
	r.stop()
	assert.Equal(t, 1, r.metric("entries_dead_lettered"))
	assert.Zero(t, r.logged("Redis refuses a command"))
	denied, err := admin.Do(t.Context(), "ACL", "LOG").Slice()
	require.NoError(t, err)
	assert.Empty(t, denied, "nothing else was tried")
}

// minimalCommands are the ones README.md lists.
var minimalCommands = strings.Fields(`xreadgroup xack xautoclaim xclaim xpending xgroup|create xinfo|stream xinfo|groups
	xadd eval evalsha client|id client|unblock auth hello ping select`)
