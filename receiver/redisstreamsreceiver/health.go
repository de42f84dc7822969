package redisstreamsreceiver

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.uber.org/zap"

	"github.com/sluice-otel/sluice/internal/fxcomponent"
)

// health says once that Redis is in trouble and once that it is over, however
// many streams and attempts meet it. It is safe for concurrent use.
type health struct {
	logger *zap.Logger
	host   *fxcomponent.Host

	mu       sync.Mutex
	troubles map[string]string // operation → kind of trouble
	since    time.Time         // of the first one
}

func newHealth(logger *zap.Logger, host *fxcomponent.Host) *health {
	return &health{logger: logger, host: host, troubles: map[string]string{}}
}

// fail notes that an operation, such as `read "logs"`, has failed and will be
// tried again. The first operation to meet a kind of trouble is logged.
func (h *health) fail(operation string, err error) {
	kind, hint := diagnose(err)
	h.mu.Lock()
	known := h.troubles[operation] == kind || h.has(kind)
	if len(h.troubles) == 0 {
		h.since = time.Now()
	}
	h.troubles[operation] = kind
	h.mu.Unlock()
	if known {
		return
	}
	err = fmt.Errorf("%s: %w", operation, err)
	h.logger.Warn(message(kind), zap.Error(err), zap.String("hint", hint))
	h.report(componentstatus.NewRecoverableErrorEvent(err))
}

func (h *health) has(kind string) bool {
	for _, k := range h.troubles {
		if k == kind {
			return true
		}
	}
	return false
}

// ok notes that an operation which failed before works again.
func (h *health) ok(operation string) {
	h.mu.Lock()
	kind, failed := h.troubles[operation]
	delete(h.troubles, operation)
	over := failed && len(h.troubles) == 0
	since := h.since
	h.mu.Unlock()
	if over {
		h.logger.Info(relief(kind), zap.String("operation", operation), zap.Duration("after", time.Since(since)))
		h.report(componentstatus.NewEvent(componentstatus.StatusOK))
	}
}

func (h *health) report(event *componentstatus.Event) {
	if host := h.host.Get(); host != nil {
		componentstatus.ReportStatus(host, event)
	}
}

// hints are what an operator can do, by the code that starts Redis' error.
var hints = map[string]string{ //nolint:gosec // no credentials: it speaks about them
	"NOAUTH":      "the server wants a login: set password, and username if it has ACL users",
	"WRONGPASS":   "the server refused username or password",
	"NOPERM":      "the user lacks a permission: README.md lists the commands and keys it needs",
	"WRONGTYPE":   "the key exists and is not a stream",
	"NOGROUP":     "the consumer group has disappeared and is created again",
	"UNBLOCKED":   "the stream has disappeared or the server was demoted",
	"READONLY":    "the server is a replica: set endpoint to the primary, or sentinel",
	"LOADING":     "the server is loading its data",
	"MOVED":       "the server is part of a cluster: set cluster; if it is set, the stream has just moved",
	"ASK":         "the stream is just moving to another server of the cluster",
	"OOM":         "the server is out of memory",
	"CLUSTERDOWN": "the cluster has lost the servers of some keys",
	"TRYAGAIN":    "the stream is just moving to another server of the cluster",
	"MASTERDOWN":  "the server is a replica that has lost its primary",
	"MISCONF":     "the server cannot save its data and takes no writes: see its log",
	"BUSY":        "a script keeps the server busy",
}

// Kinds of trouble beside the codes of Redis' errors.
const (
	outOfReach = "out of reach" // everything that is not an answer of the server
	badStorage = "bad storage"
)

// diagnose returns the kind of an error, equal for repeated ones, and a hint.
func diagnose(err error) (kind, hint string) {
	if _, ok := errors.AsType[checkpointError](err); ok {
		return badStorage, "see the storage extension"
	}
	if redisErr, ok := errors.AsType[redis.Error](err); ok {
		code, _, _ := strings.Cut(redisErr.Error(), " ")
		return code, hints[code]
	}
	var netErr net.Error
	if errors.As(err, &netErr) && netErr.Timeout() {
		return outOfReach, "the server does not answer"
	}
	return outOfReach, "check that a Redis server listens at endpoint"
}

// message is what the log line of a kind of trouble says. docs/operating.md names
// the first.
func message(kind string) string {
	switch kind {
	case outOfReach:
		return "Redis is out of reach; trying again until it works"
	case badStorage:
		return "the checkpoint cannot be used; entries may be processed again"
	default:
		return "Redis refuses a command; trying again until it works"
	}
}

// relief is what the log line says when it is over.
func relief(kind string) string {
	if kind == badStorage {
		return "the checkpoint works again"
	}
	return "Redis works again"
}
