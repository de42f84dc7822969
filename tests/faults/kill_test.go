package faults

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/internal/redistest"
)

// Fifty kills while 400,000 messages go through, at random moments of work, with
// a sink on disk. KILLS and MESSAGES change that.
func TestKillLoop(t *testing.T) {
	kills, messages := number(t, "KILLS", 50), number(t, "MESSAGES", 400_000)
	if testing.Short() {
		kills, messages = 5, 40_000
	}
	for name, tc := range map[string]struct {
		checkpoint bool
		ambiguous  string
	}{
		"without checkpoint":              {},
		"with checkpoint":                 {checkpoint: true, ambiguous: "redeliver"},
		"ambiguous to the dead letters":   {checkpoint: true, ambiguous: "dead_letter"},
		"ambiguous dropped, at most once": {checkpoint: true, ambiguous: "drop"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := redistest.Start(t)
			client := newClient(t, srv.Addr)
			s := memberSettings(t, srv.Addr, "me")
			s.Pause = 10 * time.Millisecond // or it would be done before it is killed
			// Nobody dies of a message here, however often it is around at a death.
			s.Receiver["dead_letter"] = map[string]any{"max_deliveries": 0}
			if tc.checkpoint {
				s.Receiver["checkpoint"] = map[string]any{"on_ambiguous": tc.ambiguous}
			} else {
				s.Storage = ""
			}
			killWhileWorking(t, client, s, kills, messages)

			missing, duplicates := tally(accepted(t, s.Sink), messages)
			dead := deadLetters(t, client)
			t.Logf("%d kills, %d messages: %d duplicates (%.0f a kill), %d not in the sink, %d dead letters",
				kills, messages, duplicates, float64(duplicates)/float64(kills), missing, len(dead))
			inHand := kills * 4 * 500 // lanes and count
			switch tc.ambiguous {
			case "dead_letter":
				assert.Zero(t, duplicates)
				counts := accepted(t, s.Sink)
				for _, n := range dead {
					counts[n]++
				}
				lost, _ := tally(counts, messages)
				assert.Zero(t, lost, "what is not in the sink is in the dead-letter stream")
			case "drop":
				assert.Zero(t, duplicates)
				assert.LessOrEqual(t, missing, inHand)
			default:
				assert.Zero(t, missing, "nothing is lost")
				if tc.checkpoint {
					assert.LessOrEqual(t, duplicates, inHand, "duplicates are what was in hand")
				}
			}
		})
	}
}

func number(t *testing.T, variable string, otherwise int) int {
	t.Helper()
	text, ok := os.LookupEnv(variable)
	if !ok {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}

// killWhileWorking kills a member again and again, each time after it has begun
// to work, and lets the last one finish.
func killWhileWorking(t *testing.T, client *redis.Client, s settings, kills, messages int) {
	t.Helper()
	add(t, client, 0, messages)
	for range kills {
		before := size(s.Sink)
		m := start(t, s)
		eventually(t, "the member works", func() bool { return size(s.Sink) > before || settled(t, client) })
		alive := time.NewTimer(time.Duration(rand.N(60)) * time.Millisecond)
		<-alive.C
		m.kill()
	}
	require.False(t, settled(t, client), "the kills came too late")
	m := start(t, s)
	eventually(t, "everything is settled", func() bool { return settled(t, client) })
	m.stop()
}

func size(file string) int64 {
	info, err := os.Stat(file)
	if err != nil {
		return 0
	}
	return info.Size()
}

// deadLetters returns the messages in the dead-letter stream.
func deadLetters(t *testing.T, client *redis.Client) []int {
	t.Helper()
	entries, err := client.XRange(t.Context(), stream+":dlq", "-", "+").Result()
	require.NoError(t, err)
	var numbers []int
	for _, e := range entries {
		require.Equal(t, "ambiguous", e.Values["dlq.reason"])
		n, err := strconv.Atoi(e.Values["body"].(string))
		require.NoError(t, err)
		numbers = append(numbers, n)
	}
	return numbers
}

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
