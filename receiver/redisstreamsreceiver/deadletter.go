package redisstreamsreceiver

import (
	"context"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Reasons for which an entry goes to the dead-letter stream.
const (
	reasonUndecodable = "undecodable"
	reasonNoPayload   = "no_payload"
	reasonRefused     = "refused"
	reasonDeliveries  = "too_many_deliveries"
	reasonAmbiguous   = "ambiguous"
)

// rejection is an entry that cannot be processed, and why.
type rejection struct {
	entry  entry
	reason string
	err    error
}

// buryScript moves an entry from a consumer's pending entries to the dead-letter
// stream. The write comes before the acknowledgement, so that the entry stays
// pending if the write is refused (the key is no stream, no permission); nothing
// can happen between the two.
//
// An entry that is not pending at all is written, too: its group was lost, and
// nobody else will ever see it. But not when the command is repeated, because then
// it has most likely been moved, and only the reply was lost.
//
// KEYS: stream, dead-letter stream. ARGV: group, consumer, id, maximum length (0
// is none), 1 if repeated, then names and values. Returns 0 if the entry is another
// consumer's, else 1.
var buryScript = redis.NewScript(`
local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1)
if pending.err or #pending == 0 then
  if ARGV[5] == '1' then return 1 end
elseif pending[1][2] ~= ARGV[2] then
  return 0
end
if ARGV[4] == '0' then
  redis.call('XADD', KEYS[2], '*', unpack(ARGV, 6))
else
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[4], '*', unpack(ARGV, 6))
end
redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
return 1
`)

// deadLetterName returns the name of a stream's dead-letter stream. In a cluster
// both must be on one server for an entry to be moved in one step: what is in
// braces decides where a key is, so braces are put around a name without.
func (c *Config) deadLetterName(stream string) string {
	if c.Cluster.HasValue() && !hasHashTag(stream) {
		return "{" + stream + "}" + c.DeadLetter.Suffix
	}
	return stream + c.DeadLetter.Suffix
}

// hasHashTag reports whether Redis Cluster takes a part of the key for the whole.
func hasHashTag(key string) bool {
	_, rest, _ := strings.Cut(key, "{")
	tag, _, closed := strings.Cut(rest, "}")
	return closed && tag != ""
}

// maxDeadLetterFields bounds the fields copied: Lua cannot unpack more than
// some 8,000 arguments at once.
const maxDeadLetterFields = 3000

// bury moves one entry, with its fields and dlq.* fields that say why.
func (g *redisGroup) bury(ctx context.Context, r *rejection, again bool) (bool, error) {
	args := []any{g.cfg.Group, g.consumer, r.entry.id, g.cfg.DeadLetter.MaxLength, again}
	for _, f := range r.entry.fields[:min(len(r.entry.fields), maxDeadLetterFields)] {
		args = append(args, f.name, f.value)
	}
	args = append(args,
		"dlq.reason", r.reason,
		"dlq.error", r.err.Error(),
		"dlq.stream", g.stream,
		"dlq.group", g.cfg.Group,
		"dlq.consumer", g.consumer,
		"dlq.id", r.entry.id,
		"dlq.deliveries", r.entry.deliveries+1,
		"dlq.time", time.Now().UTC().Format(time.RFC3339Nano),
	)
	n, err := buryScript.Run(ctx, g.control, []string{g.stream, g.cfg.deadLetterName(g.stream)}, args...).Int()
	return n == 1, err
}
