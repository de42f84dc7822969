package sampling

import (
	"time"

	"github.com/cespare/xxhash/v2"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/internal/datapoint"
)

// A series is what is remembered of one.
type series struct {
	start    pcommon.Timestamp
	at       pcommon.Timestamp // of the latest point
	value    float64           // of it, if it is a number that only grows
	interval time.Duration     // between points
	count    uint64            // of points, from a beginning that the hash decides
	seen     time.Time
	shed     bool

	// Its points in the batch of this number: how many, and which is the latest.
	batch   uint64
	inBatch uint64
	last    int
	lastAt  pcommon.Timestamp
}

// join counts a point in a batch.
func (s *series) join(batch uint64, ordinal int, at pcommon.Timestamp) {
	if s.batch != batch {
		s.batch, s.inBatch, s.lastAt = batch, 0, 0
	}
	if s.inBatch++; at >= s.lastAt {
		s.last, s.lastAt = ordinal, at
	}
}

// maxInterval is longer than any interval at which points of a series come. What is
// farther apart was interrupted.
const maxInterval = 10 * time.Minute

// observe takes a data point in and reports whether it must not be given up, because
// nothing before it says the same.
func (s *series) observe(p datapoint.Point, value float64) (first bool) {
	s.count++
	if p.Timestamp() < s.at {
		return false // late
	}
	if s.at != 0 && p.Timestamp() > s.at {
		s.interval = min(time.Duration(p.Timestamp()-s.at), maxInterval)
	}
	first = p.StartTimestamp() != s.start || value < s.value
	s.at, s.start, s.value = p.Timestamp(), p.StartTimestamp(), value
	return first
}

// hits reports whether the latest n points have one that is kept when every k-th is.
func (s *series) hits(n, k uint64) bool { return s.count/k != (s.count-n)/k }

// within halves a decimation until the points are no farther apart than limit.
func (s *series) within(k uint64, limit time.Duration) uint64 {
	for k > 1 && time.Duration(k)*s.interval > limit {
		k /= 2
	}
	return k
}

// valueOf is the value of a counter, which falls only if it begins again. Of
// anything else it is 0.
func valueOf(p datapoint.Point, m pmetric.Metric) float64 {
	if m.Type() != pmetric.MetricTypeSum || !m.Sum().IsMonotonic() {
		return 0
	}
	n, ok := p.(pmetric.NumberDataPoint)
	switch {
	case !ok:
		return 0
	case n.ValueType() == pmetric.NumberDataPointValueTypeInt:
		return float64(n.IntValue())
	default:
		return n.DoubleValue()
	}
}

// mapHash is a hash of attributes, whatever their order.
func mapHash(m pcommon.Map) uint64 {
	sum := uint64(len("attributes"))
	for key, value := range m.All() {
		text := value.Str()
		if value.Type() != pcommon.ValueTypeStr {
			text = value.AsString()
		}
		sum += rehash(xxhash.Sum64String(key) ^ rehash(xxhash.Sum64String(text)))
	}
	return sum
}
