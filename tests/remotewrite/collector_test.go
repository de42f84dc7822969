package remotewrite

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"

	"github.com/sluice-otel/sluice/tests/e2e"
)

// A collector is the binary with the example configuration, whose storage outlives
// it.
type collector struct {
	t        *testing.T
	endpoint string
	args     []string
	env      []string
	cmd      *exec.Cmd
	out      bytes.Buffer
}

func newCollector(t *testing.T, backend string, sets ...string) *collector {
	t.Helper()
	c := &collector{t: t}
	address := freeAddress(t)
	c.endpoint = "http://" + address + "/v1/metrics"
	c.args = []string{
		"--config", "../../distro/configs/otlp-to-remote-write.yaml",
		"--set", "receivers.otlp.protocols.http.endpoint=" + address,
		"--set", "receivers.otlp.protocols.grpc.endpoint=" + freeAddress(t),
		"--set", "exporters.remote_write.sending_queue.batch.flush_timeout=1s",
		"--set", "exporters.remote_write.sampling.min_rate=1", // sampling would give up what this test counts
		"--set", "service.telemetry.metrics.level=none",
	}
	for _, set := range sets {
		c.args = append(c.args, "--set", set)
	}
	c.env = append(os.Environ(), "STORAGE="+t.TempDir(), "REMOTE_WRITE_URL=http://"+backend+"/api/v1/write")
	t.Cleanup(func() {
		if c.cmd != nil {
			c.kill()
		}
		if t.Failed() {
			t.Log(c.out.String())
		}
	})
	return c
}

func (c *collector) start() {
	c.t.Helper()
	c.cmd = exec.Command(e2e.Binary(c.t), c.args...)
	c.cmd.Env = c.env
	c.cmd.Stdout, c.cmd.Stderr = &c.out, &c.out
	require.NoError(c.t, c.cmd.Start())
}

func (c *collector) kill() {
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait()
}

// stop ends the collector as an operator does and returns its exit status.
func (c *collector) stop() int {
	c.t.Helper()
	require.NoError(c.t, c.cmd.Process.Signal(syscall.SIGTERM))
	_ = c.cmd.Wait()
	code := c.cmd.ProcessState.ExitCode()
	c.cmd = nil
	return code
}

// post sends a batch as OTLP. The error says that it was not accepted.
func post(ctx context.Context, endpoint string, md pmetric.Metrics) error {
	body, err := pmetricotlp.NewExportRequestFromMetrics(md).MarshalProto()
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-protobuf")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return errors.New(response.Status)
	}
	return nil
}
