package redisstreamsreceiver

import (
	"context"
	"errors"
	"unsafe"

	"go.opentelemetry.io/collector/component"
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

func newLogsCodec(cfg *Config, next consumer.Logs, observer *receiverhelper.ObsReport) (codec, error) {
	d, err := newDecoder(signal[plog.Logs]{
		name:  "logs",
		empty: plog.NewLogs,
		move:  func(from, to plog.Logs) { from.ResourceLogs().MoveAndAppendTo(to.ResourceLogs()) },
		consume: func(ctx context.Context, data plog.Logs) error {
			n := data.LogRecordCount() // the data is gone afterwards
			ctx = observer.StartLogsOp(ctx)
			err := next.ConsumeLogs(ctx, data)
			observer.EndLogsOp(ctx, string(cfg.Logs.Encoding), n, err)
			return err
		},
		rest: restOf[consumererror.Logs, plog.Logs],
		unmarshal: map[Encoding]func([]byte) (plog.Logs, error){
			EncodingOTLPProto: (&plog.ProtoUnmarshaler{}).UnmarshalLogs,
			EncodingOTLPJSON:  (&plog.JSONUnmarshaler{}).UnmarshalLogs,
		},
		extension: func(c component.Component) (func([]byte) (plog.Logs, error), bool) {
			u, ok := c.(plog.Unmarshaler)
			return unmarshaler(u, ok, plog.Unmarshaler.UnmarshalLogs), ok
		},
	}, cfg.Logs.Encoding, cfg)
	if err == nil && d.add == nil {
		d.begin, d.add = newRecords(cfg), newRecordMaker(cfg).add
	}
	return d, err
}

func newMetricsCodec(cfg *Config, next consumer.Metrics, observer *receiverhelper.ObsReport) (codec, error) {
	return newDecoder(signal[pmetric.Metrics]{
		name:  "metrics",
		empty: pmetric.NewMetrics,
		move:  func(from, to pmetric.Metrics) { from.ResourceMetrics().MoveAndAppendTo(to.ResourceMetrics()) },
		consume: func(ctx context.Context, data pmetric.Metrics) error {
			n := data.DataPointCount()
			ctx = observer.StartMetricsOp(ctx)
			err := next.ConsumeMetrics(ctx, data)
			observer.EndMetricsOp(ctx, string(cfg.Metrics.Encoding), n, err)
			return err
		},
		rest: restOf[consumererror.Metrics, pmetric.Metrics],
		unmarshal: map[Encoding]func([]byte) (pmetric.Metrics, error){
			EncodingOTLPProto: (&pmetric.ProtoUnmarshaler{}).UnmarshalMetrics,
			EncodingOTLPJSON:  (&pmetric.JSONUnmarshaler{}).UnmarshalMetrics,
		},
		extension: func(c component.Component) (func([]byte) (pmetric.Metrics, error), bool) {
			u, ok := c.(pmetric.Unmarshaler)
			return unmarshaler(u, ok, pmetric.Unmarshaler.UnmarshalMetrics), ok
		},
	}, cfg.Metrics.Encoding, cfg)
}

func newTracesCodec(cfg *Config, next consumer.Traces, observer *receiverhelper.ObsReport) (codec, error) {
	return newDecoder(signal[ptrace.Traces]{
		name:  "traces",
		empty: ptrace.NewTraces,
		move:  func(from, to ptrace.Traces) { from.ResourceSpans().MoveAndAppendTo(to.ResourceSpans()) },
		consume: func(ctx context.Context, data ptrace.Traces) error {
			n := data.SpanCount()
			ctx = observer.StartTracesOp(ctx)
			err := next.ConsumeTraces(ctx, data)
			observer.EndTracesOp(ctx, string(cfg.Traces.Encoding), n, err)
			return err
		},
		rest: restOf[consumererror.Traces, ptrace.Traces],
		unmarshal: map[Encoding]func([]byte) (ptrace.Traces, error){
			EncodingOTLPProto: (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces,
			EncodingOTLPJSON:  (&ptrace.JSONUnmarshaler{}).UnmarshalTraces,
		},
		extension: func(c component.Component) (func([]byte) (ptrace.Traces, error), bool) {
			u, ok := c.(ptrace.Unmarshaler)
			return unmarshaler(u, ok, ptrace.Unmarshaler.UnmarshalTraces), ok
		},
	}, cfg.Traces.Encoding, cfg)
}

// unmarshaler binds a method to its receiver, if there is one.
func unmarshaler[U, T any](u U, ok bool, method func(U, []byte) (T, error)) func([]byte) (T, error) {
	if !ok {
		return nil
	}
	return func(payload []byte) (T, error) { return method(u, payload) }
}

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

// readOnlyBytes returns the bytes of s without a copy: they must not be written
// to, nor kept.
func readOnlyBytes(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) } //nolint:gosec // nobody writes to them
