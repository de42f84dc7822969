package elasticsearchexporter

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// A documentEncoder writes the body as the document, if it is a map, or the JSON of
// one that the ingest processor has made (target: json).
//
// Of any other record it makes what the ingest processor would: the body is the
// field message, severity and ids are log.level, trace.id and span.id, and the
// attributes are fields under their dotted names, of which Elasticsearch makes
// objects. What the record says itself comes before attributes of these names.
type documentEncoder struct{}

func (documentEncoder) enter(plog.ResourceLogs, plog.ScopeLogs) {}

func (documentEncoder) place(p *placement, s *source) {
	if body := s.record.Body(); body.Type() == pcommon.ValueTypeMap {
		p.readDocument(body.Map())
	}
}

func (documentEncoder) append(dst []byte, s *source, _ *placement) []byte {
	if text, ok := lineOfJSON(s.record); ok {
		return appendLine(dst, text, s)
	}
	dst = append(dst, '{')
	fields := s.record.Attributes()
	body := s.record.Body()
	whole := body.Type() == pcommon.ValueTypeMap
	if whole {
		fields = body.Map()
	}
	if _, ok := fields.Get(timestampField); !ok {
		dst = appendTimestamp(dst, s)
	}
	if whole {
		return append(appendEntries(dst, fields, nil), '}')
	}
	if body.Type() != pcommon.ValueTypeEmpty {
		dst = appendValue(appendKey(dst, messageField), body)
	}
	dst = appendLevelAndIDs(dst, s.record)
	for key, v := range fields.All() {
		if !steering(key) && !written(key, s) {
			dst = appendValue(appendKey(dst, key), v)
		}
	}
	return append(dst, '}')
}

// attributeFormat says what a body is: formatJSON.
const (
	attributeFormat = "sluice.body.format"
	formatJSON      = "json"
)

// lineOfJSON returns the body, if it is an object as JSON. Anybody can say that of his
// body. What is not right costs him the document, which the backend refuses; but a
// line that ended within it would be taken for an action.
func lineOfJSON(r plog.LogRecord) (string, bool) {
	body := r.Body()
	if body.Type() != pcommon.ValueTypeStr {
		return "", false
	}
	format, ok := r.Attributes().Get(attributeFormat)
	text := body.Str()
	return text, ok && format.Str() == formatJSON &&
		strings.HasPrefix(text, "{") && strings.HasSuffix(text, "}") && strings.IndexByte(text, '\n') < 0
}

// appendLine appends a document as JSON, with the record's time if it does not begin
// with one of its own.
func appendLine(dst []byte, text string, s *source) []byte {
	if strings.HasPrefix(text, `{"`+timestampField+`":`) {
		return append(dst, text...)
	}
	dst = appendTimestamp(append(dst, '{'), s)
	if text != "{}" {
		dst = append(dst, ',')
	}
	return append(dst, text[1:]...)
}

const (
	messageField  = "message"
	levelField    = "log.level"
	traceIDField  = "trace.id"
	spanIDField   = "span.id"
	severityField = "event.severity"
	actionField   = "event.action"
)

// appendLevelAndIDs appends the fields log.level, trace.id and span.id, those that
// the record has.
func appendLevelAndIDs(dst []byte, r plog.LogRecord) []byte {
	level := r.SeverityText()
	if level == "" && r.SeverityNumber() != plog.SeverityNumberUnspecified {
		level = strings.ToLower(r.SeverityNumber().String())
	}
	dst = appendText(dst, levelField, level)
	trace, span := r.TraceID(), r.SpanID()
	dst = appendHex(dst, traceIDField, trace[:])
	return appendHex(dst, spanIDField, span[:])
}

// written reports whether a field is one that the record itself says, which no
// attribute replaces.
func written(name string, s *source) bool {
	r := s.record
	switch name {
	case messageField:
		return r.Body().Type() != pcommon.ValueTypeEmpty && r.Body().Type() != pcommon.ValueTypeMap
	case levelField:
		return r.SeverityText() != "" || r.SeverityNumber() != plog.SeverityNumberUnspecified
	case traceIDField:
		return !r.TraceID().IsEmpty()
	case spanIDField:
		return !r.SpanID().IsEmpty()
	}
	return false
}
