// Package remotewritetest makes the remote-write load that benchmarks share, and is
// the backend that tests send to.
package remotewritetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// A Workload is what a fleet of identical targets exposes, one sample for each
// series.
type Workload struct {
	Targets int
	Series  int // over all targets
	Seed    uint64

	// Interleaved shuffles the series, as many shards of one sender do. Otherwise
	// they come target by target.
	Interleaved bool
}

// Standard is the load that results are quoted for: 2,000 series of 20 targets
// with 12 labels each, shuffled, one sample each.
var Standard = Workload{Targets: 20, Series: 2000, Seed: 1, Interleaved: true}

// TimeSeries returns the series at a time in milliseconds. They are the same at
// every time, but for their values.
func (w Workload) TimeSeries(now int64) []remotewrite.TimeSeries {
	out := make([]remotewrite.TimeSeries, w.Series)
	perTarget := (w.Series + w.Targets - 1) / w.Targets
	for i := range out {
		target, n := i/perTarget, i%perTarget
		out[i] = remotewrite.TimeSeries{
			Labels:   labels(target, n),
			Samples:  []remotewrite.Sample{{Value: float64(n) + float64(now%60_000)/1000, Timestamp: now}},
			Metadata: remotewrite.Metadata{Type: remotewrite.TypeCounter, Help: fmt.Sprintf("Requests of kind %d.", n/10)},
		}
	}
	if w.Interleaved {
		r := rand.New(rand.NewPCG(w.Seed, 0))
		r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	}
	return out
}

// labels are twelve, sorted, in the sizes that Kubernetes monitoring has.
func labels(target, n int) []remotewrite.Label {
	return []remotewrite.Label{
		{Name: "__name__", Value: fmt.Sprintf("http_server_requests_kind_%d_total", n/10)},
		{Name: "cluster", Value: "production-eu-west-1"},
		{Name: "code", Value: fmt.Sprint(200 + n%5)},
		{Name: "container", Value: "app"},
		{Name: "endpoint", Value: "http-metrics"},
		{Name: "handler", Value: "/api/v1/resource/" + fmt.Sprint(n%2)},
		{Name: "instance", Value: fmt.Sprintf("10.24.%d.17:8080", target)},
		{Name: "job", Value: "monitoring/backend"},
		{Name: "method", Value: "GET"},
		{Name: "namespace", Value: "backend"},
		{Name: "pod", Value: fmt.Sprintf("backend-7d9f8b6c5d-%05d", target)},
		{Name: "service", Value: "backend"},
	}
}

// Histograms returns n classic histograms of ten buckets, thirteen series each, one
// behind the other as they are scraped, without metadata.
func Histograms(n int, now int64) []remotewrite.TimeSeries {
	var out []remotewrite.TimeSeries
	for i := range n {
		for j := range 13 {
			l := labels(i/10, i%10)
			value := float64(10 * min(j, 10))
			switch j {
			case 11:
				l[0].Value = "http_request_duration_seconds_sum"
			case 12:
				l[0].Value = "http_request_duration_seconds_count"
			default:
				bound := strconv.FormatFloat(float64(j)/10, 'g', -1, 64)
				if j == 10 {
					bound = "+Inf"
				}
				l[0].Value = "http_request_duration_seconds_bucket"
				l = slices.Insert(l, 8, remotewrite.Label{Name: "le", Value: bound})
			}
			out = append(out, remotewrite.TimeSeries{Labels: l, Samples: []remotewrite.Sample{{Value: min(value, 100), Timestamp: now}}})
		}
	}
	return out
}

// Names returns n series with a name each, as an exporter of a device has them,
// without metadata.
func Names(n int, now int64) []remotewrite.TimeSeries {
	out := Workload{Targets: 1, Series: n}.TimeSeries(now)
	for i := range out {
		out[i].Labels[0].Value = fmt.Sprintf("device_metric_%d_count", i)
		out[i].Metadata = remotewrite.Metadata{}
	}
	return out
}

// V1 encodes the series as a 1.0 request.
func V1(series []remotewrite.TimeSeries) []byte { return remotewrite.AppendV1(nil, series, nil) }

// V2 encodes the series as a 2.0 request.
func V2(series []remotewrite.TimeSeries) []byte {
	var e remotewrite.V2Encoder
	e.Reset()
	for i := range series {
		e.Add(&series[i])
	}
	return e.Append(nil)
}
