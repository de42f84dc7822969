//go:build privileged && linux && (amd64 || arm64)

package engine

import (
	"fmt"
	"net/netip"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/link"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"

	"github.com/sluice-otel/sluice/bpf"
	"github.com/sluice-otel/sluice/extension/shaperextension/policy"
	"github.com/sluice-otel/sluice/internal/netlab"
)

// A new rate holds from the moment that Apply returns, which is at once; the
// bucket, full of a flood, stays full.
func TestNewRateHoldsAtOnce(t *testing.T) {
	l := newLab(t, Settings{})
	l.apply(total(100e6))
	stop := datagrams(t, l.sender, here+":5002", 300e6, 1000)
	defer stop()
	pass(t.Context(), 400*time.Millisecond)
	for _, rate := range []policy.Rate{10e6, 100e6, 20e6} {
		l.apply(total(rate))
		l.requireKept("total", float64(rate), 500*time.Millisecond)
	}
}

// A change of rate, under a flood, takes less than 5 ms: the median of 21.
func TestNewRateIsAppliedWithinFiveMilliseconds(t *testing.T) {
	l := newLab(t, Settings{})
	l.apply(total(100e6))
	stop := datagrams(t, l.sender, here+":5002", 300e6, 1000)
	defer stop()
	netlab.Undisturbed(t, func() error {
		took := make([]time.Duration, 21)
		for i := range took {
			started := time.Now()
			l.apply(total(policy.Rate(10e6 * (i + 1))))
			took[i] = time.Since(started)
			pass(t.Context(), 10*time.Millisecond)
		}
		slices.Sort(took)
		t.Logf("applied in %s, %s at most", took[10], took[20])
		if took[10] >= 5*time.Millisecond {
			return fmt.Errorf("a change takes %s", took[10])
		}
		return nil
	})
}

func TestFactorIsAPartOfTheLimit(t *testing.T) {
	l := newLab(t, Settings{})
	set := total(100e6)
	p := set["total"]
	p.Elastic = true
	set["total"] = p
	l.apply(set)
	stop := datagrams(t, l.sender, here+":5002", 300e6, 1000)
	defer stop()
	pass(t.Context(), 400*time.Millisecond)
	require.NoError(t, l.engine.SetFactor("total", 0.2))
	l.requireKept("total", 20e6, time.Second)
	require.NoError(t, l.engine.SetFactor("total", 1))
	l.requireKept("total", 100e6, time.Second)
	require.ErrorIs(t, l.engine.SetFactor("none", 1), ErrNoPolicy)
	l.apply(total(100e6))
	require.ErrorIs(t, l.engine.SetFactor("total", 1), ErrNotElastic)
}

// Rules are replaced hundreds of times under a flood. Every packet is under one
// of the policies: what no policy is about is ARP, and there is none in between.
// IPv6 is off, because a new interface says more about itself.
func TestNothingPassesUnpolicedBetweenRules(t *testing.T) {
	l := newLab(t, Settings{})
	for n, eth := range map[*netlab.Namespace]string{nil: "eth9", l.sender: "eth0"} {
		require.NoError(t, n.Do(func() error {
			return os.WriteFile("/proc/sys/net/ipv6/conf/"+eth+"/disable_ipv6", []byte("1"), 0)
		}))
	}
	prefix := netip.MustParsePrefix(there + "/32")
	sets := []policy.Set{
		{"a": with(func(p *policy.Policy) { p.Rate = 50e6; p.Ports = []uint16{5002} }), "b": with(func(p *policy.Policy) { p.Rate = 50e6 })},
		{"c": with(func(p *policy.Policy) { p.Rate = 50e6; p.Peers = []netip.Prefix{prefix} })},
		{"d": with(func(p *policy.Policy) { p.Rate = 50e6; p.Protocol = policy.UDP }), "a": with(func(p *policy.Policy) { p.Rate = 1e6; p.Ports = []uint16{9} })},
	}
	l.apply(sets[0])
	stop := datagrams(t, l.sender, here+":5002", 300e6, 200)
	pass(t.Context(), 200*time.Millisecond)
	_, before, err := l.engine.Status()
	require.NoError(t, err)
	start, n := time.Now(), 0
	for ; time.Since(start) < 3*time.Second; n++ {
		l.apply(sets[n%len(sets)])
	}
	_, after, err := l.engine.Status()
	require.NoError(t, err)
	sent := stop()
	free := after.Packets - before.Packets
	t.Logf("%d applies, %d packets, %d under no policy", n, sent/200, free)
	assert.LessOrEqual(t, free, uint64(4), "an ARP probe or two")
}

// A hundred thousand programs, one after the other on the same hook, under
// traffic: they have seen every packet that the interface has.
func TestProgramSwapsMissNoPacket(t *testing.T) {
	l := newLab(t, Settings{})
	l.apply(total(50e6))
	other := open(t, Settings{})
	_, err := other.Apply(Request{})
	require.NoError(t, err)
	var hook *tcxLink
	for _, p := range l.engine.attacher.places {
		hook = p.attachment.(*tcxLink)
	}
	received := func() uint64 {
		eth, err := netlink.LinkByName("eth9")
		require.NoError(t, err)
		return eth.Attrs().Statistics.RxPackets
	}
	seen := func() uint64 {
		_, mine, err := l.engine.Status()
		require.NoError(t, err)
		st := l.status("total")
		_, others, err := other.Status()
		require.NoError(t, err)
		return mine.Packets + st.Passed.Packets + st.Dropped.Packets + others.Packets
	}
	rx, counted := received(), seen()
	stop := datagrams(t, l.sender, here+":5002", 100e6, 200)
	for range 50_000 {
		require.NoError(t, hook.Update(other.objects.Ingress))
		require.NoError(t, hook.Update(l.engine.objects.Ingress))
	}
	stop()
	pass(t.Context(), 50*time.Millisecond)
	t.Logf("%d packets", received()-rx)
	assert.Equal(t, received()-rx, seen()-counted)
	assert.Greater(t, received()-rx, uint64(1000))
}

// An interface that goes down and up keeps its program; one that is made anew
// gets one.
func TestInterfaceComesAndGoes(t *testing.T) {
	l := newLab(t, Settings{})
	l.apply(total(20e6))
	changed := make(chan struct{}, 100)
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { assert.NoError(t, WatchLinks(done, func() { changed <- struct{}{} })) })
	defer wg.Wait()
	defer close(done)

	eth, err := netlink.LinkByName("eth9")
	require.NoError(t, err)
	require.NoError(t, netlink.LinkSetDown(eth))
	require.NoError(t, netlink.LinkSetUp(eth))
	l.requireLimited(20e6)

	netlab.Disconnect(netlab.End{Name: "eth9"})
	await(t, changed)
	require.NoError(t, l.engine.Refresh())
	assert.Empty(t, l.engine.Attachments())
	l.connect()
	await(t, changed)
	require.NoError(t, l.engine.Refresh())
	l.requireLimited(20e6)
}

func await(t *testing.T, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(10 * time.Second):
		t.Fatal("no news of interfaces")
	}
}

// requireLimited floods and requires the policy "total" to keep its rate.
func (l *lab) requireLimited(rate float64) {
	l.t.Helper()
	stop := datagrams(l.t, l.sender, here+":5002", policy.Rate(4*rate), 1000)
	defer stop()
	pass(l.t.Context(), 400*time.Millisecond)
	l.requireKept("total", rate, time.Second)
}

// Two processes may shape one interface; the tighter limit is what passes. One
// that ends leaves the other alone.
func TestTwoInstances(t *testing.T) {
	for name, s := range map[string]Settings{"tcx": {}, "clsact": {Clsact: true}} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, s)
			l.apply(total(20e6))
			second, err := Open(s)
			require.NoError(t, err)
			_, err = second.Apply(Request{Policies: total(40e6)})
			require.NoError(t, err)
			l.requireLimited(20e6)
			require.NoError(t, second.Close())
			l.requireLimited(20e6)
		})
	}
}

// clsact leaves nothing behind: no filter, and no qdisc that it has made.
func TestClsactIsRemoved(t *testing.T) {
	l := newLab(t, Settings{Clsact: true})
	l.apply(policy.Set{
		"in":  with(func(p *policy.Policy) { p.Rate = 1e6 }),
		"out": with(func(p *policy.Policy) { p.Rate, p.Direction = 1e6, policy.Egress }),
	})
	eth, err := netlink.LinkByName("eth9")
	require.NoError(t, err)
	before, err := netlink.QdiscList(eth)
	require.NoError(t, err)
	l.apply(policy.Set{})
	after, err := netlink.QdiscList(eth)
	require.NoError(t, err)
	assert.Len(t, after, len(before)-1)
	filters, err := netlink.FilterList(eth, netlink.HANDLE_MIN_INGRESS)
	require.NoError(t, err)
	assert.Empty(t, filters)
}

// A program of somebody else's, behind ours on the hook, still sees what passes.
func TestForeignProgramsStillRun(t *testing.T) {
	l := newLab(t, Settings{})
	counter, err := ebpf.NewMap(&ebpf.MapSpec{Type: ebpf.Array, KeySize: 4, ValueSize: 8, MaxEntries: 1})
	require.NoError(t, err)
	defer counter.Close()
	program, err := ebpf.NewProgram(&ebpf.ProgramSpec{
		Type: ebpf.SchedCLS, License: "MIT",
		Instructions: asm.Instructions{
			asm.StoreImm(asm.RFP, -4, 0, asm.Word),
			asm.Mov.Reg(asm.R2, asm.RFP), asm.Add.Imm(asm.R2, -4),
			asm.LoadMapPtr(asm.R1, counter.FD()),
			asm.FnMapLookupElem.Call(),
			asm.JEq.Imm(asm.R0, 0, "out"),
			asm.Mov.Imm(asm.R1, 1), asm.StoreXAdd(asm.R0, asm.R1, asm.DWord),
			asm.Mov.Imm(asm.R0, -1).WithSymbol("out"), asm.Return(),
		},
	})
	require.NoError(t, err)
	defer program.Close()
	eth, err := netlink.LinkByName("eth9")
	require.NoError(t, err)
	foreign, err := link.AttachTCX(link.TCXOptions{Interface: eth.Attrs().Index, Program: program, Attach: ebpf.AttachTCXIngress})
	require.NoError(t, err)
	defer foreign.Close()
	l.apply(total(10e6))
	stop := datagrams(t, l.sender, here+":5002", 40e6, 1000)
	pass(t.Context(), 500*time.Millisecond)
	stop()
	var seen uint64
	require.NoError(t, counter.Lookup(uint32(0), &seen))
	st := l.status("total")
	_, free, err := l.engine.Status()
	require.NoError(t, err)
	assert.NotZero(t, st.Dropped.Packets)
	assert.InDelta(t, float64(st.Passed.Packets+free.Packets), float64(seen), 20)
}

// An apply that cannot be done changes nothing.
func TestFailedApplyChangesNothing(t *testing.T) {
	l := newLab(t, Settings{})
	l.apply(total(20e6))
	for name, set := range map[string]policy.Set{
		"no such device": {"q": with(func(p *policy.Policy) { p.Mode, p.Queue.Device = policy.QueueMode, "ifb77" })},
		"no such cgroup": {"q": with(func(p *policy.Policy) { p.Direction, p.Cgroup, p.Rate = policy.Egress, "no/such", 1e6 })},
		"two totals": {
			"a": with(func(p *policy.Policy) { p.Rate = 1e6 }),
			"b": with(func(p *policy.Policy) { p.Rate, p.Interfaces = 1e6, []string{"eth*"} }),
		},
	} {
		_, err := l.engine.Apply(Request{Policies: set})
		require.Error(t, err, name)
		_, err = l.engine.Check(Request{Policies: set})
		require.Error(t, err, name)
	}
	l.requireLimited(20e6)
}

// Samples name the sender, and nothing is lost when somebody reads them.
func TestSamplesNameTheSender(t *testing.T) {
	l := newLab(t, Settings{})
	l.apply(total(10e6))
	stop := datagrams(t, l.sender, here+":5002", 100e6, 1000)
	pass(t.Context(), 500*time.Millisecond)
	stop()
	var got []Sample
	require.NoError(t, l.engine.ReadSamples(time.Now().Add(50*time.Millisecond), func(s Sample) { got = append(got, s) }))
	require.NotEmpty(t, got)
	assert.Equal(t, there, got[0].Peer.String())
	assert.Equal(t, "total", got[0].Policy)
	assert.EqualValues(t, 5002, got[0].Port)
	st := l.status("total")
	packets := float64(st.Passed.Packets + st.Dropped.Packets)
	assert.InEpsilon(t, packets/float64(bpf.SampleRate), float64(len(got)), 0.5)
	assert.Zero(t, st.SamplesLost)
}
