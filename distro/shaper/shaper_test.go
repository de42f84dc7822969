package shaper

import (
	"bytes"
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/extension/shaperextension/control"
)

// fake is a collector that limits one port.
type fake struct {
	listing  control.Listing
	policies map[string]any
	dryRun   bool
}

func (f *fake) List(context.Context) (control.Listing, error) {
	for i := range f.listing.Policies {
		f.listing.Policies[i].Passed.Bytes += 1 << 20
	}
	return f.listing, nil
}

func (f *fake) Apply(_ context.Context, policies map[string]any, dryRun bool) (control.Change, error) {
	f.policies, f.dryRun = policies, dryRun
	return control.Change{Added: []string{"b"}, Changed: []string{"a"}}, nil
}

func (f *fake) Top(context.Context, int) ([]control.Talker, error) {
	return []control.Talker{{Policy: "ingest", Peer: netip.MustParseAddr("10.0.0.66"), Bytes: 5 << 30, Share: 0.925, Connections: 3}}, nil
}

func newFake() *fake {
	return &fake{listing: control.Listing{
		Attachments: []control.Attachment{{Interface: "eth0", Direction: "ingress", Mode: "tcx"}},
		Policies: []control.Policy{{
			Name: "ingest", Direction: "ingress", Mode: "police", Rate: 1e9, Factor: 0.5, Share: 80e6, Sources: 5.2,
			Delay: 200 * time.Millisecond, Dropped: control.Traffic{Packets: 7, Bytes: 700},
		}},
	}}
}

func run(t *testing.T, cmd *cobra.Command, stdin string, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetIn(strings.NewReader(stdin))
	cmd.SetArgs(args)
	require.NoError(t, cmd.ExecuteContext(t.Context()))
	return out.String()
}

func (f *fake) client() control.Shaper { return f }

func TestListShowsLimitsAndCounters(t *testing.T) {
	out := run(t, newListCommand(newFake().client), "")
	for _, part := range []string{"ingest", "500Mbit (50%)", "80Mbit", "200ms", "700B", "1MiB", "eth0", "tcx"} {
		assert.Contains(t, out, part)
	}
}

func TestListSaysWhyNothingIsLimited(t *testing.T) {
	f := &fake{listing: control.Listing{Inactive: "load the programs: permission denied"}}
	assert.Equal(t, "traffic is not limited: load the programs: permission denied\n", run(t, newListCommand(f.client), ""))
}

func TestApplyFindsThePolicies(t *testing.T) {
	const policies = "ingest: {rate: 1Gbit}\n"
	want := map[string]any{"ingest": map[string]any{"rate": "1Gbit"}}
	for name, text := range map[string]string{
		"themselves":    policies,
		"the extension": "control_socket: /run/x\npolicies:\n  " + policies,
		"the collector": "receivers: {otlp: }\nextensions:\n  health_check:\n  shaper/in:\n    policies:\n      " + policies,
	} {
		f := newFake()
		out := run(t, newApplyCommand(f.client), text, "-", "--dry-run")
		assert.Equal(t, "would be added: b\nwould be changed: a\n", out, name)
		assert.Equal(t, want, f.policies, name)
		assert.True(t, f.dryRun, name)
	}
}

func TestTopShowsRatesAndSenders(t *testing.T) {
	out := run(t, newTopCommand(newFake().client), "", "--once", "--interval", "20ms")
	for _, part := range []string{"ingest", "10.0.0.66", "92.5%", "5GiB"} {
		assert.Contains(t, out, part)
	}
	assert.NotContains(t, out, clearScreen)
}

func TestCommandsAreThere(t *testing.T) {
	var names []string
	for _, c := range NewCommand().Commands() {
		names = append(names, c.Name())
	}
	assert.Equal(t, []string{"apply", "list", "top"}, names)
}
