package remotewrite

import (
	"math"
	"unsafe"
)

// A Histogram is one sample of a native histogram. Integer histograms have Count,
// ZeroCount and deltas; float histograms, IsFloat, have CountFloat,
// ZeroCountFloat and counts. Buckets are those of
// https://prometheus.io/docs/specs/native_histograms/.
type Histogram struct {
	IsFloat        bool
	Count          uint64
	CountFloat     float64
	Sum            float64 // the stale marker says that the series has ended
	Schema         int32   // -4 to 8, or CustomBuckets
	ZeroThreshold  float64
	ZeroCount      uint64
	ZeroCountFloat float64
	Negative       Buckets
	Positive       Buckets
	ResetHint      ResetHint
	Timestamp      int64

	// CustomValues are the upper bounds of the buckets if Schema is CustomBuckets;
	// one more bucket goes to infinity.
	CustomValues []float64

	// Start is when the histogram began to count, 0 if that is not known. 1.0 does
	// not carry it.
	Start int64
}

// CustomBuckets is the schema of a histogram whose bounds are CustomValues.
const CustomBuckets = -53

// Buckets are the buckets on one side of zero.
type Buckets struct {
	Spans []Span

	// Deltas are the differences of each bucket's count to that of the one before,
	// in integer histograms.
	Deltas []int64

	// Counts are the counts themselves, in float histograms.
	Counts []float64
}

// A Span is a run of buckets: Offset is the gap to the span before it, or the
// index of the first bucket.
type Span struct {
	Offset int32
	Length uint32
}

// ResetHint says whether the counts have begun anew.
type ResetHint int32

// The reset hints. ResetGauge marks a histogram that is no cumulative one.
const (
	ResetUnknown ResetHint = iota
	ResetYes
	ResetNo
	ResetGauge
)

// Fields of Histogram, the same in both versions but for the last.
const (
	histogramCount          = 1<<3 | wireVarint
	histogramCountFloat     = 2<<3 | wireFixed64
	histogramSum            = 3<<3 | wireFixed64
	histogramSchema         = 4<<3 | wireVarint
	histogramZeroThreshold  = 5<<3 | wireFixed64
	histogramZeroCount      = 6<<3 | wireVarint
	histogramZeroCountFloat = 7<<3 | wireFixed64
	histogramNegative       = 8  // spans, deltas and counts follow each other
	histogramPositive       = 11 // as above
	histogramResetHint      = 14<<3 | wireVarint
	histogramTimestamp      = 15<<3 | wireVarint
	histogramCustomValues   = 16<<3 | wireBytes
	histogramCustomValue    = 16<<3 | wireFixed64
	histogramStart          = 17<<3 | wireVarint
	lastHistogramField      = 17

	spanOffset    = 1<<3 | wireVarint
	spanLength    = 2<<3 | wireVarint
	lastSpanField = 2
)

// histogram decodes one histogram and appends it. Of the two counts, and the two
// zero counts, the last one counts: each pair is a oneof.
func (v *view) histogram(data []byte) error {
	if err := v.take(int(unsafe.Sizeof(Histogram{})) + len(data)*deltaBytes); err != nil {
		return err
	}
	h := v.nextHistogram()
	f := fields{buf: data}
	for f.next() {
		switch f.tag {
		case histogramCount:
			h.Count, h.CountFloat, h.IsFloat = f.number, 0, false
		case histogramCountFloat:
			h.Count, h.CountFloat, h.IsFloat = 0, math.Float64frombits(f.number), true
		case histogramSum:
			h.Sum = math.Float64frombits(f.number)
		case histogramSchema:
			h.Schema = int32(zigzag(f.number & math.MaxUint32))
		case histogramZeroThreshold:
			h.ZeroThreshold = math.Float64frombits(f.number)
		case histogramZeroCount:
			h.ZeroCount, h.ZeroCountFloat = f.number, 0
		case histogramZeroCountFloat:
			h.ZeroCount, h.ZeroCountFloat = 0, math.Float64frombits(f.number)
		case histogramResetHint:
			h.ResetHint = ResetHint(f.number)
		case histogramTimestamp:
			h.Timestamp = int64(f.number)
		case histogramCustomValues:
			h.CustomValues, f.err = appendDoubles(h.CustomValues, f.data())
		case histogramCustomValue:
			h.CustomValues = append(h.CustomValues, math.Float64frombits(f.number))
		case histogramStart:
			h.Start = int64(f.number)
		default:
			h.buckets(&f)
		}
		if f.err != nil {
			return f.err
		}
	}
	return f.err
}

// deltaBytes is what a delta of at least one byte takes.
const deltaBytes = 8

// nextHistogram makes room for one more and keeps the slices of the one that was
// there before.
func (v *view) nextHistogram() *Histogram {
	hs := v.series.Histograms
	if len(hs) == cap(hs) {
		hs = append(hs, Histogram{})
	} else {
		hs = hs[:len(hs)+1]
	}
	v.series.Histograms = hs
	h := &hs[len(hs)-1]
	*h = Histogram{Negative: h.Negative.emptied(), Positive: h.Positive.emptied(), CustomValues: h.CustomValues[:0]}
	return h
}

// trim lets go of slices that have grown too large to keep.
func (h *Histogram) trim() {
	h.CustomValues = keep(h.CustomValues)
	for _, b := range []*Buckets{&h.Negative, &h.Positive} {
		b.Spans, b.Deltas, b.Counts = keep(b.Spans), keep(b.Deltas), keep(b.Counts)
	}
}

func (b *Buckets) emptied() Buckets {
	return Buckets{Spans: b.Spans[:0], Deltas: b.Deltas[:0], Counts: b.Counts[:0]}
}

// buckets decodes a field about buckets, or skips what it does not know.
func (h *Histogram) buckets(f *fields) {
	b, first := &h.Negative, uint64(histogramNegative)
	if f.tag>>3 >= histogramPositive {
		b, first = &h.Positive, histogramPositive
	}
	switch f.tag {
	case first<<3 | wireBytes:
		var s Span
		s, f.err = decodeSpan(f.data())
		b.Spans = append(b.Spans, s)
	case (first+1)<<3 | wireBytes:
		b.Deltas, f.err = appendDeltas(b.Deltas, f.data())
	case (first+1)<<3 | wireVarint:
		b.Deltas = append(b.Deltas, zigzag(f.number))
	case (first+2)<<3 | wireBytes:
		b.Counts, f.err = appendDoubles(b.Counts, f.data())
	case (first+2)<<3 | wireFixed64:
		b.Counts = append(b.Counts, math.Float64frombits(f.number))
	default:
		f.skip(lastHistogramField)
	}
}

func decodeSpan(data []byte) (Span, error) {
	var s Span
	f := fields{buf: data}
	for f.next() {
		switch f.tag {
		case spanOffset:
			s.Offset = int32(zigzag(f.number & math.MaxUint32))
		case spanLength:
			s.Length = uint32(f.number)
		default:
			f.skip(lastSpanField)
		}
	}
	return s, f.err
}

func appendDeltas(dst []int64, data []byte) ([]int64, error) {
	for pos := 0; pos < len(data); {
		var v uint64
		if v, pos = varint(data, pos); pos < 0 {
			return dst, errVarint
		}
		dst = append(dst, zigzag(v))
	}
	return dst, nil
}
