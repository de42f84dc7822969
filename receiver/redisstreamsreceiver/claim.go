package redisstreamsreceiver

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"
)

// claimIdle uses XREADGROUP's CLAIM where the server has it (Redis 8.4): it finds
// idle entries without a scan, and tells how often they were delivered. But it
// leaves those pending that were trimmed from the stream, so that a scan follows.
func (g *redisGroup) claimIdle(ctx context.Context, count int) (claimed, error) {
	if g.claimReads && !g.scanning {
		c, err := g.claimByRead(ctx, count)
		if !unknownOption(err) {
			g.scanning = err == nil && !c.more
			c.more = true
			return c, err
		}
		g.claimReads = false
	}
	c, err := g.claimByScan(ctx, count)
	g.scanning = err == nil && c.more
	return c, err
}

// unknownOption tells the answer of a server that does not know an option. To try
// is the only way to find out: Valkey reports a version of Redis.
func unknownOption(err error) bool {
	return redis.HasErrorPrefix(err, "syntax error") || redis.HasErrorPrefix(err, "unknown")
}

func (g *redisGroup) claimByRead(ctx context.Context, count int) (claimed, error) {
	entries, err := g.xreadgroup(ctx, "COUNT", count, "CLAIM", g.cfg.Reclaim.MinIdle.Milliseconds(), "STREAMS", g.stream, ">")
	if err != nil {
		return claimed{}, err
	}
	var c claimed
	for _, e := range entries {
		if e.idle == 0 {
			c.fresh = append(c.fresh, e)
			continue
		}
		c.entries = append(c.entries, e)
	}
	c.more = len(c.entries) == count
	return c, nil
}

// claimByScan uses XAUTOCLAIM, which examines ten times as many entries as it
// returns and says where to go on.
func (g *redisGroup) claimByScan(ctx context.Context, count int) (claimed, error) {
	reply, err := g.reader.do(ctx, "XAUTOCLAIM", g.stream, g.cfg.Group, g.consumer,
		g.cfg.Reclaim.MinIdle.Milliseconds(), g.scanFrom, "COUNT", count)
	if err != nil {
		return claimed{}, err
	}
	c, err := parseClaim(reply)
	if err != nil {
		return claimed{}, err
	}
	g.scanFrom = c.next
	if err := g.countDeliveries(ctx, c.entries); err != nil {
		return claimed{}, fmt.Errorf("count deliveries: %w", err)
	}
	return claimed{entries: c.entries, trimmed: len(c.trimmed), more: c.next != firstID}, nil
}

// countDeliveries asks how often each entry had been delivered before it was
// taken over, which XAUTOCLAIM does not tell.
func (g *redisGroup) countDeliveries(ctx context.Context, entries []entry) error {
	if len(entries) == 0 {
		return nil
	}
	replies := make([]*redis.XPendingExtCmd, len(entries))
	_, err := g.control.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for i := range entries {
			replies[i] = pipe.XPendingExt(ctx, &redis.XPendingExtArgs{
				Stream: g.stream, Group: g.cfg.Group, Start: entries[i].id, End: entries[i].id, Count: 1,
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, reply := range replies {
		if found := reply.Val(); len(found) == 1 {
			entries[i].deliveries = int(found[0].RetryCount) - 1
		}
	}
	return nil
}
