package remotewriteexporter

import (
	"encoding/hex"
	"math"
	"slices"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// maxExemplarRunes is how much text the labels of an exemplar may have:
// https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md#exemplars
const maxExemplarRunes = 128

// exemplars adds those exemplars to a series whose value is in (above, upTo]. One
// without a time has that of its data point. If that has none either, it is left out:
// the definition of 2.0 demands one.
func (t *translator) exemplars(s *remotewrite.TimeSeries, list pmetric.ExemplarSlice, at pcommon.Timestamp, above, upTo float64) {
	for _, e := range list.All() {
		value := e.DoubleValue()
		if e.ValueType() == pmetric.ExemplarValueTypeInt {
			value = float64(e.IntValue())
		}
		if !within(value, above, upTo) {
			continue
		}
		when := e.Timestamp()
		if when == 0 {
			when = at
		}
		if milliseconds(when) == 0 {
			continue
		}
		s.Exemplars = append(s.Exemplars, remotewrite.Exemplar{Labels: t.exemplarLabels(e), Value: value, Timestamp: milliseconds(when)})
	}
	slices.SortStableFunc(s.Exemplars, func(a, b remotewrite.Exemplar) int { return int(a.Timestamp - b.Timestamp) })
}

// within reports whether a value is in (above, upTo]. What is no number is in no
// bucket but the last.
func within(value, above, upTo float64) bool {
	if math.IsNaN(value) {
		return math.IsInf(upTo, 1)
	}
	return value <= upTo && (value > above || math.IsInf(above, -1))
}

// exemplarLabels are the trace, and the attributes if there is room for them.
func (t *translator) exemplarLabels(e pmetric.Exemplar) []remotewrite.Label {
	var labels []remotewrite.Label
	if id := e.TraceID(); !id.IsEmpty() {
		labels = append(labels, remotewrite.Label{Name: "trace_id", Value: hex.EncodeToString(id[:])})
	}
	if id := e.SpanID(); !id.IsEmpty() {
		labels = append(labels, remotewrite.Label{Name: "span_id", Value: hex.EncodeToString(id[:])})
	}
	t.attributeLabels(e.FilteredAttributes(), nil)
	all := labels
	for _, l := range t.own {
		if !slices.ContainsFunc(labels, func(have remotewrite.Label) bool { return have.Name == l.Name }) {
			all = append(all, l)
		}
	}
	runes := 0
	for _, l := range all {
		runes += utf8.RuneCountInString(l.Name) + utf8.RuneCountInString(l.Value)
	}
	if runes <= maxExemplarRunes {
		labels = all
	}
	slices.SortFunc(labels, byName)
	return labels
}
