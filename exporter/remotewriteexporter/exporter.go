package remotewriteexporter

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.uber.org/fx"
	"go.uber.org/zap"

	"github.com/sluice-otel/sluice/internal/adaptivesampling"
)

// A metricsExporter is the front of the queue: exporterhelper's exporter, before
// which is counted what goes in.
type metricsExporter struct {
	exporter.Metrics
	pusher   *pusher
	sampling *adaptivesampling.Controller // nil if there is none
	storage  *component.ID                // of the queue, nil if it is in memory
}

// Start starts the exporter, and last its queue.
func (e *metricsExporter) Start(ctx context.Context, host component.Host) error {
	if e.storage != nil {
		host = orderedHost{host, *e.storage, e.pusher.resume}
	}
	return e.Metrics.Start(ctx, host)
}

// ConsumeMetrics puts what sampling leaves of a batch into the queue.
func (e *metricsExporter) ConsumeMetrics(ctx context.Context, md pmetric.Metrics) error {
	if e.sampling != nil {
		left, counts := e.sampling.Apply(md)
		e.pusher.report.sampled(ctx, counts)
		if md = left; counts.Passed == 0 {
			return nil
		}
	}
	n := int64(md.DataPointCount()) // the batch is the queue's as soon as it has it
	e.pusher.waiting.Add(n)
	err := e.Metrics.ConsumeMetrics(ctx, md)
	if err != nil || e.pusher.direct {
		e.pusher.waiting.Add(-n)
	}
	return err
}

// Shutdown stops the queue. What it holds in memory is sent if the backend takes
// it, but a backend that does not is not waited for again and again. The second
// time it does nothing; exporterhelper's own would panic.
func (e *metricsExporter) Shutdown(ctx context.Context) error {
	if e.pusher.stopping.Swap(true) {
		return nil
	}
	return e.Metrics.Shutdown(ctx)
}

// A pusher is the end of the queue.
type pusher struct {
	sender     *sender
	deadLetter *deadLetter
	meter      *adaptivesampling.Meter
	now        clock
	report     *telemetry
	logger     *zap.Logger
	direct     bool  // whoever puts a batch in waits for what becomes of it
	inFlight   int64 // data points that a queue on disk may have had under way, at most

	waiting  atomic.Int64 // data points in the queue or being sent
	stopping atomic.Bool
	resumed  atomic.Int64 // data points to come that may have been sent by an earlier life

	mu         sync.Mutex // one batch after the other, even without a queue
	translator *translator
	retried    pmetric.Metrics // what the last push has asked to be tried again
	left       int             // how many data points that were
	attempt    int             // of retried
	busy       bool            // the meter has been told of a begin
	down       bool            // the last push has ended with no request accepted
}

// pusherParts are what a pusher is made of.
type pusherParts struct {
	fx.In

	Config     *Config
	Translator *translator
	Sender     *sender
	DeadLetter *deadLetter
	Meter      *adaptivesampling.Meter
	Telemetry  *telemetry
	Logger     *zap.Logger
	Now        clock
}

func newPusher(parts pusherParts) *pusher {
	queue := parts.Config.Queue
	return &pusher{
		translator: parts.Translator, sender: parts.Sender, deadLetter: parts.DeadLetter, meter: parts.Meter, report: parts.Telemetry,
		logger: parts.Logger, now: parts.Now, direct: !queue.HasValue() || queue.Get().WaitForResult,
		inFlight: inFlight(queue.Get()),
	}
}

// inFlight is twice what a batch holds, because it may begin within a batch of the
// queue, of whose begin nobody knows any more that it was sent.
func inFlight(queue *exporterhelper.QueueBatchConfig) int64 {
	const unknown = 100_000
	if queue == nil || !queue.Batch.HasValue() {
		return unknown
	}
	batch := queue.Batch.Get()
	if batch.Sizer != exporterhelper.RequestSizerTypeItems || batch.MaxSize == 0 {
		return unknown
	}
	return 2 * batch.MaxSize
}

// resume is told that the queue on disk holds what was being sent when the collector
// stopped.
func (p *pusher) resume() { p.resumed.Store(p.inFlight) }

// queueLength is never negative: a persistent queue begins with what was in it when
// the collector stopped, which nobody has counted.
func (p *pusher) queueLength() int64 { return max(p.waiting.Load(), 0) }

var errStopping = errors.New("the collector stops and the backend did not take the data before this")

// push sends a batch. The error says what the queue does with it: a permanent one
// gives the batch up, any other comes back with the data points that the backend
// has not accepted, after a growing delay and not before Retry-After.
func (p *pusher) push(ctx context.Context, md pmetric.Metrics) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if md != p.retried {
		p.countOut(p.left) // the queue has given up
		p.attempt, p.left = 0, 0
	}
	if p.stopping.Load() && p.down && p.attempt == 0 {
		return errStopping
	}
	if !p.busy {
		p.busy = true
		p.meter.Begin(p.now())
	}
	p.translator.dealer.dealing = p.dealing(p.translator.dealer.dealing)
	shards, untranslated := p.translator.translate(md)
	p.drop(ctx, untranslated)
	outcome := p.sendShards(ctx, shards)
	left := p.settle(ctx, md, &outcome)
	p.retried, p.left = left, left.DataPointCount()
	p.countOut(md.DataPointCount() - p.left)
	p.resumed.Store(max(p.resumed.Load()-int64(md.DataPointCount()-p.left), 0))
	if p.left == 0 {
		p.busy = false
		p.meter.End(p.now())
	}
	p.down = outcome.again != nil && !outcome.anyAccepted
	p.attempt++
	return outcome.result(left)
}

// dealing is how to deal out a batch, or what is left of one that was dealt out in the
// way before.
func (p *pusher) dealing(before dealing) dealing {
	switch {
	case p.attempt > 0 && before == cautious:
		return cautious
	case p.attempt > 0:
		return repeated
	case p.resumed.Load() > 0:
		return cautious
	default:
		return fresh
	}
}

// countOut counts data points that no longer wait. Where somebody waits for the
// result, that is where they are counted.
func (p *pusher) countOut(n int) {
	if !p.direct {
		p.waiting.Add(-int64(n))
	}
}

// drop counts and logs what has no translation.
func (p *pusher) drop(ctx context.Context, untranslated refusals) {
	for reason, r := range untranslated {
		p.report.refused(ctx, reason, r.points)
		p.report.limited.warn(p.logger, "data points cannot be sent by remote write and are dropped",
			zap.Int("points", r.points), zap.String("reason", reason), zap.Error(r.first))
	}
}

// An outcome is what has become of the requests of a batch.
type outcome struct {
	anyAccepted bool
	unsent      []*request    // to be tried again
	again       error         // why
	wait        time.Duration // not before
	refused     []refusedRequest
}

type refusedRequest struct {
	*request
	verdict verdict
}

// result is what the queue is told: it retries what is left, or gives up.
func (o *outcome) result(left pmetric.Metrics) error {
	switch {
	case o.again != nil && o.wait > 0:
		return consumererror.NewMetrics(exporterhelper.NewThrottleRetry(o.again, o.wait), left)
	case o.again != nil:
		return consumererror.NewMetrics(o.again, left)
	case len(o.refused) > 0:
		return consumererror.NewPermanent(fmt.Errorf("%d requests refused, the first because %w", len(o.refused), o.refused[0].verdict.err))
	default:
		return nil
	}
}

// sendShards sends the requests of every shard, shards at the same time.
func (p *pusher) sendShards(ctx context.Context, shards []shard) outcome {
	var all outcome
	var mu sync.Mutex // of all
	var sending sync.WaitGroup
	for _, s := range shards {
		if len(s) > 0 {
			sending.Go(func() { p.sendShard(ctx, s, &all, &mu) })
		}
	}
	sending.Wait()
	return all
}

// sendShard sends requests in their order. It ends with the first that must be
// tried again: those behind it may hold later points of the same series.
func (p *pusher) sendShard(ctx context.Context, s shard, all *outcome, mu *sync.Mutex) {
	for i, r := range s {
		v := p.sender.send(ctx, r.series, p.attempt)
		if v.fate == tryAgain {
			p.meter.Refused(v.took, p.now().Add(v.wait))
		} else {
			p.meter.Wrote(len(r.points), v.took)
		}
		mu.Lock()
		switch v.fate {
		case accepted:
			all.anyAccepted = true
			if v.err != nil {
				p.report.limited.warn(p.logger, "the backend has not written all of a request", zap.Error(v.err))
			}
		case tryAgain:
			all.unsent = append(all.unsent, s[i:]...)
			all.again, all.wait = v.err, max(all.wait, v.wait)
			mu.Unlock()
			return
		case refused, unknown:
			all.refused = append(all.refused, refusedRequest{r, v})
		}
		mu.Unlock()
	}
}

// settle gives up what the backend has refused and returns what must be tried
// again.
func (p *pusher) settle(ctx context.Context, md pmetric.Metrics, o *outcome) pmetric.Metrics {
	for _, r := range o.refused {
		reason := reasonOf(r.verdict)
		p.report.refused(ctx, reason, len(r.points))
		p.report.limited.warn(p.logger, "the backend refuses data points for good, they are dropped",
			zap.Int("points", len(r.points)), zap.String("reason", reason), zap.Int("samples_written", r.verdict.wrote), zap.Error(r.verdict.err))
		if p.deadLetter.wanted() && len(r.points) > 0 {
			if err := p.deadLetter.write(only(md, pointsOf([]*request{r.request})), r.verdict); err != nil {
				p.report.deadLetterError(ctx)
				p.report.limited.warn(p.logger, "refused data points could not be written to the dead-letter file", zap.Error(err))
			}
		}
	}
	if len(o.unsent) == 0 {
		return pmetric.NewMetrics()
	}
	left := pointsOf(o.unsent)
	if len(left) == md.DataPointCount() {
		return md
	}
	return only(md, left)
}
