package remotewritereceiver

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/config/confighttp"

	"github.com/sluice-otel/sluice/internal/bytesize"
)

// Config is what the operator writes under remote_write.
type Config struct {
	// ServerConfig is the HTTP server: endpoint, tls, auth, cors, middlewares,
	// timeouts, max_request_body_size (as it comes over the wire) and
	// compression_algorithms, where snappy, gzip, zstd and "" for none can be
	// listed.
	confighttp.ServerConfig `mapstructure:",squash"`

	// Paths are where requests are accepted.
	Paths []string `mapstructure:"paths"`

	// Tenant says how requests of different tenants are told apart.
	Tenant TenantConfig `mapstructure:"tenant"`

	// TypeInference says how the type of a series is found whose request does not
	// state it: off, metadata or suffix.
	TypeInference Inference `mapstructure:"type_inference"`

	Reassembly  ReassemblyConfig  `mapstructure:"reassembly"`
	SeriesCache SeriesCacheConfig `mapstructure:"series_cache"`
	Limits      LimitsConfig      `mapstructure:"limits"`

	// OverloadStatus is the HTTP status of a refusal for now: 503, or 429 where
	// something in front of the receiver would take 503 for its death.
	OverloadStatus int `mapstructure:"overload_status"`
}

// Inference is a way to find the type of a series.
type Inference string

// The ways.
const (
	// InferOff uses only what the series itself says.
	InferOff Inference = "off"
	// InferMetadata also uses metadata sent before or with it, and structure: a
	// family with buckets and a count is a histogram.
	InferMetadata Inference = "metadata"
	// InferSuffix also takes what ends in _total for a counter.
	InferSuffix Inference = "suffix"
)

// TenantConfig says how requests of different tenants are told apart.
type TenantConfig struct {
	// Header is the request header that names the tenant. It becomes client
	// metadata of the same name, and tenants share no learned types.
	Header string `mapstructure:"header"`

	// ResourceAttribute, if set, is the resource attribute the tenant becomes.
	ResourceAttribute string `mapstructure:"resource_attribute"`

	// Required refuses requests without the header.
	Required bool `mapstructure:"required"`
}

// ReassemblyConfig bounds the wait for the series of a classic histogram or
// summary that arrive in different requests.
type ReassemblyConfig struct {
	// MaxBytes is how much may wait. 0 waits for nothing: then what is incomplete
	// within its request is incomplete.
	MaxBytes bytesize.Size `mapstructure:"max_bytes"`

	// MaxAge is how long pieces wait for the others.
	MaxAge time.Duration `mapstructure:"max_age"`

	// OnIncomplete is what becomes of pieces whose others have not come:
	// passthrough hands them on as the single series they are, drop drops them.
	OnIncomplete IncompleteAction `mapstructure:"on_incomplete"`
}

// IncompleteAction is what becomes of an incomplete histogram or summary.
type IncompleteAction string

// The actions.
const (
	IncompletePassthrough IncompleteAction = "passthrough"
	IncompleteDrop        IncompleteAction = "drop"
)

// SeriesCacheConfig bounds the memory of known series.
type SeriesCacheConfig struct {
	// MaxBytes is how much the series that are remembered may take.
	// 0 remembers none.
	MaxBytes bytesize.Size `mapstructure:"max_bytes"`
}

// LimitsConfig bounds what a request may hold, and all together. Beyond the
// limits of a request it is refused with 413, beyond those of a series that series
// is rejected.
type LimitsConfig struct {
	// InFlight is the memory of all requests that are being received or delivered.
	InFlight bytesize.Size `mapstructure:"in_flight"`

	// DecodedSize is the size of a request after decompression.
	DecodedSize bytesize.Size `mapstructure:"decoded_size"`

	// BatchSize is about the memory the metrics of a request may take. It bounds
	// what a few bytes on the wire can grow into.
	BatchSize bytesize.Size `mapstructure:"batch_size"`

	// Series, Symbols and Exemplars are the numbers in one request.
	Series    int `mapstructure:"series"`
	Symbols   int `mapstructure:"symbols"`
	Exemplars int `mapstructure:"exemplars"`

	// Labels is the number of labels of a series or an exemplar.
	Labels int `mapstructure:"labels"`

	// LabelNameLength and LabelValueLength are in bytes.
	LabelNameLength  int `mapstructure:"label_name_length"`
	LabelValueLength int `mapstructure:"label_value_length"`

	// Buckets is the number of buckets of a native histogram on each side of zero,
	// the empty ones between others included.
	Buckets int `mapstructure:"buckets"`
}

// Validate reports every problem, each by its key.
func (c *Config) Validate() error {
	var errs []error
	report := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }

	if len(c.Paths) == 0 {
		report("paths: at least one is needed")
	}
	for _, path := range c.Paths {
		if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "{} ") {
			report("paths: %q is not a path such as /api/v1/write", path)
		}
	}
	for _, algorithm := range c.CompressionAlgorithms {
		if !slices.Contains(encodings, algorithm) {
			report("compression_algorithms: %q is not one of %q", algorithm, encodings)
		}
	}
	if !slices.Contains([]Inference{InferOff, InferMetadata, InferSuffix}, c.TypeInference) {
		report("type_inference: %q is neither %s, %s nor %s", c.TypeInference, InferOff, InferMetadata, InferSuffix)
	}
	if c.OverloadStatus != http.StatusServiceUnavailable && c.OverloadStatus != http.StatusTooManyRequests {
		report("overload_status: %d is neither 503 nor 429", c.OverloadStatus)
	}
	if c.Tenant.Header == "" && (c.Tenant.ResourceAttribute != "" || c.Tenant.Required) {
		report("tenant::header: must be set, because another key of tenant is")
	}
	errs = append(errs, c.Reassembly.validate()...)
	errs = append(errs, c.Limits.validate()...)
	if largest := bytesize.Size(c.MaxRequestBodySize) + c.Limits.DecodedSize + c.Limits.BatchSize; c.Limits.InFlight < largest {
		report("limits::in_flight: %s must be at least max_request_body_size, decoded_size and batch_size together (%s), or the largest requests could never be accepted", c.Limits.InFlight, largest)
	}
	return errors.Join(errs...)
}

func (c *ReassemblyConfig) validate() []error {
	var errs []error
	if c.OnIncomplete != IncompletePassthrough && c.OnIncomplete != IncompleteDrop {
		errs = append(errs, fmt.Errorf("reassembly::on_incomplete: %q is neither %s nor %s", c.OnIncomplete, IncompletePassthrough, IncompleteDrop))
	}
	if c.MaxBytes > 0 && c.MaxAge < time.Second {
		errs = append(errs, fmt.Errorf("reassembly::max_age: %s must be at least 1s", c.MaxAge))
	}
	return errs
}

func (c *LimitsConfig) validate() []error {
	var errs []error
	for _, limit := range []struct {
		key   string
		value int64
	}{
		{"in_flight", int64(c.InFlight)}, {"decoded_size", int64(c.DecodedSize)}, {"batch_size", int64(c.BatchSize)},
		{"series", int64(c.Series)}, {"symbols", int64(c.Symbols)}, {"exemplars", int64(c.Exemplars)},
		{"labels", int64(c.Labels)}, {"label_name_length", int64(c.LabelNameLength)},
		{"label_value_length", int64(c.LabelValueLength)}, {"buckets", int64(c.Buckets)},
	} {
		if limit.value < 1 {
			errs = append(errs, fmt.Errorf("limits::%s: %d must be at least 1", limit.key, limit.value))
		}
	}
	return errs
}
