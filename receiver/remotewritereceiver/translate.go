package remotewritereceiver

import (
	"errors"
	"fmt"
	"hash/maphash"
	"math"
	"slices"
	"strings"
	"unsafe"

	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// A translation turns one request into one batch. It is pooled, and belongs to one
// request from Reset to Release; nothing in the batch points into it.
//
// It works in steps, because what a series is can depend on its neighbours: first
// all series are read into tables, then it is decided what each group of them is,
// then what belongs together is put together, and the batch is built at the end.
type translation struct {
	*memory
	limits *LimitsConfig
	v1     remotewrite.V1Decoder
	v2     remotewrite.V2Decoder

	version    remotewrite.Version
	tenant     string
	tenantHash uint64

	reader  labelReader
	symbols []symbol            // of a 2.0 request
	boxes   []keyValue          // of each symbol, if sharing works
	pairs   []remotewrite.Label // scratch for labels of 1.0
	names   []string            // scratch to find duplicates
	attrs   []uint32            // pairs of symbols, the attributes of 2.0 series

	resources []resource
	scopes    []scope
	groups    []group
	series    []series
	numbers   []number
	natives   []native
	exemplars exemplarTable
	assembly  assembler

	byTarget map[uint64]int32 // → resources
	byScope  map[uint64]int32 // → scopes
	byGroup  map[uint64]int32 // → groups
	last     int32            // the group of the series before

	weight   int64 // about what the batch will take
	paid     int64 // how much of it has been reserved
	room     *reservation
	reserved int64 // in the buffer, for what waits
	offered  counts
	rejected rejections

	hits, misses int // of the series cache
}

// memory is what is learned from one request for the next ones. It is shared by
// all translations of a receiver.
type memory struct {
	series   *seriesCache
	families *families
	targets  *targets
	buffer   *buffer
	waiting  *waitingExemplars

	sharing bool // attributes can share boxes; see layout.go
}

// interpret decides what the series are and puts together what belongs together.
// After it the batch can be built, and items of the request may have been rejected.
func (t *translation) interpret(cfg *Config) {
	t.assignRoles(cfg.TypeInference)
	t.learnTargets()
	t.placeExemplars()
	t.assemble(&cfg.Reassembly)
}

// none ends a chain of rows.
const none = int32(-1)

// A resource is a target with metrics in this request.
type resource struct {
	hash          uint64
	job, instance string
	out           pmetric.ResourceMetrics // once begun
	begun         bool
}

// A scope is an instrumentation scope of a resource.
type scope struct {
	resource int32
	hash     uint64
	labels   []remotewrite.Label // otel_scope_*
	metrics  pmetric.MetricSlice // once begun
	begun    bool
}

// A group are the series of one name, scope and resource. They become one metric,
// or parts of one.
type group struct {
	hash      uint64
	scope     int32
	name      string
	boundKind labelClass
	described remotewrite.Metadata // what its own series say
	role      role

	first, last, count                     int32 // chain of numbers
	firstNative, lastNative, countOfNative int32
}

// A series is a row for each TimeSeries that was accepted.
type series struct {
	id                 *identity // of 1.0
	attrsFrom, attrsTo int32     // of 2.0, in attrs
	bound              string
	attributes         uint64 // hash
	hash               uint64
	group              int32
	number, numbers    int32 // its rows there: the first one and how many
	native, natives    int32
}

// attributeCount is the number of attributes, without the bound.
func (s *series) attributeCount() int {
	if s.id != nil {
		return len(s.id.attrs)
	}
	return int(s.attrsTo-s.attrsFrom) / 2
}

// A number is a float sample.
type number struct {
	series      int32
	next        int32
	exemplar    int32 // chain in exemplars
	merged      bool  // into a histogram or summary: it is no data point of its own
	value       float64
	time, start int64 // ms
}

// A native is a native histogram that was found valid.
type native struct {
	series   int32
	next     int32
	exemplar int32
	remotewrite.Histogram
}

func newTranslation(m *memory, limits *LimitsConfig) *translation {
	t := &translation{
		memory: m, limits: limits,
		byTarget: map[uint64]int32{}, byScope: map[uint64]int32{}, byGroup: map[uint64]int32{},
	}
	t.reader.limits = limits
	t.assembly.init()
	return t
}

// maxKept is how many bytes of a table a translation keeps between requests, so
// that one unusual request does not pin its memory for ever.
const maxKept = 2 << 20

// maxKeptEntries is the same for maps, which take about 50 bytes an entry.
const maxKeptEntries = maxKept / 50

// release forgets the request: strings above all, for they pin its block.
func (t *translation) release() {
	t.v1.Release()
	t.v2.Release()
	t.tenant, t.room, t.paid = "", nil, 0
	t.reader.reset()
	clear(t.reader.scope[:cap(t.reader.scope)])
	t.symbols, t.pairs, t.names = emptied(t.symbols), emptied(t.pairs), emptied(t.names)
	t.attrs, t.boxes = emptied(t.attrs), nil
	t.resources, t.scopes, t.groups = emptied(t.resources), emptied(t.scopes), emptied(t.groups)
	t.series, t.numbers, t.natives = emptied(t.series), emptied(t.numbers), emptied(t.natives)
	t.exemplars.release()
	t.assembly.release()
	for _, m := range []*map[uint64]int32{&t.byTarget, &t.byScope, &t.byGroup} {
		*m = emptiedMap(*m)
	}
	t.hits, t.misses = 0, 0
	t.weight, t.reserved, t.offered, t.rejected = 0, 0, counts{}, rejections{}
}

func emptied[T any](s []T) []T {
	var row T
	if cap(s)*int(unsafe.Sizeof(row)) > maxKept {
		return nil
	}
	clear(s)
	return s[:0]
}

func emptiedMap[K comparable, V any](m map[K]V) map[K]V {
	if len(m) > maxKeptEntries {
		return map[K]V{}
	}
	clear(m)
	return m
}

// maxSeriesBytes bounds the memory one series takes while it is decoded. That is
// 700,000 samples.
const maxSeriesBytes = 16 << 20

// read reads all series of the message in body. An error concerns the whole
// request; what is wrong with single items is in rejected.
func (t *translation) read(version remotewrite.Version, tenant string, body []byte, room *reservation) error {
	t.version, t.tenant, t.room, t.last = version, tenant, room, none
	t.tenantHash = maphash.String(hashSeed, tenant)
	limits := remotewrite.Limits{Series: t.limits.Series, Symbols: t.limits.Symbols, SeriesBytes: maxSeriesBytes}
	if version == remotewrite.V1 {
		if err := t.v1.Reset(body, limits); err != nil {
			return err
		}
		return t.readV1()
	}
	if err := t.v2.Reset(body, limits); err != nil {
		return err
	}
	return t.readV2()
}

func (t *translation) readV1() error {
	for m, err := range t.v1.Metadata() {
		if err != nil {
			return err
		}
		t.families.learn(t.tenant, m.Family, m)
	}
	for {
		s, err := t.v1.Next()
		if s == nil || err != nil {
			return err
		}
		hash := hashEncoded(s.LabelBytes)
		id := t.memory.series.get(hash, s.LabelBytes)
		if id != nil {
			t.hits++
		} else {
			t.misses++
			var why reason
			if id, why, err = t.identify(s.LabelBytes); err != nil {
				return err
			}
			if why != accepted {
				t.reject(why, s)
				continue
			}
			id.hash = hash
			t.memory.series.put(id)
		}
		if err := t.take(s, series{id: id}, &id.labelSet); err != nil {
			return err
		}
	}
}

// identify decodes the labels of a 1.0 series that the cache does not know.
func (t *translation) identify(encoded []byte) (*identity, reason, error) {
	if _, more := remotewrite.CutLabels(encoded, t.limits.Labels); more {
		return nil, reasonLabels, nil
	}
	text := string(encoded)
	labels, err := remotewrite.AppendLabels(t.pairs[:0], encoded, text)
	t.pairs = labels
	if err != nil {
		return nil, accepted, err
	}
	ascii := remotewrite.IsASCII(encoded)
	id := &identity{encoded: text, attrs: make([]remotewrite.Label, 0, len(labels))}
	t.reader.reset()
	for _, l := range labels {
		name, value := newSymbol(l.Name, ascii), newSymbol(l.Value, ascii)
		attribute, why := t.reader.add(&name, &value)
		if why != accepted {
			return nil, why, nil
		}
		if attribute {
			id.attrs = append(id.attrs, l)
		}
	}
	if t.reader.unsorted {
		t.names = t.names[:0]
		for _, l := range labels {
			t.names = append(t.names, l.Name)
		}
		if duplicates(t.names) {
			return nil, reasonDuplicateLabel, nil
		}
		slices.SortFunc(id.attrs, func(a, b remotewrite.Label) int { return strings.Compare(a.Name, b.Name) })
	}
	why := t.reader.finish()
	if t.sharing {
		id.list = boxedAll(len(id.attrs), func(i int) (string, string) { return id.attrs[i].Name, id.attrs[i].Value })
	}
	id.labelSet = t.reader.labelSet
	id.scope = slices.Clone(id.scope)
	return id, why, nil
}

func (t *translation) readV2() error {
	t.weight = int64(len(t.v2.Symbols())) * weightOfSymbol
	if err := t.checkWeight(); err != nil {
		return err
	}
	ascii := t.v2.ASCII()
	for _, text := range t.v2.Symbols() {
		t.symbols = append(t.symbols, newSymbol(text, ascii))
	}
	if t.sharing {
		t.boxes = boxedAll(len(t.symbols), func(i int) (string, string) { return "", t.symbols[i].text })
	}
	for {
		s, err := t.v2.Next()
		if s == nil || err != nil {
			return err
		}
		row := series{attrsFrom: int32(len(t.attrs))}
		if why := t.readRefs(s.LabelRefs); why != accepted {
			t.attrs = t.attrs[:row.attrsFrom]
			t.reject(why, s)
			continue
		}
		row.attrsTo = int32(len(t.attrs))
		if err := t.take(s, row, &t.reader.labelSet); err != nil {
			return err
		}
	}
}

// readRefs reads the labels of a 2.0 series.
func (t *translation) readRefs(refs []uint32) reason {
	symbols := t.symbols
	from := len(t.attrs)
	if len(refs)%2 != 0 {
		return reasonReference
	}
	if len(refs)/2 > t.limits.Labels {
		return reasonLabels
	}
	t.reader.reset()
	for i := 0; i+1 < len(refs); i += 2 {
		name, value := refs[i], refs[i+1]
		if uint64(name) >= uint64(len(symbols)) || uint64(value) >= uint64(len(symbols)) {
			return reasonReference
		}
		attribute, why := t.reader.add(&symbols[name], &symbols[value])
		if why != accepted {
			return why
		}
		if attribute {
			t.attrs = append(t.attrs, name, value)
		}
	}
	if t.reader.unsorted {
		if why := t.sortRefs(refs, t.attrs[from:]); why != accepted {
			return why
		}
	}
	return t.reader.finish()
}

// sortRefs brings the attributes of a series whose labels came in another order
// into the order of their names. Senders must sort them, but some do not, and
// nothing is lost.
func (t *translation) sortRefs(refs, attrs []uint32) reason {
	t.names = t.names[:0]
	for i := 0; i < len(refs); i += 2 {
		t.names = append(t.names, t.symbols[refs[i]].text)
	}
	if duplicates(t.names) {
		return reasonDuplicateLabel
	}
	pairs := make([][2]uint32, 0, len(attrs)/2)
	for i := 0; i < len(attrs); i += 2 {
		pairs = append(pairs, [2]uint32{attrs[i], attrs[i+1]})
	}
	slices.SortFunc(pairs, func(a, b [2]uint32) int { return strings.Compare(t.symbols[a[0]].text, t.symbols[b[0]].text) })
	for i, p := range pairs {
		attrs[2*i], attrs[2*i+1] = p[0], p[1]
	}
	return accepted
}

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
	if described != (remotewrite.Metadata{}) {
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
	if !t.room.grow(more) {
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

// groupOf finds or makes the group of a series.
func (t *translation) groupOf(labels *labelSet) int32 {
	if t.last != none && t.groups[t.last].hash == labels.group {
		return t.last
	}
	g, ok := t.byGroup[labels.group]
	if !ok {
		g = int32(len(t.groups))
		t.byGroup[labels.group] = g
		t.groups = append(t.groups, group{
			hash: labels.group, scope: t.scopeOf(labels), name: labels.name, boundKind: labels.boundKind,
			first: none, last: none, firstNative: none, lastNative: none,
		})
	}
	t.last = g
	return g
}

func (t *translation) scopeOf(labels *labelSet) int32 {
	r, ok := t.byTarget[labels.target]
	if !ok {
		r = int32(len(t.resources))
		t.byTarget[labels.target] = r
		t.resources = append(t.resources, resource{hash: labels.target, job: labels.job, instance: labels.instance})
	}
	key := mix(labels.target, labels.scopeHash)
	s, ok := t.byScope[key]
	if !ok {
		s = int32(len(t.scopes))
		t.byScope[key] = s
		t.scopes = append(t.scopes, scope{resource: r, hash: key, labels: slices.Clone(labels.scope)})
	}
	return s
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
