package control

import (
	"context"
	"net/netip"
	"time"
)

// DefaultSocket is where the command line looks for the collector's socket.
const DefaultSocket = "/run/sluice/shaper.sock"

// A Shaper is what the server speaks for.
type Shaper interface {
	// List returns what is in force.
	List(ctx context.Context) (Listing, error)
	// Apply replaces all policies, or with dryRun only says what it would change.
	// Policies are written as in the configuration. The error is the caller's fault
	// if it is a *RefusedError.
	Apply(ctx context.Context, policies map[string]any, dryRun bool) (Change, error)
	// Top returns the biggest senders of each policy.
	Top(ctx context.Context, n int) ([]Talker, error)
}

// RefusedError is a request that cannot be carried out as it is.
type RefusedError struct{ Err error }

func (e *RefusedError) Error() string { return e.Err.Error() }

func (e *RefusedError) Unwrap() error { return e.Err }

// Listing is what is in force.
type Listing struct {
	// Inactive says why nothing is limited, or is empty.
	Inactive    string       `json:"inactive,omitempty"`
	Attachments []Attachment `json:"attachments,omitempty"`
	Policies    []Policy     `json:"policies,omitempty"`
	Free        Traffic      `json:"free"` // what no policy is about
}

// Attachment is a program on an interface, or on a cgroup.
type Attachment struct {
	Interface string `json:"interface"`
	Direction string `json:"direction"`
	Mode      string `json:"mode"`
}

// Policy is one policy with its counters since it was added.
type Policy struct {
	Name       string        `json:"name"`
	Direction  string        `json:"direction"`
	Mode       string        `json:"mode"`
	Rate       uint64        `json:"rate"` // bit/s
	PacketRate uint64        `json:"packet_rate,omitempty"`
	Factor     float64       `json:"factor"`
	Share      uint64        `json:"share,omitempty"` // of each source, bit/s
	Sources    float64       `json:"sources,omitempty"`
	Sockets    uint64        `json:"sockets,omitempty"`
	Delay      time.Duration `json:"delay"`
	Passed     Traffic       `json:"passed"`
	Dropped    Traffic       `json:"dropped"`
	Marked     Traffic       `json:"marked"`
	WouldDrop  Traffic       `json:"would_drop"`
}

// Traffic is packets and bytes on the wire.
type Traffic struct {
	Packets uint64 `json:"packets"`
	Bytes   uint64 `json:"bytes"`
}

// Change is what an Apply has done, or would do, as names of policies.
type Change struct {
	Added   []string `json:"added,omitempty"`
	Changed []string `json:"changed,omitempty"`
	Removed []string `json:"removed,omitempty"`
}

// Talker is a sender, estimated from samples of the last seconds.
type Talker struct {
	Policy      string     `json:"policy"`
	Peer        netip.Addr `json:"peer"`
	Bytes       uint64     `json:"bytes"`
	Dropped     uint64     `json:"dropped_bytes"`
	Share       float64    `json:"share"`
	Connections int        `json:"connections"`
}
