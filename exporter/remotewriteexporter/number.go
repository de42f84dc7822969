package remotewriteexporter

import (
	"math"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// numbers translates gauges and sums. Only what counts has a start.
func (t *translator) numbers(list pmetric.NumberDataPointSlice, counts bool) (latest pcommon.Timestamp) {
	for _, p := range list.All() {
		latest = max(latest, p.Timestamp())
		t.pointLabels(p.Attributes())
		t.begin(t.next, 1)
		s := t.series(t.point, "", t.metadata)
		sample := remotewrite.Sample{Value: number(p), Timestamp: milliseconds(p.Timestamp())}
		if counts {
			sample.Start = startOf(p.StartTimestamp(), p.Timestamp())
		}
		addSample(s, sample, &t.dealer.samples)
		t.exemplars(s, p.Exemplars(), p.Timestamp(), math.Inf(-1), math.Inf(1))
		t.next++
	}
	return latest
}

func number(p pmetric.NumberDataPoint) float64 {
	switch {
	case p.Flags().NoRecordedValue():
		return remotewrite.StaleMarker()
	case p.ValueType() == pmetric.NumberDataPointValueTypeInt:
		return float64(p.IntValue())
	default:
		return p.DoubleValue()
	}
}

// startOf is when a data point began to count, 0 if that is not known or would not
// be before its end. It is rounded: a start that was scraped as a number of seconds
// comes a few nanoseconds short of its millisecond.
func startOf(start, at pcommon.Timestamp) int64 {
	if start > at {
		return 0
	}
	return min(milliseconds(start+500_000), milliseconds(at))
}

// summary translates a summary into its sum, count and quantiles.
func (t *translator) summary(p pmetric.SummaryDataPoint) {
	t.pointLabels(p.Attributes())
	t.begin(t.next, 2+p.QuantileValues().Len())
	times := times{at: milliseconds(p.Timestamp()), start: startOf(p.StartTimestamp(), p.Timestamp()), stale: p.Flags().NoRecordedValue()}
	t.addPiece("_sum", remotewrite.Label{}, p.Sum(), times)
	t.addPiece("_count", remotewrite.Label{}, float64(p.Count()), times)
	times.start = 0 // quantiles do not count
	for _, q := range p.QuantileValues().All() {
		t.addPiece("", remotewrite.Label{Name: quantileLabel, Value: formatBound(q.Quantile())}, q.Value(), times)
	}
}

// times is what the samples of a data point have in common.
type times struct {
	at, start int64
	stale     bool
}

// addPiece adds a sample to one of the series of a data point.
func (t *translator) addPiece(suffix string, extra remotewrite.Label, value float64, at times) *remotewrite.TimeSeries {
	if at.stale {
		value = remotewrite.StaleMarker()
	}
	s := t.series(t.pieceLabels(t.metadata.Family+suffix, extra), suffix+extra.Value, t.metadata)
	addSample(s, remotewrite.Sample{Value: value, Timestamp: at.at, Start: at.start}, &t.dealer.samples)
	return s
}
