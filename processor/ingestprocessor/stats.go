package ingestprocessor

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/processor/ingestprocessor/internal/metadata"
)

// stats holds what each processor of the pipelines has done since the start, as
// _nodes/stats/ingest does. It outlives a reload. Safe for concurrent use.
type stats struct {
	mu      sync.Mutex
	entries map[ingest.ProcessorInfo]*stat // by pipeline, type and tag
}

// A stat is the part of processors of one type and tag in a pipeline.
type stat struct {
	attributes             metric.MeasurementOption
	count, failed, elapsed atomic.Int64 // elapsed in nanoseconds
}

func newStats() *stats {
	return &stats{entries: make(map[ingest.ProcessorInfo]*stat)}
}

// of returns the stat of each processor of a set, by its number.
func (s *stats) of(set *ingest.Set) []*stat {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]*stat, len(set.Processors()))
	for i, info := range set.Processors() {
		info.Path = ""
		if s.entries[info] == nil {
			s.entries[info] = &stat{attributes: metric.WithAttributeSet(attribute.NewSet(
				attribute.String("pipeline", info.Pipeline),
				attribute.String("processor", info.Type),
				attribute.String("tag", info.Tag),
			))}
		}
		out[i] = s.entries[info]
	}
	return out
}

// observe registers the callbacks that show the stats.
func (s *stats) observe(b *metadata.TelemetryBuilder) error {
	if err := b.RegisterProcessorIngestProcessorCountCallback(s.show(func(e *stat) int64 { return e.count.Load() })); err != nil {
		return err
	}
	if err := b.RegisterProcessorIngestProcessorFailedCallback(s.show(func(e *stat) int64 { return e.failed.Load() })); err != nil {
		return err
	}
	return b.RegisterProcessorIngestProcessorTimeCallback(func(_ context.Context, o metric.Float64Observer) error {
		s.each(func(e *stat) { o.Observe(time.Duration(e.elapsed.Load()).Seconds(), e.attributes) })
		return nil
	})
}

func (s *stats) show(value func(*stat) int64) metric.Int64Callback {
	return func(_ context.Context, o metric.Int64Observer) error {
		s.each(func(e *stat) { o.Observe(value(e), e.attributes) })
		return nil
	}
}

func (s *stats) each(f func(*stat)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.entries {
		f(e)
	}
}

// timedEvery is how many documents share one that is timed: two looks at the
// clock for each processor would cost more than many of them do.
const timedEvery = 32

// A tally counts for one batch; the stats get the sum.
type tally struct {
	counts document.Tally
	stats  []*stat
	turn   int // documents so far
}

// use makes t count for the processors of a set.
func (t *tally) use(stats []*stat) {
	t.stats = stats
	if cap(t.counts.Runs) < len(stats) {
		t.counts.Runs = make([]document.Run, len(stats))
	}
	t.counts.Runs = t.counts.Runs[:len(stats)]
}

// next prepares for a document.
func (t *tally) next() {
	t.turn++
	t.counts.Timed = t.turn%timedEvery == 0
}

// flush adds what was counted to the stats.
func (t *tally) flush() {
	for i := range t.counts.Runs {
		run := &t.counts.Runs[i]
		if run.Count == 0 {
			continue
		}
		e := t.stats[i]
		e.count.Add(run.Count)
		e.failed.Add(run.Failed)
		e.elapsed.Add(int64(run.Time) * timedEvery)
		*run = document.Run{}
	}
}
