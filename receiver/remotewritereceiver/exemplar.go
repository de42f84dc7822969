package remotewritereceiver

import (
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// An exemplarRow is an exemplar of the request.
type exemplarRow struct {
	remotewrite.Exemplar
	series int32
	next   int32 // chain of the data point it belongs to
}

type exemplarTable struct {
	rows   []exemplarRow
	byHash map[uint64]int32 // of series that have nothing but exemplars → the first of their rows

	hold    []heldExemplar // for which this request has no sample
	fetched []heldExemplar // of earlier requests, for which it has
}

func (t *exemplarTable) release() {
	t.rows, t.hold, t.fetched = emptied(t.rows), emptied(t.hold), emptied(t.fetched)
	t.byHash = emptiedMap(t.byHash)
}

// takeExemplars takes the exemplars of a series whose labels are good.
func (t *translation) takeExemplars(index int32, s *remotewrite.Series) {
	for i := range s.Exemplars {
		if len(t.exemplars.rows) >= t.limits.Exemplars {
			t.rejected.add(reasonExemplars, counts{exemplars: len(s.Exemplars) - i}, nil)
			return
		}
		labels, ok := t.exemplarLabels(&s.Exemplars[i])
		if !ok {
			t.rejected.add(reasonExemplar, counts{exemplars: 1}, func() string { return t.describe(s) })
			continue
		}
		e := remotewrite.Exemplar{Labels: labels, Value: s.Exemplars[i].Value, Timestamp: s.Exemplars[i].Timestamp}
		if !validTime(e.Timestamp) {
			e.Timestamp = 0
		}
		t.exemplars.rows = append(t.exemplars.rows, exemplarRow{Exemplar: e, series: index, next: none})
		t.weight += weightOfExemplar + int64(len(labels))*weightOfAttribute
	}
}

// exemplarLabels decodes the labels of an exemplar.
func (t *translation) exemplarLabels(e *remotewrite.ExemplarView) ([]remotewrite.Label, bool) {
	if _, more := remotewrite.CutLabels(e.LabelBytes, t.limits.Labels); more || len(e.LabelRefs) > 2*t.limits.Labels {
		return nil, false
	}
	var labels []remotewrite.Label
	var err error
	if t.version == remotewrite.V1 {
		labels, err = remotewrite.AppendLabels(nil, e.LabelBytes, string(e.LabelBytes))
	} else {
		labels, err = t.v2.AppendRefs(nil, e.LabelRefs)
	}
	if err != nil {
		return nil, false
	}
	for _, l := range labels {
		if l.Name == "" || !utf8.ValidString(l.Name) || !utf8.ValidString(l.Value) ||
			len(l.Name) > t.limits.LabelNameLength || len(l.Value) > t.limits.LabelValueLength {
			return nil, false
		}
	}
	return labels, true
}

// placeExemplars gives every exemplar to a data point of its series. Prometheus
// sends samples and exemplars of one series as two, so the series is looked for in
// the whole request. What finds none is held for the next request.
func (t *translation) placeExemplars() {
	t.waiting.fetch(t)
	if len(t.exemplars.rows) == 0 {
		return
	}
	twins := t.twins()
	for i := range t.exemplars.rows {
		e := &t.exemplars.rows[i]
		s := &t.series[e.series]
		if s.numbers+s.natives == 0 {
			if twin, ok := twins[s.hash]; ok && twin != none {
				s = &t.series[twin]
			}
		}
		switch {
		case s.numbers > 0:
			t.chain(&t.numberAt(s, e.Timestamp).exemplar, int32(i))
		case s.natives > 0:
			t.chain(&t.nativeAt(s, e.Timestamp).exemplar, int32(i))
		default:
			t.exemplars.hold = append(t.exemplars.hold, heldExemplar{hash: mix(s.hash, t.tenantHash), Exemplar: e.Exemplar})
		}
	}
}

// twins finds, for the series that have nothing but exemplars, those of the same
// labels that have data.
func (t *translation) twins() map[uint64]int32 {
	if t.exemplars.byHash == nil {
		t.exemplars.byHash = map[uint64]int32{}
	}
	twins := t.exemplars.byHash
	for i := range t.exemplars.rows {
		if s := &t.series[t.exemplars.rows[i].series]; s.numbers+s.natives == 0 {
			twins[s.hash] = none
		}
	}
	if len(twins) > 0 {
		for i := range t.series {
			s := &t.series[i]
			if s.numbers+s.natives == 0 {
				continue
			}
			if _, ok := twins[s.hash]; ok {
				twins[s.hash] = int32(i)
			}
		}
	}
	return twins
}

func (t *translation) chain(head *int32, row int32) {
	t.exemplars.rows[row].next = *head
	*head = row
}

// numberAt is the first sample of a series that is not older than an exemplar, or
// the last one.
func (t *translation) numberAt(s *series, at int64) *number {
	rows := t.numbers[s.number : s.number+s.numbers]
	for i := range rows {
		if rows[i].time >= at {
			return &rows[i]
		}
	}
	return &rows[len(rows)-1]
}

func (t *translation) nativeAt(s *series, at int64) *native {
	rows := t.natives[s.native : s.native+s.natives]
	for i := range rows {
		if rows[i].Timestamp >= at {
			return &rows[i]
		}
	}
	return &rows[len(rows)-1]
}

// putExemplar writes one exemplar. Labels that are valid ids of a trace become
// them, all others attributes.
func putExemplar(to pmetric.Exemplar, e *remotewrite.Exemplar) {
	to.SetDoubleValue(e.Value)
	to.SetTimestamp(nanos(e.Timestamp))
	for _, l := range e.Labels {
		switch l.Name {
		case "trace_id":
			var id pcommon.TraceID
			if decodeID(id[:], l.Value) {
				to.SetTraceID(id)
				continue
			}
		case "span_id":
			var id pcommon.SpanID
			if decodeID(id[:], l.Value) {
				to.SetSpanID(id)
				continue
			}
		}
		to.FilteredAttributes().PutStr(l.Name, l.Value)
	}
}

// decodeID decodes an id in hexadecimal. All zeros is no id.
func decodeID(dst []byte, text string) bool {
	if len(text) != 2*len(dst) {
		return false
	}
	if _, err := hex.Decode(dst, []byte(text)); err != nil {
		return false
	}
	return slices.ContainsFunc(dst, func(b byte) bool { return b != 0 })
}

func (w *heldWhole) putExemplars(to pmetric.ExemplarSlice) {
	for i := range w.parts {
		for j := range w.parts[i].exemplars {
			putExemplar(to.AppendEmpty(), &w.parts[i].exemplars[j])
		}
	}
}

// valid is text without what is not UTF-8.
func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }
