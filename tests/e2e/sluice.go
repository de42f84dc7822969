// Package e2e runs the built binary as a user would, against real servers on
// loopback.
package e2e

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// root is the repository, seen from a package of tests.
const root = "../.."

// Binary returns the path of bin/sluice: SLUICE_BIN, or one built now.
func Binary(t testing.TB) string {
	t.Helper()
	if path := os.Getenv("SLUICE_BIN"); path != "" {
		return path
	}
	path, err := build()
	require.NoError(t, err)
	return path
}

var build = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "sluice-e2e") // outlives the test that comes first
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "sluice")
	out, err := exec.Command("go", "build", "-o", path, root+"/distro").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build sluice: %w: %s", err, out)
	}
	return path, nil
})

// A Process is a running sluice with what it has printed so far.
type Process struct {
	t    testing.TB
	cmd  *exec.Cmd
	done chan struct{}

	mu  sync.Mutex
	out bytes.Buffer
}

// Start runs sluice in the repository's folder. It is killed at the end of the
// test if it still runs.
func Start(t testing.TB, args ...string) *Process {
	t.Helper()
	p := &Process{t: t, done: make(chan struct{})}
	p.cmd = exec.Command(Binary(t), args...) // ended by Stop or Cleanup
	p.cmd.Dir = root
	p.cmd.Stdout, p.cmd.Stderr = p, p
	require.NoError(t, p.cmd.Start())
	go func() {
		defer close(p.done)
		_ = p.cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.done
		if t.Failed() {
			t.Logf("sluice printed:\n%s", p.Output())
		}
	})
	return p
}

// Write takes what the process prints.
func (p *Process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.Write(b)
}

// Output returns what the process has printed so far.
func (p *Process) Output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// WaitFor waits until the output contains text.
func (p *Process) WaitFor(text string) {
	p.t.Helper()
	Eventually(p.t, "output contains "+text, func() bool {
		return strings.Contains(p.Output(), text)
	})
}

// Stop sends SIGINT, as Ctrl-C does, waits, and returns the exit status.
func (p *Process) Stop(within time.Duration) int {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(syscall.SIGINT))
	select {
	case <-p.done:
	case <-time.After(within):
		p.t.Fatalf("sluice did not exit within %s of SIGINT", within)
	}
	return p.cmd.ProcessState.ExitCode()
}

// CPU returns the processor time a process that has ended used.
func (p *Process) CPU() time.Duration {
	return p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()
}

// MaxRSS returns the largest resident size of a process that has ended, bytes.
func (p *Process) MaxRSS() int64 {
	return p.cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss * 1024 //nolint:forcetypeassert // always so on Unix
}

// RSS returns the resident size of a running process, bytes, and the part of it
// that is pages of files: its own program, and what it has mapped.
func (p *Process) RSS() (total, files int64) {
	p.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p.cmd.Process.Pid))
	require.NoError(p.t, err)
	var size int64
	_, err = fmt.Sscan(string(text), &size, &total, &files)
	require.NoError(p.t, err)
	page := int64(os.Getpagesize())
	return total * page, files * page
}

// Eventually polls until ok returns true; a test that waits longer than 30 s
// fails.
func Eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-ctx.Done():
			t.Fatalf("not within 30s: %s", what)
		case <-tick.C:
		}
	}
}

// Run runs sluice to its end and returns output and exit status.
func Run(t testing.TB, args ...string) (string, int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), Binary(t), args...)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		require.NoError(t, err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}
