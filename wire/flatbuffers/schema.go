package flatbuffers

// The tables of ingest.fbs, for bounds, and the slots that verify.go and view.go go
// on from.
// A field that is added there is added here.

const object = 4 // the size of an offset

var batchSchema = schema{"LogBatch", []field{{"resources", object}}, nil}

const batchResources = 0

var resourceSchema = schema{"ResourceLogs", []field{{"attributes", object}, {"schema_url", object}, {"scopes", object}}, []int{resourceURL}}

const (
	resourceAttributes = iota
	resourceURL
	resourceScopes
)

var scopeLogsSchema = schema{"ScopeLogs", []field{{"scope", object}, {"records", object}}, nil}

const (
	scopeLogsScope = iota
	scopeLogsRecords
)

var scopeSchema = schema{"Scope", []field{{"name", object}, {"version", object}, {"attributes", object}, {"schema_url", object}}, []int{scopeName, scopeVersion, scopeURL}}

const (
	scopeName = iota
	scopeVersion
	scopeAttributes
	scopeURL
)

var recordSchema = schema{"LogRecord", []field{
	{"time", 8}, {"observed_time", 8}, {"severity", 1}, {"severity_text", object}, {"text", object}, {"body", object},
	{"attributes", object}, {"trace_id", 16}, {"span_id", 8}, {"trace_flags", 4}, {"event_name", object}, {"dropped_attributes", 4},
}, []int{recordSeverityText, recordText, recordEventName}}

const (
	recordTime         = 0
	recordSeverity     = 2
	recordSeverityText = 3
	recordText         = 4
	recordBody         = 5
	recordAttributes   = 6
	recordTraceID      = 7
	recordSpanID       = 8
	recordEventName    = 10
	recordDropped      = 11
)

var valueSchema = schema{"Value", []field{
	{"key", object}, {"kind", 1}, {"text", object}, {"integer", 8}, {"real", 8}, {"data", object}, {"items", object},
}, []int{valueKey, valueText, valueData}}

const (
	valueKey     = 0
	valueKind    = 1
	valueText    = 2
	valueInteger = 3
	valueReal    = 4
	valueData    = 5
	valueItems   = 6
)

var ackSchema = schema{"Ack", []field{
	{"sequence", 8}, {"code", 1}, {"message", object}, {"retry_after", 8}, {"rejected", 8}, {"rejections", object},
}, []int{ackMessage}}

const (
	ackMessage    = 2
	ackRejections = 5
)

var rejectionSchema = schema{"Rejection", []field{{"record", 4}, {"reason", object}}, []int{rejectionReason}}

const rejectionReason = 1
