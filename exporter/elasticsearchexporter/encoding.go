package elasticsearchexporter

import (
	"go.opentelemetry.io/collector/pdata/plog"
)

// A source is a log record and what is around it.
type source struct {
	resource plog.ResourceLogs
	scope    plog.ScopeLogs
	record   plog.LogRecord
}

// An encoder writes the documents of records. It is used by one goroutine at a
// time, and keeps what the records of a scope share.
type encoder interface {
	// enter is called before the first record of each scope.
	enter(resource plog.ResourceLogs, scope plog.ScopeLogs)
	// place takes what only the encoding knows of where a record goes.
	place(p *placement, s *source)
	// append appends the document of a record, one line without its end.
	append(dst []byte, s *source, p *placement) []byte
}

func newEncoder(encoding Encoding) encoder {
	switch encoding {
	case EncodingOTel:
		return &otelEncoder{}
	case EncodingECS:
		return &ecsEncoder{}
	case EncodingDocument:
	}
	return documentEncoder{}
}
