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

// A real Prometheus scrapes a target that shows every type, is killed, and comes
// back. Two thirds of its batches end in the middle of the exposition.
func TestWhatPrometheusScrapesIsWhatComesOut(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for scrapes")
	}
	binary, err := exec.LookPath("prometheus")
	if err != nil {
		t.Skip("no prometheus in PATH (Debian package: prometheus): ", err)
	}
	for name, queue := range map[string]string{
		"one batch holds all":          "{min_shards: 1, max_shards: 1, batch_send_deadline: 1s}",
		"batches of seven":             "{min_shards: 1, max_shards: 1, max_samples_per_send: 7, capacity: 100, batch_send_deadline: 1s}",
		"four shards, batches of four": "{min_shards: 4, max_shards: 4, max_samples_per_send: 4, capacity: 100, batch_send_deadline: 1s}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
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
			startPrometheus(t, binary, target.Listener.Addr().String(), url, queue)

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

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

const prometheusConfig = `global: {scrape_interval: 1s}
scrape_configs:
  - job_name: app
    static_configs: [{targets: [%q]}]
remote_write:
  - url: %s/api/v1/write
    send_exemplars: true
    metadata_config: {send_interval: 1s}
    queue_config: %s
`

// startPrometheus runs Prometheus until the test ends.
func startPrometheus(t *testing.T, binary, target, url, queue string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "prometheus.yml")
	require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, prometheusConfig, target, url, queue), 0o600))
	cmd := exec.Command(binary, "--config.file="+file, "--storage.tsdb.path="+filepath.Join(dir, "data"),
		"--web.listen-address="+freeAddress(t), "--enable-feature=exemplar-storage")
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
