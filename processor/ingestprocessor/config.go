package ingestprocessor

import (
	"errors"
	"fmt"
	"slices"
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
	// TargetJSON makes the whole document the body, as a line of JSON, which the
	// attribute sluice.body.format says.
	TargetJSON Target = "json"
)

// Part is a part of a log record that can be in its document beside the body and
// the time.
type Part string

// The parts.
const (
	// PartAttributes are the attributes, as fields.
	PartAttributes Part = "attributes"
	// PartResource are the attributes of the resource, as fields; a record's own
	// come first.
	PartResource Part = "resource"
	// PartSeverity is the severity, as log.level.
	PartSeverity Part = "severity"
	// PartTrace are trace and span id, as trace.id and span.id.
	PartTrace Part = "trace"
)

// Format is what a body of bytes is.
type Format string

// The formats.
const (
	// FormatText is a text whose encoding the receiver did not look at.
	FormatText Format = "text"
	// FormatFlatBuffers is a batch of records, as wire/flatbuffers defines it. Each of
	// them becomes a document and, if it is not dropped, a record in place of the one
	// whose body it was in.
	FormatFlatBuffers Format = "flatbuffers"
)

// DocumentConfig says how a record becomes a document and back.
type DocumentConfig struct {
	// Format is what a body of bytes is: text or flatbuffers.
	Format Format `mapstructure:"format"`

	// Target is where the fields of a document go: attributes, body or json.
	Target Target `mapstructure:"target"`

	// Include are the parts of the record that are in the document. Left out, it
	// is attributes, severity and trace, and for the targets body and json the
	// resource, too.
	Include []Part `mapstructure:"include"`
}

func (c *DocumentConfig) validate() []error {
	var errs []error
	if c.Format != FormatText && c.Format != FormatFlatBuffers {
		errs = append(errs, fmt.Errorf("document::format: %q is neither %s nor %s", c.Format, FormatText, FormatFlatBuffers))
	}
	if !slices.Contains([]Target{TargetAttributes, TargetBody, TargetJSON}, c.Target) {
		errs = append(errs, fmt.Errorf("document::target: %q is neither %s, %s nor %s", c.Target, TargetAttributes, TargetBody, TargetJSON))
	}
	all := []Part{PartAttributes, PartResource, PartSeverity, PartTrace}
	for _, p := range c.Include {
		if !slices.Contains(all, p) {
			errs = append(errs, fmt.Errorf("document::include: %q is not one of %q", p, all))
		}
	}
	return errs
}

// parts returns the parts in the document as a set.
func (c *DocumentConfig) parts() included {
	if c.Include == nil {
		return included{attributes: true, severity: true, trace: true, resource: c.Target != TargetAttributes}
	}
	has := func(p Part) bool { return slices.Contains(c.Include, p) }
	return included{attributes: has(PartAttributes), resource: has(PartResource), severity: has(PartSeverity), trace: has(PartTrace)}
}

// FailureAction is what happens to a record whose document failed.
type FailureAction string

// The failure actions.
const (
	// FailurePass passes the record on as it came, with error.* attributes.
	FailurePass FailureAction = "pass"
	// FailureDrop removes the record.
	FailureDrop FailureAction = "drop"
)

// DefaultPipelineConfig is what the setting index.default_pipeline is in
// Elasticsearch.
type DefaultPipelineConfig struct {
	// Index is the name of indices or data streams; * in it is any text.
	Index string `mapstructure:"index"`
	// Pipeline is the name of the pipeline.
	Pipeline string `mapstructure:"pipeline"`
}

// Config is what the operator writes under ingest.
type Config struct {
	// Pipeline is the pipeline every record enters; it calls the others. It may
	// be left out if there is exactly one.
	Pipeline string `mapstructure:"pipeline"`

	// Files are pipeline definitions in Elasticsearch's syntax, YAML or JSON,
	// and folders, of which every *.yml, *.yaml and *.json file is read. A
	// pipeline is called as its file, without the extension. Of a folder that is
	// a fileset of Filebeat, such as module/nginx/access, the pipelines are those
	// in its manifest, called nginx-access-<file>. Relative paths start at the
	// working directory.
	Files []string `mapstructure:"files"`

	// Variables are values for pipelines that are templates, as those of Filebeat's
	// modules are, in place of the defaults in the fileset's manifest.yml.
	Variables map[string]any `mapstructure:"variables"`

	// Definitions are pipelines written down in the configuration, by name.
	Definitions map[string]any `mapstructure:"definitions"`

	// DefaultPipelines go on with documents that a reroute processor has sent to an
	// index: the first whose index fits. Without one the pipelines end there.
	DefaultPipelines []DefaultPipelineConfig `mapstructure:"default_pipelines"`

	// ReloadInterval is how often the files are looked at; when one has changed,
	// the pipelines are compiled again, and used if they are right. 0 is never.
	ReloadInterval time.Duration `mapstructure:"reload_interval"`

	// GeoIP and UserAgent are where processors find their databases. A file that
	// changes is read again, as those of pipelines are.
	GeoIP     GeoIPConfig     `mapstructure:"geoip"`
	UserAgent UserAgentConfig `mapstructure:"user_agent"`

	// Scripts says where stored scripts are, which script processors name by id.
	Scripts ScriptsConfig `mapstructure:"scripts"`

	// Document says how a record becomes a document and the document the record.
	Document DocumentConfig `mapstructure:"document"`

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
	errs := c.Document.validate()
	switch c.OnFailure {
	case FailurePass, FailureDrop:
	default:
		errs = append(errs, fmt.Errorf("on_failure: %q is neither %s nor %s", c.OnFailure, FailurePass, FailureDrop))
	}
	if c.ReloadInterval < 0 || c.ReloadInterval > 0 && c.ReloadInterval < time.Second {
		errs = append(errs, fmt.Errorf("reload_interval: %s must be at least 1s, or 0 for never", c.ReloadInterval))
	}
	errs = append(errs, c.validateDatabases()...)
	_, err := c.compile()
	return errors.Join(append(errs, err)...)
}
