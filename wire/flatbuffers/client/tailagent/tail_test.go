package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"google.golang.org/grpc"

	"github.com/sluice-otel/sluice/wire/flatbuffers"
	"github.com/sluice-otel/sluice/wire/flatbuffers/ingestfbs"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A server keeps the texts it is sent.
type server struct {
	flatbuffers.LogServer

	mu    sync.Mutex
	texts []string
}

func (s *server) ExportStream(stream flatbuffers.LogStream) error {
	for sequence := uint64(1); ; sequence++ {
		m, err := stream.Receive()
		if err != nil {
			return nil //nolint:nilerr // the client is gone
		}
		batch, err := flatbuffers.Verify(m.Owned(), flatbuffers.DefaultLimits())
		m.Free()
		if err != nil {
			return err
		}
		s.keep(batch)
		if err := stream.Send(&flatbuffers.Ack{Sequence: sequence}); err != nil {
			return err
		}
	}
}

func (s *server) keep(batch *flatbuffers.Batch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var scope ingestfbs.ScopeLogs
	for resource := range batch.Resources() {
		resource.Scopes(&scope, 0)
		for rec := range batch.Records(&scope) {
			s.texts = append(s.texts, string(rec.Text()))
		}
	}
}

func (s *server) has(want ...string) func() bool {
	return func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return assert.ObjectsAreEqual(want, s.texts)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	_, err = f.WriteString(text)
	require.NoError(t, err)
	require.NoError(t, f.Close())
}

func TestLinesAreSentOnceThroughRestartAndRotation(t *testing.T) {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "localhost:0")
	require.NoError(t, err)
	s := &server{}
	g := grpc.NewServer(grpc.ForceServerCodecV2(flatbuffers.Codec()))
	flatbuffers.Register(g, s)
	go func() { assert.NoError(t, g.Serve(l)) }()
	defer g.Stop()
	path := filepath.Join(t.TempDir(), "app.log")
	agent := func() (stop func()) {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- run(ctx, path, l.Addr().String(), true) }()
		return func() {
			cancel()
			require.ErrorIs(t, <-done, context.Canceled)
		}
	}
	soon := func(want ...string) {
		t.Helper()
		require.Eventually(t, s.has(want...), 10*time.Second, 5*time.Millisecond)
	}
	write(t, path, "one\ntwo\r\nthr")
	stop := agent()
	soon("one", "two")
	write(t, path, "ee\n")
	soon("one", "two", "three")
	require.Eventually(t, func() bool { noted, _ := os.ReadFile(path + ".position"); return string(noted) == "15\n" }, 10*time.Second, 5*time.Millisecond)
	stop()
	write(t, path, "four\n")
	stop = agent()
	soon("one", "two", "three", "four")
	require.NoError(t, os.Rename(path, path+".1"))
	write(t, path, "five\n")
	soon("one", "two", "three", "four", "five")
	stop()
}
