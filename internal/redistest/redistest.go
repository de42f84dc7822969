// Package redistest runs a real redis-server for a test: on a free loopback
// port, in a folder of the test, in memory, and gone with the test.
package redistest

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	startTimeout = 10 * time.Second
	stopTimeout  = 5 * time.Second
)

// A Server is a redis-server without persistence: a restart forgets everything.
// Its methods must not be called concurrently.
type Server struct {
	// Addr is host:port. It stays the same over restarts.
	Addr string

	t    testing.TB
	port string
	args []string // program first
	cmd  *exec.Cmd
	out  *output
	done chan struct{}
}

// Start starts a server with further arguments as redis-server takes them, such
// as "--requirepass", "secret". The test is skipped when there is no
// redis-server, or it was built without something that the arguments ask for.
// REDIS_SERVER names another program than the one in the path: another Redis, or
// a Valkey. tests/redis.sh runs the tests over several.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	s := newServer(t)
	s.configure(args...)
	s.Restart()
	return s
}

// configure adds the arguments every server has, and further ones.
func (s *Server) configure(args ...string) {
	s.args = append(s.args,
		"--port", s.port, "--bind", "127.0.0.1", "--dir", s.t.TempDir(),
		"--save", "", "--appendonly", "no", "--maxmemory", "3gb", "--daemonize", "no")
	s.args = append(s.args, args...)
}

// newServer has a program and a port, but no further arguments.
func newServer(t testing.TB) *Server {
	t.Helper()
	program := os.Getenv("REDIS_SERVER")
	if program == "" {
		program = "redis-server"
	}
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("%s is not installed (Debian package redis-server)", program)
	}
	s := &Server{t: t, args: []string{path}}
	s.setPort(freePort(t))
	t.Cleanup(s.Stop)
	return s
}

func (s *Server) setPort(port string) { s.port, s.Addr = port, net.JoinHostPort("127.0.0.1", port) }

func freePort(t testing.TB) string {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("find a free port: %v", err)
	}
	defer func() { _ = l.Close() }()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// Restart starts the server again, empty, after stopping it if it runs.
func (s *Server) Restart() {
	s.t.Helper()
	s.Stop()
	s.out = &output{}
	s.cmd = exec.Command(s.args[0], s.args[1:]...)
	s.cmd.Stdout, s.cmd.Stderr = s.out, s.out
	if err := s.cmd.Start(); err != nil {
		s.t.Fatalf("start redis-server: %v", err)
	}
	s.done = make(chan struct{})
	go func(cmd *exec.Cmd, done chan struct{}) {
		defer close(done)
		_ = cmd.Wait()
	}(s.cmd, s.done)
	if err := s.waitUntilUp(); err != nil {
		if strings.Contains(s.out.String(), "Bad directive") {
			s.t.Skipf("%s does not know an option:\n%s", s.args[0], s.out)
		}
		s.t.Fatalf("start redis-server: %v\n%s", err, s.out)
	}
}

// waitUntilUp pings until any answer comes; a refused login is one.
func (s *Server) waitUntilUp() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		err := s.ping(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-s.done:
			return fmt.Errorf("it ended by itself: %w", err)
		case <-ctx.Done():
			return err
		}
	}
}

func (s *Server) ping(ctx context.Context) error {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", s.Addr)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return err
	}
	_ = conn.SetReadDeadline(time.Now().Add(startTimeout))
	_, err = conn.Read(make([]byte, 1))
	return err
}

// Stop ends the server, if it runs, and returns when its port is free.
func (s *Server) Stop() { s.end(syscall.SIGTERM) }

// Kill ends the server without giving it time to finish anything.
func (s *Server) Kill() { s.end(syscall.SIGKILL) }

func (s *Server) end(signal syscall.Signal) {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(signal)
	select {
	case <-s.done:
	case <-time.After(stopTimeout):
		_ = s.cmd.Process.Kill()
		<-s.done
	}
	s.cmd = nil
}

// Pause stops the process without closing its connections, as an overloaded or
// cut-off server looks from outside; Resume lets it go on.
func (s *Server) Pause() { _ = s.cmd.Process.Signal(syscall.SIGSTOP) }

// Resume ends a Pause.
func (s *Server) Resume() { _ = s.cmd.Process.Signal(syscall.SIGCONT) }

// output is what the server has printed.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}
