package remotewritereceiver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receivertest"

	"github.com/sluice-otel/sluice/receiver/remotewritereceiver/internal/metadata"
	"github.com/sluice-otel/sluice/wire/remotewrite"
	"github.com/sluice-otel/sluice/wire/remotewrite/remotewritetest"
)

// start starts a receiver on a free port. The returned one must be shut down by
// the test, or is at its end.
func start(t *testing.T, change func(*Config), next consumer.Metrics) (r receiver.Metrics, url string) {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	cfg.NetAddr.Endpoint = freeAddress(t)
	if change != nil {
		change(cfg)
	}
	require.NoError(t, cfg.Validate())
	r, err := NewFactory().CreateMetrics(t.Context(), receivertest.NewNopSettings(metadata.Type), cfg, next)
	require.NoError(t, err)
	require.NoError(t, r.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		assert.NoError(t, r.Shutdown(context.WithoutCancel(t.Context())))
	})
	return r, "http://" + cfg.NetAddr.Endpoint
}

// A sent is the answer to what was sent.
type sent struct {
	StatusCode int
	Header     http.Header
	ProtoMajor int
	Close      bool
	text       string
}

// send posts a compressed message.
func send(t *testing.T, client *http.Client, url string, version remotewrite.Version, body io.Reader) sent {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, body)
	require.NoError(t, err)
	r.Header.Set("Content-Type", contentTypes[version])
	r.Header.Set("Content-Encoding", "snappy")
	return exchanged(t, client, r)
}

func exchanged(t *testing.T, client *http.Client, r *http.Request) sent {
	t.Helper()
	response, err := client.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return sent{response.StatusCode, response.Header, response.ProtoMajor, response.Close, string(text)}
}

func compressedV2(series ...remotewrite.TimeSeries) *bytes.Reader {
	return bytes.NewReader(remotewrite.Compress(nil, remotewritetest.V2(series)))
}

func sample(name string, value float64, more ...remotewrite.Label) remotewrite.TimeSeries {
	return remotewrite.TimeSeries{
		Labels:  append([]remotewrite.Label{{Name: "__name__", Value: name}}, more...),
		Samples: []remotewrite.Sample{{Value: value, Timestamp: benchTime}},
	}
}

func TestOnlyPostsToItsPathsAreTaken(t *testing.T) {
	sink := &consumertest.MetricsSink{}
	_, url := start(t, func(c *Config) { c.Paths = []string{"/api/v1/write", "/prefix/push"} }, sink)
	for path, want := range map[string]int{"/api/v1/write": 204, "/prefix/push": 204, "/api/v1/push": 404, "/": 404} {
		answer := send(t, http.DefaultClient, url+path, remotewrite.V2, compressedV2(sample("a", 1)))
		assert.Equal(t, want, answer.StatusCode, path)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/api/v1/write", nil)
	require.NoError(t, err)
	answer := exchanged(t, http.DefaultClient, r)
	assert.Equal(t, http.StatusMethodNotAllowed, answer.StatusCode)
	assert.Equal(t, "POST", answer.Header.Get("Allow"))
	assert.Equal(t, 2, sink.DataPointCount())
}

func TestConnectionsAreKeptAndHTTP2IsSpoken(t *testing.T) {
	_, url := start(t, nil, consumertest.NewNop())
	answer := send(t, http.DefaultClient, url+"/api/v1/write", remotewrite.V2, compressedV2(sample("a", 1)))
	assert.False(t, answer.Close)

	protocols := &http.Protocols{}
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: protocols}
	defer transport.CloseIdleConnections()
	answer = send(t, &http.Client{Transport: transport}, url+"/api/v1/write", remotewrite.V2, compressedV2(sample("a", 1)))
	assert.Equal(t, 2, answer.ProtoMajor)
	assert.Equal(t, http.StatusNoContent, answer.StatusCode)
}

// The framed format begins like a block that promises more than it can hold.
func TestFramedSnappyIsRefused(t *testing.T) {
	_, url := start(t, nil, consumertest.NewNop())
	framed := encode(t, "framed", remotewritetest.V2([]remotewrite.TimeSeries{sample("a", 1)}))
	answer := send(t, http.DefaultClient, url+"/api/v1/write", remotewrite.V2, bytes.NewReader(framed))
	assert.Equal(t, http.StatusBadRequest, answer.StatusCode)
	assert.Contains(t, answer.text, "not a snappy block")
}

func TestBodyWithoutLengthIsLimited(t *testing.T) {
	_, url := start(t, func(c *Config) { c.MaxRequestBodySize = 1000 }, consumertest.NewNop())
	body := io.MultiReader(strings.NewReader(strings.Repeat("x", 1001)))
	answer := send(t, http.DefaultClient, url+"/api/v1/write", remotewrite.V1, body)
	assert.Equal(t, http.StatusRequestEntityTooLarge, answer.StatusCode)
}

// Acknowledged parts must not be lost at a normal stop.
func TestShutdownHandsOnWhatWaits(t *testing.T) {
	sink := &consumertest.MetricsSink{}
	r, url := start(t, nil, sink)
	bucket := sample("h_bucket", 3, remotewrite.Label{Name: "le", Value: "+Inf"})
	bucket.Metadata.Type = remotewrite.TypeHistogram
	answer := send(t, http.DefaultClient, url+"/api/v1/write", remotewrite.V2, compressedV2(bucket))
	require.Equal(t, http.StatusNoContent, answer.StatusCode)
	require.Zero(t, sink.DataPointCount())
	http.DefaultClient.CloseIdleConnections()
	require.NoError(t, r.Shutdown(t.Context()))
	assert.Equal(t, 1, sink.DataPointCount())
	require.NoError(t, r.Shutdown(t.Context()), "twice")
}

func TestShutdownBeforeStart(t *testing.T) {
	r, err := NewFactory().CreateMetrics(t.Context(), receivertest.NewNopSettings(metadata.Type), createDefaultConfig(), consumertest.NewNop())
	require.NoError(t, err)
	require.NoError(t, r.Shutdown(t.Context()))
}

func TestPortInUseIsNamed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	cfg := createDefaultConfig().(*Config)
	cfg.NetAddr.Endpoint = l.Addr().String()
	r, err := NewFactory().CreateMetrics(t.Context(), receivertest.NewNopSettings(metadata.Type), cfg, consumertest.NewNop())
	require.NoError(t, err)
	require.ErrorContains(t, r.Start(t.Context(), componenttest.NewNopHost()), "listen on "+l.Addr().String())
	require.NoError(t, r.Shutdown(t.Context()))
}

// A whole that became complete between two requests is handed on at once, not when
// its time is up.
func TestWholeCompletedByTwoRequestsAtOnceIsFlushed(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	next := &refusingConsumer{}
	now := time.UnixMilli(benchTime)
	h := newTestHandler(t, cfg, func() time.Time { return now }, next)
	parts := [][]remotewrite.TimeSeries{
		{sample("h_bucket", 2, remotewrite.Label{Name: "le", Value: "+Inf"})},
		{sample("h_sum", 5), sample("h_count", 2)},
	}
	var translations []*translation
	for _, series := range parts { // both claim before either commits
		for i := range series {
			series[i].Metadata.Type = remotewrite.TypeHistogram
		}
		tr := newTranslation(h.memory, &cfg.Limits)
		require.NoError(t, tr.read(remotewrite.V2, "", remotewritetest.V2(series), h.admission.Reserve()))
		tr.interpret(cfg)
		translations = append(translations, tr)
	}
	for _, tr := range translations {
		tr.commit()
	}
	select {
	case <-h.memory.buffer.kick:
	default:
		t.Fatal("the buffer has not noticed")
	}
	h.flush(t.Context(), h.memory.buffer.takeReady(false), nil)
	require.Len(t, next.batches, 1)
	assert.Equal(t, pmetric.MetricTypeHistogram, next.batches[0].ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).Type())
	assert.Zero(t, h.memory.buffer.fill())
}

// What is acknowledged and refused later is kept.
func TestRefusedFlushIsTriedAgain(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	next := &refusingConsumer{}
	now := time.UnixMilli(benchTime)
	h := newTestHandler(t, cfg, func() time.Time { return now }, next)
	bucket := sample("h_bucket", 2, remotewrite.Label{Name: "le", Value: "1"})
	bucket.Metadata.Type = remotewrite.TypeHistogram
	tr := newTranslation(h.memory, &cfg.Limits)
	require.NoError(t, tr.read(remotewrite.V2, "", remotewritetest.V2([]remotewrite.TimeSeries{bucket}), h.admission.Reserve()))
	tr.interpret(cfg)
	tr.commit()
	now = now.Add(time.Minute)
	next.refuse = errors.New("queue is full")
	h.flush(t.Context(), h.memory.buffer.takeReady(false), nil)
	require.Empty(t, next.batches)
	require.Positive(t, h.memory.buffer.fill())
	h.flush(t.Context(), h.memory.buffer.takeReady(false), nil)
	require.Len(t, next.batches, 1)
	assert.Zero(t, h.memory.buffer.fill())
}

// A blockingConsumer accepts nothing until it is opened.
type blockingConsumer struct {
	consumertest.Consumer
	open    chan struct{}
	entered atomic.Int64
}

func (c *blockingConsumer) ConsumeMetrics(ctx context.Context, _ pmetric.Metrics) error {
	c.entered.Add(1)
	select {
	case <-c.open:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// While the pipeline is slow, requests are refused instead of piling up.
func TestRequestsInFlightAreBounded(t *testing.T) {
	next := &blockingConsumer{Consumer: consumertest.NewNop(), open: make(chan struct{})}
	_, url := start(t, func(c *Config) {
		c.MaxRequestBodySize = 100 << 10
		c.Limits.DecodedSize = 100 << 10
		c.Limits.BatchSize = 100 << 10
		c.Limits.InFlight = 300 << 10
	}, next)
	transport := &http.Transport{MaxConnsPerHost: 0}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}

	const requests = 50
	answers := make(chan sent, requests)
	var senders sync.WaitGroup
	for range requests {
		senders.Go(func() {
			answers <- send(t, client, url+"/api/v1/write", remotewrite.V2, compressedV2(sample("a", 1)))
		})
	}
	require.Eventually(t, func() bool { return len(answers)+int(next.entered.Load()) == requests }, 10*time.Second, 10*time.Millisecond)
	admitted := int(next.entered.Load())
	assert.Contains(t, []int{2, 3}, admitted, "each takes 100 KiB and its bodies")
	close(next.open)
	senders.Wait()
	close(answers)
	statuses := map[int]int{}
	for answer := range answers {
		statuses[answer.StatusCode]++
		if answer.StatusCode == http.StatusServiceUnavailable {
			assert.NotEmpty(t, answer.Header.Get("Retry-After"))
			assert.Equal(t, "0", answer.Header.Get(samplesWritten))
		}
	}
	assert.Equal(t, map[int]int{http.StatusNoContent: admitted, http.StatusServiceUnavailable: requests - admitted}, statuses)
	answer := send(t, client, url+"/api/v1/write", remotewrite.V2, compressedV2(sample("a", 1)))
	assert.Equal(t, http.StatusNoContent, answer.StatusCode, "all room has been given back")
}

// A thousand senders that announce much and send nothing, or a byte at a time, hold
// no memory and are cut off; others are served meanwhile.
func TestSlowSendersHoldNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for timeouts")
	}
	_, url := start(t, func(c *Config) { c.ReadTimeout = 3 * time.Second }, consumertest.NewNop())
	address := strings.TrimPrefix(url, "http://")
	var before, during runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	connections := make([]net.Conn, 1000)
	for i := range connections {
		c, err := net.Dial("tcp", address)
		require.NoError(t, err)
		defer c.Close()
		connections[i] = c
		_, err = fmt.Fprintf(c, "POST /api/v1/write HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\nContent-Length: 16000000\r\n\r\nx")
		require.NoError(t, err)
	}
	answer := send(t, http.DefaultClient, url+"/api/v1/write", remotewrite.V2, compressedV2(sample("a", 1)))
	assert.Equal(t, http.StatusNoContent, answer.StatusCode)
	runtime.ReadMemStats(&during)
	perConnection := (int64(during.HeapAlloc) - int64(before.HeapAlloc)) / int64(len(connections))
	assert.Less(t, perConnection, int64(200<<10), "bytes held for each connection")
	t.Logf("%d bytes for each slow connection", perConnection)
	text, err := io.ReadAll(connections[0])
	require.NoError(t, err)
	assert.Contains(t, string(text), "408 Request Timeout")
}

func TestRetryAfterGrowsAndSpreads(t *testing.T) {
	for attempt, want := range map[string]time.Duration{"": 6, "0": 6, "-1": 6, "x": 6, "1": 12, "3": 48, "4": 96, "99999": 96} {
		assert.Equal(t, want*time.Second, retryAfter(attempt, 0.5), attempt)
		assert.Equal(t, want*time.Second/2, retryAfter(attempt, 0), attempt)
		assert.Less(t, retryAfter(attempt, 0.999), want*time.Second*3/2, attempt)
	}
}

func TestAnswersOf1Point0HaveNoHeadersOf2Point0(t *testing.T) {
	_, url := start(t, nil, consumertest.NewNop())
	answer := send(t, http.DefaultClient, url+"/api/v1/write", remotewrite.V1,
		bytes.NewReader(remotewrite.Compress(nil, remotewritetest.V1([]remotewrite.TimeSeries{sample("a", 1)}))))
	assert.Equal(t, http.StatusNoContent, answer.StatusCode)
	assert.NotContains(t, answer.Header, samplesWritten, "Prometheus takes them there for an error")
}
