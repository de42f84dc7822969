package remotewriteexporter

import (
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// versionHeader says what the sender speaks.
const versionHeader = "X-Prometheus-Remote-Write-Version"

var (
	contentTypes = [...]string{
		remotewrite.V1: "application/x-protobuf",
		remotewrite.V2: "application/x-protobuf;proto=io.prometheus.write.v2.Request",
	}
	versionNumbers = [...]string{remotewrite.V1: "0.1.0", remotewrite.V2: "2.0.0"}
	versionNames   = [...]string{remotewrite.V1: "1.0", remotewrite.V2: "2.0"}
)

// A negotiation knows which version the backend speaks. It is safe for concurrent
// use.
type negotiation struct {
	protocol Protocol
	now      clock
	logger   *zap.Logger
	report   *telemetry

	mu    sync.Mutex
	again time.Time // until then 1.0 is spoken
	// described is when 1.0 has last described a family, and how.
	described map[string]description
}

type description struct {
	metadata remotewrite.Metadata
	at       time.Time
}

const (
	// Backends are updated: after so long 2.0 is tried again.
	retryVersion = time.Hour
	// Prometheus describes its families as often.
	describeEvery = time.Minute
)

func newNegotiation(cfg *Config, now clock, logger *zap.Logger, report *telemetry) *negotiation {
	return &negotiation{protocol: cfg.Protocol, now: now, logger: logger, report: report, described: map[string]description{}}
}

// version is what to send now.
func (n *negotiation) version() remotewrite.Version {
	if n.protocol == Protocol1 {
		return remotewrite.V1
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.now().Before(n.again) {
		return remotewrite.V1
	}
	return remotewrite.V2
}

// fallBack reports whether a request of 2.0 that was not understood shall be sent
// as 1.0, and remembers it.
func (n *negotiation) fallBack(reason string) bool {
	if n.protocol != ProtocolAuto {
		return false
	}
	n.mu.Lock()
	first := n.now().After(n.again)
	n.again = n.now().Add(retryVersion)
	n.mu.Unlock()
	if first {
		n.report.fellBack(reason)
		n.logger.Info("the backend does not speak remote write 2.0, going back to 1.0", zap.String("reason", reason), zap.Duration("for", retryVersion))
	}
	return true
}

// families are those of the series whose description is due, which is 1.0's way to
// send metadata.
func (n *negotiation) families(series []remotewrite.TimeSeries) []remotewrite.Metadata {
	var due []remotewrite.Metadata
	now := n.now()
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.described) > maxNames {
		clear(n.described)
	}
	for i := range series {
		m := series[i].Metadata
		if m == (remotewrite.Metadata{Family: m.Family}) {
			continue
		}
		if d, ok := n.described[m.Family]; ok && d.metadata == m && now.Sub(d.at) < describeEvery {
			continue
		}
		n.described[m.Family] = description{m, now}
		due = append(due, m)
	}
	return due
}

// forget makes the description of families due again, because the request that had
// it has not been accepted.
func (n *negotiation) forget(families []remotewrite.Metadata) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, m := range families {
		delete(n.described, m.Family)
	}
}
