package remotewritereceiver

import (
	"slices"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// scopeName is the instrumentation scope of metrics whose series name none: then it
// is what has translated them.
const scopeName = "github.com/sluice-otel/sluice/receiver/remotewritereceiver"

// typeKey is the metric metadata that says which type a metric had in Prometheus.
const typeKey = "prometheus.type"

// A style is what all batches of a receiver have in common.
type style struct {
	receiverVersion string // of the collector
	tenantAttribute string
}

// A writer writes one batch.
type writer struct {
	*translation
	style
	batch pmetric.Metrics
	attrs xpdata.MapBuilder

	block  []keyValue // where the next attributes are cut from
	expect int        // how many more the metric at hand will have
	points pointBlocks
}

// build makes the batch out of the tables. Resources, scopes and metrics are in the
// order in which their first series came.
func (t *translation) build(s style) pmetric.Metrics {
	w := writer{translation: t, style: s, batch: pmetric.NewMetrics()}
	if t.frozen {
		w.points = t.points
		w.points.expect = len(t.numbers)
	}
	w.batch.ResourceMetrics().EnsureCapacity(len(t.resources))
	for i := range t.groups {
		w.group(&t.groups[i])
	}
	return w.batch
}

// metrics returns where the metrics of a scope go. Resource and scope are made when
// the first is written, so that none stays empty.
func (w *writer) metrics(row int32) pmetric.MetricSlice {
	s := &w.scopes[row]
	if s.begun {
		return s.metrics
	}
	r := &w.resources[s.resource]
	if !r.begun {
		r.begun = true
		r.out = w.batch.ResourceMetrics().AppendEmpty()
		key := targetKey{w.tenant, r.job, r.instance}
		putTarget(r.out.Resource().Attributes(), key, w.targets.get(key), w.tenantAttribute)
	}
	out := r.out.ScopeMetrics().AppendEmpty()
	putScope(out.Scope(), out.SetSchemaUrl, s.labels, w.receiverVersion)
	s.metrics, s.begun = out.Metrics(), true
	return s.metrics
}

// metric begins a metric.
func (w *writer) metric(scope int32, name string, typ remotewrite.MetricType, m remotewrite.Metadata) pmetric.Metric {
	out := w.metrics(scope).AppendEmpty()
	if i := int(typ); w.frozen && i >= 0 && i < len(w.types) {
		*listOf(out.Metadata()) = w.types[i : i+1 : i+1]
		describe(out, name, m)
		return out
	}
	describeTyped(out, name, typ, m)
	return out
}

func describeTyped(out pmetric.Metric, name string, typ remotewrite.MetricType, m remotewrite.Metadata) {
	out.Metadata().PutStr(typeKey, typ.String())
	describe(out, name, m)
}

func describe(out pmetric.Metric, name string, m remotewrite.Metadata) {
	out.SetName(name)
	out.SetDescription(valid(m.Help))
	out.SetUnit(valid(unitOf(m.Unit)))
}

// typeLists returns the metadata that says a metric's type, for each type.
func typeLists() []keyValue {
	return boxedAll(int(remotewrite.TypeStateSet)+1, func(i int) (string, string) { return typeKey, remotewrite.MetricType(i).String() })
}

func (w *writer) group(g *group) {
	switch {
	case g.role.shape == shapeAttribute:
	case g.role.part():
		w.wholes(g)
		if n := w.unmerged(g); n > 0 {
			w.numbersOf(g, shapeGauge, n)
		}
	case g.count > 0:
		w.numbersOf(g, g.role.shape, int(g.count))
	}
	if g.countOfNative > 0 {
		w.nativesOf(g)
	}
}

// unmerged counts the samples of a group that have not become part of a whole.
func (w *writer) unmerged(g *group) int {
	n := 0
	for i := g.first; i != none; i = w.numbers[i].next {
		if !w.numbers[i].merged {
			n++
		}
	}
	return n
}

// numbersOf writes the n samples of a group that are data points of their own.
func (w *writer) numbersOf(g *group, s shape, n int) {
	out := w.metric(g.scope, g.name, g.role.typ, g.role.describe)
	points := numberPoints(out, s)
	points.EnsureCapacity(n)
	w.block, w.expect = nil, w.attributesOf(g)
	for i := g.first; i != none; i = w.numbers[i].next {
		row := &w.numbers[i]
		if row.merged {
			continue
		}
		p := w.points.appendTo(points)
		p.SetTimestamp(nanos(row.time))
		if row.start != 0 {
			p.SetStartTimestamp(nanos(row.start))
		}
		if remotewrite.IsStaleMarker(row.value) {
			p.SetFlags(stale)
		} else {
			p.SetDoubleValue(row.value)
		}
		w.putAttributes(p.Attributes(), &w.series[row.series], g.boundKind)
		w.putExemplars(p.Exemplars(), row.exemplar)
	}
}

// attributesOf is the number of attributes of all data points that numbersOf writes.
func (w *writer) attributesOf(g *group) (n int) {
	for i := g.first; i != none; i = w.numbers[i].next {
		if row := &w.numbers[i]; !row.merged {
			n += w.series[row.series].attributeCount()
		}
	}
	if g.boundKind != classAttribute {
		n += int(g.count)
	}
	return n
}

// numberPoints makes a metric a gauge or sum.
func numberPoints(out pmetric.Metric, s shape) pmetric.NumberDataPointSlice {
	if s != shapeSum && s != shapeUpDown {
		return out.SetEmptyGauge().DataPoints()
	}
	sum := out.SetEmptySum()
	sum.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	sum.SetIsMonotonic(s == shapeSum)
	return sum.DataPoints()
}

// putAttributes writes the attributes of a series, and its bound under its own name
// unless boundKind is classAttribute.
func (w *writer) putAttributes(to pcommon.Map, s *series, boundKind labelClass) {
	n := s.attributeCount()
	if boundKind != classAttribute {
		n++
	}
	if w.frozen && s.id != nil && boundKind == classAttribute {
		*listOf(to) = s.id.list
		return
	}
	if w.sharing {
		*listOf(to) = w.shared(w.cut(n)[:0], s, boundKind)
		return
	}
	w.attrs.EnsureCapacity(n)
	w.pairs = w.appendAttributes(w.pairs[:0], s)
	for _, l := range w.pairs {
		w.attrs.AppendEmpty(l.Name).SetStr(l.Value)
	}
	if boundKind != classAttribute {
		w.attrs.AppendEmpty(boundNames[boundKind]).SetStr(s.bound)
	}
	w.attrs.UnsafeIntoMap(to)
}

var boundNames = map[labelClass]string{classBound: labelBound, classQuantile: labelQuantile}

// shared appends the attributes of a series with the boxes that its data points
// share.
func (w *writer) shared(list []keyValue, s *series, boundKind labelClass) []keyValue {
	if s.id != nil {
		list = append(list, s.id.list...)
	}
	refs := w.translation.attrs[s.attrsFrom:s.attrsTo]
	for i := 0; i+1 < len(refs); i += 2 {
		list = append(list, keyValue{value: w.box(refs[i+1]), key: w.symbols[refs[i]].text})
	}
	if boundKind != classAttribute {
		bound := boxedAll(1, func(int) (string, string) { return boundNames[boundKind], s.bound })
		list = append(list, bound[0])
	}
	return list
}

// box returns the value of a symbol as all attributes of the request have it.
func (t *translation) box(symbol uint32) any {
	if t.boxes == nil {
		t.boxes = boxedAll(len(t.symbols), func(i int) (string, string) { return "", t.symbols[i].text })
	}
	return t.boxes[symbol].value
}

// cut takes room for n attributes from the block, and makes a new one if it is used
// up.
func (w *writer) cut(n int) []keyValue {
	if len(w.block) < n {
		w.block = make([]keyValue, max(n, min(w.expect, maxBlock)))
	}
	list := w.block[:n:n]
	w.block = w.block[n:]
	w.expect -= n
	return list
}

// maxBlock is how many attributes one block holds, 160 KiB.
const maxBlock = 4096

// wholes writes the complete histograms or summaries of the family that a group is
// part of, once for all its groups.
func (w *writer) wholes(g *group) {
	f := &w.assembly.families[w.familyOf(g)]
	if f.complete == 0 {
		return
	}
	count := int(f.complete)
	f.complete = 0
	out := w.metric(f.scope, f.name, f.typ, f.describe)
	points := newWholePoints(out, f.typ, count)
	for i := f.first; i != none; i = w.assembly.wholes[i].next {
		if whole := &w.assembly.wholes[i]; whole.verdict == verdictComplete {
			w.whole(points, f, whole)
		}
	}
}

// whole writes one histogram or summary.
func (w *writer) whole(points wholePoints, f *familyRow, x *whole) {
	a := &w.assembly
	if a.content.judge(f.typ, w.partsOf(x), x.learned) != verdictComplete {
		a.content.settle(f.typ, w.partsOf(x))
	}
	attributes, exemplars := points.add(&a.content, x.time, x.start)
	w.putAttributes(attributes, &w.series[x.series], classAttribute)
	for p := x.first; p != none; p = a.parts[p].next {
		head := w.numbers[a.parts[p].row].exemplar
		if f.typ == remotewrite.TypeHistogram {
			w.putExemplars(exemplars, head)
			continue
		}
		for ; head != none; head = w.exemplars.rows[head].next {
			w.rejected.add(reasonSummaryExemplar, counts{exemplars: 1}, nil)
		}
	}
	if x.held != nil && f.typ == remotewrite.TypeHistogram {
		x.held.putExemplars(exemplars)
	}
}

// wholePoints are the data points of a histogram or summary metric.
type wholePoints struct {
	histogram pmetric.HistogramDataPointSlice
	summary   pmetric.SummaryDataPointSlice
	typ       remotewrite.MetricType
}

func newWholePoints(out pmetric.Metric, typ remotewrite.MetricType, n int) wholePoints {
	p := wholePoints{typ: typ}
	if typ == remotewrite.TypeSummary {
		p.summary = out.SetEmptySummary().DataPoints()
		p.summary.EnsureCapacity(n)
		return p
	}
	histogram := out.SetEmptyHistogram()
	histogram.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	p.histogram = histogram.DataPoints()
	p.histogram.EnsureCapacity(n)
	return p
}

// add writes a data point and returns where its attributes and exemplars go.
// Summaries have no exemplars.
func (p wholePoints) add(c *content, time, start int64) (pcommon.Map, pmetric.ExemplarSlice) {
	if p.typ == remotewrite.TypeSummary {
		out := p.summary.AppendEmpty()
		out.SetTimestamp(nanos(time))
		out.SetStartTimestamp(nanos(start))
		c.putSummary(out)
		return out.Attributes(), pmetric.ExemplarSlice{}
	}
	out := p.histogram.AppendEmpty()
	out.SetTimestamp(nanos(time))
	out.SetStartTimestamp(nanos(start))
	c.putHistogram(out)
	return out.Attributes(), out.Exemplars()
}

func (c *content) putHistogram(out pmetric.HistogramDataPoint) {
	if c.stale {
		out.SetFlags(stale)
		return
	}
	out.SetCount(c.count)
	if c.hasSum {
		out.SetSum(c.sum)
	}
	out.ExplicitBounds().FromRaw(c.bounds)
	out.BucketCounts().FromRaw(c.counts)
}

func (c *content) putSummary(out pmetric.SummaryDataPoint) {
	if c.stale {
		out.SetFlags(stale)
		return
	}
	out.SetCount(c.count)
	out.SetSum(c.sum)
	out.QuantileValues().EnsureCapacity(len(c.bounds))
	for i, quantile := range c.bounds {
		q := out.QuantileValues().AppendEmpty()
		q.SetQuantile(quantile)
		q.SetValue(c.quantiles[i])
	}
}

// nativesOf writes the native histograms of a group: those with exponential buckets
// and those with bounds of their own are metrics of two kinds.
func (w *writer) nativesOf(g *group) {
	typ := g.role.typ
	if typ == remotewrite.TypeUnspecified {
		typ = remotewrite.TypeHistogram
	}
	var exponential, custom pmetric.Metric
	var hasExponential, hasCustom bool
	for i := g.firstNative; i != none; i = w.natives[i].next {
		row := &w.natives[i]
		if row.Schema == remotewrite.CustomBuckets {
			if !hasCustom {
				custom, hasCustom = w.metric(g.scope, g.name, typ, g.role.describe), true
				custom.SetEmptyHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
			}
			p := custom.Histogram().DataPoints().AppendEmpty()
			putCustom(p, &row.Histogram)
			w.putAttributes(p.Attributes(), &w.series[row.series], g.boundKind)
			w.putExemplars(p.Exemplars(), row.exemplar)
			continue
		}
		if !hasExponential {
			exponential, hasExponential = w.metric(g.scope, g.name, typ, g.role.describe), true
			exponential.SetEmptyExponentialHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
		}
		p := exponential.ExponentialHistogram().DataPoints().AppendEmpty()
		putExponential(p, &row.Histogram)
		w.putAttributes(p.Attributes(), &w.series[row.series], g.boundKind)
		w.putExemplars(p.Exemplars(), row.exemplar)
	}
}

// putExemplars writes a chain of exemplars, oldest first.
func (w *writer) putExemplars(to pmetric.ExemplarSlice, head int32) {
	if head == none {
		return
	}
	chain := w.assembly.chained[:0]
	for ; head != none; head = w.exemplars.rows[head].next {
		chain = append(chain, head)
	}
	w.assembly.chained = chain
	slices.Reverse(chain) // they were put in front of each other
	for _, row := range chain {
		putExemplar(to.AppendEmpty(), &w.exemplars.rows[row].Exemplar)
	}
}
