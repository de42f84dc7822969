package remotewrite

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/exporter/remotewriteexporter"
)

// prometheus is a running Prometheus that takes remote write.
type prometheus struct {
	t   *testing.T
	url string
}

func startPrometheus(t *testing.T) prometheus {
	t.Helper()
	binary, err := exec.LookPath("prometheus")
	if err != nil {
		t.Skip("no prometheus in PATH (Debian package: prometheus): ", err)
	}
	dir, address := t.TempDir(), freeAddress(t)
	cmd := exec.Command(binary, "--config.file=/dev/null", "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+address,
		"--web.enable-remote-write-receiver", "--enable-feature=native-histograms,exemplar-storage")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(out.String())
		}
	})
	p := prometheus{t, "http://" + address}
	require.Eventually(t, func() bool {
		status, _ := p.get("/-/ready")
		return status == http.StatusOK
	}, 30*time.Second, 50*time.Millisecond)
	return p
}

func (p prometheus) get(path string) (status int, body []byte) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(p.t.Context()), 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+path, nil)
	require.NoError(p.t, err)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil
	}
	defer response.Body.Close()
	body, err = io.ReadAll(response.Body)
	require.NoError(p.t, err)
	return response.StatusCode, body
}

// query returns the single value of a query, 0 if there is none.
func (p prometheus) query(query string) float64 {
	p.t.Helper()
	status, body := p.get("/api/v1/query?query=" + url.QueryEscape(query))
	require.Equal(p.t, http.StatusOK, status, "%s: %s", query, body)
	var answer struct {
		Data struct {
			Result []struct{ Value [2]any }
		}
	}
	require.NoError(p.t, json.Unmarshal(body, &answer), "%s", body)
	if len(answer.Data.Result) == 0 {
		return 0
	}
	text, ok := answer.Data.Result[0].Value[1].(string)
	require.True(p.t, ok, "%s", body)
	v, err := strconv.ParseFloat(text, 64)
	require.NoError(p.t, err)
	return v
}

// proxy stands before a Prometheus; spoil may answer instead of it.
func (p prometheus) proxy(spoil func(http.ResponseWriter, *http.Request) bool) string {
	target, err := url.Parse(p.url)
	require.NoError(p.t, err)
	// Each request has its own connection: that keeps none for ever.
	forward := &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport: &http.Transport{DisableKeepAlives: true},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !spoil(w, r) {
			forward.ServeHTTP(w, r)
		}
	}))
	p.t.Cleanup(server.Close)
	return server.URL + "/api/v1/write"
}

// counters returns one point for each of n counters of a service.
func counters(n int, value float64, when time.Time) pmetric.Metrics {
	md := pmetric.NewMetrics()
	r := md.ResourceMetrics().AppendEmpty()
	r.Resource().Attributes().PutStr("service.name", "shop")
	r.Resource().Attributes().PutStr("service.instance.id", "1")
	r.Resource().Attributes().PutStr("k8s.pod.name", "p-1")
	m := r.ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	m.SetName("requests")
	m.SetDescription("Requests.")
	s := m.SetEmptySum()
	s.SetIsMonotonic(true)
	s.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	for i := range n {
		p := s.DataPoints().AppendEmpty()
		p.SetDoubleValue(value)
		p.SetTimestamp(pcommon.NewTimestampFromTime(when))
		p.Attributes().PutInt("n", int64(i))
	}
	return md
}

// Prometheus 2.42 does not know remote write 2.0 and answers it as if all were
// well; one in three requests fails. Every sample must be there, and Prometheus
// must not have seen one out of order.
func TestPrometheusHasEverySample(t *testing.T) {
	p := startPrometheus(t)
	var requests atomic.Int64
	endpoint := p.proxy(func(w http.ResponseWriter, _ *http.Request) bool {
		if requests.Add(1)%3 != 0 {
			return false
		}
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	})
	e := startExporter(t, endpoint, func(c *remotewriteexporter.Config) { c.Request.MaxSamples = 100 })
	const series, rounds = 500, 40
	begin := time.Now().Add(-rounds * time.Second)
	for i := range rounds {
		require.NoError(t, e.ConsumeMetrics(t.Context(), counters(series, float64(i), begin.Add(time.Duration(i)*time.Second))))
	}
	require.Eventually(t, func() bool { return p.query("sum(count_over_time(requests_total[5m]))") == series*rounds }, 60*time.Second, 100*time.Millisecond,
		"not all samples are there")
	assert.InDelta(t, series, p.query("count(requests_total)"), 0)
	assert.InDelta(t, series*(rounds-1), p.query(`sum(requests_total{job="shop", instance="1"})`), 0)
	assert.InDelta(t, 1, p.query(`count(target_info{k8s_pod_name="p-1"})`), 0)
	_, metrics := p.get("/metrics")
	assert.Contains(t, string(metrics), "prometheus_tsdb_out_of_order_samples_total{type=\"float\"} 0\n")
}

// Each kind of metric becomes something that Prometheus can query.
func TestPrometheusUnderstandsEveryType(t *testing.T) {
	p := startPrometheus(t)
	e := startExporter(t, p.url+"/api/v1/write", nil)
	md := pmetric.NewMetrics()
	r := md.ResourceMetrics().AppendEmpty()
	s := r.ScopeMetrics().AppendEmpty()
	for i, fill := range []func(view){
		func(v view) { gauge(v) }, func(v view) { exemplar(sum(v).Exemplars()) }, func(v view) { exemplar(histogram(v).Exemplars()) },
		func(v view) { exponential(v) }, func(v view) { summary(v) },
	} {
		m := s.Metrics().AppendEmpty()
		m.SetName(fmt.Sprint("probe", i))
		fill(view{m, r, s})
		stampAt(m, time.Now())
	}
	require.NoError(t, e.ConsumeMetrics(t.Context(), md))
	for query, want := range map[string]float64{
		"probe0":                                 1.5,
		"probe1_total":                           7,
		`probe2_bucket{le="1"}`:                  3,
		`probe2_bucket{le="+Inf"}`:               6,
		"probe2_sum":                             4.5,
		"histogram_quantile(0.5, probe2_bucket)": 1,
		"histogram_count(probe3)":                9,
		"histogram_sum(probe3)":                  2.5,
		`probe4{quantile="0.99"}`:                3,
		"probe4_count":                           4,
	} {
		assert.Eventually(t, func() bool { return p.query(query) == want }, 10*time.Second, 50*time.Millisecond, query)
	}
	status, body := p.get("/api/v1/query_exemplars?query=" + url.QueryEscape(`{__name__=~"probe.*"}`) + fmt.Sprintf("&start=%d&end=%d", at.Unix()-60, time.Now().Unix()+60))
	require.Equal(t, http.StatusOK, status)
	assert.Contains(t, string(body), `"trace_id":"01000000000000000000000000000000"`)
}
