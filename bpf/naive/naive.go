//go:build linux && (amd64 || arm64)

// Package naive is the token bucket as it is usually written first: a hash map
// keyed by interface, read, changed and written back. It over-admits as soon as
// two CPUs run it. Tests and benchmarks compare with it; nothing else uses it.
package naive

import (
	"errors"

	"github.com/cilium/ebpf"
)

//go:generate ../generate.sh -target bpfel -cflags "-O2 -mcpu=v3 -Wall -Wextra -Werror" -type naive_bucket naive naive.bpf.c

// Limiter is the loaded program.
type Limiter struct {
	Program *ebpf.Program
	buckets *ebpf.Map
}

// Load loads the program.
func Load() (*Limiter, error) {
	var objects naiveObjects
	if err := loadNaiveObjects(&objects, nil); err != nil {
		return nil, err
	}
	return &Limiter{Program: objects.Naive, buckets: objects.Buckets}, nil
}

// Set limits an interface to rate, in bit/s, with a burst in bytes.
func (l *Limiter) Set(index uint32, rate, burst uint64) error {
	return l.buckets.Put(index, naiveNaiveBucket{RateBps: rate, Burst: burst})
}

// Passed returns the bytes that have passed an interface.
func (l *Limiter) Passed(index uint32) (uint64, error) {
	var b naiveNaiveBucket
	err := l.buckets.Lookup(index, &b)
	return b.PassedBytes, err
}

// Close removes the program.
func (l *Limiter) Close() error { return errors.Join(l.Program.Close(), l.buckets.Close()) }
