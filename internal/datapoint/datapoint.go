// Package datapoint walks over the data points of metrics of every type alike.
//
// Data points have ordinals: their places in the order of the batch, over all
// resources, scopes and metrics. Every walk counts alike.
package datapoint

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// A Point is what data points of all types have in common.
type Point interface {
	Attributes() pcommon.Map
	StartTimestamp() pcommon.Timestamp
	Timestamp() pcommon.Timestamp
	Flags() pmetric.DataPointFlags
}

// Each calls visit for each data point of a metric.
func Each(m pmetric.Metric, visit func(Point)) {
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		for _, p := range m.Gauge().DataPoints().All() {
			visit(p)
		}
	case pmetric.MetricTypeSum:
		for _, p := range m.Sum().DataPoints().All() {
			visit(p)
		}
	case pmetric.MetricTypeHistogram:
		for _, p := range m.Histogram().DataPoints().All() {
			visit(p)
		}
	case pmetric.MetricTypeExponentialHistogram:
		for _, p := range m.ExponentialHistogram().DataPoints().All() {
			visit(p)
		}
	case pmetric.MetricTypeSummary:
		for _, p := range m.Summary().DataPoints().All() {
			visit(p)
		}
	default:
	}
}

// Len is the number of data points of a metric.
func Len(m pmetric.Metric) int {
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		return m.Gauge().DataPoints().Len()
	case pmetric.MetricTypeSum:
		return m.Sum().DataPoints().Len()
	case pmetric.MetricTypeHistogram:
		return m.Histogram().DataPoints().Len()
	case pmetric.MetricTypeExponentialHistogram:
		return m.ExponentialHistogram().DataPoints().Len()
	case pmetric.MetricTypeSummary:
		return m.Summary().DataPoints().Len()
	default:
		return 0
	}
}

// Cumulative reports whether the data points of a metric each stand for all that
// was before: a later one makes an earlier one dispensable. Gauges count as such.
func Cumulative(m pmetric.Metric) bool {
	switch m.Type() {
	case pmetric.MetricTypeSum:
		return m.Sum().AggregationTemporality() == pmetric.AggregationTemporalityCumulative
	case pmetric.MetricTypeHistogram:
		return m.Histogram().AggregationTemporality() == pmetric.AggregationTemporalityCumulative
	case pmetric.MetricTypeExponentialHistogram:
		return m.ExponentialHistogram().AggregationTemporality() == pmetric.AggregationTemporalityCumulative
	default:
		return true
	}
}

// A Fate is what becomes of a data point.
type Fate uint8

// The fates.
const (
	Drop Fate = iota
	Keep
	// End keeps the data point as the mark that its series has ended: with the flag
	// that there is no recorded value.
	End
)

// Select returns a copy of those data points of a batch that are kept, with the
// resources, scopes and metrics around them. It only reads the batch.
func Select(md pmetric.Metrics, fate func(ordinal int) Fate) pmetric.Metrics {
	out := pmetric.NewMetrics()
	next := 0
	for _, r := range md.ResourceMetrics().All() {
		resource := out.ResourceMetrics().AppendEmpty()
		for _, s := range r.ScopeMetrics().All() {
			scope := resource.ScopeMetrics().AppendEmpty()
			for _, m := range s.Metrics().All() {
				metric := scope.Metrics().AppendEmpty()
				selectPoints(m, metric, func() Fate {
					next++
					return fate(next - 1)
				})
			}
			scope.Metrics().RemoveIf(func(m pmetric.Metric) bool { return Len(m) == 0 })
			if scope.Metrics().Len() > 0 {
				s.Scope().CopyTo(scope.Scope())
				scope.SetSchemaUrl(s.SchemaUrl())
			}
		}
		resource.ScopeMetrics().RemoveIf(func(s pmetric.ScopeMetrics) bool { return s.Metrics().Len() == 0 })
		if resource.ScopeMetrics().Len() > 0 {
			r.Resource().CopyTo(resource.Resource())
			resource.SetSchemaUrl(r.SchemaUrl())
		}
	}
	out.ResourceMetrics().RemoveIf(func(r pmetric.ResourceMetrics) bool { return r.ScopeMetrics().Len() == 0 })
	return out
}

// A list is a slice of data points.
type list[P any] interface {
	Len() int
	At(i int) P
	AppendEmpty() P
}

// A point is a data point that can be copied.
type point[P any] interface {
	CopyTo(to P)
	SetFlags(flags pmetric.DataPointFlags)
	Flags() pmetric.DataPointFlags
}

func selectPoints(from, to pmetric.Metric, fate func() Fate) {
	to.SetName(from.Name())
	to.SetDescription(from.Description())
	to.SetUnit(from.Unit())
	from.Metadata().CopyTo(to.Metadata())
	switch from.Type() {
	case pmetric.MetricTypeGauge:
		copyPoints[pmetric.NumberDataPoint](from.Gauge().DataPoints(), to.SetEmptyGauge().DataPoints(), fate)
	case pmetric.MetricTypeSum:
		sum := to.SetEmptySum()
		sum.SetIsMonotonic(from.Sum().IsMonotonic())
		sum.SetAggregationTemporality(from.Sum().AggregationTemporality())
		copyPoints[pmetric.NumberDataPoint](from.Sum().DataPoints(), sum.DataPoints(), fate)
	case pmetric.MetricTypeHistogram:
		h := to.SetEmptyHistogram()
		h.SetAggregationTemporality(from.Histogram().AggregationTemporality())
		copyPoints[pmetric.HistogramDataPoint](from.Histogram().DataPoints(), h.DataPoints(), fate)
	case pmetric.MetricTypeExponentialHistogram:
		h := to.SetEmptyExponentialHistogram()
		h.SetAggregationTemporality(from.ExponentialHistogram().AggregationTemporality())
		copyPoints[pmetric.ExponentialHistogramDataPoint](from.ExponentialHistogram().DataPoints(), h.DataPoints(), fate)
	case pmetric.MetricTypeSummary:
		copyPoints[pmetric.SummaryDataPoint](from.Summary().DataPoints(), to.SetEmptySummary().DataPoints(), fate)
	default:
	}
}

func copyPoints[P point[P], L list[P]](from, to L, fate func() Fate) {
	for i := range from.Len() {
		f := fate()
		if f == Drop {
			continue
		}
		p := to.AppendEmpty()
		from.At(i).CopyTo(p)
		if f == End {
			p.SetFlags(p.Flags().WithNoRecordedValue(true))
		}
	}
}
