package flatlogs

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

// BenchmarkLogs is the way from verified bytes to pdata.
func BenchmarkLogs(b *testing.B) {
	for _, n := range []int{1, 100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			message := logLines(n)
			batch, err := flatbuffers.Verify(message, flatbuffers.DefaultLimits())
			require.NoError(b, err)
			types := FindBoxes()
			b.SetBytes(int64(len(message)))
			b.ReportAllocs()
			for b.Loop() {
				Logs(batch, types)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/record")
		})
	}
}

func TestLogsAllocateLittleForARecord(t *testing.T) {
	batch, err := flatbuffers.Verify(logLines(100), flatbuffers.DefaultLimits())
	require.NoError(t, err)
	types := FindBoxes()
	got := testing.AllocsPerRun(100, func() { Logs(batch, types) })
	assert.LessOrEqual(t, got/100, 2.5)
}
