package redisstreamsreceiver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// reclaimPage is how many entries one look takes over. Redis examines ten times
// as many, which takes it about half a millisecond.
const reclaimPage = 100

func (s *stream) reclaimDue() bool {
	return s.cfg.Reclaim.MinIdle > 0 && !time.Now().Before(s.nextReclaim)
}

// tryReclaim keeps a server that refuses the command (an old one, no permission)
// from stopping the reading: it is asked again after the interval.
func (s *stream) tryReclaim(ctx context.Context) ([]entry, error) {
	operation := fmt.Sprintf("reclaim from stream %q", s.name)
	entries, err := s.reclaim(ctx)
	if _, refused := errors.AsType[redis.Error](err); refused && !redis.HasErrorPrefix(err, "NOGROUP") {
		s.health.fail(operation, err)
		s.nextReclaim = time.Now().Add(s.cfg.Reclaim.Interval)
		return nil, nil
	}
	if err == nil {
		s.health.ok(operation)
	}
	return entries, err
}

// reclaim takes over a page of entries that another consumer has received and
// not acknowledged for long. The scan goes on where it stopped; only after its
// end it waits for the interval.
func (s *stream) reclaim(ctx context.Context) ([]entry, error) {
	reply, err := s.reader.Do(ctx, "XAUTOCLAIM", s.name, s.cfg.Group, s.consumer,
		s.cfg.Reclaim.MinIdle.Milliseconds(), s.reclaimFrom, "COUNT", reclaimPage).Result()
	if err != nil {
		return nil, fmt.Errorf("reclaim: %w", err)
	}
	next, entries, trimmed, err := parseReclaim(reply)
	if err != nil {
		return nil, err
	}
	// Redis 7 removes these from the pending entries by itself, however long they
	// have been idle: those in flight are counted when they are delivered.
	s.count.lostToTrimming(ctx, len(s.window.without(s.name, trimmed)))
	s.reclaimFrom = next
	if next == firstID {
		s.nextReclaim = time.Now().Add(s.cfg.Reclaim.Interval)
	}
	return s.window.without(s.name, entries), nil
}

// parseReclaim parses the reply of XAUTOCLAIM: [next, entries] and, since Redis
// 7, the ids whose entries the stream no longer has.
func parseReclaim(reply any) (next string, entries []entry, trimmed []entry, err error) {
	parts, ok := reply.([]any)
	if !ok || len(parts) < 2 {
		return "", nil, nil, errors.New("parse reply of XAUTOCLAIM: expected a cursor and entries")
	}
	if next, ok = parts[0].(string); !ok {
		return "", nil, nil, errors.New("parse reply of XAUTOCLAIM: cursor is no string")
	}
	if entries, err = parseEntries(parts[1]); err != nil {
		return "", nil, nil, err
	}
	if len(parts) > 2 {
		deleted, _ := parts[2].([]any)
		for _, id := range deleted {
			id, _ := id.(string)
			trimmed = append(trimmed, entry{id: id})
		}
	}
	return next, entries, trimmed, nil
}

// heartbeatInterval is how often the entries in flight are shown to be worked
// on, so that no other consumer takes them over while the pipeline is slow.
func (s *stream) heartbeatInterval() time.Duration { return s.cfg.Reclaim.MinIdle / 3 }

// heartbeat resets the idle time of what has been in flight for an interval. A
// claim by name of an entry that another consumer has just taken would steal it
// back; the minimum idle time prevents that.
func (s *stream) heartbeat(ctx context.Context) error {
	interval := s.heartbeatInterval()
	ids := s.window.ids(s.name, time.Now().Add(-interval))
	for page := range chunks(ids) {
		args := []any{"XCLAIM", s.name, s.cfg.Group, s.consumer, (interval / 2).Milliseconds()}
		for _, id := range page {
			args = append(args, id)
		}
		if err := s.control.Do(ctx, append(args, "JUSTID")...).Err(); err != nil {
			return fmt.Errorf("claim %d entries in flight: %w", len(page), err)
		}
	}
	return nil
}
