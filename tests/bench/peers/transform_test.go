package peers

import (
	"context"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/transformprocessor"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/sluice-otel/sluice/internal/accesslog"
	"github.com/sluice-otel/sluice/processor/ingestprocessor"
)

const recordsPerBatch = 100

// BenchmarkPipeline takes batches of access lines through grok, date, a
// conversion and two set statements: an ingest pipeline here, OTTL statements in
// contrib's transform processor.
func BenchmarkPipeline(b *testing.B) {
	contest(b,
		pipeline(b, "sluice ingest", ingestprocessor.NewFactory(), map[string]any{
			"definitions": map[string]any{"access": map[string]any{"processors": []any{
				step("grok", map[string]any{"field": "message", "patterns": []any{accessPattern}}),
				step("date", map[string]any{"field": "timestamp", "formats": []any{"dd/MMM/yyyy:HH:mm:ss Z"}}),
				step("convert", map[string]any{"field": "response", "type": "integer"}),
				step("set", map[string]any{"field": "event.dataset", "value": "http.access"}),
				step("set", map[string]any{"if": "ctx.response >= 400", "field": "event.outcome", "value": "failure"}),
			}}},
		}),
		pipeline(b, "contrib transform", transformprocessor.NewFactory(), map[string]any{
			"log_statements": []any{map[string]any{"context": "log", "statements": []any{
				`merge_maps(log.attributes, ExtractGrokPatterns(log.body, "%{COMBINEDAPACHELOG}", true), "upsert")`,
				`set(log.time, Time(log.attributes["timestamp"], "%d/%b/%Y:%H:%M:%S %z"))`,
				`set(log.attributes["http.response.status_code"], Int(log.attributes["http.response.status_code"]))`,
				`set(log.attributes["event.dataset"], "http.access")`,
				`set(log.attributes["event.outcome"], "failure") where log.attributes["http.response.status_code"] >= 400`,
			}}},
		}),
	)
}

func step(name string, options map[string]any) map[string]any { return map[string]any{name: options} }

// pipeline is a contender that takes a batch for each recordsPerBatch units of
// work; making the batch is part of it for everyone.
func pipeline(b *testing.B, name string, factory processor.Factory, config map[string]any) contender {
	b.Helper()
	cfg := factory.CreateDefaultConfig()
	require.NoError(b, confmap.NewFromStringMap(config).Unmarshal(cfg))
	p, err := factory.CreateLogs(b.Context(), processortest.NewNopSettings(factory.Type()), cfg, consumertest.NewNop())
	require.NoError(b, err)
	require.NoError(b, p.Start(b.Context(), componenttest.NewNopHost()))
	b.Cleanup(func() { _ = p.Shutdown(context.WithoutCancel(b.Context())) })
	lines := make([]string, 1024)
	from := accesslog.New(1)
	for i := range lines {
		lines[i] = from.Line(time.Unix(1_760_000_000, 0))
	}
	return contender{name, func(n int) {
		for done := 0; done < n; done += recordsPerBatch {
			batch := plog.NewLogs()
			records := batch.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
			for i := range recordsPerBatch {
				records.AppendEmpty().Body().SetStr(lines[(done+i)%len(lines)])
			}
			if err := p.ConsumeLogs(context.Background(), batch); err != nil {
				panic(err)
			}
		}
	}}
}
