package ingestprocessor

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/confmap"

	"github.com/sluice-otel/sluice/ingest/step"
	"github.com/sluice-otel/sluice/internal/configkey"
)

// Target is the part of a log record that the fields of its document become.
type Target string

// The targets.
const (
	// TargetAttributes makes an attribute of every field and the body of the
	// field message.
	TargetAttributes Target = "attributes"
	// TargetBody makes the whole document the body, a map.
	TargetBody Target = "body"
)

// FailureAction is what happens to a record whose document failed.
type FailureAction string

// The failure actions.
const (
	// FailurePass passes the record on as it came, with error.* attributes.
	FailurePass FailureAction = "pass"
	// FailureDrop removes the record.
	FailureDrop FailureAction = "drop"
)

// Config is what the operator writes under ingest.
type Config struct {
	// Pipeline is the pipeline every record enters; it calls the others. It may
	// be left out if there is exactly one.
	Pipeline string `mapstructure:"pipeline"`

	// Files are pipeline definitions in Elasticsearch's syntax, YAML or JSON,
	// and folders, of which every *.yml, *.yaml and *.json file is read. A
	// pipeline is called as its file, without the extension. Relative paths
	// start at the working directory.
	Files []string `mapstructure:"files"`

	// Definitions are pipelines written down in the configuration, by name.
	Definitions map[string]any `mapstructure:"definitions"`

	// ReloadInterval is how often the files are looked at; when one has changed,
	// the pipelines are compiled again, and used if they are right. 0 is never.
	ReloadInterval time.Duration `mapstructure:"reload_interval"`

	// Target is where the fields of a document go: attributes or body.
	Target Target `mapstructure:"target"`

	// OnFailure says what happens to a record whose document failed and whose
	// pipeline did not handle it: pass hands it on unchanged but for attributes
	// that say what failed, drop removes it.
	OnFailure FailureAction `mapstructure:"on_failure"`

	// types are the processor types a distribution adds. They are here because
	// Validate compiles the pipelines, too.
	types []step.Type
}

// Unmarshal implements confmap.Unmarshaler.
func (c *Config) Unmarshal(conf *confmap.Conf) error { return configkey.Unmarshal(conf, c) }

// Validate reads and compiles the pipelines and reports every problem: those of
// the configuration by key, those of a pipeline by file, line and processor.
func (c *Config) Validate() error {
	var errs []error
	switch c.Target {
	case TargetAttributes, TargetBody:
	default:
		errs = append(errs, fmt.Errorf("target: %q is neither %s nor %s", c.Target, TargetAttributes, TargetBody))
	}
	switch c.OnFailure {
	case FailurePass, FailureDrop:
	default:
		errs = append(errs, fmt.Errorf("on_failure: %q is neither %s nor %s", c.OnFailure, FailurePass, FailureDrop))
	}
	if c.ReloadInterval < 0 || c.ReloadInterval > 0 && c.ReloadInterval < time.Second {
		errs = append(errs, fmt.Errorf("reload_interval: %s must be at least 1s, or 0 for never", c.ReloadInterval))
	}
	_, err := c.compile()
	return errors.Join(append(errs, err)...)
}
