// Package flatbuffers is the wire format of log batches as FlatBuffers over gRPC:
// ingest.fbs is the schema and the service, with the rules by which they change.
//
// encode.go makes a message of records (model.go), verify.go checks one that came
// from elsewhere, and only what it has returned is read, through the generated
// code in ingestfbs. ack.go has the answers, service.go and codec.go carry both
// over gRPC. Package client sends; the receiver of the same name receives.
//
// # Who owns what
//
//	Encoder.Finish → message        the caller; the encoder keeps nothing of it
//	gRPC buffers → Message          the Message, until Free; Owned copies, View does not
//	bytes → Batch                   the Batch aliases them: they must not change while it is in use
//	Batch → strings and byte slices alias the same bytes, through ingestfbs as through ToString
//
// # What becomes of a failure
//
//	no message of this schema, bytes missing, an offset that leads nowhere   Verify: *Error, nothing is read
//	a message that grows into more than the limits                           Verify: *Error, nothing is read
//	a record that is nested too deeply or has too many values                left out: Batch.Rejections
//	a string that is no UTF-8                                             ToString puts U+FFFD where it is not
//	a field, Kind or Code that is not known here                             skipped, Empty, Refused
//
// Go's FlatBuffers runtime trusts its input: whatever is to be read must have been
// verified. A message is never changed in place.
package flatbuffers

//go:generate ./generate.sh
