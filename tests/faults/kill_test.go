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
			s.Pause, s.Receiver["count"] = batchTime, batchSize
			s.Receiver["max_in_flight"] = map[string]any{"messages": 8 * batchSize}
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
			// Half of it is with the pipeline, the rest waits for that or for the disk.
			inFlight := kills * (8 + 1) * batchSize
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
				assert.LessOrEqual(t, missing, inFlight)
			default:
				assert.Zero(t, missing, "nothing is lost")
				assert.Equal(t, messages, len(stored(t, s.Sink)), "an idempotent backend has each once") //nolint:testifylint // Len prints them all
				if tc.checkpoint {
					assert.LessOrEqual(t, duplicates, inFlight, "duplicates were in flight")
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

// How fast a member is: not so fast that all would be done before the last kill,
// and with so little in its hands that it gets beyond that between two kills.
const (
	batchTime = 20 * time.Millisecond
	batchSize = 200
	lineSize  = 25 // of the sink, about
)

// killWhileWorking kills a member again and again, at any moment of a batch, and
// lets the last one finish. The kills are spread over most of the messages.
func killWhileWorking(t *testing.T, client *redis.Client, s settings, kills, messages int) {
	t.Helper()
	add(t, client, 0, messages)
	step := int64(messages / kills * lineSize * 3 / 5)
	for range kills {
		before := size(s.Sink)
		m := start(t, s)
		eventually(t, "the member works", func() bool { return size(s.Sink) > before+step || settled(t, client) })
		alive := time.NewTimer(rand.N(batchTime))
		<-alive.C
		m.kill()
	}
	require.False(t, settled(t, client), "the kills came too late")
	t.Logf("%d %% were in the sink at the last kill", size(s.Sink)*100/int64(messages)/lineSize)
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
