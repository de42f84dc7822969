package faults

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/sluice-otel/sluice/internal/redistest"
)

// Two members of a group; one dies with its hands full, the other takes over what
// it has left, though the pipeline is so slow that its own entries grow older
// than reclaim::min_idle meanwhile.
func TestADeadMemberIsTakenOverBySlowOnes(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	const messages = 20_000
	add(t, client, 0, messages)
	var sinks []string
	var members []*member
	for _, name := range []string{"a", "b"} {
		s := memberSettings(t, srv.Addr, name)
		s.Receiver["reclaim"] = map[string]any{"min_idle": "2s", "interval": "200ms"}
		s.Pause = 150 * time.Millisecond
		sinks = append(sinks, s.Sink)
		members = append(members, start(t, s))
	}
	eventually(t, "both work", func() bool { return size(sinks[0]) > 0 && size(sinks[1]) > 0 })
	members[0].kill()
	eventually(t, "everything is settled", func() bool { return settled(t, client) })
	members[1].stop()
	missing, duplicates := tally(accepted(t, sinks...), messages)
	t.Logf("%d duplicates", duplicates)
	assert.Zero(t, missing)
	assert.LessOrEqual(t, duplicates, 4*500, "what the dead one had in hand")
}

// Ten members of a group share what comes. Two die in the middle of it, and the
// eight others do their work, too.
func TestTenMembersShareTheLoadAndTakeOverFromTheDead(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	const count, inFlight, messages, dying = 100, 1000, 50_000, 2
	var sinks []string
	var members []*member
	for i := range 10 {
		s := memberSettings(t, srv.Addr, fmt.Sprint("collector-", i))
		s.Receiver["count"] = count
		s.Receiver["max_in_flight"] = map[string]any{"messages": inFlight}
		s.Receiver["reclaim"] = map[string]any{"min_idle": "2s", "interval": "200ms"}
		s.Pause = 100 * time.Millisecond
		sinks = append(sinks, s.Sink)
		members = append(members, start(t, s))
	}
	add(t, client, 0, messages)
	for i, m := range members[:dying] {
		eventually(t, "it works", func() bool { return size(sinks[i]) > count*lineSize })
		m.kill()
	}
	eventually(t, "everything is settled", func() bool { return settled(t, client) })
	for _, m := range members[dying:] {
		m.stop()
	}
	missing, duplicates := tally(accepted(t, sinks...), messages)
	t.Logf("%d duplicates", duplicates)
	assert.Zero(t, missing)
	assert.LessOrEqual(t, duplicates, dying*(inFlight+count), "what the dead had not acknowledged: others do not know their checkpoints")
	assert.Equal(t, messages, len(stored(t, sinks...)), "an idempotent backend has each once") //nolint:testifylint // Len prints them all
	for _, sink := range sinks[dying:] {
		assert.Greater(t, len(stored(t, sink)), messages/30, "each does its share")
	}
}
