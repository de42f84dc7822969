package flatbuffersreceiver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configauth"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configtls"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/extension/extensionauth"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/sluice-otel/sluice/wire/flatbuffers"
)

// dial connects with credentials.
func dial(t *testing.T, cfg *Config, how credentials.TransportCredentials) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(cfg.NetAddr.Endpoint, grpc.WithTransportCredentials(how),
		grpc.WithDefaultCallOptions(grpc.ForceCodecV2(flatbuffers.Codec())))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, conn.Close()) })
	return conn
}

// certificate returns a pair of files, and who signs it: itself.
func certificate(t *testing.T) (certFile, keyFile string, authority *x509.CertPool) {
	t.Helper()
	s := httptest.NewUnstartedServer(nil)
	s.StartTLS()
	defer s.Close()
	pair := s.TLS.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	require.NoError(t, err)
	certFile, keyFile = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	require.NoError(t, os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]}), 0o600))
	require.NoError(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), 0o600))
	authority = x509.NewCertPool()
	authority.AddCert(s.Certificate())
	return certFile, keyFile, authority
}

func TestTLSIsSpokenAndNothingElse(t *testing.T) {
	certFile, keyFile, authority := certificate(t)
	cfg, sink := testConfig(t), &consumertest.LogsSink{}
	cfg.TLS = configoptional.Some(configtls.ServerConfig{Config: configtls.Config{CertFile: certFile, KeyFile: keyFile}})
	start(t, cfg, sink)

	secure := dial(t, cfg, credentials.NewTLS(&tls.Config{RootCAs: authority, ServerName: "example.com", MinVersion: tls.VersionTLS12}))
	require.NoError(t, export(t.Context(), secure, message(line("a"))))
	assert.Equal(t, 1, sink.LogRecordCount())

	stranger := dial(t, cfg, credentials.NewTLS(&tls.Config{ServerName: "example.com", MinVersion: tls.VersionTLS12}))
	require.ErrorContains(t, export(t.Context(), stranger, message(line("b"))), "certificate")
	plain := dial(t, cfg, insecure.NewCredentials())
	assert.Equal(t, codes.Unavailable, status.Code(export(t.Context(), plain, message(line("c")))))
	assert.Equal(t, 1, sink.LogRecordCount())
}

// A host has one extension.
type host struct {
	component.Host

	id        component.ID
	extension component.Component
}

func (h *host) GetExtensions() map[component.ID]component.Component {
	return map[component.ID]component.Component{h.id: h.extension}
}

// A gate lets those in who know the word.
type gate struct {
	component.StartFunc
	component.ShutdownFunc
}

var _ extensionauth.Server = gate{}

func (gate) Authenticate(ctx context.Context, sources map[string][]string) (context.Context, error) {
	for name, values := range sources {
		if strings.EqualFold(name, "authorization") && values[0] == "Bearer sesame" {
			return ctx, nil
		}
	}
	return ctx, errors.New("who are you?")
}

func TestSendersMustSayWhoTheyAre(t *testing.T) {
	cfg, sink := testConfig(t), &consumertest.LogsSink{}
	id := component.MustNewID("gate")
	cfg.Auth = configoptional.Some(configauth.Config{AuthenticatorID: id})
	r, err := NewFactory().CreateLogs(t.Context(), receivertest.NewNopSettings(NewFactory().Type()), cfg, sink)
	require.NoError(t, err)
	require.NoError(t, r.Start(t.Context(), &host{componenttest.NewNopHost(), id, gate{}}))
	t.Cleanup(func() { assert.NoError(t, r.Shutdown(context.WithoutCancel(t.Context()))) })

	conn := connect(t, cfg)
	assert.Equal(t, codes.Unauthenticated, status.Code(export(t.Context(), conn, message(line("a")))))
	stream, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, flatbuffers.ExportStreamMethod)
	require.NoError(t, err)
	assert.Equal(t, codes.Unauthenticated, status.Code(stream.RecvMsg(&flatbuffers.Message{})))
	assert.Zero(t, sink.LogRecordCount())

	known := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer sesame")
	require.NoError(t, export(known, conn, message(line("a"))))
	assert.Equal(t, 1, sink.LogRecordCount())
}
