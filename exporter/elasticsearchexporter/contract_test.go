package elasticsearchexporter

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pipeline"
	"go.opentelemetry.io/collector/receiver"

	"github.com/sluice-otel/sluice/internal/elasticsearchtest"
)

// backendFactory makes a receiver of the backend of tests, whose answers its
// consumer decides.
func backendFactory(consume *consumer.Logs) receiver.Factory {
	return receiver.NewFactory(component.MustNewType("backend"), func() component.Config { return &struct{}{} }, receiver.WithLogs(
		func(_ context.Context, _ receiver.Settings, _ component.Config, next consumer.Logs) (receiver.Logs, error) {
			*consume = next
			return struct {
				component.StartFunc
				component.ShutdownFunc
			}{}, nil
		}, component.StabilityLevelDevelopment))
}

func TestConsumeContract(t *testing.T) {
	var next consumer.Logs
	s := elasticsearchtest.Start(t)
	s.FailItems(func(it *elasticsearchtest.Item) int {
		var source map[string]string
		if json.Unmarshal(it.Source, &source) != nil {
			return http.StatusNotImplemented
		}
		ld := plog.NewLogs()
		record := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
		for key, v := range source {
			record.Attributes().PutStr(key, v)
		}
		switch err := next.ConsumeLogs(t.Context(), ld); {
		case err == nil:
			return 0
		case consumererror.IsPermanent(err):
			return http.StatusBadRequest
		default:
			return http.StatusTooManyRequests
		}
	})
	cfg := testConfig(s.URL)
	cfg.Queue = configoptional.None[exporterhelper.QueueBatchConfig]() // the contract looks at once
	cfg.Retry.InitialInterval = time.Millisecond
	backend := backendFactory(&next)
	exportertest.CheckConsumeContract(exportertest.CheckConsumeContractParams{
		T: t, ExporterFactory: NewFactory(), ExporterConfig: cfg, Signal: pipeline.SignalLogs, NumberOfTestElements: 100,
		ReceiverFactory: backend, ReceiverConfig: backend.CreateDefaultConfig(),
	})
}
