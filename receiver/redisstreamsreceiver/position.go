package redisstreamsreceiver

import (
	"context"
	"fmt"

	"go.uber.org/zap"
)

// ensureGroup makes sure that the stream and the group exist. It is called before
// the first read and whenever a read has found the group missing. What is in
// flight then becomes pending in the new group, so that it survives a crash.
func (s *stream) ensureGroup(ctx context.Context) error {
	start, err := s.groupStart(ctx)
	if err != nil {
		return err
	}
	created, err := s.group.create(ctx, start)
	if err != nil {
		return fmt.Errorf("create group %q at %s: %w", s.cfg.Group, start, err)
	}
	if created {
		s.logger.Info("consumer group created", zap.String("group", s.cfg.Group), zap.String("start", start))
		s.count.groupCreated(ctx)
		s.position = start
	} else if err := s.adoptGroup(ctx); err != nil {
		return err
	}
	return s.group.restore(ctx, s.window.ids(s))
}

// adoptGroup takes over the position of a group that exists, in case it is lost
// before this consumer has read anything.
func (s *stream) adoptGroup(ctx context.Context) error {
	if s.position != "" {
		return nil
	}
	last, err := s.group.lastDelivered(ctx)
	if err != nil {
		return fmt.Errorf("look up group %q: %w", s.cfg.Group, err)
	}
	s.position = last
	return nil
}

// groupStart returns the id after which a new group begins. One that replaces a
// lost group begins where this consumer has read to, so that nothing is skipped
// and not everything repeated; or at the beginning when the stream is another
// one than before (FLUSHALL, a server restarted empty): its ids start anew.
func (s *stream) groupStart(ctx context.Context) (string, error) {
	first := s.position == ""
	switch {
	case first && s.cfg.Start == startOldest, !first && s.cfg.OnGroupLost == lostOldest:
		return firstID, nil
	case first && s.cfg.Start != startLatest:
		return s.cfg.Start, nil
	}
	last, err := s.group.lastGenerated(ctx)
	if err != nil {
		return "", fmt.Errorf("look up stream: %w", err)
	}
	switch {
	case first || s.cfg.OnGroupLost == lostLatest:
		return last, nil
	case parseID(last).less(parseID(s.position)):
		return firstID, nil
	default:
		return s.position, nil
	}
}
