package remotewritereceiver

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/wire/remotewrite"
	"github.com/sluice-otel/sluice/wire/remotewrite/remotewritetest"
)

// exchangeWith sends a compressed body through a handler.
func exchangeWith(h *handler, version remotewrite.Version, body []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/api/v1/write", bytes.NewReader(body))
	r.Header.Set("Content-Type", contentTypes[version])
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// Every prefix of a request, and many flipped bits: an answer, never a panic, and
// afterwards everything is as before.
func TestDamagedRequestsAreAnswered(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	h := newTestHandler(t, createDefaultConfig().(*Config), time.Now, consumertest.NewNop())
	for _, version := range []remotewrite.Version{remotewrite.V1, remotewrite.V2} {
		message := richMessage(version)
		for i := range message {
			flipped := bytes.Clone(message)
			flipped[i] ^= 1 << r.IntN(8)
			for _, body := range [][]byte{remotewrite.Compress(nil, message[:i]), remotewrite.Compress(nil, flipped), remotewrite.Compress(nil, message)[:i/2]} {
				w := exchangeWith(h, version, body)
				require.Contains(t, []int{http.StatusNoContent, http.StatusBadRequest, http.StatusRequestEntityTooLarge}, w.Code)
			}
		}
		assert.Equal(t, http.StatusNoContent, exchangeWith(h, version, remotewrite.Compress(nil, message)).Code)
	}
	assert.Zero(t, h.admission.Used(), "all room has been given back")
}

// richMessage has everything in it that a message can have.
func richMessage(version remotewrite.Version) []byte {
	series := []remotewrite.TimeSeries{
		sample("a_total", 1, remotewrite.Label{Name: "job", Value: "x"}),
		sample("h_bucket", 2, remotewrite.Label{Name: "le", Value: "+Inf"}),
		sample("h_count", 2), sample("h_sum", 2),
		sample("target_info", 1, remotewrite.Label{Name: "k", Value: "v"}),
		{
			Labels: []remotewrite.Label{{Name: "__name__", Value: "n"}, {Name: "otel_scope_name", Value: "s"}},
			Histograms: []remotewrite.Histogram{{
				Count: 3, Timestamp: benchTime, Schema: 3,
				Positive: remotewrite.Buckets{Spans: []remotewrite.Span{{Offset: 1, Length: 2}}, Deltas: []int64{1, 1}},
			}, {
				Count: 3, Timestamp: benchTime, Schema: remotewrite.CustomBuckets, CustomValues: []float64{1, 2},
				Positive: remotewrite.Buckets{Spans: []remotewrite.Span{{Length: 2}}, Deltas: []int64{1, 1}},
			}},
			Exemplars: []remotewrite.Exemplar{{Labels: []remotewrite.Label{{Name: "trace_id", Value: "x"}}, Value: 1, Timestamp: benchTime}},
		},
	}
	series[0].Metadata = remotewrite.Metadata{Type: remotewrite.TypeCounter, Help: "Help.", Unit: "seconds"}
	if version == remotewrite.V2 {
		return remotewritetest.V2(series)
	}
	return remotewrite.AppendV1(nil, series, []remotewrite.Metadata{{Family: "h", Type: remotewrite.TypeHistogram, Help: "Help."}})
}

// FuzzHandler sends any bytes as a message of either version. Whatever they are,
// the answer keeps the protocol, and the batch can be marshalled.
func FuzzHandler(f *testing.F) {
	for _, version := range []remotewrite.Version{remotewrite.V1, remotewrite.V2} {
		f.Add(richMessage(version), version == remotewrite.V2)
	}
	cfg := createDefaultConfig().(*Config)
	cfg.Limits.BatchSize = 1 << 20
	cfg.SeriesCache.MaxBytes = 1 << 20
	f.Fuzz(func(t *testing.T, message []byte, second bool) {
		next := &refusingConsumer{}
		h := newTestHandler(t, cfg, testClock, next)
		version := remotewrite.V1
		if second {
			version = remotewrite.V2
		}
		w := exchangeWith(h, version, remotewrite.Compress(nil, message))
		require.Contains(t, []int{http.StatusNoContent, http.StatusBadRequest, http.StatusRequestEntityTooLarge}, w.Code)
		require.Equal(t, w.Code == http.StatusNoContent, w.Body.Len() == 0)
		require.LessOrEqual(t, w.Body.Len(), maxErrorBody)
		require.Equal(t, second, w.Header().Get(samplesWritten) != "")
		require.Zero(t, h.admission.Used())
		for _, batch := range next.batches {
			var m pmetric.ProtoMarshaler
			data, err := m.MarshalMetrics(batch)
			require.NoError(t, err)
			var u pmetric.ProtoUnmarshaler
			again, err := u.UnmarshalMetrics(data)
			require.NoError(t, err)
			require.Equal(t, dump(batch), dump(again))
		}
	})
}

// Requests that are small on the wire and want to be large in memory.
func TestSmallRequestsCannotBecomeLarge(t *testing.T) {
	manyLabels := make([]remotewrite.Label, 1_000_000)
	for i := range manyLabels {
		manyLabels[i] = remotewrite.Label{Name: "n" + fmt.Sprint(i), Value: "v"}
	}
	manySamples := remotewrite.TimeSeries{Labels: append([]remotewrite.Label{{Name: "__name__", Value: "a"}}, manyLabels[:200]...)}
	for range 500_000 {
		manySamples.Samples = append(manySamples.Samples, remotewrite.Sample{Value: 1, Timestamp: benchTime})
	}
	wide := remotewrite.TimeSeries{Labels: []remotewrite.Label{{Name: "__name__", Value: "a"}}}
	for range 100_000 {
		wide.Histograms = append(wide.Histograms, remotewrite.Histogram{
			Count: 2, Timestamp: benchTime,
			Positive: remotewrite.Buckets{Spans: []remotewrite.Span{{Length: 1}, {Offset: 4000, Length: 1}}, Deltas: []int64{1, 0}},
		})
	}
	dense := remotewrite.TimeSeries{Labels: []remotewrite.Label{{Name: "__name__", Value: "a"}}, Histograms: []remotewrite.Histogram{{
		Count: 2, Timestamp: benchTime,
		Positive: remotewrite.Buckets{Spans: []remotewrite.Span{{Length: 1}, {Offset: math.MaxInt32, Length: 1}}, Deltas: []int64{1, 0}},
	}}}
	for name, c := range map[string]struct {
		series []remotewrite.TimeSeries
		status int
	}{
		"a million labels":               {[]remotewrite.TimeSeries{{Labels: manyLabels, Samples: manySamples.Samples[:1]}}, http.StatusBadRequest},
		"samples of a long label set":    {[]remotewrite.TimeSeries{manySamples}, http.StatusRequestEntityTooLarge},
		"histograms with long gaps":      {[]remotewrite.TimeSeries{wide}, http.StatusRequestEntityTooLarge},
		"a histogram with a huge gap":    {[]remotewrite.TimeSeries{dense}, http.StatusBadRequest},
		"a million series":               {make([]remotewrite.TimeSeries, 1_000_000), http.StatusRequestEntityTooLarge},
		"a million empty exemplars":      {[]remotewrite.TimeSeries{{Labels: dense.Labels, Exemplars: make([]remotewrite.Exemplar, 1_000_000)}}, http.StatusRequestEntityTooLarge},
		"a name of a million characters": {[]remotewrite.TimeSeries{sample(strings.Repeat("a", 1_000_000), 1)}, http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			for _, version := range []remotewrite.Version{remotewrite.V1, remotewrite.V2} {
				message := remotewritetest.V1(c.series)
				status := c.status
				if version == remotewrite.V2 {
					message = remotewritetest.V2(c.series)
					if name == "a million labels" { // they are symbols first
						status = http.StatusRequestEntityTooLarge
					}
				}
				body := remotewrite.Compress(nil, message)
				h := newTestHandler(t, createDefaultConfig().(*Config), time.Now, consumertest.NewNop())
				before := allocated()
				w := exchangeWith(h, version, body)
				assert.Equal(t, status, w.Code, "version %d: %s", version, w.Body)
				taken := allocated() - before
				assert.Less(t, taken, uint64(200<<20), "version %d: bytes allocated", version)
				t.Logf("version %d: %d bytes on the wire, %d decoded, %d allocated", version, len(body), len(message), taken)
			}
		})
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// A snappy block that promises a gigabyte, and one that is as dense as can be.
func TestSnappyBombs(t *testing.T) {
	h := newTestHandler(t, createDefaultConfig().(*Config), time.Now, consumertest.NewNop())
	before := allocated()
	for range 100 {
		w := exchangeWith(h, remotewrite.V1, []byte{0xff, 0xff, 0xff, 0xff, 0x03, 0, 0, 0})
		require.Equal(t, http.StatusBadRequest, w.Code)
	}
	assert.Less(t, allocated()-before, uint64(16<<20))
	bomb := remotewrite.Compress(nil, make([]byte, 40<<20))
	assert.Less(t, len(bomb), 3<<20)
	before = allocated()
	w := exchangeWith(h, remotewrite.V1, bomb)
	assert.Equal(t, http.StatusRequestEntityTooLarge, w.Code)
	assert.Less(t, allocated()-before, uint64(16<<20), "it is refused by its header")
}

// A bound on what is learned: a sender that invents names must not fill the memory.
func TestLearnedThingsAreBounded(t *testing.T) {
	long := strings.Repeat("x", 1000)
	f := newFamilies(time.Now, func(remotewrite.MetricType, remotewrite.MetricType) {})
	for i := range 100_000 {
		f.learn(long[:i%100], fmt.Sprint("f", i), remotewrite.Metadata{Type: remotewrite.TypeCounter, Help: long})
	}
	f.learn("", strings.Repeat(long, 2), remotewrite.Metadata{Type: remotewrite.TypeCounter})
	assert.LessOrEqual(t, f.byName.bytes, int64(familyBytes))
	byType := f.countByType()
	assert.EqualValues(t, len(f.byName.entries), byType[remotewrite.TypeCounter])
	assert.Greater(t, len(f.byName.entries), 10_000)

	targets := newTargets()
	for i := range 100_000 {
		require.True(t, targets.learn(targetKey{instance: fmt.Sprint(i)}, []remotewrite.Label{{Name: "k", Value: long}}))
	}
	assert.LessOrEqual(t, targets.byTarget.bytes, int64(targetBytes))
	assert.False(t, targets.learn(targetKey{}, []remotewrite.Label{{Name: "k", Value: strings.Repeat(long, 1000)}}))

	dropped := 0
	w := newWaitingExemplars(time.Now, func(n int) { dropped += n })
	held := make([]heldExemplar, 100_000)
	for i := range held {
		held[i].hash = uint64(i)
		held[i].Labels = []remotewrite.Label{{Name: "k", Value: long}}
	}
	w.hold(held)
	assert.LessOrEqual(t, w.bytes, int64(heldExemplarBytes))
	assert.Equal(t, len(held), w.count+dropped)

	b := newBuffer(&createDefaultConfig().(*Config).Reassembly, time.Now)
	for i := range uint64(100_000) {
		b.learn(i, &content{bounds: []float64{float64(i), 99: 0}})
	}
	assert.LessOrEqual(t, b.layouts.bytes, int64(layoutBytes))
}

// The buffer of incomplete histograms is full: what comes then is dealt with at
// once, and what it holds stays.
func TestFullBufferGivesNothingUp(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	cfg.Reassembly.MaxBytes = 10_000
	next := &refusingConsumer{}
	h := newTestHandler(t, cfg, testClock, next)
	var series []remotewrite.TimeSeries
	for i := range 100 {
		s := sample("h_bucket", 1, remotewrite.Label{Name: "k", Value: fmt.Sprint(i)}, remotewrite.Label{Name: "le", Value: "1"})
		s.Metadata.Type = remotewrite.TypeHistogram
		series = append(series, s)
	}
	w := exchangeWith(h, remotewrite.V2, remotewrite.Compress(nil, remotewritetest.V2(series)))
	require.Equal(t, http.StatusNoContent, w.Code)
	assert.Equal(t, "100", w.Header().Get(samplesWritten))
	assert.LessOrEqual(t, h.memory.buffer.fill(), int64(cfg.Reassembly.MaxBytes))
	passed := next.batches[0].DataPointCount()
	held := h.memory.buffer.takeReady(true)
	assert.Positive(t, passed)
	assert.NotEmpty(t, held)
	assert.Equal(t, 100, passed+len(held))
}
