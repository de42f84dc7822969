package shaper

import (
	"context"
	"fmt"
	"io"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-otel/sluice/extension/shaperextension/control"
	"github.com/sluice-otel/sluice/extension/shaperextension/policy"
)

// top shows rates between two looks, and who sends most.
type top struct {
	shaper   control.Shaper
	interval time.Duration
	count    int
	once     bool
}

func newTopCommand(client func() control.Shaper) *cobra.Command {
	t := &top{}
	cmd := &cobra.Command{
		Use:          "top",
		Short:        "Show what each policy passes and refuses now, and its biggest senders",
		Args:         cobra.NoArgs,
		SilenceUsage: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if t.interval <= 0 || t.count < 1 {
				return fmt.Errorf("interval and count must be positive, not %s and %d", t.interval, t.count)
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGINT, syscall.SIGTERM)
			defer stop()
			t.shaper = client()
			return t.run(ctx, cmd.OutOrStdout())
		},
	}
	flags := cmd.Flags()
	flags.DurationVar(&t.interval, "interval", time.Second, "time between two looks")
	flags.IntVar(&t.count, "count", 5, "senders of each policy")
	flags.BoolVar(&t.once, "once", false, "show one interval and end")
	return cmd
}

const clearScreen = "\x1b[H\x1b[2J"

func (t *top) run(ctx context.Context, out io.Writer) error {
	before, err := t.shaper.List(ctx)
	if err != nil {
		return err
	}
	if before.Inactive != "" {
		return writeListing(out, before)
	}
	ticker := time.NewTicker(t.interval)
	defer ticker.Stop()
	for last := time.Now(); ; {
		select {
		case <-ctx.Done():
			return nil
		case now := <-ticker.C:
			after, err := t.shaper.List(ctx)
			if err != nil {
				return err
			}
			talkers, err := t.shaper.Top(ctx, t.count)
			if err != nil {
				return err
			}
			if !t.once {
				if _, err := io.WriteString(out, clearScreen); err != nil {
					return err
				}
			}
			if err := writeTop(out, before, after, talkers, now.Sub(last)); err != nil || t.once {
				return err
			}
			before, last = after, now
		}
	}
}

func writeTop(out io.Writer, before, after control.Listing, talkers []control.Talker, took time.Duration) error {
	old := map[string]control.Policy{}
	for _, p := range before.Policies {
		old[p.Name] = p
	}
	rate := func(now, then control.Traffic) policy.Rate {
		return policy.Rate(float64(now.Bytes-min(then.Bytes, now.Bytes)) * 8 / took.Seconds())
	}
	var text strings.Builder
	text.WriteString("POLICY\tLIMIT\tPASSES\tDROPS\tMARKS\tWOULD DROP\tDELAY\tSOURCES\n")
	for _, p := range after.Policies {
		o := old[p.Name]
		fmt.Fprintf(&text, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%.0f\n", p.Name, limit(p), rate(p.Passed, o.Passed), rate(p.Dropped, o.Dropped),
			rate(p.Marked, o.Marked), rate(p.WouldDrop, o.WouldDrop), p.Delay.Round(100*time.Microsecond), p.Sources)
	}
	text.WriteString("\nPOLICY\tSENDER\tSHARE\tBYTES\tDROPPED\tCONNECTIONS\n")
	for _, s := range talkers {
		fmt.Fprintf(&text, "%s\t%s\t%.1f%%\t%s\t%s\t%d\n", s.Policy, s.Peer, 100*s.Share, size(s.Bytes), size(s.Dropped), s.Connections)
	}
	return writeColumns(out, text.String())
}
