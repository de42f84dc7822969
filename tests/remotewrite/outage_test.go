package remotewrite

import (
	"context"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/wire/remotewrite/remotewritetest"
)

const (
	// outageEnv is how long the backend is away, such as 10m. Without it the outage
	// is a short one.
	outageEnv   = "SLUICE_OUTAGE"
	shortOutage = 6 * time.Second

	// The backend comes back before the delay between two attempts ends, which has
	// grown to 30 s and half of that more, and then everything has to arrive.
	drainTime = 90 * time.Second

	outageSeries   = 50
	outageInterval = 200 * time.Millisecond
)

// The backend is away for long, the collector is killed in the middle of it and once
// more while it sends what has piled up, and whoever sends to it goes on all the time.
// What it was told is accepted must arrive, each series in order; only what was under
// way when the collector was killed may come twice. The backend writes nothing of a
// request with a sample that is too old, as Prometheus does with 1.0.
func TestNothingAcceptedIsLostInAnOutage(t *testing.T) {
	outage := shortOutage
	if text := os.Getenv(outageEnv); text != "" {
		var err error
		outage, err = time.ParseDuration(text)
		require.NoError(t, err, outageEnv)
	}
	backend := remotewritetest.NewBackend(remotewritetest.NewStore().Write)
	defer backend.Close()
	g := newGate(t, backend.URL)
	sluice := newCollector(t, g.address, `exporters.remote_write.protocol="1.0"`)
	sluice.start()
	load := newLoad(t, sluice.endpoint)

	require.True(t, backend.Wait(30*time.Second, func(r []remotewritetest.Received) bool { return len(r) >= 3 }), "it works before the outage")
	g.close()
	before := len(backend.Received())
	<-time.After(outage / 2)
	sluice.kill()
	sluice.start()
	<-time.After(outage / 2)
	g.open()
	require.True(t, backend.Wait(drainTime, func(r []remotewritetest.Received) bool { return len(r) > before }), "it works after the outage")
	sluice.kill()
	sluice.start()
	accepted := load.stop()

	missing := 0
	require.True(t, backend.Wait(drainTime, func(r []remotewritetest.Received) bool {
		missing = 0
		for _, v := range values(r) {
			slices.Sort(v)
			missing += accepted - len(slices.Compact(v))
		}
		return missing <= 0
	}), "%d samples of %d are lost", missing, accepted*outageSeries)
	assert.Zero(t, sluice.stop())

	got := values(backend.Received())
	require.Len(t, got, outageSeries)
	total := 0
	for key, v := range got {
		total += len(v)
		latest := -1.0
		for _, value := range v {
			require.LessOrEqual(t, value, latest+1, "series %s: what is new comes in order", key)
			latest = max(latest, value)
		}
		require.GreaterOrEqual(t, int(latest), accepted-1, "series %s", key)
	}
	t.Logf("%d batches accepted in an outage of %s, %d samples arrived, %d of them once more", accepted, outage, total, total-accepted*outageSeries)
}

// A gate lets nobody to the backend while it is closed: connections are refused.
type gate struct {
	t       *testing.T
	address string
	handler http.Handler
	server  *http.Server
}

func newGate(t *testing.T, backend string) *gate {
	t.Helper()
	target, err := url.Parse(backend)
	require.NoError(t, err)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	g := &gate{t: t, address: freeAddress(t), handler: &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: target.Scheme, Host: target.Host}) },
		Transport: transport,
		// A request that a closing gate cuts off gets no answer.
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}}
	g.open()
	t.Cleanup(g.close)
	return g
}

func (g *gate) open() {
	g.t.Helper()
	l, err := (&net.ListenConfig{}).Listen(context.WithoutCancel(g.t.Context()), "tcp", g.address)
	require.NoError(g.t, err)
	g.server = &http.Server{Handler: g.handler, ReadHeaderTimeout: time.Minute}
	go func(s *http.Server) { _ = s.Serve(l) }(g.server)
}

func (g *gate) close() { _ = g.server.Close() }

// A load sends numbered batches, each until it is accepted.
type load struct {
	accepted atomic.Int64
	cancel   context.CancelFunc
	done     chan struct{}
}

func newLoad(t *testing.T, endpoint string) *load {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	l := &load{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(l.done)
		ticker := time.NewTicker(outageInterval)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			// A batch is the same each time it is sent.
			n := int(l.accepted.Load())
			if err := post(ctx, endpoint, counters(outageSeries, float64(n), at.Add(time.Duration(n)*outageInterval))); err == nil {
				l.accepted.Add(1)
			}
		}
	}()
	t.Cleanup(func() { l.stop() })
	return l
}

// stop returns how many batches were accepted.
func (l *load) stop() int {
	l.cancel()
	<-l.done
	return int(l.accepted.Load())
}
