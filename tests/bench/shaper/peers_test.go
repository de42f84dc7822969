//go:build privileged && linux && (amd64 || arm64)

package shaper

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/extension/extensiontest"

	"github.com/sluice-otel/sluice/bpf/naive"
	"github.com/sluice-otel/sluice/extension/shaperextension"
)

const (
	limit     = 1_000_000_000 // bit/s
	burst     = limit / 8 / 100
	pingClass = 0x10010 // 1:10, which the ping's socket asks for by its priority
)

// A peer limits what comes from the sender to here. It is gone with the lab.
type peer struct {
	name  string
	setUp func(b *testing.B, l *lab)
}

// peers of one burst of 10 ms, and the shaper with its default of 250 ms. What
// queues or paces does so at the sender; the others drop where packets arrive.
var peers = []peer{
	{"tbf", func(b *testing.B, l *lab) {
		b.Helper()
		l.atSender(b, func(eth netlink.Link) error { return netlink.QdiscAdd(tbf(eth)) })
	}},
	{"htb", func(b *testing.B, l *lab) {
		b.Helper()
		l.atSender(b, func(eth netlink.Link) error { return htb(eth, map[uint16]uint64{0x20: limit}) })
	}},
	{"htb, class for small flows", func(b *testing.B, l *lab) {
		b.Helper()
		l.atSender(b, func(eth netlink.Link) error {
			return htb(eth, twoClasses)
		})
	}},
	{"ifb+tbf (mode queue)", func(b *testing.B, _ *lab) {
		b.Helper()
		attrs := netlink.NewLinkAttrs()
		attrs.Name = "ifb9"
		ifb := &netlink.Ifb{LinkAttrs: attrs}
		require.NoError(b, netlink.LinkAdd(ifb))
		b.Cleanup(func() { _ = netlink.LinkDel(ifb) })
		require.NoError(b, netlink.LinkSetUp(ifb))
		require.NoError(b, netlink.QdiscAdd(tbf(ifb)))
		shape(b, map[string]any{"mode": "queue", "queue": map[string]any{"device": "ifb9"}})
	}},
	{"nft limit", nft},
	{"naive", func(b *testing.B, _ *lab) {
		b.Helper()
		eth, err := netlink.LinkByName("eth9")
		require.NoError(b, err)
		n, err := naive.Load()
		require.NoError(b, err)
		b.Cleanup(func() { _ = n.Close() })
		require.NoError(b, n.Set(uint32(eth.Attrs().Index), limit, burst))
		attached, err := link.AttachTCX(link.TCXOptions{Interface: eth.Attrs().Index, Program: n.Program, Attach: ebpf.AttachTCXIngress})
		require.NoError(b, err)
		b.Cleanup(func() { _ = attached.Close() })
	}},
	{"shaper, 10 ms", func(b *testing.B, _ *lab) {
		b.Helper()
		shape(b, map[string]any{"rate": "1Gbit", "burst": "10ms"})
	}},
	{"shaper, 250 ms", func(b *testing.B, _ *lab) {
		b.Helper()
		shape(b, map[string]any{"rate": "1Gbit"})
	}},
	{"shaper, ecn", func(b *testing.B, l *lab) {
		b.Helper()
		l.speakECN(b)
		shape(b, map[string]any{"rate": "1Gbit", "mode": "ecn"})
	}},
	{"shaper, pace", func(b *testing.B, l *lab) {
		b.Helper()
		l.reverse()
		start(b, map[string]any{"bulk": map[string]any{
			"mode": "pace", "direction": "egress", "rate": "1Gbit", "ports": []any{5001}, "cgroup": ownCgroup(b),
		}})
	}},
	{"shaper, queue, class for small flows", func(b *testing.B, l *lab) {
		b.Helper()
		l.reverse()
		eth, err := netlink.LinkByName("eth9")
		require.NoError(b, err)
		require.NoError(b, htb(eth, twoClasses))
		start(b, map[string]any{"small": map[string]any{
			"mode": "queue", "direction": "egress", "interfaces": []any{"eth9"}, "ports": []any{5002},
			"queue": map[string]any{"class": "1:10"},
		}})
	}},
}

// atSender changes the sender's interface.
func (l *lab) atSender(b *testing.B, change func(netlink.Link) error) {
	b.Helper()
	require.NoError(b, l.other.Do(func() error {
		eth, err := netlink.LinkByName("eth0")
		if err != nil {
			return err
		}
		return change(eth)
	}))
}

// twoClasses of htb: one in a hundred for small flows, as the ping is.
var twoClasses = map[uint16]uint64{0x10: limit / 100, 0x20: limit / 100 * 99}

// tbf has 25 ms of queue behind its burst.
func tbf(eth netlink.Link) *netlink.Tbf {
	return &netlink.Tbf{
		QdiscAttrs: netlink.QdiscAttrs{LinkIndex: eth.Attrs().Index, Handle: netlink.MakeHandle(1, 0), Parent: netlink.HANDLE_ROOT},
		Rate:       limit / 8,
		Buffer:     netlink.Xmittime(limit/8, burst),
		Limit:      burst + limit/8/40,
	}
}

// htb gives an interface classes by minor number; 20 is the default.
func htb(eth netlink.Link, rates map[uint16]uint64) error {
	index := eth.Attrs().Index
	root := netlink.NewHtb(netlink.QdiscAttrs{LinkIndex: index, Handle: netlink.MakeHandle(1, 0), Parent: netlink.HANDLE_ROOT})
	root.Defcls = 0x20
	if err := netlink.QdiscAdd(root); err != nil {
		return err
	}
	for minor, rate := range rates {
		class := netlink.NewHtbClass(
			netlink.ClassAttrs{LinkIndex: index, Parent: netlink.MakeHandle(1, 0), Handle: netlink.MakeHandle(1, minor)},
			netlink.HtbClassAttrs{Rate: rate, Ceil: rate, Buffer: burst, Cbuffer: burst})
		if err := netlink.ClassAdd(class); err != nil {
			return fmt.Errorf("class %x: %w", minor, err)
		}
	}
	return nil
}

// shape starts the extension with one policy for the test's interface.
func shape(b *testing.B, policy map[string]any) {
	b.Helper()
	policy["interfaces"] = []any{"eth9"}
	start(b, map[string]any{"total": policy})
}

func start(b *testing.B, policies map[string]any) {
	b.Helper()
	f := shaperextension.NewFactory()
	cfg := f.CreateDefaultConfig()
	require.NoError(b, confmap.NewFromStringMap(map[string]any{
		"policies": policies, "on_unsupported": "fail",
	}).Unmarshal(cfg))
	require.NoError(b, confmap.Validate(cfg))
	e, err := f.Create(b.Context(), extensiontest.NewNopSettings(f.Type()), cfg)
	require.NoError(b, err)
	require.NoError(b, e.Start(b.Context(), componenttest.NewNopHost()))
	b.Cleanup(func() { require.NoError(b, e.Shutdown(context.WithoutCancel(b.Context()))) })
}

// ownCgroup puts this process into a cgroup of its own: pacing is about the sockets
// of a cgroup.
func ownCgroup(b *testing.B) (name string) {
	b.Helper()
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	require.NoError(b, err)
	root := ""
	for line := range strings.Lines(string(mounts)) {
		if strings.Contains(line, " - cgroup2 ") {
			root = strings.Fields(line)[4]
		}
	}
	if root == "" {
		b.Skip("cgroup v2 is not mounted here")
	}
	name = fmt.Sprintf("sluice-bench-%d", os.Getpid())
	require.NoError(b, os.Mkdir(filepath.Join(root, name), 0o755))
	pid := []byte(strconv.Itoa(os.Getpid()))
	require.NoError(b, os.WriteFile(filepath.Join(root, name, "cgroup.procs"), pid, 0))
	b.Cleanup(func() {
		_ = os.WriteFile(filepath.Join(root, "cgroup.procs"), pid, 0)
		_ = os.Remove(filepath.Join(root, name))
	})
	return name
}

func nft(b *testing.B, _ *lab) {
	b.Helper()
	if _, err := exec.LookPath("nft"); err != nil {
		b.Skip("nft is not installed (Debian package: nftables)")
	}
	cmd := exec.CommandContext(b.Context(), "nft", "-f", "-")
	cmd.Stdin = strings.NewReader(fmt.Sprintf(`
table netdev bench {
  chain in {
    type filter hook ingress device "eth9" priority 0;
    limit rate over %d bytes/second burst %d bytes drop
  }
}`, limit/8, burst))
	out, err := cmd.CombinedOutput()
	require.NoError(b, err, string(out))
	b.Cleanup(func() { _ = exec.Command("nft", "delete", "table", "netdev", "bench").Run() })
}
