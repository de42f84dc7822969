package remotewritereceiver

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/sluice-otel/sluice/receiver/remotewritereceiver/internal/metadata"
	"github.com/sluice-otel/sluice/receiver/remotewritereceiver/internal/metadatatest"
	"github.com/sluice-otel/sluice/wire/remotewrite"
	"github.com/sluice-otel/sluice/wire/remotewrite/remotewritetest"
)

func set(pairs ...string) attribute.Set {
	var kvs []attribute.KeyValue
	for i := 0; i < len(pairs); i += 2 {
		kvs = append(kvs, attribute.String(pairs[i], pairs[i+1]))
	}
	return attribute.NewSet(kvs...)
}

func count(n int64, pairs ...string) metricdata.DataPoint[int64] {
	return metricdata.DataPoint[int64]{Value: n, Attributes: set(pairs...)}
}

func TestSelfMetricsTellWhatHappened(t *testing.T) {
	tel := componenttest.NewTelemetry()
	defer func() { require.NoError(t, tel.Shutdown(t.Context())) }()
	settings := receiver.Settings{ID: receivertest.NewNopSettings(metadata.Type).ID, TelemetrySettings: tel.NewTelemetrySettings()}
	telemetry, err := newTelemetry(settings)
	require.NoError(t, err)
	now := time.UnixMilli(benchTime)
	cfg := createDefaultConfig().(*Config)
	m := newMemory(cfg, func() time.Time { return now }, telemetry)
	a := newAdmission(cfg)
	require.NoError(t, telemetry.observe(m, a))
	next := &refusingConsumer{}
	h := newHandler(cfg, style{}, next, m, a, telemetry)

	v1 := []remotewrite.TimeSeries{sample("a_total", 1), sample("b", 1), {Samples: sample("", 1).Samples}}
	v1[0].Exemplars = []remotewrite.Exemplar{{Value: 1, Timestamp: benchTime}}
	for range 2 {
		assert.Equal(t, http.StatusBadRequest, exchangeWith(h, remotewrite.V1, remotewrite.Compress(nil, remotewritetest.V1(v1))).Code)
	}
	family := remotewrite.AppendV1(nil, v1[:1], []remotewrite.Metadata{{Family: "a_total", Type: remotewrite.TypeCounter}})
	assert.Equal(t, http.StatusNoContent, exchangeWith(h, remotewrite.V1, remotewrite.Compress(nil, family)).Code)
	bucket := sample("h_bucket", 1, remotewrite.Label{Name: "le", Value: "1"})
	bucket.Metadata.Type = remotewrite.TypeHistogram
	assert.Equal(t, http.StatusNoContent, exchangeWith(h, remotewrite.V2, remotewrite.Compress(nil, remotewritetest.V2([]remotewrite.TimeSeries{bucket}))).Code)
	held := m.buffer.fill()
	assert.Positive(t, held)

	same := metricdatatest.IgnoreTimestamp()
	metadatatest.AssertEqualRemoteWriteReceiverReassemblySize(t, tel, []metricdata.DataPoint[int64]{count(held)}, same)
	now = now.Add(time.Minute)
	h.flush(t.Context(), m.buffer.takeReady(false), nil)
	metadatatest.AssertEqualRemoteWriteReceiverReassemblySize(t, tel, []metricdata.DataPoint[int64]{count(0)}, same)
	metadatatest.AssertEqualRemoteWriteReceiverReassemblyExpired(t, tel, []metricdata.DataPoint[int64]{count(1, "outcome", "passthrough")}, same)
	metadatatest.AssertEqualRemoteWriteReceiverInFlight(t, tel, []metricdata.DataPoint[int64]{count(0)}, same)
	metadatatest.AssertEqualRemoteWriteReceiverAccepted(t, tel, []metricdata.DataPoint[int64]{
		count(5, "version", "1.0", "kind", "sample"), count(3, "version", "1.0", "kind", "exemplar"), count(1, "version", "2.0", "kind", "sample"),
	}, same)
	metadatatest.AssertEqualRemoteWriteReceiverRejected(t, tel, []metricdata.DataPoint[int64]{
		count(2, "version", "1.0", "kind", "sample", "reason", "missing_name"),
	}, same)
	// The one series of 2.0 has no attributes that the cache could know.
	metadatatest.AssertEqualRemoteWriteReceiverCacheHits(t, tel, []metricdata.DataPoint[int64]{count(3)}, same)
	metadatatest.AssertEqualRemoteWriteReceiverCacheMisses(t, tel, []metricdata.DataPoint[int64]{count(4)}, same)
	metadatatest.AssertEqualRemoteWriteReceiverTypeFlips(t, tel, []metricdata.DataPoint[int64]{count(1, "from", "unknown", "to", "counter")}, same)
	metadatatest.AssertEqualRemoteWriteReceiverCacheSize(t, tel, []metricdata.DataPoint[int64]{count(m.series.bytes.Load())}, same)

	var families []metricdata.DataPoint[int64]
	for typ, n := range map[string]int64{
		"unknown": 2, "counter": 1, "gauge": 0, "histogram": 1, "gaugehistogram": 0, "summary": 0, "info": 0, "stateset": 0,
	} {
		families = append(families, count(n, "type", typ))
	}
	metadatatest.AssertEqualRemoteWriteReceiverFamilies(t, tel, families, same)

	requests := []metricdata.DataPoint[int64]{
		{Value: 2, Attributes: attribute.NewSet(attribute.String("version", "1.0"), attribute.Int("status_code", 400))},
		{Value: 1, Attributes: attribute.NewSet(attribute.String("version", "1.0"), attribute.Int("status_code", 204))},
		{Value: 1, Attributes: attribute.NewSet(attribute.String("version", "2.0"), attribute.Int("status_code", 204))},
	}
	metadatatest.AssertEqualRemoteWriteReceiverRequests(t, tel, requests, same)
	telemetry.stop()
}
