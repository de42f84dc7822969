//go:build linux && (amd64 || arm64)

package engine

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/sluice-otel/sluice/bpf"
	"github.com/sluice-otel/sluice/extension/shaperextension/policy"
)

var twoLinks = []linkInfo{
	{index: 1, name: "lo", loopback: true},
	{index: 2, name: "eth0", largest: 65536},
	{index: 3, name: "wg0", l3: true},
}

// makePlan plans with fresh ids.
func makePlan(t *testing.T, r Request) (*plan, error) {
	t.Helper()
	buckets, sketches := bucketNames(r.Policies)
	ids, err := newIDs(100).next(buckets)
	require.NoError(t, err)
	sketchIDs, err := newIDs(2).next(sketches)
	if err != nil {
		return nil, err
	}
	p := planner{Request: r, links: twoLinks, ids: ids, sketches: sketchIDs, cgroups: map[string]cgroup{"a/b": {id: 77, levels: 4}}}
	return p.make()
}

func changed(change func(*policy.Policy)) policy.Policy {
	p := policy.Default()
	p.Rate = 1e6
	change(&p)
	return p
}

func TestPolicyWithoutInterfacesIsOnAllButLoopback(t *testing.T) {
	got, err := makePlan(t, Request{Policies: policy.Set{"all": changed(func(*policy.Policy) {})}})
	require.NoError(t, err)
	assert.Equal(t, []bpf.Iface{
		{Index: 2, Direction: bpf.Ingress, Total: 1},
		{Index: 3, Direction: bpf.Ingress, Total: 1, L3: true},
	}, got.rules.Ifaces)
	assert.Empty(t, got.rules.Rules)
}

func TestSelectorsBecomeRules(t *testing.T) {
	prefix := netip.MustParsePrefix("10.0.0.0/8")
	for name, tc := range map[string]struct {
		change func(*policy.Policy)
		want   []bpf.Rule
	}{
		"ports of both protocols": {
			func(p *policy.Policy) { p.Ports = []uint16{1} },
			[]bpf.Rule{{Proto: 6, Port: 1}, {Proto: 17, Port: 1}},
		},
		"ports of one": {
			func(p *policy.Policy) { p.Ports, p.Protocol = []uint16{1, 2}, policy.TCP },
			[]bpf.Rule{{Proto: 6, Port: 1}, {Proto: 6, Port: 2}},
		},
		"peers with ports": {
			func(p *policy.Policy) {
				p.Ports, p.Protocol, p.Peers = []uint16{1}, policy.UDP, []netip.Prefix{prefix}
			},
			[]bpf.Rule{{Proto: 17, Port: 1, Prefix: prefix}},
		},
		"peers": {
			func(p *policy.Policy) { p.Peers = []netip.Prefix{prefix} },
			[]bpf.Rule{{Prefix: prefix}},
		},
		"a protocol": {
			func(p *policy.Policy) { p.Protocol = policy.UDP },
			[]bpf.Rule{{Proto: 17}},
		},
		"receivers": {
			func(p *policy.Policy) { p.Receivers = []string{"otlp"} },
			[]bpf.Rule{{Proto: 6, Port: 4317}},
		},
		"a cgroup": {
			func(p *policy.Policy) { p.Cgroup, p.Direction = "a/b", policy.Egress },
			[]bpf.Rule{{Cgroup: 77, Levels: 4, Direction: bpf.Egress}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := changed(tc.change)
			p.Interfaces = []string{"eth*"}
			got, err := makePlan(t, Request{
				Policies: policy.Set{"x": p},
				Ports:    map[string][]Port{"x": {{policy.TCP, 4317}}},
			})
			require.NoError(t, err)
			for i := range tc.want {
				tc.want[i].Index, tc.want[i].Policy = 2, 1
				if tc.want[i].Direction == 0 {
					tc.want[i].Direction = bpf.Ingress
				}
			}
			assert.Equal(t, tc.want, got.rules.Rules)
		})
	}
}

func TestReceiversThatDoNotListenHaveNoRule(t *testing.T) {
	got, err := makePlan(t, Request{Policies: policy.Set{"x": changed(func(p *policy.Policy) { p.Receivers = []string{"otlp"} })}})
	require.NoError(t, err)
	assert.Empty(t, got.rules.Rules)
	assert.Len(t, got.targets, 2, "attached all the same")
}

// Both limits are two buckets, and the parent comes after both.
func TestChainOfBuckets(t *testing.T) {
	got, err := makePlan(t, Request{Policies: policy.Set{
		"leaf":  changed(func(p *policy.Policy) { p.Ports, p.PacketRate, p.Parent = []uint16{1}, 10, "team" }),
		"team":  changed(func(p *policy.Policy) { p.Group = true }),
		"total": changed(func(*policy.Policy) {}),
	}})
	require.NoError(t, err)
	byID := map[uint32]bucket{}
	for _, b := range got.buckets {
		byID[b.id] = b
	}
	leaf := byID[1]
	packets := byID[leaf.next]
	team := byID[packets.next]
	assert.False(t, leaf.packets)
	assert.True(t, packets.packets)
	assert.Equal(t, "leaf", packets.name)
	assert.Equal(t, "team", team.name)
	assert.Zero(t, team.next, "the program goes on to the total")
}

func TestPlanErrorsNameThePolicies(t *testing.T) {
	for want, r := range map[string]Request{
		"b: there is already a policy for all of the traffic": {Policies: policy.Set{
			"a": changed(func(*policy.Policy) {}), "b": changed(func(p *policy.Policy) { p.Interfaces = []string{"eth0"} }),
		}},
		"a and b match the same traffic: interface 2, protocol 6, port 4317": {
			Policies: policy.Set{
				"a": changed(func(p *policy.Policy) { p.Ports = []uint16{4317} }), "b": changed(func(p *policy.Policy) { p.Receivers = []string{"otlp"} }),
			},
			Ports: map[string][]Port{"b": {{policy.TCP, 4317}}},
		},
		`q: queue::device: there is no interface "ifb0"`: {Policies: policy.Set{
			"q": changed(func(p *policy.Policy) { p.Mode, p.Queue.Device = policy.QueueMode, "ifb0" }),
		}},
	} {
		_, err := makePlan(t, r)
		assert.ErrorContains(t, err, want)
	}
}

func TestTooManySketchesIsAnError(t *testing.T) {
	set := policy.Set{}
	for _, name := range []string{"a", "b", "c"} {
		set[name] = changed(func(p *policy.Policy) { p.PerSource = configoptional.Some(policy.PerSource{}) })
	}
	_, err := makePlan(t, Request{Policies: set})
	require.ErrorContains(t, err, "more than 2")
}

// Below two of the largest packets of the interface, one could never pass.
func TestBurstIsNeverBelowTwoLargestPackets(t *testing.T) {
	for largest, want := range map[uint32]uint32{1500: 131072, 65536: 131072, 524288: 1 << 20} {
		b := bucket{policy: changed(func(p *policy.Policy) { p.Burst = time.Microsecond }), largest: largest}
		p := b.parameters(1, 0)
		assert.Equal(t, bpf.PerByte(1e6).Of(want), p.Burst)
	}
	b := bucket{policy: changed(func(p *policy.Policy) { p.Rate = 10e9 })}
	assert.Equal(t, bpf.Units(250*time.Millisecond), b.parameters(1, 0).Burst)
}

func TestFactorMakesBytesDearer(t *testing.T) {
	b := bucket{policy: changed(func(p *policy.Policy) { p.Rate = 1e9 })}
	whole, part := b.parameters(1, 0), b.parameters(0.25, 0)
	assert.Equal(t, 4*bpf.Cost{Mult: whole.Mult, Shift: whole.Shift}.Of(1<<16), bpf.Cost{Mult: part.Mult, Shift: part.Shift}.Of(1<<16))
	assert.Equal(t, whole.Burst, part.Burst, "as time")
}

// Packets within their share find room where others do not, and the whole is no
// more than the burst.
func TestSharesReserveAPartOfTheBucket(t *testing.T) {
	b := bucket{policy: changed(func(p *policy.Policy) { p.Rate = 1e9 }), shared: true, sketch: 1}
	p := b.parameters(1, 100e6)
	assert.Equal(t, bpf.Units(250*time.Millisecond), p.Committed)
	assert.Less(t, p.Burst, p.Committed)
	assert.NotZero(t, p.SrcMult)
	assert.GreaterOrEqual(t, p.SrcBurst, bpf.Cost{Mult: p.SrcMult, Shift: p.SrcShift}.Of(sourceBurst))
}

func TestShareLaw(t *testing.T) {
	assert.Equal(t, policy.Rate(80e6), share(100e6, 0))
	assert.Equal(t, policy.Rate(80e6), share(100e6, 1))
	assert.Equal(t, policy.Rate(16e6), share(100e6, 5))
	assert.Equal(t, policy.MinRate, share(1e6, 1e6))
	for active := 1.0; active < 1e5; active *= 1.7 {
		assert.LessOrEqual(t, active*float64(share(10e9, active)), 0.8*10e9+active)
	}
}

// More sources are believed at once, fewer only slowly.
func TestSourcesAreSmoothed(t *testing.T) {
	assert.InDelta(t, 50, smooth(1, 50), 1e-9)
	assert.InDelta(t, 40.2, smooth(50, 1), 1e-9)
}

func TestIDsAreStableByName(t *testing.T) {
	round := func(r *ids, names ...string) *ids {
		n, err := r.next(names)
		require.NoError(t, err)
		return n
	}
	r := round(newIDs(3), "a", "b")
	assert.Equal(t, map[string]uint32{"a": 1, "b": 2}, r.taken)
	r = round(r, "b", "c")
	assert.Equal(t, map[string]uint32{"b": 2, "c": 3}, r.taken, "1 has just become free")
	_, err := r.next([]string{"b", "c", "d"})
	require.Error(t, err)
	r = round(r, "b", "c")
	r = round(r, "b", "c", "d")
	assert.Equal(t, map[string]uint32{"b": 2, "c": 3, "d": 1}, r.taken)
}
