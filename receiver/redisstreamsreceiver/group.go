package redisstreamsreceiver

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/zap"
)

const (
	firstID   = "0-0"
	unknownID = "$" // XGROUP CREATE takes it for the newest
)

// group is the consumer group of one stream as one consumer sees it. Redis is
// one implementation, the model in model_test.go the other.
type group interface {
	// create makes the stream and the group, which begins after start. It reports
	// false if there is a group already.
	create(ctx context.Context, start string) (bool, error)
	// lastDelivered is the id up to which the group has handed out entries, empty
	// if that is unknown.
	lastDelivered(ctx context.Context) (string, error)
	// lastGenerated is the newest id the stream has given out, 0-0 when there is
	// no stream.
	lastGenerated(ctx context.Context) (string, error)

	// readNew waits up to block for entries that no consumer has received.
	readNew(ctx context.Context, count int, block time.Duration) ([]entry, error)
	// pending lists this consumer's pending entries after an id, oldest first.
	pending(ctx context.Context, after string, count int) ([]pendingEntry, error)
	// history hands out this consumer's pending entries after an id once more.
	history(ctx context.Context, after string, count int) ([]entry, error)
	// claimIdle takes over entries that have been idle, a page at a time.
	claimIdle(ctx context.Context, count int) (claimed, error)

	// acknowledge returns how many of the ids, at most ackChunk, were pending. It
	// can be repeated.
	acknowledge(ctx context.Context, ids []string) (int, error)
	// progress says how far the group has come.
	progress(ctx context.Context, now time.Time) (progress, error)
	// trim removes entries with ids below the given one, and returns how many.
	trim(ctx context.Context, below entryID) (int, error)
	// keep resets the idle time of entries this consumer works on, and returns those
	// that are still its own.
	keep(ctx context.Context, ids []string) ([]string, error)
	// restore makes entries that are not pending at all, because their group was
	// lost, pending for this consumer again.
	restore(ctx context.Context, ids []string) error
	// release lets other consumers take over the entries at once, as if they had
	// not been handed out.
	release(ctx context.Context, ids []string) error
	// bury moves an entry to the dead-letter stream. It reports false if the entry
	// is another consumer's now. again says that an attempt has failed before.
	bury(ctx context.Context, r *rejection, again bool) (bool, error)
}

// pendingEntry is an entry that has been handed out and not acknowledged.
type pendingEntry struct {
	id         string
	deliveries int
}

// claimed is a page of entries that were taken over.
type claimed struct {
	entries []entry
	fresh   []entry // new ones that came along
	trimmed int     // pending ones that the stream no longer has; they are pending no more
	more    bool    // there may be another page
}

// redisGroup sends the commands. Those of reading use their own connection and
// must be called by one goroutine; the others are safe for concurrent use.
type redisGroup struct {
	cfg      *Config
	stream   string
	consumer string
	logger   *zap.Logger
	control  redis.UniversalClient
	reader   *readConn

	scanFrom   string      // where the scan for idle entries goes on
	scanning   bool        // it has begun and is not at its end
	claimReads bool        // the server may know XREADGROUP's CLAIM
	noDelete   atomic.Bool // the server does not know XACKDEL
}

func newRedisGroup(stream, consumer string, c *connections, logger *zap.Logger) *redisGroup {
	return &redisGroup{
		cfg: c.cfg, stream: stream, consumer: consumer, logger: logger,
		control: c.control, reader: &readConn{connections: c, stream: stream},
		scanFrom: firstID, claimReads: true,
	}
}

func (g *redisGroup) create(ctx context.Context, start string) (bool, error) {
	err := g.control.XGroupCreateMkStream(ctx, g.stream, g.cfg.Group, start).Err()
	if redis.HasErrorPrefix(err, "BUSYGROUP") {
		return false, nil
	}
	return err == nil, err
}

func (g *redisGroup) lastDelivered(ctx context.Context) (string, error) {
	groups, err := g.control.XInfoGroups(ctx, g.stream).Result()
	if redis.IsPermissionError(err) {
		return "", nil
	}
	for i := range groups {
		if groups[i].Name == g.cfg.Group {
			return groups[i].LastDeliveredID, nil
		}
	}
	return "", err
}

func (g *redisGroup) lastGenerated(ctx context.Context) (string, error) {
	info, err := g.control.XInfoStream(ctx, g.stream).Result()
	if redis.HasErrorPrefix(err, "no such key") {
		return firstID, nil
	}
	if err != nil {
		return "", err
	}
	if info.LastGeneratedID == "" {
		return unknownID, nil // miniredis does not tell
	}
	return info.LastGeneratedID, nil
}

func (g *redisGroup) readNew(ctx context.Context, count int, block time.Duration) ([]entry, error) {
	return g.xreadgroup(ctx, "COUNT", count, "BLOCK", block.Milliseconds(), "STREAMS", g.stream, ">")
}

func (g *redisGroup) history(ctx context.Context, after string, count int) ([]entry, error) {
	return g.xreadgroup(ctx, "COUNT", count, "STREAMS", g.stream, after)
}

func (g *redisGroup) xreadgroup(ctx context.Context, args ...any) ([]entry, error) {
	reply, err := g.reader.do(ctx, append([]any{"XREADGROUP", "GROUP", g.cfg.Group, g.consumer}, args...)...)
	if err != nil {
		return nil, err
	}
	return parseRead(reply)
}

func (g *redisGroup) pending(ctx context.Context, after string, count int) ([]pendingEntry, error) {
	// Exclusive ranges came with Redis 6.2, and miniredis lacks them.
	return g.pendingFrom(ctx, parseID(after).next().String(), "+", count)
}

func (g *redisGroup) pendingFrom(ctx context.Context, start, end string, count int) ([]pendingEntry, error) {
	reply, err := g.control.XPendingExt(ctx, &redis.XPendingExtArgs{
		Stream: g.stream, Group: g.cfg.Group, Consumer: g.consumer, Start: start, End: end, Count: int64(count),
	}).Result()
	if err != nil {
		return nil, err
	}
	entries := make([]pendingEntry, len(reply))
	for i := range reply {
		entries[i] = pendingEntry{id: reply[i].ID, deliveries: int(reply[i].RetryCount)}
	}
	return entries, nil
}

// ackChunk is the largest number of ids in one command: the server does nothing
// else meanwhile, 10,000 take it 5 ms and more.
const ackChunk = 1000

func chunks(ids []string) iter.Seq[[]string] { return slices.Chunk(ids, ackChunk) }

// appendIDs appends pointers, which cost no allocation to pass as any.
func appendIDs(args []any, ids []string) []any {
	for i := range ids {
		args = append(args, &ids[i])
	}
	return args
}

func (g *redisGroup) acknowledge(ctx context.Context, ids []string) (int, error) {
	if g.cfg.AfterAck == afterAckDelete && !g.noDelete.Load() {
		n, err := g.acknowledgeAndDelete(ctx, ids)
		if !unknownOption(err) {
			return n, err
		}
		g.noDelete.Store(true)
		g.logger.Warn("the server cannot delete entries as they are acknowledged, which came with Redis 8.2; they are kept (after_ack: trim works with every server)")
	}
	args := append(make([]any, 0, len(ids)+3), "XACK", g.stream, g.cfg.Group)
	return g.control.Do(ctx, appendIDs(args, ids)...).Int()
}

// acknowledgeAndDelete deletes each entry that every group has acknowledged
// (since Redis 8.2).
func (g *redisGroup) acknowledgeAndDelete(ctx context.Context, ids []string) (int, error) {
	args := append(make([]any, 0, len(ids)+6), "XACKDEL", g.stream, g.cfg.Group, "ACKED", "IDS", len(ids))
	results, err := g.control.Do(ctx, appendIDs(args, ids)...).Int64Slice()
	n := 0
	for _, result := range results {
		if result > 0 { // 1: deleted, 2: not yet; -1: not pending
			n++
		}
	}
	return n, err
}

func (g *redisGroup) keep(ctx context.Context, ids []string) ([]string, error) {
	own, err := g.own(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("look for %d entries in flight: %w", len(ids), err)
	}
	for page := range chunks(own) {
		args := append(make([]any, 0, len(page)+6), "XCLAIM", g.stream, g.cfg.Group, g.consumer, 0)
		if err := g.control.Do(ctx, append(appendIDs(args, page), "JUSTID")...).Err(); err != nil {
			return nil, fmt.Errorf("claim %d entries in flight: %w", len(page), err)
		}
	}
	return own, nil
}

// own returns those of the ids that are pending for this consumer: a claim takes
// others from whoever has them.
func (g *redisGroup) own(ctx context.Context, ids []string) ([]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	first, last := slices.MinFunc(ids, compareIDs), slices.MaxFunc(ids, compareIDs)
	pending := idSet{}
	for start, more := first, true; more; {
		page, err := g.pendingFrom(ctx, start, last, pendingPage)
		if err != nil {
			return nil, err
		}
		for _, p := range page {
			pending[p.id] = struct{}{}
		}
		if more = len(page) == pendingPage; more {
			start = parseID(page[len(page)-1].id).next().String()
		}
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !pending.has(id) }), nil
}

func compareIDs(a, b string) int { return parseID(a).compare(parseID(b)) }

// releasedIdle makes an entry older than anybody's minimum idle time.
const releasedIdle = 24 * time.Hour

func (g *redisGroup) restore(ctx context.Context, ids []string) error {
	for page := range chunks(ids) {
		// The idle time keeps those that somebody works on from being taken.
		args := append(make([]any, 0, len(page)+7), "XCLAIM", g.stream, g.cfg.Group, g.consumer, releasedIdle.Milliseconds())
		if err := g.control.Do(ctx, append(appendIDs(args, page), "FORCE", "JUSTID")...).Err(); err != nil {
			return fmt.Errorf("restore %d pending entries: %w", len(page), err)
		}
	}
	return nil
}

func (g *redisGroup) release(ctx context.Context, ids []string) error {
	for page := range chunks(ids) {
		args := append(make([]any, 0, len(page)+9), "XCLAIM", g.stream, g.cfg.Group, g.consumer, 0)
		args = append(appendIDs(args, page), "IDLE", releasedIdle.Milliseconds(), "RETRYCOUNT", 0, "JUSTID")
		if err := g.control.Do(ctx, args...).Err(); err != nil {
			return err
		}
	}
	return nil
}
