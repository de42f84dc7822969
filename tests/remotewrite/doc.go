// Package remotewrite tests the remote-write exporter against other ends: our own
// receiver, and a real Prometheus.
package remotewrite
