package redisstreamsreceiver

import (
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configtls"
	"go.opentelemetry.io/collector/confmap"

	"github.com/sluice-otel/sluice/internal/bytesize"
	"github.com/sluice-otel/sluice/internal/configkey"
)

// Config is what the operator writes under redis_streams.
type Config struct {
	// Endpoint is the host:port of the Redis server.
	Endpoint string `mapstructure:"endpoint"`

	// Cluster, when present, is used instead of Endpoint: a Redis Cluster.
	Cluster configoptional.Optional[ClusterConfig] `mapstructure:"cluster"`

	// Sentinel, when present, is used instead of Endpoint: sentinels, which know
	// the primary.
	Sentinel configoptional.Optional[SentinelConfig] `mapstructure:"sentinel"`

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

	// AfterAck is what happens to entries after their acknowledgement: keep; delete,
	// once every group has acknowledged them (needs Redis 8.2); trim, now and then,
	// below what any group may still need.
	AfterAck string `mapstructure:"after_ack"`

	Payload     PayloadConfig     `mapstructure:"payload"`
	Attributes  AttributesConfig  `mapstructure:"attributes"`
	MaxInFlight InFlightConfig    `mapstructure:"max_in_flight"`
	Retry       RetryConfig       `mapstructure:"retry"`
	Reclaim     ReclaimConfig     `mapstructure:"reclaim"`
	DeadLetter  DeadLetterConfig  `mapstructure:"dead_letter"`
	Checkpoint  CheckpointConfig  `mapstructure:"checkpoint"`
	Deduplicate DeduplicateConfig `mapstructure:"deduplicate"`

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

// Unmarshal implements confmap.Unmarshaler.
func (c *Config) Unmarshal(conf *confmap.Conf) error { return configkey.Unmarshal(conf, c) }

// remembering is the checkpoint's configuration. Keys are remembered with it, and
// for as long as their window.
func (c *Config) remembering() CheckpointConfig {
	cfg := c.Checkpoint
	if c.Deduplicate.Field != "" {
		cfg.Retention = max(cfg.Retention, c.Deduplicate.Window)
	}
	return cfg
}

// addresses are the servers to ask first.
func (c *Config) addresses() []string {
	switch {
	case c.Cluster.HasValue():
		return c.Cluster.Get().Endpoints
	case c.Sentinel.HasValue():
		return c.Sentinel.Get().Endpoints
	default:
		return []string{c.Endpoint}
	}
}

// ClusterConfig says where a Redis Cluster is.
type ClusterConfig struct {
	// Endpoints are the host:port of some of its servers; they know the others.
	Endpoints []string `mapstructure:"endpoints"`
}

// SentinelConfig says who knows where the primary is.
type SentinelConfig struct {
	// Endpoints are the host:port of the sentinels.
	Endpoints []string `mapstructure:"endpoints"`

	// Master is the name under which they watch the primary.
	Master string `mapstructure:"master"`

	// Username and Password log in to the sentinels.
	Username string              `mapstructure:"username"`
	Password configopaque.String `mapstructure:"password"`
}

// SignalConfig is what the pipelines of one signal read.
type SignalConfig struct {
	// Streams are the keys to read, each by a connection of its own.
	Streams []string `mapstructure:"streams"`

	// Encoding is how payloads are encoded: otlp_proto, otlp_json or the id of an
	// encoding extension, and for logs also raw, json or fields.
	Encoding Encoding `mapstructure:"encoding"`
}

// PayloadConfig says where in an entry the payload is.
type PayloadConfig struct {
	// Fields are the names to look for; the first that an entry has is its payload.
	Fields []string `mapstructure:"fields"`

	// Missing is what happens to an entry without payload: dead_letter; drop; or
	// fields, which makes a log record with all its fields as the body.
	Missing string `mapstructure:"missing"`

	// Compression is how payloads are compressed: none, gzip, zstd or snappy.
	Compression string `mapstructure:"compression"`

	// CompressionField is a field whose value is the compression of its entry.
	CompressionField string `mapstructure:"compression_field"`

	// MaxSize bounds a payload that was compressed.
	MaxSize bytesize.Size `mapstructure:"max_size"`
}

const (
	missingDeadLetter = "dead_letter"
	missingDrop       = "drop"
	missingFields     = "fields"
)

// AttributesConfig says what becomes an attribute of the log records made by raw,
// json and fields.
type AttributesConfig struct {
	// Fields are the other entry fields to keep; "*" is all of them.
	Fields []string `mapstructure:"fields"`

	// Prefix goes before the names of those fields.
	Prefix string `mapstructure:"prefix"`

	// MessageID adds the entry id as messaging.message.id, by which a backend can
	// recognize a redelivered record.
	MessageID bool `mapstructure:"message_id"`

	// TraceContext puts the record into the trace that a field traceparent names.
	TraceContext bool `mapstructure:"trace_context"`
}

// InFlightConfig bounds what has been read and not yet acknowledged, over all
// streams of a signal. Reading pauses at the limits; the last read may exceed
// them by what one reply holds.
type InFlightConfig struct {
	Messages int           `mapstructure:"messages"`
	Bytes    bytesize.Size `mapstructure:"bytes"`
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

// DeduplicateConfig says how messages are recognized that a producer has written
// twice, as two entries.
type DeduplicateConfig struct {
	// Field is the field with the key of a message. Of messages in a stream with the
	// same key, the first is delivered. Empty is not to look.
	Field string `mapstructure:"field"`

	// Window is how long a key is remembered at least, over restarts if there is a
	// checkpoint.
	Window time.Duration `mapstructure:"window"`

	// MaxKeys bounds how many are remembered per stream, the oldest being forgotten.
	MaxKeys int `mapstructure:"max_keys"`
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
	MaxSize bytesize.Size `mapstructure:"max_size"`

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
	afterAckKeep   = "keep"
	afterAckDelete = "delete"
	afterAckTrim   = "trim"
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
