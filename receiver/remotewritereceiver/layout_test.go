package remotewritereceiver

import (
	"slices"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/featuregate"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/xpdata/pref"
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
		spoil(batch)
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
				spoil(own)
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

func pointsOf(batch pmetric.Metrics) pmetric.NumberDataPointSlice {
	return batch.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).Gauge().DataPoints()
}

func spoil(batch pmetric.Metrics) {
	for _, p := range pointsOf(batch).All() {
		for _, v := range p.Attributes().All() {
			v.SetStr("spoiled")
		}
		p.Attributes().PutStr("k", "again")
		p.Attributes().PutStr("more", "x")
		p.Attributes().Remove("k")
	}
}
