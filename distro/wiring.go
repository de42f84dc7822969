package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/confmap/provider/httpsprovider"
	"go.opentelemetry.io/collector/confmap/provider/yamlprovider"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/otelcol"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/receiver"
	"go.uber.org/fx"

	"github.com/sluice-otel/sluice/converter/deliveryconverter"
	"github.com/sluice-otel/sluice/distro/pipeline"
	"github.com/sluice-otel/sluice/exporter/remotewriteexporter"
	"github.com/sluice-otel/sluice/extension/shaperextension"
	"github.com/sluice-otel/sluice/ingest/step"
	"github.com/sluice-otel/sluice/internal/ratecontrol"
	"github.com/sluice-otel/sluice/processor/adaptivesamplingprocessor"
	"github.com/sluice-otel/sluice/processor/ingestprocessor"
)

// process is the object graph of the process: the list of factories, the
// collector's settings and the command line.
var process = fx.Module("process",
	fx.Provide(
		newFactories,
		newDeliveryCheck,
		newSettings,
		newRoot,
	),
	Processor(newIngestFactory),
	Processor(newAdaptiveSamplingFactory),
	Exporter(newRemoteWriteExporterFactory),
)

// The value groups of the process. Each of the functions below adds to one and
// takes a constructor whose parameters fx provides. A factory replaces the one
// of the same type in components.go.
const (
	commandGroup       = `group:"commands"`
	receiverGroup      = `group:"receivers"`
	processorGroup     = `group:"processors"`
	exporterGroup      = `group:"exporters"`
	extensionGroup     = `group:"extensions"`
	processorTypeGroup = `group:"ingest.processors"`
	lawGroup           = `group:"ratecontrol.laws"`
)

// Command adds a sub-command: a constructor of *cobra.Command.
func Command(constructor any) fx.Option { return provide(constructor, commandGroup) }

// Receiver adds a constructor of receiver.Factory.
func Receiver(constructor any) fx.Option { return provide(constructor, receiverGroup) }

// Processor adds a constructor of processor.Factory.
func Processor(constructor any) fx.Option { return provide(constructor, processorGroup) }

// Exporter adds a constructor of exporter.Factory.
func Exporter(constructor any) fx.Option { return provide(constructor, exporterGroup) }

// Extension adds a constructor of extension.Factory.
func Extension(constructor any) fx.Option { return provide(constructor, extensionGroup) }

// IngestProcessor adds a processor type to ingest pipelines: a constructor of
// step.Type.
func IngestProcessor(constructor any) fx.Option { return provide(constructor, processorTypeGroup) }

// Law adds a law to adaptive sampling: a constructor of ratecontrol.LawType.
func Law(constructor any) fx.Option { return provide(constructor, lawGroup) }

func provide(constructor any, group string) fx.Option {
	return fx.Provide(fx.Annotate(constructor, fx.ResultTags(group)))
}

type ingestTypes struct {
	fx.In

	Types []step.Type `group:"ingest.processors"`
}

func newIngestFactory(in ingestTypes) processor.Factory {
	return ingestprocessor.NewFactory(ingestprocessor.WithProcessorTypes(in.Types...))
}

type samplingLaws struct {
	fx.In

	Laws []ratecontrol.LawType `group:"ratecontrol.laws"`
}

func newAdaptiveSamplingFactory(in samplingLaws) processor.Factory {
	return adaptivesamplingprocessor.NewFactory(adaptivesamplingprocessor.WithLaws(in.Laws...))
}

func newRemoteWriteExporterFactory(in samplingLaws) exporter.Factory {
	return remotewriteexporter.NewFactory(remotewriteexporter.WithLaws(in.Laws...))
}

func newPipelineCommand(in ingestTypes) *cobra.Command { return pipeline.NewCommand(in.Types...) }

// newShaperFactory hands the attachments of one start over to the next, which the
// factory of a builder config cannot: see shaperextension.WithHandover.
func newShaperFactory() extension.Factory {
	return shaperextension.NewFactory(shaperextension.WithHandover())
}

// A factoriesFunc is how the collector asks for the component factories.
type factoriesFunc func() (otelcol.Factories, error)

type addedFactories struct {
	fx.In

	Receivers  []receiver.Factory  `group:"receivers"`
	Processors []processor.Factory `group:"processors"`
	Exporters  []exporter.Factory  `group:"exporters"`
	Extensions []extension.Factory `group:"extensions"`
}

func newFactories(added addedFactories) factoriesFunc {
	return func() (otelcol.Factories, error) {
		all, err := components()
		if err != nil {
			return otelcol.Factories{}, err
		}
		put(all.Receivers, added.Receivers)
		put(all.Processors, added.Processors)
		put(all.Exporters, added.Exporters)
		put(all.Extensions, added.Extensions)
		return all, nil
	}
}

func put[F component.Factory](into map[component.Type]F, factories []F) {
	for _, f := range factories {
		into[f.Type()] = f
	}
}

func newDeliveryCheck() *deliveryconverter.Check { return new(deliveryconverter.Check) }

// newSettings gives the collector the providers and converters of
// builder-config.yaml.
func newSettings(info component.BuildInfo, factories factoriesFunc, check *deliveryconverter.Check) otelcol.CollectorSettings {
	return otelcol.CollectorSettings{
		BuildInfo: info,
		Factories: factories,
		ConfigProviderSettings: otelcol.ConfigProviderSettings{
			ResolverSettings: confmap.ResolverSettings{
				ProviderFactories: []confmap.ProviderFactory{
					envprovider.NewFactory(),
					fileprovider.NewFactory(),
					httpsprovider.NewFactory(),
					yamlprovider.NewFactory(),
				},
				ConverterFactories: []confmap.ConverterFactory{check.Factory()},
			},
		},
	}
}

type rootParams struct {
	fx.In

	Settings otelcol.CollectorSettings
	Check    *deliveryconverter.Check
	Commands []*cobra.Command `group:"commands"`
}

// newRoot is the collector's own command line with our sub-commands added.
// Value groups arrive in any order, so they are sorted.
func newRoot(in rootParams) *cobra.Command {
	root := otelcol.NewCommand(in.Settings)
	slices.SortFunc(in.Commands, func(a, b *cobra.Command) int { return strings.Compare(a.Name(), b.Name()) })
	root.AddCommand(in.Commands...)
	if validate, _, err := root.Find([]string{"validate"}); err == nil {
		// The collector logs warnings of converters only once it runs.
		validate.PostRun = func(cmd *cobra.Command, _ []string) {
			for _, w := range in.Check.Warnings() {
				cmd.PrintErrln("warning:", w)
			}
		}
	}
	return root
}
