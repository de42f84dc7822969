package elasticsearchexporter

import (
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configcompression"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter/exportertest"

	"github.com/sluice-otel/sluice/exporter/elasticsearchexporter/internal/metadata"
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

func TestConnectionsDoNotOutliveTheExporter(t *testing.T) {
	var open atomic.Int64
	s := httptest.NewUnstartedServer(elasticsearchtest.Start(t))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			open.Add(1)
		case http.StateClosed:
			open.Add(-1)
		default:
		}
	}
	s.Start()
	defer s.Close()
	cfg := testConfig(s.URL)
	direct(cfg)
	e, err := NewFactory().CreateLogs(t.Context(), exportertest.NewNopSettings(metadata.Type), cfg)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, e.ConsumeLogs(t.Context(), documents(0, 1)))
	assert.Equal(t, int64(1), open.Load())
	require.NoError(t, e.Shutdown(t.Context()))
	assert.Eventually(t, func() bool { return open.Load() == 0 }, 5*time.Second, time.Millisecond)
}
