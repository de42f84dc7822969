// Package flatbuffersreceiver receives log batches as FlatBuffers over gRPC and
// answers each when the pipeline has taken it.
//
// A batch moves through service.go (unary or on a stream), take.go (internal/admission:
// whether there is room; flatbuffers.Verify: whether it is what it should be;
// flatlogs: what the pipeline is given) and answer.go (what the sender is told).
// server.go starts and stops it all. Schema, verifier and the service's descriptor
// are in wire/flatbuffers.
//
// # Who owns what
//
//	gRPC's buffers              the flatbuffers.Message, freed when the batch is answered
//	the message                 one owned copy, which is verified and then never changed
//	output: records             the records' strings alias it; both are the next consumer's, from ConsumeLogs on
//	output: messages            the body is the owned copy itself, likewise
//	room in limits::in_flight   the batch's, until it is answered
//
// # What becomes of a failure
//
//	larger than max_recv_msg_size_mib       gRPC: RESOURCE_EXHAUSTED without a hint, or the stream ends with it
//	no message of the schema, beyond a      Invalid (INVALID_ARGUMENT); nothing is delivered, the stream goes on
//	limit of batches
//	a record beyond a limit of records      the others are delivered; Accepted, with the rejected ones
//	no room, or the pipeline refuses        Retry (RESOURCE_EXHAUSTED with RetryInfo); nothing counts as delivered
//	for now
//	the pipeline refuses for good           Refused (INTERNAL)
//	the receiver stops                      the batch under way is answered, then the stream ends with UNAVAILABLE
package flatbuffersreceiver

//go:generate go tool mdatagen metadata.yaml
