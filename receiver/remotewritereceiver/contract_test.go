package remotewritereceiver

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pipeline"
	"go.opentelemetry.io/collector/receiver/receivertest"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// A sender sends samples as Prometheus does: again and again until they are
// accepted or refused for good.
type sender struct {
	t    *testing.T
	url  string
	next atomic.Int64
}

func (s *sender) Start() {}
func (s *sender) Stop()  { http.DefaultClient.CloseIdleConnections() }

func (s *sender) Generate() []receivertest.UniqueIDAttrVal {
	id := receivertest.UniqueIDAttrVal(fmt.Sprint(s.next.Add(1)))
	for {
		answer := send(s.t, http.DefaultClient, s.url, remotewrite.V2,
			compressedV2(sample("a", 1, remotewrite.Label{Name: receivertest.UniqueIDAttrName, Value: string(id)})))
		if answer.StatusCode != http.StatusServiceUnavailable {
			return []receivertest.UniqueIDAttrVal{id}
		}
	}
}

func TestConsumeContract(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	cfg.NetAddr.Endpoint = freeAddress(t)
	receivertest.CheckConsumeContract(receivertest.CheckConsumeContractParams{
		T: t, Factory: NewFactory(), Signal: pipeline.SignalMetrics, Config: cfg,
		Generator: &sender{t: t, url: "http://" + cfg.NetAddr.Endpoint + "/api/v1/write"}, GenerateCount: 200,
	})
}

func testClock() time.Time { return time.UnixMilli(benchTime) }

func TestDefaultConfigIsValid(t *testing.T) {
	require.NoError(t, createDefaultConfig().(*Config).Validate())
}
