//go:build linux && (amd64 || arm64)

package bpf

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/cilium/ebpf"
)

// Objects are the programs and maps in the kernel. They stay there as long as
// something holds them: this process until Close, and attached links.
type Objects struct {
	core

	// Pace is the program of paced sockets. It is nil if the kernel refuses it;
	// PaceErr says why.
	Pace    *ebpf.Program
	PaceErr error

	memory    memory
	current   uint32     // the generation that packets see
	failed    uint32     // attempts at the next one
	installed []staleKey // the entries of that generation
	stale     []staleKey // entries to be removed
}

// core is what no kernel can do without.
type core struct {
	Ingress *ebpf.Program `ebpf:"shape_ingress"`
	Egress  *ebpf.Program `ebpf:"shape_egress"`
	maps
	shaperVariables
}

type maps = shaperMaps

type options struct {
	seed      uint32
	underTest bool
}

// An Option changes how Load loads.
type Option func(*options)

// UnderTest makes clock, dice and hash inputs: see SetTest.
func UnderTest(seed uint32) Option {
	return func(o *options) { o.seed, o.underTest = seed, true }
}

// Load loads the programs and maps. What the kernel refuses is an
// *UnsupportedError.
func Load(opts ...Option) (*Objects, error) {
	o := options{seed: rand.Uint32()}
	for _, opt := range opts {
		opt(&o)
	}
	spec, err := loadShaper()
	if err != nil {
		return nil, err
	}
	if err := errors.Join(spec.Variables["hash_seed"].Set(o.seed), spec.Variables["under_test"].Set(o.underTest)); err != nil {
		return nil, fmt.Errorf("set constants of the programs: %w", err)
	}
	return load(spec)
}

// load falls back to the programs of interfaces where the one of sockets cannot
// be had.
func load(spec *ebpf.CollectionSpec) (*Objects, error) {
	var all struct {
		core
		Pace *ebpf.Program `ebpf:"pace"`
	}
	objects := &Objects{}
	objects.PaceErr = spec.LoadAndAssign(&all, nil)
	objects.core, objects.Pace = all.core, all.Pace
	if objects.PaceErr != nil {
		if err := spec.LoadAndAssign(&objects.core, nil); err != nil {
			return nil, Unsupported("load the programs", err)
		}
	}
	if err := objects.memory.open(&objects.maps); err != nil {
		return nil, errors.Join(err, objects.Close())
	}
	return objects, nil
}

// Close releases programs and maps.
func (o *Objects) Close() error {
	err := errors.Join(o.Ingress.Close(), o.Egress.Close(), o.maps.Close())
	if o.Pace != nil {
		err = errors.Join(err, o.Pace.Close())
	}
	return err
}
