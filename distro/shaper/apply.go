package shaper

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/sluice-otel/sluice/extension/shaperextension/control"
)

func newApplyCommand(client func() control.Shaper) *cobra.Command {
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "apply FILE",
		Short: "Replace all policies by those of a file, while traffic flows",
		Long: "Replace all policies by those of a file: a YAML map as under extensions::shaper::policies, or a\n" +
			"whole collector configuration; - reads standard input. Policies that keep their name keep the\n" +
			"state of their bucket. The change lasts until the collector starts again or reloads its\n" +
			"configuration: change that too.",
		Args:         cobra.ExactArgs(1),
		SilenceUsage: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			policies, err := readPolicies(cmd.InOrStdin(), args[0])
			if err != nil {
				return err
			}
			change, err := client().Apply(cmd.Context(), policies, dryRun)
			if err != nil {
				return err
			}
			return writeChange(cmd.OutOrStdout(), change, dryRun)
		},
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only say what would change")
	return cmd
}

func readPolicies(stdin io.Reader, file string) (map[string]any, error) {
	in := stdin
	if file != "-" {
		f, err := os.Open(file) //nolint:gosec // the user names it
		if err != nil {
			return nil, err
		}
		defer f.Close() //nolint:errcheck // read only
		in = f
	}
	var body map[string]any
	if err := yaml.NewDecoder(in).Decode(&body); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	return policiesOf(body), nil
}

// policiesOf finds the policies in a configuration of the collector or of the
// extension; a map that is neither is the policies themselves.
func policiesOf(body map[string]any) map[string]any {
	if extensions, ok := body["extensions"].(map[string]any); ok {
		for id, config := range extensions {
			if m, ok := config.(map[string]any); ok && (id == "shaper" || strings.HasPrefix(id, "shaper/")) {
				body = m
			}
		}
	}
	if policies, ok := body["policies"].(map[string]any); ok {
		return policies
	}
	if body == nil {
		return map[string]any{}
	}
	return body
}

func writeChange(out io.Writer, c control.Change, dryRun bool) error {
	would := ""
	if dryRun {
		would = "would be "
	}
	text := ""
	for _, part := range []struct {
		names []string
		verb  string
	}{{c.Added, "added"}, {c.Changed, "changed"}, {c.Removed, "removed"}} {
		if len(part.names) > 0 {
			text += fmt.Sprintf("%s%s: %s\n", would, part.verb, strings.Join(part.names, ", "))
		}
	}
	if text == "" {
		text = "no change\n"
	}
	_, err := io.WriteString(out, text)
	return err
}
