package remotewriteexporter

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/sluice-otel/sluice/exporter/remotewriteexporter/internal/metadata"
	"github.com/sluice-otel/sluice/exporter/remotewriteexporter/internal/metadatatest"
	"github.com/sluice-otel/sluice/internal/bytesize"
	"github.com/sluice-otel/sluice/wire/remotewrite"
	"github.com/sluice-otel/sluice/wire/remotewrite/remotewritetest"
)

// one sends a batch of one point through one shard.
func one(c *Config) { c.Shards = 1 }

func TestRequestSaysWhatItIs(t *testing.T) {
	for protocol, want := range map[Protocol]map[string]string{
		Protocol1: {"Content-Type": "application/x-protobuf", versionHeader: "0.1.0"},
		Protocol2: {"Content-Type": "application/x-protobuf;proto=io.prometheus.write.v2.Request", versionHeader: "2.0.0"},
	} {
		t.Run(string(protocol), func(t *testing.T) {
			b := newBackend(t, nil)
			set := exportertest.NewNopSettings(metadata.Type)
			set.BuildInfo.Command, set.BuildInfo.Version = "sluice", "1.2.3"
			e := startWith(t, b.URL, set, func(c *Config) { c.Protocol = protocol })
			require.NoError(t, e.ConsumeMetrics(t.Context(), counter(1, 1, testTime)))
			got := sends(t, b, 1)[0]
			require.Empty(t, got.Broken)
			require.Len(t, got.Series, 1)
			for name, value := range want {
				assert.Equal(t, value, got.Header.Get(name))
			}
			assert.Equal(t, "snappy", got.Header.Get("Content-Encoding"))
			assert.Equal(t, "sluice/1.2.3", got.Header.Get("User-Agent"))
			assert.Empty(t, got.Header.Get("Retry-Attempt"))
		})
	}
}

// What is tried again, in which form, and what is not.
func TestAnswersDecideWhetherIsTriedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		statuses []int
		protocol Protocol
		versions []remotewrite.Version // of the requests that must be sent, and no other
	}{
		"200 is done":                             {[]int{200}, Protocol2, []remotewrite.Version{2}},
		"204 is done":                             {[]int{204}, Protocol2, []remotewrite.Version{2}},
		"500 is tried again":                      {[]int{500, 500}, Protocol2, []remotewrite.Version{2, 2, 2}},
		"503 is tried again as 1.0":               {[]int{503}, Protocol1, []remotewrite.Version{1, 1}},
		"429 is tried again":                      {[]int{429, 429}, Protocol2, []remotewrite.Version{2, 2, 2}},
		"400 is given up":                         {[]int{400}, Protocol2, []remotewrite.Version{2}},
		"401 is given up":                         {[]int{401}, Protocol2, []remotewrite.Version{2}},
		"404 is given up":                         {[]int{404}, Protocol2, []remotewrite.Version{2}},
		"413 is given up":                         {[]int{413}, Protocol2, []remotewrite.Version{2}},
		"302 is given up":                         {[]int{302}, Protocol2, []remotewrite.Version{2}},
		"415 to 1.0 is given up":                  {[]int{415}, Protocol1, []remotewrite.Version{1}},
		"415 to 2.0 is given up":                  {[]int{415}, Protocol2, []remotewrite.Version{2}},
		"415 is negotiated":                       {[]int{415}, ProtocolAuto, []remotewrite.Version{2, 1}},
		"415 to both is given up":                 {[]int{415, 415}, ProtocolAuto, []remotewrite.Version{2, 1}},
		"415, then 503 is tried again as 1.0":     {[]int{415, 503}, ProtocolAuto, []remotewrite.Version{2, 1, 1}},
		"503 before 415 is not a negotiation yet": {[]int{503, 415}, ProtocolAuto, []remotewrite.Version{2, 2, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBackend(t, statuses(c.statuses...))
			e := start(t, b.URL, func(cfg *Config) { cfg.Shards, cfg.Protocol = 1, c.protocol })
			require.NoError(t, e.ConsumeMetrics(t.Context(), counter(1, 5, testTime)))
			sends(t, b, len(c.versions))
			// What comes next shows that nothing else has been tried before it.
			require.NoError(t, e.ConsumeMetrics(t.Context(), counter(1, 6, testTime.Add(time.Second))))
			received := sends(t, b, len(c.versions)+1)
			for i, version := range c.versions {
				assert.Equal(t, version, received[i].Version, i)
				require.Len(t, received[i].Series, 1)
				assert.InDelta(t, 5, received[i].Series[0].Samples[0].Value, 0)
			}
			assert.InDelta(t, 6, received[len(c.versions)].Series[0].Samples[0].Value, 0)
		})
	}
}

func TestNoAnswerIsTriedAgain(t *testing.T) {
	var hangUp atomic.Int32
	b := newBackend(t, nil)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hangUp.Add(1) <= 2 {
			panic(http.ErrAbortHandler)
		}
		http.Redirect(w, r, b.URL, http.StatusTemporaryRedirect)
	}))
	defer proxy.Close()
	e := start(t, proxy.URL, one)
	require.NoError(t, e.ConsumeMetrics(t.Context(), counter(1, 1, testTime)))
	assert.Len(t, samplesOf(sends(t, b, 1)), 1)
	assert.EqualValues(t, 3, hangUp.Load())
}

// A redirection is followed if it is the same request that arrives, and on the same
// host; else it is an answer like any other.
func TestOnlyARedirectionOfTheWholeRequestIsFollowed(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		host   string
		want   int // requests
	}{
		"307 on the same host":  {307, "127.0.0.1", 1},
		"308 on the same host":  {308, "127.0.0.1", 1},
		"308 to another host":   {308, "localhost", 0},
		"302 would make a GET":  {302, "127.0.0.1", 0},
		"301 would make a GET":  {301, "127.0.0.1", 0},
		"303 would make a GET":  {303, "127.0.0.1", 0},
		"300 leads to nowhere":  {300, "127.0.0.1", 0},
		"308 round in a circle": {308, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t, nil)
			var requests atomic.Int32
			front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				requests.Add(1)
				to := strings.Replace(b.URL, "127.0.0.1", c.host, 1)
				if c.host == "" {
					to = "/again"
				}
				w.Header().Set("Location", to)
				w.WriteHeader(c.status)
			}))
			defer front.Close()
			e := start(t, front.URL, one)
			require.NoError(t, e.ConsumeMetrics(t.Context(), counter(1, 1, testTime)))
			require.NoError(t, e.Shutdown(t.Context()))
			assert.Positive(t, requests.Load())
			require.Len(t, b.Received(), c.want)
			if c.want > 0 {
				assert.Empty(t, b.Received()[0].Broken)
				assert.Len(t, samplesOf(b.Received()), 1)
			}
		})
	}
}

// The server closes its connections after each answer and announces it with GOAWAY
// while other requests are under way; nothing is lost and nothing comes twice.
func TestClosingOfHTTP2ConnectionsLosesNothing(t *testing.T) {
	b := newBackend(t, nil)
	target, err := url.Parse(b.URL)
	require.NoError(t, err)
	forward := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: target.Scheme, Host: target.Host})
	var protocol atomic.Int32
	front := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protocol.Store(int32(r.ProtoMajor))
		w.Header().Set("Connection", "close") // of HTTP/2: GOAWAY
		forward.ServeHTTP(w, r)
	}))
	front.EnableHTTP2 = true
	front.StartTLS()
	defer front.Close()
	e := start(t, front.URL+target.Path, func(c *Config) {
		c.Shards, c.Request.MaxSamples, c.TLS.InsecureSkipVerify = 4, 5, true
	})
	const series, rounds = 50, 20
	for i := range rounds {
		require.NoError(t, e.ConsumeMetrics(t.Context(), counter(series, float64(i), testTime.Add(time.Duration(i)*time.Second))))
	}
	require.NoError(t, e.Shutdown(t.Context()))
	assert.EqualValues(t, 2, protocol.Load())
	got := samplesOf(b.Received())
	require.Len(t, got, series)
	for key, values := range got {
		assert.Len(t, values, rounds, key)
		assert.True(t, slices.IsSorted(values), key)
	}
}

// A connection of HTTP/2 whose other end has silently gone is given up, though nobody
// closes it: requests that share it would time out for ever.
func TestSilentHTTP2ConnectionIsGivenUp(t *testing.T) {
	b := newBackend(t, nil)
	target, err := url.Parse(b.URL)
	require.NoError(t, err)
	front := httptest.NewUnstartedServer(httputil.NewSingleHostReverseProxy(&url.URL{Scheme: target.Scheme, Host: target.Host}))
	front.EnableHTTP2 = true
	front.StartTLS()
	defer front.Close()
	network := newSilentNetwork(t, front.Listener.Addr().String())
	e := start(t, "https://"+network.address+target.Path, func(c *Config) {
		c.Shards, c.TLS.InsecureSkipVerify = 1, true
		c.Timeout = 200 * time.Millisecond
		c.HTTP2ReadIdleTimeout, c.HTTP2PingTimeout = 100*time.Millisecond, 100*time.Millisecond
	})
	require.NoError(t, e.ConsumeMetrics(t.Context(), counter(1, 1, testTime)))
	sends(t, b, 1)
	network.silence()
	require.NoError(t, e.ConsumeMetrics(t.Context(), counter(1, 2, testTime.Add(time.Second))))
	sends(t, b, 2)
	assert.GreaterOrEqual(t, network.connections.Load(), int32(2))
}

// A silentNetwork forwards connections until it is silenced: those that are open then
// stay open and carry nothing any more, and new ones work.
type silentNetwork struct {
	address     string
	connections atomic.Int32
	mu          sync.Mutex
	silent      chan struct{} // closed for the connections that are open
}

func newSilentNetwork(t *testing.T, to string) *silentNetwork {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	n := &silentNetwork{address: l.Addr().String(), silent: make(chan struct{})}
	var forwarding sync.WaitGroup
	var open []net.Conn
	forwarding.Go(func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			n.connections.Add(1)
			back, err := (&net.Dialer{}).DialContext(context.WithoutCancel(t.Context()), "tcp", to)
			if err != nil {
				_ = from.Close()
				continue
			}
			n.mu.Lock()
			silent := n.silent
			open = append(open, from, back)
			n.mu.Unlock()
			forwarding.Go(func() { forward(back, from, silent) })
			forwarding.Go(func() { forward(from, back, silent) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		n.mu.Lock()
		for _, c := range open {
			_ = c.Close()
		}
		n.mu.Unlock()
		forwarding.Wait()
	})
	return n
}

// forward copies until the connection is silent, and then only reads.
func forward(to io.Writer, from io.Reader, silent <-chan struct{}) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		select {
		case <-silent:
		default:
			_, _ = to.Write(buffer[:n])
		}
	}
}

func (n *silentNetwork) silence() {
	n.mu.Lock()
	defer n.mu.Unlock()
	close(n.silent)
	n.silent = make(chan struct{})
}

// Each shard has a connection and keeps it.
func TestConnectionsAreKept(t *testing.T) {
	b := newBackend(t, nil)
	target, err := url.Parse(b.URL)
	require.NoError(t, err)
	network := newSilentNetwork(t, target.Host)
	e := start(t, "http://"+network.address+target.Path, func(c *Config) { c.Shards, c.Request.MaxSamples = 8, 5 })
	for i := range 20 {
		require.NoError(t, e.ConsumeMetrics(t.Context(), counter(80, float64(i), testTime.Add(time.Duration(i)*time.Second))))
	}
	require.NoError(t, e.Shutdown(t.Context()))
	assert.Len(t, samplesOf(b.Received()), 80)
	// One that is being made while another becomes free is one too many.
	assert.LessOrEqual(t, network.connections.Load(), int32(24))
}

// A refused request of 2.0 may have been written in part, and then the backend says
// how much of it.
func TestWhatARefusedRequestHasWrittenIsCounted(t *testing.T) {
	tel := componenttest.NewTelemetry()
	core, logs := observer.New(zap.WarnLevel)
	set := exportertest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = tel.NewTelemetrySettings()
	set.Logger = zap.New(core)
	b := newBackend(t, func(*remotewritetest.Received) remotewritetest.Answer {
		return remotewritetest.Answer{Status: 400, Silent: true, Header: http.Header{"X-Prometheus-Remote-Write-Samples-Written": {"7"}}}
	})
	e := startWith(t, b.URL, set, func(c *Config) { c.Shards, c.Protocol = 1, Protocol2 })
	require.NoError(t, e.ConsumeMetrics(t.Context(), counter(10, 1, testTime)))
	sends(t, b, 1)
	require.NoError(t, e.Shutdown(t.Context()))
	assert.EqualValues(t, 7, total(t, tel, "remote_write_exporter_samples"))
	assert.EqualValues(t, 10, total(t, tel, "remote_write_exporter_refused"))
	assert.EqualValues(t, 7, logs.FilterMessageSnippet("refuses data points").All()[0].ContextMap()["samples_written"])
}

func TestTimeoutIsTriedAgain(t *testing.T) {
	never := make(chan struct{})
	b := newBackend(t, func(r *remotewritetest.Received) remotewritetest.Answer {
		if r.Number == 0 {
			return remotewritetest.Answer{Wait: never}
		}
		return remotewritetest.Answer{}
	})
	e := start(t, b.URL, func(c *Config) { c.Shards, c.Timeout = 1, 50*time.Millisecond })
	require.NoError(t, e.ConsumeMetrics(t.Context(), counter(1, 1, testTime)))
	received := sends(t, b, 2)
	assert.Equal(t, received[0].Series, received[1].Series)
}

func TestDelayGrows(t *testing.T) {
	b := newBackend(t, statuses(500, 500, 500, 500))
	e := start(t, b.URL, func(c *Config) {
		c.Shards = 1
		c.Retry = configretry.BackOffConfig{Enabled: true, InitialInterval: 40 * time.Millisecond, Multiplier: 2, MaxInterval: time.Second}
	})
	require.NoError(t, e.ConsumeMetrics(t.Context(), counter(1, 1, testTime)))
	received := sends(t, b, 5)
	for i, want := range []time.Duration{40, 80, 160, 320} {
		assert.GreaterOrEqual(t, received[i+1].At.Sub(received[i].At), want*time.Millisecond, "delay %d", i)
	}
	for i, want := range []string{"", "1", "2", "3", "4"} {
		assert.Equal(t, want, received[i].Header.Get("Retry-Attempt"))
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	for _, status := range []int{429, 503} {
		b := newBackend(t, func(r *remotewritetest.Received) remotewritetest.Answer {
			if r.Number == 0 {
				return remotewritetest.Answer{Status: status, RetryAfter: "1"}
			}
			return remotewritetest.Answer{}
		})
		e := start(t, b.URL, one)
		require.NoError(t, e.ConsumeMetrics(t.Context(), counter(1, 1, testTime)))
		received := sends(t, b, 2)
		assert.GreaterOrEqual(t, received[1].At.Sub(received[0].At), time.Second, "%d", status)
		assert.Len(t, samplesOf(received), 1)
	}
}

func TestRetryAfterIsSecondsOrADate(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "0.5": 500 * time.Millisecond, "-3": 0, "soon": 0, "999999": maxRetryAfter, "NaN": 0, "1e300": maxRetryAfter,
		testTime.Add(9 * time.Second).UTC().Format(http.TimeFormat): 9 * time.Second,
		testTime.Add(-time.Hour).UTC().Format(http.TimeFormat):      0,
	} {
		assert.Equal(t, want, retryAfter(http.Header{"Retry-After": {text}}, testTime), text)
	}
}

// A receiver of 1.0 that ignores the content type finds nothing in a request of
// 2.0 and answers that all is well: Prometheus before 2.54, VictoriaMetrics.
func TestSilentSuccessIsNoSuccess(t *testing.T) {
	silent := func(*remotewritetest.Received) remotewritetest.Answer { return remotewritetest.Answer{Silent: true} }
	t.Run("is sent again as 1.0", func(t *testing.T) {
		b := newBackend(t, silent)
		e := start(t, b.URL, one)
		for i := range 2 {
			require.NoError(t, e.ConsumeMetrics(t.Context(), counter(1, float64(i), testTime.Add(time.Duration(i)*time.Second))))
		}
		received := sends(t, b, 3)
		assert.Equal(t, []remotewrite.Version{2, 1, 1}, []remotewrite.Version{received[0].Version, received[1].Version, received[2].Version}, "and it is remembered")
		assert.Equal(t, []remotewrite.Metadata{{Family: "requests_total", Type: remotewrite.TypeCounter, Help: "Requests."}}, received[1].Metadata)
		assert.Empty(t, received[2].Metadata, "metadata is sent once a minute")
	})
	t.Run("is refused if 2.0 is demanded", func(t *testing.T) {
		tel := componenttest.NewTelemetry()
		set := exportertest.NewNopSettings(metadata.Type)
		set.TelemetrySettings = tel.NewTelemetrySettings()
		b := newBackend(t, silent)
		e := startWith(t, b.URL, set, func(c *Config) { c.Shards, c.Protocol = 1, Protocol2 })
		require.NoError(t, e.ConsumeMetrics(t.Context(), counter(1, 1, testTime)))
		sends(t, b, 1)
		assert.Eventually(t, func() bool {
			_, err := tel.GetMetric("otelcol_remote_write_exporter_refused")
			return err == nil
		}, 5*time.Second, time.Millisecond)
		metadatatest.AssertEqualRemoteWriteExporterRefused(t, tel, []metricdata.DataPoint[int64]{
			{Attributes: attribute.NewSet(attribute.String("reason", "not_written")), Value: 1},
		}, metricdatatest.IgnoreTimestamp(), metricdatatest.IgnoreExemplars())
	})
}

// The negotiation is not for ever: backends are updated.
func TestVersion2IsTriedAgainAfterAnHour(t *testing.T) {
	now := testTime
	report, err := newTelemetry(exportertest.NewNopSettings(metadata.Type), func() time.Time { return now })
	require.NoError(t, err)
	n := newNegotiation(&Config{Protocol: ProtocolAuto}, func() time.Time { return now }, zap.NewNop(), report)
	require.Equal(t, remotewrite.V2, n.version())
	require.True(t, n.fallBack("415"))
	assert.Equal(t, remotewrite.V1, n.version())
	now = now.Add(retryVersion)
	assert.Equal(t, remotewrite.V2, n.version())
}

func TestRefusalIsLoggedInTheBackendsWords(t *testing.T) {
	core, logs := observer.New(zap.WarnLevel)
	set := exportertest.NewNopSettings(metadata.Type)
	set.Logger = zap.New(core)
	b := newBackend(t, func(*remotewritetest.Received) remotewritetest.Answer {
		return remotewritetest.Answer{Status: 400, Text: "out of order sample; try \"harder\""}
	})
	e := startWith(t, b.URL, set, one)
	for i := range 5 {
		require.NoError(t, e.ConsumeMetrics(t.Context(), counter(2, 1, testTime.Add(time.Duration(i)*time.Second))))
	}
	sends(t, b, 5)
	require.NoError(t, e.Shutdown(t.Context()))
	lines := logs.FilterMessageSnippet("refuses data points for good").All()
	require.Len(t, lines, 1, "not once for each request")
	assert.Equal(t, `the backend answers 400 Bad Request: out of order sample; try "harder"`, lines[0].ContextMap()["error"])
	assert.EqualValues(t, 2, lines[0].ContextMap()["points"])
}

func TestRefusedPointsGoIntoTheDeadLetterFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dead.jsonl")
	b := newBackend(t, statuses(400))
	e := start(t, b.URL, func(c *Config) {
		c.Shards, c.Request.MaxSamples = 1, 2
		c.DeadLetter = DeadLetterConfig{Path: path, MaxSize: bytesize.MiB}
	})
	require.NoError(t, e.ConsumeMetrics(t.Context(), counter(4, 1, testTime)))
	sends(t, b, 2)
	require.NoError(t, e.Shutdown(t.Context()))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var got letter
	require.NoError(t, json.Unmarshal(text, &got))
	assert.Equal(t, 400, got.Status)
	assert.Contains(t, got.Reason, "because of a test")
	md, err := (&pmetric.JSONUnmarshaler{}).UnmarshalMetrics(got.Metrics)
	require.NoError(t, err)
	require.Equal(t, 2, md.DataPointCount(), "only those of the refused request")
	attributes := md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).Sum().DataPoints().At(1).Attributes()
	assert.Equal(t, map[string]any{"n": "1"}, attributes.AsRaw())
}

func TestFullDeadLetterFileIsMovedAside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dead.jsonl")
	d := newDeadLetter(nopLifecycle{}, &DeadLetterConfig{Path: path, MaxSize: 1}, func() time.Time { return testTime })
	require.NoError(t, d.file.Open())
	for i := range 3 {
		require.NoError(t, d.write(counter(1, float64(i), testTime), verdict{status: 400 + i, err: errNotWritten}))
	}
	require.NoError(t, d.file.Close())
	for file, status := range map[string]string{path: `"status":402`, path + ".1": `"status":401`} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, 1, strings.Count(string(text), "\n"))
		assert.Contains(t, string(text), status)
	}
}

func TestDeltaIsRefusedWithTheRemedy(t *testing.T) {
	core, logs := observer.New(zap.WarnLevel)
	tel := componenttest.NewTelemetry()
	set := exportertest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = tel.NewTelemetrySettings()
	set.Logger = zap.New(core)
	b := newBackend(t, nil)
	e := startWith(t, b.URL, set, one)
	md := counter(3, 1, testTime)
	md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).Sum().SetAggregationTemporality(pmetric.AggregationTemporalityDelta)
	gauge := md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().AppendEmpty()
	gauge.SetName("level")
	p := gauge.SetEmptyGauge().DataPoints().AppendEmpty()
	p.SetTimestamp(pcommon.NewTimestampFromTime(testTime))
	require.NoError(t, e.ConsumeMetrics(t.Context(), md))
	assert.Len(t, samplesOf(sends(t, b, 1)), 1, "the others are sent")
	require.Len(t, logs.All(), 1)
	assert.Equal(t, `metric "requests" has delta temporality, which Prometheus does not know (put the delta_to_cumulative processor before this exporter)`,
		logs.All()[0].ContextMap()["error"])
	metadatatest.AssertEqualRemoteWriteExporterRefused(t, tel, []metricdata.DataPoint[int64]{
		{Attributes: attribute.NewSet(attribute.String("reason", reasonDelta)), Value: 3},
	}, metricdatatest.IgnoreTimestamp(), metricdatatest.IgnoreExemplars())
}
