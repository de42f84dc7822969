package elasticsearchexporter

import (
	"slices"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// An ecsEncoder writes documents with the names of the Elastic Common Schema.
//
// Fields come from the resource, the scope, the body if it is a map, and the
// attributes, and of several with the same name the last is written. A field that
// would have to be a value and an object, because there is a and a.b, is a.value.
type ecsEncoder struct {
	shared []ecsField // of the resource and the scope
	fields []ecsField // of a record
}

type ecsField struct {
	name  string
	value pcommon.Value
}

// resourceName is the field that an attribute of a resource becomes, as the
// Elasticsearch exporter of the collector's contrib has it. An empty name leaves the
// attribute out. Others keep their names.
func resourceName(key string) string {
	switch key {
	case "service.instance.id":
		return "service.node.name"
	case "deployment.environment", "deployment.environment.name":
		return "service.environment"
	case "telemetry.sdk.name", "telemetry.sdk.language", "telemetry.sdk.version", "telemetry.distro.name", "telemetry.distro.version":
		return ""
	case "cloud.platform":
		return "cloud.service.name"
	case "container.image.tags":
		return "container.image.tag"
	case "host.arch":
		return "host.architecture"
	case "process.executable.path":
		return "process.executable"
	case "process.runtime.name":
		return "service.runtime.name"
	case "process.runtime.version":
		return "service.runtime.version"
	case "os.name":
		return "host.os.name"
	case "os.type":
		return "host.os.platform"
	case "os.description":
		return "host.os.full"
	case "os.version":
		return "host.os.version"
	}
	return kubernetesName(key)
}

func kubernetesName(key string) string {
	switch key {
	case "k8s.deployment.name":
		return "kubernetes.deployment.name"
	case "k8s.namespace.name":
		return "kubernetes.namespace"
	case "k8s.node.name":
		return "kubernetes.node.name"
	case "k8s.pod.name":
		return "kubernetes.pod.name"
	case "k8s.pod.uid":
		return "kubernetes.pod.uid"
	}
	return key
}

// recordName is the field that an attribute of a record becomes.
func recordName(key string) string {
	switch key {
	case "event.name":
		return "event.action"
	case "exception.message":
		return "error.message"
	case "exception.stacktrace":
		return "error.stack_trace"
	case "exception.type":
		return "error.type"
	}
	return key
}

func (e *ecsEncoder) enter(resource plog.ResourceLogs, scope plog.ScopeLogs) {
	attributes := resource.Resource().Attributes()
	e.shared = e.shared[:0]
	e.addText("agent.name", agentName(attributes))
	e.addText("agent.version", firstText(attributes, "telemetry.distro.version", "telemetry.sdk.version"))
	e.addText("host.os.type", hostType(attributes))
	e.add(&e.shared, attributes, resourceName)
	if host, ok := attributes.Get("host.name"); ok {
		e.shared = append(e.shared, ecsField{"host.hostname", host})
	}
	e.add(&e.shared, scope.Scope().Attributes(), recordName)
}

// addText lists a field that the resource's attributes make together.
func (e *ecsEncoder) addText(name, text string) {
	if text != "" {
		e.shared = append(e.shared, ecsField{name, pcommon.NewValueStr(text)})
	}
}

// agentName is as the APM server makes it: opentelemetry/java/elastic.
func agentName(m pcommon.Map) string {
	name := firstText(m, "telemetry.sdk.name")
	if name == "" {
		name = "otlp"
	}
	language, distro := firstText(m, "telemetry.sdk.language"), firstText(m, "telemetry.distro.name")
	switch {
	case language == "" && distro == "":
		return name
	case language == "":
		language = "unknown"
	}
	if distro != "" {
		return name + "/" + language + "/" + distro
	}
	return name + "/" + language
}

// hostType is one of the values that ECS allows for host.os.type.
func hostType(m pcommon.Map) string {
	switch firstText(m, "os.type") {
	case "windows":
		return "windows"
	case "linux":
		return "linux"
	case "darwin":
		return "macos"
	case "aix", "hpux", "solaris":
		return "unix"
	}
	switch firstText(m, "os.name") {
	case "Android":
		return "android"
	case "iOS":
		return "ios"
	}
	return ""
}

func firstText(m pcommon.Map, keys ...string) string {
	for _, key := range keys {
		if v, ok := m.Get(key); ok && v.AsString() != "" {
			return v.AsString()
		}
	}
	return ""
}

func (*ecsEncoder) place(*placement, *source) {}

func (e *ecsEncoder) append(dst []byte, s *source, p *placement) []byte {
	r := s.record
	e.fields = append(e.fields[:0], e.shared...)
	if r.Body().Type() == pcommon.ValueTypeMap {
		e.add(&e.fields, r.Body().Map(), func(key string) string { return key })
	}
	e.add(&e.fields, r.Attributes(), recordName)
	dst = append(dst, '{')
	if !slices.ContainsFunc(e.fields, func(f ecsField) bool { return f.name == timestampField }) {
		dst = appendTimestamp(dst, s)
	}
	if p.index == "" {
		dst = appendText(dst, attributeType, p.stream.Type)
		dst = appendText(dst, attributeDataset, p.stream.Dataset)
		dst = appendText(dst, attributeNamespace, p.stream.Namespace)
	}
	dst = appendLevelAndIDs(dst, r)
	dst = appendInt(dst, severityField, int64(r.SeverityNumber()))
	dst = appendText(dst, actionField, r.EventName())
	if written(messageField, s) {
		dst = appendText(dst, messageField, r.Body().AsString())
	}
	return append(e.appendFields(dst, s), '}')
}

// add lists the entries of a map by the names of their fields.
func (*ecsEncoder) add(fields *[]ecsField, m pcommon.Map, nameOf func(string) string) {
	for key, v := range m.All() {
		if name := nameOf(key); name != "" && !placing(key) {
			*fields = append(*fields, ecsField{name, v})
		}
	}
}

// writtenECS is written, with the fields that only this encoding has.
func writtenECS(name string, s *source) bool {
	switch name {
	case severityField:
		return s.record.SeverityNumber() != plog.SeverityNumberUnspecified
	case actionField:
		return s.record.EventName() != ""
	}
	return written(name, s)
}

func (e *ecsEncoder) appendFields(dst []byte, s *source) []byte {
	slices.SortStableFunc(e.fields, func(a, b ecsField) int { return compareNames(a.name, b.name) })
	for i, f := range e.fields {
		last := i+1 == len(e.fields)
		if !last && e.fields[i+1].name == f.name || writtenECS(f.name, s) {
			continue
		}
		name := f.name
		if !last && f.value.Type() != pcommon.ValueTypeMap && strings.HasPrefix(e.fields[i+1].name, name) && e.fields[i+1].name[len(name)] == '.' {
			name += ".value"
		}
		dst = appendValue(appendKey(dst, name), f.value)
	}
	return dst
}

// compareNames sorts by bytes, the dot before all others: so the fields of an object
// are next to one that has the object's name.
func compareNames(a, b string) int {
	for i := range min(len(a), len(b)) {
		switch x, y := a[i], b[i]; {
		case x == y:
		case x == '.':
			return -1
		case y == '.':
			return 1
		default:
			return int(x) - int(y)
		}
	}
	return len(a) - len(b)
}
