package remotewritereceiver

import (
	"slices"
	"strings"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// A shape is what the float samples of a group become.
type shape uint8

const (
	shapeGauge  shape = iota
	shapeSum          // cumulative and monotonic
	shapeUpDown       // cumulative, not monotonic
	shapeBucket       // the rest are parts of a classic histogram or summary
	shapeQuantile
	shapeCount
	shapeTotal     // _sum
	shapeAttribute // target_info
)

// A role is what a group is.
type role struct {
	shape    shape
	typ      remotewrite.MetricType
	family   string // of a part
	describe remotewrite.Metadata
}

func (r role) part() bool { return r.shape >= shapeBucket && r.shape <= shapeTotal }

// targetInfo is the series whose labels are those of its target.
const targetInfo = "target_info"

// assignRoles decides for every group what it is. A family of which this request
// holds both buckets, or quantiles, and a count is proven first, so that the order
// of its series does not matter.
func (t *translation) assignRoles(inference Inference) {
	for i := range t.groups {
		g := &t.groups[i]
		t.families.learn(t.tenant, g.name, g.described)
	}
	if inference != InferOff {
		t.proveByStructure()
	}
	for i := range t.groups {
		g := &t.groups[i]
		g.role = t.roleOf(g, inference)
		if g.role.shape != shapeAttribute {
			t.families.emit(t.tenant, g.name, g.role.typ)
		}
	}
}

// proveByStructure looks for families that are histograms or summaries by what
// they consist of. A bucket or quantile alone proves nothing: queries whose results
// are recorded have those labels, too.
func (t *translation) proveByStructure() {
	type sibling struct {
		scope int32
		name  string
	}
	var siblings map[sibling]bool
	for i := range t.groups {
		g := &t.groups[i]
		base, typ := structureOf(g)
		if base == "" {
			continue
		}
		if known, ok := t.families.find(t.tenant, base); ok && known.Type != remotewrite.TypeUnspecified {
			continue
		}
		if siblings == nil {
			siblings = make(map[sibling]bool, len(t.groups))
			for j := range t.groups {
				siblings[sibling{t.groups[j].scope, t.groups[j].name}] = true
			}
		}
		if siblings[sibling{g.scope, base + "_count"}] {
			t.families.prove(t.tenant, base, typ)
		}
	}
}

// structureOf returns the family that a group would be part of by its name and
// labels.
func structureOf(g *group) (string, remotewrite.MetricType) {
	switch g.boundKind {
	case classBound:
		if base, ok := strings.CutSuffix(g.name, "_bucket"); ok {
			return base, remotewrite.TypeHistogram
		}
	case classQuantile:
		return g.name, remotewrite.TypeSummary
	default:
	}
	return "", remotewrite.TypeUnspecified
}

func (t *translation) roleOf(g *group, inference Inference) role {
	if g.name == targetInfo {
		return role{shape: shapeAttribute}
	}
	r := role{typ: g.described.Type, family: g.name, describe: g.described}
	if known(r.typ) {
		r.family = familyName(g.name, r.typ)
	} else {
		r.typ = remotewrite.TypeUnspecified
		if inference != InferOff {
			t.infer(&r, g, inference)
		}
	}
	r.shape = shapeOf(g, r)
	return r
}

// infer finds the type of a group in what is known about families. The exact name
// comes first: a counter may well be called something_count.
func (t *translation) infer(r *role, g *group, inference Inference) {
	if e, ok := t.families.find(t.tenant, g.name); ok && known(e.Type) {
		r.adopt(g.name, e)
		return
	}
	for _, s := range suffixes {
		base, ok := strings.CutSuffix(g.name, s.text)
		if !ok || base == "" {
			continue
		}
		if e, ok := t.families.find(t.tenant, base); ok && slices.Contains(s.types, e.Type) {
			r.adopt(base, e)
			return
		}
	}
	if inference == InferSuffix && strings.HasSuffix(g.name, "_total") {
		r.typ = remotewrite.TypeCounter
	}
}

// adopt takes over what is known about a family, except what the series itself
// has said.
func (r *role) adopt(name string, e family) {
	r.typ, r.family = e.Type, name
	if r.describe.Help == "" {
		r.describe.Help = e.Help
	}
	if r.describe.Unit == "" {
		r.describe.Unit = e.Unit
	}
}

// suffixes are what OpenMetrics appends to the name of a family, by type.
var suffixes = []struct {
	text  string
	types []remotewrite.MetricType
}{
	{"_bucket", []remotewrite.MetricType{remotewrite.TypeHistogram, remotewrite.TypeGaugeHistogram}},
	{"_count", []remotewrite.MetricType{remotewrite.TypeHistogram, remotewrite.TypeSummary}},
	{"_sum", []remotewrite.MetricType{remotewrite.TypeHistogram, remotewrite.TypeSummary}},
	{"_total", []remotewrite.MetricType{remotewrite.TypeCounter}},
	{"_info", []remotewrite.MetricType{remotewrite.TypeInfo}},
	{"_gcount", []remotewrite.MetricType{remotewrite.TypeGaugeHistogram}},
	{"_gsum", []remotewrite.MetricType{remotewrite.TypeGaugeHistogram}},
}

// shapeOf says what samples of the given type become. Gauge histograms have no
// counterpart and stay the gauges they consist of; so does what carries the type
// of a histogram or summary without being a part of one.
func shapeOf(g *group, r role) shape {
	suffix := strings.TrimPrefix(g.name, r.family)
	switch r.typ {
	case remotewrite.TypeCounter:
		return shapeSum
	case remotewrite.TypeInfo, remotewrite.TypeStateSet:
		return shapeUpDown
	case remotewrite.TypeHistogram:
		if suffix == "_bucket" && g.boundKind == classBound {
			return shapeBucket
		}
		return partOf(suffix)
	case remotewrite.TypeSummary:
		if suffix == "" && g.boundKind == classQuantile {
			return shapeQuantile
		}
		return partOf(suffix)
	default:
		return shapeGauge
	}
}

func partOf(suffix string) shape {
	switch suffix {
	case "_count":
		return shapeCount
	case "_sum":
		return shapeTotal
	default:
		return shapeGauge
	}
}
