package remotewriteexporter

import (
	"fmt"
	"math"
	"strconv"

	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// explicit translates a histogram with explicit bounds.
func (t *translator) explicit(p pmetric.HistogramDataPoint) {
	t.pointLabels(p.Attributes())
	n := 0
	if t.cfg.Histograms != HistogramsNative {
		n += p.ExplicitBounds().Len() + 3
	}
	var native *remotewrite.Histogram
	if t.cfg.Histograms != HistogramsClassic {
		h, err := customBuckets(p)
		if err != nil {
			t.refuse(1, reasonBuckets, fmt.Errorf("metric %q: %w", t.metadata.Family, err))
			return
		}
		native = h
		n++
	}
	t.begin(t.next, n)
	if native != nil {
		s := t.series(t.point, nativePiece, t.metadata)
		addHistogram(s, native)
		t.exemplars(s, p.Exemplars(), p.Timestamp(), math.Inf(-1), math.Inf(1))
	}
	if t.cfg.Histograms != HistogramsNative {
		t.classic(p)
	}
}

// classic translates a histogram into its sum, count and buckets. An exemplar goes
// with its bucket.
func (t *translator) classic(p pmetric.HistogramDataPoint) {
	times := times{at: milliseconds(p.Timestamp()), start: startOf(p.StartTimestamp(), p.Timestamp()), stale: p.Flags().NoRecordedValue()}
	if p.HasSum() {
		t.addPiece("_sum", remotewrite.Label{}, p.Sum(), times)
	}
	t.addPiece("_count", remotewrite.Label{}, float64(p.Count()), times)
	total, below := uint64(0), math.Inf(-1)
	bounds := min(p.ExplicitBounds().Len(), p.BucketCounts().Len())
	for i := range bounds {
		bound := p.ExplicitBounds().At(i)
		total += p.BucketCounts().At(i)
		if math.IsInf(bound, 1) {
			break // written by those who do not know that it is implied
		}
		s := t.addPiece("_bucket", remotewrite.Label{Name: leLabel, Value: formatBound(bound)}, float64(total), times)
		t.exemplars(s, p.Exemplars(), p.Timestamp(), below, bound)
		below = bound
	}
	s := t.addPiece("_bucket", remotewrite.Label{Name: leLabel, Value: "+Inf"}, float64(p.Count()), times)
	t.exemplars(s, p.Exemplars(), p.Timestamp(), below, math.Inf(1))
}

func formatBound(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// addHistogram adds a native histogram to a series, in the order of time.
func addHistogram(s *remotewrite.TimeSeries, h *remotewrite.Histogram) {
	i := len(s.Histograms)
	s.Histograms = append(s.Histograms, *h)
	for ; i > 0 && s.Histograms[i-1].Timestamp > h.Timestamp; i-- {
		s.Histograms[i], s.Histograms[i-1] = s.Histograms[i-1], s.Histograms[i]
	}
}
