package remotewritereceiver

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/receiver/receivertest"

	"github.com/sluice-otel/sluice/receiver/remotewritereceiver/internal/metadata"
	"github.com/sluice-otel/sluice/wire/remotewrite"
	"github.com/sluice-otel/sluice/wire/remotewrite/remotewritetest"
)

const benchTime = 1_700_000_000_000

var contentTypes = map[remotewrite.Version]string{
	remotewrite.V1: "application/x-protobuf",
	remotewrite.V2: "application/x-protobuf;proto=io.prometheus.write.v2.Request",
}

// newTestHandler makes a handler without a server or fx.
func newTestHandler(tb testing.TB, cfg *Config, now func() time.Time, next consumer.Metrics) *handler {
	tb.Helper()
	set := receivertest.NewNopSettings(metadata.Type)
	telemetry, err := newTelemetry(set)
	require.NoError(tb, err)
	return newHandler(cfg, newStyle(set, cfg), next, newMemory(cfg, now, telemetry), newAdmission(cfg), telemetry)
}

// benchBody is the request of the standard workload.
func benchBody(version remotewrite.Version) []byte {
	return encodeAs(version, remotewritetest.Standard.TimeSeries(benchTime))
}

func encodeAs(version remotewrite.Version, series []remotewrite.TimeSeries) []byte {
	if version == remotewrite.V1 {
		return remotewritetest.V1(series)
	}
	return remotewritetest.V2(series)
}

// perSample reports what a sample costs; the request has n of them.
func perSample(b *testing.B, n int) {
	b.Helper()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/sample")
}

// BenchmarkTranslate is a request from its decompressed bytes to the batch.
func BenchmarkTranslate(b *testing.B) {
	for _, load := range []struct {
		name   string
		series []remotewrite.TimeSeries
	}{
		{"standard", remotewritetest.Standard.TimeSeries(benchTime)},
		{"histograms", remotewritetest.Histograms(154, benchTime)},
		{"names", remotewritetest.Names(2000, benchTime)},
	} {
		for version, name := range map[remotewrite.Version]string{remotewrite.V1: "v1", remotewrite.V2: "v2"} {
			b.Run(load.name+"/"+name, func(b *testing.B) {
				cfg := createDefaultConfig().(*Config)
				h := newTestHandler(b, cfg, time.Now, consumertest.NewNop())
				t := newTranslation(h.memory, &cfg.Limits)
				body := encodeAs(version, load.series)
				b.ReportAllocs()
				for b.Loop() {
					translateOnce(b, h, t, version, body)
				}
				perSample(b, len(load.series))
			})
		}
	}
}

// translateOnce is what a handler does with a message, but for the pipeline.
func translateOnce(tb testing.TB, h *handler, t *translation, version remotewrite.Version, body []byte) {
	tb.Helper()
	room := h.admission.Reserve()
	if err := t.read(version, "", body, room); err != nil {
		tb.Fatal(err)
	}
	room.Release()
	t.interpret(h.cfg)
	t.build(h.style)
	t.commit()
	t.release()
}

// BenchmarkHandler is a whole exchange, but for the network.
func BenchmarkHandler(b *testing.B) {
	for version, name := range map[remotewrite.Version]string{remotewrite.V1: "v1", remotewrite.V2: "v2"} {
		b.Run(name, func(b *testing.B) {
			h := newTestHandler(b, createDefaultConfig().(*Config), time.Now, consumertest.NewNop())
			body := remotewrite.Compress(nil, benchBody(version))
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(http.MethodPost, "/api/v1/write", bytes.NewReader(body))
				r.Header.Set("Content-Type", contentTypes[version])
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				if w.Code != http.StatusNoContent {
					b.Fatal(w.Code, w.Body)
				}
			}
			perSample(b, remotewritetest.Standard.Series)
		})
	}
}
