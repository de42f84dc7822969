package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"google.golang.org/grpc"

	"github.com/sluice-otel/sluice/wire/flatbuffers"
)

// A sender takes batches to their answers, on one stream after the other. It
// belongs to one goroutine.
type sender struct {
	*Client

	backoff backoff
	again   []*batch         // to be sent again, before others
	flight  []*batch         // sent, oldest first: answers come in this order
	answers uint64           // on this stream
	pause   <-chan time.Time // until then nothing is sent; nil: now
}

func newSender(c *Client) *sender {
	return &sender{Client: c, backoff: backoff{shortest: c.settings.MinBackoff, longest: c.settings.MaxBackoff}}
}

// run goes on until ctx ends.
func (s *sender) run(ctx context.Context) {
	for {
		err := s.stream(ctx)
		if ctx.Err() != nil {
			return
		}
		s.settings.OnError(err)
		// Whether they were delivered is unknown.
		s.again = append(s.flight, s.again...)
		s.flight, s.answers = nil, 0
		select {
		case <-time.After(s.backoff.next(err)):
		case <-ctx.Done():
			return
		}
	}
}

var exportStream = grpc.StreamDesc{StreamName: "ExportStream", ServerStreams: true, ClientStreams: true}

// stream sends batches on one stream until it ends.
func (s *sender) stream(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := s.conn.NewStream(ctx, &exportStream, flatbuffers.ExportStreamMethod)
	if err != nil {
		return fmt.Errorf("open the stream: %w", err)
	}
	answers := make(chan flatbuffers.Ack, s.settings.Window)
	ended := make(chan error, 1)
	s.tasks.Go(func() { ended <- receive(ctx, stream, answers) })
	for {
		var next <-chan *batch
		if s.pause == nil && len(s.flight) < s.settings.Window {
			if len(s.again) > 0 {
				b := s.again[0]
				s.again = s.again[1:]
				s.send(stream, b)
				continue
			}
			next = s.out
		}
		select {
		case b := <-next:
			s.send(stream, b)
		case a := <-answers:
			if err := s.settle(a); err != nil {
				return err
			}
		case <-s.pause:
			s.pause = nil
		case err := <-ended:
			return errors.Join(err, s.settleAll(answers))
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// settleAll settles the answers that have come before the stream has ended.
func (s *sender) settleAll(answers <-chan flatbuffers.Ack) error {
	for len(answers) > 0 {
		if err := s.settle(<-answers); err != nil {
			return err
		}
	}
	return nil
}

// send puts a batch on the stream. If that fails the stream has ended, and receive
// knows why.
func (s *sender) send(stream grpc.ClientStream, b *batch) {
	s.flight = append(s.flight, b)
	_ = stream.SendMsg(flatbuffers.NewMessage(b.message))
}

// settle does what the answer to the oldest batch in flight says.
func (s *sender) settle(a flatbuffers.Ack) error {
	s.answers++
	if len(s.flight) == 0 || a.Sequence != s.answers {
		return fmt.Errorf("answer %d came for batch %d: the receiver does not answer in order", a.Sequence, s.answers)
	}
	b := s.flight[0]
	s.flight = s.flight[1:]
	if a.Code == flatbuffers.Retry {
		s.again = append(s.again, b)
		wait := a.RetryAfter
		if wait <= 0 {
			wait = s.backoff.next(nil)
		}
		s.pause = time.After(wait)
		return nil
	}
	s.backoff.reset()
	s.pending.settle()
	switch {
	case a.Code != flatbuffers.Accepted:
		s.settings.OnDropped(Dropped{Records: b.records, Ack: a})
	case a.Rejected > 0:
		s.settings.OnDropped(Dropped{Records: int(a.Rejected), Ack: a})
	}
	return nil
}

var errEnded = errors.New("the receiver has ended the stream")

// receive hands on answers until the stream ends, and says why it has.
func receive(ctx context.Context, stream grpc.ClientStream, to chan<- flatbuffers.Ack) error {
	for {
		var m flatbuffers.Message
		switch err := stream.RecvMsg(&m); {
		case errors.Is(err, io.EOF):
			return errEnded
		case err != nil:
			return err
		}
		a, err := flatbuffers.DecodeAck(m.View())
		m.Free()
		if err != nil {
			return fmt.Errorf("read an answer: %w", err)
		}
		select {
		case to <- a:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
