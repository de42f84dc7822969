// Package demo has the sub-commands for trying Sluice out: feed writes
// real-looking access lines to a Redis stream at a chosen rate.
package demo

import "github.com/spf13/cobra"

// NewCommand returns `sluice demo`.
func NewCommand() *cobra.Command {
	demo := &cobra.Command{
		Use:   "demo",
		Short: "Try Sluice out with made-up data",
	}
	demo.AddCommand(newFeedCommand())
	return demo
}
