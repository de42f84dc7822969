package embeddedredisextension

import (
	"errors"
	"fmt"
	"net"
	"strconv"

	"go.opentelemetry.io/collector/confmap"

	"github.com/sluice-otel/sluice/internal/configkey"
)

// Config is what the operator writes under embedded_redis.
type Config struct {
	// Endpoint is the host:port to listen on; the host must be a loopback
	// address. The default leaves the port of a real Redis alone.
	Endpoint string `mapstructure:"endpoint"`

	// MaxStreamLength is how many entries a stream may hold: about once a second
	// the oldest ones beyond it are removed, read or not. 0 is no limit.
	MaxStreamLength int64 `mapstructure:"max_stream_length"`
}

// Unmarshal implements confmap.Unmarshaler.
func (c *Config) Unmarshal(conf *confmap.Conf) error { return configkey.Unmarshal(conf, c) }

// Validate reports every problem, each by its key.
func (c *Config) Validate() error {
	var errs []error
	if err := validateLoopback(c.Endpoint); err != nil {
		errs = append(errs, fmt.Errorf("endpoint: %w", err))
	}
	if c.MaxStreamLength < 0 {
		errs = append(errs, fmt.Errorf("max_stream_length: %d must not be negative", c.MaxStreamLength))
	}
	return errors.Join(errs...)
}

// validateLoopback refuses what other machines could reach: the server knows no
// passwords.
func validateLoopback(endpoint string) error {
	host, port, err := net.SplitHostPort(endpoint)
	if err != nil {
		return fmt.Errorf("%q is not host:port: %w", endpoint, err)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("%q: port %q is not a number from 0 to 65535", endpoint, port)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("%q is not a loopback address (use localhost; for other machines run a real Redis)", endpoint)
	}
	return nil
}
