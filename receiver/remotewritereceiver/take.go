package remotewritereceiver

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// reject counts a whole series as not written.
func (t *translation) reject(why reason, s *remotewrite.Series) {
	n := counts{len(s.Samples), len(s.Histograms), len(s.Exemplars)}
	t.offered.add(n)
	t.rejected.add(why, n, func() string { return t.describe(s) })
}

// describe writes the first labels of a series, for its sender to recognize it.
func (t *translation) describe(s *remotewrite.Series) string {
	const some = 8
	var labels []remotewrite.Label
	if t.version == remotewrite.V1 {
		first, _ := remotewrite.CutLabels(s.LabelBytes, some)
		labels, _ = remotewrite.AppendLabels(nil, first, string(first))
	} else {
		labels, _ = t.v2.AppendRefs(nil, s.LabelRefs[:min(len(s.LabelRefs)&^1, 2*some)])
	}
	if len(labels) == 0 {
		return ""
	}
	texts := make([]string, len(labels))
	for i, l := range labels {
		texts[i] = fmt.Sprintf("%s=%q", l.Name, clip(l.Value, maxExample))
	}
	return clip("{"+strings.Join(texts, ",")+"}", maxExample)
}

// errBatchSize reports that the batch of a request would be too large.
var errBatchSize = errors.New("the metrics of the request would take more memory than allowed")

// take puts a series whose labels are good into the tables.
func (t *translation) take(s *remotewrite.Series, row series, labels *labelSet) error {
	t.offered.add(counts{len(s.Samples), len(s.Histograms), len(s.Exemplars)})
	described, ok := t.describedBy(s, labels)
	if !ok {
		t.rejected.add(reasonReference, counts{len(s.Samples), len(s.Histograms), len(s.Exemplars)}, func() string { return t.describe(s) })
		t.attrs = t.attrs[:row.attrsFrom]
		return nil
	}
	if len(s.Samples)+len(s.Histograms)+len(s.Exemplars) == 0 {
		if t.version == remotewrite.V2 && s.Metadata.Empty() {
			t.rejected.add(reasonNoData, counts{}, func() string { return t.describe(s) })
		}
		t.families.learn(t.tenant, labels.name, described)
		t.attrs = t.attrs[:row.attrsFrom]
		return nil
	}
	points := max(1, len(s.Samples)+len(s.Histograms))
	t.weight += int64(points) * (weightOfPoint + int64(row.attributeCount())*weightOfAttribute)
	if err := t.checkWeight(); err != nil {
		return err
	}
	row.group = t.groupOf(labels)
	row.bound, row.hash, row.attributes = labels.bound, labels.series, labels.attributes
	g := &t.groups[row.group]
	if described != g.described && described != (remotewrite.Metadata{}) {
		g.described = described
	}
	index := int32(len(t.series))
	row.number, row.native = int32(len(t.numbers)), int32(len(t.natives))
	t.takeSamples(g, index, s.Samples)
	t.takeHistograms(g, index, s)
	row.numbers, row.natives = int32(len(t.numbers))-row.number, int32(len(t.natives))-row.native
	t.series = append(t.series, row)
	t.takeExemplars(index, s)
	return t.checkWeight()
}

// step is how much memory is reserved at a time.
const step = 256 << 10

// checkWeight refuses a request whose batch becomes too large, or for which there is
// no room at the moment. It reserves the room as the batch grows, so that requests
// that grow at the same time are bounded, too.
func (t *translation) checkWeight() error {
	limit := int64(t.limits.BatchSize)
	if t.weight > limit {
		return fmt.Errorf("%w (limits::batch_size is %s)", errBatchSize, t.limits.BatchSize)
	}
	if t.weight <= t.paid {
		return nil
	}
	more := min(max(t.weight-t.paid, step), limit-t.paid)
	if !t.room.Grow(more) {
		return errNoRoom
	}
	t.paid += more
	return nil
}

// About what a data point and one of its attributes take, in bytes.
const (
	weightOfPoint     = 160
	weightOfAttribute = 56
	weightOfBucket    = 8
	weightOfExemplar  = 160
	weightOfSymbol    = 104
)

// describedBy returns what a series says about its family; ok is false if the
// references in it are broken.
func (t *translation) describedBy(s *remotewrite.Series, labels *labelSet) (m remotewrite.Metadata, ok bool) {
	if !s.Metadata.Empty() {
		help, okHelp := t.v2.Symbol(s.Metadata.HelpRef)
		unit, okUnit := t.v2.Symbol(s.Metadata.UnitRef)
		if !okHelp || !okUnit {
			return m, false
		}
		m = remotewrite.Metadata{Type: s.Metadata.Type, Help: help, Unit: unit}
	}
	if labels.metricType != "" && m.Type == remotewrite.TypeUnspecified {
		m.Type, _ = remotewrite.ParseMetricType(labels.metricType)
	}
	if labels.unit != "" && m.Unit == "" {
		m.Unit = labels.unit
	}
	return m, true
}

// latestTime is the largest time in milliseconds that nanoseconds can express.
const latestTime = math.MaxInt64 / 1_000_000

func validTime(ms int64) bool { return ms >= 0 && ms <= latestTime }

func (t *translation) takeSamples(g *group, index int32, samples []remotewrite.Sample) {
	for _, s := range samples {
		if !validTime(s.Timestamp) {
			t.rejected.add(reasonTimestamp, counts{samples: 1}, func() string { return fmt.Sprintf("%q at %d", g.name, s.Timestamp) })
			continue
		}
		row := int32(len(t.numbers))
		t.numbers = append(t.numbers, number{
			series: index, next: none, exemplar: none,
			value: s.Value, time: s.Timestamp, start: startOf(s.Start, s.Timestamp),
		})
		if g.last == none {
			g.first = row
		} else {
			t.numbers[g.last].next = row
		}
		g.last = row
		g.count++
	}
}

// startOf is a start time if it can be one. 2.0 writes -1 or 1 for the time 0, which
// OpenTelemetry cannot tell from an unknown one either.
func startOf(start, at int64) int64 {
	if start <= 1 || start > at {
		return 0
	}
	return start
}

func (t *translation) takeHistograms(g *group, index int32, s *remotewrite.Series) {
	for i := range s.Histograms {
		h := &s.Histograms[i]
		if why, err := t.checkHistogram(h); why != accepted {
			t.rejected.add(why, counts{histograms: 1}, func() string {
				if err != nil {
					return fmt.Sprintf("%q: %s", g.name, err)
				}
				return fmt.Sprintf("%q", g.name)
			})
			continue
		}
		if t.weight > int64(t.limits.BatchSize) {
			return // take will say so
		}
		row := int32(len(t.natives))
		t.natives = append(t.natives, native{series: index, next: none, exemplar: none, Histogram: ownHistogram(h)})
		t.weight += bucketsOf(&t.natives[row].Histogram) * weightOfBucket
		if g.lastNative == none {
			g.firstNative = row
		} else {
			t.natives[g.lastNative].next = row
		}
		g.lastNative = row
		g.countOfNative++
	}
}

func (t *translation) checkHistogram(h *remotewrite.Histogram) (reason, error) {
	switch {
	case !validTime(h.Timestamp):
		return reasonTimestamp, nil
	case h.ResetHint == remotewrite.ResetGauge:
		return reasonGaugeHistogram, nil
	case remotewrite.IsStaleMarker(h.Sum):
		return accepted, nil
	case h.IsFloat:
		return reasonFloatHistogram, nil
	}
	if err := h.Validate(t.limits.Buckets); err != nil {
		return reasonHistogram, err
	}
	return accepted, nil
}

// ownHistogram copies a histogram that its decoder is about to overwrite.
func ownHistogram(h *remotewrite.Histogram) remotewrite.Histogram {
	if remotewrite.IsStaleMarker(h.Sum) { // nobody has looked at the rest
		return remotewrite.Histogram{Sum: h.Sum, Schema: h.Schema, Timestamp: h.Timestamp, Start: h.Start}
	}
	own := *h
	own.CustomValues = slices.Clone(h.CustomValues)
	for _, b := range []*remotewrite.Buckets{&own.Negative, &own.Positive} {
		b.Spans, b.Deltas, b.Counts = slices.Clone(b.Spans), slices.Clone(b.Deltas), nil
	}
	return own
}
