package bpf

import "net/netip"

// Direction is the way of packets through an interface, or the sockets that are
// paced. The numbers are those of maps.h.
type Direction uint8

// The directions.
const (
	Ingress Direction = 1
	Egress  Direction = 2
	Paced   Direction = 3
)

// Iface is an interface, and the direction, on which policies apply.
type Iface struct {
	Index     int // 0 with Paced
	Direction Direction
	L3        bool   // frames have no Ethernet header
	Total     uint32 // the policy of all its traffic, or 0
}

// Rule puts traffic under a policy. Of all rules that match, the one counts that
// comes first in this order: cgroup, prefix and port, prefix and protocol, prefix
// (the longest), port, protocol.
type Rule struct {
	Index     int
	Direction Direction
	Proto     uint8        // 6 or 17; 0 is any, without Port only
	Port      uint16       // destination; 0 is any
	Prefix    netip.Prefix // the other end; the zero value is any
	Cgroup    uint64       // id; only with Egress, and alone
	Levels    uint32       // bit n: the cgroup may be n levels below the root
	Policy    uint32
}

// Ruleset is everything that decides which policy a packet belongs to.
type Ruleset struct {
	Ifaces         []Iface
	Rules          []Rule
	ExemptPorts    []uint16 // of the local end
	ExemptPrefixes []netip.Prefix
}
