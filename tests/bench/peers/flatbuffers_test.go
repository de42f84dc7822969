package peers

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"

	"github.com/sluice-otel/sluice/exporter/elasticsearchexporter"
	"github.com/sluice-otel/sluice/processor/ingestprocessor"
	"github.com/sluice-otel/sluice/receiver/flatbuffersreceiver"
	"github.com/sluice-otel/sluice/wire/flatbuffers"
)

// logPipeline is what every record goes through: a constant, a date, a condition.
const logPipeline = `
processors:
  - set: {field: event.dataset, value: shop.access}
  - date: {field: time, formats: [ISO8601]}
  - drop: {if: "ctx.level == 'DEBUG'"}
`

// A logWay is how logs come in. The same logs come by each of them, to a process of
// its own, and go the same way on: ingest pipeline, bulk exporter, a sink that accepts
// everything.
type logWay struct {
	name    string
	method  string // that its clients call
	codec   string
	ingest  map[string]any // document of the ingest processor
	receive func(address string, next consumer.Logs) (component.Component, error)
	encode  func(plog.Logs) ([]byte, error)
}

const jsonService = "bench.JSONLogs"

// logWays are our receiver, the collector's own for OTLP, and OTLP/JSON that pdata's
// decoder reads.
var logWays = []logWay{
	{
		"flatbuffers", flatbuffers.ExportMethod, "flatbuffers",
		map[string]any{"format": "flatbuffers", "target": "json"}, receiveFlatBuffers, encodeFlatBuffers,
	},
	{
		"otlp", "/opentelemetry.proto.collector.logs.v1.LogsService/Export", "proto",
		map[string]any{"target": "json"}, receiveOTLP, (&plog.ProtoMarshaler{}).MarshalLogs,
	},
	{
		"json", "/" + jsonService + "/Export", "json",
		map[string]any{"target": "json"}, receiveJSON, (&plog.JSONMarshaler{}).MarshalLogs,
	},
}

func receiveFlatBuffers(address string, next consumer.Logs) (component.Component, error) {
	f := flatbuffersreceiver.NewFactory()
	cfg := f.CreateDefaultConfig().(*flatbuffersreceiver.Config)
	cfg.NetAddr.Endpoint, cfg.Output = address, flatbuffersreceiver.OutputMessages
	return f.CreateLogs(context.Background(), receivertest.NewNopSettings(f.Type()), cfg, next)
}

func receiveOTLP(address string, next consumer.Logs) (component.Component, error) {
	f := otlpreceiver.NewFactory()
	cfg := f.CreateDefaultConfig()
	settings := confmap.NewFromStringMap(map[string]any{"protocols": map[string]any{"grpc": map[string]any{"endpoint": address}}})
	if err := settings.Unmarshal(cfg); err != nil {
		return nil, err
	}
	return f.CreateLogs(context.Background(), receivertest.NewNopSettings(f.Type()), cfg, next)
}

// receiveJSON reads as our receiver does: the bytes as gRPC has them, one decoder, and
// the answer when the pipeline has taken the records.
func receiveJSON(address string, next consumer.Logs) (component.Component, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	decoder := &plog.JSONUnmarshaler{}
	export := func(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		var m rawMessage
		if err := decode(&m); err != nil {
			return nil, err
		}
		defer m.data.Free()
		view := m.data.MaterializeToBuffer(mem.DefaultBufferPool())
		defer view.Free()
		logs, err := decoder.UnmarshalLogs(view.ReadOnlyData())
		if err != nil {
			return nil, err
		}
		return &rawMessage{}, next.ConsumeLogs(ctx, logs)
	}
	server := grpc.NewServer(grpc.ForceServerCodecV2(rawCodec("json")), grpc.MaxRecvMsgSize(16<<20), grpc.ReadBufferSize(512<<10))
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: jsonService, HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{{MethodName: "Export", Handler: export}},
	}, nil)
	go func() { _ = server.Serve(l) }()
	return running{}, nil
}

// running is a component that has been started.
type running struct {
	component.StartFunc
	component.ShutdownFunc
}

// A rawMessage is passed through gRPC as it is.
type rawMessage struct{ data mem.BufferSlice }

// A rawCodec is the name of an encoding that it leaves to others.
type rawCodec string

var _ encoding.CodecV2 = rawCodec("")

func (c rawCodec) Name() string { return string(c) }

func (rawCodec) Marshal(v any) (mem.BufferSlice, error) { return v.(*rawMessage).data, nil }

func (rawCodec) Unmarshal(data mem.BufferSlice, v any) error {
	data.Ref()
	v.(*rawMessage).data = data
	return nil
}

// logServerEnv makes TestServeLogs a server: its value is way, address and sink.
const logServerEnv = "LOG_SERVER"

// TestServeLogs is no test: BenchmarkLogsServed runs it as the server. It writes what it
// has used so far for every line it reads, until there are no more.
func TestServeLogs(t *testing.T) {
	how := strings.Fields(os.Getenv(logServerEnv))
	if len(how) != 3 {
		t.Skip("it is the server of BenchmarkLogsServed")
	}
	i := slices.IndexFunc(logWays, func(w logWay) bool { return w.name == how[0] })
	require.NoError(t, logWays[i].serve(how[1], how[2]))
	out := json.NewEncoder(os.Stdout)
	require.NoError(t, out.Encode(usage{}))
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		require.NoError(t, out.Encode(used()))
	}
	os.Exit(0)
}

func (w *logWay) serve(address, sink string) error {
	export, err := sendBulk(sink)
	if err != nil {
		return err
	}
	f := ingestprocessor.NewFactory()
	cfg := f.CreateDefaultConfig()
	var p map[string]any
	err = errors.Join(
		unmarshalYAML(logPipeline, &p),
		confmap.NewFromStringMap(map[string]any{"definitions": map[string]any{"p": p}, "document": w.ingest}).Unmarshal(cfg))
	if err != nil {
		return err
	}
	process, err := f.CreateLogs(context.Background(), processortest.NewNopSettings(f.Type()), cfg, export)
	if err != nil {
		return err
	}
	if err := process.Start(context.Background(), componenttest.NewNopHost()); err != nil {
		return err
	}
	receive, err := w.receive(address, process)
	if err != nil {
		return err
	}
	return receive.Start(context.Background(), componenttest.NewNopHost())
}

func unmarshalYAML(text string, into *map[string]any) error {
	retrieved, err := confmap.NewRetrievedFromYAML([]byte(text))
	if err != nil {
		return err
	}
	conf, err := retrieved.AsConf()
	if err != nil {
		return err
	}
	*into = conf.ToStringMap()
	return nil
}

// sendBulk merges batches to requests of about 2,000 records, not compressed: what
// compression costs is the same for all.
func sendBulk(sink string) (consumer.Logs, error) {
	f := elasticsearchexporter.NewFactory()
	cfg := f.CreateDefaultConfig()
	err := confmap.NewFromStringMap(map[string]any{
		"endpoint": sink, "compression": "none",
		"sending_queue": map[string]any{
			"sizer": "items", "queue_size": 50_000, "block_on_overflow": true,
			"batch": map[string]any{"sizer": "items", "flush_timeout": "100ms", "min_size": 2000, "max_size": 0},
		},
	}).Unmarshal(cfg)
	if err != nil {
		return nil, err
	}
	e, err := f.CreateLogs(context.Background(), exportertest.NewNopSettings(f.Type()), cfg)
	if err != nil {
		return nil, err
	}
	return e, e.Start(context.Background(), componenttest.NewNopHost())
}

// usage is what a process has used.
type usage struct {
	CPU    time.Duration
	Allocs uint64
	Bytes  uint64
	GC     uint32
	Peak   int64 // KiB
}

func used() usage {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	var r syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return usage{time.Duration(r.Utime.Nano() + r.Stime.Nano()), m.Mallocs, m.TotalAlloc, m.NumGC, r.Maxrss}
}

// shopLogs are n records of about 1 KB: a line and seven fields.
func shopLogs(n int) plog.Logs {
	ld := plog.NewLogs()
	r := ld.ResourceLogs().AppendEmpty()
	r.Resource().Attributes().PutStr("service.name", "shop")
	r.Resource().Attributes().PutStr("host.name", "web1")
	records := r.ScopeLogs().AppendEmpty().LogRecords()
	for i := range n {
		rec := records.AppendEmpty()
		rec.SetTimestamp(1_760_000_000_000_000_000)
		rec.SetSeverityText("INFO")
		rec.Body().SetStr(fmt.Sprintf("GET /cart/%d HTTP/1.1 200 %s", i, strings.Repeat("the line goes on; ", 36)))
		a := rec.Attributes()
		a.PutStr("time", "2026-03-01T10:15:30.123Z")
		a.PutStr("level", "INFO")
		a.PutStr("http.request.method", "GET")
		a.PutInt("http.response.status_code", 200)
		a.PutDouble("duration", 0.123)
		a.PutStr("url.original", fmt.Sprintf("/cart/%d?session=0123456789abcdef", i))
		a.PutStr("source.ip", "203.0.113.9")
	}
	return ld
}

func encodeFlatBuffers(ld plog.Logs) ([]byte, error) {
	e := flatbuffers.NewEncoder()
	for _, resource := range ld.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, rec := range scope.LogRecords().All() {
				e.Append(&flatbuffers.Record{
					Time: uint64(rec.Timestamp()), SeverityText: rec.SeverityText(),
					Body: flatbuffers.Text(rec.Body().Str()), Attributes: flatAttributes(rec.Attributes()),
				})
			}
			e.EndScope(flatbuffers.Scope{})
		}
		e.EndResource(flatbuffers.Resource{Attributes: flatAttributes(resource.Resource().Attributes())})
	}
	return e.Finish(), nil
}

func flatAttributes(m pcommon.Map) (out []flatbuffers.Attribute) {
	for key, v := range m.All() {
		a := flatbuffers.Attribute{Key: key}
		switch v.Type() {
		case pcommon.ValueTypeInt:
			a.Value = flatbuffers.Int(v.Int())
		case pcommon.ValueTypeDouble:
			a.Value = flatbuffers.Double(v.Double())
		default:
			a.Value = flatbuffers.Text(v.AsString())
		}
		out = append(out, a)
	}
	return out
}

// A logPeer is a way in with its server.
type logPeer struct {
	logWay

	stdin   io.Writer
	stdout  *json.Decoder
	clients []*grpc.ClientConn
	scores  []logScore
}

// A logScore is what a round has shown.
type logScore struct {
	rate          float64 // records a second
	cpu           time.Duration
	allocs, bytes float64 // for a record
	gc            float64 // for a million records
	p50, p99      time.Duration
	peak          int64
}

const (
	logClients = 16
	logRound   = 1 * time.Second
	logRounds  = 5
)

// BenchmarkLogsServed is 16 clients, each with a connection of its own and one request
// under way, that send batches of 1, 100 and 1,000 records of about 1 KB for a
// second, in turn and five rounds.
func BenchmarkLogsServed(b *testing.B) {
	sink := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = w.Write([]byte(`{"errors":false,"took":1}`))
	}))
	b.Cleanup(sink.Close)
	for _, size := range []int{1, 100, 1000} {
		b.Run(fmt.Sprintf("batch=%d", size), func(b *testing.B) {
			peers := make([]*logPeer, len(logWays))
			messages := make([][]byte, len(logWays))
			for i, w := range logWays {
				peers[i] = w.start(b, sink.URL)
				var err error
				messages[i], err = w.encode(shopLogs(size))
				require.NoError(b, err)
				peers[i].round(b, messages[i], size) // to get warm
				peers[i].scores = nil
			}
			b.ResetTimer()
			for range logRounds {
				for i, p := range peers {
					p.round(b, messages[i], size)
				}
			}
			report(b, peers)
		})
	}
}

func report(b *testing.B, peers []*logPeer) {
	b.Helper()
	var out strings.Builder
	fmt.Fprintf(&out, "\n  %-12s %12s %12s %10s %10s %12s %10s %10s %8s %6s", "", "records/s", "CPU/record", "allocs", "bytes", "GC/million", "P50", "P99", "RSS MiB", "× CPU")
	ours := of(peers[0].scores, func(s logScore) time.Duration { return s.cpu })
	for _, p := range peers {
		cpu := of(p.scores, func(s logScore) time.Duration { return s.cpu })
		ratio := float64(cpu) / float64(ours)
		fmt.Fprintf(&out, "\n  %-12s %12.0f %12v %10.2f %10.0f %12.1f %10v %10v %8d %6.2f", p.name,
			of(p.scores, func(s logScore) float64 { return s.rate }), cpu,
			of(p.scores, func(s logScore) float64 { return s.allocs }), of(p.scores, func(s logScore) float64 { return s.bytes }),
			of(p.scores, func(s logScore) float64 { return s.gc }),
			of(p.scores, func(s logScore) time.Duration { return s.p50 }).Round(10*time.Microsecond),
			of(p.scores, func(s logScore) time.Duration { return s.p99 }).Round(10*time.Microsecond),
			of(p.scores, func(s logScore) int64 { return s.peak })>>10, ratio)
		if p != peers[0] {
			b.ReportMetric(ratio, p.name+"-CPU/ours")
		}
	}
	b.ReportMetric(float64(ours), "cpu-ns/record")
	b.Log(out.String())
}

// of is the median of one figure.
func of[T int64 | float64 | time.Duration](scores []logScore, figure func(logScore) T) T {
	values := make([]T, len(scores))
	for i, s := range scores {
		values[i] = figure(s)
	}
	return middle(values)
}

// start runs the server until the benchmark ends.
func (w logWay) start(b *testing.B, sink string) *logPeer {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	address := l.Addr().String()
	require.NoError(b, l.Close())
	process := exec.Command(os.Args[0], "-test.run", "^TestServeLogs$")
	process.Env = append(os.Environ(), fmt.Sprintf("%s=%s %s %s", logServerEnv, w.name, address, sink))
	process.Stderr = os.Stderr
	stdin, err := process.StdinPipe()
	require.NoError(b, err)
	stdout, err := process.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, process.Start())
	p := &logPeer{logWay: w, stdin: stdin, stdout: json.NewDecoder(stdout)}
	b.Cleanup(func() {
		for _, c := range p.clients {
			_ = c.Close()
		}
		_ = stdin.Close()
		_ = process.Wait()
	})
	require.NoError(b, p.stdout.Decode(&usage{}), "the server has not started")
	for range logClients {
		c, err := grpc.NewClient("passthrough:///"+address, grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithDefaultCallOptions(grpc.ForceCodecV2(rawCodec(w.codec))))
		require.NoError(b, err)
		p.clients = append(p.clients, c)
	}
	return p
}

func (p *logPeer) usage(b *testing.B) (u usage) {
	b.Helper()
	_, err := fmt.Fprintln(p.stdin)
	require.NoError(b, err)
	require.NoError(b, p.stdout.Decode(&u))
	return u
}

// round lets the clients send for logRound.
func (p *logPeer) round(b *testing.B, message []byte, size int) {
	b.Helper()
	latencies := make([][]time.Duration, len(p.clients))
	var clients sync.WaitGroup
	before, started := p.usage(b), time.Now()
	for i, c := range p.clients {
		clients.Go(func() {
			for time.Since(started) < logRound {
				sent := time.Now()
				var answer rawMessage
				err := c.Invoke(context.Background(), p.method, &rawMessage{mem.BufferSlice{mem.SliceBuffer(message)}}, &answer)
				if err != nil {
					b.Error(err)
					return
				}
				answer.data.Free()
				latencies[i] = append(latencies[i], time.Since(sent))
			}
		})
	}
	clients.Wait()
	took, after := time.Since(started), p.usage(b)
	all := slices.Sorted(slices.Values(slices.Concat(latencies...)))
	if len(all) == 0 {
		b.FailNow()
	}
	n := float64(len(all) * size)
	p.scores = append(p.scores, logScore{
		rate: n / took.Seconds(), cpu: time.Duration(float64(after.CPU-before.CPU) / n),
		allocs: float64(after.Allocs-before.Allocs) / n, bytes: float64(after.Bytes-before.Bytes) / n,
		gc:  float64(after.GC-before.GC) / n * 1e6,
		p50: all[len(all)/2], p99: all[len(all)*99/100], peak: after.Peak,
	})
}
