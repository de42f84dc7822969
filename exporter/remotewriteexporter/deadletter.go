package remotewriteexporter

import (
	"encoding/json"
	"time"

	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.uber.org/fx"

	"github.com/sluice-otel/sluice/internal/linefile"
)

// A deadLetter is the file of what the backend has refused for good. It is safe for
// concurrent use; nil takes nothing.
type deadLetter struct {
	file *linefile.File
	now  clock
}

func newDeadLetter(lc fx.Lifecycle, cfg *DeadLetterConfig, now clock) *deadLetter {
	if cfg.Path == "" {
		return nil
	}
	d := &deadLetter{linefile.New(cfg.Path, int64(cfg.MaxSize)), now}
	lc.Append(fx.StartStopHook(d.file.Open, d.file.Close))
	return d
}

// A letter is a line of the file.
type letter struct {
	Time    time.Time       `json:"time"`
	Status  int             `json:"status"`
	Reason  string          `json:"reason"`
	Metrics json.RawMessage `json:"metrics"` // as OTLP writes them
}

func (d *deadLetter) wanted() bool { return d != nil }

// write appends refused data points to the file.
func (d *deadLetter) write(md pmetric.Metrics, v verdict) error {
	metrics, err := (&pmetric.JSONMarshaler{}).MarshalMetrics(md)
	if err != nil {
		return err
	}
	line, err := json.Marshal(letter{Time: d.now(), Status: v.status, Reason: v.err.Error(), Metrics: metrics})
	if err != nil {
		return err
	}
	return d.file.Write(append(line, '\n'))
}
