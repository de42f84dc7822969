package ingestprocessor

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"

	"github.com/sluice-otel/sluice/processor/ingestprocessor/internal/metadata"
	"github.com/sluice-otel/sluice/wire/flatbuffers"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// TestData runs the cases in testdata. A case is a section of a txtar file: the
// processor's configuration, a line ---, then records, each with what becomes of
// it on a line that starts with "=> ". A record is a JSON object with body,
// attributes, resource, time, severity, number, trace and span; 1 is an integer,
// 1.0 a double. What becomes of it must not depend on how it came: it is also sent in a
// message, with document::format: flatbuffers, and with the target json both ways.
func TestData(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { runFile(t, file) })
	}
}

func runFile(t *testing.T, file string) {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	require.NoError(t, err)
	for i := range archive.Files {
		c := &archive.Files[i]
		t.Run(c.Name, func(t *testing.T) {
			got := runCase(t, string(c.Data))
			if *update {
				c.Data = []byte(got)
				return
			}
			assert.Equal(t, string(c.Data), got)
		})
	}
	if *update {
		require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o600))
	}
}

func runCase(t *testing.T, text string) string {
	t.Helper()
	config, records, found := strings.Cut(text, "\n---\n")
	require.True(t, found, "a case has a line ---")
	sink := &consumertest.LogsSink{}
	p := start(t, parseConfig(t, config), sink)
	asText, lines := parseConfig(t, config), &consumertest.LogsSink{}
	asText.Document.Target = TargetJSON
	toLines := start(t, asText, lines)
	out := config + "\n---\n"
	for line := range strings.Lines(records) {
		if line = strings.TrimSuffix(line, "\n"); strings.HasPrefix(line, "=> ") {
			continue
		}
		sink.Reset()
		require.NoError(t, p.ConsumeLogs(t.Context(), parseRecord(t, line)))
		out += line + "\n=> " + printed(sink) + "\n"

		lines.Reset()
		require.NoError(t, toLines.ConsumeLogs(t.Context(), parseRecord(t, line)))
		for _, want := range []*consumertest.LogsSink{sink, lines} {
			assertSameOfMessage(t, config, line, want)
		}
	}
	return out
}

func parseConfig(t testing.TB, text string) *Config {
	t.Helper()
	var raw map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(text), &raw))
	cfg := NewFactory().CreateDefaultConfig().(*Config)
	require.NoError(t, confmap.NewFromStringMap(raw).Unmarshal(cfg))
	require.NoError(t, cfg.Validate())
	return cfg
}

// start returns a running processor that is stopped with the test.
func start(t testing.TB, cfg *Config, next *consumertest.LogsSink) processor.Logs {
	t.Helper()
	p, err := NewFactory().CreateLogs(t.Context(), processortest.NewNopSettings(metadata.Type), cfg, next)
	require.NoError(t, err)
	require.NoError(t, p.Start(t.Context(), nil))
	t.Cleanup(func() { assert.NoError(t, p.Shutdown(context.WithoutCancel(t.Context()))) })
	return p
}

func parseRecord(t testing.TB, line string) plog.Logs {
	t.Helper()
	var in struct {
		Body       json.RawMessage
		Attributes json.RawMessage
		Resource   json.RawMessage
		Time       time.Time
		Severity   string
		Number     int32
		Trace      string
		Span       string
	}
	require.NoError(t, json.Unmarshal([]byte(line), &in), line)
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	rec := resource.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	putJSON(t, rec.Body(), in.Body)
	putJSONMap(t, rec.Attributes(), in.Attributes)
	putJSONMap(t, resource.Resource().Attributes(), in.Resource)
	rec.SetSeverityText(in.Severity)
	rec.SetSeverityNumber(plog.SeverityNumber(in.Number))
	var trace pcommon.TraceID
	var span pcommon.SpanID
	_, err := hex.Decode(trace[:], []byte(in.Trace))
	require.NoError(t, err)
	_, err = hex.Decode(span[:], []byte(in.Span))
	require.NoError(t, err)
	rec.SetTraceID(trace)
	rec.SetSpanID(span)
	if !in.Time.IsZero() {
		rec.SetTimestamp(pcommon.NewTimestampFromTime(in.Time))
	}
	return logs
}

// putJSON sets v to a JSON value, with the members of objects in the order
// written.
func putJSON(t testing.TB, v pcommon.Value, text json.RawMessage) {
	t.Helper()
	switch {
	case len(text) == 0:
	case text[0] == '{':
		putJSONMap(t, v.SetEmptyMap(), text)
	case text[0] == '[':
		var items []json.RawMessage
		require.NoError(t, json.Unmarshal(text, &items))
		slice := v.SetEmptySlice()
		for _, item := range items {
			putJSON(t, slice.AppendEmpty(), item)
		}
	default:
		putScalar(t, v, text)
	}
}

func putScalar(t testing.TB, v pcommon.Value, text json.RawMessage) {
	t.Helper()
	if n, err := strconv.ParseInt(string(text), 10, 64); err == nil {
		v.SetInt(n)
		return
	}
	var scalar any
	require.NoError(t, json.Unmarshal(text, &scalar))
	require.NoError(t, v.FromRaw(scalar))
}

func putJSONMap(t testing.TB, m pcommon.Map, text json.RawMessage) {
	t.Helper()
	if len(text) == 0 {
		return
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	_, err := dec.Token()
	require.NoError(t, err)
	for dec.More() {
		key, err := dec.Token()
		require.NoError(t, err)
		var item json.RawMessage
		require.NoError(t, dec.Decode(&item))
		putJSON(t, m.PutEmpty(key.(string)), item)
	}
}

// printed returns the only record that arrived, as a case writes it.
func printed(sink *consumertest.LogsSink) string {
	if sink.LogRecordCount() == 0 {
		return "dropped"
	}
	rec := sink.AllLogs()[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	out := `{"body":` + printValue(rec.Body()) + `,"attributes":` + printMap(rec.Attributes())
	if rec.Timestamp() != 0 {
		out += `,"time":"` + rec.Timestamp().AsTime().Format(time.RFC3339Nano) + `"`
	}
	if rec.SeverityText() != "" {
		out += `,"severity":` + strconv.Quote(rec.SeverityText())
	}
	if rec.SeverityNumber() != 0 {
		out += fmt.Sprintf(`,"number":%d`, rec.SeverityNumber())
	}
	if !rec.TraceID().IsEmpty() || !rec.SpanID().IsEmpty() {
		out += fmt.Sprintf(`,"trace":%q,"span":%q`, rec.TraceID(), rec.SpanID())
	}
	return out + "}"
}

// assertSameOfMessage sends the record in a message, with the target of what is wanted,
// once alone and once again: the second one's shape is known.
func assertSameOfMessage(t *testing.T, config, line string, want *consumertest.LogsSink) {
	t.Helper()
	cfg, got := parseConfig(t, config), &consumertest.LogsSink{}
	cfg.Document.Format = FormatFlatBuffers
	if isJSON(want) {
		cfg.Document.Target = TargetJSON
	}
	p := start(t, cfg, got)
	for range 2 {
		got.Reset()
		require.NoError(t, p.ConsumeLogs(t.Context(), asMessages(parseRecord(t, line))))
		assert.Equal(t, printed(want), printed(got), "as FlatBuffers, target %s: %s", cfg.Document.Target, line)
	}
}

func isJSON(sink *consumertest.LogsSink) bool {
	if sink.LogRecordCount() == 0 {
		return false
	}
	rec := sink.AllLogs()[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	format, ok := rec.Attributes().Get(flatbuffers.FormatAttribute)
	return ok && format.AsString() == FormatJSON
}

func printMap(m pcommon.Map) string {
	var items []string
	for k, v := range m.All() {
		items = append(items, strconv.Quote(k)+":"+printValue(v))
	}
	return "{" + strings.Join(items, ",") + "}"
}

func printValue(v pcommon.Value) string {
	switch v.Type() {
	case pcommon.ValueTypeMap:
		return printMap(v.Map())
	case pcommon.ValueTypeSlice:
		var items []string
		for _, item := range v.Slice().All() {
			items = append(items, printValue(item))
		}
		return "[" + strings.Join(items, ",") + "]"
	case pcommon.ValueTypeDouble:
		text := strconv.FormatFloat(v.Double(), 'f', -1, 64)
		if !strings.Contains(text, ".") {
			text += ".0"
		}
		return text
	default:
		var out bytes.Buffer
		enc := json.NewEncoder(&out)
		enc.SetEscapeHTML(false)
		_ = enc.Encode(v.AsRaw())
		return strings.TrimSuffix(out.String(), "\n")
	}
}
