package remotewritereceiver

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configmiddleware"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configtls"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/receiver/receivertest"

	"github.com/sluice-otel/sluice/receiver/remotewritereceiver/internal/metadata"
	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// certificate writes a certificate for 127.0.0.1 and its key.
func certificate(t *testing.T) (pool *x509.CertPool, certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	dir := t.TempDir()
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	require.NoError(t, os.WriteFile(certFile, certPEM, 0o600))
	require.NoError(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), 0o600))
	pool = x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(certPEM))
	return pool, certFile, keyFile
}

func TestTLSWithHTTP2(t *testing.T) {
	pool, certFile, keyFile := certificate(t)
	_, url := start(t, func(c *Config) {
		c.TLS = configoptional.Some(configtls.ServerConfig{Config: configtls.Config{CertFile: certFile, KeyFile: keyFile}})
	}, consumertest.NewNop())
	for _, http2 := range []bool{false, true} {
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: http2}
		answer := send(t, &http.Client{Transport: transport}, strings.Replace(url, "http:", "https:", 1)+"/api/v1/write",
			remotewrite.V2, compressedV2(sample("a", 1)))
		assert.Equal(t, http.StatusNoContent, answer.StatusCode)
		assert.Equal(t, http2, answer.ProtoMajor == 2)
		transport.CloseIdleConnections()
	}
}

// doorkeeper is a middleware extension that refuses what has no ticket, as one that
// measures pressure would.
type doorkeeper struct{ component.Component }

func (doorkeeper) GetHTTPHandler(context.Context) (func(context.Context, http.Handler) (http.Handler, error), error) {
	return func(_ context.Context, next http.Handler) (http.Handler, error) {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Content-Type") == contentTypes[remotewrite.V1] {
				w.Header().Set("Retry-After", "7")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			next.ServeHTTP(w, r)
		}), nil
	}, nil
}

type hostWith map[component.ID]component.Component

func (h hostWith) GetExtensions() map[component.ID]component.Component { return h }

func TestMiddlewaresStandInFront(t *testing.T) {
	id := component.MustNewID("doorkeeper")
	cfg := createDefaultConfig().(*Config)
	cfg.NetAddr.Endpoint = freeAddress(t)
	cfg.Middlewares = []configmiddleware.Config{{ID: id}}
	r, err := NewFactory().CreateMetrics(t.Context(), receivertest.NewNopSettings(metadata.Type), cfg, consumertest.NewNop())
	require.NoError(t, err)
	require.ErrorContains(t, r.Start(t.Context(), componenttest.NewNopHost()), "make the HTTP server")
	require.NoError(t, r.Start(t.Context(), hostWith{id: doorkeeper{}}))
	defer func() { require.NoError(t, r.Shutdown(t.Context())) }()
	url := "http://" + cfg.NetAddr.Endpoint + "/api/v1/write"
	defer http.DefaultClient.CloseIdleConnections()
	assert.Equal(t, http.StatusTooManyRequests, send(t, http.DefaultClient, url, remotewrite.V1, compressedV2()).StatusCode)
	assert.Equal(t, http.StatusNoContent, send(t, http.DefaultClient, url, remotewrite.V2, compressedV2(sample("a", 1))).StatusCode)
}
