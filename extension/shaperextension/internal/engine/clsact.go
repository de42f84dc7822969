//go:build linux && (amd64 || arm64)

package engine

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/cilium/ebpf"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/sluice-otel/sluice/bpf"
)

// preference of our filters: behind those that an operator numbers by hand.
const preference = 49000

// maxInstances is how many processes may shape one network namespace by clsact.
const maxInstances = 64

// clsact attaches by the clsact qdisc, as kernels before 6.6 have it. Filters
// outlive their process, so each process has a number: that of an abstract Unix
// socket, which is of the network namespace as interfaces are, and free again once
// the process has gone. A filter that is found under one's own number has been
// left behind and is replaced.
type clsact struct {
	number int
	claim  net.Listener
	made   map[int]bool // interfaces whose qdisc is ours
}

type clsactFilter struct {
	owner  *clsact
	filter *netlink.BpfFilter
}

func (c *clsact) attach(program *ebpf.Program, t target) (*clsactFilter, error) {
	if err := c.claimNumber(); err != nil {
		return nil, err
	}
	if err := c.addQdisc(t.link.index); err != nil {
		return nil, err
	}
	f := &netlink.BpfFilter{
		FilterAttrs: netlink.FilterAttrs{
			LinkIndex: t.link.index,
			Parent:    clsactParent(t.direction),
			Handle:    uint32(c.number),
			Priority:  preference,
			Protocol:  unix.ETH_P_ALL,
		},
		Fd:           program.FD(),
		Name:         "sluice-shaper",
		DirectAction: true,
	}
	if err := netlink.FilterReplace(f); err != nil {
		return nil, fmt.Errorf("add filter: %w", err)
	}
	return &clsactFilter{owner: c, filter: f}, nil
}

func (c *clsact) claimNumber() error {
	if c.claim != nil {
		return nil
	}
	var lc net.ListenConfig
	for n := 1; n <= maxInstances; n++ {
		l, err := lc.Listen(context.Background(), "unix", fmt.Sprintf("@sluice-shaper-%d", n))
		if err == nil {
			c.claim, c.number, c.made = l, n, map[int]bool{}
			return nil
		}
		if !errors.Is(err, unix.EADDRINUSE) {
			return fmt.Errorf("claim a number for filters: %w", err)
		}
	}
	return fmt.Errorf("claim a number for filters: %d are taken", maxInstances)
}

func (c *clsact) addQdisc(index int) error {
	err := netlink.QdiscAdd(&netlink.Clsact{QdiscAttrs: netlink.QdiscAttrs{
		LinkIndex: index,
		Handle:    netlink.MakeHandle(0xffff, 0),
		Parent:    netlink.HANDLE_CLSACT,
	}})
	if err == nil {
		c.made[index] = true
	}
	if err != nil && !errors.Is(err, unix.EEXIST) {
		return fmt.Errorf("add clsact: %w", err)
	}
	return nil
}

func clsactParent(d bpf.Direction) uint32 {
	if d == bpf.Egress {
		return netlink.HANDLE_MIN_EGRESS
	}
	return netlink.HANDLE_MIN_INGRESS
}

func (f *clsactFilter) mode() string { return "clsact" }

// detach removes the filter, and the qdisc if this process made it and nobody
// else's filter is on it.
func (f *clsactFilter) detach() error {
	err := netlink.FilterDel(f.filter)
	index := f.filter.LinkIndex
	if !f.owner.made[index] || inUse(index) {
		return err
	}
	delete(f.owner.made, index)
	return errors.Join(err, netlink.QdiscDel(&netlink.Clsact{QdiscAttrs: netlink.QdiscAttrs{
		LinkIndex: index,
		Handle:    netlink.MakeHandle(0xffff, 0),
		Parent:    netlink.HANDLE_CLSACT,
	}}))
}

func (f *clsactFilter) leave() error { return f.detach() }

func inUse(index int) bool {
	l, err := netlink.LinkByIndex(index)
	if err != nil {
		return true
	}
	for _, parent := range []uint32{netlink.HANDLE_MIN_INGRESS, netlink.HANDLE_MIN_EGRESS} {
		if filters, err := netlink.FilterList(l, parent); err != nil || len(filters) > 0 {
			return true
		}
	}
	return false
}

func (c *clsact) close() error {
	if c.claim == nil {
		return nil
	}
	return c.claim.Close()
}
