//go:build linux && (amd64 || arm64)

package engine

import (
	"bufio"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"

	"github.com/sluice-otel/sluice/bpf"
	"github.com/sluice-otel/sluice/extension/shaperextension/policy"
)

// pacer is the program on the cgroup whose sockets are paced.
type pacer struct {
	path string
	link link.Link
}

// pace attaches to the cgroup of the policies that pace, or detaches if there are
// none. They must name one cgroup between them: a socket has one pace.
func (p *pacer) pace(o *bpf.Objects, set policy.Set) error {
	path, wanted, err := pacedCgroup(set)
	if err != nil {
		return err
	}
	if !wanted {
		return p.close()
	}
	if p.link != nil && p.path == path {
		return nil
	}
	if o.Pace == nil {
		return bpf.Unsupported("load the program that paces sockets", o.PaceErr)
	}
	l, err := link.AttachCgroup(link.CgroupOptions{Path: path, Attach: ebpf.AttachCGroupSockOps, Program: o.Pace})
	if err != nil {
		return fmt.Errorf("attach to cgroup %s: %w (needs cgroup v2)", path, err)
	}
	err = p.close()
	p.path, p.link = path, l
	return err
}

func (p *pacer) close() error {
	if p.link == nil {
		return nil
	}
	err := p.link.Close()
	p.link = nil
	return err
}

func pacedCgroup(set policy.Set) (path string, wanted bool, err error) {
	for name, pol := range set {
		if pol.Mode != policy.Pace {
			continue
		}
		at, err := cgroupPath(pol.Cgroup)
		if err != nil {
			return "", false, fmt.Errorf("%s: %w", name, err)
		}
		if wanted && at != path {
			return "", false, errors.New("policies that pace must name the same cgroup")
		}
		path, wanted = at, true
	}
	return path, wanted, nil
}

// cgroups finds the cgroups that policies name.
func cgroups(set policy.Set) (map[string]cgroup, error) {
	found := map[string]cgroup{}
	for name, pol := range set {
		if pol.Cgroup == "" || pol.Mode == policy.Pace {
			continue
		}
		c, err := findCgroup(pol.Cgroup)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		found[pol.Cgroup] = c
	}
	return found, nil
}

// firstCgroupNamespace is the inode of the namespace that the machine starts with
// (PROC_CGROUP_INIT_INO).
const firstCgroupNamespace = 0xEFFFFFFB

// findCgroup returns a cgroup's id, which is its inode, and its depth. Inside a
// cgroup namespace the depth of the namespace's own root is not known, so that
// every depth from there on is possible.
func findCgroup(name string) (cgroup, error) {
	path, err := cgroupPath(name)
	if err != nil {
		return cgroup{}, err
	}
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		return cgroup{}, fmt.Errorf("cgroup %s: %w", path, err)
	}
	depth := len(strings.FieldsFunc(name, func(r rune) bool { return r == '/' }))
	if depth > bpf.MaxCgroupLevel {
		return cgroup{}, fmt.Errorf("cgroup %s: deeper than %d", name, bpf.MaxCgroupLevel)
	}
	levels := uint32(1) << depth
	var ns unix.Stat_t
	if err := unix.Stat("/proc/self/ns/cgroup", &ns); err == nil && ns.Ino != firstCgroupNamespace {
		levels = math.MaxUint32 << depth
	}
	return cgroup{id: st.Ino, levels: levels}, nil
}

// cgroupPath returns where a cgroup is in the file system.
func cgroupPath(name string) (string, error) {
	root, err := cgroupRoot()
	if err != nil {
		return "", err
	}
	return filepath.Join(root, filepath.Clean("/"+name)), nil
}

func cgroupRoot() (string, error) {
	f, err := os.Open("/proc/self/mounts")
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // read only
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) > 2 && fields[2] == "cgroup2" {
			return fields[1], nil
		}
	}
	return "", errors.New("find cgroups: cgroup v2 is not mounted")
}
