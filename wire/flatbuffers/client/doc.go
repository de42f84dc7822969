// Package client sends log records to a FlatBuffers receiver, in batches on one
// stream.
//
//	c, err := client.New("collector:4319", client.Settings{DialOptions: …})
//	err = c.Send(ctx, &flatbuffers.Record{Body: flatbuffers.Text(line)})
//	err = c.Flush(ctx) // everything sent is accepted, or reported to OnDropped
//	err = c.Close(ctx)
//
// client.go fills batches, stream.go takes them to the receiver and settles them,
// retry.go says how long to wait.
//
// # Who owns what
//
//	a Record           the caller, again when Send has returned
//	a batch            the client, from cut to answer; it is sent again as it is
//
// # Back-pressure
//
// At most Settings.Window batches wait for their answer, and as many to be sent.
// When a receiver asks to wait nothing is sent; then Send blocks until there is room
// or its context ends, and its record was not taken.
//
// # What becomes of a failure
//
//	Retry, or the stream ends with RetryInfo       all of the batch again, after the time asked for
//	the stream ends otherwise, no connection       again on a new stream, with exponential backoff and jitter
//	Invalid, Refused                               dropped, and reported to OnDropped
//	records of an accepted batch rejected          reported to OnDropped
//	a record larger than MaxMessageBytes           Send: ErrTooLarge; the record is not taken
//	the receiver's limit is lower than that        as if there were no connection: raise its limit
//	Close's context ends first                     what has no answer is lost, and Close says how much
//
// A batch may be delivered twice: if its answer is lost. Batches are sent in order,
// and one that is sent again can come after later ones.
package client
