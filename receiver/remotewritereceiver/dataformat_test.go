package remotewritereceiver

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// A lineParser reads one line of a request in testdata.
type lineParser struct {
	t    *testing.T
	rest string
}

func (p *lineParser) skip(prefix string) bool {
	rest, ok := strings.CutPrefix(p.rest, prefix)
	if ok {
		p.rest = strings.TrimLeft(rest, " ")
	}
	return ok
}

// word reads up to the next space; in quotes it may hold anything.
func (p *lineParser) word() string {
	if strings.HasPrefix(p.rest, `"`) {
		quoted, err := strconv.QuotedPrefix(p.rest)
		require.NoError(p.t, err, p.rest)
		text, err := strconv.Unquote(quoted)
		require.NoError(p.t, err)
		p.rest = strings.TrimLeft(p.rest[len(quoted):], " ")
		return text
	}
	w, rest, _ := strings.Cut(p.rest, " ")
	p.rest = strings.TrimLeft(rest, " ")
	return w
}

func (p *lineParser) metadata() (m remotewrite.Metadata) {
	name := p.word()
	typ, ok := remotewrite.ParseMetricType(name)
	if !ok {
		n, err := strconv.Atoi(name)
		require.NoError(p.t, err)
		typ = remotewrite.MetricType(n)
	}
	m.Type = typ
	if p.rest != "" {
		m.Help = p.word()
	}
	if p.rest != "" {
		m.Unit = p.word()
	}
	return m
}

// labels reads name{a="b",c="d"}, in this order and however often.
func (p *lineParser) labels() (out []remotewrite.Label) {
	if i := strings.IndexAny(p.rest, "{ "); i > 0 {
		out = append(out, remotewrite.Label{Name: "__name__", Value: p.rest[:i]})
		p.rest = p.rest[i:]
	}
	if !p.skip("{") {
		p.skip(" ")
		return out
	}
	for !p.skip("}") {
		var l remotewrite.Label
		if strings.HasPrefix(p.rest, `"`) {
			l.Name = p.word()
		} else {
			i := strings.IndexByte(p.rest, '=')
			require.Positive(p.t, i+1, p.rest)
			l.Name, p.rest = p.rest[:i], p.rest[i:]
		}
		require.True(p.t, p.skip("="), p.rest)
		l.Value = p.word()
		out = append(out, l)
		p.skip(",")
	}
	return out
}

func (p *lineParser) number(text string) float64 {
	if text == "stale" {
		return remotewrite.StaleMarker()
	}
	v, err := strconv.ParseFloat(text, 64)
	require.NoError(p.t, err, text)
	return v
}

func (p *lineParser) integer(text string) int64 {
	v, err := strconv.ParseInt(text, 10, 64)
	require.NoError(p.t, err, text)
	return v
}

// times reads time<start.
func (p *lineParser) times(text string) (at, start int64) {
	text, startText, ok := strings.Cut(text, "<")
	if ok {
		start = p.integer(startText)
	}
	return p.integer(text), start
}

func (p *lineParser) series() remotewrite.TimeSeries {
	s := remotewrite.TimeSeries{Labels: p.labels()}
	for p.rest != "" {
		if p.skip("#") {
			s.Metadata = p.metadata()
			break
		}
		value, at, ok := strings.Cut(p.word(), "@")
		require.True(p.t, ok, "sample without a time")
		sample := remotewrite.Sample{Value: p.number(value)}
		sample.Timestamp, sample.Start = p.times(at)
		s.Samples = append(s.Samples, sample)
	}
	return s
}

func (p *lineParser) exemplar() remotewrite.Exemplar {
	e := remotewrite.Exemplar{Labels: p.labels()}
	value, at, _ := strings.Cut(p.word(), "@")
	e.Value = p.number(value)
	e.Timestamp = p.integer(at)
	return e
}

func (p *lineParser) histogram() remotewrite.Histogram {
	var h remotewrite.Histogram
	h.Timestamp, h.Start = p.times(p.word())
	for p.rest != "" {
		key, value, _ := strings.Cut(p.word(), "=")
		switch key {
		case "count":
			h.Count, h.CountFloat = uint64(p.number(value)), p.number(value)
		case "sum":
			h.Sum = p.number(value)
		case "schema":
			h.Schema = int32(p.integer(value))
		case "zero":
			h.ZeroCount, h.ZeroCountFloat = uint64(p.number(value)), p.number(value)
		case "threshold":
			h.ZeroThreshold = p.number(value)
		case "pos":
			h.Positive = p.buckets(value)
		case "neg":
			h.Negative = p.buckets(value)
		case "custom":
			for bound := range strings.SplitSeq(value, ",") {
				h.CustomValues = append(h.CustomValues, p.number(bound))
			}
		case "float":
			h.IsFloat = true
		case "gauge":
			h.ResetHint = remotewrite.ResetGauge
		default:
			p.t.Fatalf("histogram with %q", key)
		}
	}
	if h.IsFloat {
		h.Positive.Deltas, h.Negative.Deltas = nil, nil
	} else {
		h.Positive.Counts, h.Negative.Counts = nil, nil
	}
	return h
}

// buckets reads spans, offset:count,count;offset:count.
func (p *lineParser) buckets(text string) (b remotewrite.Buckets) {
	last := int64(0)
	for span := range strings.SplitSeq(text, ";") {
		offset, list, _ := strings.Cut(span, ":")
		counts := strings.Split(list, ",")
		b.Spans = append(b.Spans, remotewrite.Span{Offset: int32(p.integer(offset)), Length: uint32(len(counts))})
		for _, count := range counts {
			n := p.integer(count)
			b.Deltas, b.Counts = append(b.Deltas, n-last), append(b.Counts, float64(n))
			last = n
		}
	}
	return b
}

// dump writes a batch as testdata has it: one line for each resource, scope,
// metric, data point and exemplar.
func dump(batch pmetric.Metrics) string {
	var b strings.Builder
	for _, r := range batch.ResourceMetrics().All() {
		fmt.Fprintf(&b, "resource %s\n", dumpMap(r.Resource().Attributes()))
		for _, s := range r.ScopeMetrics().All() {
			if s.Scope().Name() != scopeName || r.ScopeMetrics().Len() > 1 {
				fmt.Fprintf(&b, " scope %q %q %s%s\n", s.Scope().Name(), s.Scope().Version(), dumpMap(s.Scope().Attributes()), s.SchemaUrl())
			}
			for _, m := range s.Metrics().All() {
				dumpMetric(&b, m)
			}
		}
	}
	return b.String()
}

func dumpMetric(b *strings.Builder, m pmetric.Metric) {
	typ, _ := m.Metadata().Get(typeKey)
	kind := strings.ToLower(m.Type().String())
	if m.Type() == pmetric.MetricTypeSum {
		kind += map[bool]string{true: "+", false: "±"}[m.Sum().IsMonotonic()]
	}
	fmt.Fprintf(b, "  %s %s (%s)", kind, m.Name(), typ.Str())
	if m.Description() != "" {
		fmt.Fprintf(b, " %q", m.Description())
	}
	if m.Unit() != "" {
		b.WriteString(" in " + m.Unit())
	}
	b.WriteByte('\n')
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		dumpNumbers(b, m.Gauge().DataPoints())
	case pmetric.MetricTypeSum:
		dumpNumbers(b, m.Sum().DataPoints())
	case pmetric.MetricTypeHistogram:
		for _, p := range m.Histogram().DataPoints().All() {
			value := fmt.Sprintf("count=%d", p.Count())
			if p.HasSum() {
				value += fmt.Sprintf(" sum=%v", p.Sum())
			}
			value += fmt.Sprintf(" %v<%v", p.BucketCounts().AsRaw(), p.ExplicitBounds().AsRaw())
			dumpPoint(b, p, value)
			dumpExemplars(b, p.Exemplars())
		}
	case pmetric.MetricTypeExponentialHistogram:
		for _, p := range m.ExponentialHistogram().DataPoints().All() {
			dumpPoint(b, p, fmt.Sprintf("count=%d sum=%v scale=%d zero=%d≤%v pos=%d:%v neg=%d:%v", p.Count(), p.Sum(), p.Scale(),
				p.ZeroCount(), p.ZeroThreshold(), p.Positive().Offset(), p.Positive().BucketCounts().AsRaw(),
				p.Negative().Offset(), p.Negative().BucketCounts().AsRaw()))
			dumpExemplars(b, p.Exemplars())
		}
	case pmetric.MetricTypeSummary:
		for _, p := range m.Summary().DataPoints().All() {
			value := fmt.Sprintf("count=%d sum=%v", p.Count(), p.Sum())
			for _, q := range p.QuantileValues().All() {
				value += fmt.Sprintf(" q%v=%v", q.Quantile(), q.Value())
			}
			dumpPoint(b, p, value)
		}
	default:
	}
}

func dumpNumbers(b *strings.Builder, points pmetric.NumberDataPointSlice) {
	for _, p := range points.All() {
		dumpPoint(b, p, strconv.FormatFloat(p.DoubleValue(), 'g', -1, 64))
		dumpExemplars(b, p.Exemplars())
	}
}

func dumpPoint(b *strings.Builder, p interface {
	Attributes() pcommon.Map
	Timestamp() pcommon.Timestamp
	StartTimestamp() pcommon.Timestamp
	Flags() pmetric.DataPointFlags
}, value string,
) {
	if p.Flags().NoRecordedValue() {
		value = "stale"
	}
	fmt.Fprintf(b, "   %s %s@%d", dumpMap(p.Attributes()), value, p.Timestamp()/1e6)
	if p.StartTimestamp() != 0 {
		fmt.Fprintf(b, "<%d", p.StartTimestamp()/1e6)
	}
	b.WriteByte('\n')
}

func dumpExemplars(b *strings.Builder, exemplars pmetric.ExemplarSlice) {
	for _, e := range exemplars.All() {
		fmt.Fprintf(b, "    ! %s %v@%d", dumpMap(e.FilteredAttributes()), e.DoubleValue(), e.Timestamp()/1e6)
		if !e.TraceID().IsEmpty() {
			fmt.Fprintf(b, " trace=%s", e.TraceID())
		}
		if !e.SpanID().IsEmpty() {
			fmt.Fprintf(b, " span=%s", e.SpanID())
		}
		b.WriteByte('\n')
	}
}

func dumpMap(m pcommon.Map) string {
	var pairs []string
	for k, v := range m.All() {
		pairs = append(pairs, fmt.Sprintf("%s=%q", k, v.AsString()))
	}
	return "{" + strings.Join(pairs, ",") + "}"
}
