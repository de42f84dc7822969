package remotewriteexporter

import (
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/exporter/exportertest"

	"github.com/sluice-otel/sluice/exporter/remotewriteexporter/internal/metadata"
	"github.com/sluice-otel/sluice/internal/adaptivesampling"
	"github.com/sluice-otel/sluice/internal/bytesize"
	"github.com/sluice-otel/sluice/wire/remotewrite/remotewritetest"
)

// Whatever the backend answers, each data point is sent once, sampled out or refused,
// and the points of each series arrive in order.
func TestEveryPointIsSentSampledOrRefused(t *testing.T) {
	for seed := range uint64(4) {
		b := newBackend(t, func(r *remotewritetest.Received) remotewritetest.Answer {
			chance := rand.New(rand.NewPCG(seed, uint64(r.Number)))
			return remotewritetest.Answer{Status: []int{204, 204, 204, 503, 429, 400}[chance.IntN(6)]}
		})
		tel := componenttest.NewTelemetry()
		set := exportertest.NewNopSettings(metadata.Type)
		set.TelemetrySettings = tel.NewTelemetrySettings()
		e := startWith(t, b.URL, set, func(c *Config) {
			c.Request.MaxSamples, c.Protocol = 20, Protocol2
			c.Retry.InitialInterval, c.Retry.Multiplier = time.Millisecond, 1
			c.Translate.TargetInfo = false
			c.DeadLetter = DeadLetterConfig{Path: filepath.Join(t.TempDir(), "dead"), MaxSize: bytesize.MiB}
			s := adaptivesampling.DefaultConfig()
			s.BaseRate = 0.3 // always samples
			c.Sampling = configoptional.Some(s)
		}).(*metricsExporter)
		const series, rounds = 120, 60
		for i := range rounds {
			require.NoError(t, e.ConsumeMetrics(t.Context(), counter(series, float64(i), testTime.Add(time.Duration(i)*time.Second))))
		}
		require.Eventually(t, func() bool { return e.pusher.queueLength() == 0 }, 20*time.Second, time.Millisecond)
		require.NoError(t, e.Shutdown(t.Context()))
		sent := 0
		for key, values := range samplesOf(b.Received()) {
			sent += len(values)
			assert.IsIncreasing(t, values, key)
		}
		sampledOut, refused := total(t, tel, "remote_write_sampled_points"), total(t, tel, "remote_write_exporter_refused")
		assert.Positive(t, sent)
		assert.Positive(t, sampledOut)
		assert.Positive(t, refused)
		assert.EqualValues(t, series*rounds, int64(sent)+sampledOut+refused, "%d sent, %d sampled out, %d refused", sent, sampledOut, refused)
		assert.Positive(t, total(t, tel, "remote_write_exporter_retries"))
	}
}
