// Package shaperextension limits network traffic in the kernel, before a packet
// costs a system call.
//
// Policies (package policy) are put into force by the engine (internal/engine),
// which drives the programs of package bpf. shaper.go is the extension's life and
// its loop, apply.go how policies and the ports of receivers come into force,
// control.go what `sluice shaper` sees, telemetry.go the metrics, handover.go how a
// reload of the configuration leaves traffic limited.
//
// What fails, and what then happens to traffic, is a table in README.md. The rule
// behind it: in doubt traffic passes.
package shaperextension

//go:generate go tool mdatagen metadata.yaml
