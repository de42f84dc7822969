package remotewriteexporter

import (
	"errors"
	"fmt"
	"math"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// Prometheus has these schemas and, where a sender says nothing, this width of the
// zero bucket.
const (
	minScale             = -4
	maxScale             = 8
	defaultZeroThreshold = 1e-128
)

// nativePiece keeps native histograms apart from samples of the same labels: a series
// of a request has either.
const nativePiece = "native"

// exponential translates an exponential histogram into a native one. One that has
// no sum cannot be one, says the specification.
func (t *translator) exponential(p pmetric.ExponentialHistogramDataPoint) {
	h, reason, err := nativeHistogram(p)
	if err != nil {
		t.refuse(1, reason, fmt.Errorf("metric %q: %w", t.metadata.Family, err))
		return
	}
	t.pointLabels(p.Attributes())
	t.begin(t.next, 1)
	s := t.series(t.point, nativePiece, t.metadata)
	addHistogram(s, h)
	t.exemplars(s, p.Exemplars(), p.Timestamp(), math.Inf(-1), math.Inf(1))
}

func nativeHistogram(p pmetric.ExponentialHistogramDataPoint) (h *remotewrite.Histogram, reason string, err error) {
	h = &remotewrite.Histogram{
		Schema: min(p.Scale(), maxScale), ZeroThreshold: p.ZeroThreshold(),
		Timestamp: milliseconds(p.Timestamp()), Start: startOf(p.StartTimestamp(), p.Timestamp()),
	}
	if h.ZeroThreshold == 0 {
		h.ZeroThreshold = defaultZeroThreshold
	}
	switch {
	case p.Scale() < minScale:
		return nil, reasonScale, fmt.Errorf("scale %d of an exponential histogram is below %d, the coarsest that Prometheus has", p.Scale(), minScale)
	case p.Flags().NoRecordedValue():
		h.Sum = remotewrite.StaleMarker()
		return h, "", nil
	case !p.HasSum():
		return nil, reasonNoSum, errors.New("exponential histogram without a sum")
	}
	h.Sum, h.Count, h.ZeroCount = p.Sum(), p.Count(), p.ZeroCount()
	coarser := p.Scale() - h.Schema
	if h.Positive, err = exponentialBuckets(p.Positive(), coarser); err == nil {
		h.Negative, err = exponentialBuckets(p.Negative(), coarser)
	}
	if err == nil {
		err = consistent(h)
	}
	return h, reasonBuckets, err
}

// consistent reports what a histogram contradicts itself in. Prometheus refuses the
// whole request for one that does.
func consistent(h *remotewrite.Histogram) error { return h.Validate(math.MaxInt32) }

// exponentialBuckets merges 2^coarser buckets into one each. Bucket 0 ends at 1 in
// Prometheus and begins there in OTLP.
func exponentialBuckets(b pmetric.ExponentialHistogramDataPointBuckets, coarser int32) (remotewrite.Buckets, error) {
	var s sparse
	for i, count := range b.BucketCounts().All() {
		if count == 0 {
			continue
		}
		index := (int64(b.Offset())+int64(i))>>min(coarser, 62) + 1
		if index > math.MaxInt32 || index < math.MinInt32 {
			return s.buckets, fmt.Errorf("bucket %d of an exponential histogram is out of range", index)
		}
		s.add(index, count)
	}
	s.flush()
	return s.buckets, nil
}

// customBuckets is a histogram with explicit bounds as one native histogram.
func customBuckets(p pmetric.HistogramDataPoint) (*remotewrite.Histogram, error) {
	h := &remotewrite.Histogram{Schema: remotewrite.CustomBuckets, Timestamp: milliseconds(p.Timestamp()), Start: startOf(p.StartTimestamp(), p.Timestamp())}
	if p.Flags().NoRecordedValue() {
		h.Sum = remotewrite.StaleMarker()
		return h, nil
	}
	bounds, err := customValues(p.ExplicitBounds())
	if err != nil {
		return nil, err
	}
	var s sparse
	total := uint64(0)
	for i, count := range p.BucketCounts().All() {
		if count > 0 {
			s.add(int64(min(i, len(bounds))), count)
		}
		total += count
	}
	if p.Count() > total { // the buckets do not say where the others are
		s.add(int64(len(bounds)), p.Count()-total)
		total = p.Count()
	}
	s.flush()
	h.Positive, h.Count, h.Sum, h.CustomValues = s.buckets, total, p.Sum(), bounds
	return h, consistent(h)
}

// customValues are bounds without the infinite one, which is implied.
func customValues(list pcommon.Float64Slice) ([]float64, error) {
	bounds := list.AsRaw()
	if n := len(bounds); n > 0 && math.IsInf(bounds[n-1], 1) {
		bounds = bounds[:n-1]
	}
	for i, b := range bounds {
		if math.IsNaN(b) || math.IsInf(b, 0) || i > 0 && b <= bounds[i-1] {
			return nil, fmt.Errorf("bounds of a histogram must be finite and ascend, not %v", bounds)
		}
	}
	return bounds, nil
}

// sparse builds spans and deltas from buckets that are added in ascending order.
type sparse struct {
	buckets remotewrite.Buckets
	index   int64  // of the bucket that is being added
	count   uint64 // of it
	end     int64  // behind the last bucket written
	last    int64  // its count
}

// maxGap is how many empty buckets are cheaper to write than a new span.
const maxGap = 2

func (s *sparse) add(index int64, count uint64) {
	if index != s.index {
		s.flush()
	}
	s.index = index
	s.count += count
}

func (s *sparse) flush() {
	if s.count == 0 {
		return
	}
	b := &s.buckets
	gap := s.index - s.end
	switch n := len(b.Spans); {
	case n == 0 || gap > maxGap:
		b.Spans = append(b.Spans, remotewrite.Span{Offset: int32(gap)})
	default:
		for range gap {
			s.write(0)
		}
	}
	s.write(int64(s.count))
	s.end, s.count = s.index+1, 0
}

func (s *sparse) write(count int64) {
	s.buckets.Spans[len(s.buckets.Spans)-1].Length++
	s.buckets.Deltas = append(s.buckets.Deltas, count-s.last)
	s.last = count
}
