package shaper

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-otel/sluice/extension/shaperextension/control"
	"github.com/sluice-otel/sluice/extension/shaperextension/policy"
)

func newListCommand(client func() control.Shaper) *cobra.Command {
	return &cobra.Command{
		Use:          "list",
		Short:        "Show the policies in force, and their counters since they were added",
		Args:         cobra.NoArgs,
		SilenceUsage: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := client().List(cmd.Context())
			if err != nil {
				return err
			}
			return writeListing(cmd.OutOrStdout(), l)
		},
	}
}

func writeListing(out io.Writer, l control.Listing) error {
	if l.Inactive != "" {
		_, err := fmt.Fprintln(out, "traffic is not limited:", l.Inactive)
		return err
	}
	var text strings.Builder
	text.WriteString("POLICY\tDIRECTION\tMODE\tLIMIT\tSHARE\tSOURCES\tDELAY\tPASSED\tDROPPED\tMARKED\tWOULD DROP\n")
	for _, p := range l.Policies {
		fmt.Fprintf(&text, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", p.Name, p.Direction, p.Mode, limit(p),
			orDash(p.Share, policy.Rate(p.Share)), orDash(uint64(p.Sources+0.5), int(p.Sources+0.5)),
			p.Delay.Round(100*time.Microsecond), size(p.Passed.Bytes), size(p.Dropped.Bytes), size(p.Marked.Bytes), size(p.WouldDrop.Bytes))
	}
	text.WriteString("\nINTERFACE\tDIRECTION\tMODE\n")
	for _, a := range l.Attachments {
		fmt.Fprintf(&text, "%s\t%s\t%s\n", a.Interface, a.Direction, a.Mode)
	}
	fmt.Fprintf(&text, "\nunder no policy, or exempt: %s\n", size(l.Free.Bytes))
	return writeColumns(out, text.String())
}

// writeColumns aligns what tabs separate.
func writeColumns(out io.Writer, text string) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if _, err := io.WriteString(w, text); err != nil {
		return err
	}
	return w.Flush()
}

// limit is what is in force, and what that is part of.
func limit(p control.Policy) string {
	text := ""
	if p.Rate > 0 {
		text = policy.Rate(float64(p.Rate) * p.Factor).String()
	}
	if p.PacketRate > 0 {
		text = fmt.Sprintf("%s %.0f/s", text, float64(p.PacketRate)*p.Factor)
	}
	switch {
	case text == "":
		return "the queue's"
	case p.Factor < 1:
		return fmt.Sprintf("%s (%.0f%%)", text, 100*p.Factor)
	}
	return text
}

func orDash(n uint64, v any) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprint(v)
}

// size writes bytes with three digits or so.
func size(n uint64) string {
	const units = "KMGTPE"
	if n < 1024 {
		return fmt.Sprintf("%dB", n)
	}
	f, unit := float64(n), -1
	for f >= 1024 && unit < len(units)-1 {
		f /= 1024
		unit++
	}
	return fmt.Sprintf("%.3g%ciB", f, units[unit])
}
