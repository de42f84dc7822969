package remotewriteexporter

import (
	"fmt"

	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/internal/datapoint"
	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// A translator turns data points into series, by the rules of
// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/.
// It keeps its memory from batch to batch: what translate returns is valid until
// the next call. It is not safe for concurrent use.
type translator struct {
	cfg      *TranslateConfig
	external []remotewrite.Label // sorted
	metrics  otlptranslator.MetricNamer
	labels   otlptranslator.LabelNamer
	units    otlptranslator.UnitNamer

	labelNames  map[string]string
	metricNames map[otlptranslator.Metric]string

	dealer dealer

	// What the data points to come have in common, and where they are.
	resource labelScope
	scope    []baseLabel // sorted; what a point's own labels are merged with
	base     []baseLabel // scope and the metric's name
	metadata remotewrite.Metadata
	next     int // the ordinal of the next data point

	// Scratch of one data point.
	own, point, piece []remotewrite.Label
	hashed            []byte

	refused refusals
}

// refusals are the data points that have no translation, by reason, with the text
// of the first of each.
type refusals map[string]*refusal

type refusal struct {
	points int
	first  error
}

func newTranslator(cfg *Config) *translator {
	t := &translator{
		cfg:      &cfg.Translate,
		external: sortedLabels(cfg.Translate.ExternalLabels),
		metrics:  otlptranslator.NewMetricNamer(cfg.Translate.Namespace, cfg.Translate.Strategy),
		dealer:   newDealer(cfg),
		refused:  refusals{},
	}
	utf8 := cfg.Translate.Strategy == otlptranslator.NoTranslation || cfg.Translate.Strategy == otlptranslator.NoUTF8EscapingWithSuffixes
	t.labels = otlptranslator.LabelNamer{
		UTF8Allowed:                 utf8,
		UnderscoreLabelSanitization: true, //nolint:staticcheck // deprecated, but what the collector's other exporters do until it is gone
	}
	t.units = otlptranslator.UnitNamer{UTF8Allowed: utf8}
	t.labelNames, t.metricNames = map[string]string{}, map[otlptranslator.Metric]string{}
	return t
}

// translate deals the series of a batch out to requests, and says which data
// points have no translation. Data points have ordinals, in the order of the
// batch: every walk over it counts alike.
func (t *translator) translate(md pmetric.Metrics) ([]shard, refusals) {
	t.dealer.reset(md.DataPointCount())
	clear(t.refused)
	t.next = 0
	for _, r := range md.ResourceMetrics().All() {
		t.setResource(r.Resource())
		latest := pcommon.Timestamp(0)
		for _, s := range r.ScopeMetrics().All() {
			t.setScope(s.Scope(), s.SchemaUrl())
			for _, m := range s.Metrics().All() {
				latest = max(latest, t.metric(m))
			}
		}
		t.targetInfo(latest)
	}
	return t.dealer.shards, t.refused
}

// metric translates the data points of a metric and returns the latest of their
// times.
func (t *translator) metric(m pmetric.Metric) (latest pcommon.Timestamp) {
	reason, err := t.setMetric(m)
	if err != nil {
		n := datapoint.Len(m)
		t.refuse(n, reason, err)
		t.next += n
		return 0
	}
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		return t.numbers(m.Gauge().DataPoints(), false)
	case pmetric.MetricTypeSum:
		return t.numbers(m.Sum().DataPoints(), m.Sum().IsMonotonic())
	case pmetric.MetricTypeHistogram:
		for _, p := range m.Histogram().DataPoints().All() {
			t.explicit(p)
			latest = max(latest, p.Timestamp())
			t.next++
		}
	case pmetric.MetricTypeExponentialHistogram:
		for _, p := range m.ExponentialHistogram().DataPoints().All() {
			t.exponential(p)
			latest = max(latest, p.Timestamp())
			t.next++
		}
	case pmetric.MetricTypeSummary:
		for _, p := range m.Summary().DataPoints().All() {
			t.summary(p)
			latest = max(latest, p.Timestamp())
			t.next++
		}
	default:
	}
	return latest
}

func (t *translator) refuse(points int, reason string, err error) {
	if points == 0 {
		return
	}
	r := t.refused[reason]
	if r == nil {
		r = &refusal{first: err}
		t.refused[reason] = r
	}
	r.points += points
}

// Reasons why a data point has no translation.
const (
	reasonDelta   = "delta_temporality"
	reasonName    = "name"
	reasonEmpty   = "no_data"
	reasonNoSum   = "no_sum"
	reasonScale   = "scale"
	reasonBuckets = "buckets"
)

// setMetric begins a metric: its name and what describes it. The error says why
// none of its data points can be sent.
func (t *translator) setMetric(m pmetric.Metric) (reason string, err error) {
	if m.Type() == pmetric.MetricTypeEmpty {
		return reasonEmpty, fmt.Errorf("metric %q has no data", m.Name())
	}
	if !datapoint.Cumulative(m) {
		return reasonDelta, fmt.Errorf("metric %q has delta temporality, which Prometheus does not know (put the delta_to_cumulative processor before this exporter)", m.Name())
	}
	name, err := t.metricName(m)
	if err != nil {
		return reasonName, fmt.Errorf("metric %q: %w", m.Name(), err)
	}
	t.metadata = remotewrite.Metadata{Family: name}
	if t.cfg.Metadata {
		t.metadata.Type, t.metadata.Help, t.metadata.Unit = metricType(m), valid(m.Description()), valid(t.unit(m))
	}
	t.base = insertBase(append(t.base[:0], t.scope...), baseLabel{Label: remotewrite.Label{Name: nameLabel, Value: name}})
	return "", nil
}

// unit is a metric's unit in Prometheus's words, which have none for what stands in
// braces or is 1. Untranslated that stays what it was.
func (t *translator) unit(m pmetric.Metric) string {
	unit := t.units.Build(m.Unit())
	if unit == "" && t.cfg.Strategy == otlptranslator.NoTranslation {
		return m.Unit()
	}
	return unit
}

// maxNames bounds what is remembered of names, which senders invent.
const maxNames = 20_000

func (t *translator) metricName(m pmetric.Metric) (string, error) {
	key := otlptranslator.Metric{Name: m.Name(), Unit: m.Unit(), Type: nameType(m)}
	if name, ok := t.metricNames[key]; ok {
		return name, nil
	}
	name, err := t.metrics.Build(key)
	if err != nil {
		return "", err
	}
	if len(t.metricNames) >= maxNames {
		clear(t.metricNames)
	}
	t.metricNames[key] = name
	return name, nil
}

// nameType is the type as far as it decides about suffixes.
func nameType(m pmetric.Metric) otlptranslator.MetricType {
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		return otlptranslator.MetricTypeGauge
	case pmetric.MetricTypeSum:
		if m.Sum().IsMonotonic() {
			return otlptranslator.MetricTypeMonotonicCounter
		}
		return otlptranslator.MetricTypeNonMonotonicCounter
	case pmetric.MetricTypeHistogram:
		return otlptranslator.MetricTypeHistogram
	case pmetric.MetricTypeExponentialHistogram:
		return otlptranslator.MetricTypeExponentialHistogram
	case pmetric.MetricTypeSummary:
		return otlptranslator.MetricTypeSummary
	default:
		return otlptranslator.MetricTypeUnknown
	}
}

// typeKey is where the specification keeps a Prometheus type that OTLP does not
// have.
const typeKey = "prometheus.type"

// metricType is the type as Prometheus has it.
func metricType(m pmetric.Metric) remotewrite.MetricType {
	original := ""
	if v, ok := m.Metadata().Get(typeKey); ok {
		original = v.AsString()
	}
	known, _ := remotewrite.ParseMetricType(original)
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		if original == "unknown" {
			return remotewrite.TypeUnspecified
		}
		return remotewrite.TypeGauge
	case pmetric.MetricTypeSum:
		if m.Sum().IsMonotonic() {
			return remotewrite.TypeCounter
		}
		if known == remotewrite.TypeInfo || known == remotewrite.TypeStateSet {
			return known
		}
		return remotewrite.TypeGauge
	case pmetric.MetricTypeHistogram, pmetric.MetricTypeExponentialHistogram:
		return remotewrite.TypeHistogram
	case pmetric.MetricTypeSummary:
		return remotewrite.TypeSummary
	default:
		return remotewrite.TypeUnspecified
	}
}

func milliseconds(t pcommon.Timestamp) int64 { return int64(t / 1_000_000) }
