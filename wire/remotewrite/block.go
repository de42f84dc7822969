package remotewrite

import (
	"errors"
	"fmt"
	"slices"

	"github.com/golang/snappy"
)

// ErrCompression is wrapped by errors about a body that is not a snappy block.
var ErrCompression = errors.New("not a snappy block")

// maxSnappyRatio is just above what snappy can achieve: its densest element turns
// three bytes into 64.
const maxSnappyRatio = 22

// Decompress decodes the snappy block src into dst, which it grows if it must,
// and returns the result. A block that would become larger than limit bytes is a
// *LimitError. Memory is reserved only for what a block of this length can hold,
// whatever its header says.
func Decompress(dst, src []byte, limit int) ([]byte, error) {
	size, err := snappy.DecodedLen(src)
	if err != nil {
		return dst[:0], fmt.Errorf("%w: %w", ErrCompression, err)
	}
	if size > limit {
		return dst[:0], &LimitError{What: "bytes after decompression", Limit: limit}
	}
	if size > maxSnappyRatio*len(src) {
		return dst[:0], fmt.Errorf("%w: %d bytes cannot hold the %d they announce", ErrCompression, len(src), size)
	}
	dst = slices.Grow(dst[:0], size)
	out, err := snappy.Decode(dst[:size], src)
	if err != nil {
		return dst[:0], fmt.Errorf("%w: %w", ErrCompression, err)
	}
	return out, nil
}

// Compress returns src as a snappy block, written over dst if that is large enough.
func Compress(dst, src []byte) []byte {
	dst = slices.Grow(dst[:0], snappy.MaxEncodedLen(len(src)))
	return snappy.Encode(dst[:cap(dst)], src)
}
