//go:build linux && (amd64 || arm64)

package bpf

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/cilium/ebpf"
)

// staleKey is an entry of a generation that is no longer current.
type staleKey struct {
	table *ebpf.Map
	key   any
}

// Install makes rules the current classification, in one step: packets see the
// old rules or the new ones. On an error the old ones stay. Policies must have
// been set before.
//
// A generation's number is odd or even as the half of the slots that it uses: the
// next one always uses the other half.
//
// Entries of the generation before are removed by the next Install, when no
// packet can be under way any more that has begun with them.
func (o *Objects) Install(rules Ruleset) error {
	if err := o.removeStale(); err != nil {
		return err
	}
	w := &writer{
		objects:    o,
		generation: o.current + 1 + 2*o.failed,
		ifaces:     map[ifaceKey]iface{},
		ifaceSlots: map[uint32]ifaceSlot{},
		portSlots:  map[uint32]portSlot{},
	}
	if err := w.write(rules); err != nil {
		o.stale = append(o.stale, w.written...)
		o.failed++ // what is left in slots is of no generation that will be
		return err
	}
	if err := o.Generation.Set(w.generation); err != nil {
		return fmt.Errorf("switch to the new rules: %w", err)
	}
	o.current, o.failed = w.generation, 0
	o.stale = append(o.stale, o.installed...)
	o.installed = w.written
	return nil
}

func (o *Objects) removeStale() error {
	for _, s := range o.stale {
		if err := s.table.Delete(s.key); err != nil && !errors.Is(err, ebpf.ErrKeyNotExist) {
			return fmt.Errorf("remove old rules: %w", err)
		}
	}
	o.stale = nil
	return nil
}

// writer writes one generation.
type writer struct {
	objects    *Objects
	generation uint32
	ifaces     map[ifaceKey]iface
	ifaceSlots map[uint32]ifaceSlot // by index
	portSlots  map[uint32]portSlot
	written    []staleKey
}

func (w *writer) write(rules Ruleset) error {
	for _, i := range rules.Ifaces {
		w.iface(i)
	}
	for _, r := range rules.Rules {
		if err := w.rule(r); err != nil {
			return fmt.Errorf("write rule %+v: %w", r, err)
		}
	}
	if err := w.exempt(rules); err != nil {
		return fmt.Errorf("write exempt ports and prefixes: %w", err)
	}
	for key, value := range w.ifaces {
		if err := w.put(w.objects.Ifaces, key, value); err != nil {
			return fmt.Errorf("write interface %d: %w", key.Ifindex, err)
		}
		w.ifaceSlot(key, value)
	}
	return w.slots()
}

// ifaceSlot and portSlot give an entry its slot, or mark the one that has it as
// crowded.
func (w *writer) ifaceSlot(key ifaceKey, value iface) {
	index := key.Generation&1*ifaceSlots + (key.Ifindex<<2|key.Direction)&(ifaceSlots-1)
	slot, taken := w.ifaceSlots[index]
	if !taken {
		slot = ifaceSlot{Key: key, Value: value}
	}
	slot.Crowded |= bit(taken)
	w.ifaceSlots[index] = slot
}

func (w *writer) portSlot(key portKey, policy uint32) {
	what := uint32(key.Direction)<<24 | uint32(key.Proto)<<16 | uint32(key.Port)
	index := key.Generation&1*portSlots + (key.Ifindex*0x9e3779b1^what*0x85ebca6b)>>19
	slot, taken := w.portSlots[index]
	if !taken {
		slot = portSlot{Key: key, Policy: policy}
	}
	slot.Crowded |= bit(taken)
	w.portSlots[index] = slot
}

func (w *writer) slots() error {
	for index, slot := range w.ifaceSlots {
		if err := w.objects.IfaceSlots.Put(index, slot); err != nil {
			return fmt.Errorf("write interface %d: %w", slot.Key.Ifindex, err)
		}
	}
	for index, slot := range w.portSlots {
		if err := w.objects.PortSlots.Put(index, slot); err != nil {
			return fmt.Errorf("write port %d: %w", networkOrder(slot.Key.Port), err)
		}
	}
	return nil
}

func bit(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

func (w *writer) put(table *ebpf.Map, key, value any) error {
	if err := table.Put(key, value); err != nil {
		return err
	}
	w.written = append(w.written, staleKey{table, key})
	return nil
}

func (w *writer) iface(i Iface) {
	value := iface{Total: i.Total}
	if i.L3 {
		value.Flags |= uint32(shaperIfaceFlagIFACE_L3)
	}
	w.ifaces[w.key(i.Index, i.Direction)] = value
}

func (w *writer) key(index int, d Direction) ifaceKey {
	return ifaceKey{Generation: w.generation, Ifindex: uint32(index), Direction: uint32(d)}
}

// rule writes one rule and notes at its interface that there are such rules. A
// rule for an interface that is not listed is an error of the caller.
func (w *writer) rule(r Rule) error {
	key := w.key(r.Index, r.Direction)
	value, ok := w.ifaces[key]
	if !ok {
		return errors.New("its interface is not listed")
	}
	flag := r.flag()
	value.Flags |= uint32(flag)
	if flag == shaperIfaceFlagIFACE_CGROUP {
		value.CgroupLevels |= r.Levels
	}
	w.ifaces[key] = value
	scope := portKey{Generation: w.generation, Ifindex: uint32(r.Index), Direction: uint8(r.Direction), Proto: r.Proto, Port: networkOrder(r.Port)}
	switch {
	case flag == shaperIfaceFlagIFACE_CGROUP:
		return w.put(w.objects.Cgroups, cgroupKey{Generation: w.generation, Ifindex: uint32(r.Index), Id: r.Cgroup}, r.Policy)
	case r.Prefix.IsValid():
		return w.prefix(scope, r.Prefix, r.Policy)
	}
	w.portSlot(scope, r.Policy)
	return w.put(w.objects.Ports, scope, r.Policy)
}

func (r Rule) flag() shaperIfaceFlag {
	switch {
	case r.Cgroup != 0:
		return shaperIfaceFlagIFACE_CGROUP
	case r.Prefix.IsValid() && r.Port != 0:
		return shaperIfaceFlagIFACE_PREFIX_PORT
	case r.Prefix.IsValid() && r.Proto != 0:
		return shaperIfaceFlagIFACE_PREFIX_PROTO
	case r.Prefix.IsValid():
		return shaperIfaceFlagIFACE_PREFIX
	case r.Port != 0:
		return shaperIfaceFlagIFACE_PORT
	}
	return shaperIfaceFlagIFACE_PROTO
}

func (w *writer) prefix(scope portKey, p netip.Prefix, policy uint32) error {
	length := scopeBits + uint32(p.Bits())
	if p.Addr().Is4() {
		return w.put(w.objects.Prefixes4, prefix4Key{Prefixlen: length, Scope: scope, Addr: p.Masked().Addr().As4()}, policy)
	}
	return w.put(w.objects.Prefixes6, prefix6Key{Prefixlen: length, Scope: scope, Addr: p.Masked().Addr().As16()}, policy)
}

// exempt writes the half of the port bits that is not in use, and the prefixes.
func (w *writer) exempt(rules Ruleset) error {
	words := make([]uint64, exemptWords)
	for _, port := range rules.ExemptPorts {
		words[port>>6] |= 1 << (port & 63)
	}
	first := w.generation & 1 * uint32(exemptWords)
	for i, word := range words {
		if err := w.objects.ExemptPorts.Put(first+uint32(i), word); err != nil {
			return err
		}
	}
	if len(rules.ExemptPrefixes) == 0 {
		return nil
	}
	for key, value := range w.ifaces {
		value.Flags |= uint32(shaperIfaceFlagIFACE_EXEMPT_PREFIX)
		w.ifaces[key] = value
	}
	for _, p := range rules.ExemptPrefixes {
		if err := w.prefix(portKey{Generation: w.generation, Proto: protoExempt}, p, 1); err != nil {
			return err
		}
	}
	return nil
}

// networkOrder swaps the bytes of a port: the shaper is built for little-endian
// machines.
func networkOrder(port uint16) uint16 { return port<<8 | port>>8 }
