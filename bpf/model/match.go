//go:build linux && (amd64 || arm64)

package model

import (
	"slices"

	"github.com/sluice-otel/sluice/bpf"
)

// match returns the policy of the packet and the one of its interface's total;
// policy 0 is none.
func match(rules bpf.Ruleset, index int, d bpf.Direction, p packet) (leaf, total uint32) {
	at := slices.IndexFunc(rules.Ifaces, func(i bpf.Iface) bool { return i.Index == index && i.Direction == d })
	if at < 0 || !p.ip || isExempt(rules, p) {
		return 0, 0
	}
	leaf, total = rules.Ifaces[at].Total, rules.Ifaces[at].Total
	best := 0
	for _, r := range rules.Rules {
		if r.Index != index || r.Direction != d {
			continue
		}
		if rank := rank(r, p); rank > best {
			best, leaf = rank, r.Policy
		}
	}
	return leaf, total
}

func isExempt(rules bpf.Ruleset, p packet) bool {
	if p.hasPorts && slices.Contains(rules.ExemptPorts, p.localPort) {
		return true
	}
	for _, prefix := range rules.ExemptPrefixes {
		if prefix.Contains(p.peer) {
			return true
		}
	}
	return false
}

// rank is 0 if the rule does not match, and higher the more the rule counts.
func rank(r bpf.Rule, p packet) int {
	switch {
	case r.Cgroup != 0, // packets of a test have no socket
		r.Proto != 0 && r.Proto != p.proto,
		r.Port != 0 && (!p.hasPorts || r.Port != p.port),
		r.Prefix.IsValid() && !r.Prefix.Contains(p.peer):
		return 0
	}
	rank := 1
	if r.Port != 0 {
		rank += 2
	} else if r.Proto != 0 {
		rank++
	}
	if r.Prefix.IsValid() {
		// prefix alone > port: above all without a prefix; longest within its kind
		rank = 1000*(rank+3) + r.Prefix.Bits()
	}
	return rank
}
