package redisstreamsreceiver

import "go.opentelemetry.io/otel/sdk/metric/metricdata"

// sumOf is the sum over all data points of a counter.
func sumOf(m metricdata.Metrics) int {
	sum, ok := m.Data.(metricdata.Sum[int64])
	if !ok {
		return 0
	}
	total := 0
	for _, p := range sum.DataPoints {
		total += int(p.Value)
	}
	return total
}
