package remotewriteexporter

import (
	"slices"

	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/internal/datapoint"
)

// only returns a copy of those data points of a batch whose ordinals are given, in
// ascending order, with the resources, scopes and metrics around them.
func only(md pmetric.Metrics, ordinals []int) pmetric.Metrics {
	return datapoint.Select(md, func(ordinal int) datapoint.Fate {
		if len(ordinals) > 0 && ordinals[0] == ordinal {
			ordinals = ordinals[1:]
			return datapoint.Keep
		}
		return datapoint.Drop
	})
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
