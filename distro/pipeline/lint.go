package pipeline

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/definition"
)

func newLintCommand(opts []ingest.Option) *cobra.Command {
	var named files
	cmd := &cobra.Command{
		Use:   "lint FILE...",
		Short: "Name everything a pipeline uses that is wrong or unknown here",
		Long: "Compiles the pipelines and prints each mistake with file, line, processor, option and the nearest\n" +
			"known name, one to a line. Nothing printed means that they run. A warning is about a method that no\n" +
			"class has, called on a value whose class is not known before: the document fails that reaches it.",
		Args:          cobra.MinimumNArgs(1),
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			warnings, err := lint(args, &named, opts)
			for _, w := range warnings {
				cmd.Println("warning:", w)
			}
			if err == nil {
				return nil
			}
			cmd.PrintErrln(err)
			return errors.New("lint: see above")
		},
	}
	named.register(cmd.Flags())
	return cmd
}

func lint(paths []string, named *files, opts []ingest.Option) ([]*definition.Error, error) {
	sources, err := read(paths)
	if err != nil {
		return nil, err
	}
	option, err := named.option()
	if err != nil {
		return nil, err
	}
	set, err := ingest.Compile(sources, append(opts, option)...)
	if err != nil {
		return nil, err
	}
	return set.Warnings(), nil
}
