// Package embeddedredisextension runs a Redis server inside the collector, so
// that the quick start and tests need no outside service. It is built on
// miniredis, listens on a loopback address only, keeps everything in memory and
// is not for production: README.md says what it gets wrong.
//
// server.go is the server's life cycle.
package embeddedredisextension

//go:generate go tool mdatagen metadata.yaml
