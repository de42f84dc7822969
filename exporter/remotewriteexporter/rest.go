package remotewriteexporter

import (
	"slices"

	"go.opentelemetry.io/collector/pdata/pmetric"
)

// only returns a copy of those data points of a batch whose ordinals are given, in
// ascending order, with the resources, scopes and metrics around them.
func only(md pmetric.Metrics, ordinals []int) pmetric.Metrics {
	rest := pmetric.NewMetrics()
	md.CopyTo(rest)
	next := 0
	// Data points are asked in the order of the batch, and each once.
	out := func() bool {
		ordinal := next
		next++
		if len(ordinals) > 0 && ordinals[0] == ordinal {
			ordinals = ordinals[1:]
			return false
		}
		return true
	}
	rest.ResourceMetrics().RemoveIf(func(r pmetric.ResourceMetrics) bool {
		r.ScopeMetrics().RemoveIf(func(s pmetric.ScopeMetrics) bool {
			s.Metrics().RemoveIf(func(m pmetric.Metric) bool { return removePoints(m, out) == 0 })
			return s.Metrics().Len() == 0
		})
		return r.ScopeMetrics().Len() == 0
	})
	return rest
}

// removePoints removes data points and returns how many are left.
func removePoints(m pmetric.Metric, out func() bool) int {
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		m.Gauge().DataPoints().RemoveIf(func(pmetric.NumberDataPoint) bool { return out() })
	case pmetric.MetricTypeSum:
		m.Sum().DataPoints().RemoveIf(func(pmetric.NumberDataPoint) bool { return out() })
	case pmetric.MetricTypeHistogram:
		m.Histogram().DataPoints().RemoveIf(func(pmetric.HistogramDataPoint) bool { return out() })
	case pmetric.MetricTypeExponentialHistogram:
		m.ExponentialHistogram().DataPoints().RemoveIf(func(pmetric.ExponentialHistogramDataPoint) bool { return out() })
	case pmetric.MetricTypeSummary:
		m.Summary().DataPoints().RemoveIf(func(pmetric.SummaryDataPoint) bool { return out() })
	default:
	}
	return points(m)
}

// pointsOf are the ordinals of the data points in some requests, ascending.
func pointsOf(requests []*request) []int {
	var all []int
	for _, r := range requests {
		all = append(all, r.points...)
	}
	slices.Sort(all)
	return all
}
