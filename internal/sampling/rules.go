package sampling

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// Config is what the operator says about what may be given up.
type Config struct {
	// NeverSample are the data points that always pass.
	NeverSample []Match `mapstructure:"never_sample"`

	// Priority are the data points that are shed later than others, or earlier. The
	// first rule that matches counts; without one the priority is 0.
	Priority []PriorityRule `mapstructure:"priority"`

	// MaxSampleInterval is how far apart the points of a series may get by
	// decimation. Prometheus needs two within the range of a query.
	MaxSampleInterval time.Duration `mapstructure:"max_sample_interval"`
}

// DefaultMaxSampleInterval leaves two points in five minutes.
const DefaultMaxSampleInterval = 2 * time.Minute

// A Match selects data points by all that it names.
type Match struct {
	// Metric is the metric's name, in which * stands for any characters but a slash.
	Metric string `mapstructure:"metric"`

	// Attribute is the key of an attribute of the data point or its resource, and
	// Value its value, with * as above; without a value it is enough to have it.
	Attribute string `mapstructure:"attribute"`
	Value     string `mapstructure:"value"`
}

// A PriorityRule gives data points a priority.
type PriorityRule struct {
	Match `mapstructure:",squash"`

	// Priority is higher for what is kept longer. min_rate is for what has one above
	// 0: anything else may be shed altogether.
	Priority int `mapstructure:"priority"`
}

// Validate reports every problem, each by its key.
func (c *Config) Validate() error {
	var errs []error
	for i, m := range c.NeverSample {
		errs = append(errs, m.validate(fmt.Sprintf("never_sample::%d", i)))
	}
	for i, r := range c.Priority {
		errs = append(errs, r.validate(fmt.Sprintf("priority::%d", i)))
	}
	if c.MaxSampleInterval <= 0 {
		errs = append(errs, fmt.Errorf("max_sample_interval: %s must be positive", c.MaxSampleInterval))
	}
	return errors.Join(errs...)
}

func (m Match) validate(key string) error {
	if m.Metric == "" && m.Attribute == "" {
		return fmt.Errorf("%s: needs a metric or an attribute", key)
	}
	if m.Value != "" && m.Attribute == "" {
		return fmt.Errorf("%s::value: needs an attribute", key)
	}
	for name, pattern := range map[string]string{"metric": m.Metric, "value": m.Value} {
		if _, err := path.Match(pattern, ""); err != nil {
			return fmt.Errorf("%s::%s: %q is not a pattern: %w", key, name, pattern, err)
		}
	}
	return nil
}

// matches reports whether the data point is selected.
func (m Match) matches(metric string, point, resource pcommon.Map) bool {
	if m.Metric != "" && !like(m.Metric, metric) {
		return false
	}
	if m.Attribute == "" {
		return true
	}
	v, ok := point.Get(m.Attribute)
	if !ok {
		v, ok = resource.Get(m.Attribute)
	}
	return ok && (m.Value == "" || like(m.Value, v.AsString()))
}

func like(pattern, text string) bool {
	ok, err := path.Match(pattern, text)
	return err == nil && ok
}

// protected reports whether no data point of a metric may be given up: it says
// whether and what the target is, or says what happened since the last point.
func protected(m pmetric.Metric, cumulative bool) bool {
	if !cumulative || m.Name() == "up" || m.Name() == "target_info" || strings.HasSuffix(m.Name(), "_info") {
		return true
	}
	kind, ok := m.Metadata().Get("prometheus.type")
	return ok && kind.AsString() == "info"
}
