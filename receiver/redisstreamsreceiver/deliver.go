package redisstreamsreceiver

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.uber.org/zap"
)

// deliverLoop delivers batches in the order they were read, until the channel is
// closed and empty. Once ctx has ended it lets the rest stay pending.
func (s *stream) deliverLoop(ctx context.Context, batches <-chan *batch, settlements chan<- settlement) {
	defer close(settlements)
	for b := range batches {
		d := delivery{stream: s, batch: b, settlements: settlements}
		d.deliver(ctx, d.withoutTrimmed(ctx))
	}
}

// delivery brings one batch to its end.
type delivery struct {
	*stream
	batch       *batch
	settlements chan<- settlement
}

// withoutTrimmed settles the entries whose content is gone and returns the rest.
func (d *delivery) withoutTrimmed(ctx context.Context) []entry {
	var live []entry
	var gone []string
	for i := range d.batch.entries {
		if e := &d.batch.entries[i]; e.trimmed() {
			gone = append(gone, e.id)
		}
	}
	if gone == nil {
		return d.batch.entries
	}
	for _, e := range d.batch.entries {
		if !e.trimmed() {
			live = append(live, e)
		}
	}
	d.logger.Warn("entries were trimmed from the stream before they could be processed; their content is lost",
		zap.Int("entries", len(gone)), zap.String("first", gone[0]))
	d.count.lostToTrimming(ctx, len(gone))
	d.settlements <- settlement{batch: d.batch, ids: gone}
	return live
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
	pauses := backoff{first: d.cfg.Retry.InitialInterval, limit: d.cfg.Retry.MaxInterval}
	for attempt := 0; len(entries) > 0 && ctx.Err() == nil; attempt++ {
		batch, accepted, rejected := d.codec.decode(d.name, entries)
		d.bury(ctx, rejected)
		entries = accepted
		err := batch.consume(ctx)
		switch {
		case err == nil:
			d.acceptedAfter(attempt)
			d.settlements <- settlement{batch: d.batch, ids: entryIDs(entries)}
			return
		case ctx.Err() != nil:
			return
		case consumererror.IsPermanent(err):
			d.refused(ctx, entries, err)
			return
		}
		d.retrying(ctx, attempt, err)
		if !wait(pauses.pause(), d.stopping, ctx.Done()) {
			return
		}
	}
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

func (d *delivery) retrying(ctx context.Context, attempt int, err error) {
	d.count.retried(ctx)
	if attempt == 0 {
		d.logger.Warn("the pipeline refuses data for now; reading pauses until it accepts", zap.Error(err))
	}
}

func (d *delivery) acceptedAfter(attempts int) {
	if attempts > 0 {
		d.logger.Info("the pipeline accepts data again", zap.Int("attempts", attempts+1))
	}
}

// bury moves entries to the dead-letter stream. One that cannot be moved before
// the receiver stops stays pending.
func (d *delivery) bury(ctx context.Context, rejected []rejection) {
	if len(rejected) == 0 {
		return
	}
	first := rejected[0]
	d.logger.Warn("entries go to the dead-letter stream", zap.String("dead_letter", d.deadLetterName()),
		zap.Int("entries", len(rejected)), zap.String("first", first.entry.id),
		zap.String("reason", first.reason), zap.Error(first.err))
	buried := 0
	for i := range rejected {
		if !d.buryOne(ctx, &rejected[i]) {
			break
		}
		buried++
	}
	d.settlements <- settlement{batch: d.batch, already: buried}
}

// buryOne tries until Redis has moved the entry, or reports false when the
// receiver stops.
func (d *delivery) buryOne(ctx context.Context, r *rejection) bool {
	operation := fmt.Sprintf("write to dead-letter stream %q", d.deadLetterName())
	pauses := newReconnectBackoff()
	for attempt := 0; ; attempt++ {
		moved, err := d.deadLetter(ctx, r)
		if err == nil {
			if attempt > 0 {
				d.health.ok(operation)
			}
			d.count.buried(ctx, moved, r.reason)
			return true
		}
		if ctx.Err() == nil {
			d.health.fail(operation, err)
		}
		if !wait(pauses.pause(), d.stopping, ctx.Done()) {
			return false
		}
	}
}

func entryIDs(entries []entry) []string {
	ids := make([]string, len(entries))
	for i := range entries {
		ids[i] = entries[i].id
	}
	return ids
}
