package remotewritereceiver

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/featuregate"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/xpdata/pref"
	"go.opentelemetry.io/collector/pipeline"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// If this fails after an update of pdata, the receiver still works, at twice the
// cost: look at what has changed in its internal KeyValue and boxes.
func TestAttributesCanShareBoxesWithThisPdata(t *testing.T) {
	assert.True(t, sharingWorks())
}

func TestNothingIsSharedIfPdataRecycles(t *testing.T) {
	require.NoError(t, featuregate.GlobalRegistry().Set(pref.UseProtoPooling.ID(), true))
	defer func() { require.NoError(t, featuregate.GlobalRegistry().Set(pref.UseProtoPooling.ID(), false)) }()
	assert.False(t, sharingWorks())
}

// What the pipeline does to one batch must not show in the next.
func TestConsumersCanChangeWhatTheyAreGiven(t *testing.T) {
	next := &refusingConsumer{mutates: true}
	section := "POST v1\na{job=\"x\",k=\"v\"} 1@1000 2@2000\n"
	cfg := createDefaultConfig().(*Config)
	h := newTestHandler(t, cfg, testClock, next)
	first := ""
	for range 3 {
		_, steps := splitSteps(section)
		post(t, h, "v1", steps[0][len("POST v1\n"):])
		batch := next.batches[0]
		next.batches = nil
		if first == "" {
			first = dump(batch)
		}
		assert.Equal(t, first, dump(batch))
		spoil(pointsOf(batch))
	}
}

// Batches for consumers that only read share the attributes of a series, and say so.
// A copy is its owner's.
func TestReadersShareWhatTheyCannotChange(t *testing.T) {
	for _, version := range []string{"v1", "v2"} {
		t.Run(version, func(t *testing.T) {
			next := &refusingConsumer{}
			h := newTestHandler(t, createDefaultConfig().(*Config), testClock, next)
			for range 3 {
				post(t, h, version, "a{job=\"x\",k=\"v\"} 1@1000 2@2000\n")
				own := pmetric.NewMetrics()
				next.batches[len(next.batches)-1].CopyTo(own)
				spoil(pointsOf(own))
			}
			var lists []*keyValue
			for _, batch := range next.batches {
				assert.True(t, batch.IsReadOnly())
				assert.Equal(t, dump(next.batches[0]), dump(batch))
				for _, p := range pointsOf(batch).All() {
					lists = append(lists, unsafe.SliceData(*listOf(p.Attributes())))
				}
			}
			require.Len(t, lists, 6)
			assert.Len(t, slices.Compact(lists), 1)
		})
	}
}

// The collector's fan-out gives a consumer that changes data a copy, while another
// reads the original.
func TestFanOutKeepsReadersFromWhatOthersChange(t *testing.T) {
	for _, version := range []remotewrite.Version{remotewrite.V1, remotewrite.V2} {
		next, reads := fanOut(t)
		require.False(t, next.Capabilities().MutatesData)
		h := newTestHandler(t, createDefaultConfig().(*Config), testClock, next)
		require.True(t, h.memory.frozen)
		message := remotewrite.Compress(nil, benchBody(version))
		var senders sync.WaitGroup
		for range 4 {
			senders.Go(func() {
				for range 5 {
					assert.Equal(t, http.StatusNoContent, exchangeWith(h, version, message).Code)
				}
			})
		}
		senders.Wait()
		require.Len(t, reads(), 20)
		assert.Len(t, slices.Compact(reads()), 1, "all requests were the same")
	}
}

// fanOut makes a consumer that hands on to one that spoils what it is given and to one
// whose dumps reads returns. Both go on after the request has been answered.
func fanOut(t *testing.T) (next consumer.Metrics, reads func() []string) {
	t.Helper()
	var tasks sync.WaitGroup
	var mu sync.Mutex
	var dumps []string
	spoils, err := consumer.NewMetrics(func(_ context.Context, batch pmetric.Metrics) error {
		tasks.Go(func() { spoilAll(batch) })
		return nil
	}, consumer.WithCapabilities(consumer.Capabilities{MutatesData: true}))
	require.NoError(t, err)
	keeps, err := consumer.NewMetrics(func(_ context.Context, batch pmetric.Metrics) error {
		tasks.Go(func() {
			text := dump(batch)
			mu.Lock()
			defer mu.Unlock()
			dumps = append(dumps, text)
		})
		return nil
	})
	require.NoError(t, err)
	router := connector.NewMetricsRouter(map[pipeline.ID]consumer.Metrics{
		pipeline.NewIDWithName(pipeline.SignalMetrics, "spoils"): spoils,
		pipeline.NewIDWithName(pipeline.SignalMetrics, "keeps"):  keeps,
	})
	return router.(consumer.Metrics), func() []string {
		tasks.Wait()
		return dumps
	}
}

// spoilAll changes everything in a batch of gauges and sums.
func spoilAll(batch pmetric.Metrics) {
	for _, r := range batch.ResourceMetrics().All() {
		r.Resource().Attributes().PutStr("job", "spoiled")
		for _, s := range r.ScopeMetrics().All() {
			for _, m := range s.Metrics().All() {
				m.SetName("spoiled")
				if m.Type() == pmetric.MetricTypeGauge {
					spoil(m.Gauge().DataPoints())
				} else {
					spoil(m.Sum().DataPoints())
				}
			}
		}
	}
}

func pointsOf(batch pmetric.Metrics) pmetric.NumberDataPointSlice {
	return batch.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).Gauge().DataPoints()
}

func spoil(points pmetric.NumberDataPointSlice) {
	for _, p := range points.All() {
		p.SetDoubleValue(-1)
		for _, v := range p.Attributes().All() {
			v.SetStr("spoiled")
		}
		p.Attributes().PutStr("k", "again")
		p.Attributes().PutStr("more", "x")
		p.Attributes().Remove("k")
	}
}
