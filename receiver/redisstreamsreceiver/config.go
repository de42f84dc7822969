package redisstreamsreceiver

import (
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configtls"
	"go.opentelemetry.io/collector/confmap"

	"github.com/sluice-otel/sluice/internal/configkey"
)

// Config is what the operator writes under redis_streams.
type Config struct {
	// Endpoint is the host:port of the Redis server.
	Endpoint string `mapstructure:"endpoint"`

	// Username and Password log in; both empty is no login. A password alone is
	// for servers without ACL users.
	Username string              `mapstructure:"username"`
	Password configopaque.String `mapstructure:"password"`

	// DB is the number of the database.
	DB int `mapstructure:"db"`

	// TLS, when present, encrypts the connection; absent is plain text.
	TLS configoptional.Optional[configtls.ClientConfig] `mapstructure:"tls"`

	// Group is the consumer group; it is created when it does not exist.
	Group string `mapstructure:"group"`

	// Consumer is this collector's name in the group. It must be unique in the
	// group, and the same after a restart, because Redis keeps what is pending
	// under it. Empty means host name and component id.
	Consumer string `mapstructure:"consumer"`

	// Start is where a group begins that does not exist yet: oldest, latest or an
	// entry id, after which reading begins.
	Start string `mapstructure:"start"`

	// OnGroupLost is where a group begins that replaces one which has disappeared:
	// continue, where this consumer had read to; oldest; or latest.
	OnGroupLost string `mapstructure:"on_group_lost"`

	// Count is the largest number of entries read, decoded and delivered at once.
	Count int `mapstructure:"count"`

	// Block is how long a read waits in the server for new entries.
	Block time.Duration `mapstructure:"block"`

	// Lanes is how many batches the pipeline is given at the same time.
	Lanes int `mapstructure:"lanes"`

	// Ordering is what must stay in order: none; stream: a batch of a stream is
	// delivered after the one before; key: the same for entries with the same value
	// of the field OrderingKey.
	Ordering    string `mapstructure:"ordering"`
	OrderingKey string `mapstructure:"ordering_key"`

	Payload     PayloadConfig    `mapstructure:"payload"`
	Attributes  AttributesConfig `mapstructure:"attributes"`
	MaxInFlight InFlightConfig   `mapstructure:"max_in_flight"`
	Retry       RetryConfig      `mapstructure:"retry"`
	Reclaim     ReclaimConfig    `mapstructure:"reclaim"`
	DeadLetter  DeadLetterConfig `mapstructure:"dead_letter"`
	Checkpoint  CheckpointConfig `mapstructure:"checkpoint"`

	// DrainTimeout is how long a shutdown waits for the pipeline to accept, and
	// Redis to acknowledge, what has been read. The rest stays pending.
	DrainTimeout time.Duration `mapstructure:"drain_timeout"`

	// Logs, Metrics and Traces say what the pipelines of each signal read. A
	// stream can belong to one signal only: two readers in one group would share
	// its entries instead of each seeing all.
	Logs    SignalConfig `mapstructure:"logs"`
	Metrics SignalConfig `mapstructure:"metrics"`
	Traces  SignalConfig `mapstructure:"traces"`
}

// SignalConfig is what the pipelines of one signal read.
type SignalConfig struct {
	// Streams are the keys to read, each by a connection of its own.
	Streams []string `mapstructure:"streams"`

	// Encoding is how payloads are encoded: otlp_proto or otlp_json, and for logs
	// also raw or json.
	Encoding Encoding `mapstructure:"encoding"`
}

// PayloadConfig says where in an entry the payload is.
type PayloadConfig struct {
	// Fields are the names to look for; the first that an entry has is its payload.
	Fields []string `mapstructure:"fields"`
}

// AttributesConfig says what becomes an attribute of the log records made from
// raw and json payloads.
type AttributesConfig struct {
	// Fields are the other entry fields to keep.
	Fields []string `mapstructure:"fields"`

	// Prefix goes before the names of those fields.
	Prefix string `mapstructure:"prefix"`

	// MessageID adds the entry id as messaging.message.id, by which a backend can
	// recognize a redelivered record.
	MessageID bool `mapstructure:"message_id"`
}

// InFlightConfig bounds what has been read and not yet acknowledged, over all
// streams of a signal. Reading pauses at the limits; the last read may exceed
// them by what one reply holds.
type InFlightConfig struct {
	Messages int      `mapstructure:"messages"`
	Bytes    ByteSize `mapstructure:"bytes"`
}

// RetryConfig spaces the attempts to deliver a batch which the pipeline refuses
// with a retryable error. They go on until it accepts or the collector stops.
type RetryConfig struct {
	InitialInterval time.Duration `mapstructure:"initial_interval"`
	MaxInterval     time.Duration `mapstructure:"max_interval"`
}

// ReclaimConfig says when entries of other consumers are taken over.
type ReclaimConfig struct {
	// MinIdle is how long an entry must have been left unacknowledged. It should
	// be longer than a collector takes to restart. 0 never takes over.
	MinIdle time.Duration `mapstructure:"min_idle"`

	// Interval is the time between two looks for such entries.
	Interval time.Duration `mapstructure:"interval"`
}

// DeadLetterConfig says where entries go that cannot be processed.
type DeadLetterConfig struct {
	// Suffix makes the name of a stream's dead-letter stream.
	Suffix string `mapstructure:"suffix"`

	// MaxDeliveries is how often an entry is delivered that comes back without an
	// answer, because whoever received it has died. Refusals do not count. 0 is no
	// limit.
	MaxDeliveries int `mapstructure:"max_deliveries"`

	// MaxLength is about how many entries a dead-letter stream keeps, the oldest
	// being removed; 0 keeps all.
	MaxLength int64 `mapstructure:"max_length"`
}

// CheckpointConfig says how this collector remembers what it has processed.
type CheckpointConfig struct {
	// Storage is the storage extension to use, such as file_storage. Without one
	// nothing is remembered: what was processed and not acknowledged when the
	// collector died is processed again.
	Storage *component.ID `mapstructure:"storage"`

	// Retention is how long an entry is remembered after it has been acknowledged,
	// in case the server forgets that: by a failover, or a restart from an old file.
	Retention time.Duration `mapstructure:"retention"`

	// MaxSize bounds what is remembered beyond what may still be pending.
	MaxSize ByteSize `mapstructure:"max_size"`

	// OnAmbiguous is what happens to entries with which the pipeline was busy when
	// the collector died, so that it may or may not have accepted them: redeliver,
	// drop or dead_letter. The latter two write to the storage before each call of
	// the pipeline.
	OnAmbiguous string `mapstructure:"on_ambiguous"`
}

const (
	ambiguousRedeliver  = "redeliver"
	ambiguousDrop       = "drop"
	ambiguousDeadLetter = "dead_letter"
)

const (
	lostContinue = "continue"
	lostOldest   = "oldest"
	lostLatest   = "latest"
)

func (c *DeadLetterConfig) exhausted(deliveries int) bool {
	return c.MaxDeliveries > 0 && deliveries >= c.MaxDeliveries
}

const (
	startOldest = "oldest"
	startLatest = "latest"
)

var idPattern = regexp.MustCompile(`^[0-9]+(-[0-9]+)?$`)

// Unmarshal implements confmap.Unmarshaler.
func (c *Config) Unmarshal(conf *confmap.Conf) error { return configkey.Unmarshal(conf, c) }

// Validate reports every problem, each by its key.
func (c *Config) Validate() error {
	var errs []error
	report := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }

	if _, _, err := net.SplitHostPort(c.Endpoint); err != nil {
		report("endpoint: %q is not host:port: %w", c.Endpoint, err)
	}
	if c.Username != "" && c.Password == "" {
		report("password: must be set, because username is")
	}
	if c.DB < 0 {
		report("db: %d must not be negative", c.DB)
	}
	if c.Group == "" {
		report("group: must not be empty")
	}
	if c.Start != startOldest && c.Start != startLatest && !idPattern.MatchString(c.Start) {
		report("start: %q is neither oldest, latest nor an entry id such as 1700000000000-0", c.Start)
	}
	if !slices.Contains([]string{lostContinue, lostOldest, lostLatest}, c.OnGroupLost) {
		report("on_group_lost: %q is not one of continue, oldest, latest", c.OnGroupLost)
	}
	if !slices.Contains([]string{ambiguousRedeliver, ambiguousDrop, ambiguousDeadLetter}, c.Checkpoint.OnAmbiguous) {
		report("checkpoint::on_ambiguous: %q is not one of redeliver, drop, dead_letter", c.Checkpoint.OnAmbiguous)
	}
	if c.Checkpoint.OnAmbiguous != ambiguousRedeliver && c.Checkpoint.Storage == nil {
		report("checkpoint::storage: must be set, because on_ambiguous is %s", c.Checkpoint.OnAmbiguous)
	}
	if !slices.Contains([]string{orderingNone, orderingStream, orderingKey}, c.Ordering) {
		report("ordering: %q is not one of none, stream, key", c.Ordering)
	}
	if (c.Ordering == orderingKey) != (c.OrderingKey != "") {
		report("ordering_key: must be set with ordering: key, and only then")
	}
	if len(c.Payload.Fields) == 0 || slices.Contains(c.Payload.Fields, "") {
		report("payload::fields: at least one name is needed, none may be empty")
	}
	if c.DeadLetter.Suffix == "" {
		report("dead_letter::suffix: must not be empty, or rejected entries would be read again")
	}
	errs = append(errs, c.validateLimits()...)
	errs = append(errs, c.validateStreams()...)
	return errors.Join(errs...)
}

func (c *Config) validateLimits() []error {
	var errs []error
	atLeast := func(key string, value, least any, ok bool) {
		if !ok {
			errs = append(errs, fmt.Errorf("%s: %v must be at least %v", key, value, least))
		}
	}
	atLeast("count", c.Count, 1, c.Count >= 1)
	atLeast("lanes", c.Lanes, 1, c.Lanes >= 1)
	atLeast("block", c.Block, time.Millisecond, c.Block >= time.Millisecond)
	atLeast("max_in_flight::messages", c.MaxInFlight.Messages, 1, c.MaxInFlight.Messages >= 1)
	atLeast("max_in_flight::bytes", c.MaxInFlight.Bytes, ByteSize(1), c.MaxInFlight.Bytes >= 1)
	atLeast("retry::initial_interval", c.Retry.InitialInterval, time.Millisecond, c.Retry.InitialInterval >= time.Millisecond)
	atLeast("retry::max_interval", c.Retry.MaxInterval, c.Retry.InitialInterval, c.Retry.MaxInterval >= c.Retry.InitialInterval)
	atLeast("reclaim::min_idle", c.Reclaim.MinIdle, "1s, or 0 for never", c.Reclaim.MinIdle == 0 || c.Reclaim.MinIdle >= time.Second)
	atLeast("reclaim::interval", c.Reclaim.Interval, 100*time.Millisecond, c.Reclaim.MinIdle == 0 || c.Reclaim.Interval >= 100*time.Millisecond)
	atLeast("dead_letter::max_deliveries", c.DeadLetter.MaxDeliveries, 0, c.DeadLetter.MaxDeliveries >= 0)
	atLeast("dead_letter::max_length", c.DeadLetter.MaxLength, 0, c.DeadLetter.MaxLength >= 0)
	atLeast("checkpoint::retention", c.Checkpoint.Retention, 0, c.Checkpoint.Retention >= 0)
	atLeast("checkpoint::max_size", c.Checkpoint.MaxSize, ByteSize(0), c.Checkpoint.MaxSize >= 0)
	atLeast("drain_timeout", c.DrainTimeout, 0, c.DrainTimeout >= 0)
	return errs
}

// validateStreams checks the three signals, and that no stream is in two places.
func (c *Config) validateStreams() []error {
	var errs []error
	owner := map[string]string{}
	for _, s := range []struct {
		name      string
		config    SignalConfig
		encodings []Encoding
	}{
		{"logs", c.Logs, []Encoding{EncodingRaw, EncodingJSON, EncodingOTLPProto, EncodingOTLPJSON}},
		{"metrics", c.Metrics, []Encoding{EncodingOTLPProto, EncodingOTLPJSON}},
		{"traces", c.Traces, []Encoding{EncodingOTLPProto, EncodingOTLPJSON}},
	} {
		if !slices.Contains(s.encodings, s.config.Encoding) {
			errs = append(errs, fmt.Errorf("%s::encoding: %q is not one of %q", s.name, s.config.Encoding, s.encodings))
		}
		for _, stream := range s.config.Streams {
			switch first, taken := owner[stream]; {
			case stream == "":
				errs = append(errs, fmt.Errorf("%s::streams: a name must not be empty", s.name))
			case taken:
				errs = append(errs, fmt.Errorf("%s::streams: %q is already in %s::streams; members of one group share a stream, so give one of them a group of its own in a second receiver", s.name, stream, first))
			default:
				owner[stream] = s.name
			}
		}
	}
	if len(owner) == 0 {
		errs = append(errs, errors.New("logs::streams: at least one stream is needed (or metrics::streams, traces::streams)"))
	}
	return errs
}
