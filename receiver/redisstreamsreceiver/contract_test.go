package redisstreamsreceiver

import (
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pipeline"
	"go.opentelemetry.io/collector/receiver/receivertest"

	"github.com/sluice-otel/sluice/internal/redistest"
)

// generator writes OTLP payloads with unique ids to a stream.
type generator struct {
	t      *testing.T
	client *redis.Client
	stream string
	encode func(id receivertest.UniqueIDAttrVal) ([]byte, error)
	next   atomic.Int64
}

func (*generator) Start() {}
func (*generator) Stop()  {}

func (g *generator) Generate() []receivertest.UniqueIDAttrVal {
	id := receivertest.UniqueIDAttrVal(strconv.FormatInt(g.next.Add(1), 10))
	payload, err := g.encode(id)
	assert.NoError(g.t, err)
	args := &redis.XAddArgs{Stream: g.stream, Values: []any{"body", payload}}
	assert.NoError(g.t, g.client.XAdd(g.t.Context(), args).Err())
	return []receivertest.UniqueIDAttrVal{id}
}

func TestConsumeContract(t *testing.T) {
	srv := redistest.Start(t)
	cfg := testConfig(srv.Addr)
	// The contract counts what was in a batch that is refused for good as dropped.
	// This receiver would deliver the innocent half of it again.
	cfg.Count = 1
	cfg.Retry = RetryConfig{InitialInterval: time.Millisecond, MaxInterval: 5 * time.Millisecond}
	cfg.Logs = SignalConfig{Streams: []string{"logs"}, Encoding: EncodingOTLPProto}
	cfg.Metrics.Streams = []string{"metrics"}
	cfg.Traces.Streams = []string{"traces"}

	for signal, encode := range map[pipeline.Signal]func(receivertest.UniqueIDAttrVal) ([]byte, error){
		pipeline.SignalLogs: func(id receivertest.UniqueIDAttrVal) ([]byte, error) {
			return (&plog.ProtoMarshaler{}).MarshalLogs(receivertest.CreateOneLogWithID(id))
		},
		pipeline.SignalMetrics: func(id receivertest.UniqueIDAttrVal) ([]byte, error) {
			return (&pmetric.ProtoMarshaler{}).MarshalMetrics(receivertest.CreateGaugeMetricWithID(id))
		},
		pipeline.SignalTraces: func(id receivertest.UniqueIDAttrVal) ([]byte, error) {
			return (&ptrace.ProtoMarshaler{}).MarshalTraces(receivertest.CreateOneSpanWithID(id))
		},
	} {
		t.Run(signal.String(), func(t *testing.T) {
			receivertest.CheckConsumeContract(receivertest.CheckConsumeContractParams{
				T:             t,
				Factory:       NewFactory(),
				Signal:        signal,
				Config:        cfg,
				Generator:     &generator{t: t, client: newClient(t, srv.Addr), stream: signal.String(), encode: encode},
				GenerateCount: 200,
			})
		})
	}
}
