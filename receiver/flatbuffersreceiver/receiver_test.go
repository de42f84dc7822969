package flatbuffersreceiver

import (
	"context"
	"errors"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pipeline"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/sluice-otel/sluice/receiver/flatbuffersreceiver/internal/metadata"
	"github.com/sluice-otel/sluice/wire/flatbuffers"
	"github.com/sluice-otel/sluice/wire/flatbuffers/client"
)

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "localhost:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

func testConfig(t testing.TB) *Config {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	cfg.NetAddr.Endpoint = freeAddress(t)
	cfg.RetryAfter = 10 * time.Millisecond
	return cfg
}

// start starts a receiver, and returns a function that stops it.
func start(t testing.TB, cfg *Config, next consumer.Logs) (stop func()) {
	t.Helper()
	require.NoError(t, cfg.Validate())
	r, err := NewFactory().CreateLogs(t.Context(), receivertest.NewNopSettings(metadata.Type), cfg, next)
	require.NoError(t, err)
	require.NoError(t, r.Start(t.Context(), componenttest.NewNopHost()))
	stop = sync.OnceFunc(func() { assert.NoError(t, r.Shutdown(context.WithoutCancel(t.Context()))) })
	t.Cleanup(stop)
	return stop
}

func newClient(t testing.TB, cfg *Config, settings client.Settings) *client.Client {
	t.Helper()
	settings.DialOptions = []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}
	settings.MinBackoff, settings.MaxBackoff = time.Millisecond, 20*time.Millisecond
	c, err := client.New(cfg.NetAddr.Endpoint, settings)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, c.Close(context.WithoutCancel(t.Context()))) })
	return c
}

func line(text string) *flatbuffers.Record { return &flatbuffers.Record{Body: flatbuffers.Text(text)} }

func connect(t testing.TB, cfg *Config) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(cfg.NetAddr.Endpoint, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodecV2(flatbuffers.Codec())))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, conn.Close()) })
	return conn
}

// export sends one message by itself.
func export(ctx context.Context, conn *grpc.ClientConn, message []byte) error {
	var answer flatbuffers.Message
	defer answer.Free()
	return conn.Invoke(ctx, flatbuffers.ExportMethod, flatbuffers.NewMessage(message), &answer)
}

func message(records ...*flatbuffers.Record) []byte {
	e := flatbuffers.NewEncoder()
	for _, r := range records {
		e.Append(r)
	}
	return e.Finish()
}

func TestWhatTheClientSendsArrives(t *testing.T) {
	sink := &consumertest.LogsSink{}
	cfg := testConfig(t)
	start(t, cfg, sink)
	c := newClient(t, cfg, client.Settings{BatchRecords: 3, Resource: flatbuffers.Resource{
		Attributes: []flatbuffers.Attribute{{Key: "service.name", Value: flatbuffers.Text("x")}},
	}})
	for i := range 10 {
		require.NoError(t, c.Send(t.Context(), line(strconv.Itoa(i))))
	}
	require.NoError(t, c.Flush(t.Context()))
	assert.Equal(t, 10, sink.LogRecordCount())
	name, _ := sink.AllLogs()[0].ResourceLogs().At(0).Resource().Attributes().Get("service.name")
	assert.Equal(t, "x", name.Str())
	assert.Equal(t, "0", sink.AllLogs()[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Body().Str())
}

// refusing refuses what comes with the errors of its list, and then takes all.
type refusing struct {
	consumertest.LogsSink

	mu     sync.Mutex
	errors []error
}

func (r *refusing) ConsumeLogs(ctx context.Context, logs plog.Logs) error {
	r.mu.Lock()
	var err error
	if len(r.errors) > 0 {
		err, r.errors = r.errors[0], r.errors[1:]
	}
	r.mu.Unlock()
	if err != nil {
		return err
	}
	return r.LogsSink.ConsumeLogs(ctx, logs)
}

func TestClientSendsAgainWhatIsRefusedForNow(t *testing.T) {
	next := &refusing{errors: []error{errors.New("busy"), errors.New("busy")}}
	cfg := testConfig(t)
	start(t, cfg, next)
	c := newClient(t, cfg, client.Settings{BatchRecords: 1})
	for i := range 5 {
		require.NoError(t, c.Send(t.Context(), line(strconv.Itoa(i))))
	}
	require.NoError(t, c.Flush(t.Context()))
	assert.Equal(t, 5, next.LogRecordCount())
}

func TestClientIsToldWhatIsRefusedForGood(t *testing.T) {
	next := &refusing{errors: []error{consumererror.NewPermanent(errors.New("never"))}}
	cfg := testConfig(t)
	start(t, cfg, next)
	var dropped atomic.Pointer[client.Dropped]
	c := newClient(t, cfg, client.Settings{OnDropped: func(d client.Dropped) { dropped.Store(&d) }})
	require.NoError(t, c.Send(t.Context(), line("x")))
	require.NoError(t, c.Flush(t.Context()))
	require.NotNil(t, dropped.Load())
	assert.Equal(t, 1, dropped.Load().Records)
	assert.Equal(t, flatbuffers.Refused, dropped.Load().Ack.Code)
	assert.Contains(t, dropped.Load().Ack.Message, "never")
}

func TestRecordsBeyondALimitAreRejectedAndTheOthersDelivered(t *testing.T) {
	sink := &consumertest.LogsSink{}
	cfg := testConfig(t)
	cfg.Limits.Values = 3
	start(t, cfg, sink)
	var dropped atomic.Pointer[client.Dropped]
	c := newClient(t, cfg, client.Settings{OnDropped: func(d client.Dropped) { dropped.Store(&d) }})
	require.NoError(t, c.Send(t.Context(), line("first")))
	require.NoError(t, c.Send(t.Context(), &flatbuffers.Record{Attributes: make([]flatbuffers.Attribute, 4)}))
	require.NoError(t, c.Send(t.Context(), line("last")))
	require.NoError(t, c.Flush(t.Context()))
	assert.Equal(t, 2, sink.LogRecordCount())
	require.NotNil(t, dropped.Load())
	assert.Equal(t, []flatbuffers.Rejection{{Record: 1, Reason: "it has more than 3 attributes, entries and items"}}, dropped.Load().Ack.Rejections)
}

// The client goes on with the batches that had no answer when a receiver stops and
// another takes its place.
func TestNothingIsLostWhenTheReceiverIsReplaced(t *testing.T) {
	sink := &consumertest.LogsSink{}
	cfg := testConfig(t)
	stop := start(t, cfg, sink)
	c := newClient(t, cfg, client.Settings{BatchRecords: 2})
	for i := range 100 {
		require.NoError(t, c.Send(t.Context(), line(strconv.Itoa(i))))
		if i == 50 {
			stop()
			stop = start(t, cfg, sink)
		}
	}
	require.NoError(t, c.Flush(t.Context()))
	seen := map[string]bool{}
	for _, logs := range sink.AllLogs() {
		for _, rec := range logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
			seen[rec.Body().Str()] = true
		}
	}
	assert.Len(t, seen, 100)
}

func TestSendBlocksWhileThePipelineIsSlow(t *testing.T) {
	release := make(chan struct{})
	next, err := consumer.NewLogs(func(context.Context, plog.Logs) error { <-release; return nil })
	require.NoError(t, err)
	cfg := testConfig(t)
	start(t, cfg, next)
	c := newClient(t, cfg, client.Settings{BatchRecords: 1, Window: 2})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	sent := 0
	for ; sent < 100; sent++ {
		if err = c.Send(ctx, line("x")); err != nil {
			break
		}
	}
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.LessOrEqual(t, sent, 5) // two windows, and the open batch
	close(release)
	require.NoError(t, c.Flush(t.Context()))
}

func TestUnaryAnswers(t *testing.T) {
	next := &refusing{}
	cfg := testConfig(t)
	cfg.Limits.Records = 2
	start(t, cfg, next)
	conn := connect(t, cfg)
	require.NoError(t, export(t.Context(), conn, message(line("x"))))
	require.NoError(t, export(t.Context(), conn, message()))

	err := export(t.Context(), conn, []byte("no message of the schema"))
	assert.Equal(t, codes.InvalidArgument, status.Code(err))
	require.ErrorContains(t, err, "the file identifier is not SLG1")

	err = export(t.Context(), conn, message(line("1"), line("2"), line("3")))
	assert.Equal(t, codes.InvalidArgument, status.Code(err))
	require.ErrorContains(t, err, "the batch has more than 2 records")

	next.errors = []error{errors.New("busy")}
	err = export(t.Context(), conn, message(line("x")))
	assert.Equal(t, codes.ResourceExhausted, status.Code(err))
	require.Len(t, status.Convert(err).Details(), 1)
	info := status.Convert(err).Details()[0].(*errdetails.RetryInfo)
	assert.InDelta(t, 10e6, info.GetRetryDelay().AsDuration(), 5e6)

	next.errors = []error{consumererror.NewPermanent(errors.New("never"))}
	assert.Equal(t, codes.Internal, status.Code(export(t.Context(), conn, message(line("x")))))
}

func TestNoRoomIsRetry(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	next, err := consumer.NewLogs(func(context.Context, plog.Logs) error { close(entered); <-release; return nil })
	require.NoError(t, err)
	cfg := testConfig(t)
	cfg.MaxRecvMsgSizeMiB, cfg.Limits.BatchSize, cfg.Limits.InFlight = 1, 1<<20, 2<<20
	start(t, cfg, next)
	conn := connect(t, cfg)
	big := message(line(string(make([]byte, 900<<10))))
	done := make(chan error)
	go func() { done <- export(t.Context(), conn, big) }()
	<-entered
	err = export(t.Context(), conn, big)
	assert.Equal(t, codes.ResourceExhausted, status.Code(err))
	require.ErrorContains(t, err, noRoom)
	close(release)
	require.NoError(t, <-done)
}

// newReceiver is start for tests that stop it themselves.
func newReceiver(t *testing.T, cfg *Config, next consumer.Logs) receiver.Logs {
	t.Helper()
	r, err := NewFactory().CreateLogs(t.Context(), receivertest.NewNopSettings(metadata.Type), cfg, next)
	require.NoError(t, err)
	require.NoError(t, r.Start(t.Context(), componenttest.NewNopHost()))
	return r
}

func TestBatchUnderWayIsAnsweredWhenTheReceiverStops(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	next, err := consumer.NewLogs(func(ctx context.Context, _ plog.Logs) error { close(entered); <-release; return ctx.Err() })
	require.NoError(t, err)
	cfg := testConfig(t)
	r := newReceiver(t, cfg, next)
	c := newClient(t, cfg, client.Settings{BatchDelay: time.Millisecond})
	require.NoError(t, c.Send(t.Context(), line("x")))
	<-entered
	stopped := make(chan error)
	go func() { stopped <- r.Shutdown(t.Context()) }()
	close(release)
	require.NoError(t, c.Flush(t.Context()))
	require.NoError(t, <-stopped)
}

func TestStopDoesNotWaitLongerThanItsContext(t *testing.T) {
	entered := make(chan struct{})
	next, err := consumer.NewLogs(func(ctx context.Context, _ plog.Logs) error { close(entered); <-ctx.Done(); return ctx.Err() })
	require.NoError(t, err)
	cfg := testConfig(t)
	r := newReceiver(t, cfg, next)
	done := make(chan error)
	conn := connect(t, cfg)
	go func() { done <- export(t.Context(), conn, message(line("x"))) }()
	<-entered
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, r.Shutdown(ctx), context.DeadlineExceeded)
	require.Error(t, <-done)
}

func TestMessagesAreHandedOnWhole(t *testing.T) {
	sink := &consumertest.LogsSink{}
	cfg := testConfig(t)
	cfg.Output = OutputMessages
	start(t, cfg, sink)
	conn := connect(t, cfg)
	want := message(line("a"), line("b"))
	require.NoError(t, export(t.Context(), conn, want))
	rec := sink.AllLogs()[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	assert.Equal(t, want, rec.Body().Bytes().AsRaw())
	format, _ := rec.Attributes().Get(flatbuffers.FormatAttribute)
	assert.Equal(t, flatbuffers.Format, format.Str())
}

// generator sends records with unique ids.
type generator struct {
	t      *testing.T
	client *client.Client
	next   atomic.Int64
}

func (*generator) Start() {}
func (*generator) Stop()  {}

func (g *generator) Generate() []receivertest.UniqueIDAttrVal {
	id := strconv.FormatInt(g.next.Add(1), 10)
	assert.NoError(g.t, g.client.Send(g.t.Context(), &flatbuffers.Record{Attributes: []flatbuffers.Attribute{{
		Key: receivertest.UniqueIDAttrName, Value: flatbuffers.Text(id),
	}}}))
	assert.NoError(g.t, g.client.Flush(g.t.Context()))
	return []receivertest.UniqueIDAttrVal{receivertest.UniqueIDAttrVal(id)}
}

func TestConsumeContract(t *testing.T) {
	cfg := testConfig(t)
	receivertest.CheckConsumeContract(receivertest.CheckConsumeContractParams{
		T: t, Factory: NewFactory(), Signal: pipeline.SignalLogs, Config: cfg,
		Generator: &generator{t: t, client: newClient(t, cfg, client.Settings{})}, GenerateCount: 200,
	})
}
