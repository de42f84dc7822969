package redisstreamsreceiver

import (
	"encoding/hex"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// traceparentField is where producers put the W3C trace context: Redis has no
// headers.
var traceparentField = []string{"traceparent"}

// setTraceContext says in which trace the producer wrote the entry. A context
// that is not valid is ignored, as the specification demands.
func setTraceContext(record plog.LogRecord, e *entry) {
	text, ok := e.find(traceparentField)
	if !ok {
		return
	}
	if c, ok := parseTraceparent(text); ok {
		record.SetTraceID(c.trace)
		record.SetSpanID(c.span)
		record.SetFlags(plog.LogRecordFlags(c.flags))
	}
}

type traceContext struct {
	trace pcommon.TraceID
	span  pcommon.SpanID
	flags byte
}

// parseTraceparent reads version-trace-parent-flags in lower-case hexadecimal
// (W3C Trace Context, section 3.2). Versions above 00 may have more after it.
func parseTraceparent(text string) (traceContext, bool) {
	var c traceContext
	var version, flags [1]byte
	if len(text) < 55 || text[2] != '-' || text[35] != '-' || text[52] != '-' {
		return c, false
	}
	ok := lowerHex(version[:], text[:2]) && lowerHex(c.trace[:], text[3:35]) &&
		lowerHex(c.span[:], text[36:52]) && lowerHex(flags[:], text[53:55])
	c.flags = flags[0]
	switch {
	case !ok, version[0] == 0xff, c.trace.IsEmpty(), c.span.IsEmpty():
		return c, false
	case len(text) > 55:
		return c, version[0] > 0 && text[55] == '-'
	}
	return c, true
}

func lowerHex(to []byte, text string) bool {
	for _, c := range []byte(text) {
		if 'A' <= c && c <= 'F' {
			return false
		}
	}
	_, err := hex.Decode(to, []byte(text))
	return err == nil
}
