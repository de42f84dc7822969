package client_test

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/sluice-otel/sluice/wire/flatbuffers"
	"github.com/sluice-otel/sluice/wire/flatbuffers/client"
	"github.com/sluice-otel/sluice/wire/flatbuffers/ingestfbs"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A server takes batches and answers them as its test says.
type server struct {
	address string

	mu     sync.Mutex
	answer func(texts []string) (flatbuffers.Ack, error) // an error ends the stream
	texts  []string                                      // of accepted batches
}

func newServer(t *testing.T) *server {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "localhost:0")
	require.NoError(t, err)
	s := &server{address: l.Addr().String()}
	g := grpc.NewServer(grpc.ForceServerCodecV2(flatbuffers.Codec()))
	flatbuffers.Register(g, s)
	done := make(chan error)
	go func() { done <- g.Serve(l) }()
	t.Cleanup(func() {
		g.Stop()
		assert.NoError(t, <-done)
	})
	return s
}

func (s *server) Export(context.Context, *flatbuffers.Message) (*flatbuffers.Ack, error) {
	return &flatbuffers.Ack{}, nil
}

func (s *server) ExportStream(stream flatbuffers.LogStream) error {
	for sequence := uint64(1); ; sequence++ {
		m, err := stream.Receive()
		if err != nil {
			return nil //nolint:nilerr // the client is gone
		}
		a, err := s.take(m.Owned())
		m.Free()
		if err != nil {
			return err
		}
		a.Sequence = sequence
		if err := stream.Send(&a); err != nil {
			return err
		}
	}
}

func (s *server) take(message []byte) (flatbuffers.Ack, error) {
	batch, err := flatbuffers.Verify(message, flatbuffers.DefaultLimits())
	if err != nil {
		return flatbuffers.Ack{}, err
	}
	var texts []string
	for resource := range batch.Resources() {
		var scope ingestfbs.ScopeLogs
		for i := range resource.ScopesLength() {
			resource.Scopes(&scope, i)
			for rec := range batch.Records(&scope) {
				texts = append(texts, string(rec.Text()))
			}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var a flatbuffers.Ack
	if s.answer != nil {
		a, err = s.answer(texts)
	}
	if err == nil && a.Code == flatbuffers.Accepted {
		s.texts = append(s.texts, texts...)
	}
	return a, err
}

func (s *server) taken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.texts...)
}

func connect(t *testing.T, s *server, settings client.Settings) *client.Client {
	t.Helper()
	settings.DialOptions = []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}
	settings.MinBackoff, settings.MaxBackoff = time.Millisecond, 5*time.Millisecond
	c, err := client.New(s.address, settings)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, c.Close(context.WithoutCancel(t.Context()))) })
	return c
}

func line(text string) *flatbuffers.Record { return &flatbuffers.Record{Body: flatbuffers.Text(text)} }
