package remotewritereceiver

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/klauspost/compress/zstd"

	"github.com/sluice-otel/sluice/internal/admission"
	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// The encodings of a body. Remote write is snappy; the others are for senders and
// proxies that differ, and must be listed in compression_algorithms.
const (
	encodingSnappy = "snappy"
	encodingGzip   = "gzip"
	encodingZstd   = "zstd"
	encodingNone   = ""
)

var encodings = []string{encodingSnappy, encodingGzip, encodingZstd, encodingNone}

// A body has the buffers for the bytes of one request. It is pooled.
type body struct {
	received []byte
	decoded  []byte
}

const (
	firstRead     = 16 << 10
	maxKeptBuffer = 4 << 20 // a larger one must not stay with the pool for ever
	maxZstdWindow = 8 << 20 // what RFC 8878 recommends to support
)

// errNoRoom reports that there is no memory for more requests at the moment.
var errNoRoom = errors.New("too many requests in flight")

// receive reads the body as it comes. Memory grows, and is reserved, with what has
// really arrived: a sender that announces much and sends nothing holds nothing.
func (b *body) receive(from io.Reader, room *admission.Reservation) error {
	b.received = b.received[:0]
	return readAll(&b.received, from, room)
}

func readAll(into *[]byte, from io.Reader, room *admission.Reservation) error {
	buf := *into
	defer func() { *into = buf }()
	reserved := 0
	for {
		if len(buf) == reserved {
			more := max(firstRead, len(buf))
			if !room.Grow(int64(more)) {
				return errNoRoom
			}
			reserved += more
			buf = slices.Grow(buf, more)
		}
		n, err := from.Read(buf[len(buf):reserved])
		buf = buf[:len(buf)+n]
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// decode decompresses what was received, to at most limit bytes, and returns it. It
// is valid until release.
func (b *body) decode(encoding string, limit int, room *admission.Reservation) ([]byte, error) {
	switch encoding {
	case encodingNone:
		if len(b.received) > limit {
			return nil, &remotewrite.LimitError{What: "bytes", Limit: limit}
		}
		return b.received, nil
	case encodingSnappy:
		size, err := remotewrite.DecompressedSize(b.received, limit)
		if err != nil {
			return nil, err
		}
		if !room.Grow(int64(size)) {
			return nil, errNoRoom
		}
		b.decoded, err = remotewrite.Decompress(b.decoded, b.received, limit)
		return b.decoded, err
	}
	stream, err := newStream(encoding, b.received)
	if err != nil {
		return nil, fmt.Errorf("not %s: %w", encoding, err)
	}
	defer func() { _ = stream.Close() }() // nothing was written
	b.decoded = b.decoded[:0]
	if err := readAll(&b.decoded, io.LimitReader(stream, int64(limit)+1), room); err != nil {
		if errors.Is(err, errNoRoom) {
			return nil, err
		}
		return nil, fmt.Errorf("not %s: %w", encoding, err)
	}
	if len(b.decoded) > limit {
		return nil, &remotewrite.LimitError{What: "bytes after decompression", Limit: limit}
	}
	return b.decoded, nil
}

func newStream(encoding string, data []byte) (io.ReadCloser, error) {
	if encoding == encodingGzip {
		return gzip.NewReader(bytes.NewReader(data))
	}
	stream, err := zstd.NewReader(bytes.NewReader(data), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxZstdWindow))
	if err != nil {
		return nil, err
	}
	return stream.IOReadCloser(), nil
}

// release makes the buffers ready for another request.
func (b *body) release() {
	if cap(b.received) > maxKeptBuffer {
		b.received = nil
	}
	if cap(b.decoded) > maxKeptBuffer {
		b.decoded = nil
	}
}
