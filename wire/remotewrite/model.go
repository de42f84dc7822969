package remotewrite

import (
	"math"
	"strconv"
)

// A TimeSeries is one series with everything a request says about it, as
// encoders take it and Resolve gives it. Times are milliseconds since 1970.
type TimeSeries struct {
	Labels     []Label
	Samples    []Sample
	Histograms []Histogram
	Exemplars  []Exemplar

	// Metadata is carried by 2.0 only; its Family stays empty there.
	Metadata Metadata
}

// A Label is a name with its value.
type Label struct{ Name, Value string }

// A Sample is a value at a time.
type Sample struct {
	Value     float64
	Timestamp int64

	// Start is when a cumulative value began to count, 0 if that is not known.
	// 1.0 does not carry it.
	Start int64
}

// An Exemplar is an example observation, typically with a trace_id label.
type Exemplar struct {
	Labels    []Label
	Value     float64
	Timestamp int64
}

// Metadata describes a metric family.
type Metadata struct {
	Family string // of 1.0 only: there metadata stands apart from the series
	Type   MetricType
	Help   string
	Unit   string
}

// MetricType is the type of a metric family. The numbers are those of both
// versions.
type MetricType int32

// The metric types.
const (
	TypeUnspecified MetricType = iota
	TypeCounter
	TypeGauge
	TypeHistogram
	TypeGaugeHistogram
	TypeSummary
	TypeInfo
	TypeStateSet
	metricTypes // their number
)

var typeNames = [metricTypes]string{
	"unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset",
}

// String is the type as OpenMetrics writes it. A number that stands for no type
// is written as it is.
func (t MetricType) String() string {
	if t < 0 || t >= metricTypes {
		return strconv.Itoa(int(t))
	}
	return typeNames[t]
}

// ParseMetricType is the opposite of String; ok is false for any other word.
func ParseMetricType(s string) (t MetricType, ok bool) {
	for i, name := range typeNames {
		if s == name {
			return MetricType(i), true
		}
	}
	return TypeUnspecified, false
}

// staleNaN is the value that marks a series as ended; Prometheus,
// model/value/value.go. It is a NaN like no other, so bits are compared.
const staleNaN = 0x7ff0000000000002

// StaleMarker returns the value that marks a series as ended.
func StaleMarker() float64 { return math.Float64frombits(staleNaN) }

// IsStaleMarker reports whether a value, or the sum of a histogram, says that the
// series has ended. Other NaNs are ordinary values.
func IsStaleMarker(v float64) bool { return math.Float64bits(v) == staleNaN }
