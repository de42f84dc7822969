package adaptivesamplingprocessor

import (
	"context"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.uber.org/fx"

	"github.com/sluice-otel/sluice/internal/adaptivesampling"
	"github.com/sluice-otel/sluice/internal/ratecontrol"
)

// A sampler hands on what of each batch fits what the next consumer takes.
type sampler struct {
	next       consumer.Metrics
	controller *adaptivesampling.Controller
	meter      adaptivesampling.Meter
	report     *telemetry
	now        clock
	waiting    atomic.Int64 // data points that the next consumer has not answered for
	refused    atomic.Int64 // data points since the last tick
}

func newSampler(lc fx.Lifecycle, cfg *Config, next consumer.Metrics, report *telemetry, now clock) *sampler {
	s := &sampler{next: next, report: report, now: now}
	s.controller = adaptivesampling.New(&cfg.Config, s.observe, report.pressure, now)
	lc.Append(fx.StartStopHook(func() error { return report.observe(s.controller.Decision) }, report.builder.Shutdown))
	lc.Append(fx.StartStopHook(s.controller.Start, s.controller.Stop))
	return s
}

// observe says what the next consumer has done since the last tick. One that has
// refused something is busy, though nobody waits for it here: what it has refused
// waits at the senders and comes back.
func (s *sampler) observe(now time.Time) ratecontrol.Observation {
	o := s.meter.Observe(now)
	o.Queue = float64(s.waiting.Load() + s.refused.Swap(0))
	o.Busy = o.Busy || o.Refused > 0
	return o
}

// Capabilities say that batches are only read: what is sampled is a copy.
func (s *sampler) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: false}
}

// ConsumeMetrics samples a batch and returns the next consumer's answer to the rest.
func (s *sampler) ConsumeMetrics(ctx context.Context, md pmetric.Metrics) error {
	left, counts := s.controller.Apply(md)
	s.report.sampled(ctx, counts)
	n := counts.Passed
	if n == 0 && counts.Offered > 0 {
		return nil
	}
	s.waiting.Add(int64(n))
	begin := s.now()
	s.meter.Begin(begin)
	err := s.next.ConsumeMetrics(ctx, left)
	end := s.now()
	s.meter.End(end)
	s.waiting.Add(-int64(n))
	if err != nil && !consumererror.IsPermanent(err) {
		s.refused.Add(int64(n))
		s.meter.Refused(end.Sub(begin), time.Time{})
	} else {
		s.meter.Wrote(n, end.Sub(begin))
	}
	return err
}
