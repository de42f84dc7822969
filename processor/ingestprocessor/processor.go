package ingestprocessor

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processorhelper"
	"go.uber.org/fx"
	"go.uber.org/zap"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/internal/flatlogs"
)

// A runner takes batches of log records through the pipeline. It is safe for
// concurrent use between start and stop.
type runner struct {
	cfg       *Config
	logger    *zap.Logger
	telemetry *telemetry
	failures  *failureLog
	files     *watcher

	current     atomic.Pointer[loaded] // from start on
	translators sync.Pool              // of *translator
	boxes       flatlogs.Boxes
}

// loaded are the pipelines in use.
type loaded struct {
	pipeline *ingest.Pipeline // the one records enter
	stats    []*stat          // of the processors, by number
}

type runnerParams struct {
	fx.In

	Lifecycle fx.Lifecycle
	Config    *Config
	Logger    *zap.Logger
	Telemetry *telemetry
	Failures  *failureLog
	Files     *watcher
}

func newRunner(p runnerParams) *runner {
	r := &runner{
		cfg: p.Config, logger: p.Logger, telemetry: p.Telemetry, failures: p.Failures, files: p.Files, boxes: flatlogs.FindBoxes(),
	}
	r.translators.New = func() any { return newTranslator(&p.Config.Document, r.boxes) }
	p.Lifecycle.Append(fx.StartStopHook(r.start, r.stop))
	return r
}

func newLogs(set processor.Settings, cfg *Config, next consumer.Logs, r *runner) (processor.Logs, error) {
	return processorhelper.NewLogs(context.Background(), set, cfg, next, r.run,
		processorhelper.WithCapabilities(consumer.Capabilities{MutatesData: true}))
}

// start reads and compiles the pipelines again: Validate kept nothing, and the
// files may have changed since.
func (r *runner) start(ctx context.Context) error {
	r.files.note()
	p, err := r.cfg.compile()
	if err != nil {
		return err
	}
	if err := r.telemetry.start(p.Name()); err != nil {
		return err
	}
	r.use(p)
	r.files.start(ctx, r.reload)
	return nil
}

func (r *runner) stop() {
	r.files.stop()
	r.telemetry.stop()
}

// reload takes the pipelines as their files are now. If something is wrong with
// them the old ones stay in use.
func (r *runner) reload(ctx context.Context) {
	p, err := r.cfg.compile()
	r.telemetry.reloaded(ctx, err)
	if err != nil {
		r.logger.Error("a pipeline file has changed and is not right; the pipelines from before stay in use", zap.Error(err))
		return
	}
	r.use(p)
	r.logger.Info("pipelines reloaded, because a file has changed", zap.String("pipeline", p.Name()))
}

func (r *runner) use(p *ingest.Pipeline) {
	r.current.Store(&loaded{pipeline: p, stats: r.telemetry.stats.of(p.Set())})
}

// An outcome is what became of a document.
type outcome int

const (
	processed outcome = iota
	dropped
	failed
	outcomes // their number
)

// run takes every record of the batch through the pipeline. Records that are
// dropped leave the batch, and so do scopes and resources without records.
func (r *runner) run(ctx context.Context, batch plog.Logs) (plog.Logs, error) {
	started := time.Now()
	t := r.translators.Get().(*translator)
	defer r.release(t)
	in := r.current.Load() // the same for all of the batch
	t.tally.use(in.stats)
	defer t.tally.flush()
	var count [outcomes]int64
	m := messages{runner: r, in: in, t: t, out: plog.NewLogs(), count: &count, started: started}
	batch.ResourceLogs().RemoveIf(func(resource plog.ResourceLogs) bool {
		resource.ScopeLogs().RemoveIf(func(scope plog.ScopeLogs) bool {
			scope.LogRecords().RemoveIf(func(rec plog.LogRecord) bool {
				if taken, leaves := m.take(ctx, rec); taken {
					return leaves
				}
				t.toDocument(rec, resource.Resource(), started)
				result := r.record(in.pipeline, t, rec)
				count[result]++
				return r.leaves(result)
			})
			return scope.LogRecords().Len() == 0
		})
		return resource.ScopeLogs().Len() == 0
	})
	m.moveTo(batch)
	r.telemetry.batch(ctx, &count, time.Since(started))
	if batch.ResourceLogs().Len() == 0 {
		return batch, processorhelper.ErrSkipProcessingData
	}
	return batch, nil
}

// leaves reports whether a record leaves the batch.
func (r *runner) leaves(result outcome) bool {
	return result == dropped || result == failed && r.cfg.OnFailure == FailureDrop
}

// record takes the document of one record through the pipeline. It is written only once its
// document has reached the end, so that a failed one is as it came. That of a message
// is made only then.
func (r *runner) record(p *ingest.Pipeline, t *translator, rec plog.LogRecord) outcome {
	t.tally.next()
	if err := p.Run(t.doc); err != nil {
		f := describe(err, p.Name())
		r.failures.report(f)
		if r.cfg.OnFailure == FailurePass {
			f.mark(t.asItCame(rec))
		}
		return failed
	}
	if t.doc.Dropped() {
		return dropped
	}
	t.toRecord(t.toWrite(rec))
	return processed
}

// release empties the translator, so that the pool does not hold on to the
// strings of the last record.
func (r *runner) release(t *translator) {
	t.reset()
	r.translators.Put(t)
}
