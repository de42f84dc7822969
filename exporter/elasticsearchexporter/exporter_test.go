package elasticsearchexporter

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/sluice-otel/sluice/exporter/elasticsearchexporter/internal/metadata"
	"github.com/sluice-otel/sluice/internal/elasticsearchtest"
)

// testTime is when records of tests are.
var testTime = time.UnixMilli(1_700_000_000_123).UTC()

// stream is where records go that say nothing of it.
const stream = "logs-generic-default"

// start starts an exporter that sends to url. Its delays are short, and its batches
// leave at once.
func start(t *testing.T, url string, change func(*Config)) exporter.Logs {
	t.Helper()
	return startWith(t, url, exportertest.NewNopSettings(metadata.Type), componenttest.NewNopHost(), change)
}

func startWith(t *testing.T, url string, set exporter.Settings, host component.Host, change func(*Config)) exporter.Logs {
	t.Helper()
	cfg := testConfig(url)
	if change != nil {
		change(cfg)
	}
	require.NoError(t, cfg.Validate())
	e, err := NewFactory().CreateLogs(t.Context(), set, cfg)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), host))
	t.Cleanup(func() { assert.NoError(t, e.Shutdown(context.WithoutCancel(t.Context()))) })
	return e
}

func testConfig(url string) *Config {
	cfg := createDefaultConfig().(*Config)
	cfg.Endpoint = url
	cfg.Timeout = 10 * time.Second
	cfg.Retry.InitialInterval = 10 * time.Millisecond
	cfg.Retry.MaxInterval = 50 * time.Millisecond
	cfg.Retry.RandomizationFactor = 0
	cfg.Queue.Get().Batch = configoptional.None[exporterhelper.BatchConfig]()
	return cfg
}

// documents returns a batch of records whose bodies are documents, with the numbers
// from first on.
func documents(first, n int) plog.Logs {
	ld := plog.NewLogs()
	records := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for i := range n {
		r := records.AppendEmpty()
		r.SetTimestamp(pcommon.NewTimestampFromTime(testTime))
		body := r.Body().SetEmptyMap()
		body.PutStr("message", fmt.Sprintf("line %d", first+i))
		body.PutInt("n", int64(first+i))
	}
	return ld
}

// withIDs gives each record of a batch the id it has as a number.
func withIDs(ld plog.Logs) plog.Logs {
	for _, r := range ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
		n, _ := r.Body().Map().Get("n")
		r.Attributes().PutStr(attributeDocumentID, "id-"+n.AsString())
	}
	return ld
}

// poison makes the body of a record one that the mapping of the others refuses.
func poison(ld plog.Logs, record int) plog.Logs {
	ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(record).Body().Map().PutStr("n", "a number it is not")
	return ld
}

// times counts how often each number is in an index.
func times(s *elasticsearchtest.Server, name string) map[string]int {
	out := map[string]int{}
	for _, d := range s.Documents(name) {
		out[fmt.Sprint(d.Source["n"])]++
	}
	return out
}

// hasAll waits until an index has the numbers up to n, and returns how often.
func hasAll(t *testing.T, s *elasticsearchtest.Server, n int) map[string]int {
	t.Helper()
	require.True(t, s.Wait(30*time.Second, func() bool { return len(times(s, stream)) >= n }),
		"%d documents of %d", len(times(s, stream)), n)
	return times(s, stream)
}

func TestDocumentsArrive(t *testing.T) {
	s := elasticsearchtest.Start(t)
	e := start(t, s.URL, nil)
	require.NoError(t, e.ConsumeLogs(t.Context(), withIDs(documents(0, 3))))
	hasAll(t, s, 3)
	got := s.Documents(stream)[1]
	assert.Equal(t, "id-1", got.ID)
	assert.Equal(t, "line 1", got.Source["message"])
	assert.Equal(t, "2023-11-14T22:13:20.123Z", got.Source["@timestamp"])
	assert.Equal(t, "gzip", s.Requests()[0].Header.Get("Content-Encoding"))
}

// Data streams take no documents without a time, so there is one in any case.
func TestRecordWithoutTimeGetsOne(t *testing.T) {
	s := elasticsearchtest.Start(t)
	e := start(t, s.URL, nil)
	ld := documents(0, 1)
	ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).SetTimestamp(0)
	require.NoError(t, e.ConsumeLogs(t.Context(), ld))
	hasAll(t, s, 1)
}

func TestAttributesSayWhereARecordGoes(t *testing.T) {
	s := elasticsearchtest.Start(t)
	e := start(t, s.URL, nil)
	ld := documents(0, 4)
	resource := ld.ResourceLogs().At(0)
	resource.Resource().Attributes().PutStr("data_stream.namespace", "prod")
	resource.ScopeLogs().At(0).Scope().Attributes().PutStr("data_stream.dataset", "nginx-Access")
	records := resource.ScopeLogs().At(0).LogRecords()
	records.At(1).Attributes().PutStr(attributeIndex, "audit")
	records.At(1).Attributes().PutStr(attributeDocumentID, "7")
	records.At(1).Attributes().PutStr(attributeRouting, "user")
	records.At(2).Attributes().PutStr("data_stream.dataset", "other")
	records.At(3).Body().Map().PutEmptyMap("data_stream").PutStr("dataset", "body")
	require.NoError(t, e.ConsumeLogs(t.Context(), ld))
	require.True(t, s.Wait(10*time.Second, func() bool { return len(s.Indices()) == 4 }), s.Indices())
	assert.Equal(t, []string{"audit", "logs-body-prod", "logs-nginx_access-prod", "logs-other-prod"}, s.Indices())
	got := s.Documents("audit")[0]
	assert.Equal(t, "7", got.ID)
	assert.Equal(t, "user", got.Routing)
}

func TestBatchIsSplitByBytes(t *testing.T) {
	s := elasticsearchtest.Start(t)
	e := start(t, s.URL, func(c *Config) { c.Request.MaxSize = 4 << 10 })
	ld := documents(0, 200)
	ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(100).Body().Map().PutStr("large", string(make([]byte, 8<<10)))
	require.NoError(t, e.ConsumeLogs(t.Context(), ld))
	hasAll(t, s, 200)
	for _, r := range s.Requests() {
		assert.True(t, r.Size <= 4<<10 || r.Items == 1, "%d bytes, %d documents", r.Size, r.Items)
	}
}

func TestSettingsOfTheBackendAreSent(t *testing.T) {
	s := elasticsearchtest.Start(t)
	s.AddPipelines("enrich")
	e := start(t, s.URL, func(c *Config) {
		c.Pipeline, c.RequireDataStream = "enrich", true
		c.Compression = "zstd"
	})
	require.NoError(t, e.ConsumeLogs(t.Context(), documents(0, 1)))
	hasAll(t, s, 1)
	got := s.Requests()[0]
	assert.Equal(t, []string{"enrich"}, got.Query["pipeline"])
	assert.Equal(t, "zstd", got.Header.Get("Content-Encoding"))
}

func TestCredentials(t *testing.T) {
	for name, c := range map[string]struct {
		header string
		change func(*Config)
	}{
		"api key": {"APIKey c2VjcmV0", func(c *Config) { c.APIKey = "c2VjcmV0" }},
		"basic":   {"Basic dXNlcjpwYXNz", func(c *Config) { c.User, c.Password = "user", "pass" }},
	} {
		t.Run(name, func(t *testing.T) {
			s := elasticsearchtest.Start(t)
			s.Authorize(c.header)
			e := start(t, s.URL, c.change)
			require.NoError(t, e.ConsumeLogs(t.Context(), documents(0, 1)))
			hasAll(t, s, 1)
		})
	}
}

// An operator can give a key the rights it lacks; until then nothing is lost.
func TestMissingRightsAreWaitedFor(t *testing.T) {
	s := elasticsearchtest.Start(t)
	s.Fail(func(r *elasticsearchtest.Request) elasticsearchtest.Fault {
		if r.Number < 3 {
			return elasticsearchtest.Fault{Status: http.StatusForbidden}
		}
		return elasticsearchtest.Fault{}
	})
	e := start(t, s.URL, nil)
	require.NoError(t, e.ConsumeLogs(t.Context(), documents(0, 1)))
	hasAll(t, s, 1)
	assert.Len(t, s.Requests(), 4)
}

func TestShutdownTwiceAndBeforeStart(t *testing.T) {
	e, err := NewFactory().CreateLogs(t.Context(), exportertest.NewNopSettings(metadata.Type), testConfig("http://localhost:1"))
	require.NoError(t, err)
	require.NoError(t, e.Shutdown(t.Context()))
	require.NoError(t, e.Shutdown(t.Context()))
}

// A node that takes no connection costs no batch.
func TestDeadNodesAreLeftOut(t *testing.T) {
	alive, other, dead := elasticsearchtest.Start(t), elasticsearchtest.Start(t), elasticsearchtest.Start(t)
	dead.Kill()
	e := start(t, "", func(c *Config) {
		c.Endpoints = []string{dead.URL, alive.URL, other.URL}
		c.Queue = configoptional.None[exporterhelper.QueueBatchConfig]()
		c.Retry.Enabled = false
	})
	for i := range 20 {
		require.NoError(t, e.ConsumeLogs(t.Context(), documents(i, 1)))
	}
	assert.Len(t, alive.Documents(stream), 20-len(other.Documents(stream)))
	assert.NotEmpty(t, alive.Documents(stream))
	assert.NotEmpty(t, other.Documents(stream))
}

func TestEarlyAnswerDoesNotMixUpRequests(t *testing.T) {
	s := elasticsearchtest.Start(t)
	s.LimitBody(1 << 10)
	e := start(t, s.URL, func(c *Config) { c.Compression = "none" })
	require.NoError(t, e.ConsumeLogs(t.Context(), documents(0, 500)))
	for _, n := range hasAll(t, s, 500) {
		assert.Equal(t, 1, n)
	}
	assert.Equal(t, http.StatusRequestEntityTooLarge, s.Requests()[0].Status)
}
