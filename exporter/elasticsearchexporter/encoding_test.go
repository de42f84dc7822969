package elasticsearchexporter

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"golang.org/x/tools/txtar"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/jackson"
)

var update = flag.Bool("update", false, "write what the encodings make into testdata")

// lines writes a batch as the body of one request.
func lines(t testing.TB, cfg *Config, ld plog.Logs) []byte {
	t.Helper()
	w := newWriters(cfg).get()
	each(ld, w.enter, func(ordinal int, s *source) bool {
		w.add(ordinal, s)
		return true
	})
	return w.take().body
}

// The files of testdata/encoding have logs, as OTLP writes them in JSON, and the
// lines that each encoding makes of them.
func TestEncodings(t *testing.T) {
	files, err := filepath.Glob("testdata/encoding/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			ld, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(archive.Files[0].Data)
			require.NoError(t, err)
			for i := range archive.Files[1:] {
				want := &archive.Files[i+1]
				cfg := testConfig("http://localhost:1")
				cfg.Encoding = Encoding(want.Name)
				got := lines(t, cfg, ld)
				assertLines(t, got)
				if *update {
					want.Data = got
					continue
				}
				assert.Equal(t, string(want.Data), string(got), want.Name)
			}
			if *update {
				require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o600))
			}
		})
	}
}

// assertLines checks that every line is one JSON value that Elasticsearch's parser
// reads, without a key that is there twice.
func assertLines(t *testing.T, body []byte) {
	t.Helper()
	for line := range bytes.Lines(body) {
		require.True(t, json.Valid(line), "%s", line)
		_, err := jackson.Parse(document.New(time.Time{}), string(bytes.TrimSuffix(line, []byte("\n"))))
		require.NoError(t, err)
	}
}

// Whatever a record holds, its action and its document are a line each, or the
// documents behind it would be taken for something else.
func FuzzLines(f *testing.F) {
	files, err := filepath.Glob("testdata/encoding/*.txtar")
	require.NoError(f, err)
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		require.NoError(f, err)
		ld, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(archive.Files[0].Data)
		require.NoError(f, err)
		seed, err := (&plog.ProtoMarshaler{}).MarshalLogs(ld)
		require.NoError(f, err)
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		ld, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(data)
		if err != nil {
			return
		}
		for _, encoding := range []Encoding{EncodingDocument, EncodingOTel, EncodingECS} {
			cfg := testConfig("http://localhost:1")
			cfg.Encoding, cfg.DocumentID = encoding, DocumentIDFingerprint
			body := lines(t, cfg, ld)
			require.Equal(t, 2*ld.LogRecordCount(), bytes.Count(body, []byte("\n")))
			for line := range bytes.Lines(body) {
				// What a body says is a document goes out as it is.
				require.True(t, json.Valid(line) || bytes.Contains(data, []byte(attributeFormat)), "%s", line)
			}
		}
	})
}
