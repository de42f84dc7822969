//go:build privileged && linux && (amd64 || arm64)

package engine

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/sluice-otel/sluice/extension/shaperextension/policy"
	"github.com/sluice-otel/sluice/internal/netlab"
)

// Observing drops nothing, and counts over a flood what policing would drop.
func TestObserveCountsWhatPoliceWouldDrop(t *testing.T) {
	l := newLab(t, Settings{})
	set := total(20e6)
	p := set["total"]
	p.Mode = policy.Observe
	l.apply(policy.Set{"total": p})
	stop := datagrams(t, l.sender, here+":5002", 100e6, 1000)
	pass(t.Context(), 400*time.Millisecond)
	l.requireKept("total", 20e6, time.Second) // by what conforms
	stop()
	st := l.status("total")
	assert.Zero(t, st.Dropped)
	assert.Greater(t, st.WouldDrop.Packets, st.Passed.Packets)
}

// Where both ends speak ECN, the limit is kept with next to no drops once the
// connections have found their pace.
func TestECNKeepsTheLimitByMarks(t *testing.T) {
	l := newLab(t, Settings{})
	for _, n := range []*netlab.Namespace{nil, l.sender} {
		require.NoError(t, n.Do(func() error {
			return os.WriteFile("/proc/sys/net/ipv4/tcp_ecn", []byte("1"), 0)
		}))
	}
	set := total(1e9)
	p := set["total"]
	p.Mode = policy.ECN
	l.apply(policy.Set{"total": p})
	stop := flood(t, l.sender, nil, here+":5001", 16)
	defer stop()
	pass(t.Context(), 2*time.Second)
	netlab.Undisturbed(t, func() error {
		before := l.status("total")
		rate := l.rateOf("total", 3*time.Second)
		st := l.status("total")
		passed, dropped := st.Passed.Packets-before.Passed.Packets, st.Dropped.Packets-before.Dropped.Packets
		t.Logf("%d packets passed, %d dropped, in all %d marked", passed, dropped, st.Marked.Packets)
		assert.NotZero(t, st.Marked.Packets)
		if float64(dropped) > 0.01*float64(passed) {
			return fmt.Errorf("%d of %d packets dropped", dropped, passed+dropped)
		}
		return within(rate, 1e9, 0.04)
	})
}

// ownCgroup puts this process into a cgroup of its own until the test ends.
func ownCgroup(t *testing.T) (name string) {
	t.Helper()
	root, err := cgroupRoot()
	if err != nil {
		t.Skip("cgroup v2 is not mounted here")
	}
	name = fmt.Sprintf("sluice-test-%d", os.Getpid())
	dir := filepath.Join(root, name)
	require.NoError(t, os.Mkdir(dir, 0o755))
	pid := []byte(fmt.Sprint(os.Getpid()))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "cgroup.procs"), pid, 0))
	t.Cleanup(func() {
		assert.NoError(t, os.WriteFile(filepath.Join(root, "cgroup.procs"), pid, 0))
		assert.NoError(t, os.Remove(dir))
	})
	return name
}

// Pacing keeps the limit on egress without losing a packet: no bucket, no drop.
// What arrives is counted by the other end.
func TestPacedSocketsKeepTheLimit(t *testing.T) {
	l := newLab(t, Settings{})
	group := ownCgroup(t)
	set := policy.Set{
		"paced": with(func(p *policy.Policy) {
			p.Mode, p.Direction, p.Rate, p.Ports, p.Cgroup, p.Interfaces = policy.Pace, policy.Egress, 500e6, []uint16{5004}, group, nil
		}),
		"watch": with(func(p *policy.Policy) { p.Direction, p.Rate = policy.Egress, 100e9 }),
	}
	l.apply(set)
	stop := flood(t, nil, l.sender, there+":5004", 16)
	pass(t.Context(), time.Second)
	assert.EqualValues(t, 16, l.status("paced").Sockets)
	// The pace is of payload and TCP headers; the wire has Ethernet's too.
	l.requireRate("watch", 500e6, 0.05, 2*time.Second)
	p := set["paced"]
	p.Rate = 100e6
	set["paced"] = p
	l.apply(set)
	pass(t.Context(), 500*time.Millisecond)
	l.requireRate("watch", 100e6, 0.05, 2*time.Second)
	stop()
	pass(t.Context(), 100*time.Millisecond)
	assert.Zero(t, l.status("paced").Sockets)
}

// A policy of a cgroup is about the packets of its processes, and of those in
// cgroups below it.
func TestCgroupPolicyIsAboutItsProcesses(t *testing.T) {
	l := newLab(t, Settings{})
	group := ownCgroup(t)
	l.apply(policy.Set{
		"group": with(func(p *policy.Policy) { p.Direction, p.Rate, p.Cgroup = policy.Egress, 20e6, group }),
		"total": with(func(p *policy.Policy) { p.Direction, p.Rate = policy.Egress, 10e9 }),
	})
	stop := datagrams(t, nil, there+":5002", 100e6, 1000)
	defer stop()
	pass(t.Context(), 400*time.Millisecond)
	l.requireKept("group", 20e6, time.Second)
}

// Mode queue hands packets to an HTB class, whose limit then holds.
func TestQueueHandsToAClass(t *testing.T) {
	l := newLab(t, Settings{})
	eth, err := netlink.LinkByName("eth9")
	require.NoError(t, err)
	addHTB(t, eth, map[uint16]uint64{10: 20e6, 20: 1e9})
	l.apply(policy.Set{"slow": with(func(p *policy.Policy) {
		p.Direction, p.Mode, p.Queue.Class, p.Ports = policy.Egress, policy.QueueMode, "1:10", []uint16{5002}
	})})
	stop := datagrams(t, nil, there+":5002", 100e6, 1000)
	defer stop()
	pass(t.Context(), 300*time.Millisecond)
	netlab.Undisturbed(t, func() error {
		before, start := sentBy(t, eth, 10), time.Now()
		pass(t.Context(), 2*time.Second)
		return within(float64(sentBy(t, eth, 10)-before)*8/time.Since(start).Seconds(), 20e6, 0.05)
	})
	assert.NotZero(t, l.status("slow").Passed.Packets)
}

// addHTB gives an interface classes with rates; 20 is the default.
func addHTB(t *testing.T, eth netlink.Link, rates map[uint16]uint64) {
	t.Helper()
	index := eth.Attrs().Index
	root := netlink.NewHtb(netlink.QdiscAttrs{LinkIndex: index, Handle: netlink.MakeHandle(1, 0), Parent: netlink.HANDLE_ROOT})
	root.Defcls = 0x20
	require.NoError(t, netlink.QdiscAdd(root))
	for minor, rate := range rates {
		hex := minor/10*16 + minor%10 // as tc writes it
		class := netlink.NewHtbClass(netlink.ClassAttrs{
			LinkIndex: index, Parent: netlink.MakeHandle(1, 0), Handle: netlink.MakeHandle(1, hex),
		}, netlink.HtbClassAttrs{Rate: rate, Buffer: 1 << 17})
		require.NoError(t, netlink.ClassAdd(class))
	}
}

func sentBy(t *testing.T, eth netlink.Link, minor uint16) uint64 {
	t.Helper()
	classes, err := netlink.ClassList(eth, netlink.MakeHandle(1, 0))
	require.NoError(t, err)
	for _, c := range classes {
		if c.Attrs().Handle == netlink.MakeHandle(1, minor/10*16+minor%10) {
			return c.Attrs().Statistics.Basic.Bytes
		}
	}
	t.Fatal("the class is not there")
	return 0
}

// Mode queue hands what comes in to an IFB, which can queue it.
func TestQueueHandsToADevice(t *testing.T) {
	l := newLab(t, Settings{})
	attrs := netlink.NewLinkAttrs()
	attrs.Name = "ifb9"
	ifb := &netlink.Ifb{LinkAttrs: attrs}
	require.NoError(t, netlink.LinkAdd(ifb))
	defer func() { require.NoError(t, netlink.LinkDel(ifb)) }()
	require.NoError(t, netlink.LinkSetUp(ifb))
	l.apply(policy.Set{"queued": with(func(p *policy.Policy) {
		p.Mode, p.Queue.Device, p.Ports = policy.QueueMode, "ifb9", []uint16{5010}
	})})
	stop := flood(t, l.sender, nil, here+":5010", 1)
	pass(t.Context(), 500*time.Millisecond)
	stop()
	again, err := netlink.LinkByName("ifb9")
	require.NoError(t, err)
	assert.Greater(t, again.Attrs().Statistics.TxPackets, uint64(100), "through the device")
	assert.NotZero(t, l.status("queued").Passed.Packets)
}

// An interface whose frames have no Ethernet header, as tunnels have it.
func TestInterfaceWithoutEthernet(t *testing.T) {
	e := open(t, Settings{})
	attrs := netlink.NewLinkAttrs()
	attrs.Name = "tun9"
	tun := &netlink.Tuntap{LinkAttrs: attrs, Mode: netlink.TUNTAP_MODE_TUN, Flags: unix.IFF_NO_PI, Queues: 1}
	require.NoError(t, netlink.LinkAdd(tun))
	defer func() { require.NoError(t, netlink.LinkDel(tun)) }()
	require.NoError(t, netlink.LinkSetUp(tun))
	l := &lab{t: t, engine: e}
	p := with(func(p *policy.Policy) { p.Rate, p.Peers = 1e6, []netip.Prefix{netip.MustParsePrefix("10.9.9.0/24")} })
	p.Interfaces = []string{"tun9"}
	l.apply(policy.Set{"tunnel": p})
	packet := make([]byte, 1000)
	copy(packet, []byte{0x45, 0, 3, 0xe8, 0, 0, 0, 0, 64, 17, 0, 0, 10, 9, 9, 1, 10, 9, 9, 2})
	for range 500 {
		_, err := tun.Fds[0].Write(packet)
		require.NoError(t, err)
	}
	st := l.status("tunnel")
	assert.EqualValues(t, 500, st.Passed.Packets+st.Dropped.Packets)
	assert.NotZero(t, st.Dropped.Packets)
}

func TestIPv6IsClassified(t *testing.T) {
	l := newLab(t, Settings{})
	l.apply(policy.Set{
		"six": with(func(p *policy.Policy) { p.Rate, p.Peers = 20e6, []netip.Prefix{netip.MustParsePrefix("fd77::/64")} }),
	})
	stop := datagrams(t, l.sender, net.JoinHostPort("fd77::1", "5002"), 100e6, 1000)
	defer stop()
	pass(t.Context(), 400*time.Millisecond)
	l.requireKept("six", 20e6, time.Second)
}
