package remotewritereceiver

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// If this fails after an update of pdata, the receiver still works, at a higher cost.
func TestDataPointsCanStandInBlocksWithThisPdata(t *testing.T) {
	assert.NotNil(t, newPointBlocks().block)
}

func TestBlocksEndAndBeginAgain(t *testing.T) {
	b := newPointBlocks()
	b.expect = 1000
	points := pmetric.NewMetric().SetEmptyGauge().DataPoints()
	for i := range 1500 { // more than expected
		p := b.appendTo(points)
		require.Equal(t, pmetric.NumberDataPointValueTypeEmpty, p.ValueType())
		p.SetDoubleValue(float64(i))
		p.Attributes().PutStr("k", "v")
		p.Exemplars().AppendEmpty().SetIntValue(int64(i))
	}
	runtime.GC()
	for i, p := range points.All() {
		assert.InDelta(t, float64(i), p.DoubleValue(), 0)
		assert.EqualValues(t, i, p.Exemplars().At(0).IntValue())
		assert.Equal(t, 1, p.Attributes().Len())
	}
}

// A batch is the same for consumers that read and for those that change it, in
// pdata's own encoding, too.
func TestBlocksDoNotShowInTheBatch(t *testing.T) {
	for _, version := range []remotewrite.Version{remotewrite.V1, remotewrite.V2} {
		var encoded [][]byte
		for _, mutates := range []bool{true, false} {
			next := &refusingConsumer{mutates: mutates}
			h := newTestHandler(t, createDefaultConfig().(*Config), testClock, next)
			exchangeWith(h, version, remotewrite.Compress(nil, benchBody(version)))
			require.Len(t, next.batches, 1)
			bytes, err := (&pmetric.ProtoMarshaler{}).MarshalMetrics(next.batches[0])
			require.NoError(t, err)
			encoded = append(encoded, bytes)
		}
		assert.Equal(t, encoded[0], encoded[1])
	}
}
