package redisstreamsreceiver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/otel/metric"
)

// monitorInterval is how often every stream is looked at: for its metrics, and
// to trim it.
const monitorInterval = 15 * time.Second

// progress is how far a group has come, as far as the server says.
type progress struct {
	lag       int64         // entries not handed out yet; -1 if unknown
	lagTime   time.Duration // between the newest entry and the last handed out
	pending   int64         // of all consumers
	own       int64         // of this consumer
	oldestOwn time.Duration // age of its oldest pending entry, 0 if there is none
	settled   entryID       // every group has settled everything below
}

// monitorLoop looks at one stream after the other until ctx ends.
func (r *streamsReceiver) monitorLoop(ctx context.Context) {
	ticker := time.NewTicker(monitorInterval)
	defer ticker.Stop()
	for ctx.Err() == nil {
		for _, s := range r.streams {
			s.monitor(ctx)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
		}
	}
}

// monitor notes the progress. A server that does not answer is the business of
// those who need it: here it only means that nothing is known.
func (s *stream) monitor(ctx context.Context) {
	if ctx.Err() != nil {
		return
	}
	p, err := s.group.progress(ctx, time.Now())
	if err != nil {
		s.progress.Store(nil)
		return
	}
	s.progress.Store(&p)
	if s.cfg.AfterAck == afterAckTrim {
		s.trim(ctx, p.settled)
	}
}

// trim removes what every group has settled.
func (s *stream) trim(ctx context.Context, below entryID) {
	operation := fmt.Sprintf("trim stream %q", s.name)
	n, err := s.group.trim(ctx, below)
	if err != nil {
		if ctx.Err() == nil {
			s.health.fail(operation, err)
		}
		return
	}
	s.health.ok(operation)
	s.count.trimmed(ctx, n)
}

func (g *redisGroup) progress(ctx context.Context, now time.Time) (progress, error) {
	pipe := g.control.Pipeline()
	groups := pipe.XInfoGroups(ctx, g.stream)
	info := pipe.XInfoStream(ctx, g.stream)
	pending := pipe.XPending(ctx, g.stream, g.cfg.Group)
	if _, err := pipe.Exec(ctx); err != nil {
		return progress{}, err
	}
	p := progress{own: pending.Val().Consumers[g.consumer]}
	if p.own > 0 {
		oldest := parseID(pending.Val().Lower) // of the group: this consumer's is not older
		if own, err := g.pending(ctx, firstID, 1); err == nil && len(own) > 0 {
			oldest = parseID(own[0].id)
		}
		p.oldestOwn = max(0, now.Sub(time.UnixMilli(int64(oldest.ms))))
	}
	for _, group := range groups.Val() {
		if group.Name == g.cfg.Group {
			p.pending, p.lag = group.Pending, knownLag(&group)
			p.lagTime = idDistance(parseID(group.LastDeliveredID), parseID(info.Val().LastGeneratedID))
		}
	}
	var err error
	if g.cfg.AfterAck == afterAckTrim {
		p.settled, err = g.settledByAll(ctx, groups.Val())
	}
	return p, err
}

// knownLag is -1 when the server cannot tell the lag (after a deletion in the
// middle), or does not know the notion (before Redis 7).
func knownLag(group *redis.XInfoGroup) int64 {
	if group.Lag == 0 && group.EntriesRead == 0 && group.LastDeliveredID != firstID {
		return -1
	}
	return group.Lag
}

func idDistance(from, to entryID) time.Duration {
	if to.ms <= from.ms {
		return 0
	}
	return time.Duration(to.ms-from.ms) * time.Millisecond
}

// settledByAll returns the id below which no group has anything pending or
// unread.
func (g *redisGroup) settledByAll(ctx context.Context, groups []redis.XInfoGroup) (entryID, error) {
	var settled entryID
	for i, group := range groups {
		below := parseID(group.LastDeliveredID).next()
		if group.Pending > 0 {
			pending, err := g.control.XPending(ctx, g.stream, group.Name).Result()
			if err != nil {
				return entryID{}, err
			}
			if pending.Count > 0 {
				below = parseID(pending.Lower)
			}
		}
		if i == 0 || below.less(settled) {
			settled = below
		}
	}
	return settled, nil
}

// trim removes entries with lesser ids, some of which it may leave: the server
// frees whole nodes only, which is cheap.
func (g *redisGroup) trim(ctx context.Context, below entryID) (int, error) {
	n, err := g.control.XTrimMinIDApprox(ctx, g.stream, below.String(), 0).Result()
	return int(n), err
}

// observeProgress makes the progress of streams visible as metrics. What is not
// known has no value, which is not the same as 0.
func (r *streamsReceiver) observeProgress() error {
	return errors.Join(
		r.builder.RegisterRedisStreamsGroupLagCallback(r.observe(func(p *progress) (int64, bool) { return p.lag, p.lag >= 0 })),
		r.builder.RegisterRedisStreamsGroupLagTimeCallback(r.observe(func(p *progress) (int64, bool) { return p.lagTime.Milliseconds(), true })),
		r.builder.RegisterRedisStreamsGroupPendingCallback(r.observe(func(p *progress) (int64, bool) { return p.pending, true })),
		r.builder.RegisterRedisStreamsConsumerPendingCallback(r.observe(func(p *progress) (int64, bool) { return p.own, true })),
		r.builder.RegisterRedisStreamsConsumerOldestPendingCallback(r.observe(func(p *progress) (int64, bool) { return p.oldestOwn.Milliseconds(), true })),
	)
}

func (r *streamsReceiver) observe(value func(*progress) (int64, bool)) metric.Int64Callback {
	return func(_ context.Context, o metric.Int64Observer) error {
		for _, s := range r.streams {
			p := s.progress.Load()
			if p == nil {
				continue
			}
			if v, ok := value(p); ok {
				o.Observe(v, s.count.stream)
			}
		}
		return nil
	}
}
