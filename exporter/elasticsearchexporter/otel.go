package elasticsearchexporter

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/sluice-otel/sluice/ingest/document"
)

// otelSuffix ends the dataset: it is what Elasticsearch's templates for this shape
// (logs-*.otel-*) look for.
const otelSuffix = ".otel"

// An otelEncoder writes documents in the shape of Elasticsearch's templates for
// OpenTelemetry (otel-data plugin, logs-otel@template).
type otelEncoder struct {
	around []byte // the fields resource and scope, the same for all records of a scope
}

func (e *otelEncoder) enter(resource plog.ResourceLogs, scope plog.ScopeLogs) {
	dst := append(e.around[:0], `{"resource":{`...)
	dst = appendText(dst, "schema_url", resource.SchemaUrl())
	dst = appendAttributes(dst, resource.Resource().Attributes())
	dst = appendInt(dst, "dropped_attributes_count", int64(resource.Resource().DroppedAttributesCount()))
	dst = append(dst, `},"scope":{`...)
	dst = appendText(dst, "name", scope.Scope().Name())
	dst = appendText(dst, "version", scope.Scope().Version())
	dst = appendText(dst, "schema_url", scope.SchemaUrl())
	dst = appendAttributes(dst, scope.Scope().Attributes())
	dst = appendInt(dst, "dropped_attributes_count", int64(scope.Scope().DroppedAttributesCount()))
	e.around = append(dst, '}')
}

func (*otelEncoder) place(*placement, *source) {}

func (e *otelEncoder) append(dst []byte, s *source, p *placement) []byte {
	dst = append(dst, e.around...)
	r := s.record
	dst = appendTimestamp(dst, s)
	if r.ObservedTimestamp() != 0 {
		dst = appendTime(dst, "observed_timestamp", r.ObservedTimestamp())
	}
	if p.index == "" {
		dst = append(appendKey(dst, "data_stream"), '{')
		dst = appendText(dst, "type", p.stream.Type)
		dst = appendText(dst, "dataset", p.stream.Dataset)
		dst = append(appendText(dst, "namespace", p.stream.Namespace), '}')
	}
	trace, span := r.TraceID(), r.SpanID()
	dst = appendHex(dst, "trace_id", trace[:])
	dst = appendHex(dst, "span_id", span[:])
	dst = appendText(dst, "severity_text", r.SeverityText())
	dst = appendInt(dst, "severity_number", int64(r.SeverityNumber()))
	dst = appendText(dst, "event_name", r.EventName())
	dst = appendAttributes(dst, r.Attributes())
	dst = appendInt(dst, "dropped_attributes_count", int64(r.DroppedAttributesCount()))
	return append(appendBody(dst, r.Body()), '}')
}

// appendAttributes appends the field attributes, without those that say where the
// record goes, and nothing if there are no others.
func appendAttributes(dst []byte, m pcommon.Map) []byte {
	before := len(dst)
	dst = append(appendKey(dst, "attributes"), '{')
	empty := len(dst)
	dst = appendEntries(dst, m, placing)
	if len(dst) == empty {
		return dst[:before]
	}
	return append(dst, '}')
}

// appendBody appends the field body: structured for what has a structure, which is
// mapped as flattened there, otherwise text.
func appendBody(dst []byte, body pcommon.Value) []byte {
	switch {
	case body.Type() == pcommon.ValueTypeEmpty:
		return dst
	case body.Type() == pcommon.ValueTypeMap, body.Type() == pcommon.ValueTypeSlice && nested(body.Slice()):
		return append(appendValue(append(appendKey(dst, "body"), `{"structured":`...), body), '}')
	case body.Type() == pcommon.ValueTypeSlice:
		dst = append(appendKey(dst, "body"), `{"text":[`...)
		for i, v := range body.Slice().All() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = document.AppendQuoted(dst, v.AsString())
		}
		return append(dst, `]}`...)
	default:
		return append(document.AppendQuoted(append(appendKey(dst, "body"), `{"text":`...), body.AsString()), '}')
	}
}

func nested(s pcommon.Slice) bool {
	for _, v := range s.All() {
		if v.Type() == pcommon.ValueTypeMap || v.Type() == pcommon.ValueTypeSlice {
			return true
		}
	}
	return false
}
