//go:build privileged && linux && (amd64 || arm64)

package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/sluice-otel/sluice/extension/shaperextension/policy"
	"github.com/sluice-otel/sluice/internal/netlab"
)

// polite is a sender that stays within its share: 2 Mbit/s of UDP, and over TCP a
// batch of 64 KB every 50 ms that has to arrive before the next is due.
type polite struct {
	sent, received atomic.Int64 // datagrams
	batches, late  atomic.Int64
}

// secondAddress gives the sender's namespace another address, as another machine
// would have.
func (l *lab) secondAddress(text string) {
	l.t.Helper()
	require.NoError(l.t, l.sender.Do(func() error {
		link, err := netlink.LinkByName("eth0")
		if err != nil {
			return err
		}
		addr, err := netlink.ParseAddr(text + "/24")
		if err != nil {
			return err
		}
		return netlink.AddrAdd(link, addr)
	}))
}

// bound dials from an address of the sender.
func (l *lab) bound(network, from, to string) net.Conn {
	l.t.Helper()
	var c net.Conn
	require.NoError(l.t, l.sender.Do(func() (err error) {
		var local net.Addr = &net.TCPAddr{IP: net.ParseIP(from)}
		if network == "udp" {
			local = &net.UDPAddr{IP: net.ParseIP(from)}
		}
		d := net.Dialer{LocalAddr: local}
		c, err = d.DialContext(l.t.Context(), network, to)
		return err
	}))
	l.t.Cleanup(func() { _ = c.Close() })
	return c
}

// run sends for the given number of batches.
func (p *polite) run(ctx context.Context, tcp, udp net.Conn, batches int) {
	var wg sync.WaitGroup
	wg.Go(func() {
		data := make([]byte, 1000-42)
		for range batches * 12 { // 2 Mbit/s
			if _, err := udp.Write(data); err == nil {
				p.sent.Add(1)
			}
			pass(ctx, 50*time.Millisecond/12)
		}
	})
	wg.Go(func() {
		data, ack := make([]byte, 64<<10), make([]byte, 1)
		for range batches {
			due := time.Now().Add(50 * time.Millisecond)
			if _, err := tcp.Write(data); err != nil {
				return
			}
			if _, err := io.ReadFull(tcp, ack); err != nil {
				return
			}
			p.batches.Add(1)
			if time.Now().After(due) {
				p.late.Add(1)
			}
			pass(ctx, time.Until(due))
		}
	})
	wg.Wait()
}

// answerBatches answers every 64 KB with a byte.
func answerBatches(c net.Conn) {
	batch := make([]byte, 64<<10)
	for {
		if _, err := io.ReadFull(c, batch); err != nil {
			return
		}
		if _, err := c.Write(batch[:1]); err != nil {
			return
		}
	}
}

// One sender at four times the limit, four polite ones: they lose nothing, and
// the noisy one gets what is left.
func TestNoSenderStarvesTheOthers(t *testing.T) {
	for name, source := range map[string]policy.PerSource{
		"the law's share": {},
		"a fixed share":   {Committed: 20e6},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, Settings{})
			l.apply(policy.Set{"ingest": with(func(p *policy.Policy) {
				p.Rate, p.PerSource = 100e6, configoptional.Some(source)
			})})
			stopTicking := l.tick()
			defer stopTicking()
			crowd := l.crowd(t, 4, 100)
			stop := datagrams(t, l.sender, here+":5666", 400e6, 1400)
			pass(t.Context(), time.Second)
			timeout := time.AfterFunc(15*time.Second, crowd.hangUp)
			crowd.run()
			timeout.Stop()
			stop()
			crowd.requireServed()
			st := l.status("ingest")
			t.Logf("%.0f sources, %s each, dropped %d of %d MB", st.Sources, st.Share, st.Dropped.Bytes>>20, (st.Passed.Bytes+st.Dropped.Bytes)>>20)
		})
	}
}

// The control: with the same limit but no shares, the polite ones starve.
func TestWithoutSharesTheyDo(t *testing.T) {
	l := newLab(t, Settings{})
	l.apply(total(100e6))
	crowd := l.crowd(t, 4, 40)
	stop := datagrams(t, l.sender, here+":5666", 400e6, 1400)
	pass(t.Context(), time.Second)
	timeout := time.AfterFunc(4*time.Second, crowd.hangUp)
	crowd.run()
	timeout.Stop()
	stop()
	lost, done := crowd.result()
	t.Logf("lost %.0f %% of datagrams, %.0f %% of batches done", 100*lost, 100*done)
	assert.Greater(t, lost, 0.2)
	assert.Less(t, done, 0.9)
}

// tick does what the extension's loop does.
func (l *lab) tick() (stop func()) {
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		ticker := time.NewTicker(250 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				assert.NoError(l.t, l.engine.Tick())
			}
		}
	})
	return func() {
		close(done)
		wg.Wait()
	}
}

// crowd is a number of polite senders, each with an address of its own.
type crowd struct {
	t       *testing.T
	polite  []*polite
	tcp     []net.Conn
	udp     []net.Conn
	batches int
	server  *net.UDPConn
}

func (l *lab) crowd(t *testing.T, n, batches int) *crowd {
	t.Helper()
	c := &crowd{t: t, batches: batches}
	var nearby *netlab.Namespace
	serve(t, nearby.Listen(t, here+":5010"), answerBatches)
	var err error
	c.server, err = net.ListenUDP("udp", &net.UDPAddr{IP: net.ParseIP(here), Port: 5011})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.server.Close() })
	ports := map[int]*polite{}
	for i := range n {
		address := fmt.Sprintf("10.77.0.%d", 10+i)
		l.secondAddress(address)
		p := &polite{}
		c.polite = append(c.polite, p)
		c.tcp = append(c.tcp, l.bound("tcp", address, here+":5010"))
		udp := l.bound("udp", address, here+":5011")
		ports[udp.LocalAddr().(*net.UDPAddr).Port] = p
		c.udp = append(c.udp, udp)
	}
	go func() {
		buffer := make([]byte, 2048)
		for {
			_, from, err := c.server.ReadFromUDP(buffer)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if p := ports[from.Port]; p != nil {
				p.received.Add(1)
			}
		}
	}()
	return c
}

func (c *crowd) run() {
	var wg sync.WaitGroup
	for i, p := range c.polite {
		wg.Go(func() { p.run(c.t.Context(), c.tcp[i], c.udp[i], c.batches) })
	}
	wg.Wait()
	pass(c.t.Context(), 100*time.Millisecond)
}

func (c *crowd) hangUp() {
	for _, conn := range c.tcp {
		_ = conn.SetDeadline(time.Now())
	}
}

// result returns the part of datagrams lost and the part of batches that arrived.
func (c *crowd) result() (lost, done float64) {
	var sent, received, batches int64
	for _, p := range c.polite {
		sent += p.sent.Load()
		received += p.received.Load()
		batches += p.batches.Load() - p.late.Load()
	}
	return 1 - float64(received)/float64(sent), float64(batches) / float64(len(c.polite)*c.batches)
}

func (c *crowd) requireServed() {
	c.t.Helper()
	lost, done := c.result()
	c.t.Logf("lost %.2f %% of datagrams, %.1f %% of batches in time", 100*lost, 100*done)
	assert.Zero(c.t, lost, "datagrams lost")
	assert.GreaterOrEqual(c.t, done, 0.98, "batches in time")
}
