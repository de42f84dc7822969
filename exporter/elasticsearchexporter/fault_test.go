package elasticsearchexporter

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensiontest"

	"github.com/sluice-otel/sluice/exporter/elasticsearchexporter/internal/metadata"
	"github.com/sluice-otel/sluice/internal/elasticsearchtest"
)

// assertOnce checks that the numbers up to n are in an index, each once.
func assertOnce(t *testing.T, got map[string]int, n int) {
	t.Helper()
	assert.Len(t, got, n)
	for number, times := range got {
		assert.Equal(t, 1, times, "document %s", number)
	}
}

// sent is how many documents were in all requests together.
func sent(s *elasticsearchtest.Server) int {
	n := 0
	for _, r := range s.Requests() {
		n += r.Items
	}
	return n
}

func TestPoisonDocumentAmongThousandIsBuriedAlone(t *testing.T) {
	s := elasticsearchtest.Start(t)
	path := filepath.Join(t.TempDir(), "dead.jsonl")
	e := start(t, s.URL, func(c *Config) { c.DeadLetter.Path = path })
	require.NoError(t, e.ConsumeLogs(t.Context(), poison(documents(0, 1000), 500)))
	assertOnce(t, hasAll(t, s, 999), 999)
	require.NoError(t, e.Shutdown(t.Context()))
	assert.Len(t, s.Requests(), 1)

	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var letter fileLetter
	require.NoError(t, json.Unmarshal(text, &letter), "one line expected: %s", text)
	assert.Equal(t, http.StatusBadRequest, letter.Status)
	assert.Equal(t, "document_parsing_exception", letter.Type)
	assert.Contains(t, letter.Reason, `failed to parse field [n] of type [long]`)
	assert.Contains(t, letter.Reason, `For input string: "a number it is not"`)
	assert.JSONEq(t, `{"create":{"_index":"logs-generic-default"}}`, string(letter.Action))
	assert.JSONEq(t, `{"@timestamp":"2023-11-14T22:13:20.123Z","message":"line 500","n":"a number it is not"}`, string(letter.Document))
	t.Logf("of 1000 documents 999 are indexed and 1 is in the file, after 1 request")
}

func TestDeadLetterIndexTakesWhatIsRefused(t *testing.T) {
	s := elasticsearchtest.Start(t)
	e := start(t, s.URL, func(c *Config) { c.DeadLetter.Index = "logs-dead-letter" })
	ld := poison(withIDs(documents(0, 3)), 1)
	require.NoError(t, e.ConsumeLogs(t.Context(), ld))
	require.True(t, s.Wait(10*time.Second, func() bool { return len(s.Documents("logs-dead-letter")) == 1 }))
	got := s.Documents("logs-dead-letter")[0].Source
	assert.Contains(t, got, "@timestamp")
	assert.Equal(t, map[string]any{
		"index": stream, "id": "id-1",
		"source": `{"@timestamp":"2023-11-14T22:13:20.123Z","message":"line 1","n":"a number it is not"}`,
	}, got["document"])
	assert.Equal(t, "document_parsing_exception", got["error"].(map[string]any)["type"])
}

// The dead-letter index is part of the same backend, and may be as busy.
func TestDocumentWaitsForItsDeadLetterIndex(t *testing.T) {
	s := elasticsearchtest.Start(t)
	var refused atomic.Int32
	s.FailItems(func(it *elasticsearchtest.Item) int {
		if it.Index == "dead" && refused.Add(1) < 3 {
			return http.StatusTooManyRequests
		}
		return 0
	})
	e := start(t, s.URL, func(c *Config) { c.DeadLetter.Index = "dead" })
	require.NoError(t, e.ConsumeLogs(t.Context(), poison(documents(0, 10), 5)))
	require.True(t, s.Wait(10*time.Second, func() bool { return len(s.Documents("dead")) == 1 }))
	assertOnce(t, times(s, stream), 9)
}

// What the dead-letter index refuses, too, goes into the file.
func TestFileIsBehindTheDeadLetterIndex(t *testing.T) {
	s := elasticsearchtest.Start(t)
	path := filepath.Join(t.TempDir(), "dead.jsonl")
	e := start(t, s.URL, func(c *Config) { c.DeadLetter.Index, c.DeadLetter.Path = "NO INDEX", path })
	require.NoError(t, e.ConsumeLogs(t.Context(), poison(documents(0, 3), 2)))
	hasAll(t, s, 2)
	require.NoError(t, e.Shutdown(t.Context()))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, 1, strings.Count(string(text), "\n"))
}

// Elasticsearch refuses a whole request for an id that is too long.
func TestOneBadActionDoesNotCostTheRequest(t *testing.T) {
	s := elasticsearchtest.Start(t)
	path := filepath.Join(t.TempDir(), "dead.jsonl")
	e := start(t, s.URL, func(c *Config) { c.DeadLetter.Path = path })
	ld := withIDs(documents(0, 1000))
	ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(333).Attributes().PutStr(attributeDocumentID, strings.Repeat("x", 513))
	require.NoError(t, e.ConsumeLogs(t.Context(), ld))
	assertOnce(t, hasAll(t, s, 999), 999)
	require.NoError(t, e.Shutdown(t.Context()))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Contains(t, string(text), "is too long, must be no longer than 512 bytes")
	assert.LessOrEqual(t, len(s.Requests()), 21) // 1 + 2·log2(1000)
	t.Logf("1 bad id among 1000 documents: %d requests", len(s.Requests()))
}

func TestTooLargeDocumentIsBuried(t *testing.T) {
	s := elasticsearchtest.Start(t)
	s.LimitBody(10 << 10)
	path := filepath.Join(t.TempDir(), "dead.jsonl")
	e := start(t, s.URL, func(c *Config) { c.DeadLetter.Path = path })
	ld := documents(0, 100)
	ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(33).Body().Map().PutStr("large", strings.Repeat("x", 20<<10))
	require.NoError(t, e.ConsumeLogs(t.Context(), ld))
	assertOnce(t, hasAll(t, s, 99), 99)
	require.NoError(t, e.Shutdown(t.Context()))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, 1, strings.Count(string(text), "\n"))
}

// once answers the first request with a fault and all others as ever.
func once(fault elasticsearchtest.Fault) func(*elasticsearchtest.Request) elasticsearchtest.Fault {
	return func(r *elasticsearchtest.Request) elasticsearchtest.Fault {
		if r.Number == 0 {
			return fault
		}
		return elasticsearchtest.Fault{}
	}
}

func TestBackendThatDiesMidBulk(t *testing.T) {
	const kept, all = 300, 1000
	keep := kept
	t.Run("documents with ids are there once", func(t *testing.T) {
		s := elasticsearchtest.Start(t)
		s.Fail(once(elasticsearchtest.Fault{Keep: &keep}))
		e := start(t, s.URL, nil)
		require.NoError(t, e.ConsumeLogs(t.Context(), withIDs(documents(0, all))))
		assertOnce(t, hasAll(t, s, all), all)
		assert.Equal(t, kept, s.Requests()[1].Conflict)
		t.Logf("%d documents, %d kept by the request without an answer: each once", all, kept)
	})
	t.Run("documents with fingerprints are there once", func(t *testing.T) {
		s := elasticsearchtest.Start(t)
		s.Fail(once(elasticsearchtest.Fault{Keep: &keep}))
		e := start(t, s.URL, func(c *Config) { c.DocumentID = DocumentIDFingerprint })
		require.NoError(t, e.ConsumeLogs(t.Context(), documents(0, all)))
		assertOnce(t, hasAll(t, s, all), all)
		assert.Equal(t, kept, s.Requests()[1].Conflict)
	})
	t.Run("others are there twice if they were kept", func(t *testing.T) {
		s := elasticsearchtest.Start(t)
		s.Fail(once(elasticsearchtest.Fault{Keep: &keep}))
		e := start(t, s.URL, nil)
		require.NoError(t, e.ConsumeLogs(t.Context(), documents(0, all)))
		hasAll(t, s, all)
		assert.Len(t, s.Documents(stream), all+kept)
	})
}

// Documents whose result has arrived are not sent again.
func TestAnswerThatBreaksOff(t *testing.T) {
	s := elasticsearchtest.Start(t)
	s.Fail(once(elasticsearchtest.Fault{Cut: true}))
	e := start(t, s.URL, nil)
	require.NoError(t, e.ConsumeLogs(t.Context(), poison(documents(0, 1000), 1)))
	require.True(t, s.Wait(10*time.Second, func() bool { return len(s.Requests()) == 2 && s.Requests()[1].Status != 0 }))
	twice := len(s.Documents(stream)) - 999
	assert.InDelta(t, 500, twice, 30)
	assert.Equal(t, twice, s.Requests()[1].Items)
	t.Logf("half of an answer for 1000 documents: %d are sent again", twice)
}

func TestBackendThatIsRestarted(t *testing.T) {
	s := elasticsearchtest.Start(t)
	telemetry := componenttest.NewTelemetry()
	t.Cleanup(func() { assert.NoError(t, telemetry.Shutdown(context.WithoutCancel(t.Context()))) })
	set := exportertest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = telemetry.NewTelemetrySettings()
	e := startWith(t, s.URL, set, componenttest.NewNopHost(), nil)
	require.NoError(t, e.ConsumeLogs(t.Context(), documents(0, 100)))
	hasAll(t, s, 100)
	s.Kill()
	for i := range 9 {
		require.NoError(t, e.ConsumeLogs(t.Context(), documents(100*(i+1), 100)))
	}
	require.Eventually(t, func() bool { return outcomes(t, telemetry)["retry"] > 1000 }, 20*time.Second, 10*time.Millisecond)
	s.Restart(t)
	assertOnce(t, hasAll(t, s, 1000), 1000)
	t.Logf("1000 documents, %d tries while the backend was down: each once", outcomes(t, telemetry)["retry"])
}

// outcomes are the counts of documents by what became of them.
func outcomes(t *testing.T, telemetry *componenttest.Telemetry) map[string]int64 {
	t.Helper()
	return sums(t, telemetry, "otelcol_elasticsearch_bulk_documents", "outcome")
}

func TestStormOfRejections(t *testing.T) {
	s := elasticsearchtest.Start(t)
	var rejected atomic.Int64
	s.FailItems(func(it *elasticsearchtest.Item) int {
		if it.Request < 60 && (it.Request*31+it.Number)%3 > 0 { // two of three
			rejected.Add(1)
			return []int{http.StatusTooManyRequests, http.StatusServiceUnavailable}[it.Number%2]
		}
		return 0
	})
	s.Fail(func(r *elasticsearchtest.Request) elasticsearchtest.Fault {
		if r.Number < 60 && r.Number%4 == 1 {
			rejected.Add(int64(r.Items))
			return elasticsearchtest.Fault{Status: http.StatusTooManyRequests}
		}
		return elasticsearchtest.Fault{}
	})
	e := start(t, s.URL, nil)
	const batches, size = 20, 200
	for i := range batches {
		require.NoError(t, e.ConsumeLogs(t.Context(), documents(i*size, size)))
	}
	assertOnce(t, hasAll(t, s, batches*size), batches*size)
	// The documents of the last request are there before its answer is.
	s.Wait(10*time.Second, func() bool { return sent(s) == batches*size+int(rejected.Load()) })
	assert.Equal(t, batches*size+int(rejected.Load()), sent(s), "only what was rejected is sent again")
	t.Logf("%d documents, %d rejections, %d requests: each once, nothing lost", batches*size, rejected.Load(), len(s.Requests()))
}

func TestRetryAfterIsHonoured(t *testing.T) {
	s := elasticsearchtest.Start(t)
	s.Fail(once(elasticsearchtest.Fault{Status: http.StatusTooManyRequests, RetryAfter: "1"}))
	e := start(t, s.URL, nil)
	began := time.Now()
	require.NoError(t, e.ConsumeLogs(t.Context(), documents(0, 1)))
	hasAll(t, s, 1)
	assert.GreaterOrEqual(t, time.Since(began), time.Second)
}

func TestSlowBackendIsGivenUpAndTriedAgain(t *testing.T) {
	s := elasticsearchtest.Start(t)
	hold := make(chan struct{})
	t.Cleanup(func() { close(hold) })
	s.Fail(once(elasticsearchtest.Fault{Hold: hold, Status: http.StatusServiceUnavailable}))
	e := start(t, s.URL, func(c *Config) { c.Timeout = 200 * time.Millisecond })
	require.NoError(t, e.ConsumeLogs(t.Context(), documents(0, 10)))
	assertOnce(t, hasAll(t, s, 10), 10)
}

func TestWaitForResultTellsTheSender(t *testing.T) {
	s := elasticsearchtest.Start(t)
	s.Fail(func(*elasticsearchtest.Request) elasticsearchtest.Fault {
		return elasticsearchtest.Fault{Status: http.StatusServiceUnavailable}
	})
	e := start(t, s.URL, func(c *Config) {
		c.Queue.Get().WaitForResult = true
		c.Retry.MaxElapsedTime = 100 * time.Millisecond
	})
	require.ErrorContains(t, e.ConsumeLogs(t.Context(), documents(0, 1)), "bulk request: status 503: unavailable_shards_exception")
	s.Fail(nil)
	require.NoError(t, e.ConsumeLogs(t.Context(), documents(0, 1)))
	assert.Len(t, s.Documents(stream), 1)
}

// storageHost has a storage extension.
type storageHost struct {
	component.Host
	id      component.ID
	storage extension.Extension
}

func (h *storageHost) GetExtensions() map[component.ID]component.Component {
	return map[component.ID]component.Component{h.id: h.storage}
}

func newStorageHost(t *testing.T, dir string) *storageHost {
	t.Helper()
	factory := filestorage.NewFactory()
	cfg := factory.CreateDefaultConfig().(*filestorage.Config)
	cfg.Directory = dir
	storage, err := factory.Create(t.Context(), extensiontest.NewNopSettings(factory.Type()), cfg)
	require.NoError(t, err)
	host := &storageHost{componenttest.NewNopHost(), component.NewID(factory.Type()), storage}
	require.NoError(t, storage.Start(t.Context(), host))
	return host
}

// A collector that stops while its backend is down sends the rest when it is back.
func TestQueueOnDiskOutlivesTheCollector(t *testing.T) {
	s := elasticsearchtest.Start(t)
	s.Kill()
	dir := t.TempDir()
	set := exportertest.NewNopSettings(metadata.Type) // with an id, which the queue's name has
	run := func(f func(consume func(first, n int))) {
		host := newStorageHost(t, dir)
		e := startWith(t, s.URL, set, host, func(c *Config) {
			c.Queue.Get().StorageID = &host.id
		})
		f(func(first, n int) { require.NoError(t, e.ConsumeLogs(t.Context(), withIDs(documents(first, n)))) })
		require.NoError(t, e.Shutdown(t.Context()))
		require.NoError(t, host.storage.Shutdown(t.Context()))
	}
	run(func(consume func(first, n int)) {
		for i := range 10 {
			consume(i*10, 10)
		}
	})
	s.Restart(t)
	run(func(func(first, n int)) { assertOnce(t, hasAll(t, s, 100), 100) })
}

// Whatever fails, and however often: with ids everything is there once.
func TestChaosLosesAndRepeatsNothing(t *testing.T) {
	s := elasticsearchtest.Start(t)
	keep := 7
	s.Fail(func(r *elasticsearchtest.Request) elasticsearchtest.Fault {
		if r.Number >= 100 {
			return elasticsearchtest.Fault{}
		}
		return []elasticsearchtest.Fault{{}, {Keep: &keep}, {Cut: true}, {Status: 503}, {Status: 429}, {Status: 502}}[r.Number%6]
	})
	s.FailItems(func(it *elasticsearchtest.Item) int {
		if it.Request < 100 && it.Number%5 == 0 {
			return http.StatusTooManyRequests
		}
		return 0
	})
	e := start(t, s.URL, func(c *Config) {
		c.Request.MaxSize = 4 << 10
		c.Queue.Get().Batch = configoptional.Some(exporterhelper.BatchConfig{
			FlushTimeout: 10 * time.Millisecond, Sizer: exporterhelper.RequestSizerTypeBytes, MinSize: 2 << 10, MaxSize: 16 << 10,
		})
	})
	const batches, size = 100, 37
	conflicts := 0
	for i := range batches {
		require.NoError(t, e.ConsumeLogs(t.Context(), withIDs(documents(i*size, size))))
	}
	assertOnce(t, hasAll(t, s, batches*size), batches*size)
	for _, r := range s.Requests() {
		conflicts += r.Conflict
	}
	t.Logf("%d documents in %d requests, %d of them sent twice and kept once", batches*size, len(s.Requests()), conflicts)
}

// A whole batch may be refused, by a mapping that somebody has broken.
func TestDeadLettersLeaveTogether(t *testing.T) {
	s := elasticsearchtest.Start(t)
	s.FailItems(func(it *elasticsearchtest.Item) int {
		if it.Index == stream {
			return http.StatusBadRequest
		}
		return 0
	})
	e := start(t, s.URL, func(c *Config) {
		direct(c)
		c.DeadLetter.Index = "dead"
	})
	require.NoError(t, e.ConsumeLogs(t.Context(), documents(0, 1000)))
	assert.Len(t, s.Documents("dead"), 1000)
	assert.Len(t, s.Requests(), 2)
}
