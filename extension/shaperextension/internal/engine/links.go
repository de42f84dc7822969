//go:build linux && (amd64 || arm64)

package engine

import (
	"fmt"

	"github.com/vishvananda/netlink"
)

// listLinks returns the interfaces of this network namespace.
func listLinks() ([]linkInfo, error) {
	links, err := netlink.LinkList()
	if err != nil {
		return nil, fmt.Errorf("list interfaces: %w", err)
	}
	infos := make([]linkInfo, 0, len(links))
	for _, l := range links {
		a := l.Attrs()
		infos = append(infos, linkInfo{
			index:    a.Index,
			name:     a.Name,
			l3:       a.EncapType != "ether" && a.EncapType != "loopback",
			loopback: a.EncapType == "loopback",
			largest:  max(a.GROMaxSize, a.GSOMaxSize),
		})
	}
	return infos, nil
}

// WatchLinks calls changed when interfaces come, go or change, until done is
// closed. It needs no engine.
func WatchLinks(done <-chan struct{}, changed func()) error {
	updates := make(chan netlink.LinkUpdate, 64)
	if err := netlink.LinkSubscribe(updates, done); err != nil {
		return fmt.Errorf("watch interfaces: %w", err)
	}
	for range updates {
		changed()
	}
	return nil
}
