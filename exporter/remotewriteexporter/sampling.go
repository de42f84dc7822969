package remotewriteexporter

import (
	"time"

	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.uber.org/fx"

	"github.com/sluice-otel/sluice/internal/adaptivesampling"
	"github.com/sluice-otel/sluice/internal/fxcomponent"
	"github.com/sluice-otel/sluice/internal/ratecontrol"
)

func newMeter() *adaptivesampling.Meter { return &adaptivesampling.Meter{} }

// samplingParts are what a sampling is made of.
type samplingParts struct {
	fx.In

	Lifecycle fx.Lifecycle
	Config    *Config
	Settings  exporter.Settings
	Host      *fxcomponent.Host
	Pusher    *pusher
	Meter     *adaptivesampling.Meter
	Telemetry *telemetry
	Now       clock
}

// newSampling makes what samples before the queue, nil if nothing does. It ticks as
// long as the exporter runs.
func newSampling(parts samplingParts) (*adaptivesampling.Controller, error) {
	cfg := parts.Config
	if !cfg.Sampling.HasValue() {
		return nil, nil
	}
	limit := 0.0
	if cfg.Queue.HasValue() && cfg.Queue.Get().Sizer == exporterhelper.RequestSizerTypeItems {
		limit = float64(cfg.Queue.Get().QueueSize)
	}
	look := func(at time.Time) ratecontrol.Observation {
		o := parts.Meter.Observe(at)
		o.Queue, o.QueueLimit = float64(parts.Pusher.queueLength()), limit
		return o
	}
	c, err := adaptivesampling.New(cfg.Sampling.Get(), look, parts.Telemetry.pressure, parts.Now)
	if err != nil {
		return nil, err
	}
	parts.Lifecycle.Append(fx.StartStopHook(func() { c.Start(parts.Settings.ID, parts.Host.Get()) }, c.Stop))
	return c, nil
}

// observe begins the self-metrics that are measured when asked for.
func observe(lc fx.Lifecycle, report *telemetry, p *pusher, c *adaptivesampling.Controller) {
	decision := func() ratecontrol.Decision { return ratecontrol.Decision{Rate: 1} }
	if c != nil {
		decision = c.Decision
	}
	lc.Append(fx.StartStopHook(func() error { return report.observe(p.queueLength, decision) }, report.builder.Shutdown))
}
