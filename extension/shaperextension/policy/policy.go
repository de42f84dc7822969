package policy

import (
	"net/netip"
	"time"

	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
)

// Set is all policies, by name.
type Set map[string]Policy

// Policy limits one kind of traffic. Of all policies that match a packet exactly
// one is its own: cgroup before peer and port, peer and protocol, peer (the longest
// prefix), port, protocol. One without any of them is the total of its
// interfaces, and applies to everything on them beside the packet's own.
type Policy struct {
	// Interfaces are names or patterns (eth*). None is every interface but
	// loopback.
	Interfaces []string `mapstructure:"interfaces"`

	// Direction of the packets, as this machine sees it.
	Direction Direction `mapstructure:"direction"`

	// Peers are prefixes of the other end: the source on ingress, the destination
	// on egress.
	Peers []netip.Prefix `mapstructure:"peers"`

	// Ports are destination ports.
	Ports []uint16 `mapstructure:"ports"`

	// Protocol is tcp or udp; left out, ports are those of both.
	Protocol Protocol `mapstructure:"protocol"`

	// Cgroup is a cgroup (v2) that holds the sending process, as a path below the
	// root of the hierarchy. On egress only: a packet that comes in has no process
	// yet.
	Cgroup string `mapstructure:"cgroup"`

	// Receivers are ids of receivers of this collector. Their listening ports take
	// the place of Ports, and are looked at again every few seconds.
	Receivers []string `mapstructure:"receivers"`

	// Rate is the limit in bits per second, with Ethernet and IP headers.
	Rate Rate `mapstructure:"rate"`

	// PacketRate is the limit in packets per second. With Rate, both apply.
	PacketRate uint64 `mapstructure:"packet_rate"`

	// Burst is how long the limit may be exceeded by having been idle before, as
	// time at full rate. It is never less than twice the largest packet that GRO
	// builds: below that such packets would never pass. Much below 100 ms a few TCP
	// connections with a short round trip do not reach the limit, because what is
	// dropped is always a whole such packet.
	Burst time.Duration `mapstructure:"burst"`

	// Group makes the policy apply to no traffic but that of policies which name
	// it as Parent.
	Group bool `mapstructure:"group"`

	// Parent names a policy that also applies. The total of the interface does so
	// without being named.
	Parent string `mapstructure:"parent"`

	// PerSource shares the limit between sources.
	PerSource configoptional.Optional[PerSource] `mapstructure:"per_source"`

	// Mode is what happens to packets beyond the limit.
	Mode Mode `mapstructure:"mode"`

	// Queue is where Mode queue hands packets to.
	Queue Queue `mapstructure:"queue"`

	// Elastic lets a pressure signal lower the limit.
	Elastic bool `mapstructure:"elastic"`
}

// PerSource promises every source a committed share; what is left of the limit
// is open to all. A source is an IPv4 address or an IPv6 /64.
type PerSource struct {
	// Committed is the share. Left out, it is 80 % of the limit, divided by the
	// number of sources seen in the last seconds.
	Committed Rate `mapstructure:"committed"`
}

// Queue names an HTB class or a device. Both belong to the operator: the shaper
// makes and removes neither.
type Queue struct {
	// Class is an HTB class of the interface, as tc writes it (1:10).
	Class string `mapstructure:"class"`

	// Device is an interface, such as an IFB, whose egress the packets are moved to.
	Device string `mapstructure:"device"`
}

// Default is a policy of which nothing has been said.
func Default() Policy {
	return Policy{
		Direction: Ingress,
		Burst:     250 * time.Millisecond,
		Mode:      Police,
		PerSource: configoptional.Default(PerSource{}),
	}
}

// Unmarshal begins with Default, because policies are entries of a map and a map
// has no entries to begin with.
func (p *Policy) Unmarshal(conf *confmap.Conf) error {
	*p = Default()
	return conf.Unmarshal(p)
}

// Direction is the way of packets through an interface.
type Direction string

// The directions.
const (
	Ingress Direction = "ingress"
	Egress  Direction = "egress"
)

// Protocol is a transport protocol, or empty for any.
type Protocol string

// The protocols that have ports.
const (
	TCP Protocol = "tcp"
	UDP Protocol = "udp"
)

// Mode is what happens to packets beyond the limit.
type Mode string

// The modes.
const (
	// Police drops them.
	Police Mode = "police"
	// Observe counts what Police would drop, and lets it pass.
	Observe Mode = "observe"
	// ECN marks packets before the limit is reached, where sender and receiver have
	// agreed to it, and drops at the limit.
	ECN Mode = "ecn"
	// Pace slows the sending TCP sockets of this machine, and drops nothing.
	Pace Mode = "pace"
	// Hand over to a queue; the limit is the queue's.
	QueueMode Mode = "queue"
)

// IsTotal tells whether the policy is about all traffic of its interfaces.
func (p Policy) IsTotal() bool {
	return !p.Group && p.Mode != Pace && p.Cgroup == "" && p.Protocol == "" &&
		len(p.Peers)+len(p.Ports)+len(p.Receivers) == 0
}
