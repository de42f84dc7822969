//go:build privileged && linux && (amd64 || arm64)

package engine

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/sluice-otel/sluice/bpf"
	"github.com/sluice-otel/sluice/internal/netlab"
)

// child is this test binary as another process that shapes.
const child = "SLUICE_SHAPER_CHILD"

// TestChild is that process: it limits eth9 to 20 Mbit/s, says how it went, and
// waits to be killed. Its settings are in the environment.
func TestChild(t *testing.T) {
	mode, ok := os.LookupEnv(child)
	if !ok {
		t.Skip("run by other tests, in a process of its own")
	}
	e, err := Open(Settings{Clsact: mode == "clsact", Pin: os.Getenv("PIN")})
	if unsupported, ok := errors.AsType[*bpf.UnsupportedError](err); ok {
		say(t, "unsupported: "+unsupported.Error())
		return
	}
	require.NoError(t, err)
	defer func() { assert.NoError(t, e.Close()) }()
	_, err = e.Apply(Request{Policies: total(20e6)})
	require.NoError(t, err)
	require.NoError(t, e.Tick())
	say(t, "ready: "+e.Attachments()[0].Mode)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// say prints a line for the parent, on standard output whatever -test.v is.
func say(t *testing.T, text string) {
	t.Helper()
	_, err := io.WriteString(os.Stdout, text+"\n")
	require.NoError(t, err)
}

// process starts a child and returns what it says, and how to kill it.
func process(t *testing.T, attr *syscall.SysProcAttr, env ...string) (says string, kill func()) {
	t.Helper()
	cmd := exec.Command("/proc/self/exe", "-test.run=^TestChild$")
	cmd.Env = append(os.Environ(), env...)
	cmd.SysProcAttr = attr
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	cmd.Stderr = os.Stderr
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if text := lines.Text(); strings.HasPrefix(text, "ready: ") || strings.HasPrefix(text, "unsupported: ") {
			says = text
			break
		}
	}
	kill = func() {
		_ = stdin.Close()
		_ = cmd.Process.Kill()
		_, _ = io.Copy(io.Discard, stdout)
		_ = cmd.Wait()
	}
	t.Cleanup(kill)
	return says, kill
}

// unshaped is a lab in which another process is to shape.
func unshaped(t *testing.T) *lab {
	t.Helper()
	l := &lab{t: t, sender: netlab.New(t)}
	l.connect()
	return l
}

// A killed process leaves nothing in force.
func TestKilledProcessFreesTraffic(t *testing.T) {
	l := unshaped(t)
	says, kill := process(t, nil, child+"=tcx")
	require.Equal(t, "ready: tcx", says)
	assert.True(t, l.dropped(t), "before")
	kill()
	assert.False(t, l.dropped(t), "after")
}

// Under clsact the filter stays, and passes everything once the heartbeat is old.
func TestKilledProcessUnderClsactFreesTraffic(t *testing.T) {
	l := unshaped(t)
	says, kill := process(t, nil, child+"=clsact")
	require.Equal(t, "ready: clsact", says)
	assert.True(t, l.dropped(t), "before")
	kill()
	pass(t.Context(), 5500*time.Millisecond)
	assert.False(t, l.dropped(t), "after")
}

// A pinned link goes on without its process, is taken over by the next one without
// a gap, and lets everything pass if there is none.
func TestPinnedLinkBridgesARestart(t *testing.T) {
	l := unshaped(t)
	pin := filepath.Join(t.TempDir(), "bpf")
	require.NoError(t, os.MkdirAll(pin, 0o700))
	require.NoError(t, unix.Mount("bpf", pin, "bpf", 0, ""))
	defer func() { require.NoError(t, unix.Unmount(pin, 0)) }()

	_, kill := process(t, nil, child+"=tcx", "PIN="+pin)
	kill()
	assert.True(t, l.dropped(t), "right after the kill")
	links, err := filepath.Glob(filepath.Join(pin, "eth9-*"))
	require.NoError(t, err)
	require.Len(t, links, 1)

	_, kill = process(t, nil, child+"=tcx", "PIN="+pin)
	links, err = filepath.Glob(filepath.Join(pin, "eth9-*"))
	require.NoError(t, err)
	require.Len(t, links, 1, "taken over, not added")
	assert.True(t, l.dropped(t), "the second process")
	kill()
	pass(t.Context(), 5500*time.Millisecond)
	assert.False(t, l.dropped(t), "when the heartbeat is old")
	require.NoError(t, os.Remove(links[0]))
}

// dropped tells whether a flood of 4 MB, more than a burst at 20 Mbit/s, loses
// packets on its way here.
func (l *lab) dropped(t *testing.T) bool {
	t.Helper()
	server, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.ParseIP(here), Port: 5009})
	require.NoError(t, err)
	received := make(chan int)
	go func() {
		n, buffer := 0, make([]byte, 2048)
		for ; ; n++ {
			if _, err := server.Read(buffer); err != nil {
				received <- n
				return
			}
		}
	}()
	c := l.sender.Dial(t, "udp", here+":5009")
	const packets = 4000
	for i := range packets {
		_, err := c.Write(make([]byte, 1000))
		require.NoError(t, err)
		if i%50 == 0 {
			pass(t.Context(), time.Millisecond)
		}
	}
	pass(t.Context(), 100*time.Millisecond)
	require.NoError(t, server.Close())
	n := <-received
	t.Logf("%d of %d received", n, packets)
	return n < packets*9/10
}

// The rights are three capabilities, and no more: not root, and no other.
func TestThreeCapabilitiesAreEnough(t *testing.T) {
	unshaped(t)
	const nobody = 65534
	as := func(caps ...uintptr) *syscall.SysProcAttr {
		return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}, AmbientCaps: caps}
	}
	for _, mode := range []string{"tcx", "clsact"} {
		says, kill := process(t, as(unix.CAP_BPF, unix.CAP_NET_ADMIN, unix.CAP_PERFMON), child+"="+mode)
		assert.Equal(t, "ready: "+mode, says)
		kill()
	}
	for name, caps := range map[string][]uintptr{
		"none":              {},
		"without BPF":       {unix.CAP_NET_ADMIN, unix.CAP_PERFMON},
		"without PERFMON":   {unix.CAP_BPF, unix.CAP_NET_ADMIN},
		"without NET_ADMIN": {unix.CAP_BPF, unix.CAP_PERFMON},
	} {
		says, kill := process(t, as(caps...), child+"=tcx")
		assert.Contains(t, says, "unsupported: ", name)
		assert.Contains(t, says, bpf.RemedyRights, name)
		kill()
	}
}
