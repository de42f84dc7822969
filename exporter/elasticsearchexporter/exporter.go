package elasticsearchexporter

import (
	"context"
	"errors"
	"sync/atomic"

	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/pdata/plog"
)

// A logsExporter is exporterhelper's exporter, which can be shut down twice.
type logsExporter struct {
	exporter.Logs
	pusher *pusher
}

// Shutdown stops the queue. What it holds in memory is sent if the backend takes
// it, but a backend that does not is not waited for again and again.
func (e *logsExporter) Shutdown(ctx context.Context) error {
	if e.pusher.stopping.Swap(true) {
		return nil
	}
	return e.Logs.Shutdown(ctx)
}

// A pusher is the end of the queue. It is safe for concurrent use.
type pusher struct {
	op          OpType
	client      *client
	writers     *writers
	deadLetters *deadLetters
	telemetry   *telemetry

	stopping atomic.Bool
	down     atomic.Bool // the last batch has found no backend that takes requests
}

func newPusher(cfg *Config, c *client, w *writers, d *deadLetters, report *telemetry) *pusher {
	return &pusher{op: cfg.OpType, client: c, writers: w, deadLetters: d, telemetry: report}
}

var errStopping = errors.New("the collector stops and the backend did not take the data before this")

// push sends a batch. An error is never permanent: it comes with the records that
// are neither in the backend nor among the dead letters, and the queue tries those
// again after a growing delay and not before Retry-After.
func (p *pusher) push(ctx context.Context, ld plog.Logs) error {
	if p.stopping.Load() && p.down.Load() {
		return errStopping
	}
	w := p.writers.get()
	defer p.writers.put(w)
	d := delivery{pusher: p}
	each(ld, w.enter, func(ordinal int, s *source) bool {
		if w.add(ordinal, s) {
			d.send(ctx, w.take())
			w.next()
		}
		return true
	})
	for len(w.items) > 0 {
		d.send(ctx, w.take())
		w.next()
	}
	p.down.Store(d.down != nil)
	return d.result(ld)
}
