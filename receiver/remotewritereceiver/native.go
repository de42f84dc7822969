package remotewritereceiver

import (
	"math"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// nanos is a time in milliseconds as OpenTelemetry has it. It must be valid.
func nanos(ms int64) pcommon.Timestamp { return pcommon.Timestamp(ms * 1_000_000) }

// stale marks a data point as the end of its series.
var stale = pmetric.DefaultDataPointFlags.WithNoRecordedValue(true)

// bucketsOf is the number of buckets of a valid histogram once the gaps between
// them are filled.
func bucketsOf(h *remotewrite.Histogram) int64 {
	return widthOf(&h.Negative) + widthOf(&h.Positive) + int64(len(h.CustomValues))
}

// putExponential writes a native histogram with exponential buckets.
//
// Prometheus's bucket i ends at base^i, OpenTelemetry's begins there, so indices
// differ by one. Observations beyond the largest float64 are in buckets of their
// own in Prometheus; OpenTelemetry has none for them, and they leave the count, too,
// because there it must be the sum of the buckets.
func putExponential(to pmetric.ExponentialHistogramDataPoint, h *remotewrite.Histogram) {
	to.SetTimestamp(nanos(h.Timestamp))
	to.SetStartTimestamp(nanos(startOf(h.Start, h.Timestamp)))
	if remotewrite.IsStaleMarker(h.Sum) {
		to.SetFlags(stale)
		return
	}
	to.SetScale(h.Schema)
	to.SetZeroThreshold(h.ZeroThreshold)
	to.SetZeroCount(h.ZeroCount)
	to.SetSum(h.Sum)
	last := lastFiniteBucket(h.Schema)
	positive := putBuckets(to.Positive(), &h.Positive, last)
	negative := putBuckets(to.Negative(), &h.Negative, last)
	to.SetCount(h.ZeroCount + positive + negative)
}

// lastFiniteBucket is the index of the bucket that ends at the largest float64.
func lastFiniteBucket(schema int32) int64 {
	if schema < 0 {
		return 1024 >> -schema
	}
	return 1024 << schema
}

// putBuckets fills the gaps between spans and returns the sum.
func putBuckets(to pmetric.ExponentialHistogramDataPointBuckets, b *remotewrite.Buckets, last int64) uint64 {
	if len(b.Deltas) == 0 {
		return 0
	}
	to.SetOffset(b.Spans[0].Offset - 1)
	counts := to.BucketCounts()
	counts.EnsureCapacity(int(widthOf(b)))
	var sum uint64
	eachBucket(b, func(index int64, count uint64) {
		if index <= last {
			counts.Append(count)
			sum += count
		}
	})
	return sum
}

func widthOf(b *remotewrite.Buckets) int64 {
	var n int64
	for i, s := range b.Spans {
		if i > 0 {
			n += int64(s.Offset)
		}
		n += int64(s.Length)
	}
	return n
}

// eachBucket visits all buckets from the first to the last, those in gaps too.
func eachBucket(b *remotewrite.Buckets, visit func(index int64, count uint64)) {
	var index, count int64
	next := 0
	for i, s := range b.Spans {
		if i == 0 {
			index = int64(s.Offset)
		} else {
			for range s.Offset {
				visit(index, 0)
				index++
			}
		}
		for range s.Length {
			count += b.Deltas[next]
			next++
			visit(index, uint64(count))
			index++
		}
	}
}

// putCustom writes a native histogram with bounds of its own.
func putCustom(to pmetric.HistogramDataPoint, h *remotewrite.Histogram) {
	to.SetTimestamp(nanos(h.Timestamp))
	to.SetStartTimestamp(nanos(startOf(h.Start, h.Timestamp)))
	if remotewrite.IsStaleMarker(h.Sum) {
		to.SetFlags(stale)
		return
	}
	to.SetSum(h.Sum)
	to.ExplicitBounds().FromRaw(h.CustomValues)
	counts := make([]uint64, len(h.CustomValues)+1)
	var sum uint64
	eachBucket(&h.Positive, func(index int64, count uint64) {
		counts[index] = count
		sum += count
	})
	to.BucketCounts().FromRaw(counts)
	to.SetCount(sum)
}

// isCount reports whether a value can be the count of observations.
func isCount(v float64) bool { return v >= 0 && v < 1<<63 && v == math.Trunc(v) }
