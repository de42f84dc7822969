package remotewrite_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

func TestHistogramsAreCheckedAgainstThemselves(t *testing.T) {
	spans := func(s ...remotewrite.Span) []remotewrite.Span { return s }
	good := func() remotewrite.Histogram {
		return remotewrite.Histogram{
			Count: 7, ZeroCount: 1,
			Positive: remotewrite.Buckets{Spans: spans(remotewrite.Span{Length: 1}, remotewrite.Span{Offset: 3, Length: 1}), Deltas: []int64{2, 2}},
		}
	}
	custom := func() remotewrite.Histogram {
		return remotewrite.Histogram{
			Schema: remotewrite.CustomBuckets, Count: 3, CustomValues: []float64{1, 2},
			Positive: remotewrite.Buckets{Spans: spans(remotewrite.Span{Length: 3}), Deltas: []int64{1, 0, 0}},
		}
	}
	for name, c := range map[string]struct {
		base   func() remotewrite.Histogram
		change func(*remotewrite.Histogram)
		want   string // empty: valid
	}{
		"good":                         {good, func(*remotewrite.Histogram) {}, ""},
		"stale marker":                 {good, func(h *remotewrite.Histogram) { h.Sum, h.Count = remotewrite.StaleMarker(), 99 }, ""},
		"count differs":                {good, func(h *remotewrite.Histogram) { h.Count = 8 }, "the count is 8, but the buckets add up to 7"},
		"count too small":              {good, func(h *remotewrite.Histogram) { h.Count = 6 }, "the count is 6, but the buckets add up to 7"},
		"NaN observed":                 {good, func(h *remotewrite.Histogram) { h.Count, h.Sum = 8, math.NaN() }, ""},
		"schema 9":                     {good, func(h *remotewrite.Histogram) { h.Schema = 9 }, "schema 9 is not known"},
		"schema -5":                    {good, func(h *remotewrite.Histogram) { h.Schema = -5 }, "schema -5 is not known"},
		"bounds with exponential":      {good, func(h *remotewrite.Histogram) { h.CustomValues = []float64{1} }, "custom bounds with schema 0"},
		"spans without deltas":         {good, func(h *remotewrite.Histogram) { h.Positive.Deltas = nil }, "positive spans need 2 buckets, there are 0"},
		"deltas without spans":         {good, func(h *remotewrite.Histogram) { h.Negative.Deltas = []int64{1} }, "negative spans need 0 buckets, there are 1"},
		"both kinds of counts":         {good, func(h *remotewrite.Histogram) { h.Positive.Counts = []float64{1} }, "positive buckets have both integer and float counts"},
		"negative offset":              {good, func(h *remotewrite.Histogram) { h.Positive.Spans[1].Offset = -1 }, "positive span 1 begins before the end of the one before"},
		"negative first offset":        {good, func(h *remotewrite.Histogram) { h.Positive.Spans[0].Offset = -20 }, ""},
		"bucket below zero":            {good, func(h *remotewrite.Histogram) { h.Positive.Deltas[1] = -3 }, "a bucket has the count -1"},
		"too wide":                     {good, func(h *remotewrite.Histogram) { h.Positive.Spans[1].Offset = math.MaxInt32 }, "positive buckets span 2147483649, more than 100"},
		"begins nowhere":               {good, func(h *remotewrite.Histogram) { h.Positive.Spans[0].Offset = math.MinInt32 }, "positive buckets begin at -2147483648"},
		"zero threshold":               {good, func(h *remotewrite.Histogram) { h.ZeroThreshold = math.NaN() }, "the zero threshold is NaN"},
		"custom":                       {custom, func(*remotewrite.Histogram) {}, ""},
		"custom, bounds not sorted":    {custom, func(h *remotewrite.Histogram) { h.CustomValues = []float64{2, 1} }, "custom bounds must be finite and increase, 1 follows 2"},
		"custom, bound infinite":       {custom, func(h *remotewrite.Histogram) { h.CustomValues[1] = math.Inf(1) }, "custom bounds must be finite and increase, +Inf follows 1"},
		"custom, bound not a number":   {custom, func(h *remotewrite.Histogram) { h.CustomValues[0] = math.NaN() }, "custom bounds must be finite and increase, NaN follows -Inf"},
		"custom, more buckets":         {custom, func(h *remotewrite.Histogram) { h.CustomValues = h.CustomValues[:1] }, "buckets 0 to 2 beside 1 custom bounds"},
		"custom, bucket before first":  {custom, func(h *remotewrite.Histogram) { h.Positive.Spans[0].Offset = -1 }, "buckets -1 to 1 beside 2 custom bounds"},
		"custom, zero bucket":          {custom, func(h *remotewrite.Histogram) { h.ZeroCount = 1 }, "negative or zero buckets beside custom bounds"},
		"float":                        {func() remotewrite.Histogram { return float(1) }, func(*remotewrite.Histogram) {}, ""},
		"float, bucket not a number":   {func() remotewrite.Histogram { return float(math.NaN()) }, func(*remotewrite.Histogram) {}, "a bucket has the count NaN"},
		"float, count below zero":      {func() remotewrite.Histogram { return float(1) }, func(h *remotewrite.Histogram) { h.CountFloat = -1 }, "the count is -1, that of the zero bucket 0"},
		"buckets beyond 64 bits":       {good, func(h *remotewrite.Histogram) { h.ZeroCount = math.MaxUint64 }, "the buckets add up to more than 64 bits"},
		"bucket beyond 63 bits":        {good, func(h *remotewrite.Histogram) { h.Positive.Deltas = []int64{math.MaxInt64, 1} }, "a bucket has the count -9223372036854775808"},
		"bounds on an empty histogram": {custom, func(h *remotewrite.Histogram) { h.Positive, h.Count = remotewrite.Buckets{}, 0 }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := c.base()
			c.change(&h)
			err := h.Validate(100)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, "native histogram: "+c.want)
			var invalid *remotewrite.HistogramError
			require.ErrorAs(t, err, &invalid)
		})
	}
}

func float(bucket float64) remotewrite.Histogram {
	return remotewrite.Histogram{
		IsFloat: true, CountFloat: 1,
		Positive: remotewrite.Buckets{Spans: []remotewrite.Span{{Length: 1}}, Counts: []float64{bucket}},
	}
}
