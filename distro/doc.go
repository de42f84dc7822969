// Command sluice is the Sluice distribution of the OpenTelemetry Collector.
//
// components.go is generated from builder-config.yaml and lists the
// components; main.go wires the process, and wiring.go says how a component,
// an ingest processor or a sub-command is added to it with one line. demo/ has
// the sub-commands for trying things out.
package main
