//go:build privileged && linux && (amd64 || arm64)

package shaper

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/sluice-otel/sluice/internal/netlab"
)

const (
	here   = "10.77.0.1"
	there  = "10.77.0.2"
	warmUp = 1500 * time.Millisecond
	window = 4 * time.Second

	// Headers of a segment, by layer.
	ethernet, ipAndTCP = 14, 52
)

// lab is another machine behind one cable, from which traffic comes to here, or
// goes to.
type lab struct {
	other    *netlab.Namespace
	from, to *netlab.Namespace // nil: here
	address  string            // of to
	classed  bool              // the ping's socket asks for its class itself
}

func newLab(b *testing.B) *lab {
	b.Helper()
	l := &lab{other: netlab.New(b), address: here, classed: true}
	l.from = l.other
	netlab.Connect(b,
		netlab.End{Name: "eth9", Addresses: []string{here + "/24"}},
		netlab.End{Namespace: l.other, Name: "eth0", Addresses: []string{there + "/24"}})
	return l
}

// reverse makes here the sender, for limits of what goes out.
func (l *lab) reverse() {
	l.from, l.to, l.address, l.classed = nil, l.other, there, false
}

func (l *lab) speakECN(b *testing.B) {
	b.Helper()
	for _, n := range []*netlab.Namespace{nil, l.other} {
		require.NoError(b, n.Do(func() error {
			return os.WriteFile("/proc/sys/net/ipv4/tcp_ecn", []byte("1"), 0)
		}))
	}
	b.Cleanup(func() { _ = os.WriteFile("/proc/sys/net/ipv4/tcp_ecn", []byte("2"), 0) })
}

// result is one measurement.
type result struct {
	rate     float64 // bit/s received
	p50, p99 time.Duration
	cpu      float64 // core-ms per Gbit
}

// BenchmarkTraffic floods through each limiter with 1, 16 and 1,000 TCP
// connections (cubic) while a 64-byte ping-pong goes through it too. Ratios are to
// the tbf of the same pass; -count 3 and benchstat make medians.
func BenchmarkTraffic(b *testing.B) {
	base := map[int]result{} // tbf's
	for _, flows := range []int{1, 16, 1000} {
		for _, p := range peers {
			b.Run(fmt.Sprintf("%d connections/%s", flows, p.name), func(b *testing.B) {
				l := newLab(b)
				p.setUp(b, l)
				r := l.flood(b, flows)
				if p.name == "tbf" {
					base[flows] = r
				}
				for b.Loop() { // measured above
				}
				b.ReportMetric(0, "ns/op")
				b.ReportMetric(100*(r.rate/limit-1), "rate-err-%")
				b.ReportMetric(r.p50.Seconds()*1e3, "p50-ms")
				b.ReportMetric(r.p99.Seconds()*1e3, "p99-ms")
				b.ReportMetric(r.cpu, "cpu-ms/Gbit")
				if t, ok := base[flows]; ok {
					b.ReportMetric(r.p99.Seconds()/t.p99.Seconds(), "p99/tbf")
					b.ReportMetric(r.cpu/t.cpu, "cpu/tbf")
				}
			})
		}
	}
}

func (l *lab) flood(b *testing.B, flows int) result {
	b.Helper()
	var stopped sync.WaitGroup
	defer stopped.Wait()
	sink := l.to.Listen(b, l.address+":5001")
	echo := l.to.Listen(b, l.address+":5002")
	defer serve(&stopped, sink, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })()
	defer serve(&stopped, echo, func(c net.Conn) { _, _ = io.Copy(c, c) })()
	ping := l.from.Dial(b, "tcp", echo.Addr().String())
	if l.classed {
		prioritise(b, ping, pingClass)
	}
	for range flows {
		c := l.from.Dial(b, "tcp", sink.Addr().String())
		defer func() {
			_ = c.(*net.TCPConn).SetLinger(0)
			_ = c.Close()
		}()
		stopped.Go(func() {
			data := make([]byte, 64<<10)
			for {
				if _, err := c.Write(data); err != nil {
					return
				}
			}
		})
	}
	pass(b.Context(), warmUp)
	bytes, used, start := l.received(b), netlab.ProcessorTime(b), time.Now()
	times := pingPong(ping, window)
	took := time.Since(start)
	gbit := float64(l.received(b)-bytes) * 8 / 1e9
	r := result{rate: gbit * 1e9 / took.Seconds(), cpu: (netlab.ProcessorTime(b) - used).Seconds() * 1e3 / gbit}
	if len(times) > 0 {
		slices.Sort(times)
		r.p50, r.p99 = times[len(times)/2], times[len(times)*99/100]
	}
	return r
}

func pass(ctx context.Context, d time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	<-ctx.Done()
}

// serve handles connections until the returned function is called.
func serve(stopped *sync.WaitGroup, l net.Listener, handle func(net.Conn)) (stop func()) {
	var mu sync.Mutex
	var conns []net.Conn
	stopped.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, c)
			mu.Unlock()
			stopped.Go(func() { handle(c) })
		}
	})
	return func() {
		_ = l.Close()
		mu.Lock()
		defer mu.Unlock()
		for _, c := range conns {
			_ = c.Close()
		}
	}
}

func prioritise(b *testing.B, c net.Conn, class int) {
	b.Helper()
	raw, err := c.(*net.TCPConn).SyscallConn()
	require.NoError(b, err)
	var set error
	require.NoError(b, raw.Control(func(fd uintptr) {
		set = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_PRIORITY, class)
	}))
	require.NoError(b, set)
}

// pingPong sends 64 bytes and waits for them to come back, again and again. One
// that is still out at the end counts with the time it has been out.
func pingPong(c net.Conn, d time.Duration) []time.Duration {
	var times []time.Duration
	message := make([]byte, 64)
	end := time.Now().Add(d)
	_ = c.SetDeadline(end)
	for time.Now().Before(end) {
		start := time.Now()
		_, err := c.Write(message)
		if err == nil {
			_, err = io.ReadFull(c, message)
		}
		times = append(times, time.Since(start))
		if err != nil {
			break
		}
		pass(context.Background(), 500*time.Microsecond)
	}
	return times
}

// received returns the bytes on the wire of what IP has received, which is behind
// every limiter. IP counts the bytes of packets as GRO and GSO leave them, and by
// their ECN bits the segments that they stand for: the headers of the rest are
// added.
func (l *lab) received(b *testing.B) (bytes uint64) {
	b.Helper()
	require.NoError(b, l.to.Do(func() error {
		ip, err := kernelCounters("/proc/thread-self/net/snmp", "Ip:")
		if err != nil {
			return err
		}
		ext, err := kernelCounters("/proc/thread-self/net/netstat", "IpExt:")
		segments := ext["InNoECTPkts"] + ext["InECT0Pkts"] + ext["InECT1Pkts"] + ext["InCEPkts"]
		bytes = ext["InOctets"] + (segments-ip["InReceives"])*ipAndTCP + segments*ethernet
		return err
	}))
	return bytes
}

// kernelCounters reads two lines that begin alike: names, and their values.
func kernelCounters(file, prefix string) (map[string]uint64, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	counters := map[string]uint64{}
	var names []string
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0 || fields[0] != prefix:
		case names == nil:
			names = fields
		default:
			for i, value := range fields[1:] {
				counters[names[i+1]], _ = strconv.ParseUint(value, 10, 64)
			}
		}
	}
	return counters, nil
}
