package adaptivesampling

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/sluice-otel/sluice/internal/ratecontrol"
	"github.com/sluice-otel/sluice/internal/sampling"
)

// Config is what the operator writes about sampling.
type Config struct {
	// BaseRate is the share of data points that is sent without any pressure.
	BaseRate float64 `mapstructure:"base_rate"`

	// MinRate is the least share that is sent of what has a priority above 0, and
	// together.
	MinRate float64 `mapstructure:"min_rate"`

	// Thresholds are what is no pressure yet.
	Thresholds ThresholdConfig `mapstructure:"thresholds"`

	// Law decides the rate: rate_match sends what the backend has shown it takes,
	// step halves the rate at a threshold and raises it again slowly. A distribution
	// may have others.
	Law string `mapstructure:"law"`

	sampling.Config `mapstructure:",squash"`

	// laws are those that a distribution adds. They are here because Validate has
	// nothing else.
	laws []ratecontrol.LawType
}

// ThresholdConfig are the signs of pressure.
type ThresholdConfig struct {
	// QueueLength is in data points.
	QueueLength int64 `mapstructure:"queue_length"`

	// WriteLatency is the mean time of a write.
	WriteLatency time.Duration `mapstructure:"write_latency"`
}

// The laws that are always there.
const (
	LawRateMatch = "rate_match"
	LawStep      = "step"
)

// DefaultConfig returns what holds where the operator says nothing. laws are beside
// ratecontrol.Builtin; two of one name are an error of every configuration.
func DefaultConfig(laws ...ratecontrol.LawType) Config {
	return Config{
		BaseRate: 1, MinRate: 0.01, Law: LawRateMatch,
		Thresholds: ThresholdConfig{QueueLength: 5000, WriteLatency: 200 * time.Millisecond},
		Config:     sampling.Config{MaxSampleInterval: sampling.DefaultMaxSampleInterval},
		laws:       laws,
	}
}

func (c *Config) limits() ratecontrol.Limits {
	return ratecontrol.Limits{Base: c.BaseRate, Min: c.MinRate, QueueLength: float64(c.Thresholds.QueueLength), WriteLatency: c.Thresholds.WriteLatency}
}

// Validate reports every problem, each by its key, but those of the embedded
// configuration: the collector asks that itself.
func (c *Config) Validate() error {
	_, err := c.newLaw()
	return errors.Join(c.limits().Validate(), err)
}

// newLaw makes the law that is asked for.
func (c *Config) newLaw() (ratecontrol.Law, error) {
	laws := map[string]ratecontrol.LawType{}
	for _, t := range slices.Concat(ratecontrol.Builtin(), c.laws) {
		if _, ok := laws[t.Name]; ok {
			return nil, fmt.Errorf("law: there are two of the name %s", t.Name)
		}
		laws[t.Name] = t
	}
	t, ok := laws[c.Law]
	if !ok {
		return nil, fmt.Errorf("law: %q is not one of %q", c.Law, slices.Sorted(maps.Keys(laws)))
	}
	return t.New(c.limits()), nil
}
