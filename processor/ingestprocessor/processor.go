package ingestprocessor

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processorhelper"
	"go.uber.org/fx"

	"github.com/sluice-otel/sluice/ingest"
)

// A runner takes batches of log records through the pipeline. It is safe for
// concurrent use between start and stop.
type runner struct {
	cfg       *Config
	telemetry *telemetry
	failures  *failureLog

	pipeline    *ingest.Pipeline // from start on
	translators sync.Pool        // of *translator
}

func newRunner(lc fx.Lifecycle, cfg *Config, t *telemetry, f *failureLog) *runner {
	r := &runner{cfg: cfg, telemetry: t, failures: f}
	r.translators.New = func() any { return newTranslator(cfg.Target) }
	lc.Append(fx.StartStopHook(r.start, r.telemetry.stop))
	return r
}

func newLogs(set processor.Settings, cfg *Config, next consumer.Logs, r *runner) (processor.Logs, error) {
	return processorhelper.NewLogs(context.Background(), set, cfg, next, r.run,
		processorhelper.WithCapabilities(consumer.Capabilities{MutatesData: true}))
}

// start reads and compiles the pipelines again: Validate kept nothing, and the
// files may have changed since.
func (r *runner) start() error {
	p, err := r.cfg.compile()
	if err != nil {
		return err
	}
	r.pipeline = p
	r.telemetry.start(p.Name())
	return nil
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
	var count [outcomes]int64
	batch.ResourceLogs().RemoveIf(func(resource plog.ResourceLogs) bool {
		resource.ScopeLogs().RemoveIf(func(scope plog.ScopeLogs) bool {
			scope.LogRecords().RemoveIf(func(rec plog.LogRecord) bool {
				result := r.record(t, rec, started)
				count[result]++
				return result == dropped || result == failed && r.cfg.OnFailure == FailureDrop
			})
			return scope.LogRecords().Len() == 0
		})
		return resource.ScopeLogs().Len() == 0
	})
	r.telemetry.batch(ctx, &count, time.Since(started))
	if batch.ResourceLogs().Len() == 0 {
		return batch, processorhelper.ErrSkipProcessingData
	}
	return batch, nil
}

// record takes one record through the pipeline. It is written only once its
// document has reached the end, so that a failed one is as it came.
func (r *runner) record(t *translator, rec plog.LogRecord, ingested time.Time) outcome {
	t.toDocument(rec, ingested)
	if err := r.pipeline.Run(t.doc); err != nil {
		f := describe(err, r.pipeline.Name())
		r.failures.report(f)
		if r.cfg.OnFailure == FailurePass {
			f.mark(rec)
		}
		return failed
	}
	if t.doc.Dropped() {
		return dropped
	}
	t.toRecord(rec)
	return processed
}

// release empties the translator, so that the pool does not hold on to the
// strings of the last record.
func (r *runner) release(t *translator) {
	t.reset()
	r.translators.Put(t)
}
