package redisstreamsreceiver

import (
	"bytes"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func gzipped(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

func zstandard(t testing.TB, text string) string {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	return string(w.EncodeAll([]byte(text), nil))
}

func framed(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := snappy.NewBufferedWriter(&b)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

func TestCompressedPayloadsAreExpanded(t *testing.T) {
	const limit = 100_000
	large := strings.Repeat("x", limit)
	compress := map[string]func(testing.TB, string) string{
		compressionGzip:   gzipped,
		compressionZstd:   zstandard,
		compressionSnappy: func(_ testing.TB, text string) string { return string(snappy.Encode(nil, []byte(text))) },
		"snappy framed":   framed,
	}
	for name, compress := range compress {
		t.Run(name, func(t *testing.T) {
			cfg := logsConfig(EncodingRaw)
			cfg.Payload.Compression, _, _ = strings.Cut(name, " ")
			cfg.Payload.MaxSize = limit
			logs, rejected := decodeLogs(t, cfg, body("1-1", compress(t, "hello")), body("1-2", compress(t, large)),
				body("1-3", compress(t, large+"x")), body("1-4", "not compressed"))
			assert.Equal(t, []string{"hello", large}, logBodies(logs))
			require.Len(t, rejected, 2)
			assert.Equal(t, "1-3", rejected[0].entry.id)
		})
	}
}

func TestAFieldNamesTheCompressionOfItsEntry(t *testing.T) {
	cfg := logsConfig(EncodingRaw)
	cfg.Payload.CompressionField = "content_encoding"
	logs, rejected := decodeLogs(t, cfg,
		entry{id: "1-1", fields: []field{{"body", gzipped(t, "a")}, {"content_encoding", "GZIP"}}},
		entry{id: "1-2", fields: []field{{"body", zstandard(t, "b")}, {"content_encoding", "zstd"}}},
		entry{id: "1-3", fields: []field{{"body", "c"}}},
		entry{id: "1-4", fields: []field{{"body", "d"}, {"content_encoding", "br"}}})
	assert.Equal(t, []string{"a", "b", "c"}, logBodies(logs))
	require.Len(t, rejected, 1)
	assert.EqualError(t, rejected[0].err, "decompress br payload: unknown, it is not one of none, gzip, zstd, snappy")
}

func FuzzDecompress(f *testing.F) {
	f.Add(gzipped(f, "hello"))
	f.Add(zstandard(f, "hello"))
	f.Add(framed(f, "hello"))
	f.Add(string(snappy.Encode(nil, []byte("hello"))))
	d, err := newDecompressor(PayloadConfig{MaxSize: 10_000})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, data string) {
		for _, c := range compressions[1:] {
			out, err := d.expand(c, []byte(data))
			if err == nil {
				assert.LessOrEqual(t, len(out), 10_000)
			}
		}
	})
}
