package shaperextension

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"go.opentelemetry.io/collector/confmap"

	"github.com/sluice-otel/sluice/extension/shaperextension/policy"
	"github.com/sluice-otel/sluice/internal/configkey"
)

// Config is what the operator writes under shaper.
type Config struct {
	// Policies are the limits, by name. A policy keeps its bucket for as long as it
	// keeps its name.
	Policies policy.Set `mapstructure:"policies"`

	// Exempt is traffic that always passes.
	Exempt Exempt `mapstructure:"exempt"`

	// OnUnsupported is what happens where the kernel or the rights of the process do
	// not allow shaping: ignore says so and limits nothing, fail ends the start.
	OnUnsupported OnUnsupported `mapstructure:"on_unsupported"`

	// ControlSocket is the path of a Unix socket for `sluice shaper`, or empty.
	ControlSocket string `mapstructure:"control_socket"`

	// Pin is a folder of a BPF file system where attachments are pinned, so that they
	// stay in force while the collector restarts, for 5 s at most; or empty.
	Pin string `mapstructure:"pin"`

	// TopTalkers is how often the biggest senders of policies that have refused
	// something are logged.
	TopTalkers TopTalkers `mapstructure:"top_talkers"`
}

// Exempt is traffic that always passes, beside ARP, neighbour discovery and
// whatever is not IP.
type Exempt struct {
	// Ports of this machine, in both directions.
	Ports []uint16 `mapstructure:"ports"`

	// Peers are prefixes of the other end.
	Peers []netip.Prefix `mapstructure:"peers"`
}

// TopTalkers is a log of the biggest senders.
type TopTalkers struct {
	// Interval between two logs; 0 is never.
	Interval time.Duration `mapstructure:"interval"`

	// Count of senders of each policy.
	Count int `mapstructure:"count"`
}

// OnUnsupported is what happens where shaping is not possible.
type OnUnsupported string

// The choices of OnUnsupported.
const (
	Ignore OnUnsupported = "ignore"
	Fail   OnUnsupported = "fail"
)

// Unmarshal explains misspelt keys.
func (c *Config) Unmarshal(conf *confmap.Conf) error { return configkey.Unmarshal(conf, c) }

// Validate reports every problem but those of the policies, which report their
// own.
func (c *Config) Validate() error {
	var errs []error
	if c.OnUnsupported != Ignore && c.OnUnsupported != Fail {
		errs = append(errs, fmt.Errorf("on_unsupported: %q is neither ignore nor fail", c.OnUnsupported))
	}
	if c.TopTalkers.Interval < 0 || c.TopTalkers.Interval > 0 && c.TopTalkers.Interval < time.Second {
		errs = append(errs, fmt.Errorf("top_talkers::interval: %s must be 0 or at least 1s", c.TopTalkers.Interval))
	}
	if c.TopTalkers.Count < 0 {
		errs = append(errs, fmt.Errorf("top_talkers::count: %d must not be negative", c.TopTalkers.Count))
	}
	return errors.Join(errs...)
}
