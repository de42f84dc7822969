package remotewrite

import (
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/wire/remotewrite/remotewritetest"
)

// What counts from one export to the next arrives as what counts from the beginning.
func TestDeltaArrivesAsCumulative(t *testing.T) {
	backend := remotewritetest.NewBackend(nil)
	defer backend.Close()
	target, err := url.Parse(backend.URL)
	require.NoError(t, err)
	sluice := newCollector(t, target.Host)
	sluice.start()
	for i := range 3 {
		md := counters(1, 5, at.Add(time.Duration(i)*time.Second))
		sum := md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).Sum()
		sum.SetAggregationTemporality(pmetric.AggregationTemporalityDelta)
		sum.DataPoints().At(0).SetStartTimestamp(pcommon.NewTimestampFromTime(at.Add(time.Duration(i-1) * time.Second)))
		require.Eventually(t, func() bool { return post(t.Context(), sluice.endpoint, md) == nil }, 30*time.Second, 20*time.Millisecond)
	}
	require.True(t, backend.Wait(30*time.Second, func(r []remotewritetest.Received) bool { return len(values(r)["0"]) == 3 }))
	assert.Equal(t, []float64{5, 10, 15}, values(backend.Received())["0"])
	assert.Zero(t, sluice.stop())
}
