package step

import (
	"slices"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/jackson"
)

// NormalizeForStream gives a document the shape of OpenTelemetry: body, severity,
// trace and span at the top, the fields about the source in resource.attributes
// and all others in attributes, with dots in their names. A document that has
// that shape stays as it is.
type NormalizeForStream struct{}

func readNormalizeForStream(*Options) Processor { return NormalizeForStream{} }

// Compile implements Processor.
func (NormalizeForStream) Compile(Env) (Step, error) { return Func(normalizeForStream), nil }

func normalizeForStream(d *document.Document) error {
	source := d.Source()
	if isOTel(source) {
		return nil
	}
	body := structuredMessage(d)
	attributes := takeReserved(d)
	if body != nil {
		source.Put("body", document.MapOf(body))
	}
	for i := range otelNames {
		if err := otelNames[i].rename(d); err != nil {
			return err
		}
	}
	top := takeOthers(d, attributes)
	flat, resource, resourceAttributes := d.NewMap(), d.NewMap(), d.NewMap()
	flatten("", attributes, flat, resourceAttributes)
	resource.Put("attributes", document.MapOf(resourceAttributes))
	top.Put("attributes", document.MapOf(flat))
	top.Put("resource", document.MapOf(resource))
	d.SetSource(top)
	return nil
}

// isOTel reports whether the document has OpenTelemetry's shape.
func isOTel(source *document.Map) bool {
	resource, _ := source.Get("resource")
	if resource.Map() == nil || !mapOrNull(resource.Map(), "attributes") {
		return false
	}
	if !mapOrNull(source, "scope") || !mapOrNull(source, "attributes") || !mapOrNull(source, "body") {
		return false
	}
	body, _ := source.Get("body")
	if body.IsNull() {
		return true
	}
	text, _ := body.Map().Get("text")
	structured, _ := body.Map().Get("structured")
	return (text.IsNull() || text.Kind() == document.KindString) && structured.Kind() != document.KindString
}

func mapOrNull(m *document.Map, key string) bool {
	v, _ := m.Get(key)
	return v.IsNull() || v.Map() != nil
}

// structuredMessage reads a message that is a JSON object. One with a timestamp
// is a document, whose fields are merged in; another one is the body it returns.
func structuredMessage(d *document.Document) *document.Map {
	v, _ := d.Source().Get("message")
	if v.Kind() != document.KindString {
		return nil
	}
	text := trimJava(v.Str())
	if !strings.HasPrefix(text, "{") || !strings.HasSuffix(text, "}") {
		return nil
	}
	p := jackson.NewParser(d, text)
	p.AllowDuplicateKeys = true
	parsed, err := p.Value()
	if err != nil {
		return nil
	}
	if end, err := p.AtEnd(); err != nil || !end {
		return nil
	}
	d.Source().Delete("message")
	if _, ok := parsed.Map().Get("@timestamp"); ok {
		merge(d.Source(), parsed.Map())
		return nil
	}
	body := d.NewMap()
	body.Put("structured", parsed)
	return body
}

// reserved are the keys that mean something else in OpenTelemetry's shape.
var reserved = [...]string{"attributes", "resource", "span_id", "body", "body.text", "severity_text", "trace_id"}

// takeReserved moves what the document has at the reserved keys to the new
// attributes.
func takeReserved(d *document.Document) *document.Map {
	attributes := d.NewMap()
	for _, key := range reserved {
		if v, ok := d.Source().Get(key); ok {
			d.Source().Delete(key)
			attributes.Put(key, v)
		}
	}
	return attributes
}

// An otelName is the name that a field of ECS has in OpenTelemetry.
type otelName struct {
	key, parent string // the field; its parent, "" if none
	path        document.Path
	to, in      string // the new name, and the object it is in
}

var otelNames = [...]otelName{
	{key: "span.id", path: document.MustPath("span.id"), parent: "span", to: "span_id"},
	{key: "message", path: document.MustPath("message"), to: "text", in: "body"},
	{key: "log.level", path: document.MustPath("log.level"), parent: "log", to: "severity_text"},
	{key: "trace.id", path: document.MustPath("trace.id"), parent: "trace", to: "trace_id"},
}

func (n *otelName) rename(d *document.Document) error {
	v, ok, err := n.take(d)
	if err != nil || !ok {
		return err
	}
	to := d.Source()
	if n.in != "" {
		in, _ := to.Get(n.in)
		if in.Map() == nil {
			in = document.MapOf(d.NewMap())
			to.Put(n.in, in)
		}
		to = in.Map()
	}
	to.Put(n.to, v)
	return nil
}

// take removes the field, an object in which it was alone, too. Without flexible
// access the name may also be that of a key with a dot.
func (n *otelName) take(d *document.Document) (document.Value, bool, error) {
	if !d.Has(n.path) {
		v, ok := d.Source().Get(n.key)
		ok = ok && !d.Flexible()
		if ok {
			d.Source().Delete(n.key)
		}
		return v, ok, nil
	}
	v, err := d.Get(n.path)
	if err == nil {
		err = d.Remove(n.path)
	}
	if err != nil || n.parent == "" {
		return v, true, err
	}
	if parent, _ := d.Source().Get(n.parent); parent.Map() != nil && parent.Map().Len() == 0 {
		d.Source().Delete(n.parent)
	}
	return v, true, nil
}

// takeOthers moves all keys to the attributes that OpenTelemetry's shape has not
// at the top. It returns what stays.
func takeOthers(d *document.Document, attributes *document.Map) *document.Map {
	top := d.NewMap()
	for key, v := range d.Source().All() {
		if key == "@timestamp" || slices.Contains(reserved[:], key) {
			top.Put(key, v)
		} else {
			attributes.Put(key, v)
		}
	}
	return top
}

// flatten puts the fields of m into attributes, or into resource if they are
// about the source of the document. Of two fields of one name the later in the
// order of java.util.HashMap wins. Objects in lists stay as they are.
func flatten(prefix string, m, attributes, resource *document.Map) {
	for _, at := range m.JavaOrder() {
		e := m.At(at)
		name := prefix + e.Key
		switch {
		case e.Value.Map() != nil:
			flatten(name+".", e.Value.Map(), attributes, resource)
		case resourceFields[name]:
			resource.Put(name, e.Value)
		default:
			attributes.Put(name, e.Value)
		}
	}
}

// resourceFields are the fields of ECS that OpenTelemetry's semantic conventions
// count among a resource's attributes.
var resourceFields = map[string]bool{
	"agent.build.original": true, "agent.ephemeral_id": true, "agent.id": true, "agent.name": true,
	"agent.type": true, "agent.version": true,
	"cloud.account.id": true, "cloud.availability_zone": true, "cloud.provider": true, "cloud.region": true,
	"cloud.service.name": true,
	"container.id":       true, "container.image.hash.all": true, "container.image.name": true, "container.image.tag": true,
	"container.name": true, "container.runtime": true,
	"device.id": true, "device.manufacturer": true, "device.model.identifier": true, "device.model.name": true,
	"faas.name": true, "faas.version": true,
	"host.architecture": true, "host.id": true, "host.ip": true, "host.mac": true, "host.name": true, "host.type": true,
	"log.file.path": true,
	"process.args":  true, "process.command_line": true, "process.executable": true, "process.pid": true,
	"service.environment": true, "service.name": true, "service.node.name": true, "service.version": true,
	"user_agent.original": true,
}
