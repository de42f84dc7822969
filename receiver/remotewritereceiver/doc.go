// Package remotewritereceiver receives Prometheus remote write, 1.0 and 2.0, and
// hands it on as typed OpenTelemetry metrics.
//
// A request moves through handler.go (what it is, body.go: its bytes, internal/admission:
// whether there is room), read.go and take.go (its series, into tables.go; labels.go
// and seriescache.go: whose they are), family.go and role.go (what they are),
// reassemble.go and buffer.go (which belong together), exemplar.go, target.go and
// build.go (the batch), and response.go (what the sender is told). translate.go has
// the order of these steps; server.go starts and stops it all.
//
// # Who owns what
//
//	body buffers, decoders, translations   pooled; one request has each from begin to end
//	strings of a 2.0 request               one block of the request, kept by the batch
//	strings of a 1.0 request               the series cache and the batch share them
//	the batch                              the next consumer, from ConsumeMetrics on
//	pieces of incomplete histograms        the buffer, once the consumer has accepted the rest
//
// # What becomes of a failure
//
//	wrong method, path, type, encoding     405, 404, 415; the body is not read
//	body too large                         413
//	not snappy, not the message            400, nothing is delivered
//	a series that breaks a rule            the others are delivered, then 400
//	no room for more requests in flight    503 (or 429) with Retry-After
//	the pipeline refuses for now           503 (or 429) with Retry-After, nothing counts as written
//	the pipeline refuses for good          400, nothing counts as written
//
// README.md has the rules of the translation and of delivery.
package remotewritereceiver

//go:generate go tool mdatagen metadata.yaml
