// Package remotewriteexporter sends metrics to a backend that speaks Prometheus
// remote write, 1.0 or 2.0.
//
// A batch moves through exporter.go (the queue's end), translate.go (number.go,
// histogram.go, native.go, summary.go and exemplar.go: its data points, labels.go:
// whose they are), batch.go (which request of which shard they go into), encode.go,
// send.go and negotiate.go (the request and what the answer means), and back
// through exporter.go, which decides what is tried again (rest.go: which points)
// and what is given up (deadletter.go).
//
// # Order
//
// The queue has one consumer, and a batch is sent to its end before the next one
// begins. Within a batch the series are dealt out to shards by their labels, and
// the requests of a shard are sent one after the other; a shard stops at the first
// request that must be tried again. So the points of a series arrive in the order
// in which they came, whatever fails.
//
// # Repetition
//
// A request may have been written though its answer got lost, or the collector was
// killed before it knew, and a backend of 1.0 may write nothing of a request because of
// one sample that is older than what it has. So what may have been written is never
// mixed with what was not in a way that such a backend refuses: see dealing.
//
// # Who owns what
//
//	the batch            the queue; it is only read
//	series of a batch    the translator; they alias strings of the batch and are
//	                     valid until the next one begins
//	request bodies       pooled; one for each request that is being sent
//
// # What becomes of a failure
//
//	no connection, timeout, 5xx, 429    the points of the requests not yet accepted
//	                                    are tried again, not before Retry-After
//	415, 2xx that 2.0 does not allow    the same request again as 1.0, if the
//	                                    protocol is negotiated
//	other status                        the points are given up: counted, logged,
//	                                    into the dead-letter file
//	a point without translation         given up: counted, logged
package remotewriteexporter

//go:generate go tool mdatagen metadata.yaml
