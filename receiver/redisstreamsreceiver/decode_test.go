package redisstreamsreceiver

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/receiver/receivertest"
)

// logsCodec returns the codec of a logs pipeline and what the pipeline got.
func logsCodec(t testing.TB, cfg *Config) (codec, *consumertest.LogsSink) {
	t.Helper()
	next := &consumertest.LogsSink{}
	observer, err := newObserver(receivertest.NewNopSettings(NewFactory().Type()))
	require.NoError(t, err)
	c, err := newLogsCodec(cfg, next, observer)
	require.NoError(t, err)
	return c, next
}

func decodeLogs(t testing.TB, cfg *Config, entries ...entry) (plog.Logs, []rejection) {
	t.Helper()
	c, next := logsCodec(t, cfg)
	batch, accepted, rejected := c.decode("access", entries)
	require.Len(t, entries, len(accepted)+len(rejected))
	require.NoError(t, batch.consume(t.Context()))
	if len(accepted) == 0 {
		require.Empty(t, next.AllLogs())
		return plog.NewLogs(), rejected
	}
	return next.AllLogs()[0], rejected
}

func logsConfig(encoding Encoding) *Config {
	cfg := createDefaultConfig().(*Config)
	cfg.Group = "g"
	cfg.Logs = SignalConfig{Streams: []string{"access"}, Encoding: encoding}
	return cfg
}

func body(id, value string) entry {
	return entry{id: id, fields: []field{{"body", value}}}
}

func TestRawPayloadsBecomeRecords(t *testing.T) {
	cfg := logsConfig(EncodingRaw)
	cfg.Attributes.Fields = []string{"host", "pod"}
	cfg.Attributes.Prefix = "redis."
	logs, rejected := decodeLogs(t, cfg,
		entry{id: "1700000000123-0", fields: []field{{"host", "a"}, {"host", "b"}, {"secret", "x"}, {"body", "hello"}}},
		entry{id: "1700000000124-7", fields: []field{{"body", "\xff\x00"}, {"pod", "\xfe"}}})
	require.Empty(t, rejected)

	resource := logs.ResourceLogs().At(0)
	assert.Equal(t, map[string]any{
		"messaging.system":              "redis",
		"messaging.destination.name":    "access",
		"messaging.consumer.group.name": "g",
	}, resource.Resource().Attributes().AsRaw())
	records := resource.ScopeLogs().At(0).LogRecords()
	require.Equal(t, 2, records.Len())

	first := records.At(0)
	assert.Equal(t, "hello", first.Body().AsRaw())
	assert.Equal(t, int64(1700000000123), first.Timestamp().AsTime().UnixMilli())
	assert.WithinDuration(t, time.Now(), first.ObservedTimestamp().AsTime(), time.Minute)
	assert.Equal(t, map[string]any{"messaging.message.id": "1700000000123-0", "redis.host": "b"}, first.Attributes().AsRaw())

	second := records.At(1)
	assert.Equal(t, []byte("\xff\x00"), second.Body().AsRaw(), "what is no UTF-8 cannot be a string")
	assert.Equal(t, []byte("\xfe"), second.Attributes().AsRaw()["redis.pod"])
}

func TestPayloadIsTheFirstFieldOfTheListThatThereIs(t *testing.T) {
	for want, fields := range map[string][]field{
		"b": {{"message", "m"}, {"body", "b"}},
		"m": {{"x", "1"}, {"message", "m"}},
		"":  {{"value", "v"}, {"data", ""}},
	} {
		logs, rejected := decodeLogs(t, logsConfig(EncodingRaw), entry{id: "1-1", fields: fields})
		require.Empty(t, rejected)
		assert.Equal(t, []string{want}, logBodies(logs))
	}
	_, rejected := decodeLogs(t, logsConfig(EncodingRaw), entry{id: "1-1", fields: []field{{"x", "1"}}})
	require.Len(t, rejected, 1)
	assert.Equal(t, reasonNoPayload, rejected[0].reason)
	assert.EqualError(t, rejected[0].err, "none of the fields body, data, payload, message, value, which payload::fields names")
}

func TestUndecodablePayloadsLeaveTheirNeighboursAlone(t *testing.T) {
	for name, entries := range map[string][]entry{
		"first":  {body("1-0", "{"), body("1-1", "1"), body("1-2", "2")},
		"middle": {body("1-1", "1"), body("1-0", "{"), body("1-2", "2")},
		"last":   {body("1-1", "1"), body("1-2", "2"), body("1-0", "{")},
		"two":    {body("1-0", "{"), body("1-1", "1"), body("1-0", "]"), body("1-2", "2")},
	} {
		t.Run(name, func(t *testing.T) {
			logs, rejected := decodeLogs(t, logsConfig(EncodingJSON), entries...)
			assert.Equal(t, []string{"1", "2"}, logBodies(logs))
			for _, r := range rejected {
				assert.Equal(t, "1-0", r.entry.id)
			}
		})
	}
	_, rejected := decodeLogs(t, logsConfig(EncodingJSON), body("1-0", "{"))
	assert.Len(t, rejected, 1)
}

func TestJSONPayloadsBecomeBodies(t *testing.T) {
	for payload, want := range map[string]any{
		`{"a":{"b":[1,-2.5,"x",true,null]}}`: map[string]any{"a": map[string]any{"b": []any{int64(1), -2.5, "x", true, nil}}},
		`[]`:                                 []any{},
		` "text" `:                           "text",
		`9007199254740993`:                   int64(9007199254740993),
		`18446744073709551616`:               18446744073709551616.0,
		`1e3`:                                1000.0,
		`1.0`:                                1.0,
		`null`:                               nil,
		`{"a":1,"a":2}`:                      map[string]any{"a": int64(2)},
	} {
		logs, rejected := decodeLogs(t, logsConfig(EncodingJSON), body("1-1", payload))
		require.Empty(t, rejected, payload)
		record := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
		assert.Equal(t, want, record.Body().AsRaw(), payload)
	}
	for _, payload := range []string{"", "{", `{"a":1}{"b":2}`, "1e999", "nul", "[1,]", "'a'", strings.Repeat("[", 20_000)} {
		_, rejected := decodeLogs(t, logsConfig(EncodingJSON), body("1-1", payload))
		assert.Len(t, rejected, 1, payload)
	}
}

func TestOTLPPayloadsMergeIntoOneBatch(t *testing.T) {
	logs := receivertest.CreateOneLogWithID("l")
	metrics := receivertest.CreateGaugeMetricWithID("m")
	traces := receivertest.CreateOneSpanWithID("t")
	observer, err := newObserver(receivertest.NewNopSettings(NewFactory().Type()))
	require.NoError(t, err)
	must := func(b []byte, err error) string {
		require.NoError(t, err)
		return string(b)
	}
	for _, encoding := range []Encoding{EncodingOTLPProto, EncodingOTLPJSON} {
		t.Run(string(encoding), func(t *testing.T) {
			payloads := map[string]string{
				"logs":    must((&plog.ProtoMarshaler{}).MarshalLogs(logs)),
				"metrics": must((&pmetric.ProtoMarshaler{}).MarshalMetrics(metrics)),
				"traces":  must((&ptrace.ProtoMarshaler{}).MarshalTraces(traces)),
			}
			if encoding == EncodingOTLPJSON {
				payloads = map[string]string{
					"logs":    must((&plog.JSONMarshaler{}).MarshalLogs(logs)),
					"metrics": must((&pmetric.JSONMarshaler{}).MarshalMetrics(metrics)),
					"traces":  must((&ptrace.JSONMarshaler{}).MarshalTraces(traces)),
				}
			}
			cfg := createDefaultConfig().(*Config)
			cfg.Logs.Encoding, cfg.Metrics.Encoding, cfg.Traces.Encoding = encoding, encoding, encoding
			var gotLogs consumertest.LogsSink
			var gotMetrics consumertest.MetricsSink
			var gotTraces consumertest.TracesSink
			logsCodec, err1 := newLogsCodec(cfg, &gotLogs, observer)
			metricsCodec, err2 := newMetricsCodec(cfg, &gotMetrics, observer)
			tracesCodec, err3 := newTracesCodec(cfg, &gotTraces, observer)
			require.NoError(t, errors.Join(err1, err2, err3))
			for signal, c := range map[string]codec{"logs": logsCodec, "metrics": metricsCodec, "traces": tracesCodec} {
				p := payloads[signal]
				batch, accepted, rejected := c.decode("s", []entry{body("1-1", p), body("1-2", "no OTLP"), body("1-3", p)})
				assert.Len(t, accepted, 2, signal)
				assert.Len(t, rejected, 1, signal)
				require.NoError(t, batch.consume(t.Context()))
			}
			require.Len(t, gotLogs.AllLogs(), 1)
			require.Len(t, gotMetrics.AllMetrics(), 1)
			require.Len(t, gotTraces.AllTraces(), 1)
			assert.Equal(t, 2, gotLogs.LogRecordCount())
			assert.Equal(t, 2, gotMetrics.DataPointCount())
			assert.Equal(t, 2, gotTraces.SpanCount())
		})
	}
}

func TestFieldsBecomeTheBody(t *testing.T) {
	whole := entry{id: "1-1", fields: []field{{"level", "info"}, {"host", "a"}, {"level", "warn"}, {"raw", "\xff"}}}
	want := map[string]any{"level": "warn", "host": "a", "raw": []byte("\xff")}
	cfg := logsConfig(EncodingFields)
	logs, rejected := decodeLogs(t, cfg, whole)
	require.Empty(t, rejected)
	assert.Equal(t, want, records(logs).At(0).Body().AsRaw())

	cfg = logsConfig(EncodingJSON)
	cfg.Payload.Missing = missingFields
	logs, rejected = decodeLogs(t, cfg, whole, body("1-2", `{"a":1}`))
	require.Empty(t, rejected)
	assert.Equal(t, want, records(logs).At(0).Body().AsRaw())
	assert.Equal(t, map[string]any{"a": int64(1)}, records(logs).At(1).Body().AsRaw())
}

func records(logs plog.Logs) plog.LogRecordSlice {
	return logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
}

func TestEveryFieldButThePayloadCanBecomeAnAttribute(t *testing.T) {
	cfg := logsConfig(EncodingRaw)
	cfg.Attributes = AttributesConfig{Fields: []string{"*"}, Prefix: "x."}
	logs, _ := decodeLogs(t, cfg, entry{id: "1-1", fields: []field{{"a", "1"}, {"body", "hello"}, {"b", "2"}, {"a", "3"}}})
	assert.Equal(t, map[string]any{"x.a": "3", "x.b": "2"}, records(logs).At(0).Attributes().AsRaw())
	assert.Equal(t, "hello", records(logs).At(0).Body().Str())
}

func TestRecordsAreInTheTraceOfTheirProducer(t *testing.T) {
	const valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	for text, ok := range map[string]bool{
		valid: true,
		"01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more": true,
		valid + "-more": false,
		"01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01more": false,
		"ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01":     false,
		"00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01":     false,
		"00-00000000000000000000000000000000-b7ad6b7169203331-01":     false,
		"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01":     false,
		"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x":     false,
		"": false,
	} {
		logs, rejected := decodeLogs(t, logsConfig(EncodingRaw), entry{id: "1-1", fields: []field{{"body", "x"}, {"traceparent", text}}})
		require.Empty(t, rejected)
		record := records(logs).At(0)
		if !ok {
			assert.True(t, record.TraceID().IsEmpty(), text)
			continue
		}
		assert.Equal(t, "0af7651916cd43dd8448eb211c80319c", record.TraceID().String(), text)
		assert.Equal(t, "b7ad6b7169203331", record.SpanID().String(), text)
		assert.True(t, record.Flags().IsSampled(), text)
	}
	cfg := logsConfig(EncodingRaw)
	cfg.Attributes.TraceContext = false
	logs, _ := decodeLogs(t, cfg, entry{id: "1-1", fields: []field{{"body", "x"}, {"traceparent", valid}}})
	assert.True(t, records(logs).At(0).TraceID().IsEmpty())
}

// latin1 is an encoding extension.
type latin1 struct {
	component.StartFunc
	component.ShutdownFunc
}

func (latin1) UnmarshalLogs(payload []byte) (plog.Logs, error) {
	if len(payload) == 0 {
		return plog.Logs{}, errors.New("empty")
	}
	var text []rune
	for i, c := range payload {
		text = append(text, rune(c))
		payload[i] = 0 // it may do what it likes with its bytes
	}
	logs := plog.NewLogs()
	logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetStr(string(text))
	return logs, nil
}

func TestEncodingExtensionsDecode(t *testing.T) {
	id := component.MustNewID("latin1_encoding")
	cfg := logsConfig(Encoding(id.String()))
	require.NoError(t, cfg.Validate())
	c, next := logsCodec(t, cfg)
	require.NoError(t, c.start(extensionHost{componenttest.NewNopHost(), map[component.ID]component.Component{id: latin1{}}}))
	entries := []entry{body("1-1", "\xe4\xf6"), body("1-2", ""), body("1-3", "x")}
	batch, accepted, rejected := c.decode("s", entries)
	require.NoError(t, batch.consume(t.Context()))
	assert.Len(t, accepted, 2)
	assert.Len(t, rejected, 1)
	assert.Equal(t, []string{"äö", "x"}, logBodies(next.AllLogs()[0]))
	assert.Equal(t, "\xe4\xf6", entries[0].fields[0].value)

	require.EqualError(t, c.start(componenttest.NewNopHost()),
		`logs::encoding: "latin1_encoding" is not an extension in service::extensions that decodes logs`)
}

// What a producer writes is foreign: no payload may crash the receiver, and
// every entry must be either accepted or rejected.
func FuzzDecode(f *testing.F) {
	proto, err := (&plog.ProtoMarshaler{}).MarshalLogs(receivertest.CreateOneLogWithID("x"))
	require.NoError(f, err)
	js, err := (&plog.JSONMarshaler{}).MarshalLogs(receivertest.CreateOneLogWithID("x"))
	require.NoError(f, err)
	for _, seed := range []string{"", "text", `{"a":[1,2.5,"x",null,{"b":true}]}`, "\xff", string(proto), string(js)} {
		f.Add("1700000000000-1", "body", seed)
	}
	next, err := consumer.NewLogs(func(_ context.Context, data plog.Logs) error {
		_, err := (&plog.ProtoMarshaler{}).MarshalLogs(data)
		return err
	})
	require.NoError(f, err)
	observer, err := newObserver(receivertest.NewNopSettings(NewFactory().Type()))
	require.NoError(f, err)
	codecs := map[Encoding]codec{}
	for _, e := range []Encoding{EncodingRaw, EncodingJSON, EncodingFields, EncodingOTLPProto, EncodingOTLPJSON} {
		codecs[e], err = newLogsCodec(logsConfig(e), next, observer)
		require.NoError(f, err)
	}
	f.Fuzz(func(t *testing.T, id, name, payload string) {
		for _, c := range codecs {
			batch, accepted, rejected := c.decode("s", []entry{{id: id, fields: []field{{name, payload}}}, body("1-1", "1")})
			require.Equal(t, 2, len(accepted)+len(rejected))
			require.NoError(t, batch.consume(t.Context()))
		}
	})
}

// The JSON body is what encoding/json makes of the payload, but for the class of
// numbers.
func FuzzJSONBody(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5,"\ud83d\ude00",null,{"b":true}],"a":{}}`, ` [ 1e5 , -0 ] `, `"\u0000\n"`, `{"":""}`, "1 2", `"\ud800"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, payload string) {
		var want any
		wantErr := json.Unmarshal([]byte(payload), &want)
		got := pcommon.NewValueEmpty()
		err := setJSONBody(got, payload)
		require.Equal(t, wantErr == nil, err == nil, "%v, but encoding/json: %v", err, wantErr)
		if err == nil {
			require.True(t, reflect.DeepEqual(want, asFloats(got.AsRaw())), "%v, but encoding/json: %v", got.AsRaw(), want)
		}
	})
}

func asFloats(v any) any {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case []any:
		for i := range v {
			v[i] = asFloats(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = asFloats(v[k])
		}
	}
	return v
}
