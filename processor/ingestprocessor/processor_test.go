package ingestprocessor

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/sluice-otel/sluice/processor/ingestprocessor/internal/metadata"
	"github.com/sluice-otel/sluice/processor/ingestprocessor/internal/metadatatest"
)

// sorting drops, fails or keeps a record as its body says.
const sorting = `
definitions:
  p:
    processors:
      - drop: {if: "ctx.message.startsWith('drop')"}
      - remove: {field: missing, if: "ctx.message.startsWith('fail')"}
`

// batch has a resource for each argument with a record for each word.
func batch(resources ...string) plog.Logs {
	logs := plog.NewLogs()
	for i, words := range resources {
		resource := logs.ResourceLogs().AppendEmpty()
		resource.Resource().Attributes().PutInt("resource", int64(i))
		scope := resource.ScopeLogs().AppendEmpty()
		for word := range strings.FieldsSeq(words) {
			scope.LogRecords().AppendEmpty().Body().SetStr(word)
		}
	}
	return logs
}

func bodies(all []plog.Logs) []string {
	var out []string
	for _, logs := range all {
		for _, r := range logs.ResourceLogs().All() {
			for _, s := range r.ScopeLogs().All() {
				for _, rec := range s.LogRecords().All() {
					out = append(out, rec.Body().Str())
				}
			}
		}
	}
	return out
}

func TestDroppedRecordsLeaveTheBatchAndEmptyGroupsWithThem(t *testing.T) {
	sink := &consumertest.LogsSink{}
	p := start(t, parseConfig(t, sorting), sink)
	require.NoError(t, p.ConsumeLogs(t.Context(), batch("a drop1 b", "drop2 drop3", "fail c")))
	require.Len(t, sink.AllLogs(), 1)
	assert.Equal(t, []string{"a", "b", "fail", "c"}, bodies(sink.AllLogs()))
	assert.Equal(t, 2, sink.AllLogs()[0].ResourceLogs().Len(), "the resource without records is gone")
}

func TestBatchWithNothingLeftIsNotPassedOn(t *testing.T) {
	sink := &consumertest.LogsSink{}
	p := start(t, parseConfig(t, sorting), sink)
	require.NoError(t, p.ConsumeLogs(t.Context(), batch("drop1", "drop2")))
	assert.Empty(t, sink.AllLogs())
}

func TestConcurrentBatchesDoNotMix(t *testing.T) {
	sink := &consumertest.LogsSink{}
	p := start(t, parseConfig(t, `definitions: {p: {processors: [{set: {field: copy, value: "{{{message}}}"}}]}}`), sink)
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 50 {
				assert.NoError(t, p.ConsumeLogs(t.Context(), batch(fmt.Sprintf("w%d-%d w%d-%d", worker, i, worker, i+1000))))
			}
		})
	}
	wg.Wait()
	require.Equal(t, 800, sink.LogRecordCount())
	for _, logs := range sink.AllLogs() {
		for _, rec := range logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
			v, ok := rec.Attributes().Get("copy")
			require.True(t, ok)
			assert.Equal(t, rec.Body().Str(), v.Str())
		}
	}
}

func TestDocumentsAreCountedByOutcome(t *testing.T) {
	tel := componenttest.NewTelemetry()
	set := metadatatest.NewSettings(tel)
	p, err := NewFactory().CreateLogs(t.Context(), set, parseConfig(t, sorting), &consumertest.LogsSink{})
	require.NoError(t, err)
	require.NoError(t, p.Start(t.Context(), nil))
	require.NoError(t, p.ConsumeLogs(t.Context(), batch("a b fail drop", "c")))

	point := func(outcome string, n int64) metricdata.DataPoint[int64] {
		return metricdata.DataPoint[int64]{Value: n, Attributes: attribute.NewSet(
			attribute.String("pipeline", "p"), attribute.String("outcome", outcome))}
	}
	metadatatest.AssertEqualProcessorIngestDocuments(t, tel,
		[]metricdata.DataPoint[int64]{point("processed", 3), point("dropped", 1), point("failed", 1)},
		metricdatatest.IgnoreTimestamp())
	of := func(kind string, n int64) metricdata.DataPoint[int64] {
		return metricdata.DataPoint[int64]{Value: n, Attributes: attribute.NewSet(
			attribute.String("pipeline", "p"), attribute.String("processor", kind), attribute.String("tag", ""))}
	}
	metadatatest.AssertEqualProcessorIngestProcessorCount(t, tel,
		[]metricdata.DataPoint[int64]{of("drop", 1), of("remove", 1)}, metricdatatest.IgnoreTimestamp())
	metadatatest.AssertEqualProcessorIngestProcessorFailed(t, tel,
		[]metricdata.DataPoint[int64]{of("drop", 0), of("remove", 1)}, metricdatatest.IgnoreTimestamp())
	metadatatest.AssertEqualProcessorIngestDuration(t, tel,
		[]metricdata.HistogramDataPoint[float64]{{Attributes: attribute.NewSet(attribute.String("pipeline", "p"))}},
		metricdatatest.IgnoreTimestamp(), metricdatatest.IgnoreValue())
	require.NoError(t, p.Shutdown(t.Context()))
	require.NoError(t, tel.Shutdown(t.Context()))
}

func TestFailuresOfOnePlaceAreLoggedOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core, lines := observer.New(zap.WarnLevel)
		l := newFailureLog(zap.New(core))
		f := failure{place: place{pipeline: "p", processor: "set"}, message: "m"}
		for range 100 {
			l.report(f)
		}
		l.report(failure{place: place{pipeline: "p", processor: "grok"}, message: "m"})
		require.Equal(t, 2, lines.Len(), "a line for each processor")

		synctest.Wait()
		<-time.After(reportInterval)
		l.report(f)
		require.Equal(t, 3, lines.Len())
		assert.EqualValues(t, 99, lines.All()[2].ContextMap()["failures_not_logged"])
	})
}

func TestPlacesOfFailuresAreBounded(t *testing.T) {
	l := newFailureLog(zap.NewNop())
	for i := range 3 * maxPlaces {
		l.report(failure{place: place{tag: fmt.Sprint(i)}})
	}
	assert.LessOrEqual(t, len(l.places), maxPlaces)
}

func TestLongMessagesAreCut(t *testing.T) {
	f := describe(fmt.Errorf("%s", strings.Repeat("ä", maxMessage)), "p")
	assert.LessOrEqual(t, len(f.message), maxMessage+len("…"))
	assert.True(t, strings.HasSuffix(f.message, "ä…"))
}

func TestFilesThatChangedForTheWorseFailTheStart(t *testing.T) {
	dir := t.TempDir()
	cfg := NewFactory().CreateDefaultConfig().(*Config)
	cfg.Files = []string{write(t, dir, "p.yml", setA)}
	p, err := NewFactory().CreateLogs(t.Context(), processortest.NewNopSettings(metadata.Type), cfg, &consumertest.LogsSink{})
	require.NoError(t, err)
	write(t, dir, "p.yml", "processors: [{sett: {}}]")
	require.ErrorContains(t, p.Start(t.Context(), nil), `did you mean "set"?`)
	require.NoError(t, p.Shutdown(t.Context()))
}

func TestChangedFilesAreReloadedAndBrokenOnesAreNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file := write(t, t.TempDir(), "p.yml", "processors: [{set: {field: v, value: 1}}]")
		cfg := NewFactory().CreateDefaultConfig().(*Config)
		cfg.Files = []string{file}
		tel := componenttest.NewTelemetry()
		set := metadatatest.NewSettings(tel)
		core, lines := observer.New(zap.InfoLevel)
		set.Logger = zap.New(core)
		sink := &consumertest.LogsSink{}
		p, err := NewFactory().CreateLogs(t.Context(), set, cfg, sink)
		require.NoError(t, err)
		require.NoError(t, p.Start(t.Context(), nil))
		version := func() int64 {
			sink.Reset()
			require.NoError(t, p.ConsumeLogs(t.Context(), batch("x")))
			v, _ := sink.AllLogs()[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes().Get("v")
			return v.Int()
		}
		rewrite := func(text string) {
			write(t, filepath.Dir(file), "p.yml", text)
			<-time.After(cfg.ReloadInterval)
			synctest.Wait()
		}
		require.EqualValues(t, 1, version())

		rewrite("processors: [{set: {field: v, value: 22}}]")
		require.EqualValues(t, 22, version())

		rewrite("processors: [{set: {field: v, valeu: 333}}]")
		require.EqualValues(t, 22, version(), "the version that was right stays")
		require.Len(t, lines.FilterMessageSnippet("is not right").All(), 1)
		<-time.After(3 * cfg.ReloadInterval)
		synctest.Wait()
		require.Len(t, lines.FilterMessageSnippet("is not right").All(), 1, "said once")

		rewrite("processors: [{set: {field: v, value: 4444}}]")
		require.EqualValues(t, 4444, version())
		metadatatest.AssertEqualProcessorIngestReloads(t, tel, []metricdata.DataPoint[int64]{
			{Value: 2, Attributes: attribute.NewSet(attribute.String("result", "succeeded"))},
			{Value: 1, Attributes: attribute.NewSet(attribute.String("result", "failed"))},
		}, metricdatatest.IgnoreTimestamp())
		require.NoError(t, p.Shutdown(t.Context()))
		require.NoError(t, tel.Shutdown(t.Context()))
	})
}

func TestTimeOfProcessorsIsEstimatedFromASample(t *testing.T) {
	e := &stat{}
	var tl tally
	tl.use([]*stat{e})
	timed := 0
	for range 10 * timedEvery {
		tl.next()
		if tl.counts.Timed {
			timed++
			tl.counts.Runs[0].Time += time.Millisecond
		}
		tl.counts.Runs[0].Count++
	}
	tl.flush()
	assert.Equal(t, 10, timed)
	assert.EqualValues(t, 10*timedEvery, e.count.Load())
	assert.EqualValues(t, 10*timedEvery*time.Millisecond, e.elapsed.Load())
	tl.flush()
	assert.EqualValues(t, 10*timedEvery, e.count.Load(), "counted once")
}
