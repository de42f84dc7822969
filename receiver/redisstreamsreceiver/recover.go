package redisstreamsreceiver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// How an entry is treated that has been delivered before and not acknowledged.
// Redis counts a delivery each time it hands an entry out; a release at shutdown
// resets the count, so that it says how many collectors have died with it. The
// next to kill one must not take its neighbours into the dead-letter stream:
// those that have been delivered more often go in smaller groups, one after the
// other.
const (
	groupedFrom = 2 // deliveries from which a group is at most groupSize
	groupSize   = 64
	singleFrom  = 3 // deliveries from which an entry goes alone
)

// readHistory returns a portion of this consumer's pending entries that are not
// in flight; after the last one new entries are next.
func (s *stream) readHistory(ctx context.Context, count int) (received, error) {
	inFlight := s.window.of(s, time.Now())
	pending, err := s.group.pending(ctx, s.cursor, max(count, pendingPage))
	if err != nil {
		return received{}, err
	}
	if len(pending) == 0 {
		s.history = false
		s.careful = !s.recovered // see endRecovery
		return received{}, nil
	}
	from, to := stranded(pending, inFlight)
	if from > 0 {
		s.cursor = pending[from-1].id
	}
	if from == to {
		return received{}, nil
	}
	pending = pending[from:to]
	s.forgive(pending)
	n := s.portion(pending[:min(count, len(pending))])
	if s.careful && len(inFlight) > 0 {
		return received{}, nil // again when nothing is
	}
	entries, err := s.group.history(ctx, s.cursor, n)
	if err != nil {
		s.notSeen(pending[:n])
		return received{}, err
	}
	for _, p := range pending[:n] {
		delete(s.unseen, p.id)
	}
	s.cursor = pending[n-1].id
	setDeliveries(entries, pending)
	return received{entries: without(inFlight, entries), from: sourceOwnPending, check: true}, nil
}

// notSeen notes entries that Redis has handed out in a reply which was lost: they
// cannot have killed anybody.
func (s *stream) notSeen(pending []pendingEntry) {
	if s.unseen == nil {
		s.unseen = map[string]int{}
	}
	for _, p := range pending {
		s.unseen[p.id]++
	}
}

// forgive takes such deliveries from the counts.
func (s *stream) forgive(pending []pendingEntry) {
	for i := range pending {
		pending[i].deliveries -= s.unseen[pending[i].id]
	}
}

// pendingPage is how many pending entries are listed at once: ids only.
const pendingPage = 1000

// stranded returns the first run of pending entries that are not in flight.
func stranded(pending []pendingEntry, inFlight []*batch) (from, to int) {
	held := idsIn(inFlight)
	for from < len(pending) && held.has(pending[from].id) {
		from++
	}
	to = from
	for to < len(pending) && !held.has(pending[to].id) {
		to++
	}
	return from, to
}

// portion is how many of the pending entries to deliver at once.
func (s *stream) portion(pending []pendingEntry) int {
	size := len(pending)
	first := pending[0].deliveries
	switch {
	case s.cfg.DeadLetter.exhausted(first): // not delivered any more
	case first >= singleFrom:
		s.careful = true
		return 1
	case first >= groupedFrom:
		s.careful = true
		size = min(size, groupSize)
	}
	for i := range size {
		if pending[i].deliveries != first {
			return i
		}
	}
	return size
}

// endRecovery ends the work on what earlier runs have left: all of it is settled.
func (s *stream) endRecovery() {
	s.recovered = true
	if s.committer != nil {
		s.committer.checkpoint.recovered(s.scope)
	}
}

func setDeliveries(entries []entry, pending []pendingEntry) {
	counts := make(map[string]int, len(pending))
	for _, p := range pending {
		counts[p.id] = p.deliveries
	}
	for i := range entries {
		entries[i].deliveries = counts[entries[i].id]
	}
}

func (s *stream) reclaimDue() bool {
	return s.cfg.Reclaim.MinIdle > 0 && !time.Now().Before(s.nextReclaim)
}

// tryReclaim keeps a server that refuses the command (an old one, no permission)
// from stopping the reading: it is asked again after the interval.
func (s *stream) tryReclaim(ctx context.Context) (received, error) {
	operation := fmt.Sprintf("reclaim from stream %q", s.name)
	got, err := s.reclaim(ctx)
	if _, refused := errors.AsType[redis.Error](err); refused && !redis.HasErrorPrefix(err, "NOGROUP") {
		s.health.fail(operation, err)
		s.nextReclaim = time.Now().Add(s.cfg.Reclaim.Interval)
		return received{}, nil
	}
	if err == nil {
		s.health.ok(operation)
	}
	return got, err
}

// reclaimPage is how many entries are taken over at once. A scan for so many
// takes Redis about half a millisecond.
const reclaimPage = 100

// reclaim takes over a page of entries that another consumer has received and
// not acknowledged for long. Only after the last page it waits for the interval.
func (s *stream) reclaim(ctx context.Context) (received, error) {
	inFlight := s.window.of(s, time.Now())
	page, err := s.group.claimIdle(ctx, s.claimCount)
	if err != nil {
		return received{}, fmt.Errorf("reclaim: %w", err)
	}
	if !page.more {
		s.nextReclaim = time.Now().Add(s.cfg.Reclaim.Interval)
	}
	if fresh := s.receivedNew(ctx, page.fresh); len(fresh.entries) > 0 {
		s.fresh = fresh
	}
	s.count.lostToTrimming(ctx, page.trimmed)
	s.claimCount = s.nextClaimCount(page.entries)
	return received{entries: without(inFlight, page.entries), from: sourceReclaimed, check: true}, nil
}

// nextClaimCount grows from one entry to a page while those taken over look
// harmless, and goes back to one when another collector may have died of one:
// taking over counts as a delivery for the whole page.
func (s *stream) nextClaimCount(entries []entry) int {
	for i := range entries {
		if entries[i].deliveries >= groupedFrom {
			s.careful = true
			return 1
		}
	}
	return min(10*s.claimCount, reclaimPage)
}
