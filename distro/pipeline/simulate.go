package pipeline

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/simulate"
)

func newSimulateCommand(opts []ingest.Option) *cobra.Command {
	r := simulate.Request{}
	var named files
	docs := ""
	cmd := &cobra.Command{
		Use:   "simulate FILE...",
		Short: "Show what a pipeline does with documents, as _ingest/pipeline/_simulate does",
		Long: "Takes documents through the pipeline in the first FILE; the others are pipelines it calls.\n" +
			"Documents are the body of a _simulate request, or a list of sources; - reads standard input.",
		Example: "  sluice pipeline simulate access.yml --docs docs.json\n" +
			`  echo '[{"message": "hello"}]' | sluice pipeline simulate access.yml --docs - --verbose`,
		Args:         cobra.MinimumNArgs(1),
		SilenceUsage: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			if r.Docs, err = readDocs(docs, cmd.InOrStdin()); err != nil {
				return err
			}
			if r.Sources, err = read(args); err != nil {
				return err
			}
			if r.Pipeline == "" {
				r.Pipeline = r.Sources[0].Name
			}
			option, err := named.option()
			if err != nil {
				return err
			}
			r.Now, r.Options = time.Now(), append(opts, option)
			answer, err := simulate.Run(r)
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(answer)
			return err
		},
	}
	named.register(cmd.Flags())
	cmd.Flags().StringVar(&docs, "docs", "-", "file of the documents")
	cmd.Flags().BoolVar(&r.Verbose, "verbose", false, "one result for each processor")
	cmd.Flags().StringVar(&r.Pipeline, "pipeline", "", "pipeline the documents enter (default: that of the first file)")
	return cmd
}

func readDocs(file string, stdin io.Reader) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(stdin)
	}
	data, err := os.ReadFile(file) //nolint:gosec // the user names the file
	if err != nil {
		return nil, fmt.Errorf("read documents: %w", err)
	}
	return data, nil
}
