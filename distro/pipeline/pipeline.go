// Package pipeline has the sub-commands for people who write ingest pipelines:
// simulate shows what a pipeline does with documents, lint what is wrong with
// it, test runs the pipeline tests of Elastic integration packages. None needs
// a cluster.
package pipeline

import (
	"github.com/spf13/cobra"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/step"
)

// NewCommand returns `sluice pipeline`. types are processor types beside
// step.Builtin.
func NewCommand(types ...step.Type) *cobra.Command {
	opts := []ingest.Option{ingest.WithTypes(types...)}
	root := &cobra.Command{
		Use:   "pipeline",
		Short: "Try, check and test Elasticsearch ingest pipelines without a cluster",
	}
	root.AddCommand(newSimulateCommand(opts), newLintCommand(opts), newTestCommand(opts))
	return root
}

// read returns the pipelines in files, and in folders of which every YAML and
// JSON file is one.
func read(paths []string) ([]ingest.Source, error) {
	var sources []ingest.Source
	for _, path := range paths {
		found, err := ingest.ReadPath(path)
		if err != nil {
			return nil, err
		}
		sources = append(sources, found...)
	}
	return sources, nil
}
