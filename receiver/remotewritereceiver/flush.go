package remotewritereceiver

import (
	"context"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.uber.org/zap"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// flush hands on what is no longer held back: wholes that have become complete and
// wholes whose time is up. It has been acknowledged; so if the pipeline refuses it
// for now, the buffer takes it back and it is tried again.
func (h *handler) flush(ctx context.Context, wholes []*heldWhole, logger *zap.Logger) {
	slices.SortStableFunc(wholes, func(a, b *heldWhole) int { return strings.Compare(a.tenant, b.tenant) })
	for len(wholes) > 0 {
		tenant := wholes[0].tenant
		n := 1
		for n < len(wholes) && wholes[n].tenant == tenant {
			n++
		}
		h.flushTenant(ctx, tenant, wholes[:n:n], logger)
		wholes = wholes[n:]
	}
}

func (h *handler) flushTenant(ctx context.Context, tenant string, wholes []*heldWhole, logger *zap.Logger) {
	batch, outcomes := h.batchOf(wholes)
	points := batch.DataPointCount()
	if points > 0 {
		op := h.telemetry.report.StartMetricsOp(h.contextOf(ctx, tenant))
		err := h.next.ConsumeMetrics(op, batch)
		h.telemetry.report.EndMetricsOp(op, "remote_write", points, err)
		if err != nil && !consumererror.IsPermanent(err) {
			h.memory.buffer.giveBack(wholes)
			return
		}
		if err != nil {
			logger.Error("the pipeline has refused histograms that had waited for their parts; they are lost",
				zap.Int("data_points", points), zap.Error(err))
		}
	}
	for i, w := range wholes {
		h.memory.buffer.release(w.size)
		h.telemetry.expired(ctx, outcomes[i])
	}
}

// batchOf builds the batch of wholes and says what becomes of each.
func (h *handler) batchOf(wholes []*heldWhole) (pmetric.Metrics, []string) {
	batch := pmetric.NewMetrics()
	outcomes := make([]string, len(wholes))
	scopes := map[uint64]pmetric.MetricSlice{}
	for i, w := range wholes {
		var c content
		v := c.judge(w.typ, w.copyOfParts(), w.learned)
		if v != verdictComplete {
			v = c.settle(w.typ, w.copyOfParts())
		}
		if v == verdictComplete {
			outcomes[i] = "complete"
			h.memory.buffer.learn(w.layout, &c)
		} else {
			outcomes[i] = string(h.cfg.Reassembly.OnIncomplete)
			h.memory.buffer.widen(w.layout, &c)
			if h.cfg.Reassembly.OnIncomplete == IncompleteDrop {
				continue
			}
		}
		metrics, ok := scopes[w.scopeHash]
		if !ok {
			metrics = h.scopeFor(batch, w)
			scopes[w.scopeHash] = metrics
		}
		if v == verdictComplete {
			w.write(metrics, &c)
		} else {
			w.writeParts(metrics)
		}
	}
	return batch, outcomes
}

func (h *handler) scopeFor(batch pmetric.Metrics, w *heldWhole) pmetric.MetricSlice {
	r := batch.ResourceMetrics().AppendEmpty()
	key := targetKey{w.tenant, w.job, w.instance}
	putTarget(r.Resource().Attributes(), key, h.memory.targets.get(key), h.style.tenantAttribute)
	s := r.ScopeMetrics().AppendEmpty()
	putScope(s.Scope(), s.SetSchemaUrl, w.scope, h.style.receiverVersion)
	return s.Metrics()
}

// write writes a whole as the histogram or summary it is.
func (w *heldWhole) write(to pmetric.MetricSlice, c *content) {
	out := to.AppendEmpty()
	describeTyped(out, w.family, w.typ, w.describe)
	attributes, exemplars := newWholePoints(out, w.typ, 1).add(c, w.time, w.start)
	w.putAttributes(attributes)
	if w.typ == remotewrite.TypeHistogram {
		w.putExemplars(exemplars)
	}
}

// writeParts writes each part as the series it came as.
func (w *heldWhole) writeParts(to pmetric.MetricSlice) {
	for i := range w.parts {
		part := &w.parts[i]
		out := to.AppendEmpty()
		describeTyped(out, w.family+partSuffixes[part.shape], w.typ, w.describe)
		p := numberPoints(out, shapeGauge).AppendEmpty()
		p.SetTimestamp(nanos(w.time))
		p.SetStartTimestamp(nanos(w.start))
		if remotewrite.IsStaleMarker(part.value) {
			p.SetFlags(stale)
		} else {
			p.SetDoubleValue(part.value)
		}
		w.putAttributes(p.Attributes())
		switch part.shape {
		case shapeBucket:
			p.Attributes().PutStr(labelBound, part.text)
		case shapeQuantile:
			p.Attributes().PutStr(labelQuantile, part.text)
		default:
		}
		for j := range part.exemplars {
			putExemplar(p.Exemplars().AppendEmpty(), &part.exemplars[j])
		}
	}
}

var partSuffixes = map[shape]string{shapeBucket: "_bucket", shapeQuantile: "", shapeCount: "_count", shapeTotal: "_sum"}

func (w *heldWhole) putAttributes(to pcommon.Map) {
	to.EnsureCapacity(len(w.attributes) + 1)
	for _, l := range w.attributes {
		to.PutStr(l.Name, l.Value)
	}
}
