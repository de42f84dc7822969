package remotewriteexporter

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// Labels with a meaning of their own.
const (
	nameLabel     = "__name__"
	jobLabel      = "job"
	instanceLabel = "instance"
	leLabel       = "le"
	quantileLabel = "quantile"
	scopePrefix   = "otel_scope_"
)

// identifying attributes become job and instance.
var identifying = []string{"service.namespace", "service.name", "service.instance.id"}

// A baseLabel comes from the resource, the scope or the configuration. A weak one
// gives way to an attribute of the same name, others do not.
type baseLabel struct {
	remotewrite.Label
	weak bool
}

// A labelScope is what the labels of a resource are made of.
type labelScope struct {
	base       []baseLabel // job, instance and external labels, sorted
	attributes pcommon.Map
	known      bool // has a job or an instance
}

func byName(a, b remotewrite.Label) int { return cmp.Compare(a.Name, b.Name) }

func sortedLabels(m map[string]string) []remotewrite.Label {
	var out []remotewrite.Label
	for name, value := range m {
		out = append(out, remotewrite.Label{Name: name, Value: value})
	}
	slices.SortFunc(out, byName)
	return out
}

// insertBase puts a label into its place; it replaces one of the same name.
func insertBase(base []baseLabel, l baseLabel) []baseLabel {
	i, found := slices.BinarySearchFunc(base, l, func(a, b baseLabel) int { return byName(a.Label, b.Label) })
	if found {
		base[i] = l
		return base
	}
	return slices.Insert(base, i, l)
}

// setResource begins a resource.
func (t *translator) setResource(r pcommon.Resource) {
	t.resource.attributes = r.Attributes()
	base := t.resource.base[:0]
	for _, l := range t.external {
		base = append(base, baseLabel{Label: l, weak: true})
	}
	job, instance := text(r, "service.name"), text(r, "service.instance.id")
	if job != "" {
		if namespace, ok := r.Attributes().Get("service.namespace"); ok {
			job = valid(namespace.AsString()) + "/" + job
		}
		base = insertBase(base, baseLabel{Label: remotewrite.Label{Name: jobLabel, Value: job}})
	}
	if instance != "" {
		base = insertBase(base, baseLabel{Label: remotewrite.Label{Name: instanceLabel, Value: instance}})
	}
	t.resource.base, t.resource.known = base, job != "" || instance != ""
}

func text(r pcommon.Resource, key string) string {
	v, ok := r.Attributes().Get(key)
	if !ok {
		return ""
	}
	return valid(v.AsString())
}

// setScope begins a scope.
func (t *translator) setScope(s pcommon.InstrumentationScope, schemaURL string) {
	t.scope = append(t.scope[:0], t.resource.base...)
	if !t.cfg.ScopeLabels {
		return
	}
	add := func(key, value string) {
		if name := t.labelName(scopePrefix + key); name != "" && value != "" {
			t.scope = insertBase(t.scope, baseLabel{Label: remotewrite.Label{Name: name, Value: valid(value)}})
		}
	}
	for key, value := range s.Attributes().All() {
		if key != "name" && key != "version" && key != "schema_url" {
			add(key, value.AsString())
		}
	}
	add("name", s.Name())
	add("version", s.Version())
	add("schema_url", schemaURL)
}

// labelName is an attribute's key as a label, "" if it cannot be one.
func (t *translator) labelName(key string) string {
	if name, ok := t.labelNames[key]; ok {
		return name
	}
	name, err := t.labels.Build(key)
	if err != nil {
		name = ""
	}
	if len(t.labelNames) >= maxNames {
		clear(t.labelNames)
	}
	t.labelNames[key] = name
	return name
}

// valid returns a text that is UTF-8, as labels must be.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// pointLabels makes the labels of a data point of its attributes and the base,
// sorted, into t.point.
func (t *translator) pointLabels(attributes pcommon.Map) {
	t.attributeLabels(attributes, nil)
	t.point = merge(t.point[:0], t.own, t.base)
}

// attributeLabels makes labels of attributes, sorted, into t.own. Attributes whose
// names become the same are joined with a semicolon, in the order of their keys.
func (t *translator) attributeLabels(attributes pcommon.Map, except []string) {
	own := t.own[:0]
	for key, value := range attributes.All() {
		if text := value.AsString(); text != "" && !slices.Contains(except, key) {
			own = append(own, remotewrite.Label{Name: key, Value: valid(text)})
		}
	}
	if !slices.IsSortedFunc(own, byName) {
		slices.SortStableFunc(own, byName)
	}
	for i := range own {
		own[i].Name = t.labelName(own[i].Name)
	}
	if !slices.IsSortedFunc(own, byName) {
		slices.SortStableFunc(own, byName)
	}
	kept := own[:0]
	for _, l := range own {
		last := len(kept) - 1
		switch {
		case l.Name == "" || l.Name == nameLabel:
		case last >= 0 && kept[last].Name == l.Name:
			if kept[last].Value != l.Value {
				kept[last].Value += ";" + l.Value
			}
		default:
			kept = append(kept, l)
		}
	}
	t.own = kept
}

// merge appends both sorted lists as one.
func merge(dst, own []remotewrite.Label, base []baseLabel) []remotewrite.Label {
	for _, b := range base {
		for len(own) > 0 && own[0].Name < b.Name {
			dst, own = append(dst, own[0]), own[1:]
		}
		if len(own) > 0 && own[0].Name == b.Name {
			if b.weak {
				continue
			}
			own = own[1:]
		}
		dst = append(dst, b.Label)
	}
	return append(dst, own...)
}

// pieceLabels are the labels of one series of several that a data point becomes:
// another name and, unless extra is empty, a label more.
func (t *translator) pieceLabels(name string, extra remotewrite.Label) []remotewrite.Label {
	piece := t.piece[:0]
	for _, l := range t.point {
		if l.Name == nameLabel {
			l.Value = name
		}
		if extra.Name != "" && l.Name >= extra.Name {
			piece = append(piece, extra)
			if l.Name == extra.Name {
				extra.Name = ""
				continue
			}
			extra.Name = ""
		}
		piece = append(piece, l)
	}
	if extra.Name != "" {
		piece = append(piece, extra)
	}
	t.piece = piece
	return piece
}

// targetInfo sends what is known about the resource: every attribute that is not
// part of its identity, if there are any, and if it has an identity.
func (t *translator) targetInfo(at pcommon.Timestamp) {
	if !t.cfg.TargetInfo || at == 0 || !t.resource.known {
		return
	}
	if t.dealer.dealing == cautious {
		return // its time depends on the batch, and the next one has it again
	}
	// As the exporters of others do, attributes count here even if they are empty.
	others := t.resource.attributes.Len()
	for _, key := range identifying {
		if _, ok := t.resource.attributes.Get(key); ok {
			others--
		}
	}
	if others == 0 {
		return
	}
	name := otlptranslator.TargetInfoMetricName
	if t.cfg.Namespace != "" {
		name = t.cfg.Namespace + "_" + name
	}
	t.metadata = remotewrite.Metadata{Family: name}
	if t.cfg.Metadata {
		t.metadata.Type, t.metadata.Help = remotewrite.TypeGauge, "Target metadata"
	}
	t.base = insertBase(append(t.base[:0], t.resource.base...), baseLabel{Label: remotewrite.Label{Name: nameLabel, Value: name}})
	t.attributeLabels(t.resource.attributes, identifying)
	t.point = merge(t.point[:0], t.own, t.base)
	t.begin(noPoint, 1)
	s := t.series(t.point, "", t.metadata)
	addSample(s, remotewrite.Sample{Value: 1, Timestamp: milliseconds(at)}, &t.dealer.samples)
}
