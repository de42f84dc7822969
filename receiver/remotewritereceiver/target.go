package remotewritereceiver

import (
	"slices"
	"strings"
	"sync"
	"unsafe"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// targets remembers the labels of target_info by target, because they are the
// attributes of the target's resource in every request. It is safe for concurrent
// use.
type targets struct {
	mu       sync.RWMutex
	byTarget *bounded[targetKey, []remotewrite.Label]
}

type targetKey struct{ tenant, job, instance string }

const targetBytes = 64 << 20

func newTargets() *targets {
	return &targets{byTarget: newBounded(targetBytes, func(k targetKey, labels []remotewrite.Label) int64 {
		return int64(unsafe.Sizeof(k)) + int64(len(k.tenant)+len(k.job)+len(k.instance)) + sizeOf(labels)
	})}
}

// sizeOf is the memory that labels take together with their strings.
func sizeOf(labels []remotewrite.Label) int64 {
	size := int64(len(labels)) * int64(unsafe.Sizeof(remotewrite.Label{}))
	for _, l := range labels {
		size += int64(len(l.Name) + len(l.Value))
	}
	return size
}

func (t *targets) get(key targetKey) []remotewrite.Label {
	t.mu.RLock()
	defer t.mu.RUnlock()
	labels, _ := t.byTarget.get(key)
	return labels
}

// learn replaces what is known about a target; false is that it is too much. The
// labels are copied if they are new.
func (t *targets) learn(key targetKey, labels []remotewrite.Label) bool {
	if known := t.get(key); known != nil && slices.Equal(known, labels) {
		return true
	}
	own := ownLabels(labels)
	key = targetKey{strings.Clone(key.tenant), strings.Clone(key.job), strings.Clone(key.instance)}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.byTarget.put(key, own)
}

// learnTargets takes in the target_info series of the request. One that has ended
// says nothing: either its target is gone, or another one has replaced it.
func (t *translation) learnTargets() {
	for i := range t.groups {
		g := &t.groups[i]
		if g.role.shape != shapeAttribute {
			continue
		}
		for n := g.first; n != none; n = t.numbers[n].next {
			if remotewrite.IsStaleMarker(t.numbers[n].value) {
				continue
			}
			r := &t.resources[t.scopes[g.scope].resource]
			t.pairs = t.appendAttributes(t.pairs[:0], &t.series[t.numbers[n].series])
			if !t.targets.learn(targetKey{t.tenant, r.job, r.instance}, t.pairs) {
				t.rejected.add(reasonLabelLength, counts{samples: 1}, func() string { return targetInfo })
			}
		}
	}
}

// appendAttributes appends the attributes of a series, without its bound.
func (t *translation) appendAttributes(dst []remotewrite.Label, s *series) []remotewrite.Label {
	if s.id != nil {
		return append(dst, s.id.attrs...)
	}
	refs := t.attrs[s.attrsFrom:s.attrsTo]
	for i := 0; i+1 < len(refs); i += 2 {
		dst = append(dst, remotewrite.Label{Name: t.symbols[refs[i]].text, Value: t.symbols[refs[i+1]].text})
	}
	return dst
}

// Resource attributes of a target, from the OpenTelemetry specification on
// compatibility with Prometheus.
const (
	serviceName      = "service.name"
	serviceNamespace = "service.namespace"
	serviceInstance  = "service.instance.id"
)

// putTarget makes a target the attributes of a resource. A job that reads
// namespace/name is both.
func putTarget(to pcommon.Map, key targetKey, info []remotewrite.Label, tenantAttribute string) {
	to.EnsureCapacity(len(info) + 4)
	for _, l := range info {
		to.PutStr(l.Name, l.Value)
	}
	if namespace, name, ok := strings.Cut(key.job, "/"); ok && namespace != "" && name != "" {
		to.PutStr(serviceNamespace, namespace)
		to.PutStr(serviceName, name)
	} else if key.job != "" {
		to.PutStr(serviceName, key.job)
	}
	if key.instance != "" {
		to.PutStr(serviceInstance, key.instance)
	}
	if tenantAttribute != "" && key.tenant != "" {
		to.PutStr(tenantAttribute, key.tenant)
	}
}

// putScope makes otel_scope_* labels an instrumentation scope; without any it is
// the receiver.
func putScope(to pcommon.InstrumentationScope, schema func(string), labels []remotewrite.Label, version string) {
	if len(labels) == 0 {
		to.SetName(scopeName)
		to.SetVersion(version)
		return
	}
	for _, l := range labels {
		switch attribute := strings.TrimPrefix(l.Name, scopePrefix); attribute {
		case "name":
			to.SetName(l.Value)
		case "version":
			to.SetVersion(l.Value)
		case "schema_url":
			schema(l.Value)
		case "":
			to.Attributes().PutStr(l.Name, l.Value)
		default:
			to.Attributes().PutStr(attribute, l.Value)
		}
	}
}
