// Package remotewrite tests the remote-write exporter against other ends: our own
// receiver, a real Prometheus, and a backend that is away while the collector is
// killed. SLUICE_OUTAGE=10m makes that outage a long one.
package remotewrite
