// Package talkers finds, from samples of packets, who sends most. It keeps a fixed
// number of senders per policy: a newcomer takes the place of the smallest and
// inherits its count (Space-Saving, Metwally et al. 2005), so that a sender with
// more than 1/256 of the traffic cannot be missed.
package talkers

import (
	"cmp"
	"math"
	"math/bits"
	"net/netip"
	"slices"
	"sync"
)

// capacity is how many senders are kept for a policy.
const capacity = 256

// A Packet is one of those sampled.
type Packet struct {
	Policy   string
	Peer     netip.Addr
	PeerPort uint16
	Bytes    uint32
	Dropped  bool
}

// Talker is a sender under a policy. Numbers are estimates from samples.
type Talker struct {
	Policy      string     `json:"policy"`
	Peer        netip.Addr `json:"peer"`
	Bytes       uint64     `json:"bytes"`
	Dropped     uint64     `json:"dropped_bytes"`
	Share       float64    `json:"share"` // of the policy's bytes
	Connections int        `json:"connections"`
}

// Table collects samples. It is safe for concurrent use.
type Table struct {
	rate uint64 // packets that a sample stands for

	mu       sync.Mutex
	policies map[string]*senders
}

type senders struct {
	bytes  uint64
	byPeer map[netip.Addr]*sender
}

type sender struct {
	bytes, dropped uint64
	ports          uint64 // a bit for each of 64 classes of ports
}

// New returns an empty table of samples that stand for rate packets each.
func New(rate int) *Table { return &Table{rate: uint64(rate), policies: map[string]*senders{}} }

// Add takes a sample.
func (t *Table) Add(p Packet) {
	t.mu.Lock()
	defer t.mu.Unlock()
	all, ok := t.policies[p.Policy]
	if !ok {
		all = &senders{byPeer: map[netip.Addr]*sender{}}
		t.policies[p.Policy] = all
	}
	bytes := uint64(p.Bytes) * t.rate
	all.bytes += bytes
	s := all.sender(p.Peer)
	s.bytes += bytes
	if p.Dropped {
		s.dropped += bytes
	}
	s.ports |= 1 << class(p.PeerPort)
}

// class puts a port into one of 64 classes, as if by chance: one multiplication
// would spread consecutive ports too evenly for counting by empty classes.
func class(port uint16) uint64 {
	x := (uint64(port) + 1) * 0x9e3779b97f4a7c15
	x = (x ^ x>>29) * 0xbf58476d1ce4e5b9
	return x >> 58
}

func (a *senders) sender(peer netip.Addr) *sender {
	if s, ok := a.byPeer[peer]; ok {
		return s
	}
	s := &sender{}
	if len(a.byPeer) >= capacity {
		smallest := a.smallest()
		s.bytes = a.byPeer[smallest].bytes
		delete(a.byPeer, smallest)
	}
	a.byPeer[peer] = s
	return s
}

func (a *senders) smallest() (peer netip.Addr) {
	least := uint64(math.MaxUint64)
	for p, s := range a.byPeer {
		if s.bytes < least {
			peer, least = p, s.bytes
		}
	}
	return peer
}

// Top returns the n biggest senders of each policy, biggest first.
func (t *Table) Top(n int) []Talker {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []Talker
	for name, senders := range t.policies {
		all = append(all, senders.top(name, n)...)
	}
	slices.SortFunc(all, func(a, b Talker) int {
		return cmp.Or(cmp.Compare(a.Policy, b.Policy), cmp.Compare(b.Bytes, a.Bytes), a.Peer.Compare(b.Peer))
	})
	return all
}

func (a *senders) top(policy string, n int) []Talker {
	top := make([]Talker, 0, len(a.byPeer))
	for peer, s := range a.byPeer {
		top = append(top, Talker{
			Policy:      policy,
			Peer:        peer,
			Bytes:       s.bytes,
			Dropped:     s.dropped,
			Share:       float64(s.bytes) / float64(max(1, a.bytes)),
			Connections: connections(s.ports),
		})
	}
	slices.SortFunc(top, func(a, b Talker) int { return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), a.Peer.Compare(b.Peer)) })
	return top[:min(n, len(top))]
}

// connections estimates how many ports have set the bits (linear counting). It
// cannot tell numbers above some 200 from each other.
func connections(ports uint64) int {
	empty := max(0.5, float64(64-bits.OnesCount64(ports)))
	return int(math.Round(-64 * math.Log(empty/64)))
}

// Reset forgets everything: a new interval begins.
func (t *Table) Reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.policies)
}

// A sender with at least this part of a policy's bytes, and as many connections, is
// taken for many: an address of a NAT, a load balancer or a proxy.
const (
	collapsedShare       = 0.8
	collapsedConnections = 16
)

// Collapsed returns the sender that seems to be many, if there is one under the
// policy.
func (t *Table) Collapsed(policy string) (Talker, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	senders, ok := t.policies[policy]
	if !ok {
		return Talker{}, false
	}
	top := senders.top(policy, 1)
	if len(top) == 0 || top[0].Share < collapsedShare || top[0].Connections < collapsedConnections {
		return Talker{}, false
	}
	return top[0], true
}
