package faults

import (
	"bytes"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/internal/redistest"
)

// Replies are lost with their connection: after an XREADGROUP the entries are
// pending for a member that has not seen them, after an XACK they are not pending
// for one that thinks they are.
func TestLostRepliesLoseAndRepeatNothing(t *testing.T) {
	for name, tc := range map[string]struct {
		command string
		oneIn   int // replies, and parts of long ones
	}{
		"reads":            {"XREADGROUP", 10},
		"acknowledgements": {"XACK", 10},
		"anything":         {"", 30}, // a read takes several, and a second failure waits longer
	} {
		t.Run(name, func(t *testing.T) {
			srv := redistest.Start(t)
			client := newClient(t, srv.Addr)
			wire := redistest.StartProxy(t, srv)
			var lost atomic.Int64
			wire.Lose(func(request, _ []byte) bool {
				if !bytes.Contains(request, []byte(tc.command)) || rand.N(tc.oneIn) > 0 {
					return false
				}
				lost.Add(1)
				return true
			})
			const messages = 30_000
			add(t, client, 0, messages)
			s := memberSettings(t, wire.Addr, "me")
			s.Receiver["count"] = 100
			m := start(t, s)
			eventually(t, "everything is settled", func() bool { return settled(t, client) })
			wire.Lose(nil)
			m.stop()
			missing, duplicates := tally(accepted(t, s.Sink), messages)
			t.Logf("%d replies lost", lost.Load())
			assert.Positive(t, lost.Load())
			assert.Zero(t, client.XLen(t.Context(), stream+":dlq").Val(), "a reply that was lost is not a delivery")
			assert.Zero(t, missing)
			assert.Zero(t, duplicates)
		})
	}
}

// The network falls silent: nothing is closed, nothing arrives.
func TestASilentNetworkIsNoticed(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	wire := redistest.StartProxy(t, srv)
	s := memberSettings(t, wire.Addr, "me")
	m := start(t, s)
	add(t, client, 0, 1000)
	eventually(t, "everything is settled", func() bool { return settled(t, client) })
	wire.Freeze()
	add(t, client, 1000, 1000)
	silence := time.NewTimer(6 * time.Second) // longer than a read waits for an answer
	<-silence.C
	wire.Thaw()
	eventually(t, "everything is settled", func() bool { return settled(t, client) })
	m.stop()
	missing, duplicates := tally(accepted(t, s.Sink), 2000)
	assert.Zero(t, missing)
	assert.Zero(t, duplicates)
}

// A server that is restarted from an older file has forgotten acknowledgements
// and entries. What was processed is not processed again.
func TestAServerThatForgetsAcknowledgements(t *testing.T) {
	dir := t.TempDir()
	srv := redistest.Start(t, "--dir", dir)
	client := newClient(t, srv.Addr)
	s := memberSettings(t, srv.Addr, "me")
	s.Pause = 20 * time.Millisecond
	const messages = 20_000
	add(t, client, 0, messages)
	m := start(t, s)
	eventually(t, "the member works", func() bool { return size(s.Sink) > 40_000 })
	require.NoError(t, client.Save(t.Context()).Err())
	eventually(t, "more is done", func() bool { return size(s.Sink) > 160_000 })
	srv.Kill()
	srv.Restart() // from the file
	eventually(t, "everything is settled", func() bool { return settled(t, client) })
	m.stop()
	missing, duplicates := tally(accepted(t, s.Sink), messages)
	assert.Zero(t, missing)
	assert.Zero(t, duplicates)
}

// A server without persistence comes back empty.
func TestAServerThatComesBackEmpty(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	s := memberSettings(t, srv.Addr, "me")
	m := start(t, s)
	add(t, client, 0, 1000)
	eventually(t, "everything is settled", func() bool { return settled(t, client) })
	srv.Kill()
	srv.Restart()
	add(t, client, 1000, 1000)
	eventually(t, "everything is settled", func() bool { return settled(t, client) })
	m.stop()
	missing, duplicates := tally(accepted(t, s.Sink), 2000)
	assert.Zero(t, missing)
	assert.Zero(t, duplicates)
}
