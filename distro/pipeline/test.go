package pipeline

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/packagetest"
)

func newTestCommand(opts []ingest.Option) *cobra.Command {
	var named files
	cmd := &cobra.Command{
		Use:   "test DIR...",
		Short: "Run the pipeline tests of Elastic integration packages, as elastic-package does",
		Long: "Finds every data stream below DIR that has _dev/test/pipeline and compares what its pipelines make of\n" +
			"the events with the expected documents. A test whose pipelines use something unknown here is skipped,\n" +
			"and so is one whose configuration says so.",
		Args:          cobra.MinimumNArgs(1),
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			option, err := named.option()
			failed := 0
			if err == nil {
				runner := &packagetest.Runner{Options: append(opts, option)}
				failed, err = runTests(cmd.OutOrStdout(), runner, args)
			}
			switch {
			case err != nil:
				cmd.PrintErrln("Error:", err)
				return err
			case failed > 0:
				return errors.New("tests failed")
			}
			return nil
		},
	}
	named.register(cmd.Flags())
	return cmd
}

// runTests prints each test that failed or was skipped, and the totals, and
// returns how many failed.
func runTests(out io.Writer, runner *packagetest.Runner, dirs []string) (failed int, err error) {
	passed, skipped := 0, 0
	for _, dir := range dirs {
		tests, err := packagetest.Find(dir)
		if err != nil {
			return 0, fmt.Errorf("find tests: %w", err)
		}
		if len(tests) == 0 {
			return 0, fmt.Errorf("find tests: there is no _dev/test/pipeline below %s", dir)
		}
		for _, t := range tests {
			r := runner.Run(t)
			switch {
			case r.Skip != "":
				skipped++
				_, _ = fmt.Fprintf(out, "SKIP %s\n     %s\n", t, r.Skip)
			case r.Err == nil:
				passed++
			case len(r.Lacks) > 0:
				skipped++
				_, _ = fmt.Fprintf(out, "SKIP %s\n     lacks %s\n", t, strings.Join(r.Lacks, ", "))
			default:
				failed++
				_, _ = fmt.Fprintf(out, "FAIL %s\n     %s\n", t, strings.ReplaceAll(r.Err.Error(), "\n", "\n     "))
			}
		}
	}
	_, _ = fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", passed, failed, skipped)
	return failed, nil
}
