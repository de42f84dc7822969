// Package control is how a running shaper is looked at and changed: HTTP with JSON
// over a Unix socket that only the collector's user may open. api.go has what is
// said, server.go the collector's side, client.go the command line's.
package control
