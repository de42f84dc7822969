package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/component"
	"go.uber.org/dig"
	"go.uber.org/fx"

	"github.com/sluice-otel/sluice/distro/demo"
	"github.com/sluice-otel/sluice/distro/shaper"
)

// Set by the linker: see the Makefile.
var (
	version = "0.0.0-dev"
	commit  = "unknown"
)

func main() {
	root, err := newRootCommand(
		Command(demo.NewCommand),
		Command(newPipelineCommand),
		Command(shaper.NewCommand),
		Extension(newShaperFactory),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, "sluice:", err)
		os.Exit(1)
	}
	if err := root.Execute(); err != nil {
		os.Exit(1) // cobra has printed it
	}
}

// newRootCommand builds the command line from the object graph. The graph is
// only built, never started: the collector has its own life cycle, which
// begins when the command runs.
func newRootCommand(extra ...fx.Option) (*cobra.Command, error) {
	var root *cobra.Command
	app := fx.New(
		fx.NopLogger,
		fx.Supply(buildInfo()),
		process,
		fx.Options(extra...),
		fx.Populate(&root),
	)
	if err := app.Err(); err != nil {
		return nil, errors.Join(dig.RootCause(err))
	}
	return root, nil
}

func buildInfo() component.BuildInfo {
	return component.BuildInfo{
		Command:     "sluice",
		Description: "OpenTelemetry Collector distribution with end-to-end backpressure",
		Version:     version + "+" + commit, // semantic versioning: commit is build metadata
	}
}
