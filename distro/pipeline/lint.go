package pipeline

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/sluice-otel/sluice/ingest"
)

func newLintCommand(opts []ingest.Option) *cobra.Command {
	return &cobra.Command{
		Use:   "lint FILE...",
		Short: "Name everything a pipeline uses that is wrong or unknown here",
		Long: "Compiles the pipelines and prints each mistake with file, line, processor, option and the nearest\n" +
			"known name, one to a line. Nothing printed means that they run.",
		Args:          cobra.MinimumNArgs(1),
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			sources, err := read(args)
			if err == nil {
				_, err = ingest.Compile(sources, opts...)
			}
			if err == nil {
				return nil
			}
			cmd.PrintErrln(err)
			return errors.New("lint: see above")
		},
	}
}
