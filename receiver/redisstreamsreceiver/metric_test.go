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

// gauge returns the value of a gauge of one stream, and whether it has one.
func (r *running) gauge(name string) (int64, bool) {
	r.t.Helper()
	m, err := r.tel.GetMetric("otelcol_redis_streams_" + name)
	if err != nil {
		return 0, false
	}
	points := m.Data.(metricdata.Gauge[int64]).DataPoints
	if len(points) != 1 {
		return 0, false
	}
	return points[0].Value, true
}

// recorded is how many values a histogram has, over all data points.
func (r *running) recorded(name string) int {
	r.t.Helper()
	m, err := r.tel.GetMetric("otelcol_redis_streams_" + name)
	if err != nil {
		return 0
	}
	n := 0
	for _, p := range m.Data.(metricdata.Histogram[float64]).DataPoints {
		n += int(p.Count)
	}
	return n
}
