package remotewriteexporter

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/exporter/remotewriteexporter/internal/metadata"
	"github.com/sluice-otel/sluice/wire/remotewrite/remotewritetest"
)

// backlog is so many rounds of a counter of n series in one batch.
func backlog(n, from, to int) pmetric.Metrics {
	md := pmetric.NewMetrics()
	for i := from; i < to; i++ {
		counter(n, float64(i), testTime.Add(time.Duration(i)*time.Second)).ResourceMetrics().MoveAndAppendTo(md.ResourceMetrics())
	}
	return md
}

// A backend that writes a request or, because of one sample that is older than what it
// has, nothing of it, as Prometheus does with 1.0, at times writes one and its answer
// gets lost. What is sent again is what was sent before, so that what is refused was
// written.
func TestLostAnswersCostNothing(t *testing.T) {
	for seed := range uint64(5) {
		store := remotewritetest.NewStore()
		b := newBackend(t, func(r *remotewritetest.Received) remotewritetest.Answer {
			chance := rand.New(rand.NewPCG(seed, uint64(r.Number)))
			if chance.IntN(4) == 0 {
				return remotewritetest.Answer{Status: 503}
			}
			answer := store.Write(r)
			if answer.Status/100 == 2 && chance.IntN(3) == 0 {
				answer.Status = 503 // it is written all the same
			}
			return answer
		})
		tel := componenttest.NewTelemetry()
		set := exportertest.NewNopSettings(metadata.Type)
		set.TelemetrySettings = tel.NewTelemetrySettings()
		e := startWith(t, b.URL, set, func(c *Config) {
			c.Protocol, c.Request.MaxSamples = Protocol1, 50
			c.Retry.InitialInterval, c.Retry.Multiplier = time.Millisecond, 1
		}).(*metricsExporter)
		const series, rounds = 40, 30
		for i := 0; i < rounds; i += 10 {
			require.NoError(t, e.ConsumeMetrics(t.Context(), backlog(series, i, i+10)))
		}
		require.Eventually(t, func() bool { return e.pusher.queueLength() == 0 }, 20*time.Second, time.Millisecond)
		require.NoError(t, e.Shutdown(t.Context()))
		assert.Positive(t, total(t, tel, "remote_write_exporter_retries"))
		assert.Equal(t, series*rounds, store.Samples("requests_total"), "seed %d", seed)
	}
}

// What an earlier life of the collector has sent of a batch, in other requests with
// other shards, does not keep the rest of it from being written.
func TestCautiousRequestsAreNeverRefusedForAPart(t *testing.T) {
	const series, rounds = 40, 20
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		before, after := testConfig("http://localhost"), testConfig("http://localhost")
		before.Request.MaxSamples, after.Request.MaxSamples = 10+r.IntN(200), 10+r.IntN(200)
		store := remotewritetest.NewStore()
		earlier := newTranslator(before)
		shards, _ := earlier.translate(backlog(series, 0, 5+r.IntN(rounds-5)))
		for _, s := range shards { // each shard has come to another point
			for _, request := range s[:r.IntN(len(s)+1)] {
				require.Equal(t, 204, store.Write(&remotewritetest.Received{Version: 1, Series: request.series}).Status)
			}
		}
		later := newTranslator(after)
		later.dealer.dealing = cautious
		shards, _ = later.translate(backlog(series, 0, rounds))
		for _, s := range shards {
			for _, request := range s {
				store.Write(&remotewritetest.Received{Version: 1, Series: request.series})
			}
		}
		require.Equal(t, series*rounds, store.Samples("requests_total"), "seed %d", seed)
	}
}
