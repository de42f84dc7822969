package redisstreamsreceiver

import (
	"context"
	"errors"
	"fmt"
	"unsafe"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receiverhelper"
)

// newObserver reports what the pipeline accepts and refuses, like every receiver.
func newObserver(set receiver.Settings) (*receiverhelper.ObsReport, error) {
	return receiverhelper.NewObsReport(receiverhelper.ObsReportSettings{
		ReceiverID:             set.ID,
		Transport:              "tcp",
		ReceiverCreateSettings: set,
	})
}

func newLogsCodec(cfg *Config, next consumer.Logs, observer *receiverhelper.ObsReport) codec {
	d := &decoder[plog.Logs]{fields: cfg.Payload.Fields, rest: restOf[consumererror.Logs, plog.Logs]}
	d.next = func(ctx context.Context, data plog.Logs) error {
		n := data.LogRecordCount() // the data is gone afterwards
		ctx = observer.StartLogsOp(ctx)
		err := next.ConsumeLogs(ctx, data)
		observer.EndLogsOp(ctx, string(cfg.Logs.Encoding), n, err)
		return err
	}
	switch cfg.Logs.Encoding {
	case EncodingOTLPProto:
		d.begin, d.add = newLogs, mergeOTLP((&plog.ProtoUnmarshaler{}).UnmarshalLogs, moveLogs)
	case EncodingOTLPJSON:
		d.begin, d.add = newLogs, mergeOTLP((&plog.JSONUnmarshaler{}).UnmarshalLogs, moveLogs)
	case EncodingJSON:
		d.begin, d.add = newRecords(cfg), newRecordMaker(cfg.Attributes, setJSONBody).add
	default:
		d.begin, d.add = newRecords(cfg), newRecordMaker(cfg.Attributes, setRawBody).add
	}
	return d
}

func newMetricsCodec(cfg *Config, next consumer.Metrics, observer *receiverhelper.ObsReport) codec {
	unmarshal := (&pmetric.ProtoUnmarshaler{}).UnmarshalMetrics
	if cfg.Metrics.Encoding == EncodingOTLPJSON {
		unmarshal = (&pmetric.JSONUnmarshaler{}).UnmarshalMetrics
	}
	return &decoder[pmetric.Metrics]{
		fields: cfg.Payload.Fields,
		begin:  func(string, int) pmetric.Metrics { return pmetric.NewMetrics() },
		rest:   restOf[consumererror.Metrics, pmetric.Metrics],
		add: mergeOTLP(unmarshal, func(from, to pmetric.Metrics) {
			from.ResourceMetrics().MoveAndAppendTo(to.ResourceMetrics())
		}),
		next: func(ctx context.Context, data pmetric.Metrics) error {
			n := data.DataPointCount()
			ctx = observer.StartMetricsOp(ctx)
			err := next.ConsumeMetrics(ctx, data)
			observer.EndMetricsOp(ctx, string(cfg.Metrics.Encoding), n, err)
			return err
		},
	}
}

func newTracesCodec(cfg *Config, next consumer.Traces, observer *receiverhelper.ObsReport) codec {
	unmarshal := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces
	if cfg.Traces.Encoding == EncodingOTLPJSON {
		unmarshal = (&ptrace.JSONUnmarshaler{}).UnmarshalTraces
	}
	return &decoder[ptrace.Traces]{
		fields: cfg.Payload.Fields,
		begin:  func(string, int) ptrace.Traces { return ptrace.NewTraces() },
		rest:   restOf[consumererror.Traces, ptrace.Traces],
		add: mergeOTLP(unmarshal, func(from, to ptrace.Traces) {
			from.ResourceSpans().MoveAndAppendTo(to.ResourceSpans())
		}),
		next: func(ctx context.Context, data ptrace.Traces) error {
			n := data.SpanCount()
			ctx = observer.StartTracesOp(ctx)
			err := next.ConsumeTraces(ctx, data)
			observer.EndTracesOp(ctx, string(cfg.Traces.Encoding), n, err)
			return err
		},
	}
}

func newLogs(string, int) plog.Logs { return plog.NewLogs() }

func moveLogs(from, to plog.Logs) { from.ResourceLogs().MoveAndAppendTo(to.ResourceLogs()) }

// restOf returns the data that an error carries: what is to be tried again.
func restOf[E interface {
	error
	Data() T
}, T any](err error) (T, bool) {
	partial, ok := errors.AsType[E](err)
	if !ok {
		var none T
		return none, false
	}
	return partial.Data(), true
}

// mergeOTLP returns an add function for payloads that are OTLP requests. What
// does not decode leaves the batch as it is.
func mergeOTLP[T any](unmarshal func([]byte) (T, error), move func(from, to T)) func(T, *entry, string) error {
	return func(data T, _ *entry, payload string) error {
		one, err := unmarshal(readOnlyBytes(payload))
		if err != nil {
			return fmt.Errorf("decode OTLP payload: %w", err)
		}
		move(one, data)
		return nil
	}
}

// readOnlyBytes returns the bytes of s without a copy: they must not be written
// to. pdata's unmarshalers copy what they keep.
func readOnlyBytes(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) } //nolint:gosec // nobody writes to them
