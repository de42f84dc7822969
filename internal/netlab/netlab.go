//go:build linux

// Package netlab makes small networks of namespaces for tests that need root. A
// test binary moves itself into a network namespace of its own first, so that
// nothing it does is seen outside and all of it is gone with the process.
package netlab

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// inside marks the process that has moved, and then those that it starts: they
// are where it is.
const inside = "SLUICE_NETLAB"

// Enter moves the process into new network and mount namespaces. It is the first
// thing in a TestMain: it runs the test binary again, in there, and ends this
// process with the status of that one; there it returns. What the process then
// starts itself is where it is.
func Enter() {
	// The process's first thread stays with TestMain: /proc/self is about it, and
	// onThread must not take it elsewhere.
	runtime.LockOSThread()
	var err error
	switch os.Getenv(inside) {
	case "moved":
		err = errors.Join(os.Setenv(inside, "child"), setUp())
	case "child":
	default:
		var status int
		if status, err = again(); err == nil {
			os.Exit(status)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "netlab:", err)
		os.Exit(1)
	}
}

func again() (status int, err error) {
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...) //nolint:gosec,noctx // itself, to its end
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), inside+"=moved")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS,
		Pdeathsig:  syscall.SIGKILL, // of the thread, which is locked
	}
	err = cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), nil
	}
	if err != nil {
		err = fmt.Errorf("new network and mount namespaces: %w (needs CAP_SYS_ADMIN)", err)
	}
	return 0, err
}

func setUp() error {
	// Mounts made here must not be seen outside.
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	return loopbackUp()
}

func loopbackUp() error {
	lo, err := netlink.LinkByName("lo")
	if err != nil {
		return err
	}
	if err := netlink.LinkSetUp(lo); err != nil {
		return fmt.Errorf("set up loopback: %w (needs CAP_NET_ADMIN)", err)
	}
	return nil
}

// Namespace is a network namespace: another machine.
type Namespace struct{ handle netns.NsHandle }

// New makes a namespace that lasts as long as the test.
func New(t testing.TB) *Namespace {
	t.Helper()
	n := &Namespace{}
	require.NoError(t, onThread(func() error {
		var err error
		if n.handle, err = netns.New(); err != nil {
			return err
		}
		return loopbackUp()
	}))
	t.Cleanup(func() { _ = n.handle.Close() })
	return n
}

// Do calls f on a thread that is in the namespace. Sockets that f opens belong to
// it for as long as they live. On a nil namespace f runs where the test is.
func (n *Namespace) Do(f func() error) error {
	if n == nil {
		return f()
	}
	return onThread(func() error {
		if err := netns.Set(n.handle); err != nil {
			return err
		}
		return f()
	})
}

// onThread runs f on a thread of its own, which ends with it: its namespace may
// have changed.
func onThread(f func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked
		done <- f()
	}()
	return <-done
}

// End is one end of a cable.
type End struct {
	Namespace *Namespace // nil: where the test is
	Name      string
	Addresses []string // with prefix lengths
}

// Connect lays a cable (a veth pair) between two namespaces, with addresses and
// both ends up.
func Connect(t testing.TB, a, b End) {
	t.Helper()
	require.NoError(t, a.Namespace.Do(func() error {
		attrs := netlink.NewLinkAttrs()
		attrs.Name, attrs.NumTxQueues, attrs.NumRxQueues = a.Name, 2, 2
		pair := &netlink.Veth{LinkAttrs: attrs, PeerName: b.Name}
		if b.Namespace != nil {
			pair.PeerNamespace = netlink.NsFd(b.Namespace.handle)
		}
		return netlink.LinkAdd(pair)
	}))
	for _, end := range []End{a, b} {
		require.NoError(t, end.Namespace.Do(end.up), end.Name)
	}
	t.Cleanup(func() { Disconnect(a) })
}

// Disconnect takes the cable away, if it is still there.
func Disconnect(a End) {
	_ = a.Namespace.Do(func() error {
		l, err := netlink.LinkByName(a.Name)
		if err != nil {
			return err
		}
		return netlink.LinkDel(l)
	})
}

func (e End) up() error {
	l, err := netlink.LinkByName(e.Name)
	if err != nil {
		return err
	}
	for _, text := range e.Addresses {
		addr, err := netlink.ParseAddr(text)
		if err != nil {
			return err
		}
		addr.Flags |= unix.IFA_F_NODAD // or an IPv6 address is not usable for a second
		if err := netlink.AddrAdd(l, addr); err != nil {
			return err
		}
	}
	return netlink.LinkSetUp(l)
}

// Listen opens a TCP server in the namespace.
func (n *Namespace) Listen(t testing.TB, address string) net.Listener {
	t.Helper()
	var l net.Listener
	require.NoError(t, n.Do(func() (err error) {
		var lc net.ListenConfig
		l, err = lc.Listen(t.Context(), "tcp", address)
		return err
	}))
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// Dial connects from the namespace. TCP connections use cubic, whatever the
// machine's default: a network namespace cannot choose one by sysctl.
func (n *Namespace) Dial(t testing.TB, network, address string) net.Conn {
	t.Helper()
	var c net.Conn
	d := net.Dialer{Control: func(network, _ string, raw syscall.RawConn) (err error) {
		if network[:3] != "tcp" {
			return nil
		}
		_ = raw.Control(func(fd uintptr) {
			err = unix.SetsockoptString(int(fd), unix.IPPROTO_TCP, unix.TCP_CONGESTION, "cubic")
		})
		return err
	}}
	require.NoError(t, n.Do(func() (err error) {
		c, err = d.DialContext(t.Context(), network, address)
		return err
	}))
	t.Cleanup(func() { _ = c.Close() })
	return c
}
