// Package scenario reads tests of the shaper's programs from data files: rules,
// policies, and packets at given times. The model runs them everywhere, the
// kernel where it may.
//
// A file is a txtar archive of four parts, after a line or two that say what it shows:
//
//	-- rules --
//	total 1                          the interface's ingress; egress: total egress 1
//	10.0.0.0/8 tcp 4317 -> 2         any of prefix, protocol, port
//	egress tcp 443 -> 3
//	exempt 22
//	exempt 192.0.2.0/24
//	-- policies --
//	2 rate=1e9 burst=250ms mode=ecn low=5ms next=1
//	3 pps=1000 burst=10ms            a bucket of packets
//	4 rate=1e8 burst=10ms committed=15ms sketch=1 source_rate=1e7 source_burst=20ms
//	-- packets --
//	10ms ip4=10.0.0.1>10.0.0.2 tcp=1000>4317 pay=100     10 ms after the one before
//	0 x3 ip6=… out                   three times, on egress
//	-- want --
//	2 passed 154                     policy, verdict, bytes on the wire
//
// frame.go has the words of a packet.
package scenario
