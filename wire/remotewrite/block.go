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

// DecompressedSize returns the size of the snappy block src after decompression, if
// its length allows it to become that large: a few bytes must not make their
// receiver reserve a gigabyte. More than limit bytes is a *LimitError.
func DecompressedSize(src []byte, limit int) (int, error) {
	size, err := snappy.DecodedLen(src)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrCompression, err)
	}
	if size > maxSnappyRatio*len(src) {
		return 0, fmt.Errorf("%w: %d bytes cannot hold the %d they announce", ErrCompression, len(src), size)
	}
	if size > limit {
		return 0, &LimitError{What: "bytes after decompression", Limit: limit}
	}
	return size, nil
}

// Decompress decodes the snappy block src into dst, which it grows if it must, and
// returns the result. Errors are those of DecompressedSize, which is checked first.
func Decompress(dst, src []byte, limit int) ([]byte, error) {
	size, err := DecompressedSize(src, limit)
	if err != nil {
		return dst[:0], err
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
