//go:build privileged && linux && (amd64 || arm64)

package shaperextension

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/yamlprovider"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/nopexporter"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.opentelemetry.io/collector/otelcol"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/service/telemetry/otelconftelemetry"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/sluice-otel/sluice/bpf"
	"github.com/sluice-otel/sluice/extension/shaperextension/control"
	"github.com/sluice-otel/sluice/extension/shaperextension/internal/metadata"
	"github.com/sluice-otel/sluice/extension/shaperextension/internal/metadatatest"
	"github.com/sluice-otel/sluice/internal/netlab"
)

// cable connects the test to a sender, and returns it.
func cable(t *testing.T) *netlab.Namespace {
	t.Helper()
	sender := netlab.New(t)
	netlab.Connect(t,
		netlab.End{Name: "eth9", Addresses: []string{"10.77.0.1/24"}},
		netlab.End{Namespace: sender, Name: "eth0", Addresses: []string{"10.77.0.2/24"}})
	return sender
}

func config(t *testing.T, text map[string]any) *Config {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, confmap.NewFromStringMap(text).Unmarshal(cfg))
	require.NoError(t, confmap.Validate(cfg))
	return cfg
}

func start(t *testing.T, f extension.Factory, cfg *Config) *shaperExtension {
	t.Helper()
	set := extensiontest.NewNopSettings(metadata.Type)
	set.ID = component.NewID(metadata.Type)
	e, err := f.Create(t.Context(), set, cfg)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
	return e.(*shaperExtension)
}

// send sends n datagrams of 1000 bytes on the wire.
func send(t *testing.T, from *netlab.Namespace, n int) {
	t.Helper()
	c := from.Dial(t, "udp", "10.77.0.1:5002")
	sent := 0
	for range 2 * n {
		// Nobody listens: ICMP says so now and then, to a write that then sends nothing.
		if _, err := c.Write(make([]byte, 1000-42)); err == nil {
			sent++
		}
		if sent == n {
			return
		}
	}
	t.Fatalf("%d of %d datagrams sent", sent, n)
}

func total(rate string) map[string]any {
	return map[string]any{"total": map[string]any{"rate": rate, "interfaces": []any{"eth9"}, "elastic": true}}
}

// eventually waits for a claim to become true.
func eventually(t *testing.T, claim func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !claim() {
		select {
		case <-ctx.Done():
			t.Fatal("not within 20 s")
		case <-tick.C:
		}
	}
}

func TestPoliciesAreChangedThroughTheSocket(t *testing.T) {
	sender := cable(t)
	socket := filepath.Join(t.TempDir(), "shaper.sock")
	e := start(t, NewFactory(), config(t, map[string]any{"policies": total("10Mbit"), "control_socket": socket}))
	defer func() { require.NoError(t, e.Shutdown(context.WithoutCancel(t.Context()))) }()
	send(t, sender, 2000)
	c := control.NewClient(socket)
	before, err := c.List(t.Context())
	require.NoError(t, err)
	require.Len(t, before.Policies, 1)
	assert.NotZero(t, before.Policies[0].Passed.Packets)
	assert.NotZero(t, before.Policies[0].Dropped.Packets)
	assert.Equal(t, []control.Attachment{{Interface: "eth9", Direction: "ingress", Mode: "tcx"}}, before.Attachments)

	next := total("20Mbit")
	next["port"] = map[string]any{"rate": "1Mbit", "interfaces": []any{"eth9"}, "ports": []any{80}}
	change, err := c.Apply(t.Context(), next, true)
	require.NoError(t, err)
	assert.Equal(t, control.Change{Added: []string{"port"}, Changed: []string{"total"}}, change)
	_, err = c.Apply(t.Context(), next, false)
	require.NoError(t, err)
	after, err := c.List(t.Context())
	require.NoError(t, err)
	require.Len(t, after.Policies, 2)
	assert.Equal(t, uint64(20e6), after.Policies[1].Rate)
	assert.GreaterOrEqual(t, after.Policies[1].Passed.Packets, before.Policies[0].Passed.Packets, "counters go on")

	_, err = c.Apply(t.Context(), map[string]any{"x": map[string]any{"mode": "nothing"}}, false)
	var refused *control.RefusedError
	require.ErrorAs(t, err, &refused)
	require.ErrorContains(t, err, "x::mode")
	eventually(t, func() bool {
		top, err := c.Top(t.Context(), 1)
		return err == nil && len(top) == 1 && top[0].Peer.String() == "10.77.0.2"
	})
}

// A reload of the configuration stops the extension and creates another. Between
// them the limit holds, and the counters show that it is the same bucket.
func TestReloadLeavesTrafficLimited(t *testing.T) {
	sender := cable(t)
	f := NewFactory(WithHandover())
	first := start(t, f, config(t, map[string]any{"policies": total("10Mbit")}))
	send(t, sender, 2000)
	statuses, _, err := first.engine.Status()
	require.NoError(t, err)
	before := statuses[0]
	require.NoError(t, first.Shutdown(t.Context()))
	send(t, sender, 500) // in between
	second := start(t, f, config(t, map[string]any{"policies": total("11Mbit")}))
	assert.Same(t, first.engine, second.engine)
	statuses, _, err = second.engine.Status()
	require.NoError(t, err)
	after := statuses[0]
	seen := after.Passed.Packets + after.Dropped.Packets - before.Passed.Packets - before.Dropped.Packets
	assert.GreaterOrEqual(t, seen, uint64(500))
	assert.Greater(t, after.Dropped.Packets, before.Dropped.Packets)
	require.NoError(t, second.Shutdown(t.Context()))
	keep := second.keeper.kept[component.NewID(metadata.Type)]
	require.NotNil(t, keep)
	second.keeper.drop(component.NewID(metadata.Type), keep)
	assert.Empty(t, second.keeper.kept)
}

func TestLostPressureSignalReleasesTheLimit(t *testing.T) {
	cable(t)
	e := start(t, NewFactory(), config(t, map[string]any{"policies": total("10Mbit")}))
	defer func() { require.NoError(t, e.Shutdown(context.WithoutCancel(t.Context()))) }()
	factor := func() float64 {
		statuses, _, err := e.engine.Status()
		require.NoError(t, err)
		return statuses[0].Factor
	}
	assert.Equal(t, []string{"total"}, e.Elastic())
	require.Error(t, e.SetFactor("total", 0, time.Second))
	require.Error(t, e.SetFactor("none", 0.5, time.Second))
	require.NoError(t, e.SetFactor("total", 0.5, time.Second))
	assert.InDelta(t, 0.5, factor(), 1e-9)
	eventually(t, func() bool { return factor() == 1 })
}

// Many connections of one address are many senders behind a NAT, as far as anybody
// can tell: a share of each is then a share of all. That, and who sent what has been
// refused, is in the log.
func TestManySendersBehindOneAddressAreSaid(t *testing.T) {
	sender := cable(t)
	policies := total("10Mbit")
	policies["total"].(map[string]any)["per_source"] = map[string]any{}
	cfg := config(t, map[string]any{"policies": policies, "top_talkers": map[string]any{"interval": "1s"}})
	core, logs := observer.New(zap.InfoLevel)
	set := extensiontest.NewNopSettings(metadata.Type)
	set.Logger = zap.New(core)
	e, err := NewFactory().Create(t.Context(), set, cfg)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
	defer func() { require.NoError(t, e.Shutdown(context.WithoutCancel(t.Context()))) }()
	conns := make([]net.Conn, 60)
	for i := range conns {
		conns[i] = sender.Dial(t, "udp", "10.77.0.1:5002")
	}
	eventually(t, func() bool {
		for range 100 {
			for _, c := range conns {
				_, _ = c.Write(make([]byte, 1000))
			}
		}
		return logs.FilterMessageSnippet("sources cannot be told apart").Len() > 0
	})
	said := logs.FilterMessageSnippet("sources cannot be told apart").All()[0].ContextMap()
	assert.Equal(t, "total", said["policy"])
	assert.Equal(t, "10.77.0.2", said["peer"])
	talker := logs.FilterMessage("top talker").All()
	require.NotEmpty(t, talker)
	assert.Equal(t, "10.77.0.2", talker[0].ContextMap()["peer"])
}

func TestMetricsAreReadFromTheKernel(t *testing.T) {
	sender := cable(t)
	tel := componenttest.NewTelemetry()
	defer func() { require.NoError(t, tel.Shutdown(context.WithoutCancel(t.Context()))) }()
	e, err := NewFactory().Create(t.Context(), metadatatest.NewSettings(tel), config(t, map[string]any{"policies": total("10Mbit")}))
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
	defer func() { require.NoError(t, e.Shutdown(context.WithoutCancel(t.Context()))) }()
	send(t, sender, 2000)
	for _, name := range []string{
		"packets", "bytes", "free_bytes", "committed_bytes", "limit", "factor", "virtual_delay", "active_sources",
		"paced_sockets", "cas_retries", "samples_lost", "attached", "apply_duration",
	} {
		_, err := tel.GetMetric("otelcol_shaper_" + name)
		require.NoError(t, err, name)
	}
	metadatatest.AssertEqualShaperLimit(t, tel, []metricdata.DataPoint[int64]{{
		Value: 10e6, Attributes: attribute.NewSet(attribute.String("policy", "total")),
	}}, metricdatatest.IgnoreTimestamp())
}

// collector runs a whole collector with the shaper and an OTLP receiver.
func collector(t *testing.T, yaml string) {
	t.Helper()
	factories := func() (otelcol.Factories, error) {
		return otelcol.Factories{
			Extensions: map[component.Type]extension.Factory{metadata.Type: NewFactory()},
			Receivers:  map[component.Type]receiver.Factory{component.MustNewType("otlp"): otlpreceiver.NewFactory()},
			Exporters:  map[component.Type]exporter.Factory{component.MustNewType("nop"): nopexporter.NewFactory()},
			Telemetry:  otelconftelemetry.NewFactory(),
		}, nil
	}
	c, err := otelcol.NewCollector(otelcol.CollectorSettings{
		Factories:               factories,
		BuildInfo:               component.NewDefaultBuildInfo(),
		DisableGracefulShutdown: true,
		ConfigProviderSettings: otelcol.ConfigProviderSettings{ResolverSettings: confmap.ResolverSettings{
			URIs:              []string{"yaml:" + yaml},
			ProviderFactories: []confmap.ProviderFactory{yamlprovider.NewFactory()},
		}},
	})
	require.NoError(t, err)
	done := make(chan error)
	go func() { done <- c.Run(context.WithoutCancel(t.Context())) }()
	t.Cleanup(func() {
		c.Shutdown()
		require.NoError(t, <-done)
	})
	eventually(t, func() bool { return c.GetState() == otelcol.StateRunning })
}

// One line protects the ports of a receiver, whether the configuration says which
// they are, or the kernel has chosen one.
func TestReceiversAreFoundByName(t *testing.T) {
	for name, endpoint := range map[string]string{"configured": "10.77.0.1:4317", "chosen by the kernel": "10.77.0.1:0"} {
		t.Run(name, func(t *testing.T) {
			sender := cable(t)
			socket := filepath.Join(t.TempDir(), "shaper.sock")
			collector(t, fmt.Sprintf(`
extensions:
  shaper:
    control_socket: %s
    policies:
      ingest: {receivers: [otlp], rate: 1Gbit, per_source: {}}
receivers: {otlp: {protocols: {grpc: {endpoint: "%s"}}}}
exporters: {nop: }
service:
  extensions: [shaper]
  telemetry: {metrics: {level: none}, logs: {level: error}}
  pipelines: {logs: {receivers: [otlp], exporters: [nop]}}
`, socket, endpoint))
			c := control.NewClient(socket)
			eventually(t, func() bool {
				port := listeningPort(t)
				conn := sender.Dial(t, "tcp", net.JoinHostPort("10.77.0.1", port))
				_ = conn.Close()
				l, err := c.List(t.Context())
				require.NoError(t, err)
				return l.Policies[0].Passed.Packets > 0
			})
		})
	}
}

// listeningPort returns the only port that this namespace listens on.
func listeningPort(t *testing.T) string {
	t.Helper()
	table, err := os.ReadFile("/proc/thread-self/net/tcp")
	require.NoError(t, err)
	for line := range strings.Lines(string(table)) {
		if f := strings.Fields(line); len(f) > 3 && f[3] == "0A" {
			var port int
			_, err := fmt.Sscanf(f[1][9:], "%X", &port)
			require.NoError(t, err)
			return fmt.Sprint(port)
		}
	}
	t.Fatal("nothing listens")
	return ""
}

const child = "SLUICE_SHAPER_CHILD"

// watcher is a host that takes status reports.
type watcher struct {
	component.Host
	events []*componentstatus.Event
}

func (w *watcher) Report(e *componentstatus.Event) { w.events = append(w.events, e) }

// TestChild starts the extension without any right, and says how that went.
func TestChild(t *testing.T) {
	if os.Getenv(child) == "" {
		t.Skip("run by another test, in a process without rights")
	}
	for _, choice := range []OnUnsupported{Ignore, Fail} {
		cfg := config(t, map[string]any{"policies": total("10Mbit"), "on_unsupported": string(choice)})
		e, err := NewFactory().Create(t.Context(), extensiontest.NewNopSettings(metadata.Type), cfg)
		require.NoError(t, err)
		host := &watcher{Host: componenttest.NewNopHost()}
		err = e.Start(t.Context(), host)
		if choice == Fail {
			var unsupported *bpf.UnsupportedError
			require.ErrorAs(t, err, &unsupported)
			continue
		}
		require.NoError(t, err)
		require.Len(t, host.events, 1)
		assert.Equal(t, componentstatus.StatusRecoverableError, host.events[0].Status())
		require.ErrorContains(t, host.events[0].Err(), bpf.RemedyRights)
		l, err := e.(*shaperExtension).List(t.Context())
		require.NoError(t, err)
		assert.Contains(t, l.Inactive, bpf.RemedyRights)
		require.NoError(t, e.Shutdown(t.Context()))
	}
}

func TestWithoutRightsTheOperatorChooses(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run=^TestChild$")
	cmd.Env = append(os.Environ(), child+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	assert.Contains(t, string(out), "PASS")
}
