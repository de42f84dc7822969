package remotewrite

import (
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/deltatocumulativeprocessor"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/otelcol"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/service/telemetry/otelconftelemetry"

	"github.com/sluice-otel/sluice/exporter/remotewriteexporter"
)

// The example can be run by a collector that has its components.
func TestExampleConfigurationIsValid(t *testing.T) {
	t.Setenv("STORAGE", t.TempDir())
	exporters, receivers, processors, extensions := remotewriteexporter.NewFactory(), otlpreceiver.NewFactory(), deltatocumulativeprocessor.NewFactory(), filestorage.NewFactory()
	c, err := otelcol.NewCollector(otelcol.CollectorSettings{
		BuildInfo: component.NewDefaultBuildInfo(),
		Factories: func() (otelcol.Factories, error) {
			return otelcol.Factories{
				Receivers:  map[component.Type]receiver.Factory{receivers.Type(): receivers},
				Processors: map[component.Type]processor.Factory{processors.Type(): processors},
				Exporters:  map[component.Type]exporter.Factory{exporters.Type(): exporters},
				Extensions: map[component.Type]extension.Factory{extensions.Type(): extensions},
				Telemetry:  otelconftelemetry.NewFactory(),
			}, nil
		},
		ConfigProviderSettings: otelcol.ConfigProviderSettings{ResolverSettings: confmap.ResolverSettings{
			URIs:              []string{"file:../../distro/configs/otlp-to-remote-write.yaml"},
			ProviderFactories: []confmap.ProviderFactory{fileprovider.NewFactory(), envprovider.NewFactory()},
			DefaultScheme:     "env",
		}},
	})
	require.NoError(t, err)
	require.NoError(t, c.DryRun(t.Context()))
}
