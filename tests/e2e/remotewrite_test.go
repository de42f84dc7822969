package e2e

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/wire/remotewrite"
	"github.com/sluice-otel/sluice/wire/remotewrite/remotewritetest"
)

const remoteWriteToFile = `yaml:
receivers: {remote_write: {endpoint: "ADDR"}}
exporters: {file: {path: "FILE"}}
service:
  telemetry: {metrics: {level: none}}
  pipelines: {metrics: {receivers: [remote_write], exporters: [file]}}`

func TestRemoteWriteArrivesAsTypedMetrics(t *testing.T) {
	addr, file := freeAddress(t), filepath.Join(t.TempDir(), "metrics.jsonl")
	p := Start(t, "--config", strings.NewReplacer("ADDR", addr, "FILE", file).Replace(remoteWriteToFile))
	p.WaitFor("Everything is ready")

	body := remotewritetest.V2(remotewritetest.Workload{Targets: 2, Series: 20, Seed: 1}.TimeSeries(time.Now().UnixMilli()))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addr+"/api/v1/write",
		bytes.NewReader(remotewrite.Compress(nil, body)))
	require.NoError(t, err)
	req.Header.Set("Content-Encoding", "snappy")
	req.Header.Set("Content-Type", "application/x-protobuf;proto=io.prometheus.write.v2.Request")
	req.Header.Set("X-Prometheus-Remote-Write-Version", "2.0.0")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	assert.Equal(t, http.StatusNoContent, resp.StatusCode)
	assert.Equal(t, "20", resp.Header.Get("X-Prometheus-Remote-Write-Samples-Written"))
	assert.Zero(t, p.Stop(10*time.Second))

	written, err := os.ReadFile(file)
	require.NoError(t, err, "the answer comes after the pipeline took the data")
	assert.Contains(t, string(written), `"isMonotonic":true`)
	assert.Contains(t, string(written), `"service.name"`)
}
