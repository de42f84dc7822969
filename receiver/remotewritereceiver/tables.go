package remotewritereceiver

import (
	"slices"
	"unsafe"

	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// none ends a chain of rows.
const none = int32(-1)

// A resource is a target with metrics in this request.
type resource struct {
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
		t.resources = append(t.resources, resource{job: labels.job, instance: labels.instance})
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

// maxKept is how many bytes of a table a translation keeps between requests, so
// that one unusual request does not pin its memory for ever.
const maxKept = 2 << 20

// maxKeptEntries is the same for maps, which take about 50 bytes an entry.
const maxKeptEntries = maxKept / 50

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
