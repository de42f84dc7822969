//go:build linux && (amd64 || arm64)

package model

import (
	"encoding/binary"
	"math/bits"

	"github.com/sluice-otel/sluice/bpf"
)

// Machine has the state of the programs.
type Machine struct {
	Nanos    uint64 // the clock
	Dice     uint32
	Seed     uint32
	Index    int // the interface
	Rules    bpf.Ruleset
	Policies map[uint32]bpf.Policy
	Buckets  map[uint32]uint64
	Counters map[uint32]bpf.Stats
	sketches map[uint32]*[2][]uint64
}

// Result is what becomes of a packet.
type Result struct {
	Policy  uint32
	Wire    uint32
	Verdict uint8 // bpf.Verdict…
	Target  uint32
}

// level is one policy of a packet's chain.
type level struct {
	id      uint32
	policy  bpf.Policy
	cost    uint64
	charged bool
}

// Run takes one packet through the program.
func (m *Machine) Run(f Frame) Result {
	p := parse(f)
	leaf, total := match(m.Rules, m.Index, f.Direction, p)
	if leaf == 0 {
		m.count(0, func(s *bpf.Stats) { s.PassedPackets += uint64(p.segments); s.PassedBytes += uint64(p.wire) })
		return Result{Wire: p.wire}
	}
	r := Result{Policy: leaf, Wire: p.wire}
	chain := m.chain(leaf, total)
	committed := chain[0].policy.Sketch != 0 && m.committed(chain[0].policy, p)
	refusedBy, shadow, mark := m.charge(chain, p, committed)
	if refusedBy != 0 {
		r.Verdict = bpf.VerdictDropped
		return r
	}
	marked := mark && !p.tagged && setCE(f.Data, p.ecn)
	m.countPassed(chain, p, committed, marked)
	switch {
	case shadow:
		r.Verdict = bpf.VerdictWouldDrop
	case marked:
		r.Verdict = bpf.VerdictMarked
	}
	r.Target = target(chain)
	return r
}

// chain follows the policies from the leaf, and then from the total.
func (m *Machine) chain(leaf, total uint32) []level {
	var chain []level
	atTotal := leaf == total
	for id := leaf; len(chain) < bpf.MaxLevels; {
		if id == 0 && !atTotal {
			id, atTotal = total, true
		}
		if id == 0 {
			break
		}
		chain = append(chain, level{id: id, policy: m.Policies[id]})
		id = m.Policies[id].Next
	}
	return chain
}

func (m *Machine) charge(chain []level, p packet, committed bool) (refusedBy uint32, shadow, mark bool) {
	for i := range chain {
		l := &chain[i]
		mode := l.policy.Mode
		if mode == bpf.ModeQueue || mode == bpf.ModeRedirect {
			l.charged = true
			continue
		}
		observing := mode == bpf.ModeObserve
		if observing && shadow {
			continue
		}
		delay, ok := m.conforms(l, p, committed)
		switch {
		case ok:
			l.charged = true
			mark = mark || m.wantsMark(l.policy, delay)
		case observing:
			shadow = true
			m.countRefusal(l.id, p, observing)
			m.refund(chain, true)
		default:
			m.countRefusal(l.id, p, observing)
			m.refund(chain, false)
			return l.id, shadow, false
		}
	}
	return 0, shadow, mark
}

// conforms charges a level if its bucket allows.
func (m *Machine) conforms(l *level, p packet, committed bool) (delay int64, ok bool) {
	n := p.wire
	if l.policy.Flags&bpf.FlagPackets != 0 {
		n = p.segments
	}
	burst := l.policy.Burst
	if committed {
		burst = l.policy.Committed
	}
	l.cost = cost(l.policy.Mult, l.policy.Shift, n)
	next := later(m.Buckets[l.id], m.now()) + l.cost
	if int64(next-m.now()) > int64(burst) {
		return 0, false
	}
	m.Buckets[l.id] = next
	return int64(next - m.now()), true
}

func (m *Machine) refund(chain []level, observingOnly bool) {
	for i := range chain {
		l := &chain[i]
		if !l.charged || observingOnly && l.policy.Mode != bpf.ModeObserve {
			continue
		}
		l.charged = false
		m.Buckets[l.id] -= l.cost
	}
}

func (m *Machine) wantsMark(pol bpf.Policy, delay int64) bool {
	above, span := delay-int64(pol.EcnLow), int64(pol.Burst/2)-int64(pol.EcnLow)
	if pol.Mode != bpf.ModeECN || above <= 0 || span <= 0 {
		return false
	}
	return int64(m.Dice&0xffff)*(span>>16) < above
}

// committed charges the source's share, if it is within it.
func (m *Machine) committed(pol bpf.Policy, p packet) bool {
	h := m.hash(p)
	cells := m.sketch(pol.Sketch)
	a := &cells[0][h&uint64(bpf.SketchCells-1)]
	b := &cells[1][h>>32&uint64(bpf.SketchCells-1)]
	next := later(earlier(*a, *b), m.now()) + cost(pol.SrcMult, pol.SrcShift, p.wire)
	if int64(next-m.now()) > int64(pol.SrcBurst) {
		return false
	}
	*a, *b = later(*a, next), later(*b, next)
	return true
}

// hash mixes the source's address: all of IPv4, the first half of IPv6.
func (m *Machine) hash(p packet) uint64 {
	var x, family uint64
	if p.peer.Is4() {
		b := p.peer.As4()
		x, family = uint64(binary.LittleEndian.Uint32(b[:]))<<32, 4
	} else {
		b := p.peer.As16()
		x, family = bits.RotateLeft64(binary.LittleEndian.Uint64(b[:]), 32), 6
	}
	x ^= uint64(m.Seed)<<32 | family
	for range 2 {
		x = (x ^ x>>32) * 0xd6e8feb86659fd93
	}
	return x ^ x>>32
}

func (m *Machine) sketch(n uint32) *[2][]uint64 {
	s, ok := m.sketches[n]
	if !ok {
		s = &[2][]uint64{make([]uint64, bpf.SketchCells), make([]uint64, bpf.SketchCells)}
		if m.sketches == nil {
			m.sketches = map[uint32]*[2][]uint64{}
		}
		m.sketches[n] = s
	}
	return s
}

func (m *Machine) now() uint64 { return m.Nanos * bpf.UnitsPerNano }

func (m *Machine) count(id uint32, f func(*bpf.Stats)) {
	s := m.Counters[id]
	f(&s)
	m.Counters[id] = s
}

func (m *Machine) countRefusal(id uint32, p packet, observing bool) {
	m.count(id, func(s *bpf.Stats) {
		if observing {
			s.WouldPackets += uint64(p.segments)
			s.WouldBytes += uint64(p.wire)
			return
		}
		s.DroppedPackets += uint64(p.segments)
		s.DroppedBytes += uint64(p.wire)
	})
}

func (m *Machine) countPassed(chain []level, p packet, committed, marked bool) {
	for i, l := range chain {
		if !l.charged {
			continue
		}
		m.count(l.id, func(s *bpf.Stats) {
			s.PassedPackets += uint64(p.segments)
			s.PassedBytes += uint64(p.wire)
			if marked {
				s.MarkedPackets += uint64(p.segments)
				s.MarkedBytes += uint64(p.wire)
			}
			if committed && i == 0 {
				s.CommittedBytes += uint64(p.wire)
			}
		})
	}
}

// setCE marks a packet whose ends understand marks, or that is marked already. The
// byte has the two bits at its end in IPv4; in IPv6 they are in the upper half.
func setCE(data []byte, at int) bool {
	shift := 0
	if data[at-1]>>4 == 6 {
		shift = 4
	}
	if data[at]>>shift&3 == 0 {
		return false
	}
	data[at] |= 3 << shift
	return true
}

func target(chain []level) uint32 {
	for _, l := range chain {
		if l.policy.Mode == bpf.ModeQueue || l.policy.Mode == bpf.ModeRedirect {
			return l.policy.Target
		}
	}
	return 0
}

func cost(mult uint64, shift uint8, n uint32) uint64 {
	return bpf.Cost{Mult: mult, Shift: shift}.Of(n)
}

// later and earlier compare two times of a clock that may wrap.
func later(a, b uint64) uint64 {
	if int64(a-b) > 0 {
		return a
	}
	return b
}

func earlier(a, b uint64) uint64 {
	if int64(a-b) < 0 {
		return a
	}
	return b
}
