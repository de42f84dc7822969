package remotewritereceiver

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
)

// exposition is what the target shows: every type that OpenMetrics has.
const exposition = `# TYPE app_requests counter
# HELP app_requests Requests.
# UNIT app_requests requests
app_requests_total{code="200"} 17.0 # {trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b9c7c989f97918e1"} 1.0
app_requests_total{code="500"} 3.0
# TYPE app_temperature_celsius gauge
# UNIT app_temperature_celsius celsius
app_temperature_celsius{room="größe"} 21.5
# TYPE app_latency_seconds histogram
# UNIT app_latency_seconds seconds
# HELP app_latency_seconds Time.
app_latency_seconds_bucket{path="/",le="0.1"} 2.0 # {trace_id="abc"} 0.05
app_latency_seconds_bucket{path="/",le="0.5"} 5.0
app_latency_seconds_bucket{path="/",le="+Inf"} 7.0
app_latency_seconds_sum{path="/"} 4.25
app_latency_seconds_count{path="/"} 7.0
# TYPE app_size_bytes summary
# UNIT app_size_bytes bytes
app_size_bytes{quantile="0.5"} 100.0
app_size_bytes{quantile="0.99"} NaN
app_size_bytes_sum 1000.0
app_size_bytes_count 9.0
# TYPE app_build info
app_build_info{version="1.2.3"} 1.0
# TYPE app_state stateset
app_state{app_state="starting"} 0.0
app_state{app_state="ready"} 1.0
# TYPE app_odd unknown
app_odd 7.0
# TYPE target info
target_info{k8s_pod_name="p-1"} 1.0
# EOF
`

// What must come out of the pipeline, every series of it.
var exposed = []string{
	`gauge app_odd (unknown) {} 7`,
	`gauge app_temperature_celsius (gauge) in Cel {room="größe"} 21.5`,
	`histogram app_latency_seconds (histogram) "Time." in s {path="/"} count=7 sum=4.25 [2 3 2]<[0.1 0.5]`,
	`sum+ app_requests_total (counter) "Requests." in requests {code="200"} 17`,
	`sum+ app_requests_total (counter) "Requests." in requests {code="500"} 3`,
	`summary app_size_bytes (summary) in By {} count=9 sum=1000 q0.5=100 q0.99=NaN`,
	`sum± app_build_info (info) {version="1.2.3"} 1`,
	`sum± app_state (stateset) {app_state="ready"} 1`,
	`sum± app_state (stateset) {app_state="starting"} 0`,
}

// The end of every series, as Prometheus marks it when it cannot reach the target.
var ended = []string{
	`gauge app_odd (unknown) {} stale`,
	`gauge app_temperature_celsius (gauge) in Cel {room="größe"} stale`,
	`histogram app_latency_seconds (histogram) "Time." in s {path="/"} stale`,
	`sum+ app_requests_total (counter) "Requests." in requests {code="200"} stale`,
	`sum+ app_requests_total (counter) "Requests." in requests {code="500"} stale`,
	`summary app_size_bytes (summary) in By {} stale`,
	`sum± app_build_info (info) {version="1.2.3"} stale`,
	`sum± app_state (stateset) {app_state="ready"} stale`,
	`sum± app_state (stateset) {app_state="starting"} stale`,
}

// A senderCase is a real sender in one of its configurations.
type senderCase struct {
	program string // in PATH, or built by tests/senders.sh
	args    []string
	write   string // settings of its remote_write
}

var senderCases = map[string]senderCase{
	"Prometheus 1.0, one batch holds all": {
		program: "prometheus",
		args:    []string{"--enable-feature=exemplar-storage"},
		write:   "queue_config: {min_shards: 1, max_shards: 1, batch_send_deadline: 1s}",
	},
	"Prometheus 1.0, batches of seven": {
		program: "prometheus",
		args:    []string{"--enable-feature=exemplar-storage"},
		write:   "queue_config: {min_shards: 1, max_shards: 1, max_samples_per_send: 7, capacity: 100, batch_send_deadline: 1s}",
	},
	"Prometheus 1.0, four shards, batches of four": {
		program: "prometheus",
		args:    []string{"--enable-feature=exemplar-storage"},
		write:   "queue_config: {min_shards: 4, max_shards: 4, max_samples_per_send: 4, capacity: 100, batch_send_deadline: 1s}",
	},
	"Prometheus 2.0 with metadata and start times": {
		program: senders + "/prometheus",
		args:    []string{"--enable-feature=exemplar-storage,metadata-wal-records,xor2-encoding,st-storage"},
		write:   "protobuf_message: io.prometheus.write.v2.Request, queue_config: {min_shards: 1, max_shards: 1, batch_send_deadline: 1s}",
	},
	"Prometheus 2.0, two shards, batches of seven": {
		program: senders + "/prometheus",
		args:    []string{"--enable-feature=exemplar-storage,metadata-wal-records"},
		write:   "protobuf_message: io.prometheus.write.v2.Request, queue_config: {min_shards: 2, max_shards: 2, max_samples_per_send: 7, capacity: 100, batch_send_deadline: 1s}",
	},
}

// senders stands for the folder that tests/senders.sh fills.
const senders = "$SENDERS"

// find returns the path of a program, or skips the test.
func find(t *testing.T, program string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("waits for scrapes")
	}
	if name, ok := strings.CutPrefix(program, senders); ok {
		dir := os.Getenv("SENDERS")
		if dir == "" {
			cache, err := os.UserCacheDir()
			require.NoError(t, err)
			dir = filepath.Join(cache, "sluice", "senders")
		}
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err != nil {
			t.Skip("not built by tests/senders.sh: ", err)
		}
		return path
	}
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skip("not installed (Debian has a package of this name): ", err)
	}
	return path
}

// A real Prometheus scrapes a target that shows every type, is killed, and comes
// back. Most batches end in the middle of a histogram.
func TestWhatPrometheusScrapesIsWhatComesOut(t *testing.T) {
	for name, c := range senderCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			binary := find(t, c.program)
			sink := &consumertest.MetricsSink{}
			_, url := start(t, nil, sink)
			var down atomic.Bool
			target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if down.Load() {
					http.Error(w, "killed", http.StatusServiceUnavailable)
					return
				}
				w.Header().Set("Content-Type", "application/openmetrics-text; version=1.0.0; charset=utf-8")
				_, _ = w.Write([]byte(exposition))
			}))
			defer target.Close()
			startPrometheus(t, binary, c.args, fmt.Sprintf(prometheusConfig, "", target.Listener.Addr(), url, c.write))

			waitFor(t, sink, exposed)
			waitFor(t, sink, []string{
				`! {trace_id="abc"} 0.05`,
				`! {} 1 trace=0af7651916cd43dd8448eb211c80319c span=b9c7c989f97918e1`,
			})
			sink.Reset()
			down.Store(true)
			waitFor(t, sink, ended)
			assert.Empty(t, singleParts(sink), "once types are known there are no single parts of histograms")
			sink.Reset()
			down.Store(false)
			waitFor(t, sink, exposed)
			assert.Empty(t, singleParts(sink))
			resources := sink.AllMetrics()[0].ResourceMetrics()
			assert.Equal(t, `{k8s_pod_name="p-1",service.name="app",service.instance.id="`+target.Listener.Addr().String()+`"}`,
				dumpMap(resources.At(resources.Len()-1).Resource().Attributes()))
		})
	}
}

// Native histograms, and classic ones that Prometheus makes native ones with bounds
// of their own.
func TestNativeHistogramsThatPrometheusScrapes(t *testing.T) {
	for name, message := range map[string]string{"1.0": "prometheus.WriteRequest", "2.0": "io.prometheus.write.v2.Request"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			binary := find(t, senders+"/prometheus")
			registry := prometheus.NewRegistry()
			native := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "app_native", Help: "Native.", NativeHistogramBucketFactor: 2})
			classic := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "app_classic", Buckets: []float64{1, 2, 5}})
			registry.MustRegister(native, classic)
			for _, v := range []float64{-3, 0, 0.5, 1, 3, 3.5, 100} {
				native.Observe(v)
				classic.Observe(v)
			}
			target := httptest.NewServer(promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
			defer target.Close()
			sink := &consumertest.MetricsSink{}
			_, url := start(t, nil, sink)
			startPrometheus(t, binary, []string{"--enable-feature=metadata-wal-records"}, fmt.Sprintf(prometheusConfig,
				"scrape_native_histograms: true, convert_classic_histograms_to_nhcb: true,", target.Listener.Addr(), url,
				"send_native_histograms: true, protobuf_message: "+message))
			want := []string{`exponentialhistogram app_native (histogram) "Native." {} count=7 sum=105 scale=0 zero=1≤2.938735877055719e-39 pos=-2:[1 1 0 2 0 0 0 0 1] neg=1:[1]`}
			if name == "2.0" { // Prometheus does not send the others in 1.0
				want = append(want, `histogram app_classic (histogram) {} count=7 sum=105 [4 0 2 1]<[1 2 5]`)
			}
			waitFor(t, sink, want)
		})
	}
}

// vmagent first speaks a protocol of its own, and falls back when it is told that
// it is not understood.
func TestVmagentFallsBackAndIsUnderstood(t *testing.T) {
	binary := find(t, senders+"/vmagent")
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("# TYPE app_requests_total counter\napp_requests_total{code=\"200\"} 17\n"))
	}))
	defer target.Close()
	sink := &consumertest.MetricsSink{}
	_, url := start(t, func(c *Config) { c.TypeInference = InferSuffix }, sink)
	file := filepath.Join(t.TempDir(), "scrape.yml")
	require.NoError(t, os.WriteFile(file, fmt.Appendf(nil,
		"global: {scrape_interval: 1s}\nscrape_configs: [{job_name: app, static_configs: [{targets: [%q]}]}]\n", target.Listener.Addr()), 0o600))
	run(t, binary, "-promscrape.config="+file, "-remoteWrite.url="+url+"/api/v1/write", "-remoteWrite.flushInterval=200ms",
		"-remoteWrite.tmpDataPath="+t.TempDir(), "-httpListenAddr="+freeAddress(t))
	waitFor(t, sink, []string{`sum+ app_requests_total (counter) {code="200"} 17`})
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

const prometheusConfig = `
global: {scrape_interval: 1s}
scrape_configs: [{job_name: app, %s static_configs: [{targets: [%q]}]}]
remote_write: [{url: %s/api/v1/write, send_exemplars: true, metadata_config: {send_interval: 1s}, %s}]
`

// startPrometheus runs Prometheus until the test ends.
func startPrometheus(t *testing.T, binary string, args []string, config string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "prometheus.yml")
	require.NoError(t, os.WriteFile(file, []byte(config), 0o600))
	run(t, binary, append(args, "--config.file="+file, "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+freeAddress(t))...)
}

// run runs a program until the test ends.
func run(t *testing.T, binary string, args ...string) {
	t.Helper()
	cmd := exec.Command(binary, args...)
	var out syncBuffer
	cmd.Stdout, cmd.Stderr = &out, &out
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(out.String())
		}
	})
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// waitFor waits until the sink has seen every one of the lines.
func waitFor(t *testing.T, sink *consumertest.MetricsSink, want []string) {
	t.Helper()
	var missing []string
	ok := assert.Eventually(t, func() bool {
		seen := received(sink)
		missing = slices.DeleteFunc(slices.Clone(want), func(line string) bool { return seen[line] })
		return len(missing) == 0
	}, 60*time.Second, 100*time.Millisecond)
	if !ok {
		var seen []string
		for line := range received(sink) {
			seen = append(seen, line)
		}
		slices.Sort(seen)
		require.Fail(t, "not seen", "missing:\n%s\nseen:\n%s", strings.Join(missing, "\n"), strings.Join(seen, "\n"))
	}
}

// received returns a line for every data point, with its metric but without its
// time, and for every exemplar.
func received(sink *consumertest.MetricsSink) map[string]bool {
	seen := map[string]bool{}
	for _, batch := range sink.AllMetrics() {
		metric := ""
		for line := range strings.Lines(dump(batch)) {
			trimmed := strings.TrimSpace(line)
			at := strings.LastIndexByte(trimmed, '@')
			switch {
			case strings.HasPrefix(line, "    !"):
				end := strings.IndexByte(trimmed[at:]+" ", ' ')
				seen[trimmed[:at]+(trimmed + " ")[at+end:len(trimmed)]] = true
			case strings.HasPrefix(line, "   "):
				seen[metric+" "+trimmed[:at]] = true
			case strings.HasPrefix(line, "  "):
				metric = trimmed
			}
		}
	}
	return seen
}

// singleParts returns parts of histograms and summaries that came as metrics of their own.
func singleParts(sink *consumertest.MetricsSink) (out []string) {
	for line := range received(sink) {
		for _, part := range []string{"app_latency_seconds_", "app_size_bytes_"} {
			if strings.Contains(line, part) {
				out = append(out, line)
			}
		}
	}
	return out
}
