// Package remotewrite speaks Prometheus remote write, versions 1.0 and 2.0: it
// decodes requests as a stream of series and encodes them. It does no I/O and
// starts nothing.
//
// Both decoders walk the top level of a message once in Reset, which checks its
// framing and counts what is in it, and then hand out one series after the
// other; v1.go and v2.go are the messages, series.go and histogram.go the parts
// they share, field.go the protobuf encoding below them. validate.go holds the
// rules of native histograms. encode.go is the way back, for exporters and
// tests. block.go is the compression around a message.
//
// # Who owns the memory
//
//   - A Series, and every slice in it, belongs to its decoder and is valid until
//     the next call of Next, Reset or Release. Its bytes alias the body.
//   - Strings are never cut from the body. Those of a 2.0 request, Symbols and
//     what Resolve returns from them, share one block that is allocated for the
//     request and never reused, so they may be kept; keeping one keeps the block.
//   - Decoders keep their working memory from request to request, up to a cap.
//
// # What an error means
//
//	ErrMalformed      the bytes are not the message: nothing of it can be trusted
//	*LimitError       the message holds more than the Limits allow
//	ErrReference      a symbol reference of one series or exemplar is out of range
//	*HistogramError   one native histogram contradicts itself
//
// The first two concern a request, the others a single item of it.
//
// The messages are those of prompb/remote.proto (1.0, with the native histograms
// that Prometheus sends in it) and of io/prometheus/write/v2/types.proto at
// 2.0-rc.4; the created timestamp of rc.3 is understood, too.
package remotewrite
