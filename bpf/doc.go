// Package bpf has the shaper's programs for the kernel, compiled and committed,
// and what is needed to load them and to speak to them.
//
// The C side starts at shaper.bpf.c and has a header per topic: parse.h (frames),
// classify.h (which policy), gcra.h (the bucket), sketch.h (a bucket per source),
// pace.h (sockets), maps.h (what both sides share). load.go loads, rate.go turns
// rates into the fixed-point numbers of a bucket; package model says in Go what
// the programs do, and the tests hold the two together.
//
// `go generate` needs clang 19 and reproduces the object bit for bit; nothing else
// needs a C compiler.
package bpf

//go:generate ./generate.sh -target bpfel -cflags "-O2 -mcpu=v3 -Wall -Wextra -Werror -Wno-unused-parameter" -type policy -type bucket -type stats -type iface_key -type iface -type iface_slot -type port_key -type port_slot -type cgroup_key -type prefix4_key -type prefix6_key -type sample -type paced -type mode -type direction -type iface_flag -type policy_flag -type verdict -type limits shaper shaper.bpf.c
