// Package model says in Go what the programs of package bpf do to a packet, for
// one CPU. It is written for reading, not for speed: the tests run both on the
// same packets and compare verdicts, buckets and counters to the last bit.
//
// parse.go is a frame, match.go which policy it belongs to, charge.go what that
// policy says.
package model
