package remotewriteexporter

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"github.com/sluice-otel/sluice/internal/adaptivesampling"
	"github.com/sluice-otel/sluice/internal/bytesize"
	"github.com/sluice-otel/sluice/internal/configkey"
)

// Config is what the operator writes under remote_write.
type Config struct {
	// ClientConfig is the HTTP client: endpoint, tls, auth, headers, timeout of a
	// request, proxy_url, middlewares.
	confighttp.ClientConfig `mapstructure:",squash"`

	// Queue is where batches wait, in memory or in a storage extension, and where
	// they are merged. Its number of consumers is 1: that keeps the points of a
	// series in order. Shards are how requests are sent in parallel.
	Queue configoptional.Optional[exporterhelper.QueueBatchConfig] `mapstructure:"sending_queue"`

	// Retry says how long and how often is tried again. max_elapsed_time 0 is
	// without end.
	Retry configretry.BackOffConfig `mapstructure:"retry_on_failure"`

	// Protocol is the version of remote write: 1.0, 2.0, or auto for 2.0 until the
	// backend shows that it does not know it.
	Protocol Protocol `mapstructure:"protocol"`

	// Shards is how many requests are under way at the same time, at most. All samples
	// of a series in a batch go through the same one.
	Shards int `mapstructure:"shards"`

	Request    RequestConfig    `mapstructure:"request"`
	Translate  TranslateConfig  `mapstructure:"translation"`
	DeadLetter DeadLetterConfig `mapstructure:"dead_letter"`

	// Sampling sends less when the backend takes less. Without it the queue is all
	// there is.
	Sampling configoptional.Optional[adaptivesampling.Config] `mapstructure:"sampling"`
}

// Protocol is a version of remote write, or their negotiation.
type Protocol string

// The protocols.
const (
	ProtocolAuto Protocol = "auto"
	Protocol1    Protocol = "1.0"
	Protocol2    Protocol = "2.0"
)

// RequestConfig bounds a request.
type RequestConfig struct {
	// MaxSamples is the number of samples, those of a histogram's buckets included.
	MaxSamples int `mapstructure:"max_samples"`

	// MaxSize is about the size before compression, as protocol 1.0 has it.
	MaxSize bytesize.Size `mapstructure:"max_size"`
}

// TranslateConfig says how metrics become series.
type TranslateConfig struct {
	// Strategy is what becomes of names: whether characters that Prometheus did not
	// know before 3.0 are replaced, and whether unit and type are appended.
	Strategy otlptranslator.TranslationStrategyOption `mapstructure:"strategy"`

	// Namespace is put before each metric name.
	Namespace string `mapstructure:"namespace"`

	// ExternalLabels are added to each series that does not have them.
	ExternalLabels map[string]string `mapstructure:"external_labels"`

	// TargetInfo sends the resource's attributes as the series target_info.
	TargetInfo bool `mapstructure:"target_info"`

	// ScopeLabels adds otel_scope_name, otel_scope_version, otel_scope_schema_url
	// and the scope's attributes.
	ScopeLabels bool `mapstructure:"scope_labels"`

	// Metadata sends type, unit and help.
	Metadata bool `mapstructure:"metadata"`

	// Histograms is what a histogram with explicit bounds becomes: classic series,
	// one native histogram with custom buckets, or both.
	Histograms HistogramForm `mapstructure:"histograms"`
}

// HistogramForm is what a histogram with explicit bounds becomes.
type HistogramForm string

// The forms.
const (
	HistogramsClassic HistogramForm = "classic"
	HistogramsNative  HistogramForm = "native"
	HistogramsBoth    HistogramForm = "both"
)

// DeadLetterConfig says where points go that the backend refuses for good.
type DeadLetterConfig struct {
	// Path is the file, a line of JSON for each refused request. Without one they
	// are only counted and logged.
	Path string `mapstructure:"path"`

	// MaxSize is how large the file becomes before it is renamed to path.1, whose
	// former content is lost.
	MaxSize bytesize.Size `mapstructure:"max_size"`
}

// Unmarshal names misspelt keys. Without quotes YAML takes a protocol for a number.
func (c *Config) Unmarshal(conf *confmap.Conf) error {
	if n, ok := conf.Get("protocol").(float64); ok {
		text := map[string]any{"protocol": strconv.FormatFloat(n, 'f', 1, 64)}
		if err := conf.Merge(confmap.NewFromStringMap(text)); err != nil {
			return err
		}
	}
	return configkey.Unmarshal(conf, c)
}

// strategies are the names of the translation strategies.
var strategies = []otlptranslator.TranslationStrategyOption{
	otlptranslator.UnderscoreEscapingWithSuffixes, otlptranslator.UnderscoreEscapingWithoutSuffixes,
	otlptranslator.NoUTF8EscapingWithSuffixes, otlptranslator.NoTranslation,
}

// reserved are the headers that say what a request is. The specification forbids
// that users change them.
var reserved = []string{"Content-Encoding", "Content-Type", versionHeader, "User-Agent", "Retry-Attempt"}

// Validate reports every problem, each by its key.
func (c *Config) Validate() error {
	var errs []error
	report := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }

	if u, err := url.Parse(c.Endpoint); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		report("endpoint: %q is not a URL such as http://localhost:9090/api/v1/write", c.Endpoint)
	}
	for name := range c.Headers.Iter {
		if slices.Contains(reserved, http.CanonicalHeaderKey(name)) {
			report("headers: %s says what the request is and cannot be set", name)
		}
	}
	if c.Compression.IsCompressed() {
		report("compression: %q cannot be set, remote write is always compressed with snappy", c.Compression)
	}
	if !slices.Contains([]Protocol{ProtocolAuto, Protocol1, Protocol2}, c.Protocol) {
		report("protocol: %q is neither %s, %s nor %s", c.Protocol, ProtocolAuto, Protocol1, Protocol2)
	}
	if c.Queue.HasValue() && c.Queue.Get().NumConsumers != 1 {
		report("sending_queue::num_consumers: %d must be 1, or series would arrive out of order; shards is how many requests are sent in parallel", c.Queue.Get().NumConsumers)
	}
	for key, value := range map[string]int64{"shards": int64(c.Shards), "request::max_samples": int64(c.Request.MaxSamples), "request::max_size": int64(c.Request.MaxSize)} {
		if value < 1 {
			report("%s: %d must be at least 1", key, value)
		}
	}
	if c.DeadLetter.Path != "" && c.DeadLetter.MaxSize < bytesize.KiB {
		report("dead_letter::max_size: %s must be at least 1KiB", c.DeadLetter.MaxSize)
	}
	return errors.Join(append(errs, c.Translate.validate()...)...)
}

func (c *TranslateConfig) validate() []error {
	var errs []error
	if !slices.Contains(strategies, c.Strategy) {
		errs = append(errs, fmt.Errorf("translation::strategy: %q is not one of %q", c.Strategy, strategies))
	}
	if !slices.Contains([]HistogramForm{HistogramsClassic, HistogramsNative, HistogramsBoth}, c.Histograms) {
		errs = append(errs, fmt.Errorf("translation::histograms: %q is neither %s, %s nor %s", c.Histograms, HistogramsClassic, HistogramsNative, HistogramsBoth))
	}
	for _, name := range slices.Sorted(maps.Keys(c.ExternalLabels)) {
		if name == "" || strings.HasPrefix(name, "__") || c.ExternalLabels[name] == "" {
			errs = append(errs, fmt.Errorf("translation::external_labels: %q needs a name that does not begin with __, and a value", name))
		}
	}
	return errs
}
