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
			defer stop()
			pass(t.Context(), time.Second)
			netlab.Undisturbed(t, func() error { return crowd.served(15 * time.Second) })
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
	lost, done := crowd.run(4 * time.Second)
	stop()
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
	lab     *lab
	polite  []*polite
	tcp     []net.Conn
	udp     []net.Conn
	batches int
}

func (l *lab) crowd(t *testing.T, n, batches int) *crowd {
	t.Helper()
	c := &crowd{lab: l, batches: batches}
	var nearby *netlab.Namespace
	serve(t, nearby.Listen(t, here+":5010"), answerBatches)
	server, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.ParseIP(here), Port: 5011})
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	ports := map[int]*polite{}
	for i := range n {
		l.secondAddress(address(i))
		p := &polite{}
		c.polite = append(c.polite, p)
		udp := l.bound("udp", address(i), here+":5011")
		ports[udp.LocalAddr().(*net.UDPAddr).Port] = p
		c.udp = append(c.udp, udp)
	}
	c.dial()
	go func() {
		buffer := make([]byte, 2048)
		for {
			_, from, err := server.ReadFromUDP(buffer)
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

func address(i int) string { return fmt.Sprintf("10.77.0.%d", 10+i) }

// dial connects every sender anew.
func (c *crowd) dial() {
	for _, conn := range c.tcp {
		_ = conn.Close()
	}
	c.tcp = nil
	for i := range c.polite {
		c.tcp = append(c.tcp, c.lab.bound("tcp", address(i), here+":5010"))
	}
}

// run returns the part of datagrams lost and the part of batches that arrived in
// time. Connections that are not done after atMost are hung up.
func (c *crowd) run(atMost time.Duration) (lost, done float64) {
	timeout := time.AfterFunc(atMost, func() {
		for _, conn := range c.tcp {
			_ = conn.SetDeadline(time.Now())
		}
	})
	defer timeout.Stop()
	var wg sync.WaitGroup
	for i, p := range c.polite {
		p.sent.Store(0)
		p.received.Store(0)
		p.batches.Store(0)
		p.late.Store(0)
		wg.Go(func() { p.run(c.lab.t.Context(), c.tcp[i], c.udp[i], c.batches) })
	}
	wg.Wait()
	pass(c.lab.t.Context(), 100*time.Millisecond)
	return c.result()
}

func (c *crowd) result() (lost, done float64) {
	var sent, received, batches int64
	for _, p := range c.polite {
		sent += p.sent.Load()
		received += p.received.Load()
		batches += p.batches.Load() - p.late.Load()
	}
	return 1 - float64(received)/float64(sent), float64(batches) / float64(len(c.polite)*c.batches)
}

// served runs the crowd, and returns an error if a datagram was lost or more than
// 2 % of the batches were late.
func (c *crowd) served(atMost time.Duration) error {
	lost, done := c.run(atMost)
	c.lab.t.Logf("lost %.2f %% of datagrams, %.1f %% of batches in time", 100*lost, 100*done)
	if lost == 0 && done >= 0.98 {
		return nil
	}
	c.dial() // for the next attempt: batches may have been cut off
	return fmt.Errorf("lost %.2f %% of datagrams, %.1f %% of batches in time", 100*lost, 100*done)
}
