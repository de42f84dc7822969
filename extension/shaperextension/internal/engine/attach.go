//go:build linux && (amd64 || arm64)

package engine

import (
	"errors"
	"fmt"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"github.com/sluice-otel/sluice/bpf"
)

// attachment is a program on one interface and direction.
type attachment interface {
	mode() string
	// detach removes the program. One that is pinned stays.
	detach() error
	// leave forgets the program without removing it, if it is pinned; otherwise it is
	// detach.
	leave() error
}

// place is where an attachment is.
type place struct {
	index     int
	direction bpf.Direction
}

// attacher attaches programs to interfaces. The first attempt decides between TCX
// and clsact for all of them.
type attacher struct {
	objects *bpf.Objects
	pin     string
	clsact  *clsact // not nil: TCX cannot be used
	places  map[place]placed
}

type placed struct {
	attachment
	link linkInfo
}

func newAttacher(o *bpf.Objects, s Settings) *attacher {
	a := &attacher{objects: o, pin: s.Pin, places: map[place]placed{}}
	if s.Clsact {
		a.clsact = &clsact{}
	}
	return a
}

// add attaches to every target that has no program yet, and returns where. An
// interface that has gone meanwhile is left out: its removal is under way to
// whoever watches. On an error what was added is detached again.
func (a *attacher) add(targets []target) error {
	var added []place
	for _, t := range targets {
		at := place{t.link.index, t.direction}
		if _, ok := a.places[at]; ok {
			continue
		}
		att, err := a.attach(t)
		if isGone(err) {
			continue
		}
		if err != nil {
			for _, p := range added {
				err = errors.Join(err, a.remove(p))
			}
			return err
		}
		a.places[at] = placed{att, t.link}
		added = append(added, at)
	}
	return nil
}

func isGone(err error) bool { return errors.Is(err, unix.ENODEV) }

func (a *attacher) attach(t target) (attachment, error) {
	if a.clsact == nil {
		att, err := attachTCX(a.program(t.direction), t, a.pin)
		if !errors.Is(err, ebpf.ErrNotSupported) {
			return att, wrapAttach(t, err)
		}
		a.clsact = &clsact{}
	}
	// A filter outlives this process, so the programs must notice if it ends.
	if err := a.objects.Beat(); err != nil {
		return nil, err
	}
	att, err := a.clsact.attach(a.program(t.direction), t)
	return att, wrapAttach(t, err)
}

func wrapAttach(t target, err error) error {
	switch {
	case err == nil || isGone(err):
		return err
	case errors.Is(err, unix.EPERM):
		return bpf.Unsupported("attach to "+t.link.name, err)
	}
	return fmt.Errorf("attach to %s: %w", t.link.name, err)
}

func (a *attacher) program(d bpf.Direction) *ebpf.Program {
	if d == bpf.Egress {
		return a.objects.Egress
	}
	return a.objects.Ingress
}

// keep detaches from every place that is not a target.
func (a *attacher) keep(targets []target) error {
	wanted := map[place]bool{}
	for _, t := range targets {
		wanted[place{t.link.index, t.direction}] = true
	}
	var errs []error
	for at := range a.places {
		if !wanted[at] {
			errs = append(errs, a.remove(at))
		}
	}
	return errors.Join(errs...)
}

func (a *attacher) remove(at place) error {
	p := a.places[at]
	delete(a.places, at)
	if err := p.detach(); err != nil && !isGone(err) {
		return fmt.Errorf("detach from %s: %w", p.link.name, err)
	}
	return nil
}

// forget drops places whose interface has gone; the kernel has detached them.
func (a *attacher) forget(links []linkInfo) {
	there := map[int]bool{}
	for _, l := range links {
		there[l.index] = true
	}
	for at, p := range a.places {
		if !there[at.index] {
			_ = p.detach()
			delete(a.places, at)
		}
	}
}

// close detaches from everything, but for what is pinned.
func (a *attacher) close() error {
	var errs []error
	for at, p := range a.places {
		if err := p.leave(); err != nil && !isGone(err) {
			errs = append(errs, fmt.Errorf("detach from %s: %w", p.link.name, err))
		}
		delete(a.places, at)
	}
	if a.clsact != nil {
		errs = append(errs, a.clsact.close())
	}
	return errors.Join(errs...)
}
