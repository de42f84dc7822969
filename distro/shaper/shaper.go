// Package shaper has the sub-commands that look at and change the shaper of a
// running collector: list, apply and top.
package shaper

import (
	"github.com/spf13/cobra"

	"github.com/sluice-otel/sluice/extension/shaperextension/control"
)

// NewCommand returns `sluice shaper`.
func NewCommand() *cobra.Command {
	var socket string
	client := func() control.Shaper { return control.NewClient(socket) }
	cmd := &cobra.Command{
		Use:   "shaper",
		Short: "Look at and change the traffic limits of a running collector",
		Long: "Look at and change the traffic limits of a running collector, through the socket that\n" +
			"extensions::shaper::control_socket names.",
	}
	cmd.PersistentFlags().StringVar(&socket, "socket", control.DefaultSocket, "control socket of the collector")
	cmd.AddCommand(newListCommand(client), newApplyCommand(client), newTopCommand(client))
	return cmd
}
