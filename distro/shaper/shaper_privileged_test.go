//go:build privileged && linux && (amd64 || arm64)

package shaper

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/extension/extensiontest"

	"github.com/sluice-otel/sluice/extension/shaperextension"
	"github.com/sluice-otel/sluice/internal/netlab"
)

// TestMain moves the tests into a network of their own.
func TestMain(m *testing.M) {
	netlab.Enter()
	os.Exit(m.Run())
}

// shaped starts the extension with a limit of 10 Mbit/s on a cable, and returns its
// control socket and the machine at the other end.
func shaped(t *testing.T) (socket string, sender *netlab.Namespace) {
	t.Helper()
	sender = netlab.New(t)
	netlab.Connect(t,
		netlab.End{Name: "eth9", Addresses: []string{"10.77.0.1/24"}},
		netlab.End{Namespace: sender, Name: "eth0", Addresses: []string{"10.77.0.2/24"}})
	socket = filepath.Join(t.TempDir(), "shaper.sock")
	f := shaperextension.NewFactory()
	cfg := f.CreateDefaultConfig()
	require.NoError(t, confmap.NewFromStringMap(map[string]any{
		"control_socket": socket,
		"on_unsupported": "fail",
		"policies":       map[string]any{"total": map[string]any{"rate": "10Mbit", "interfaces": []any{"eth9"}}},
	}).Unmarshal(cfg))
	e, err := f.Create(t.Context(), extensiontest.NewNopSettings(f.Type()), cfg)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { require.NoError(t, e.Shutdown(context.WithoutCancel(t.Context()))) })
	return socket, sender
}

// The commands as a user types them, down to the kernel and back.
func TestCommandsLookAtTheKernelAndChangeIt(t *testing.T) {
	socket, sender := shaped(t)
	shaper := func(args ...string) string {
		return run(t, NewCommand(), "", append([]string{"--socket", socket}, args...)...)
	}
	c := sender.Dial(t, "udp", "10.77.0.1:5002")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	top := ""
	for !strings.Contains(top, "10.77.0.2") {
		require.NoError(t, ctx.Err(), "the sender is not among the top talkers: %s", top)
		for range 2000 {
			_, _ = c.Write(make([]byte, 1000))
		}
		top = shaper("top", "--once", "--interval", "300ms")
	}
	t.Log("\n" + top)
	list := shaper("list")
	t.Log("\n" + list)
	assert.Contains(t, list, "eth9")
	assert.Contains(t, list, "10Mbit")

	policies := filepath.Join(t.TempDir(), "policies.yaml")
	require.NoError(t, os.WriteFile(policies, []byte("total: {rate: 20Mbit, interfaces: [eth9]}\nlogs: {rate: 1Mbit, interfaces: [eth9], ports: [514]}\n"), 0o600))
	t.Log("\n" + shaper("apply", policies, "--dry-run"))
	assert.Contains(t, shaper("list"), "10Mbit", "a dry run changes nothing")
	t.Log("\n" + shaper("apply", policies))
	list = shaper("list")
	assert.Contains(t, list, "20Mbit")
	assert.Contains(t, list, "logs")
}
