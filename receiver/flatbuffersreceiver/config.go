package flatbuffersreceiver

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/config/configgrpc"
	"go.opentelemetry.io/collector/confmap"

	"github.com/sluice-otel/sluice/internal/bytesize"
	"github.com/sluice-otel/sluice/internal/configkey"
	"github.com/sluice-otel/sluice/wire/flatbuffers"
)

// Config is what the operator writes under flatbuffers.
type Config struct {
	// ServerConfig is the gRPC server: endpoint, tls, auth, middlewares, keepalive,
	// max_recv_msg_size_mib, max_concurrent_streams.
	configgrpc.ServerConfig `mapstructure:",squash"`

	// Output is what the pipeline is given: records or messages.
	Output Output `mapstructure:"output"`

	// RetryAfter is about how long a sender is asked to wait whose batch cannot be
	// taken now. It is spread by half of it to each side, so that senders that were
	// refused together do not come back together.
	RetryAfter time.Duration `mapstructure:"retry_after"`

	Limits LimitsConfig `mapstructure:"limits"`
}

// Output is what becomes of a batch.
type Output string

// The outputs.
const (
	// OutputRecords makes a log record of every record.
	OutputRecords Output = "records"
	// OutputMessages makes one log record of a batch, whose body is the message as
	// it came, verified. The ingest processor reads it with document::format:
	// flatbuffers, and makes records of those that its pipeline does not drop.
	OutputMessages Output = "messages"
)

// LimitsConfig bounds what a batch may hold, and all together. Beyond depth and
// values a record is rejected, beyond the others the batch is refused.
type LimitsConfig struct {
	// InFlight is the memory of all batches that are being delivered.
	InFlight bytesize.Size `mapstructure:"in_flight"`

	// BatchSize is about the memory that the records of a batch take.
	BatchSize bytesize.Size `mapstructure:"batch_size"`

	// Records is the number of records of a batch.
	Records int `mapstructure:"records"`

	// Values is the number of attributes, entries and items of a record.
	Values int `mapstructure:"values"`

	// Depth is how deeply the values of a record may nest.
	Depth int `mapstructure:"depth"`
}

// Unmarshal implements confmap.Unmarshaler.
func (c *Config) Unmarshal(conf *confmap.Conf) error { return configkey.Unmarshal(conf, c) }

// Validate reports every problem, each by its key.
func (c *Config) Validate() error {
	var errs []error
	if c.Output != OutputRecords && c.Output != OutputMessages {
		errs = append(errs, fmt.Errorf("output: %q is neither %s nor %s", c.Output, OutputRecords, OutputMessages))
	}
	if c.RetryAfter < 10*time.Millisecond || c.RetryAfter > time.Hour {
		errs = append(errs, fmt.Errorf("retry_after: %s must be between 10ms and 1h", c.RetryAfter))
	}
	if c.MaxRecvMsgSizeMiB < 1 {
		errs = append(errs, fmt.Errorf("max_recv_msg_size_mib: %d must be at least 1", c.MaxRecvMsgSizeMiB))
	}
	errs = append(errs, c.Limits.validate()...)
	if largest := bytesize.Size(c.MaxRecvMsgSizeMiB)*bytesize.MiB + c.Limits.BatchSize; c.Limits.InFlight < largest {
		errs = append(errs, fmt.Errorf("limits::in_flight: %s must be at least max_recv_msg_size_mib and batch_size together (%s), or the largest batches could never be accepted", c.Limits.InFlight, largest))
	}
	return errors.Join(errs...)
}

func (c *LimitsConfig) validate() []error {
	var errs []error
	for _, limit := range []struct {
		key   string
		value int64
	}{
		{"in_flight", int64(c.InFlight)}, {"batch_size", int64(c.BatchSize)}, {"records", int64(c.Records)},
		{"values", int64(c.Values)}, {"depth", int64(c.Depth)},
	} {
		if limit.value < 1 {
			errs = append(errs, fmt.Errorf("limits::%s: %d must be at least 1", limit.key, limit.value))
		}
	}
	if c.Depth > flatbuffers.MaxDepth {
		errs = append(errs, fmt.Errorf("limits::depth: %d must be at most %d", c.Depth, flatbuffers.MaxDepth))
	}
	if c.BatchSize > flatbuffers.MaxMemory {
		errs = append(errs, fmt.Errorf("limits::batch_size: %s must be at most %s", c.BatchSize, bytesize.Size(flatbuffers.MaxMemory)))
	}
	return errs
}

func (c *LimitsConfig) wire() flatbuffers.Limits {
	return flatbuffers.Limits{Depth: c.Depth, Values: c.Values, Records: c.Records, Memory: int(c.BatchSize)}
}
