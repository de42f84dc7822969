package ingestprocessor

import (
	"encoding/hex"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/sluice-otel/sluice/ingest/document"
)

// Fields of the Elastic Common Schema for what a record has outside of body and
// attributes.
const (
	levelField = "log.level"
	traceField = "trace.id"
	spanField  = "span.id"
)

var (
	levelPath = document.MustPath(levelField)
	tracePath = document.MustPath(traceField)
	spanPath  = document.MustPath(spanField)
)

// readParts adds severity and trace to the document, unless it has such fields.
func (t *translator) readParts(rec plog.LogRecord) {
	if t.include.severity {
		t.fillLevel(rec.SeverityText(), rec.SeverityNumber())
	}
	if t.include.trace {
		trace, span := rec.TraceID(), rec.SpanID()
		t.fillID(traceField, trace[:])
		t.fillID(spanField, span[:])
	}
}

func (t *translator) fillLevel(text string, n plog.SeverityNumber) {
	if level := levelName(text, n); level != "" {
		t.fill(levelField, document.String(level))
	}
}

// fillID adds an id, unless it is all zeros: then there is none.
func (t *translator) fillID(name string, id []byte) {
	for _, b := range id {
		if b != 0 {
			t.fill(name, document.String(hex.EncodeToString(id)))
			return
		}
	}
}

// fill sets a field that is not there, by its dotted name; one that cannot be set,
// because log or trace is no object, is left out.
func (t *translator) fill(name string, v document.Value) {
	if m, key := t.parent(t.doc.Source(), name); m != nil && !has(m, key) {
		m.Add(key, v)
	}
}

const maxSeverity = uint8(plog.SeverityNumberFatal4)

// levelName is the severity as people write it: the text, or the name of the
// number.
func levelName(text string, n plog.SeverityNumber) string {
	if text != "" || n <= plog.SeverityNumberUnspecified || n > plog.SeverityNumber(maxSeverity) {
		return text
	}
	return strings.ToLower(n.String())
}

// writeParts sets severity and trace from the document and reports which of
// the fields need no attribute, because they are in the record now.
func (t *translator) writeParts(rec plog.LogRecord) (written written) {
	if t.include.severity {
		if level, ok := t.text(levelPath); ok {
			written.level = true
			if level != levelName(rec.SeverityText(), rec.SeverityNumber()) {
				rec.SetSeverityText(level)
				rec.SetSeverityNumber(severityOf(level))
			}
		}
	}
	if t.include.trace {
		var trace pcommon.TraceID
		var span pcommon.SpanID
		if text, ok := t.text(tracePath); ok && decodeID(trace[:], text) {
			rec.SetTraceID(trace)
			written.trace = true
		}
		if text, ok := t.text(spanPath); ok && decodeID(span[:], text) {
			rec.SetSpanID(span)
			written.span = true
		}
	}
	return written
}

// written says which fields have become a part of the record.
type written struct{ level, trace, span, timestamp bool }

func (w written) has(field string) bool {
	switch field {
	case "log.level":
		return w.level
	case "trace.id":
		return w.trace
	case "span.id":
		return w.span
	}
	return false
}

func (t *translator) text(p document.Path) (string, bool) {
	v, _ := t.doc.Lookup(p)
	return v.Str(), v.Kind() == document.KindString
}

// decodeID reads an id of exactly the size of dst, in hexadecimal, that is not
// all zeros.
func decodeID(dst []byte, text string) bool {
	if len(text) != hex.EncodedLen(len(dst)) || strings.Trim(text, "0") == "" {
		return false
	}
	_, err := hex.Decode(dst, []byte(text))
	return err == nil
}

// severities are the names in use, those of syslog and of the usual libraries,
// with the numbers of the OpenTelemetry logs data model.
var severities = map[string]plog.SeverityNumber{
	"trace": plog.SeverityNumberTrace, "finest": plog.SeverityNumberTrace,
	"debug": plog.SeverityNumberDebug, "fine": plog.SeverityNumberDebug,
	"info": plog.SeverityNumberInfo, "information": plog.SeverityNumberInfo, "informational": plog.SeverityNumberInfo,
	"notice": plog.SeverityNumberInfo2,
	"warn":   plog.SeverityNumberWarn, "warning": plog.SeverityNumberWarn,
	"error": plog.SeverityNumberError, "err": plog.SeverityNumberError, "severe": plog.SeverityNumberError,
	"critical": plog.SeverityNumberError2, "crit": plog.SeverityNumberError2,
	"alert": plog.SeverityNumberError3,
	"fatal": plog.SeverityNumberFatal, "emergency": plog.SeverityNumberFatal, "emerg": plog.SeverityNumberFatal,
	"panic": plog.SeverityNumberFatal,
}

// severityOf returns the number of a level; one that nobody knows has none.
func severityOf(level string) plog.SeverityNumber {
	return severities[strings.ToLower(level)]
}
