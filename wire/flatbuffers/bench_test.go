package flatbuffers_test

import (
	"strings"
	"testing"

	"github.com/sluice-otel/sluice/wire/flatbuffers"
	"github.com/sluice-otel/sluice/wire/flatbuffers/ingestfbs"
)

// logBatch is a message of n records of about 1 KB each: a line of 800 bytes and
// eight attributes.
func logBatch(e *flatbuffers.Encoder, n int) []byte {
	line := flatbuffers.Text(strings.Repeat("GET /index.html 200 ", 40))
	rec := flatbuffers.Record{Time: 1, ObservedTime: 2, Severity: 9, SeverityText: "INFO", Body: line, TraceID: [16]byte{1}, SpanID: [8]byte{1}}
	for _, key := range []string{"http.request.method", "url.path", "client.address", "server.address", "user_agent.original", "user.name"} {
		rec.Attributes = append(rec.Attributes, flatbuffers.Attribute{Key: key, Value: flatbuffers.Text("value of " + key)})
	}
	rec.Attributes = append(rec.Attributes, flatbuffers.Attribute{Key: "http.response.status_code", Value: flatbuffers.Int(200)},
		flatbuffers.Attribute{Key: "duration", Value: flatbuffers.Double(0.25)})
	for range n {
		e.Append(&rec)
	}
	e.EndScope(flatbuffers.Scope{Name: "bench"})
	e.EndResource(flatbuffers.Resource{Attributes: []flatbuffers.Attribute{{Key: "service.name", Value: flatbuffers.Text("bench")}}})
	return e.Finish()
}

func BenchmarkEncode100(b *testing.B) {
	e := flatbuffers.NewEncoder()
	b.SetBytes(int64(len(logBatch(e, 100))))
	b.ReportAllocs()
	for b.Loop() {
		logBatch(e, 100)
	}
}

func BenchmarkVerify100(b *testing.B) {
	message := logBatch(flatbuffers.NewEncoder(), 100)
	b.SetBytes(int64(len(message)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := flatbuffers.Verify(message, flatbuffers.DefaultLimits()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCondition100 is what a pipeline costs at least that drops every record
// for one of its fields.
func BenchmarkCondition100(b *testing.B) {
	batch, err := flatbuffers.Verify(logBatch(flatbuffers.NewEncoder(), 100), flatbuffers.DefaultLimits())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	var scope ingestfbs.ScopeLogs
	for b.Loop() {
		for resource := range batch.Resources() {
			resource.Scopes(&scope, 0)
			for rec := range batch.Records(&scope) {
				if rec.Severity() != 9 {
					b.Fatal("another severity")
				}
			}
		}
	}
}
