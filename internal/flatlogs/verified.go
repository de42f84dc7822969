package flatlogs

import (
	"context"
	"unsafe"

	"github.com/sluice-otel/sluice/wire/flatbuffers"
)

type verifiedKey struct{}

// WithVerified returns a context that says of the message of a batch that it has been
// verified, for a component further down the pipeline that gets it as a body.
func WithVerified(ctx context.Context, batch *flatbuffers.Batch) context.Context {
	return context.WithValue(ctx, verifiedKey{}, batch)
}

// Verified returns the batch of the context, to be read by the caller alone, if message
// is its very bytes and not others that are equal. Who has had them in between can have
// changed them all the same: then what is read of them may panic.
func Verified(ctx context.Context, message []byte) (*flatbuffers.Batch, bool) {
	batch, ok := ctx.Value(verifiedKey{}).(*flatbuffers.Batch)
	if !ok {
		return nil, false
	}
	bytes := batch.Message()
	if len(bytes) != len(message) || unsafe.SliceData(bytes) != unsafe.SliceData(message) { //nolint:gosec // compared, not followed
		return nil, false
	}
	own := *batch
	return &own, true
}
