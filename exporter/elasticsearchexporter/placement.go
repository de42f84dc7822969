package elasticsearchexporter

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// The attributes that say where a record goes. A record's own come before its
// scope's, and these before its resource's. They are not part of documents.
const (
	attributeIndex      = "elasticsearch.index"
	attributeDocumentID = "elasticsearch.document_id"
	attributeRouting    = "elasticsearch.routing"
)

// The parts of a data stream's name, as attributes and as fields.
const (
	attributeType      = "data_stream.type"
	attributeDataset   = "data_stream.dataset"
	attributeNamespace = "data_stream.namespace"
)

// A placement is where a document goes.
type placement struct {
	index   string // if it is empty, to the data stream
	id      string
	routing string
	stream  DataStreamConfig
}

// placing reports whether an attribute says where its record goes.
func placing(key string) bool {
	switch key {
	case attributeIndex, attributeDocumentID, attributeRouting, attributeType, attributeDataset, attributeNamespace:
		return true
	}
	return false
}

// steering reports whether an attribute is for the exporter only.
func steering(key string) bool {
	return key == attributeIndex || key == attributeDocumentID || key == attributeRouting
}

// read takes what the attributes of a record, scope or resource say.
func (p *placement) read(m pcommon.Map) {
	for key, v := range m.All() {
		if !strings.HasPrefix(key, "elasticsearch.") && !strings.HasPrefix(key, "data_stream.") || !placing(key) {
			continue
		}
		text := v.AsString()
		if text == "" {
			continue
		}
		switch key {
		case attributeIndex:
			p.index = text
		case attributeDocumentID:
			p.id = text
		case attributeRouting:
			p.routing = text
		case attributeType, attributeDataset, attributeNamespace:
			p.stream.set(strings.TrimPrefix(key, "data_stream."), text)
		}
	}
}

// readDocument takes what a whole document says: its fields data_stream.*.
func (p *placement) readDocument(body pcommon.Map) {
	if object, ok := body.Get("data_stream"); ok && object.Type() == pcommon.ValueTypeMap {
		for key, v := range object.Map().All() {
			p.stream.set(key, v.AsString())
		}
		return
	}
	for _, part := range []string{"type", "dataset", "namespace"} {
		if v, ok := body.Get("data_stream." + part); ok {
			p.stream.set(part, v.AsString())
		}
	}
}

func (d *DataStreamConfig) set(part, text string) {
	switch {
	case text == "":
	case part == "type":
		d.Type = text
	case part == "dataset":
		d.Dataset = text
	case part == "namespace":
		d.Namespace = text
	}
}

// cleanUp makes names of the parts that Elasticsearch takes. Doing it again changes
// nothing.
func (d *DataStreamConfig) cleanUp(suffix string) {
	d.Type = clean(d.Type, "-", maxPart)
	d.Dataset = clean(strings.TrimSuffix(d.Dataset, suffix), "-", maxPart-len(suffix)) + suffix
	d.Namespace = clean(d.Namespace, "", maxPart)
}

// maxPart is how long dataset and namespace can be, in bytes.
const maxPart = 100

// clean replaces what a part of a data stream's name cannot have, as the reroute
// processor does: lower case, limited in length, none of these characters.
func clean(part, also string, limit int) string {
	part = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`\/*?"<>| ,#:`, r) || strings.ContainsRune(also, r) {
			return '_'
		}
		return r
	}, strings.ToLower(part))
	if len(part) > limit {
		part = strings.ToValidUTF8(part[:limit], "")
	}
	return part
}

// appendAction appends the line that is before a document.
func (p *placement) appendAction(dst []byte, op OpType) []byte {
	dst = append(append(append(dst, `{"`...), op...), `":{`...)
	if p.index != "" {
		dst = appendText(dst, "_index", p.index)
	} else {
		dst = append(dst, `"_index":"`...) // the parts have nothing to escape
		dst = append(append(append(append(append(dst, p.stream.Type...), '-'), p.stream.Dataset...), '-'), p.stream.Namespace...)
		dst = append(dst, '"')
	}
	dst = appendText(dst, "_id", p.id)
	dst = appendText(dst, "routing", p.routing)
	return append(dst, '}', '}', '\n')
}
