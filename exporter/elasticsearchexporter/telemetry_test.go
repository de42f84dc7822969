package elasticsearchexporter

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/sluice-otel/sluice/exporter/elasticsearchexporter/internal/metadata"
	"github.com/sluice-otel/sluice/internal/elasticsearchtest"
)

// sums are the values of a counter by one of its attributes.
func sums(t *testing.T, telemetry *componenttest.Telemetry, name, by string) map[string]int64 {
	t.Helper()
	out := map[string]int64{}
	m, err := telemetry.GetMetric(name)
	if err != nil {
		return out // not yet
	}
	for _, p := range m.Data.(metricdata.Sum[int64]).DataPoints {
		value, _ := p.Attributes.Value(attribute.Key(by))
		out[value.String()] += p.Value
	}
	return out
}

func TestEveryDocumentIsCounted(t *testing.T) {
	s := elasticsearchtest.Start(t)
	telemetry := componenttest.NewTelemetry()
	t.Cleanup(func() { assert.NoError(t, telemetry.Shutdown(context.WithoutCancel(t.Context()))) })
	set := exportertest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = telemetry.NewTelemetrySettings()
	e := startWith(t, s.URL, set, componenttest.NewNopHost(), func(c *Config) {
		c.Queue = configoptional.None[exporterhelper.QueueBatchConfig]()
	})
	s.FailItems(func(it *elasticsearchtest.Item) int {
		if it.Request == 1 && it.Number == 7 {
			return 429
		}
		return 0
	})
	require.NoError(t, e.ConsumeLogs(t.Context(), withIDs(documents(0, 5))))
	require.NoError(t, e.ConsumeLogs(t.Context(), poison(withIDs(documents(0, 10)), 9)))
	assert.Equal(t, map[string]int64{"accepted": 10 - 1, "duplicate": 5, "refused": 1, "retry": 1}, outcomes(t, telemetry))
	assert.Equal(t, map[string]int64{"none": 1}, sums(t, telemetry, "otelcol_elasticsearch_bulk_dead_letters", "target"))
	assert.Equal(t, map[string]int64{"document_parsing_exception": 1}, sums(t, telemetry, "otelcol_elasticsearch_bulk_refusals", "reason"))
	assert.Equal(t, map[string]int64{"200": 3}, sums(t, telemetry, "otelcol_elasticsearch_bulk_requests", "status_code"))
}
