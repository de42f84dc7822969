//go:build privileged && linux && (amd64 || arm64)

package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sluice-otel/sluice/extension/shaperextension/policy"
	"github.com/sluice-otel/sluice/internal/netlab"
)

// TestMain moves the tests into a network of their own.
func TestMain(m *testing.M) {
	netlab.Enter()
	goleak.VerifyTestMain(m)
}

// TestMachineCanShape is what tests/privileged.sh asks before all others: the error
// in one line.
func TestMachineCanShape(t *testing.T) {
	sender := netlab.New(t)
	netlab.Connect(t, netlab.End{Name: "eth9"}, netlab.End{Namespace: sender, Name: "eth0"})
	e, err := Open(Settings{})
	if err == nil {
		defer func() { assert.NoError(t, e.Close()) }()
		_, err = e.Apply(Request{Policies: total(1e9)})
	}
	if err != nil {
		t.Fatalf("cannot shape: %v", err)
	}
}

const (
	here  = "10.77.0.1" // where the test, and the shaper, is
	there = "10.77.0.2" // the sender's
)

// lab is a sender on another machine, behind one cable.
type lab struct {
	t      *testing.T
	sender *netlab.Namespace
	engine *Engine
}

func newLab(t *testing.T, s Settings) *lab {
	t.Helper()
	l := &lab{t: t, sender: netlab.New(t)}
	l.connect()
	l.engine = open(t, s)
	return l
}

func open(t *testing.T, s Settings) *Engine {
	t.Helper()
	e, err := Open(s)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e
}

func (l *lab) connect() {
	l.t.Helper()
	netlab.Connect(l.t,
		netlab.End{Name: "eth9", Addresses: []string{here + "/24", "fd77::1/64"}},
		netlab.End{Namespace: l.sender, Name: "eth0", Addresses: []string{there + "/24", "fd77::2/64"}})
}

func (l *lab) apply(set policy.Set) {
	l.t.Helper()
	require.NoError(l.t, set.Validate())
	_, err := l.engine.Apply(Request{Policies: set})
	require.NoError(l.t, err)
}

// with returns the default policy, changed.
func with(change func(*policy.Policy)) policy.Policy {
	p := policy.Default()
	p.Interfaces = []string{"eth9"}
	change(&p)
	return p
}

func total(rate policy.Rate) policy.Set {
	return policy.Set{"total": with(func(p *policy.Policy) { p.Rate = rate })}
}

func (l *lab) status(name string) PolicyStatus {
	l.t.Helper()
	all, _, err := l.engine.Status()
	require.NoError(l.t, err)
	for _, st := range all {
		if st.Name == name {
			return st
		}
	}
	l.t.Fatalf("no policy %q", name)
	return PolicyStatus{}
}

// pass returns after the given time.
func pass(ctx context.Context, d time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	<-ctx.Done()
}

// serve accepts connections until the end of the test, when it closes them: the
// other end, and the cable to it, may have gone by then.
func serve(t *testing.T, l net.Listener, handle func(net.Conn)) {
	t.Helper()
	var mu sync.Mutex
	var conns []net.Conn
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, c)
			mu.Unlock()
			wg.Go(func() { handle(c) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for _, c := range conns {
			_ = c.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
}

func discard(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// flood writes to n TCP connections from one namespace to a server in another,
// until the returned function is called.
func flood(t *testing.T, from, to *netlab.Namespace, address string, n int) (stop func()) {
	t.Helper()
	l := to.Listen(t, address)
	serve(t, l, discard)
	var wg sync.WaitGroup
	conns := make([]net.Conn, n)
	for i := range conns {
		conns[i] = from.Dial(t, "tcp", l.Addr().String())
	}
	for _, c := range conns {
		wg.Go(func() {
			data := make([]byte, 64<<10)
			for {
				if _, err := c.Write(data); err != nil {
					return
				}
			}
		})
	}
	return sync.OnceFunc(func() {
		for _, c := range conns {
			_ = c.(*net.TCPConn).SetLinger(0)
			_ = c.Close()
		}
		wg.Wait()
	})
}

// datagrams sends UDP at a rate until the returned function is called.
func datagrams(t *testing.T, from *netlab.Namespace, address string, rate policy.Rate, size int) (stop func() uint64) {
	t.Helper()
	c := from.Dial(t, "udp", address)
	ctx, cancel := context.WithCancel(t.Context())
	sent := make(chan uint64)
	go func() {
		data, bytes, start := make([]byte, size-42), uint64(0), time.Now()
		for ctx.Err() == nil {
			due := uint64(time.Since(start).Seconds() * float64(rate) / 8)
			for bytes < due {
				if _, err := c.Write(data); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
					break // the other end has no socket: ICMP says so now and then
				}
				bytes += uint64(size)
			}
			pass(ctx, 500*time.Microsecond)
		}
		sent <- bytes
	}()
	return func() uint64 {
		cancel()
		return <-sent
	}
}

// rateOf measures a policy's passed traffic, in bit/s.
func (l *lab) rateOf(name string, window time.Duration) float64 {
	l.t.Helper()
	before, start := l.status(name), time.Now()
	pass(l.t.Context(), window)
	return float64(l.status(name).Passed.Bytes-before.Passed.Bytes) * 8 / time.Since(start).Seconds()
}

// statusAt returns a status that was read all at once, as far as a busy machine
// allows, and when.
func (l *lab) statusAt(name string) (PolicyStatus, time.Time) {
	l.t.Helper()
	for {
		at := time.Now()
		st := l.status(name)
		if time.Since(at) < 300*time.Microsecond {
			return st, at
		}
	}
}

// requireKept requires a policy to pass, within 1 %, what its limit allows: the
// time that has gone by and the credit that has been used. It counts only slices of
// time in which the bucket cannot have been full, so that it does not depend on
// whether a busy machine always gave the sender its turn.
func (l *lab) requireKept(name string, rate float64, window time.Duration) {
	l.t.Helper()
	netlab.Undisturbed(l.t, func() error {
		var bytes uint64
		var allowed time.Duration
		deadline := time.Now().Add(8 * time.Second)
		for allowed < window {
			if time.Now().After(deadline) {
				return fmt.Errorf("only %s of traffic that kept the bucket in use", allowed)
			}
			before, start := l.statusAt(name)
			pass(l.t.Context(), 50*time.Millisecond)
			after, end := l.statusAt(name)
			took := end.Sub(start)
			if before.Delay < took {
				continue
			}
			bytes += after.Passed.Bytes - before.Passed.Bytes
			allowed += took + after.Delay - before.Delay
		}
		return within(float64(bytes)*8/allowed.Seconds(), rate, 0.01)
	})
}

// requireRate requires a policy to pass its rate by the wall clock.
func (l *lab) requireRate(name string, rate, delta float64, window time.Duration) {
	l.t.Helper()
	netlab.Undisturbed(l.t, func() error { return within(l.rateOf(name, window), rate, delta) })
}

// within returns an error if a rate in bit/s is further than a part of the wanted
// one from it.
func within(got, want, part float64) error {
	if math.Abs(got/want-1) <= part {
		return nil
	}
	return fmt.Errorf("%.2f Mbit/s, want %.2f within %.0f %%", got/1e6, want/1e6, 100*part)
}
