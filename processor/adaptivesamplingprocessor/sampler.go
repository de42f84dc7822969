package adaptivesamplingprocessor

import (
	"context"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/processor"
	"go.uber.org/fx"

	"github.com/sluice-otel/sluice/internal/adaptivesampling"
	"github.com/sluice-otel/sluice/internal/fxcomponent"
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

// samplerParts are what a sampler is made of.
type samplerParts struct {
	fx.In

	Lifecycle fx.Lifecycle
	Config    *Config
	Settings  processor.Settings
	Host      *fxcomponent.Host
	Next      consumer.Metrics
	Telemetry *telemetry
	Now       clock
}

func newSampler(parts samplerParts) (*sampler, error) {
	report := parts.Telemetry
	s := &sampler{next: parts.Next, report: report, now: parts.Now}
	c, err := adaptivesampling.New(&parts.Config.Config, s.observe, report.pressure, parts.Now)
	if err != nil {
		return nil, err
	}
	s.controller = c
	parts.Lifecycle.Append(fx.StartStopHook(func() error { return report.observe(c.Decision) }, report.builder.Shutdown))
	parts.Lifecycle.Append(fx.StartStopHook(func() { c.Start(parts.Settings.ID, parts.Host.Get()) }, c.Stop))
	return s, nil
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
