package client_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/sluice-otel/sluice/wire/flatbuffers"
	"github.com/sluice-otel/sluice/wire/flatbuffers/client"
)

func TestBatchIsSentWhenItIsFull(t *testing.T) {
	s := newServer(t)
	var sizes []int
	s.answer = func(texts []string) (flatbuffers.Ack, error) {
		sizes = append(sizes, len(texts))
		return flatbuffers.Ack{}, nil
	}
	c := connect(t, s, client.Settings{BatchRecords: 4, BatchDelay: time.Hour})
	for i := range 10 {
		require.NoError(t, c.Send(t.Context(), line(strconv.Itoa(i))))
	}
	require.NoError(t, c.Flush(t.Context()))
	assert.Equal(t, []int{4, 4, 2}, sizes)
}

func TestBatchIsSentWhenItsTimeIsUp(t *testing.T) {
	s := newServer(t)
	c := connect(t, s, client.Settings{BatchDelay: time.Millisecond})
	require.NoError(t, c.Send(t.Context(), line("x")))
	assert.Eventually(t, func() bool { return len(s.taken()) == 1 }, 5*time.Second, time.Millisecond)
}

func TestBatchesKeepTheirOrder(t *testing.T) {
	s := newServer(t)
	c := connect(t, s, client.Settings{BatchRecords: 7})
	var want []string
	for i := range 1000 {
		want = append(want, strconv.Itoa(i))
		require.NoError(t, c.Send(t.Context(), line(strconv.Itoa(i))))
	}
	require.NoError(t, c.Flush(t.Context()))
	assert.Equal(t, want, s.taken())
}

// failing makes the server answer every third batch with fail.
func failing(s *server, fail func() (flatbuffers.Ack, error)) {
	n := 0
	s.answer = func([]string) (flatbuffers.Ack, error) {
		if n++; n%3 == 0 {
			return fail()
		}
		return flatbuffers.Ack{}, nil
	}
}

func TestEveryRecordArrivesWhateverTheReceiverSays(t *testing.T) {
	hinted, err := status.New(codes.ResourceExhausted, "busy").WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(time.Millisecond)})
	require.NoError(t, err)
	for name, fail := range map[string]func() (flatbuffers.Ack, error){
		"retry": func() (flatbuffers.Ack, error) {
			return flatbuffers.Ack{Code: flatbuffers.Retry, RetryAfter: time.Millisecond}, nil
		},
		"retry without a hint":      func() (flatbuffers.Ack, error) { return flatbuffers.Ack{Code: flatbuffers.Retry}, nil },
		"the stream ends":           func() (flatbuffers.Ack, error) { return flatbuffers.Ack{}, status.Error(codes.Unavailable, "bye") },
		"the stream ends with hint": func() (flatbuffers.Ack, error) { return flatbuffers.Ack{}, hinted.Err() },
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			failing(s, fail)
			c := connect(t, s, client.Settings{BatchRecords: 1})
			var want []string
			for i := range 50 {
				want = append(want, strconv.Itoa(i))
				require.NoError(t, c.Send(t.Context(), line(strconv.Itoa(i))))
			}
			require.NoError(t, c.Flush(t.Context()))
			got := s.taken()
			slices.Sort(got)
			slices.Sort(want)
			assert.Equal(t, want, slices.Compact(got))
		})
	}
}

func TestReceiverDecidesHowLongToWait(t *testing.T) {
	s := newServer(t)
	var times []time.Time
	s.answer = func([]string) (flatbuffers.Ack, error) {
		times = append(times, time.Now())
		if len(times) == 1 {
			return flatbuffers.Ack{Code: flatbuffers.Retry, RetryAfter: 80 * time.Millisecond}, nil
		}
		return flatbuffers.Ack{}, nil
	}
	c := connect(t, s, client.Settings{})
	require.NoError(t, c.Send(t.Context(), line("x")))
	require.NoError(t, c.Flush(t.Context()))
	require.Len(t, times, 2)
	assert.GreaterOrEqual(t, times[1].Sub(times[0]), 80*time.Millisecond)
}

func TestWhatIsRefusedForGoodIsReported(t *testing.T) {
	for _, code := range []flatbuffers.Code{flatbuffers.Invalid, flatbuffers.Refused} {
		s := newServer(t)
		s.answer = func([]string) (flatbuffers.Ack, error) { return flatbuffers.Ack{Code: code, Message: "never"}, nil }
		dropped := make(chan client.Dropped, 1)
		c := connect(t, s, client.Settings{OnDropped: func(d client.Dropped) { dropped <- d }})
		require.NoError(t, c.Send(t.Context(), line("x")))
		require.NoError(t, c.Flush(t.Context()))
		assert.Equal(t, client.Dropped{Records: 1, Ack: flatbuffers.Ack{Sequence: 1, Code: code, Message: "never"}}, <-dropped)
	}
}

func TestCloseSaysHowMuchHadNoAnswer(t *testing.T) {
	s := newServer(t)
	s.answer = func([]string) (flatbuffers.Ack, error) {
		return flatbuffers.Ack{Code: flatbuffers.Retry, RetryAfter: time.Hour}, nil
	}
	c := connect(t, s, client.Settings{})
	require.NoError(t, c.Send(t.Context(), line("x")))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	err := c.Close(ctx)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "close with 1 batches unanswered")
	require.ErrorIs(t, c.Send(t.Context(), line("x")), client.ErrClosed)
	require.NoError(t, c.Close(t.Context()))
}

func TestReceiverThatIsNotThereBlocksOnlyWhenThereIsNoRoom(t *testing.T) {
	s := &server{address: "localhost:1"}
	c := connect(t, s, client.Settings{BatchRecords: 1, Window: 1})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	n := 0
	for c.Send(ctx, line("x")) == nil {
		n++
	}
	assert.Equal(t, 3, n) // two windows and the open batch
	require.Error(t, c.Close(ctx))
}

func TestRecordLargerThanAMessageIsNotTaken(t *testing.T) {
	s := newServer(t)
	c := connect(t, s, client.Settings{MaxMessageBytes: 8 << 10})
	require.ErrorIs(t, c.Send(t.Context(), line(string(make([]byte, 8<<10)))), client.ErrTooLarge)
	for range 4 {
		require.NoError(t, c.Send(t.Context(), line(strings.Repeat("x", 3<<10))))
	}
	require.NoError(t, c.Flush(t.Context()))
	assert.Len(t, s.taken(), 4)
}
