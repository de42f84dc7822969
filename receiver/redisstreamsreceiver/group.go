package redisstreamsreceiver

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
	"go.uber.org/zap"
)

const firstID = "0-0"

// ensureGroup makes sure that the stream and the group exist. It is called before
// the first read and whenever a read has found the group missing.
func (s *stream) ensureGroup(ctx context.Context) error {
	start, err := s.groupStart(ctx)
	if err != nil {
		return err
	}
	err = s.control.XGroupCreateMkStream(ctx, s.name, s.cfg.Group, start).Err()
	if redis.HasErrorPrefix(err, "BUSYGROUP") {
		return s.adoptGroup(ctx)
	}
	if err != nil {
		return fmt.Errorf("create group %q at %s: %w", s.cfg.Group, start, err)
	}
	s.logger.Info("consumer group created", zap.String("group", s.cfg.Group), zap.String("start", start))
	s.count.groupCreated(ctx)
	s.position, s.cursor = start, start
	return nil
}

// adoptGroup takes over the position of a group that exists, in case it is lost
// before this consumer has read anything.
func (s *stream) adoptGroup(ctx context.Context) error {
	if s.position != "" {
		return nil
	}
	groups, err := s.control.XInfoGroups(ctx, s.name).Result()
	if redis.IsPermissionError(err) {
		return nil // start decides then
	}
	if err != nil {
		return fmt.Errorf("look up group %q: %w", s.cfg.Group, err)
	}
	for _, g := range groups {
		if g.Name == s.cfg.Group {
			s.position = g.LastDeliveredID
		}
	}
	return nil
}

// groupStart returns the id after which a new group begins. One that replaces a
// lost group begins where this consumer has read to, so that nothing is skipped
// and not everything repeated; or at the beginning when the stream is another
// one than before (FLUSHALL, a server restarted empty): its ids start anew.
func (s *stream) groupStart(ctx context.Context) (string, error) {
	if s.position == "" && s.cfg.Start == startOldest {
		return firstID, nil
	}
	if s.position == "" && s.cfg.Start != startLatest {
		return s.cfg.Start, nil
	}
	last, err := s.lastGeneratedID(ctx)
	if err != nil {
		return "", err
	}
	if s.position == "" || !idLess(last, s.position) {
		return firstNonEmpty(s.position, last), nil
	}
	return firstID, nil
}

// lastGeneratedID returns the newest id the stream has given out, 0-0 when there
// is no stream.
func (s *stream) lastGeneratedID(ctx context.Context) (string, error) {
	info, err := s.control.XInfoStream(ctx, s.name).Result()
	if redis.HasErrorPrefix(err, "no such key") {
		return firstID, nil
	}
	if err != nil {
		return "", fmt.Errorf("look up stream: %w", err)
	}
	return firstNonEmpty(info.LastGeneratedID, "$"), nil // miniredis does not tell
}

func firstNonEmpty(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// idLess compares two entry ids, ms-seq or ms alone. What is no id is least.
func idLess(a, b string) bool {
	aMS, aSeq := splitID(a)
	bMS, bSeq := splitID(b)
	return aMS < bMS || aMS == bMS && aSeq < bSeq
}

func splitID(id string) (ms, seq uint64) {
	left, right, _ := strings.Cut(id, "-")
	ms, _ = strconv.ParseUint(left, 10, 64)
	seq, _ = strconv.ParseUint(right, 10, 64)
	return ms, seq
}
