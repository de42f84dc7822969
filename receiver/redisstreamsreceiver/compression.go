package redisstreamsreceiver

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
)

// Compressions of payloads.
const (
	compressionNone   = "none"
	compressionGzip   = "gzip"
	compressionZstd   = "zstd"
	compressionSnappy = "snappy"
)

var compressions = []string{compressionNone, compressionGzip, compressionZstd, compressionSnappy}

// decompressor expands payloads up to a size. It is safe for concurrent use.
type decompressor struct {
	byDefault string
	field     []string // whose value says otherwise, for its entry
	maxSize   int

	gzip sync.Pool // of *gzip.Reader
	zstd *zstd.Decoder
}

// newDecompressor starts no goroutines: the zstd decoder is used for whole
// payloads only.
func newDecompressor(cfg PayloadConfig) (*decompressor, error) {
	d := &decompressor{byDefault: cfg.Compression, maxSize: int(cfg.MaxSize)}
	if cfg.CompressionField != "" {
		d.field = []string{cfg.CompressionField}
	}
	var err error
	d.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(uint64(cfg.MaxSize)))
	return d, err
}

// payload returns the payload of an entry as it was before compression.
func (d *decompressor) payload(e *entry, payload string) (string, error) {
	compression := d.byDefault
	if named, ok := e.find(d.field); ok && named != "" {
		compression = strings.ToLower(named)
	}
	if compression == compressionNone {
		return payload, nil
	}
	expanded, err := d.expand(compression, readOnlyBytes(payload))
	if err != nil {
		return "", fmt.Errorf("decompress %s payload: %w", compression, err)
	}
	return view(expanded), nil
}

func (d *decompressor) expand(compression string, data []byte) ([]byte, error) {
	switch compression {
	case compressionGzip:
		return d.gunzip(data)
	case compressionZstd:
		return d.zstd.DecodeAll(data, nil)
	case compressionSnappy:
		return d.unsnap(data)
	default:
		return nil, fmt.Errorf("unknown, it is not one of %s", strings.Join(compressions, ", "))
	}
}

var errTooLarge = errors.New("larger than payload::max_size")

func (d *decompressor) gunzip(data []byte) ([]byte, error) {
	r, ok := d.gzip.Get().(*gzip.Reader)
	if !ok {
		r = new(gzip.Reader)
	}
	defer d.gzip.Put(r)
	if err := r.Reset(bytes.NewReader(data)); err != nil {
		return nil, err
	}
	return d.readAll(r)
}

// snappyStream begins data in the framed format; other data is one block.
const snappyStream = "\xff\x06\x00\x00sNaPpY"

func (d *decompressor) unsnap(data []byte) ([]byte, error) {
	if bytes.HasPrefix(data, []byte(snappyStream)) {
		return d.readAll(s2.NewReader(bytes.NewReader(data)))
	}
	n, err := s2.DecodedLen(data)
	if err != nil {
		return nil, err
	}
	if n > d.maxSize {
		return nil, errTooLarge
	}
	return s2.Decode(nil, data)
}

func (d *decompressor) readAll(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, int64(d.maxSize)+1))
	if err == nil && len(data) > d.maxSize {
		err = errTooLarge
	}
	return data, err
}
