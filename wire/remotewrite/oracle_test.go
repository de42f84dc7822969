package remotewrite_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/prometheus/prometheus/prompb"
	writev2 "github.com/prometheus/prometheus/prompb/io/prometheus/write/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// The oracle is Prometheus's generated code. Messages are compared in their
// canonical encoding, ours, because NaN is not equal to itself.

// requestV1 is a whole 1.0 request.
type requestV1 struct {
	series   []remotewrite.TimeSeries
	metadata []remotewrite.Metadata
}

func (r requestV1) canonical() []byte { return remotewrite.AppendV1(nil, r.series, r.metadata) }

func canonicalV2(series []remotewrite.TimeSeries) []byte {
	var e remotewrite.V2Encoder
	e.Reset()
	for i := range series {
		e.Add(&series[i])
	}
	return e.Append(nil)
}

func clone(ts remotewrite.TimeSeries) remotewrite.TimeSeries {
	ts.Samples = slices.Clone(ts.Samples)
	ts.Histograms = slices.Clone(ts.Histograms)
	for i := range ts.Histograms {
		h := &ts.Histograms[i]
		h.CustomValues = slices.Clone(h.CustomValues)
		for _, b := range []*remotewrite.Buckets{&h.Negative, &h.Positive} {
			b.Spans, b.Deltas, b.Counts = slices.Clone(b.Spans), slices.Clone(b.Deltas), slices.Clone(b.Counts)
		}
	}
	return ts
}

func decodeV1(body []byte) (requestV1, error) {
	var d remotewrite.V1Decoder
	defer d.Release()
	if err := d.Reset(body, remotewrite.Limits{}); err != nil {
		return requestV1{}, err
	}
	var out requestV1
	for {
		s, err := d.Next()
		if err != nil {
			return requestV1{}, err
		}
		if s == nil {
			break
		}
		ts, err := d.Resolve(s)
		if err != nil {
			return requestV1{}, err
		}
		out.series = append(out.series, clone(ts))
	}
	for m, err := range d.Metadata() {
		if err != nil {
			return requestV1{}, err
		}
		out.metadata = append(out.metadata, m)
	}
	return out, nil
}

func decodeV2(body []byte) ([]remotewrite.TimeSeries, error) {
	var d remotewrite.V2Decoder
	defer d.Release()
	if err := d.Reset(body, remotewrite.Limits{}); err != nil {
		return nil, err
	}
	var out []remotewrite.TimeSeries
	for {
		s, err := d.Next()
		if err != nil || s == nil {
			return out, err
		}
		ts, err := d.Resolve(s)
		if err != nil {
			return nil, err
		}
		out = append(out, clone(ts))
	}
}

func oracleV1(body []byte) (requestV1, error) {
	var m prompb.WriteRequest
	if err := m.Unmarshal(body); err != nil {
		return requestV1{}, err
	}
	var out requestV1
	for i := range m.Timeseries {
		t := &m.Timeseries[i]
		ts := remotewrite.TimeSeries{Labels: labelsV1(t.Labels)}
		for _, s := range t.Samples {
			ts.Samples = append(ts.Samples, remotewrite.Sample{Value: s.Value, Timestamp: s.Timestamp})
		}
		for _, e := range t.Exemplars {
			ts.Exemplars = append(ts.Exemplars, remotewrite.Exemplar{Labels: labelsV1(e.Labels), Value: e.Value, Timestamp: e.Timestamp})
		}
		for j := range t.Histograms {
			ts.Histograms = append(ts.Histograms, histogramV1(&t.Histograms[j]))
		}
		out.series = append(out.series, ts)
	}
	for _, md := range m.Metadata {
		out.metadata = append(out.metadata, remotewrite.Metadata{
			Family: md.MetricFamilyName, Type: remotewrite.MetricType(md.Type), Help: md.Help, Unit: md.Unit,
		})
	}
	return out, nil
}

func labelsV1(in []prompb.Label) (out []remotewrite.Label) {
	for _, l := range in {
		out = append(out, remotewrite.Label{Name: l.Name, Value: l.Value})
	}
	return out
}

func histogramV1(h *prompb.Histogram) remotewrite.Histogram {
	out := remotewrite.Histogram{
		Count: h.GetCountInt(), CountFloat: h.GetCountFloat(), Sum: h.Sum, Schema: h.Schema,
		ZeroThreshold: h.ZeroThreshold, ZeroCount: h.GetZeroCountInt(), ZeroCountFloat: h.GetZeroCountFloat(),
		ResetHint: remotewrite.ResetHint(h.ResetHint), Timestamp: h.Timestamp, CustomValues: h.CustomValues,
		Negative: remotewrite.Buckets{Deltas: h.NegativeDeltas, Counts: h.NegativeCounts},
		Positive: remotewrite.Buckets{Deltas: h.PositiveDeltas, Counts: h.PositiveCounts},
	}
	_, out.IsFloat = h.Count.(*prompb.Histogram_CountFloat)
	for _, s := range h.NegativeSpans {
		out.Negative.Spans = append(out.Negative.Spans, remotewrite.Span{Offset: s.Offset, Length: s.Length})
	}
	for _, s := range h.PositiveSpans {
		out.Positive.Spans = append(out.Positive.Spans, remotewrite.Span{Offset: s.Offset, Length: s.Length})
	}
	return out
}

func oracleV2(body []byte) ([]remotewrite.TimeSeries, error) {
	var m writev2.Request
	if err := m.Unmarshal(body); err != nil {
		return nil, err
	}
	var out []remotewrite.TimeSeries
	for i := range m.Timeseries {
		t := &m.Timeseries[i]
		ts := remotewrite.TimeSeries{Labels: labelsV2(&m, t.LabelsRefs)}
		for _, s := range t.Samples {
			ts.Samples = append(ts.Samples, remotewrite.Sample{Value: s.Value, Timestamp: s.Timestamp, Start: s.StartTimestamp})
		}
		for _, e := range t.Exemplars {
			ts.Exemplars = append(ts.Exemplars, remotewrite.Exemplar{Labels: labelsV2(&m, e.LabelsRefs), Value: e.Value, Timestamp: e.Timestamp})
		}
		for j := range t.Histograms {
			ts.Histograms = append(ts.Histograms, histogramV2(&t.Histograms[j]))
		}
		ts.Metadata = remotewrite.Metadata{
			Type: remotewrite.MetricType(t.Metadata.Type), Help: m.Symbols[t.Metadata.HelpRef], Unit: m.Symbols[t.Metadata.UnitRef],
		}
		out = append(out, ts)
	}
	return out, nil
}

func labelsV2(m *writev2.Request, refs []uint32) (out []remotewrite.Label) {
	for i := 0; i < len(refs); i += 2 {
		out = append(out, remotewrite.Label{Name: m.Symbols[refs[i]], Value: m.Symbols[refs[i+1]]})
	}
	return out
}

func histogramV2(h *writev2.Histogram) remotewrite.Histogram {
	out := remotewrite.Histogram{
		Count: h.GetCountInt(), CountFloat: h.GetCountFloat(), Sum: h.Sum, Schema: h.Schema,
		ZeroThreshold: h.ZeroThreshold, ZeroCount: h.GetZeroCountInt(), ZeroCountFloat: h.GetZeroCountFloat(),
		ResetHint: remotewrite.ResetHint(h.ResetHint), Timestamp: h.Timestamp, CustomValues: h.CustomValues,
		Negative: remotewrite.Buckets{Deltas: h.NegativeDeltas, Counts: h.NegativeCounts},
		Positive: remotewrite.Buckets{Deltas: h.PositiveDeltas, Counts: h.PositiveCounts},
		Start:    h.StartTimestamp,
	}
	_, out.IsFloat = h.Count.(*writev2.Histogram_CountFloat)
	for _, s := range h.NegativeSpans {
		out.Negative.Spans = append(out.Negative.Spans, remotewrite.Span{Offset: s.Offset, Length: s.Length})
	}
	for _, s := range h.PositiveSpans {
		out.Positive.Spans = append(out.Positive.Spans, remotewrite.Span{Offset: s.Offset, Length: s.Length})
	}
	return out
}

// random makes requests that exercise every field.
type random struct{ *rand.Rand }

func (r random) list(most int, add func()) {
	for range r.IntN(most + 1) {
		add()
	}
}

func (r random) text() string {
	return []string{"", "a", "job", "http_requests_total", "münchen", "x\x00y", string(make([]byte, 200))}[r.IntN(7)]
}

func (r random) number() int64 {
	return []int64{0, 1, -1, 127, 128, 1_700_000_000_000, math.MaxInt64, math.MinInt64}[r.IntN(8)]
}

func (r random) double() float64 {
	return []float64{0, 1, -2.5, math.Inf(1), math.NaN(), remotewrite.StaleMarker(), math.Copysign(0, -1)}[r.IntN(7)]
}

func (r random) labels() (out []remotewrite.Label) {
	r.list(14, func() { out = append(out, remotewrite.Label{Name: r.text(), Value: r.text()}) })
	return out
}

func (r random) histogram(version remotewrite.Version) remotewrite.Histogram {
	h := remotewrite.Histogram{
		IsFloat: r.IntN(2) == 0, Sum: r.double(), Schema: int32(r.number()), ZeroThreshold: r.double(),
		ResetHint: remotewrite.ResetHint(r.IntN(4)), Timestamp: r.number(), Start: r.number(),
	}
	if version == remotewrite.V1 {
		h.Start = 0
	}
	if h.IsFloat {
		h.CountFloat, h.ZeroCountFloat = r.double(), r.double()
	} else {
		h.Count, h.ZeroCount = uint64(r.number()), uint64(r.number())
	}
	for _, b := range []*remotewrite.Buckets{&h.Negative, &h.Positive} {
		r.list(3, func() {
			b.Spans = append(b.Spans, remotewrite.Span{Offset: int32(r.number()), Length: uint32(r.number())})
		})
		r.list(5, func() { b.Deltas = append(b.Deltas, r.number()) })
		r.list(5, func() { b.Counts = append(b.Counts, r.double()) })
	}
	r.list(4, func() { h.CustomValues = append(h.CustomValues, r.double()) })
	return h
}

func (r random) series(version remotewrite.Version) remotewrite.TimeSeries {
	ts := remotewrite.TimeSeries{Labels: r.labels()}
	r.list(3, func() {
		s := remotewrite.Sample{Value: r.double(), Timestamp: r.number(), Start: r.number()}
		if version == remotewrite.V1 {
			s.Start = 0
		}
		ts.Samples = append(ts.Samples, s)
	})
	r.list(2, func() {
		ts.Exemplars = append(ts.Exemplars, remotewrite.Exemplar{Labels: r.labels(), Value: r.double(), Timestamp: r.number()})
	})
	r.list(2, func() { ts.Histograms = append(ts.Histograms, r.histogram(version)) })
	if version == remotewrite.V2 {
		ts.Metadata = remotewrite.Metadata{Type: remotewrite.MetricType(r.IntN(9)), Help: r.text(), Unit: r.text()}
	}
	return ts
}

func (r random) requestV1() (out requestV1) {
	r.list(5, func() { out.series = append(out.series, r.series(remotewrite.V1)) })
	r.list(3, func() {
		out.metadata = append(out.metadata, remotewrite.Metadata{
			Family: r.text(), Type: remotewrite.MetricType(r.IntN(9)), Help: r.text(), Unit: r.text(),
		})
	})
	return out
}

func (r random) seriesV2() (out []remotewrite.TimeSeries) {
	r.list(5, func() { out = append(out, r.series(remotewrite.V2)) })
	return out
}

func TestBothDecodersAgreeWithPrometheus(t *testing.T) {
	r := random{rand.New(rand.NewPCG(1, 2))}
	for i := range 500 {
		v1 := r.requestV1()
		body := v1.canonical()
		want, err := oracleV1(body)
		require.NoError(t, err)
		require.Equal(t, body, want.canonical(), "round %d: Prometheus reads what we wrote", i)
		got, err := decodeV1(body)
		require.NoError(t, err)
		require.Equal(t, body, got.canonical(), "round %d: we read what we wrote", i)

		series := r.seriesV2()
		body = canonicalV2(series)
		wantSeries, err := oracleV2(body)
		require.NoError(t, err)
		require.Equal(t, body, canonicalV2(wantSeries), "round %d: Prometheus reads what we wrote", i)
		gotSeries, err := decodeV2(body)
		require.NoError(t, err)
		require.Equal(t, body, canonicalV2(gotSeries), "round %d: we read what we wrote", i)
	}
}

func TestWhatPrometheusWritesIsRead(t *testing.T) {
	r := random{rand.New(rand.NewPCG(3, 4))}
	for range 500 {
		var m prompb.WriteRequest
		require.NoError(t, m.Unmarshal(r.requestV1().canonical()))
		body, err := m.Marshal()
		require.NoError(t, err)
		want, err := oracleV1(body)
		require.NoError(t, err)
		got, err := decodeV1(body)
		require.NoError(t, err)
		require.Equal(t, want.canonical(), got.canonical())

		var m2 writev2.Request
		require.NoError(t, m2.Unmarshal(canonicalV2(r.seriesV2())))
		body, err = m2.Marshal()
		require.NoError(t, err)
		wantSeries, err := oracleV2(body)
		require.NoError(t, err)
		gotSeries, err := decodeV2(body)
		require.NoError(t, err)
		require.Equal(t, canonicalV2(wantSeries), canonicalV2(gotSeries))
	}
}

// Any prefix and any flipped bit: either an error, or what Prometheus reads.
func TestDamagedRequestsNeverReadDifferentlyThanByPrometheus(t *testing.T) {
	r := random{rand.New(rand.NewPCG(5, 6))}
	for range 4 {
		for _, body := range [][]byte{r.requestV1().canonical(), canonicalV2(r.seriesV2())} {
			for i := range body {
				agreeV1(t, body[:i])
				agreeV2(t, body[:i])
				flipped := bytes.Clone(body)
				flipped[i] ^= 1 << r.IntN(8)
				agreeV1(t, flipped)
				agreeV2(t, flipped)
			}
		}
	}
}

func agreeV1(t *testing.T, body []byte) {
	t.Helper()
	got, err := decodeV1(body)
	if err != nil {
		return
	}
	want, err := oracleV1(body)
	require.NoError(t, err, "%x", body)
	require.Equal(t, want.canonical(), got.canonical(), "%x", body)
}

func agreeV2(t *testing.T, body []byte) {
	t.Helper()
	got, err := decodeV2(body)
	if err != nil {
		return
	}
	want, err := oracleV2(body)
	require.NoError(t, err, "%x", body)
	require.Equal(t, canonicalV2(withoutStarts(want)), canonicalV2(withoutStarts(got)), "%x", body)
}

// withoutStarts leaves out start times: we read the created timestamp of rc.3,
// Prometheus no longer does.
func withoutStarts(series []remotewrite.TimeSeries) []remotewrite.TimeSeries {
	for i := range series {
		for j := range series[i].Samples {
			series[i].Samples[j].Start = 0
		}
		for j := range series[i].Histograms {
			series[i].Histograms[j].Start = 0
		}
	}
	return series
}

func FuzzV1(f *testing.F) {
	r := random{rand.New(rand.NewPCG(7, 8))}
	for range 20 {
		f.Add(r.requestV1().canonical())
	}
	f.Fuzz(func(t *testing.T, body []byte) { agreeV1(t, body) })
}

func FuzzV2(f *testing.F) {
	r := random{rand.New(rand.NewPCG(9, 10))}
	for range 20 {
		f.Add(canonicalV2(r.seriesV2()))
	}
	f.Fuzz(func(t *testing.T, body []byte) { agreeV2(t, body) })
}

func TestMetricTypesHaveNames(t *testing.T) {
	for i := range remotewrite.MetricType(8) {
		got, ok := remotewrite.ParseMetricType(i.String())
		assert.True(t, ok)
		assert.Equal(t, i, got)
	}
	assert.Equal(t, "77", remotewrite.MetricType(77).String())
	assert.Equal(t, "-1", fmt.Sprint(remotewrite.MetricType(-1)))
}
