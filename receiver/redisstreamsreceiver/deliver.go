package redisstreamsreceiver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.uber.org/zap"
)

// deliver brings a part of a batch to its end.
func (s *stream) deliver(ctx context.Context, p part) {
	d := delivery{stream: s, batch: p.batch}
	live := d.worthDelivering(ctx, p)
	for len(live) > 0 && ctx.Err() == nil {
		var now []entry
		now, live = d.withoutRepeats(ctx, live)
		d.announceAndDeliver(ctx, now)
	}
}

// announceAndDeliver delivers after it has written to the checkpoint that it is
// going to, if it matters after a crash whether the pipeline was called.
func (d *delivery) announceAndDeliver(ctx context.Context, entries []entry) {
	if len(entries) == 0 {
		return
	}
	if d.cfg.Checkpoint.OnAmbiguous == ambiguousRedeliver || d.committer == nil {
		d.deliver(ctx, entries)
		return
	}
	info := d.committer.intend(d.scope, entries)
	d.deliver(ctx, entries)
	if info != nil && !d.batch.unclear.Load() {
		d.committer.requests <- commitRequest{withdraw: info}
	}
}

// delivery is what the entries of a part share on their way.
type delivery struct {
	*stream
	batch *batch
}

// worthDelivering settles the entries that are not delivered (any more) and
// returns the others.
func (d *delivery) worthDelivering(ctx context.Context, p part) []entry {
	if !p.check {
		return p.entries
	}
	marks := marksOf(p.entries)
	known := d.lookUp(ctx, marks)
	var live, gone, done, abandoned []entry
	var rejected []rejection
	ambiguous := 0
	for i := range p.entries {
		e, m := &p.entries[i], marks[i]
		_, isDone := known.done[m]
		_, isUnclear := known.unclear[m]
		isUnclear = isUnclear && !isDone
		if isUnclear {
			ambiguous++
		}
		switch {
		case e.trimmed():
			gone = append(gone, *e)
		case isDone:
			done = append(done, *e)
		case isUnclear && d.cfg.Checkpoint.OnAmbiguous == ambiguousDrop:
			abandoned = append(abandoned, *e)
		case isUnclear && d.cfg.Checkpoint.OnAmbiguous == ambiguousDeadLetter:
			rejected = append(rejected, rejection{*e, reasonAmbiguous, errAmbiguous})
		case d.cfg.DeadLetter.exhausted(e.deliveries):
			rejected = append(rejected, rejection{*e, reasonDeliveries, fmt.Errorf("delivered %d times without an answer", e.deliveries)})
		default:
			live = append(live, *e)
		}
	}
	d.count.ambiguous(ctx, ambiguous)
	d.count.suppressed(ctx, len(done))
	d.forget(gone)
	d.settle(settleSuppressed, done)
	d.settle(settleAbandoned, abandoned)
	d.bury(ctx, rejected)
	return live
}

var errAmbiguous = errors.New("the collector stopped while it delivered the entry: the pipeline may or may not have accepted it")

// lookUp asks the checkpoint. If it does not answer, everything is delivered:
// once more is better than never.
func (d *delivery) lookUp(ctx context.Context, marks []mark) known {
	if d.committer == nil {
		return known{}
	}
	k, err := d.committer.checkpoint.lookUp(ctx, d.scope, marks)
	if err != nil {
		d.health.fail(readCheckpoint, err)
		return known{}
	}
	d.health.ok(readCheckpoint)
	return k
}

const readCheckpoint = "look up what was processed"

// forget acknowledges entries whose content is gone.
func (d *delivery) forget(gone []entry) {
	if len(gone) > 0 {
		d.logger.Warn("entries were trimmed from the stream before they could be processed; their content is lost",
			zap.Int("entries", len(gone)), zap.String("first", gone[0].id))
	}
	d.settle(settleLost, gone)
}

func (d *delivery) settle(kind settlementKind, entries []entry) {
	if len(entries) > 0 {
		d.settled(settlement{batch: d.batch, entries: entries, kind: kind})
	}
}

// deliver hands entries to the pipeline and settles them. This is where it is
// decided what becomes of an entry:
//
//   - accepted: it is acknowledged;
//   - not decodable: it goes to the dead-letter stream, its neighbours go on;
//   - permanently refused: the batch is halved until the culprit is alone, which
//     goes to the dead-letter stream, because redelivery cannot help;
//   - refused for now: the same entries are delivered again, for as long as it
//     takes, and reading stops when the window is full;
//   - the receiver stops meanwhile: it stays pending, and is this consumer's
//     first work after the next start.
func (d *delivery) deliver(ctx context.Context, entries []entry) {
	batch, entries, rejected := d.codec.decode(d.name, entries)
	d.reject(ctx, rejected)
	if len(entries) == 0 || ctx.Err() != nil {
		return
	}
	err := batch.consume(ctx)
	if retryable(err) && ctx.Err() == nil {
		err = d.tryAgain(ctx, batch, entries, err)
	}
	if err != nil && ctx.Err() != nil {
		d.batch.unclear.Store(true)
	}
	switch {
	case err == nil:
		d.count.delivered(ctx, len(entries))
		if d.keys != nil {
			d.keys.add(d.keys.ofAll(entries), time.Now())
		}
		d.settle(settleAccepted, entries)
	case ctx.Err() == nil && consumererror.IsPermanent(err):
		d.refused(ctx, entries, err)
	}
}

func retryable(err error) bool { return err != nil && !consumererror.IsPermanent(err) }

// tryAgain delivers what the pipeline has refused until it accepts, refuses for
// good, or the receiver stops; it returns the last error.
func (d *delivery) tryAgain(ctx context.Context, batch merged, entries []entry, err error) error {
	d.refusals.begin(err)
	defer func() { d.refusals.end(err == nil) }()
	pauses := backoff{first: d.cfg.Retry.InitialInterval, limit: d.cfg.Retry.MaxInterval}
	for retryable(err) && wait(pauses.pause(), d.stopping, ctx.Done()) {
		d.count.retried(ctx)
		batch = d.again(batch, entries, err)
		err = batch.consume(ctx)
	}
	return err
}

// again returns what to deliver after a refusal: what the pipeline says is left,
// or everything. The pipeline owns, and may have changed, the batch it refused.
func (d *delivery) again(refused merged, entries []entry, err error) merged {
	if rest, ok := refused.rest(err); ok {
		return rest
	}
	batch, _, _ := d.codec.decode(d.name, entries)
	return batch
}

// refused deals with entries among which at least one can never be accepted.
func (d *delivery) refused(ctx context.Context, entries []entry, err error) {
	if len(entries) == 1 {
		d.bury(ctx, []rejection{{entry: entries[0], reason: reasonRefused, err: err}})
		return
	}
	half := len(entries) / 2
	d.deliver(ctx, entries[:half])
	d.deliver(ctx, entries[half:])
}

// reject deals with entries that cannot be decoded.
func (d *delivery) reject(ctx context.Context, rejected []rejection) {
	if d.cfg.Payload.Missing == missingDrop {
		var dropped []entry
		rejected = slices.DeleteFunc(rejected, func(r rejection) bool {
			if r.reason != reasonNoPayload {
				return false
			}
			dropped = append(dropped, r.entry)
			return true
		})
		d.count.dropped(ctx, len(dropped))
		d.settle(settleAbandoned, dropped)
	}
	d.bury(ctx, rejected)
}

// bury moves entries to the dead-letter stream. One that cannot be moved before
// the receiver stops stays pending.
func (d *delivery) bury(ctx context.Context, rejected []rejection) {
	if len(rejected) == 0 {
		return
	}
	first := rejected[0]
	d.logger.Warn("entries go to the dead-letter stream", zap.String("dead_letter", d.cfg.deadLetterName(d.name)),
		zap.Int("entries", len(rejected)), zap.String("first", first.entry.id),
		zap.String("reason", first.reason), zap.Error(first.err))
	var buried []entry
	for i := range rejected {
		if !d.buryOne(ctx, &rejected[i]) {
			break
		}
		buried = append(buried, rejected[i].entry)
	}
	d.settle(settleBuried, buried)
}

// buryOne tries until Redis has answered, or reports false when the receiver
// stops.
func (d *delivery) buryOne(ctx context.Context, r *rejection) bool {
	operation := fmt.Sprintf("write to dead-letter stream %q", d.cfg.deadLetterName(d.name))
	pauses := newReconnectBackoff()
	for attempt := 0; ctx.Err() == nil; attempt++ {
		moved, err := d.group.bury(ctx, r, attempt > 0)
		if err == nil {
			if attempt > 0 {
				d.health.ok(operation)
			}
			d.count.buried(ctx, moved, r.reason)
			return true
		}
		d.health.fail(operation, err)
		if !wait(pauses.pause(), d.stopping, ctx.Done()) {
			break
		}
	}
	return false
}
