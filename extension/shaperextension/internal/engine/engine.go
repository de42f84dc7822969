package engine

import (
	"errors"
	"net/netip"
	"time"

	"github.com/sluice-otel/sluice/extension/shaperextension/policy"
)

// Settings are what the engine is opened with.
type Settings struct {
	// Pin is a folder of a BPF file system where links are pinned, or empty.
	Pin string

	// Clsact leaves TCX alone even where the kernel has it.
	Clsact bool
}

// Request is everything that Apply puts into force.
type Request struct {
	Policies policy.Set

	// Ports are the listening ports of receivers, by the name of the policy that
	// names them.
	Ports map[string][]Port

	// ExemptPorts are local ports and ExemptPeers prefixes that no policy is about.
	ExemptPorts []uint16
	ExemptPeers []netip.Prefix
}

// Port is a listening port.
type Port struct {
	Protocol policy.Protocol
	Number   uint16
}

// Diff is what Apply has changed, as names of policies.
type Diff struct {
	Added   []string `json:"added,omitempty"`
	Changed []string `json:"changed,omitempty"`
	Removed []string `json:"removed,omitempty"`
}

// PolicyStatus is a policy as it is in force.
type PolicyStatus struct {
	Name   string
	Policy policy.Policy
	Factor float64 // of the limit; 1 is all of it
	Share  policy.Rate

	Passed    Traffic
	Dropped   Traffic
	Marked    Traffic
	WouldDrop Traffic

	CommittedBytes uint64
	Retries        uint64 // compare-and-swaps lost to another CPU
	SamplesLost    uint64
	Delay          time.Duration // that a queue of the same rate would have now
	Sources        float64       // estimated, active in the last seconds
	Sockets        uint64        // paced
}

// Traffic is packets and bytes, as on the wire.
type Traffic struct{ Packets, Bytes uint64 }

// Attachment is a program on an interface, or on a cgroup.
type Attachment struct {
	Interface string `json:"interface"`
	Direction string `json:"direction"`
	Mode      string `json:"mode"` // tcx, clsact, sockops
}

// Sample is one packet of many.
type Sample struct {
	Policy   string
	Peer     netip.Addr
	PeerPort uint16
	Port     uint16
	Protocol uint8
	Bytes    uint32
	Dropped  bool
}

// Errors of SetFactor.
var (
	ErrNoPolicy   = errors.New("there is no such policy")
	ErrNotElastic = errors.New("the policy is not elastic")
)
