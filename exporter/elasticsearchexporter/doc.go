// Package elasticsearchexporter sends logs to the bulk API of Elasticsearch or
// OpenSearch.
//
// A batch moves through exporter.go (the queue's end), placement.go (where each
// record goes) and encoding.go (what its document is: document.go, otel.go or
// ecs.go, written by json.go) into the lines of request.go. deliver.go has client.go
// send them and settles each document: answer.go is what the backend says of it,
// fate.go what follows, deadletter.go where it goes if the backend refuses it for
// good, rest.go what the queue tries again.
//
// # Who owns what
//
//	the batch          the queue; it is only read
//	lines of a request a writer, used again; strings of the batch are copied into them.
//	                   They are valid until the next request of the batch begins
//	an answer          its own memory
//	dead letters       alias the lines, and are written before those are reused
//	what is left       a copy of the records that must be tried again; the batch
//	                   itself if that is all of them
//
// # What becomes of a failure
//
//	no connection, timeout, answer that    the documents without an answer are tried
//	ends too early                         again
//	request: 413, 400                      sent again in halves, down to the document
//	                                       that is to blame; that one is refused
//	request: any other status              tried again, not before Retry-After: 401
//	                                       and 403, too, because an operator can help
//	document: 429, 502, 503, 504           tried again, alone
//	document: version conflict on create   a duplicate: the backend has it
//	document: any other status             refused: dead-letter index, else
//	                                       dead-letter file, else lost and counted
//	dead-letter target not available       the document is tried again
package elasticsearchexporter

//go:generate go tool mdatagen metadata.yaml
