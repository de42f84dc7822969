package remotewritereceiver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"

	"github.com/sluice-otel/sluice/internal/admission"
	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// A handler answers remote-write requests. It is safe for concurrent use.
type handler struct {
	cfg       *Config
	style     style
	next      consumer.Metrics
	memory    *memory
	admission *admission.Admission
	telemetry *telemetry

	bodies       sync.Pool // of *body
	translations sync.Pool // of *translation
}

func newHandler(cfg *Config, s style, next consumer.Metrics, m *memory, a *admission.Admission, t *telemetry) *handler {
	m.frozen = m.sharing && m.series.limit > 0 && !next.Capabilities().MutatesData
	h := &handler{cfg: cfg, style: s, next: next, memory: m, admission: a, telemetry: t}
	h.bodies.New = func() any { return &body{} }
	h.translations.New = func() any { return newTranslation(m, &cfg.Limits) }
	return h
}

// ServeHTTP takes one request to its answer.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	started := time.Now()
	b := h.bodies.Get().(*body)
	room := h.admission.Reserve()
	defer func() {
		b.release()
		h.bodies.Put(b)
		room.Release()
	}()
	x := exchange{handler: h, request: r, body: b, room: room}
	a := x.answer(w)
	a.write(w, r, h.cfg.OverloadStatus)
	h.telemetry.request(r.Context(), a.version, a.statusOf(h.cfg.OverloadStatus), len(b.received), time.Since(started))
}

// An exchange is one request on its way to its answer.
type exchange struct {
	*handler
	request *http.Request
	body    *body
	room    *admission.Reservation
	tenant  string
}

// answer decides what the sender is told. Each step may be the last.
func (x *exchange) answer(w http.ResponseWriter) answer {
	r := x.request
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return refuse(http.StatusMethodNotAllowed, "remote write is POST")
	}
	version, encoding, ok := negotiate(r.Header, x.cfg.CompressionAlgorithms)
	if !ok {
		return refuse(http.StatusUnsupportedMediaType, fmt.Sprintf("content type %q with encoding %q is not supported",
			r.Header.Get("Content-Type"), r.Header.Get("Content-Encoding")))
	}
	if x.tenant, ok = x.tenantOf(r); !ok {
		return refuse(http.StatusBadRequest, x.cfg.Tenant.Header+" header is missing or too long").in(version)
	}
	if r.ContentLength > x.cfg.MaxRequestBodySize {
		return tooLarge(x.cfg.MaxRequestBodySize).in(version)
	}
	if err := x.body.receive(r.Body, x.room); err != nil {
		return failedRead(err).in(version)
	}
	message, err := x.body.decode(encoding, int(x.cfg.Limits.DecodedSize), x.room)
	if err != nil {
		return failedDecode(err).in(version)
	}
	return x.deliver(version, message).in(version)
}

// failedRead is the answer if the body could not be received.
func failedRead(err error) answer {
	var limit *http.MaxBytesError
	var timeout net.Error
	switch {
	case errors.Is(err, errNoRoom):
		return overloaded(err)
	case errors.As(err, &limit):
		return tooLarge(limit.Limit)
	case errors.As(err, &timeout) && timeout.Timeout():
		return refuse(http.StatusRequestTimeout, "the body did not come in time")
	default:
		return refuse(http.StatusBadRequest, fmt.Sprintf("read the body: %s", err))
	}
}

func tooLarge(limit int64) answer {
	return refuse(http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes (max_request_body_size)", limit))
}

// failedDecode is the answer if the body is not what it should be.
func failedDecode(err error) answer {
	var limit *remotewrite.LimitError
	switch {
	case errors.Is(err, errNoRoom):
		return overloaded(err)
	case errors.As(err, &limit), errors.Is(err, errBatchSize):
		return refuse(http.StatusRequestEntityTooLarge, err.Error())
	default:
		return refuse(http.StatusBadRequest, err.Error())
	}
}

// deliver translates the message, hands it to the pipeline and says what was
// written. Series that are rejected do not keep the others back.
func (x *exchange) deliver(version remotewrite.Version, message []byte) answer {
	t := x.translations.Get().(*translation)
	defer func() {
		t.release()
		x.translations.Put(t)
	}()
	err := t.read(version, x.tenant, message, x.room)
	x.telemetry.cache(x.request.Context(), t.hits, t.misses)
	if err != nil {
		return failedDecode(err)
	}
	t.interpret(x.cfg)
	err = x.consume(t)
	if err != nil {
		t.rollback()
		if !consumererror.IsPermanent(err) {
			return overloaded(err)
		}
		lost := t.offered.minus(t.rejected.total())
		t.rejected.add(reasonRefused, lost, err.Error)
	} else {
		t.commit()
	}
	written := t.offered.minus(t.rejected.total())
	x.telemetry.items(x.request.Context(), version, written, &t.rejected)
	if t.rejected.any {
		return answer{status: http.StatusBadRequest, text: t.rejected.message(), written: written}
	}
	return answer{status: http.StatusNoContent, written: written}
}

// consume hands the batch to the pipeline, unless there is nothing to hand on.
func (x *exchange) consume(t *translation) error {
	batch := t.build(x.style)
	points := batch.DataPointCount()
	if points == 0 {
		return nil
	}
	if x.memory.frozen {
		batch.MarkReadOnly() // its lists are those of other batches, too
	}
	ctx := x.telemetry.report.StartMetricsOp(x.contextOf(x.request.Context(), x.tenant))
	err := x.next.ConsumeMetrics(ctx, batch)
	x.telemetry.report.EndMetricsOp(ctx, "remote_write", points, err)
	return err
}

// maxTenant is how long the name of a tenant can be: all that is learned is kept by
// tenant.
const maxTenant = 256

// tenantOf returns the tenant of a request; ok is false if it must have one, or has
// one that cannot be.
func (h *handler) tenantOf(r *http.Request) (tenant string, ok bool) {
	if h.cfg.Tenant.Header == "" {
		return "", true
	}
	tenant = r.Header.Get(h.cfg.Tenant.Header)
	return tenant, len(tenant) <= maxTenant && utf8.ValidString(tenant) && (tenant != "" || !h.cfg.Tenant.Required)
}

// contextOf adds the tenant to the client metadata of a context.
func (h *handler) contextOf(ctx context.Context, tenant string) context.Context {
	if tenant == "" {
		return ctx
	}
	info := client.FromContext(ctx)
	metadata := map[string][]string{h.cfg.Tenant.Header: {tenant}}
	for key := range info.Metadata.Keys() {
		if !strings.EqualFold(key, h.cfg.Tenant.Header) {
			metadata[key] = info.Metadata.Get(key)
		}
	}
	info.Metadata = client.NewMetadata(metadata)
	return client.NewContext(ctx, info)
}
