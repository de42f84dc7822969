//go:build linux && (amd64 || arm64)

package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"

	"github.com/sluice-otel/sluice/bpf"
)

// tcxLink is a program attached by TCX (Linux 6.6). It is gone with the process
// unless pinned.
type tcxLink struct {
	link.Link
	pinned bool
}

// attachTCX attaches before the other programs of the hook; they still run,
// because the programs never say that a packet is done with. A pinned link that an
// earlier process has left is taken over: the kernel swaps its program between two
// packets.
func attachTCX(program *ebpf.Program, t target, pin string) (*tcxLink, error) {
	path := ""
	if pin != "" {
		path = filepath.Join(pin, fmt.Sprintf("%s-%d-%s", t.link.name, t.link.index, directionName(t.direction)))
		l, err := takeOver(program, t, path)
		if l != nil || err != nil {
			return l, err
		}
	}
	l, err := link.AttachTCX(link.TCXOptions{
		Interface: t.link.index,
		Program:   program,
		Attach:    tcxType(t.direction),
		Anchor:    link.Head(),
	})
	if err != nil {
		return nil, err
	}
	if path == "" {
		return &tcxLink{Link: l}, nil
	}
	if err := l.Pin(path); err != nil {
		return nil, errors.Join(fmt.Errorf("pin at %s: %w (pin must name a folder of a BPF file system)", path, err), l.Close())
	}
	return &tcxLink{Link: l, pinned: true}, nil
}

// takeOver returns nil where there is nothing of use: no pin, or one of an
// interface that has gone and whose index is another's now.
func takeOver(program *ebpf.Program, t target, path string) (*tcxLink, error) {
	l, err := link.LoadPinnedLink(path, nil)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // nothing, and no error: documented above
	}
	if err != nil {
		return nil, fmt.Errorf("open the pinned link %s: %w", path, err)
	}
	info, err := l.Info()
	if err == nil && info.TCX() != nil && int(info.TCX().Ifindex) == t.link.index && l.Update(program) == nil {
		return &tcxLink{Link: l, pinned: true}, nil
	}
	return nil, errors.Join(l.Unpin(), l.Close())
}

func tcxType(d bpf.Direction) ebpf.AttachType {
	if d == bpf.Egress {
		return ebpf.AttachTCXEgress
	}
	return ebpf.AttachTCXIngress
}

func directionName(d bpf.Direction) string {
	switch d {
	case bpf.Egress:
		return "egress"
	case bpf.Paced:
		return "sockets"
	case bpf.Ingress:
	}
	return "ingress"
}

func (l *tcxLink) mode() string { return "tcx" }

func (l *tcxLink) detach() error {
	if l.pinned {
		return errors.Join(l.Unpin(), l.Close())
	}
	return l.Close()
}

func (l *tcxLink) leave() error { return l.Close() }
