package redisstreamsreceiver

import (
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/sluice-otel/sluice/internal/bytesize"
)

var idPattern = regexp.MustCompile(`^[0-9]+(-[0-9]+)?$`)

// problems collects what is wrong with a configuration, by key.
type problems []error

func (p *problems) add(format string, args ...any) { *p = append(*p, fmt.Errorf(format, args...)) }

func (p *problems) oneOf(key, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		p.add("%s: %q is not one of %q", key, value, allowed)
	}
}

func (p *problems) atLeast(key string, value, least any, ok bool) {
	if !ok {
		p.add("%s: %v must be at least %v", key, value, least)
	}
}

func (p *problems) endpoints(key string, endpoints []string) {
	if len(endpoints) == 0 {
		p.add("%s: at least one is needed", key)
	}
	for _, endpoint := range endpoints {
		if _, _, err := net.SplitHostPort(endpoint); err != nil {
			p.add("%s: %q is not host:port: %w", key, endpoint, err)
		}
	}
}

// Validate reports every problem, each by its key.
func (c *Config) Validate() error {
	var p problems
	c.validateConnection(&p)
	c.validateGroup(&p)
	c.validatePayload(&p)
	c.validateLimits(&p)
	c.validateStreams(&p)
	return errors.Join(p...)
}

func (c *Config) validateConnection(p *problems) {
	switch cluster, sentinel := c.Cluster.HasValue(), c.Sentinel.HasValue(); {
	case cluster && sentinel:
		p.add("sentinel: a cluster needs none; set one of cluster and sentinel")
	case cluster:
		p.endpoints("cluster::endpoints", c.Cluster.Get().Endpoints)
		if c.DB != 0 {
			p.add("db: %d must be 0 in a cluster", c.DB)
		}
	case sentinel:
		p.endpoints("sentinel::endpoints", c.Sentinel.Get().Endpoints)
		if c.Sentinel.Get().Master == "" {
			p.add("sentinel::master: must not be empty")
		}
	default:
		p.endpoints("endpoint", []string{c.Endpoint})
	}
	if c.Username != "" && c.Password == "" {
		p.add("password: must be set, because username is")
	}
	if c.DB < 0 {
		p.add("db: %d must not be negative", c.DB)
	}
}

func (c *Config) validateGroup(p *problems) {
	if c.Group == "" {
		p.add("group: must not be empty")
	}
	if c.Start != startOldest && c.Start != startLatest && !idPattern.MatchString(c.Start) {
		p.add("start: %q is neither oldest, latest nor an entry id such as 1700000000000-0", c.Start)
	}
	p.oneOf("on_group_lost", c.OnGroupLost, lostContinue, lostOldest, lostLatest)
	p.oneOf("after_ack", c.AfterAck, afterAckKeep, afterAckDelete, afterAckTrim)
	p.oneOf("ordering", c.Ordering, orderingNone, orderingStream, orderingKey)
	if (c.Ordering == orderingKey) != (c.OrderingKey != "") {
		p.add("ordering_key: must be set with ordering: key, and only then")
	}
	if c.Ordering == orderingKey && c.Deduplicate.Field != "" && c.Deduplicate.Field != c.OrderingKey {
		p.add("deduplicate::field: must be ordering_key, %q, so that messages with the same key are delivered one after the other", c.OrderingKey)
	}
	if c.DeadLetter.Suffix == "" {
		p.add("dead_letter::suffix: must not be empty, or rejected entries would be read again")
	}
	p.oneOf("checkpoint::on_ambiguous", c.Checkpoint.OnAmbiguous, ambiguousRedeliver, ambiguousDrop, ambiguousDeadLetter)
	if c.Checkpoint.OnAmbiguous != ambiguousRedeliver && c.Checkpoint.Storage == nil {
		p.add("checkpoint::storage: must be set, because on_ambiguous is %s", c.Checkpoint.OnAmbiguous)
	}
}

func (c *Config) validatePayload(p *problems) {
	if len(c.Payload.Fields) == 0 || slices.Contains(c.Payload.Fields, "") {
		p.add("payload::fields: at least one name is needed, none may be empty")
	}
	p.oneOf("payload::missing", c.Payload.Missing, missingDeadLetter, missingDrop, missingFields)
	p.oneOf("payload::compression", c.Payload.Compression, compressions...)
}

func (c *Config) validateLimits(p *problems) {
	p.atLeast("count", c.Count, 1, c.Count >= 1)
	p.atLeast("lanes", c.Lanes, 1, c.Lanes >= 1)
	p.atLeast("block", c.Block, time.Millisecond, c.Block >= time.Millisecond)
	p.atLeast("payload::max_size", c.Payload.MaxSize, bytesize.Size(1), c.Payload.MaxSize >= 1)
	p.atLeast("max_in_flight::messages", c.MaxInFlight.Messages, 1, c.MaxInFlight.Messages >= 1)
	p.atLeast("max_in_flight::bytes", c.MaxInFlight.Bytes, bytesize.Size(1), c.MaxInFlight.Bytes >= 1)
	p.atLeast("retry::initial_interval", c.Retry.InitialInterval, time.Millisecond, c.Retry.InitialInterval >= time.Millisecond)
	p.atLeast("retry::max_interval", c.Retry.MaxInterval, c.Retry.InitialInterval, c.Retry.MaxInterval >= c.Retry.InitialInterval)
	p.atLeast("reclaim::min_idle", c.Reclaim.MinIdle, "1s, or 0 for never", c.Reclaim.MinIdle == 0 || c.Reclaim.MinIdle >= time.Second)
	p.atLeast("reclaim::interval", c.Reclaim.Interval, 100*time.Millisecond, c.Reclaim.MinIdle == 0 || c.Reclaim.Interval >= 100*time.Millisecond)
	p.atLeast("dead_letter::max_deliveries", c.DeadLetter.MaxDeliveries, 0, c.DeadLetter.MaxDeliveries >= 0)
	p.atLeast("dead_letter::max_length", c.DeadLetter.MaxLength, 0, c.DeadLetter.MaxLength >= 0)
	p.atLeast("deduplicate::window", c.Deduplicate.Window, time.Millisecond, c.Deduplicate.Window >= time.Millisecond)
	p.atLeast("deduplicate::max_keys", c.Deduplicate.MaxKeys, 1, c.Deduplicate.MaxKeys >= 1)
	p.atLeast("checkpoint::retention", c.Checkpoint.Retention, 0, c.Checkpoint.Retention >= 0)
	p.atLeast("checkpoint::max_size", c.Checkpoint.MaxSize, bytesize.Size(0), c.Checkpoint.MaxSize >= 0)
	p.atLeast("drain_timeout", c.DrainTimeout, 0, c.DrainTimeout >= 0)
}

// validateStreams checks the three signals, and that no stream is in two places.
func (c *Config) validateStreams(p *problems) {
	owner := map[string]string{}
	for _, s := range []struct {
		name      string
		config    SignalConfig
		encodings []Encoding
	}{
		{"logs", c.Logs, []Encoding{EncodingRaw, EncodingJSON, EncodingFields, EncodingOTLPProto, EncodingOTLPJSON}},
		{"metrics", c.Metrics, []Encoding{EncodingOTLPProto, EncodingOTLPJSON}},
		{"traces", c.Traces, []Encoding{EncodingOTLPProto, EncodingOTLPJSON}},
	} {
		if _, extension := s.config.Encoding.extension(); !extension && !slices.Contains(s.encodings, s.config.Encoding) {
			p.add("%s::encoding: %q is not one of %q, nor the id of an encoding extension, such as text_encoding",
				s.name, s.config.Encoding, s.encodings)
		}
		for _, stream := range s.config.Streams {
			switch first, taken := owner[stream]; {
			case stream == "":
				p.add("%s::streams: a name must not be empty", s.name)
			case c.Cluster.HasValue() && strings.Contains(stream, "}") && !hasHashTag(stream):
				p.add("%s::streams: %q: in a cluster a name with } needs a hash tag, such as {orders}", s.name, stream)
			case taken:
				p.add("%s::streams: %q is already in %s::streams; members of one group share a stream, so give one of them a group of its own in a second receiver",
					s.name, stream, first)
			default:
				owner[stream] = s.name
			}
		}
	}
	if len(owner) == 0 {
		p.add("logs::streams: at least one stream is needed (or metrics::streams, traces::streams)")
	}
}
