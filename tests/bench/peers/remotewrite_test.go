package peers

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	vmprompb "github.com/VictoriaMetrics/VictoriaMetrics/lib/prompb"
	vmstream "github.com/VictoriaMetrics/VictoriaMetrics/lib/protoparser/promremotewrite/stream"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/prometheusremotewritereceiver"
	remoteapi "github.com/prometheus/client_golang/exp/api/remote"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/prometheus/model/exemplar"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/metadata"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/storage/remote"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receivertest"

	"github.com/sluice-otel/sluice/receiver/remotewritereceiver"
	"github.com/sluice-otel/sluice/wire/remotewrite"
	"github.com/sluice-otel/sluice/wire/remotewrite/remotewritetest"
)

// Receivers of remote write, each in a process of its own, get the same requests of
// 2,000 samples. Nothing is behind them: ours and contrib's hand metrics to a
// consumer that drops them, Prometheus's handler appends to nothing, and
// VictoriaMetrics's parser calls a function that returns. The last two therefore do
// less: they make no metrics.
var remoteWriteServers = map[string]func(address string) error{
	"sluice":          func(address string) error { return serveReceiver(sluiceReceiver(address)) },
	"contrib":         func(address string) error { return serveReceiver(contribReceiver(address)) },
	"prometheus":      func(address string) error { return serveHTTP(address, prometheusHandler()) },
	"victoriametrics": func(address string) error { return serveHTTP(address, victoriaMetricsHandler()) },
	"sink":            func(address string) error { return serveHTTP(address, sinkHandler()) }, // for exporters
}

// serverEnv makes this program a server: its value is a name and an address.
const serverEnv = "REMOTE_WRITE_SERVER"

func TestMain(m *testing.M) {
	if name, address, ok := strings.Cut(os.Getenv(serverEnv), "@"); ok {
		if err := remoteWriteServers[name](address); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Fprintln(os.Stdout, "ready")
		_, _ = io.Copy(io.Discard, os.Stdin) // until the parent closes it
		return
	}
	os.Exit(m.Run())
}

func sluiceReceiver(address string) (receiver.Metrics, error) {
	f := remotewritereceiver.NewFactory()
	cfg := f.CreateDefaultConfig().(*remotewritereceiver.Config)
	cfg.NetAddr.Endpoint = address
	return f.CreateMetrics(context.Background(), receivertest.NewNopSettings(f.Type()), cfg, consumertest.NewNop())
}

func contribReceiver(address string) (receiver.Metrics, error) {
	f := prometheusremotewritereceiver.NewFactory()
	cfg := f.CreateDefaultConfig().(*prometheusremotewritereceiver.Config)
	cfg.NetAddr.Endpoint = address
	cfg.KeepAlivesEnabled = true // it is off by default, which would cost it more
	return f.CreateMetrics(context.Background(), receivertest.NewNopSettings(f.Type()), cfg, consumertest.NewNop())
}

func serveReceiver(r receiver.Metrics, err error) error {
	if err != nil {
		return err
	}
	return r.Start(context.Background(), componenttest.NewNopHost())
}

func serveHTTP(address string, h http.Handler) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	go func() { _ = http.Serve(l, h) }()
	return nil
}

func prometheusHandler() http.Handler {
	return remote.NewWriteHandler(slog.New(slog.DiscardHandler), prometheus.NewRegistry(), nowhere{},
		remoteapi.MessageTypes{remoteapi.WriteV1MessageType, remoteapi.WriteV2MessageType}, false, false, false)
}

func victoriaMetricsHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := vmstream.Parse(r.Body, false, func([]vmprompb.TimeSeries, []vmprompb.MetricMetadata) error { return nil })
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// nowhere is a storage that forgets.
type nowhere struct{}

func (n nowhere) Appender(context.Context) storage.Appender { return n }

func (nowhere) Append(storage.SeriesRef, labels.Labels, int64, float64) (storage.SeriesRef, error) {
	return 0, nil
}

func (nowhere) AppendExemplar(storage.SeriesRef, labels.Labels, exemplar.Exemplar) (storage.SeriesRef, error) {
	return 0, nil
}

func (nowhere) AppendHistogram(storage.SeriesRef, labels.Labels, int64, *histogram.Histogram, *histogram.FloatHistogram) (storage.SeriesRef, error) {
	return 0, nil
}

func (nowhere) AppendHistogramSTZeroSample(storage.SeriesRef, labels.Labels, int64, int64, *histogram.Histogram, *histogram.FloatHistogram) (storage.SeriesRef, error) {
	return 0, nil
}

func (nowhere) AppendSTZeroSample(storage.SeriesRef, labels.Labels, int64, int64) (storage.SeriesRef, error) {
	return 0, nil
}

func (nowhere) UpdateMetadata(storage.SeriesRef, labels.Labels, metadata.Metadata) (storage.SeriesRef, error) {
	return 0, nil
}

func (nowhere) SetOptions(*storage.AppendOptions) {}
func (nowhere) Commit() error                     { return nil }
func (nowhere) Rollback() error                   { return nil }

// A remoteWritePeer is a server with the protocol it is spoken to in.
type remoteWritePeer struct {
	server  string
	version remotewrite.Version

	process *exec.Cmd
	url     string

	cpu        []time.Duration // for a sample, in the closed loop
	throughput []float64       // samples a second, in the closed loop
	p50, p99   []time.Duration // of a request, at the fixed rate
	resident   int64           // the largest at the fixed rate
	own        int64           // of it, without what is mapped from files
}

const (
	connections   = 4
	closedLoop    = 2 * time.Second
	fixedRate     = 3 * time.Second
	requestRate   = 50 // a second: 100,000 samples
	servedRounds  = 5
	clockTicks    = 100 // a second, of /proc
	warmupRequest = 50
)

// BenchmarkRemoteWriteServed measures, in turn and several rounds: 100,000 samples a
// second, for latency and at first for memory; and four senders in a closed loop, for
// throughput and processor time.
func BenchmarkRemoteWriteServed(b *testing.B) {
	peers := []*remoteWritePeer{
		{server: "sluice", version: remotewrite.V2},
		{server: "contrib", version: remotewrite.V2},
		{server: "prometheus", version: remotewrite.V2},
		{server: "sluice", version: remotewrite.V1},
		{server: "prometheus", version: remotewrite.V1},
		{server: "victoriametrics", version: remotewrite.V1},
	}
	for _, p := range peers {
		p.start(b)
		for range warmupRequest {
			require.NoError(b, p.post(http.DefaultClient))
		}
	}
	b.ResetTimer()
	for range servedRounds {
		for _, p := range peers {
			p.measureLatency(b)
			if p.resident == 0 {
				p.readMemory(b)
			}
			p.measureClosedLoop(b)
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "\n  %-22s %16s %16s %10s %10s %10s %10s", "", "CPU ns/sample", "samples/s", "P50", "P99", "RSS MiB", "own MiB")
	for _, p := range peers {
		fmt.Fprintf(&out, "\n  %-22s %16d %16.0f %10v %10v %10d %10d", fmt.Sprintf("%s, %d.0", p.server, p.version), middle(p.cpu).Nanoseconds(),
			middle(p.throughput), middle(p.p50).Round(10*time.Microsecond), middle(p.p99).Round(10*time.Microsecond), p.resident>>20, p.own>>20)
	}
	b.Log(out.String())
	b.ReportMetric(middle(peers[0].throughput)/middle(peers[1].throughput), "throughput/contrib")
	b.ReportMetric(float64(middle(peers[1].p99))/float64(middle(peers[0].p99)), "contrib-P99/ours")
}

func middle[T cmp.Ordered](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// start runs the server until the benchmark ends.
func (p *remoteWritePeer) start(b *testing.B) {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	address := l.Addr().String()
	require.NoError(b, l.Close())
	p.url = "http://" + address + "/api/v1/write"
	p.process = exec.Command(os.Args[0])
	p.process.Env = append(os.Environ(), serverEnv+"="+p.server+"@"+address)
	p.process.Stderr = os.Stderr
	stdin, err := p.process.StdinPipe()
	require.NoError(b, err)
	stdout, err := p.process.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, p.process.Start())
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(b, err)
	require.Equal(b, "ready\n", line)
	b.Cleanup(func() {
		_ = stdin.Close()
		_ = p.process.Wait()
	})
}

var remoteWriteBodies = map[remotewrite.Version]func() []byte{
	remotewrite.V1: sync.OnceValue(func() []byte {
		return remotewrite.Compress(nil, remotewritetest.V1(remotewritetest.Standard.TimeSeries(time.Now().UnixMilli())))
	}),
	remotewrite.V2: sync.OnceValue(func() []byte {
		return remotewrite.Compress(nil, remotewritetest.V2(remotewritetest.Standard.TimeSeries(time.Now().UnixMilli())))
	}),
}

func (p *remoteWritePeer) post(client *http.Client) error {
	r, err := http.NewRequest(http.MethodPost, p.url, bytes.NewReader(remoteWriteBodies[p.version]()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Encoding", "snappy")
	r.Header.Set("Content-Type", "application/x-protobuf")
	r.Header.Set("X-Prometheus-Remote-Write-Version", "0.1.0")
	if p.version == remotewrite.V2 {
		r.Header.Set("Content-Type", "application/x-protobuf;proto=io.prometheus.write.v2.Request")
		r.Header.Set("X-Prometheus-Remote-Write-Version", "2.0.0")
	}
	response, err := client.Do(r)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(response.Body)
	if response.StatusCode != http.StatusNoContent {
		err = fmt.Errorf("%s: %s %s", p.server, response.Status, text)
	}
	return errors.Join(err, response.Body.Close())
}

func newClient() *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections}}
}

func (p *remoteWritePeer) measureClosedLoop(b *testing.B) {
	b.Helper()
	client := newClient()
	defer client.CloseIdleConnections()
	var requests atomic.Int64
	var senders sync.WaitGroup
	before, started := p.cpuTime(b), time.Now()
	for range connections {
		senders.Go(func() {
			for time.Since(started) < closedLoop {
				if err := p.post(client); err != nil {
					b.Error(err)
					return
				}
				requests.Add(1)
			}
		})
	}
	senders.Wait()
	took := time.Since(started)
	samples := requests.Load() * int64(remotewritetest.Standard.Series)
	p.cpu = append(p.cpu, (p.cpuTime(b)-before)/time.Duration(samples))
	p.throughput = append(p.throughput, float64(samples)/took.Seconds())
}

// measureLatency counts from when a request was due, whether or not the sender was
// still busy with another.
func (p *remoteWritePeer) measureLatency(b *testing.B) {
	b.Helper()
	client := newClient()
	defer client.CloseIdleConnections()
	due := make(chan time.Time, requestRate*int(fixedRate/time.Second))
	var mu sync.Mutex
	var latencies []time.Duration
	var senders sync.WaitGroup
	for range connections {
		senders.Go(func() {
			for at := range due {
				if err := p.post(client); err != nil {
					b.Error(err)
				}
				mu.Lock()
				latencies = append(latencies, time.Since(at))
				mu.Unlock()
			}
		})
	}
	tick := time.NewTicker(time.Second / requestRate)
	for range cap(due) {
		due <- <-tick.C
	}
	tick.Stop()
	close(due)
	senders.Wait()
	slices.Sort(latencies)
	p.p50 = append(p.p50, latencies[len(latencies)/2])
	p.p99 = append(p.p99, latencies[len(latencies)*99/100])
}

// cpuTime is what the server has used so far.
func (p *remoteWritePeer) cpuTime(b *testing.B) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.process.Process.Pid))
	require.NoError(b, err)
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	user, err := strconv.Atoi(fields[11])
	require.NoError(b, err)
	system, err := strconv.Atoi(fields[12])
	require.NoError(b, err)
	return time.Duration(user+system) * time.Second / clockTicks
}

// readMemory takes the largest resident size so far, and what of it is not mapped from
// files: this program has the code of all peers.
func (p *remoteWritePeer) readMemory(b *testing.B) {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.process.Process.Pid))
	require.NoError(b, err)
	p.resident = statusBytes(b, string(status), "VmHWM:")
	p.own = p.resident - statusBytes(b, string(status), "RssFile:")
}

func statusBytes(b *testing.B, status, key string) int64 {
	b.Helper()
	_, rest, _ := strings.Cut(status, key)
	kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	require.NoError(b, err)
	return kib << 10
}
