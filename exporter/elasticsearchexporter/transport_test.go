package elasticsearchexporter

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configcompression"
	"go.opentelemetry.io/collector/confmap"

	"github.com/sluice-otel/sluice/internal/elasticsearchtest"
)

func TestTLSWithAnAuthorityOfItsOwn(t *testing.T) {
	s := elasticsearchtest.Start(t)
	secure := httptest.NewTLSServer(s)
	defer secure.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	require.NoError(t, os.WriteFile(ca, text, 0o600))

	e := start(t, secure.URL, func(c *Config) {
		direct(c)
		c.TLS.CAFile = ca
	})
	require.NoError(t, e.ConsumeLogs(t.Context(), documents(0, 1)))
	assert.Len(t, s.Documents(stream), 1)

	e = start(t, secure.URL, direct)
	require.ErrorContains(t, e.ConsumeLogs(t.Context(), documents(0, 1)), "certificate")
}

func TestPathOfAProxyIsKept(t *testing.T) {
	s := elasticsearchtest.Start(t)
	proxy := httptest.NewServer(http.StripPrefix("/elastic", s))
	defer proxy.Close()
	e := start(t, proxy.URL+"/elastic/", direct)
	require.NoError(t, e.ConsumeLogs(t.Context(), documents(0, 1)))
	assert.Len(t, s.Documents(stream), 1)
}

func TestAnswerOfSomethingElseIsNoSuccess(t *testing.T) {
	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("<html>please log in</html>"))
	}))
	defer portal.Close()
	e := start(t, portal.URL, direct)
	require.ErrorContains(t, e.ConsumeLogs(t.Context(), documents(0, 1)), "read answer: ")
}

func TestEveryCompressionArrives(t *testing.T) {
	for _, compression := range compressions {
		s := elasticsearchtest.Start(t)
		e := start(t, s.URL, func(c *Config) {
			direct(c)
			c.Compression = compression
			require.NoError(t, confmap.Validate(c))
		})
		require.NoError(t, e.ConsumeLogs(t.Context(), documents(0, 10)))
		assert.Len(t, s.Documents(stream), 10, compression)
		want := string(compression)
		if compression == "none" {
			want = ""
		}
		assert.Equal(t, want, s.Requests()[0].Header.Get("Content-Encoding"))
	}
	assert.Contains(t, compressions, configcompression.TypeZstd)
}
