package remotewriteexporter

import (
	"time"

	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.uber.org/fx"

	"github.com/sluice-otel/sluice/internal/adaptivesampling"
	"github.com/sluice-otel/sluice/internal/ratecontrol"
)

func newMeter() *adaptivesampling.Meter { return &adaptivesampling.Meter{} }

// newSampling makes what samples before the queue, nil if nothing does. It ticks as
// long as the exporter runs.
func newSampling(lc fx.Lifecycle, cfg *Config, p *pusher, meter *adaptivesampling.Meter, report *telemetry, now clock) *adaptivesampling.Controller {
	if !cfg.Sampling.HasValue() {
		return nil
	}
	limit := 0.0
	if cfg.Queue.HasValue() && cfg.Queue.Get().Sizer == exporterhelper.RequestSizerTypeItems {
		limit = float64(cfg.Queue.Get().QueueSize)
	}
	look := func(at time.Time) ratecontrol.Observation {
		o := meter.Observe(at)
		o.Queue, o.QueueLimit = float64(p.queueLength()), limit
		return o
	}
	c := adaptivesampling.New(cfg.Sampling.Get(), look, report.pressure, now)
	lc.Append(fx.StartStopHook(c.Start, c.Stop))
	return c
}

// observe begins the self-metrics that are measured when asked for.
func observe(lc fx.Lifecycle, report *telemetry, p *pusher, c *adaptivesampling.Controller) {
	decision := func() ratecontrol.Decision { return ratecontrol.Decision{Rate: 1} }
	if c != nil {
		decision = c.Decision
	}
	lc.Append(fx.StartStopHook(func() error { return report.observe(p.queueLength, decision) }, report.builder.Shutdown))
}
