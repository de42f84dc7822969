package flatbuffersreceiver

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"

	"github.com/sluice-otel/sluice/wire/flatbuffers"
)

// logLines is a message of n records of about 1 KB: a line of 800 bytes and eight
// attributes.
func logLines(n int) []byte {
	rec := flatbuffers.Record{
		Time: 1, ObservedTime: 2, Severity: 9, SeverityText: "INFO", TraceID: [16]byte{1}, SpanID: [8]byte{1},
		Body: flatbuffers.Text(strings.Repeat("GET /index.html 200 ", 40)),
		Attributes: []flatbuffers.Attribute{
			{Key: "http.response.status_code", Value: flatbuffers.Int(200)}, {Key: "duration", Value: flatbuffers.Double(0.25)},
		},
	}
	for _, key := range []string{"http.request.method", "url.path", "client.address", "server.address", "user_agent.original", "user.name"} {
		rec.Attributes = append(rec.Attributes, flatbuffers.Attribute{Key: key, Value: flatbuffers.Text("value of " + key)})
	}
	e := flatbuffers.NewEncoder()
	for range n {
		e.Append(&rec)
	}
	e.EndScope(flatbuffers.Scope{Name: "bench"})
	e.EndResource(flatbuffers.Resource{Attributes: []flatbuffers.Attribute{{Key: "service.name", Value: flatbuffers.Text("bench")}}})
	return e.Finish()
}

var sizes = []int{1, 100, 1000}

// BenchmarkReceive is the whole way over a connection, unary, to a consumer that
// does nothing.
func BenchmarkReceive(b *testing.B) {
	for _, output := range []Output{OutputRecords, OutputMessages} {
		for _, n := range sizes {
			b.Run(fmt.Sprintf("%s/%d", output, n), func(b *testing.B) {
				cfg := testConfig(b)
				cfg.Output = output
				start(b, cfg, consumertest.NewNop())
				conn := connect(b, cfg)
				message := logLines(n)
				b.SetBytes(int64(len(message)))
				b.ReportAllocs()
				for b.Loop() {
					require.NoError(b, export(b.Context(), conn, message))
				}
				b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "records/s")
			})
		}
	}
}
