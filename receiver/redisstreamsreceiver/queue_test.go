package redisstreamsreceiver

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/sluice-otel/sluice/internal/redistest"
)

// The queues of the collector's exporters, as the README advises to set them and as
// they are by default: when one is full, nothing more is read, nothing is lost, and
// no entry counts as having killed anybody.
func TestFullQueueOfAnExporterStopsReading(t *testing.T) {
	for name, wait := range map[string]bool{"refuses": false, "waits for the result": true} {
		t.Run(name, func(t *testing.T) {
			srv := redistest.Start(t)
			client := newClient(t, srv.Addr)
			const messages, inFlight, count = 1000, 50, 10
			add(t, client, 0, messages)
			backend := newSink()
			release := make(chan struct{})
			queue := exporterhelper.NewDefaultQueueConfig()
			queue.Sizer, queue.QueueSize, queue.NumConsumers = exporterhelper.RequestSizerTypeRequests, 2, 1
			queue.WaitForResult, queue.BlockOnOverflow = wait, wait
			set := exportertest.NewNopSettings(exportertest.NopType)
			exporter, err := exporterhelper.NewLogs(t.Context(), set, &struct{}{}, func(ctx context.Context, data plog.Logs) error {
				<-release
				return backend.ConsumeLogs(ctx, data)
			}, exporterhelper.WithQueue(configoptional.Some(queue)))
			require.NoError(t, err)
			require.NoError(t, exporter.Start(t.Context(), componenttest.NewNopHost()))

			cfg := testConfig(srv.Addr)
			cfg.Count, cfg.MaxInFlight.Messages = count, inFlight
			r := startReceiver(t, cfg, exporter)
			if wait {
				eventually(t, "the window is full", func() bool { return r.metric("entries_received") >= inFlight })
			} else {
				eventually(t, "refusals", func() bool { return r.metric("delivery_retries") > 5 })
			}
			assert.LessOrEqual(t, pending(t, client), inFlight+count)
			assert.Zero(t, backend.len())
			close(release)
			eventually(t, "all entries", func() bool { return backend.len() == messages && pending(t, client) == 0 })
			r.stop()
			require.NoError(t, exporter.Shutdown(t.Context()))
			backend.requireOnce(t, messages)
			assert.Zero(t, r.metric("entries_dead_lettered"))
		})
	}
}
