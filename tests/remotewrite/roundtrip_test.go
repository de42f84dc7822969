package remotewrite

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/otlptranslator"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.uber.org/goleak"

	"github.com/sluice-otel/sluice/exporter/remotewriteexporter"
	"github.com/sluice-otel/sluice/receiver/remotewritereceiver"
)

var update = flag.Bool("update", false, "write the table of the round trip")

func TestMain(m *testing.M) {
	flag.Parse()
	goleak.VerifyTestMain(m)
}

var at = time.UnixMilli(1_700_000_000_000)

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

// startReceiver starts our receiver and returns where it takes requests.
func startReceiver(t *testing.T, next consumer.Metrics) string {
	t.Helper()
	factory := remotewritereceiver.NewFactory()
	cfg := factory.CreateDefaultConfig().(*remotewritereceiver.Config)
	cfg.NetAddr.Endpoint = freeAddress(t)
	cfg.Reassembly.MaxAge = time.Second // what waits for a part that does not come
	r, err := factory.CreateMetrics(t.Context(), receivertest.NewNopSettings(factory.Type()), cfg, next)
	require.NoError(t, err)
	require.NoError(t, r.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { assert.NoError(t, r.Shutdown(context.WithoutCancel(t.Context()))) })
	return "http://" + cfg.NetAddr.Endpoint + "/api/v1/write"
}

// startExporter starts our exporter, whose batches leave at once.
func startExporter(t *testing.T, url string, change func(*remotewriteexporter.Config)) exporter.Metrics {
	t.Helper()
	factory := remotewriteexporter.NewFactory()
	cfg := factory.CreateDefaultConfig().(*remotewriteexporter.Config)
	cfg.Endpoint = url
	cfg.Queue.Get().Batch = configoptional.None[exporterhelper.BatchConfig]()
	cfg.Retry.InitialInterval = 20 * time.Millisecond
	if change != nil {
		change(cfg)
	}
	e, err := factory.CreateMetrics(t.Context(), exportertest.NewNopSettings(factory.Type()), cfg)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { assert.NoError(t, e.Shutdown(context.WithoutCancel(t.Context()))) })
	return e
}

// A view is a metric with what is around it.
type view struct {
	pmetric.Metric
	resource pmetric.ResourceMetrics
	scope    pmetric.ScopeMetrics
}

// A property is something about a metric that may get lost.
type property struct {
	name string
	make func(view)        // a metric that has it
	read func(view) string // as it is seen
}

func gauge(v view) pmetric.NumberDataPoint {
	p := v.SetEmptyGauge().DataPoints().AppendEmpty()
	p.SetDoubleValue(1.5)
	return p
}

func sum(v view) pmetric.NumberDataPoint {
	s := v.SetEmptySum()
	s.SetIsMonotonic(true)
	s.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	p := s.DataPoints().AppendEmpty()
	p.SetDoubleValue(7)
	return p
}

func histogram(v view) pmetric.HistogramDataPoint {
	h := v.SetEmptyHistogram()
	h.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	p := h.DataPoints().AppendEmpty()
	p.ExplicitBounds().FromRaw([]float64{0.1, 1})
	p.BucketCounts().FromRaw([]uint64{1, 2, 3})
	p.SetCount(6)
	p.SetSum(4.5)
	return p
}

func exponential(v view) pmetric.ExponentialHistogramDataPoint {
	h := v.SetEmptyExponentialHistogram()
	h.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	p := h.DataPoints().AppendEmpty()
	p.SetScale(3)
	p.SetCount(9)
	p.SetSum(2.5)
	p.SetZeroCount(3)
	p.SetZeroThreshold(0.001)
	p.Positive().SetOffset(-2)
	p.Positive().BucketCounts().FromRaw([]uint64{1, 0, 5})
	return p
}

func summary(v view) pmetric.SummaryDataPoint {
	p := v.SetEmptySummary().DataPoints().AppendEmpty()
	p.SetCount(4)
	p.SetSum(8)
	q := p.QuantileValues().AppendEmpty()
	q.SetQuantile(0.99)
	q.SetValue(3)
	return p
}

func number(v view) pmetric.NumberDataPoint {
	if v.Type() == pmetric.MetricTypeSum {
		return v.Sum().DataPoints().At(0)
	}
	return v.Gauge().DataPoints().At(0)
}

func exemplar(list pmetric.ExemplarSlice) {
	e := list.AppendEmpty()
	e.SetDoubleValue(0.5)
	e.SetTimestamp(pcommon.NewTimestampFromTime(at.Add(-time.Second)))
	e.SetTraceID([16]byte{1})
	e.SetSpanID([8]byte{2})
	e.FilteredAttributes().PutStr("user", "u1")
}

func exemplars(list pmetric.ExemplarSlice) string {
	var out []string
	for _, e := range list.All() {
		out = append(out, fmt.Sprint(e.DoubleValue(), " ", e.Timestamp(), " ", e.TraceID(), " ", e.SpanID(), " ", e.FilteredAttributes().AsRaw()))
	}
	return strings.Join(out, ", ")
}

func milliseconds(t pcommon.Timestamp) string { return fmt.Sprint(int64(t) / 1e6) }

func start() pcommon.Timestamp { return pcommon.NewTimestampFromTime(at.Add(-time.Hour)) }

var properties = []property{
	{"value of a gauge", func(v view) { gauge(v) }, func(v view) string { return fmt.Sprint(v.Type(), number(v).DoubleValue()) }},
	{"integer value", func(v view) { gauge(v).SetIntValue(5) }, func(v view) string { return fmt.Sprint(number(v).ValueType()) }},
	{"counter", func(v view) { sum(v) }, func(v view) string {
		return fmt.Sprint(v.Type(), v.Type() == pmetric.MetricTypeSum && v.Sum().IsMonotonic())
	}},
	{"sum that can fall", func(v view) {
		sum(v)
		v.Sum().SetIsMonotonic(false)
	}, func(v view) string { return fmt.Sprint(v.Type()) }},
	{"time, in milliseconds", func(v view) { gauge(v) }, func(v view) string { return milliseconds(number(v).Timestamp()) }},
	{"start of a counter", func(v view) { sum(v).SetStartTimestamp(start()) }, func(v view) string { return milliseconds(number(v).StartTimestamp()) }},
	{"start of a histogram", func(v view) { histogram(v).SetStartTimestamp(start()) }, func(v view) string {
		return milliseconds(v.Histogram().DataPoints().At(0).StartTimestamp())
	}},
	{"start of an exponential histogram", func(v view) { exponential(v).SetStartTimestamp(start()) }, func(v view) string {
		return milliseconds(v.ExponentialHistogram().DataPoints().At(0).StartTimestamp())
	}},
	{"description", func(v view) {
		v.SetDescription("What it is.")
		gauge(v)
	}, func(v view) string { return v.Description() }},
	{"unit", func(v view) {
		v.SetUnit("s")
		gauge(v)
	}, func(v view) string { return v.Unit() }},
	{"unit in braces", func(v view) {
		v.SetUnit("{request}")
		gauge(v)
	}, func(v view) string { return v.Unit() }},
	{"attribute", func(v view) { gauge(v).Attributes().PutStr("http.route", "/größe") }, func(v view) string {
		return fmt.Sprint(number(v).Attributes().AsRaw())
	}},
	{"attribute that is no text", func(v view) { gauge(v).Attributes().PutInt("code", 200) }, func(v view) string {
		return fmt.Sprintf("%#v", number(v).Attributes().AsRaw()["code"])
	}},
	{"service name, namespace and instance", func(v view) {
		a := v.resource.Resource().Attributes()
		a.PutStr("service.name", "shop")
		a.PutStr("service.namespace", "eu")
		a.PutStr("service.instance.id", "1")
		gauge(v)
	}, func(v view) string {
		a := v.resource.Resource().Attributes().AsRaw()
		return fmt.Sprint(a["service.namespace"], a["service.name"], a["service.instance.id"])
	}},
	{"other attributes of the resource", func(v view) {
		a := v.resource.Resource().Attributes()
		a.PutStr("service.name", "shop")
		a.PutStr("service.instance.id", "1")
		a.PutStr("k8s.pod.name", "p-1")
		gauge(v)
	}, func(v view) string { return fmt.Sprint(v.resource.Resource().Attributes().AsRaw()["k8s.pod.name"]) }},
	{"schema of the resource", func(v view) {
		v.resource.SetSchemaUrl("https://example.com/1")
		gauge(v)
	}, func(v view) string { return v.resource.SchemaUrl() }},
	{"scope with its attributes", func(v view) {
		v.scope.Scope().SetName("lib")
		v.scope.Scope().SetVersion("1.2")
		v.scope.Scope().Attributes().PutStr("key", "x")
		gauge(v)
	}, func(v view) string {
		return fmt.Sprint(v.scope.Scope().Name(), v.scope.Scope().Version(), v.scope.Scope().Attributes().AsRaw())
	}},
	{"schema of the scope", func(v view) {
		v.scope.Scope().SetName("lib")
		v.scope.SetSchemaUrl("https://example.com/1")
		gauge(v)
	}, func(v view) string { return v.scope.SchemaUrl() }},
	{"histogram", func(v view) { histogram(v) }, func(v view) string {
		if v.Type() != pmetric.MetricTypeHistogram {
			return v.Type().String()
		}
		p := v.Histogram().DataPoints().At(0)
		return fmt.Sprint(p.Count(), p.Sum(), p.BucketCounts().AsRaw(), p.ExplicitBounds().AsRaw())
	}},
	{"least and greatest value of a histogram", func(v view) {
		p := histogram(v)
		p.SetMin(0.01)
		p.SetMax(9)
	}, func(v view) string {
		p := v.Histogram().DataPoints().At(0)
		return fmt.Sprint(p.HasMin(), p.HasMax())
	}},
	{"histogram without a sum", func(v view) { histogram(v).RemoveSum() }, func(v view) string {
		return fmt.Sprint(v.Histogram().DataPoints().At(0).HasSum())
	}},
	{"exponential histogram", func(v view) { exponential(v) }, func(v view) string {
		if v.Type() != pmetric.MetricTypeExponentialHistogram {
			return v.Type().String()
		}
		p := v.ExponentialHistogram().DataPoints().At(0)
		return fmt.Sprint(p.Count(), p.Sum(), p.Scale(), p.ZeroCount(), p.ZeroThreshold(), p.Positive().Offset(), p.Positive().BucketCounts().AsRaw())
	}},
	{"summary", func(v view) { summary(v) }, func(v view) string {
		if v.Type() != pmetric.MetricTypeSummary {
			return v.Type().String()
		}
		p := v.Summary().DataPoints().At(0)
		return fmt.Sprint(p.Count(), p.Sum(), p.QuantileValues().At(0).Quantile(), p.QuantileValues().At(0).Value())
	}},
	{"exemplar of a counter", func(v view) { exemplar(sum(v).Exemplars()) }, func(v view) string { return exemplars(number(v).Exemplars()) }},
	{"exemplar of a histogram", func(v view) { exemplar(histogram(v).Exemplars()) }, func(v view) string {
		return exemplars(v.Histogram().DataPoints().At(0).Exemplars())
	}},
	{"exemplar of an exponential histogram", func(v view) { exemplar(exponential(v).Exemplars()) }, func(v view) string {
		return exemplars(v.ExponentialHistogram().DataPoints().At(0).Exemplars())
	}},
	{"end of a series", func(v view) { gauge(v).SetFlags(pmetric.DefaultDataPointFlags.WithNoRecordedValue(true)) }, func(v view) string {
		return fmt.Sprint(number(v).Flags().NoRecordedValue())
	}},
	{"end of a histogram", func(v view) {
		histogram(v).SetFlags(pmetric.DefaultDataPointFlags.WithNoRecordedValue(true))
	}, func(v view) string {
		return fmt.Sprint(v.Histogram().DataPoints().At(0).Flags().NoRecordedValue())
	}},
	{"end of an exponential histogram", func(v view) {
		exponential(v).SetFlags(pmetric.DefaultDataPointFlags.WithNoRecordedValue(true))
	}, func(v view) string {
		return fmt.Sprint(v.ExponentialHistogram().DataPoints().At(0).Flags().NoRecordedValue())
	}},
}

// tableFile is where users read what survives.
const tableFile = "../../docs/remote-write-round-trip.md"

// What goes through the exporter, over the wire and through the receiver: the table
// in the documentation says what is the same afterwards.
func TestRoundTrip(t *testing.T) {
	var table strings.Builder
	table.WriteString(`# What survives remote write

OTLP through the ` + "`remote_write`" + ` exporter, over the wire and through the ` + "`remote_write`" + ` receiver back to OTLP, names untranslated
(` + "`translation::strategy: NoTranslation`" + `). Generated by ` + "`go test ./tests/remotewrite -update`" + `.

| | 2.0 | 1.0 | 2.0, native |
|---|---|---|---|
`)
	columns := []func(*remotewriteexporter.Config){
		func(c *remotewriteexporter.Config) { c.Protocol = remotewriteexporter.Protocol2 },
		func(c *remotewriteexporter.Config) { c.Protocol = remotewriteexporter.Protocol1 },
		func(c *remotewriteexporter.Config) {
			c.Protocol, c.Translate.Histograms = remotewriteexporter.Protocol2, remotewriteexporter.HistogramsNative
		},
	}
	for _, p := range properties {
		fmt.Fprintf(&table, "| %s |", p.name)
		for _, column := range columns {
			fmt.Fprintf(&table, " %s |", roundTrip(t, p, column))
		}
		table.WriteString("\n")
	}
	if *update {
		require.NoError(t, os.WriteFile(tableFile, []byte(table.String()), 0o600))
	}
	want, err := os.ReadFile(tableFile)
	require.NoError(t, err)
	assert.Equal(t, string(want), table.String())
}

// roundTrip says what becomes of a property.
func roundTrip(t *testing.T, p property, change func(*remotewriteexporter.Config)) string {
	t.Helper()
	sink := &consumertest.MetricsSink{}
	e := startExporter(t, startReceiver(t, sink), func(c *remotewriteexporter.Config) {
		c.Translate.Strategy = otlptranslator.NoTranslation
		c.Shards = 1 // else target_info may come after the series it is about
		change(c)
	})
	md := pmetric.NewMetrics()
	r := md.ResourceMetrics().AppendEmpty()
	s := r.ScopeMetrics().AppendEmpty()
	sent := view{s.Metrics().AppendEmpty(), r, s}
	sent.SetName("probe")
	p.make(sent)
	stamp(sent.Metric)
	want := p.read(sent)
	require.NoError(t, e.ConsumeMetrics(t.Context(), md))
	var got view
	require.Eventually(t, func() bool { return find(sink, &got) }, 10*time.Second, time.Millisecond, p.name)
	if have := read(p, got); have != want {
		return "becomes " + strings.ReplaceAll(have, "|", `\|`)
	}
	return "kept"
}

// read reads a property, or says of which type the metric is that cannot have it.
func read(p property, v view) (text string) {
	defer func() {
		if recover() != nil {
			text = v.Type().String()
		}
	}()
	text = p.read(v)
	if text == "" || text == "0" || text == "<nil>" {
		return "nothing"
	}
	return text
}

func stamp(m pmetric.Metric) { stampAt(m, at) }

func stampAt(m pmetric.Metric, at time.Time) {
	when := pcommon.NewTimestampFromTime(at)
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		m.Gauge().DataPoints().At(0).SetTimestamp(when)
	case pmetric.MetricTypeSum:
		m.Sum().DataPoints().At(0).SetTimestamp(when)
	case pmetric.MetricTypeHistogram:
		m.Histogram().DataPoints().At(0).SetTimestamp(when)
	case pmetric.MetricTypeExponentialHistogram:
		m.ExponentialHistogram().DataPoints().At(0).SetTimestamp(when)
	case pmetric.MetricTypeSummary:
		m.Summary().DataPoints().At(0).SetTimestamp(when)
	default:
	}
}

func find(sink *consumertest.MetricsSink, out *view) bool {
	for _, md := range sink.AllMetrics() {
		for _, r := range md.ResourceMetrics().All() {
			for _, s := range r.ScopeMetrics().All() {
				for _, m := range s.Metrics().All() {
					if strings.HasPrefix(m.Name(), "probe") {
						*out = view{m, r, s}
						return true
					}
				}
			}
		}
	}
	return false
}
