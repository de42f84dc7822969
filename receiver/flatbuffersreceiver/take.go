package flatbuffersreceiver

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/sluice-otel/sluice/internal/admission"
	"github.com/sluice-otel/sluice/internal/flatlogs"
	"github.com/sluice-otel/sluice/wire/flatbuffers"
)

// A taker takes batches to their answer. It is safe for concurrent use.
type taker struct {
	cfg       *Config
	limits    flatbuffers.Limits
	next      consumer.Logs
	admission *admission.Admission
	telemetry *telemetry
	boxes     flatlogs.Boxes
}

func newTaker(cfg *Config, next consumer.Logs, a *admission.Admission, t *telemetry) *taker {
	return &taker{cfg: cfg, limits: cfg.Limits.wire(), next: next, admission: a, telemetry: t, boxes: flatlogs.FindBoxes()}
}

// take delivers one batch and returns what its sender is told. The message is freed.
func (t *taker) take(ctx context.Context, m *flatbuffers.Message, how method) flatbuffers.Ack {
	started, size := time.Now(), m.Len()
	room := t.admission.Reserve()
	defer room.Release()
	defer m.Free()
	a := t.answer(ctx, m, room)
	t.telemetry.batch(ctx, how, &a, size, time.Since(started))
	return a
}

const noRoom = "too many batches in flight"

func (t *taker) answer(ctx context.Context, m *flatbuffers.Message, room *admission.Reservation) flatbuffers.Ack {
	if !room.Grow(int64(m.Len())) {
		return retry(noRoom, t.cfg.RetryAfter)
	}
	message := m.Owned() // records or body alias it
	batch, err := flatbuffers.Verify(message, t.limits)
	if err != nil {
		return refuse(flatbuffers.Invalid, err.Error())
	}
	if !room.Grow(int64(batch.Memory())) {
		return retry(noRoom, t.cfg.RetryAfter)
	}
	if batch.Len() > 0 {
		err = t.deliver(flatlogs.WithVerified(ctx, batch), t.logsOf(batch, message))
	}
	switch {
	case consumererror.IsPermanent(err):
		return refuse(flatbuffers.Refused, err.Error())
	case err != nil:
		return retry(err.Error(), t.cfg.RetryAfter)
	}
	var a flatbuffers.Ack
	a.Reject(batch.Rejections())
	return a
}

func (t *taker) logsOf(batch *flatbuffers.Batch, message []byte) plog.Logs {
	if t.cfg.Output == OutputMessages {
		return wrap(message, t.boxes)
	}
	return flatlogs.Logs(batch, t.boxes)
}

func (t *taker) deliver(ctx context.Context, logs plog.Logs) error {
	n := logs.LogRecordCount() // the next consumer may recycle them
	ctx = t.telemetry.report.StartLogsOp(ctx)
	err := t.next.ConsumeLogs(ctx, logs)
	t.telemetry.report.EndLogsOp(ctx, "flatbuffers", n, err)
	return err
}

// wrap makes one record whose body is the message. The attribute says what it is.
func wrap(message []byte, boxes flatlogs.Boxes) plog.Logs {
	logs := plog.NewLogs()
	rec := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	flatlogs.NewSetter(boxes).SetBytes(rec.Body(), message)
	rec.Attributes().PutStr(flatbuffers.FormatAttribute, flatbuffers.Format)
	return logs
}
