package elasticsearchexporter

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// A documentEncoder writes the body as the document, if it is a map. Any other
// body is the field message beside the record's attributes, which keep their dotted
// names: Elasticsearch makes objects of them.
type documentEncoder struct{}

func (documentEncoder) enter(plog.ResourceLogs, plog.ScopeLogs) {}

func (documentEncoder) place(p *placement, s *source) {
	if body := s.record.Body(); body.Type() == pcommon.ValueTypeMap {
		p.readDocument(body.Map())
	}
}

func (documentEncoder) append(dst []byte, s *source, _ *placement) []byte {
	dst = append(dst, '{')
	body := s.record.Body()
	if body.Type() == pcommon.ValueTypeMap {
		if _, ok := body.Map().Get(timestampField); !ok {
			dst = appendTimestamp(dst, s)
		}
		return append(appendEntries(dst, body.Map(), nil), '}')
	}
	attributes := s.record.Attributes()
	if _, ok := attributes.Get(timestampField); !ok {
		dst = appendTimestamp(dst, s)
	}
	own := body.Type() != pcommon.ValueTypeEmpty
	if own {
		dst = appendValue(appendKey(dst, messageField), body)
	}
	dst = appendEntries(dst, attributes, func(key string) bool { return steering(key) || own && key == messageField })
	return append(dst, '}')
}

const messageField = "message"
