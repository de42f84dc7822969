package flatbuffersreceiver

import (
	"context"
	"errors"
	"io"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/sluice-otel/sluice/wire/flatbuffers"
)

// A service is the gRPC service.
type service struct {
	*taker

	stopping chan struct{} // closed when streams are to end
	readers  sync.WaitGroup
}

var _ flatbuffers.LogServer = (*service)(nil)

func newService(t *taker) *service { return &service{taker: t, stopping: make(chan struct{})} }

// Export implements flatbuffers.LogServer.
func (s *service) Export(ctx context.Context, m *flatbuffers.Message) (*flatbuffers.Ack, error) {
	a := s.take(ctx, m, methodExport)
	return &a, statusOf(a)
}

// ExportStream implements flatbuffers.LogServer. While a batch is delivered the next
// one is received, and no more: that is how a slow pipeline slows its senders down.
func (s *service) ExportStream(stream flatbuffers.LogStream) error {
	received := make(chan *flatbuffers.Message)
	ended := make(chan error, 1)
	left := make(chan struct{})
	defer close(left)
	// It ends when this function has: until then Receive may block.
	s.readers.Go(func() { ended <- receive(stream, received, left) })
	for sequence := uint64(1); ; sequence++ {
		select {
		case m := <-received:
			a := s.take(stream.Context(), m, methodStream)
			a.Sequence = sequence
			if err := stream.Send(&a); err != nil {
				return err
			}
		case err := <-ended:
			return err
		case <-s.stopping:
			return status.Error(codes.Unavailable, "the receiver stops")
		}
	}
}

// receive hands on what comes until the stream ends or the handler has left.
func receive(stream flatbuffers.LogStream, to chan<- *flatbuffers.Message, left <-chan struct{}) error {
	for {
		m, err := stream.Receive()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		select {
		case to <- m:
		case <-left:
			m.Free()
			return nil
		}
	}
}
