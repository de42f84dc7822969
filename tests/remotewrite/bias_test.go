package remotewrite

import (
	"fmt"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/sluice-otel/sluice/exporter/remotewriteexporter"
	"github.com/sluice-otel/sluice/internal/adaptivesampling"
)

// Behind a proxy that lets a third of what is offered through, Prometheus still sees
// what the counters really do: sampling takes points of every series, evenly.
func TestRatesStayTrueWhenSampled(t *testing.T) {
	if os.Getenv("SLUICE_MEASURE") == "" {
		t.Skip("measures against the clock and needs the machine to itself: make bench runs it")
	}
	p := startPrometheus(t)
	var one sync.Mutex
	endpoint := p.proxy(func(_ http.ResponseWriter, r *http.Request) bool {
		one.Lock()
		defer one.Unlock()
		select {
		case <-time.After(150 * time.Millisecond):
		case <-r.Context().Done():
		}
		return false
	})
	e := startExporter(t, endpoint, func(c *remotewriteexporter.Config) {
		c.Protocol = remotewriteexporter.Protocol1
		c.Shards, c.Request.MaxSamples = 1, 200 // 200 in 150 ms
		c.Translate.TargetInfo = false
		s := adaptivesampling.DefaultConfig()
		s.Thresholds.QueueLength = 2000
		c.Sampling = configoptional.Some(s)
	})
	const series, seconds = 4000, 75
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	begin := time.Now()
	for i := range seconds {
		<-ticker.C
		// Every counter grows by 5 in a second.
		at := begin.Add(time.Duration(i) * time.Second)
		require.NoError(t, e.ConsumeMetrics(t.Context(), counters(series, float64(5*i), at)))
	}
	require.NoError(t, e.Shutdown(t.Context()))
	// The last 40 seconds, but for those in which points are still missing that would
	// have come.
	to := begin.Add((seconds - 9) * time.Second).Unix()
	got := p.query(fmt.Sprintf("sum(rate(requests_total[40s] @ %d))", to))
	points := p.query(fmt.Sprintf("sum(count_over_time(requests_total[40s] @ %d))", to))
	t.Logf("sum of rates %v of %v, %v of %v points", got, series*5, points, series*40)
	if points < series*40/8 {
		t.Skipf("only %v of %v points arrived: this machine is so busy that series were shed, which is not what is tested", points, series*40)
	}
	assert.Less(t, points, 0.7*series*40, "it was sampled")
	assert.InDelta(t, series*5, got, 0.01*series*5)
}
