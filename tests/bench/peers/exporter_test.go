package peers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/prometheusremotewriteexporter"
	remoteapi "github.com/prometheus/client_golang/exp/api/remote"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/featuregate"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/exporter/remotewriteexporter"
	"github.com/sluice-otel/sluice/wire/remotewrite"
	"github.com/sluice-otel/sluice/wire/remotewrite/remotewritetest"
)

// An exportPeer is an exporter of remote write as its defaults have it, but for the
// version of the protocol.
type exportPeer struct {
	name   string
	create func(url string, queue bool) (exporter.Metrics, error)

	cpu, allocs, bytes []float64 // for a data point
}

var exportPeers = []*exportPeer{
	{name: "sluice, 2.0", create: sluiceExporter(remotewriteexporter.Protocol2)},
	{name: "contrib, 2.0", create: contribExporter(remoteapi.WriteV2MessageType)},
	{name: "sluice, 1.0", create: sluiceExporter(remotewriteexporter.Protocol1)},
	{name: "contrib, 1.0", create: contribExporter(remoteapi.WriteV1MessageType)},
}

func sluiceExporter(protocol remotewriteexporter.Protocol) func(string, bool) (exporter.Metrics, error) {
	return func(url string, queue bool) (exporter.Metrics, error) {
		f := remotewriteexporter.NewFactory()
		cfg := f.CreateDefaultConfig().(*remotewriteexporter.Config)
		cfg.Endpoint, cfg.Protocol = url, protocol
		if !queue {
			cfg.Queue = configoptional.None[exporterhelper.QueueBatchConfig]()
		}
		return f.CreateMetrics(context.Background(), exportertest.NewNopSettings(f.Type()), cfg)
	}
}

func contribExporter(protocol remoteapi.WriteMessageType) func(string, bool) (exporter.Metrics, error) {
	return func(url string, queue bool) (exporter.Metrics, error) {
		// Without it contrib's exporter has no 2.0.
		gate := featuregate.GlobalRegistry().Set("exporter.prometheusremotewritexporter.enableSendingRW2", true)
		f := prometheusremotewriteexporter.NewFactory()
		cfg := f.CreateDefaultConfig().(*prometheusremotewriteexporter.Config)
		cfg.ClientConfig.Endpoint, cfg.RemoteWriteProtoMsg = url, protocol
		cfg.SendMetadata = true // ours does
		cfg.RemoteWriteQueue.Enabled = queue
		e, err := f.CreateMetrics(context.Background(), exportertest.NewNopSettings(f.Type()), cfg)
		return e, errors.Join(gate, err)
	}
}

const (
	exportBatches  = 12 // in a round
	exportedPoints = 8000
)

// BenchmarkRemoteWriteExported measures what a data point costs the process of an
// exporter, from a batch of 8,000 to the answers of a sink in a process of its own:
// processor time, garbage collection included, and what is allocated. The exporters
// work in turn, several rounds.
func BenchmarkRemoteWriteExported(b *testing.B) {
	sink := &remoteWritePeer{server: "sink"}
	sink.start(b)
	batch := fleet(exportedPoints/100, testStart)
	require.Equal(b, exportedPoints, batch.DataPointCount())
	exporters := make([]exporter.Metrics, len(exportPeers))
	for i, p := range exportPeers {
		exporters[i] = startPeer(b, p, sink.url, false)
		require.NoError(b, exporters[i].ConsumeMetrics(b.Context(), batch))
	}
	b.ResetTimer()
	for range rounds {
		for i, p := range exportPeers {
			p.measure(b, exporters[i], batch)
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "\n  %-16s %14s %14s %14s", "", "CPU ns/point", "allocs/point", "bytes/point")
	for _, p := range exportPeers {
		fmt.Fprintf(&out, "\n  %-16s %14.0f %14.2f %14.0f", p.name, middle(p.cpu), middle(p.allocs), middle(p.bytes))
	}
	b.Log(out.String())
	b.ReportMetric(middle(exportPeers[1].cpu)/middle(exportPeers[0].cpu), "contrib-2.0-CPU/ours")
	b.ReportMetric(middle(exportPeers[3].cpu)/middle(exportPeers[2].cpu), "contrib-1.0-CPU/ours")
}

func startPeer(b *testing.B, p *exportPeer, url string, queue bool) exporter.Metrics {
	b.Helper()
	e, err := p.create(url, queue)
	require.NoError(b, err)
	require.NoError(b, e.Start(b.Context(), componenttest.NewNopHost()))
	if !queue {
		b.Cleanup(func() { require.NoError(b, e.Shutdown(context.Background())) })
	}
	return e
}

func (p *exportPeer) measure(b *testing.B, e exporter.Metrics, batch pmetric.Metrics) {
	b.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	begin := ownCPU(b)
	for range exportBatches {
		require.NoError(b, e.ConsumeMetrics(b.Context(), batch))
	}
	took := ownCPU(b) - begin
	runtime.ReadMemStats(&after)
	const points = exportBatches * exportedPoints
	p.cpu = append(p.cpu, float64(took.Nanoseconds())/points)
	p.allocs = append(p.allocs, float64(after.Mallocs-before.Mallocs)/points)
	p.bytes = append(p.bytes, float64(after.TotalAlloc-before.TotalAlloc)/points)
}

// ownCPU is what this process has used so far.
func ownCPU(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// sinkHandler takes everything and says that all of it was written.
func sinkHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("X-Prometheus-Remote-Write-Samples-Written", strconv.Itoa(math.MaxInt32))
		w.WriteHeader(http.StatusNoContent)
	})
}

var testStart = time.UnixMilli(1_700_000_000_000)

// fleet is so many targets with 100 counters each, nine attributes at a point.
func fleet(targets int, at time.Time) pmetric.Metrics {
	md := pmetric.NewMetrics()
	for target := range targets {
		r := md.ResourceMetrics().AppendEmpty()
		a := r.Resource().Attributes()
		a.PutStr("service.name", "shop")
		a.PutStr("service.instance.id", fmt.Sprintf("10.0.0.%d:8080", target))
		a.PutStr("k8s.pod.name", fmt.Sprintf("shop-%d", target))
		metrics := r.ScopeMetrics().AppendEmpty().Metrics()
		for family := range 10 {
			m := metrics.AppendEmpty()
			m.SetName(fmt.Sprintf("http.requests.%d", family))
			m.SetDescription("Requests.")
			s := m.SetEmptySum()
			s.SetIsMonotonic(true)
			s.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
			for i := range 10 {
				p := s.DataPoints().AppendEmpty()
				p.SetDoubleValue(float64(i))
				p.SetTimestamp(pcommon.NewTimestampFromTime(at))
				p.SetStartTimestamp(pcommon.NewTimestampFromTime(testStart))
				p.Attributes().PutStr("series", strconv.Itoa(i))
				for label := range 8 {
					p.Attributes().PutStr(fmt.Sprintf("label.%d", label), fmt.Sprintf("value-%d-%d", label, i%(label+1)))
				}
			}
		}
	}
	return md
}

const (
	trouble      = 15 * time.Second
	offeredFor   = 20 * time.Second
	slowAnswer   = 6 * time.Second
	drainAtMost  = 2 * time.Minute
	batchTargets = 5 // 500 points a second
)

// A weakness is a way to be a bad backend.
type weakness struct {
	name   string
	answer func() remotewritetest.Answer
}

var weaknesses = []weakness{
	{"answers after 6 s", func() remotewritetest.Answer {
		wait := make(chan struct{})
		time.AfterFunc(slowAnswer, func() { close(wait) })
		return remotewritetest.Answer{Wait: wait}
	}},
	{"503", func() remotewritetest.Answer { return remotewritetest.Answer{Status: http.StatusServiceUnavailable} }},
	{"429 with Retry-After: 2", func() remotewritetest.Answer {
		return remotewritetest.Answer{Status: http.StatusTooManyRequests, RetryAfter: "2"}
	}},
}

// BenchmarkRemoteWriteDelivered offers both exporters, with the settings they come
// with, 500 data points a second for 20 s, to a backend that is weak for the first 15
// of them and then is not, and waits for what is still to come. Nothing that they have
// accepted need be lost, because the queues of both hold all of it.
func BenchmarkRemoteWriteDelivered(b *testing.B) {
	peers := exportPeers[2:] // 1.0, which contrib sends by default
	shares := make([][]float64, len(weaknesses))
	requests := make([][]int, len(weaknesses))
	var running sync.WaitGroup
	for i, w := range weaknesses {
		shares[i], requests[i] = make([]float64, len(peers)), make([]int, len(peers))
		for j, p := range peers {
			running.Go(func() { shares[i][j], requests[i][j] = delivered(b, p, w) })
		}
	}
	running.Wait()
	var out strings.Builder
	fmt.Fprintf(&out, "\n  %-34s", "")
	for _, p := range peers {
		fmt.Fprintf(&out, " %12s %9s", p.name, "requests")
	}
	for i, w := range weaknesses {
		fmt.Fprintf(&out, "\n  %-34s", w.name)
		for j := range peers {
			fmt.Fprintf(&out, " %11.1f%% %9d", 100*shares[i][j], requests[i][j])
		}
	}
	b.Log(out.String())
	b.ReportMetric(shares[0][0], "ours-delivered")
	b.ReportMetric(shares[0][1], "contrib-delivered")
}

// delivered is the share of the accepted data points that the backend has taken, and
// how many requests that took.
func delivered(b *testing.B, p *exportPeer, w weakness) (share float64, requests int) {
	b.Helper()
	begin := time.Now()
	backend := remotewritetest.NewBackend(func(r *remotewritetest.Received) remotewritetest.Answer {
		r.Broken = "" // contrib sends series in no order; that is not what this is about
		if time.Since(begin) < trouble {
			return w.answer()
		}
		return remotewritetest.Answer{}
	})
	defer backend.Close()
	e := startPeer(b, p, backend.URL, true)
	accepted := 0
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for at := range tick.C {
		batch := fleet(batchTargets, at)
		n := batch.DataPointCount()
		if e.ConsumeMetrics(b.Context(), batch) == nil {
			accepted += n
		}
		if at.Sub(begin) > offeredFor {
			break
		}
	}
	// Both send what waits when they are stopped.
	stopping, cancel := context.WithTimeout(context.Background(), drainAtMost)
	defer cancel()
	require.NoError(b, e.Shutdown(stopping))
	received := backend.Received()
	return float64(distinct(received)) / float64(accepted), len(received)
}

// distinct counts the samples of counters that were accepted, each once.
func distinct(received []remotewritetest.Received) int {
	seen := map[string]struct{}{}
	for _, r := range received {
		if r.Answer.Status/100 != 2 {
			continue
		}
		for _, s := range r.Series {
			if nameOf(s) == "target_info" {
				continue
			}
			for _, sample := range s.Samples {
				seen[fmt.Sprint(s.Labels, sample.Timestamp)] = struct{}{}
			}
		}
	}
	return len(seen)
}

func nameOf(s remotewrite.TimeSeries) string {
	for _, l := range s.Labels {
		if l.Name == "__name__" {
			return l.Value
		}
	}
	return ""
}
