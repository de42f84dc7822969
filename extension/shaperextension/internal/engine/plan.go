//go:build linux && (amd64 || arm64)

package engine

import (
	"fmt"
	"maps"
	"net/netip"
	"path"
	"slices"

	"github.com/sluice-otel/sluice/bpf"
	"github.com/sluice-otel/sluice/extension/shaperextension/policy"
)

// linkInfo is an interface as far as the plan depends on it.
type linkInfo struct {
	index    int
	name     string
	l3       bool // frames have no Ethernet header
	loopback bool
	largest  uint32 // packet that GRO builds or GSO cuts, bytes
}

// cgroup is where a cgroup is in the hierarchy.
type cgroup struct {
	id     uint64
	levels uint32 // bit n: it may be n levels below the root
}

// target is an interface and a direction on which a program has to be.
type target struct {
	link      linkInfo
	direction bpf.Direction
}

// bucket is one bucket of a policy; one with both limits has two.
type bucket struct {
	id      uint32
	name    string // of the policy
	policy  policy.Policy
	packets bool
	next    uint32
	sketch  uint32
	shared  bool   // the policy, or one below it, promises shares
	largest uint32 // packet, bytes
	device  uint32 // of a queue
}

// plan is what the programs are to read and where they are to be.
type plan struct {
	rules   bpf.Ruleset
	buckets []bucket
	targets []target
	paced   bool
}

// planner has what a plan is made from.
type planner struct {
	Request
	links    []linkInfo
	cgroups  map[string]cgroup
	ids      *ids
	sketches *ids
}

// make makes the plan. The error names policies.
func (p *planner) make() (*plan, error) {
	out := &plan{rules: bpf.Ruleset{ExemptPorts: p.ExemptPorts, ExemptPrefixes: p.ExemptPeers}}
	ifaces := map[bpf.Iface]*bpf.Iface{}
	owner := map[bpf.Rule]string{}
	for _, name := range slices.Sorted(maps.Keys(p.Policies)) {
		pol := p.Policies[name]
		buckets, err := p.buckets(name, pol)
		if err != nil {
			return nil, err
		}
		out.buckets = append(out.buckets, buckets...)
		out.paced = out.paced || pol.Mode == policy.Pace
		if pol.Group {
			continue
		}
		for _, link := range p.matching(pol) {
			iface := out.iface(ifaces, link, direction(pol))
			if err := p.rules(out, iface, name, owner); err != nil {
				return nil, err
			}
		}
	}
	out.rules.Ifaces = out.rules.Ifaces[:0]
	for _, t := range out.targets {
		out.rules.Ifaces = append(out.rules.Ifaces, *ifaces[bpf.Iface{Index: t.link.index, Direction: t.direction}])
	}
	if out.paced {
		out.rules.Ifaces = append(out.rules.Ifaces, *ifaces[bpf.Iface{Direction: bpf.Paced}])
	}
	return out, nil
}

func direction(p policy.Policy) bpf.Direction {
	switch {
	case p.Mode == policy.Pace:
		return bpf.Paced
	case p.Direction == policy.Egress:
		return bpf.Egress
	}
	return bpf.Ingress
}

// matching returns the interfaces of a policy. Paced sockets have none: index 0.
func (p *planner) matching(pol policy.Policy) []linkInfo {
	if pol.Mode == policy.Pace {
		return []linkInfo{{}}
	}
	var links []linkInfo
	for _, l := range p.links {
		if len(pol.Interfaces) == 0 && !l.loopback || slices.ContainsFunc(pol.Interfaces, func(pattern string) bool {
			ok, _ := path.Match(pattern, l.name)
			return ok
		}) {
			links = append(links, l)
		}
	}
	return links
}

func (o *plan) iface(ifaces map[bpf.Iface]*bpf.Iface, l linkInfo, d bpf.Direction) *bpf.Iface {
	key := bpf.Iface{Index: l.index, Direction: d}
	if i, ok := ifaces[key]; ok {
		return i
	}
	ifaces[key] = &bpf.Iface{Index: l.index, Direction: d, L3: l.l3}
	if d != bpf.Paced {
		o.targets = append(o.targets, target{link: l, direction: d})
	}
	return ifaces[key]
}

// rules adds the rules of a policy on one interface.
func (p *planner) rules(out *plan, iface *bpf.Iface, name string, owner map[bpf.Rule]string) error {
	pol, id := p.Policies[name], p.ids.taken[name]
	if pol.IsTotal() || pol.Mode == policy.Pace && len(pol.Peers)+len(pol.Ports) == 0 {
		if iface.Total != 0 {
			return fmt.Errorf("%s: there is already a policy for all of the traffic of interface %d", name, iface.Index)
		}
		iface.Total = id
		return nil
	}
	for _, r := range p.selectors(pol, name) {
		r.Index, r.Direction = iface.Index, iface.Direction
		if other, taken := owner[r]; taken {
			return fmt.Errorf("%s and %s match the same traffic: %s", other, name, describe(r))
		}
		owner[r] = name
		r.Policy = id
		out.rules.Rules = append(out.rules.Rules, r)
	}
	return nil
}

// describe says what a rule matches.
func describe(r bpf.Rule) string {
	text := fmt.Sprintf("interface %d, protocol %d, port %d", r.Index, r.Proto, r.Port)
	if r.Prefix.IsValid() {
		text += ", peer " + r.Prefix.String()
	}
	return text
}

// selectors returns the policy's rules without interface: one for each combination
// of what it lists.
func (p *planner) selectors(pol policy.Policy, name string) []bpf.Rule {
	if pol.Cgroup != "" && pol.Mode != policy.Pace {
		c := p.cgroups[pol.Cgroup]
		return []bpf.Rule{{Cgroup: c.id, Levels: c.levels}}
	}
	ports := p.ports(pol, name)
	peers := pol.Peers
	if len(peers) == 0 {
		peers = []netip.Prefix{{}}
	}
	var rules []bpf.Rule
	for _, peer := range peers {
		for _, port := range ports {
			rules = append(rules, bpf.Rule{Proto: protocolNumber(port.Protocol), Port: port.Number, Prefix: peer})
		}
	}
	return rules
}

// ports are the policy's ports with their protocols. A policy without ports has
// one that stands for any; one of receivers that do not listen has none.
func (p *planner) ports(pol policy.Policy, name string) []Port {
	if len(pol.Receivers) > 0 {
		return p.Ports[name]
	}
	if len(pol.Ports) == 0 {
		return []Port{{Protocol: pol.Protocol}}
	}
	var ports []Port
	for _, n := range pol.Ports {
		if pol.Protocol != policy.UDP {
			ports = append(ports, Port{policy.TCP, n})
		}
		if pol.Protocol != policy.TCP && pol.Mode != policy.Pace {
			ports = append(ports, Port{policy.UDP, n})
		}
	}
	return ports
}

func protocolNumber(p policy.Protocol) uint8 {
	switch p {
	case policy.TCP:
		return 6
	case policy.UDP:
		return 17
	}
	return 0
}

// packetsOf is the name of a policy's second bucket.
func packetsOf(name string) string { return name + " packets" }

// names of all buckets, and of those with a sketch.
func bucketNames(set policy.Set) (buckets, sketches []string) {
	for _, name := range slices.Sorted(maps.Keys(set)) {
		p := set[name]
		buckets = append(buckets, name)
		if p.Rate != 0 && p.PacketRate != 0 {
			buckets = append(buckets, packetsOf(name))
		}
		if p.PerSource.HasValue() {
			sketches = append(sketches, name)
		}
	}
	return buckets, sketches
}

// buckets returns the one or two buckets of a policy, the first of which packets
// are classified to.
func (p *planner) buckets(name string, pol policy.Policy) ([]bucket, error) {
	b := bucket{
		id:      p.ids.taken[name],
		name:    name,
		policy:  pol,
		packets: pol.Rate == 0,
		next:    p.ids.taken[pol.Parent],
		sketch:  p.sketches.taken[name],
		shared:  p.promises(name),
	}
	for _, l := range p.matching(pol) {
		b.largest = max(b.largest, l.largest)
	}
	if pol.Queue.Device != "" {
		i := slices.IndexFunc(p.links, func(l linkInfo) bool { return l.name == pol.Queue.Device })
		if i < 0 {
			return nil, fmt.Errorf("%s: queue::device: there is no interface %q", name, pol.Queue.Device)
		}
		b.device = uint32(p.links[i].index)
	}
	second, ok := p.ids.taken[packetsOf(name)]
	if !ok {
		return []bucket{b}, nil
	}
	packets := b
	packets.id, packets.packets, packets.sketch = second, true, 0
	b.next = second
	return []bucket{b, packets}, nil
}

// promises tells whether the policy, or one that is charged before it, promises
// shares to sources. A total comes after every policy of its direction.
func (p *planner) promises(name string) bool {
	if p.Policies[name].PerSource.HasValue() {
		return true
	}
	for _, child := range p.Policies {
		if !child.PerSource.HasValue() {
			continue
		}
		if child.Parent == name || p.Policies[name].IsTotal() && child.Direction == p.Policies[name].Direction {
			return true
		}
	}
	return false
}
