package redisstreamsreceiver

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
	return newLogsCodec(cfg, next, observer), next
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
	assert.Equal(t, reasonUndecodable, rejected[0].reason)
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
			for signal, c := range map[string]codec{
				"logs":    newLogsCodec(cfg, &gotLogs, observer),
				"metrics": newMetricsCodec(cfg, &gotMetrics, observer),
				"traces":  newTracesCodec(cfg, &gotTraces, observer),
			} {
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
	for _, e := range []Encoding{EncodingRaw, EncodingJSON, EncodingOTLPProto, EncodingOTLPJSON} {
		codecs[e] = newLogsCodec(logsConfig(e), next, observer)
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
