package policy

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Validate reports every problem of every policy, and what they do not allow each
// other.
func (s Set) Validate() error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(s)) {
		p := s[name]
		for _, err := range append(p.problems(), s.parentProblems(name)...) {
			errs = append(errs, fmt.Errorf("%s::%w", name, err))
		}
	}
	if err := s.tooManyShared(); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(append(errs, s.ties()...)...)
}

// MaxPerSource is how many policies can have per_source. The programs have room for
// four more: what has just been removed, or renamed, keeps its place for two changes.
const MaxPerSource = 60

func (s Set) tooManyShared() error {
	n := 0
	for _, p := range s {
		if p.PerSource.HasValue() {
			n++
		}
	}
	if n > MaxPerSource {
		return fmt.Errorf("per_source: %d policies have it, and %d can (one with per_source can be about any number of peers and ports)", n, MaxPerSource)
	}
	return nil
}

func (p *Policy) problems() []error {
	var errs []error
	bad := func(key, format string, args ...any) {
		errs = append(errs, fmt.Errorf(key+": "+format, args...))
	}
	for _, pattern := range p.Interfaces {
		if _, err := path.Match(pattern, ""); err != nil {
			bad("interfaces", "%q is not a name or pattern", pattern)
		}
	}
	if p.Direction != Ingress && p.Direction != Egress {
		bad("direction", "%q is neither ingress nor egress", p.Direction)
	}
	if p.Protocol != "" && p.Protocol != TCP && p.Protocol != UDP {
		bad("protocol", "%q is neither tcp nor udp", p.Protocol)
	}
	if slices.Contains(p.Ports, 0) {
		bad("ports", "0 is not a port")
	}
	if p.Burst <= 0 {
		bad("burst", "%s must be positive", p.Burst)
	}
	errs = append(errs, p.selectorProblems()...)
	errs = append(errs, p.rateProblems()...)
	return append(errs, p.modeProblems()...)
}

func (p *Policy) selectorProblems() []error {
	var errs []error
	if p.Cgroup != "" && p.Mode != Pace {
		if p.Direction != Egress {
			errs = append(errs, errors.New("cgroup: needs direction egress (a packet that comes in has no process yet)"))
		}
		if len(p.Peers)+len(p.Ports)+len(p.Receivers) > 0 || p.Protocol != "" {
			errs = append(errs, errors.New("cgroup: stands alone, without peers, ports, protocol and receivers"))
		}
	}
	if len(p.Receivers) > 0 {
		if p.Direction != Ingress {
			errs = append(errs, errors.New("receivers: need direction ingress"))
		}
		if len(p.Ports) > 0 {
			errs = append(errs, errors.New("receivers: give the ports themselves; remove ports"))
		}
	}
	if p.Group && (len(p.Peers)+len(p.Ports)+len(p.Receivers) > 0 || p.Protocol != "" || p.Cgroup != "") {
		errs = append(errs, errors.New("group: has no traffic of its own; remove peers, ports, protocol, cgroup and receivers"))
	}
	return errs
}

func (p *Policy) rateProblems() []error {
	var errs []error
	if p.Mode == QueueMode {
		if p.Rate != 0 || p.PacketRate != 0 {
			errs = append(errs, errors.New("rate: mode queue leaves the limit to the queue"))
		}
		return errs
	}
	if p.Rate == 0 && p.PacketRate == 0 {
		errs = append(errs, errors.New("rate: is missing (or packet_rate)"))
	}
	if p.Rate != 0 && (p.Rate < MinRate || p.Rate > MaxRate) {
		errs = append(errs, fmt.Errorf("rate: %s is not between %s and %s", p.Rate, MinRate, MaxRate))
	}
	if source := p.PerSource.Get(); source != nil {
		switch {
		case p.Rate == 0:
			errs = append(errs, errors.New("per_source: shares a rate, and there is none"))
		case source.Committed > p.Rate:
			errs = append(errs, fmt.Errorf("per_source::committed: %s is more than the rate (%s)", source.Committed, p.Rate))
		case source.Committed != 0 && source.Committed < MinRate:
			errs = append(errs, fmt.Errorf("per_source::committed: %s is less than %s", source.Committed, MinRate))
		}
	}
	return errs
}

func (p *Policy) modeProblems() []error {
	var errs []error
	switch p.Mode {
	case Police, Observe, ECN:
	case Pace:
		if p.Direction != Egress || p.Rate == 0 {
			errs = append(errs, errors.New("mode: pace needs direction egress and a rate"))
		}
		if p.Protocol == UDP || p.PacketRate != 0 || p.PerSource.HasValue() || p.Group || p.Parent != "" || len(p.Interfaces) > 0 {
			errs = append(errs, errors.New("mode: pace is about TCP sockets: no protocol udp, packet_rate, per_source, group, parent and interfaces"))
		}
	case QueueMode:
		if p.PerSource.HasValue() {
			errs = append(errs, errors.New("mode: queue has no per_source"))
		}
	default:
		errs = append(errs, fmt.Errorf("mode: %q is not one of police, observe, ecn, pace, queue", p.Mode))
	}
	return append(errs, p.queueProblems()...)
}

func (p *Policy) queueProblems() []error {
	if p.Mode != QueueMode {
		if p.Queue != (Queue{}) {
			return []error{errors.New("queue: needs mode queue")}
		}
		return nil
	}
	if (p.Queue.Class == "") == (p.Queue.Device == "") {
		return []error{errors.New("queue: needs either class or device")}
	}
	if p.Queue.Class == "" {
		return nil
	}
	if p.Direction != Egress {
		return []error{errors.New("queue::class: needs direction egress (an interface queues what it sends; on ingress use device)")}
	}
	if _, err := ParseClass(p.Queue.Class); err != nil {
		return []error{fmt.Errorf("queue::class: %w", err)}
	}
	return nil
}

// ParseClass parses the name of a class, as tc writes it: two hexadecimal numbers.
func ParseClass(class string) (uint32, error) {
	major, minor, ok := strings.Cut(class, ":")
	a, err1 := strconv.ParseUint(major, 16, 16)
	b, err2 := strconv.ParseUint(minor, 16, 16)
	if !ok || err1 != nil || err2 != nil || a == 0 || b == 0 {
		return 0, fmt.Errorf("%q is not a class such as 1:10", class)
	}
	return uint32(a<<16 | b), nil
}

// maxDepth is a policy and its parent: with the interface's total, and a bucket of
// packets beside each one of bytes, that is what the program walks at most.
const maxDepth = 2

func (s Set) parentProblems(name string) []error {
	seen := []string{name}
	for at := s[name]; at.Parent != ""; at = s[at.Parent] {
		parent, ok := s[at.Parent]
		switch {
		case !ok:
			return []error{fmt.Errorf("parent: there is no policy %q", at.Parent)}
		case slices.Contains(seen, at.Parent):
			return []error{fmt.Errorf("parent: %s is its own ancestor", strings.Join(append(seen, at.Parent), " > "))}
		case len(seen) == maxDepth:
			return []error{fmt.Errorf("parent: %s is deeper than %d", strings.Join(append(seen, at.Parent), " > "), maxDepth)}
		case parent.IsTotal():
			return []error{fmt.Errorf("parent: %q is the total of its interfaces, which applies without being named (set group: true to make it a group)", at.Parent)}
		case parent.Direction != at.Direction || parent.Mode == Pace || parent.Mode == QueueMode:
			return []error{fmt.Errorf("parent: %q has another direction, or is not a bucket", at.Parent)}
		}
		seen = append(seen, at.Parent)
	}
	return nil
}

// ties are policies that would match the same packets with the same right. Those
// of receivers are found when their ports are known.
func (s Set) ties() []error {
	var errs []error
	owner := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(s)) {
		for _, key := range s[name].selectors() {
			if other, taken := owner[key]; taken {
				errs = append(errs, fmt.Errorf("%s and %s match the same traffic: %s", other, name, key))
				break
			}
			owner[key] = name
		}
	}
	return errs
}

// selectors are the policy's keys, one for each combination of what it lists.
func (p Policy) selectors() []string {
	if p.Group || len(p.Receivers) > 0 {
		return nil
	}
	var keys []string
	for _, iface := range orAny(p.Interfaces) {
		for _, peer := range orAny(p.Peers) {
			for _, port := range orAny(p.Ports) {
				for _, proto := range p.protocols() {
					keys = append(keys, strings.TrimSpace(fmt.Sprint(
						p.Direction, " on ", iface, " peer ", peer, " port ", port, " protocol ", proto, " ", p.Cgroup, p.paced())))
				}
			}
		}
	}
	return keys
}

func (p Policy) paced() string {
	if p.Mode == Pace {
		return "(paced)"
	}
	return ""
}

func (p Policy) protocols() []string {
	switch {
	case p.Protocol != "":
		return []string{string(p.Protocol)}
	case len(p.Ports) > 0:
		return []string{string(TCP), string(UDP)}
	}
	return []string{"any"}
}

func orAny[T any](list []T) []any {
	if len(list) == 0 {
		return []any{"any"}
	}
	all := make([]any, len(list))
	for i, v := range list {
		all[i] = v
	}
	return all
}
