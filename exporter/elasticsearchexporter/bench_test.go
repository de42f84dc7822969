package elasticsearchexporter

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configcompression"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/sluice-otel/sluice/exporter/elasticsearchexporter/internal/metadata"
)

// accessLogs is n records of about 1 KB: parsed access lines, whole documents as
// the ingest processor makes them, or the line and its fields as attributes.
func accessLogs(n int, whole bool) plog.Logs {
	ld := plog.NewLogs()
	r := ld.ResourceLogs().AppendEmpty()
	r.Resource().Attributes().PutStr("service.name", "shop")
	r.Resource().Attributes().PutStr("host.name", "web1")
	r.Resource().Attributes().PutStr("k8s.pod.name", "shop-5d4f")
	records := r.ScopeLogs().AppendEmpty().LogRecords()
	for i := range n {
		rec := records.AppendEmpty()
		rec.SetTimestamp(pcommon.NewTimestampFromTime(testTime))
		rec.SetSeverityText("INFO")
		rec.Attributes().PutStr(attributeDocumentID, fmt.Sprintf("access-logs-%d", i))
		line := fmt.Sprintf(`203.0.113.%d - - [14/Nov/2023:22:13:20 +0000] "GET /cart/%d HTTP/1.1" 200 5316 "https://shop.example/%s" "Mozilla/5.0 (X11; Linux x86_64)"`, i%256, i, strings.Repeat("x", 300))
		fields := rec.Attributes()
		if whole {
			fields = rec.Body().SetEmptyMap()
			fields.PutStr("message", line)
		} else {
			rec.Body().SetStr(line)
		}
		put(fields, whole, "source", "ip", "203.0.113.9")
		put(fields, whole, "http", "request.method", "GET")
		put(fields, whole, "url", "original", "/cart/"+strings.Repeat("y", 200))
		put(fields, whole, "user_agent", "original", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36")
		fields.PutInt("bytes", 5316)
		fields.PutDouble("duration", 0.123)
	}
	return ld
}

func put(m pcommon.Map, nested bool, object, field, text string) {
	if nested {
		m.PutEmptyMap(object).PutStr(field, text)
		return
	}
	m.PutStr(object+"."+field, text)
}

func writeAll(w *writer, ld plog.Logs) int {
	each(ld, w.enter, func(ordinal int, s *source) bool {
		w.add(ordinal, s)
		return true
	})
	n := len(w.take().body)
	w.next()
	return n
}

func encodingCases() map[Encoding]plog.Logs {
	return map[Encoding]plog.Logs{
		EncodingDocument: accessLogs(1000, true), EncodingOTel: accessLogs(1000, false), EncodingECS: accessLogs(1000, false),
	}
}

// BenchmarkWrite is 1,000 records to the lines of a request.
func BenchmarkWrite(b *testing.B) {
	for encoding, ld := range encodingCases() {
		b.Run(string(encoding), func(b *testing.B) {
			cfg := testConfig("http://localhost:1")
			cfg.Encoding, cfg.Request.MaxSize = encoding, 64<<20
			w := newWriters(cfg).get()
			b.SetBytes(int64(writeAll(w, ld)))
			b.ReportAllocs()
			for b.Loop() {
				writeAll(w, ld)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/record")
		})
	}
}

// BenchmarkWriteLines is 1,000 documents that are JSON already.
func BenchmarkWriteLines(b *testing.B) {
	ld := accessLogs(1000, true)
	for _, r := range ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
		r.Body().SetStr(string(append(appendEntries([]byte(`{"@timestamp":"2026-01-01T00:00:00.000Z"`), r.Body().Map(), nil), '}')))
		r.Attributes().PutStr(attributeFormat, formatJSON)
	}
	cfg := testConfig("http://localhost:1")
	cfg.Request.MaxSize = 64 << 20
	w := newWriters(cfg).get()
	b.SetBytes(int64(writeAll(w, ld)))
	b.ReportAllocs()
	for b.Loop() {
		writeAll(w, ld)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/record")
}

// BenchmarkWriteByJSONMarshal is the same documents by AsRaw and encoding/json, to
// compare with.
func BenchmarkWriteByJSONMarshal(b *testing.B) {
	ld := accessLogs(1000, true)
	b.ReportAllocs()
	for b.Loop() {
		marshalAll(b, ld)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/record")
}

// Writing a record allocates nothing: lines go into one buffer, which is kept.
func TestAllocationsOfWriting(t *testing.T) {
	for encoding, ld := range encodingCases() {
		cfg := testConfig("http://localhost:1")
		cfg.Encoding, cfg.Request.MaxSize = encoding, 64<<20
		w := newWriters(cfg).get()
		writeAll(w, ld)
		got := testing.AllocsPerRun(5, func() { writeAll(w, ld) })
		assert.LessOrEqual(t, got, 10.0, "%s: allocations for 1,000 records of one resource", encoding)
	}
}

func marshalAll(b *testing.B, ld plog.Logs) {
	b.Helper()
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	for _, r := range ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
		id, _ := r.Attributes().Get(attributeDocumentID)
		action := map[string]any{"create": map[string]any{"_index": stream, "_id": id.Str()}}
		if err := encoder.Encode(action); err != nil {
			b.Fatal(err)
		}
		if err := encoder.Encode(r.Body().Map().AsRaw()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPush is 5,000 records from the queue's end to the answer of a backend that
// reads and accepts everything, by compression.
func BenchmarkPush(b *testing.B) {
	sink := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = w.Write([]byte(`{"errors":false,"took":1}`))
	}))
	defer sink.Close()
	ld := accessLogs(5000, true)
	for _, compression := range []configcompression.Type{"none", "gzip", "zstd"} {
		b.Run(string(compression), func(b *testing.B) {
			cfg := testConfig(sink.URL)
			direct(cfg)
			cfg.Compression = compression
			e, err := NewFactory().CreateLogs(b.Context(), exportertest.NewNopSettings(metadata.Type), cfg)
			require.NoError(b, err)
			require.NoError(b, e.Start(b.Context(), componenttest.NewNopHost()))
			b.ReportAllocs()
			for b.Loop() {
				if err := e.ConsumeLogs(b.Context(), ld); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(5000*float64(b.N)/b.Elapsed().Seconds(), "records/s")
			require.NoError(b, e.Shutdown(b.Context()))
		})
	}
}

// So does sending it: what is allocated belongs to the request.
func TestAllocationsOfSending(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = w.Write([]byte(`{"errors":false,"took":1}`))
	}))
	defer s.Close()
	e := start(t, s.URL, direct)
	ld := accessLogs(2000, true)
	got := testing.AllocsPerRun(5, func() { require.NoError(t, e.ConsumeLogs(t.Context(), ld)) })
	assert.LessOrEqual(t, got, 500.0, "allocations for 2,000 records in one request")
}
