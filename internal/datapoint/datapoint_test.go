package datapoint

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/testdata"
)

// every has two data points of each type, and a metric without any.
func every() pmetric.Metrics {
	md := testdata.GenerateMetrics(1)
	for _, m := range testdata.GenerateMetricsAllTypesEmpty().ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().All() {
		m.CopyTo(md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().AppendEmpty())
	}
	all := testdata.GenerateMetrics(7)
	all.ResourceMetrics().MoveAndAppendTo(md.ResourceMetrics())
	md.ResourceMetrics().At(0).SetSchemaUrl("resource")
	md.ResourceMetrics().At(0).ScopeMetrics().At(0).SetSchemaUrl("scope")
	return md
}

func TestSelectingAllCopiesTheBatch(t *testing.T) {
	md := every()
	md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().RemoveIf(func(m pmetric.Metric) bool { return Len(m) == 0 })
	require.Greater(t, md.DataPointCount(), 10)
	assert.Equal(t, md, Select(md, func(int) Fate { return Keep }))
}

func TestSelectingNothingIsEmpty(t *testing.T) {
	md := every()
	md.MarkReadOnly()
	assert.Zero(t, Select(md, func(int) Fate { return Drop }).ResourceMetrics().Len())
}

func TestOrdinalsAreThoseOfEach(t *testing.T) {
	md := every()
	var times []uint64
	n := 0
	for _, r := range md.ResourceMetrics().All() {
		for _, s := range r.ScopeMetrics().All() {
			for _, m := range s.Metrics().All() {
				assert.NotPanics(t, func() { Cumulative(m) })
				count := 0
				Each(m, func(p Point) {
					times = append(times, uint64(p.Timestamp()))
					count++
				})
				require.Equal(t, count, Len(m))
				n += count
			}
		}
	}
	require.Equal(t, md.DataPointCount(), n)
	for want := range n {
		one := Select(md, func(ordinal int) Fate {
			if ordinal == want {
				return End
			}
			return Drop
		})
		require.Equal(t, 1, one.DataPointCount())
		Each(one.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0), func(p Point) {
			assert.Equal(t, times[want], uint64(p.Timestamp()))
			assert.True(t, p.Flags().NoRecordedValue())
		})
	}
}
