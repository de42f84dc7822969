package elasticsearchtest_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/tools/txtar"

	"github.com/sluice-otel/sluice/internal/elasticsearchtest"
)

var update = flag.Bool("update", false, "rewrite the answers in testdata")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// post sends a body and returns the status and, indented, the answer.
func post(t *testing.T, url string, body []byte) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(body))
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	defer http.DefaultClient.CloseIdleConnections()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, json.Indent(&out, text, "", " "), "%s", text)
	return fmt.Sprintf("%d\n%s\n", response.StatusCode, out.Bytes())
}

// The file has requests, by their paths, and the answers.
func TestBulk(t *testing.T) {
	const file = "testdata/bulk.txtar"
	s := elasticsearchtest.Start(t)
	archive, err := txtar.ParseFile(file)
	require.NoError(t, err)
	for i := 0; i < len(archive.Files); i += 2 {
		got := post(t, s.URL+archive.Files[i].Name, archive.Files[i].Data)
		if *update {
			archive.Files[i+1].Data = []byte(got)
			continue
		}
		assert.Equal(t, string(archive.Files[i+1].Data), got, "request %d", i/2)
	}
	if *update {
		require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o600))
	}
	assert.Equal(t, []string{"logs-a-b", "plain"}, s.Indices())
	assert.Len(t, s.Documents("logs-a-b"), 1)
}

func TestRestartKeepsDocumentsAndAddress(t *testing.T) {
	s := elasticsearchtest.Start(t)
	url := s.URL
	post(t, url+"/_bulk", []byte("{\"index\":{\"_index\":\"x\"}}\n{}\n"))
	s.Kill()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/_bulk", http.NoBody)
	require.NoError(t, err)
	_, err = http.DefaultClient.Do(request) //nolint:bodyclose // there is no answer
	require.Error(t, err)
	s.Restart(t)
	post(t, url+"/_bulk", []byte("{\"index\":{\"_index\":\"x\"}}\n{}\n"))
	assert.Len(t, s.Documents("x"), 2)
}
