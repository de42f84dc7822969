package elasticsearchexporter

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"github.com/sluice-otel/sluice/internal/elasticsearchtest"
)

// A backend is where the tests of this file send to: the fake, and a real one if its
// URL is in SLUICE_ELASTICSEARCH_URL. The same must hold for both.
type backend struct {
	url  string
	name string // of what this run writes
}

// backends opens the fake and the real one, which may skip the test.
func backends() map[string]func(*testing.T) backend {
	name := fmt.Sprintf("sluice%d", time.Now().UnixNano())
	return map[string]func(*testing.T) backend{
		"fake": func(t *testing.T) backend {
			t.Helper()
			return backend{elasticsearchtest.Start(t).URL, name}
		},
		"real": func(t *testing.T) backend {
			t.Helper()
			url := os.Getenv("SLUICE_ELASTICSEARCH_URL")
			if url == "" {
				t.Skip("SLUICE_ELASTICSEARCH_URL is not set: no real Elasticsearch or OpenSearch to try")
			}
			return backend{url, name}
		},
	}
}

// get asks the backend and decodes its answer.
func (b backend) get(t *testing.T, method, path string, into any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, b.url+path, http.NoBody)
	require.NoError(t, err)
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	require.NoError(t, err)
	text, err := io.ReadAll(response.Body)
	require.NoError(t, errors.Join(err, response.Body.Close()))
	require.Equal(t, http.StatusOK, response.StatusCode, "%s %s: %s", method, path, text)
	require.NoError(t, json.Unmarshal(text, into))
}

// sources are the documents of an index by their ids.
func (b backend) sources(t *testing.T, index string) map[string]map[string]any {
	t.Helper()
	var ignored map[string]any
	b.get(t, http.MethodPost, "/"+index+"/_refresh", &ignored)
	var found struct {
		Hits struct {
			Hits []struct {
				ID     string         `json:"_id"`
				Source map[string]any `json:"_source"`
			} `json:"hits"`
		} `json:"hits"`
	}
	b.get(t, http.MethodGet, "/"+index+"/_search?size=10000", &found)
	out := map[string]map[string]any{}
	for _, hit := range found.Hits.Hits {
		out[hit.ID] = hit.Source
	}
	return out
}

// direct is without a queue: ConsumeLogs says what has become of a batch.
func direct(c *Config) {
	c.Queue = configoptional.None[exporterhelper.QueueBatchConfig]()
	c.Retry.Enabled = false
}

func TestBackendTakesEveryEncoding(t *testing.T) {
	for name, open := range backends() {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			for _, encoding := range []Encoding{EncodingDocument, EncodingOTel, EncodingECS} {
				e := start(t, b.url, func(c *Config) {
					direct(c)
					c.Encoding, c.DataStream.Dataset = encoding, b.name
				})
				ld := withIDs(documents(0, 2))
				record := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(1)
				record.Body().SetStr("a line")
				record.Attributes().PutDouble("share", 0.5)
				require.NoError(t, e.ConsumeLogs(t.Context(), ld))
				suffix := ""
				if encoding == EncodingOTel {
					suffix = otelSuffix
				}
				if encoding != EncodingECS { // shares the stream of document, and the ids
					assert.Len(t, b.sources(t, "logs-"+b.name+suffix+"-default"), 2, encoding)
				}
			}
		})
	}
}

func TestBackendHasWhatIsSentTwiceOnce(t *testing.T) {
	for name, open := range backends() {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			e := start(t, b.url, func(c *Config) {
				direct(c)
				c.DataStream.Dataset, c.DocumentID = b.name+"twice", DocumentIDFingerprint
			})
			for range 2 {
				require.NoError(t, e.ConsumeLogs(t.Context(), documents(0, 100)))
			}
			assert.Len(t, b.sources(t, "logs-"+b.name+"twice-default"), 100)
		})
	}
}

func TestBackendRefusesOneOfAThousand(t *testing.T) {
	for name, open := range backends() {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			e := start(t, b.url, func(c *Config) {
				direct(c)
				c.Index, c.DeadLetter.Index = b.name+"-poison", b.name+"-dead"
			})
			ld := poison(withIDs(documents(0, 1000)), 500)
			records := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
			records.At(7).Attributes().PutStr(attributeDocumentID, strings.Repeat("x", 600))
			require.NoError(t, e.ConsumeLogs(t.Context(), ld))
			assert.Len(t, b.sources(t, b.name+"-poison"), 998)
			reasons := ""
			for _, letter := range b.sources(t, b.name+"-dead") {
				reasons += letter["error"].(map[string]any)["message"].(string) + "\n"
			}
			assert.Contains(t, reasons, "failed to parse field [n] of type [long]")
			assert.Contains(t, reasons, "is too long")
		})
	}
}

// A body that says it is a document and is none costs that document only.
func TestBackendTakesLinesOfJSONAndRefusesOthers(t *testing.T) {
	for name, open := range backends() {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			e := start(t, b.url, func(c *Config) {
				direct(c)
				c.Index, c.DeadLetter.Index = b.name+"-lines", b.name+"-lines-dead"
			})
			ld := documents(0, 3)
			for i, text := range []string{`{"@timestamp":"2026-01-02T03:04:05.678Z","a":{"b":"é"}}`, `{"a":{"b":1}`, `{"c":true}`} {
				rec := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(i)
				rec.Body().SetStr(text)
				rec.Attributes().PutStr(attributeFormat, formatJSON)
			}
			require.NoError(t, e.ConsumeLogs(t.Context(), ld))
			got := b.sources(t, b.name+"-lines")
			assert.Len(t, got, 2)
			for _, source := range got {
				assert.Contains(t, source, "@timestamp")
			}
			assert.Len(t, b.sources(t, b.name+"-lines-dead"), 1)
		})
	}
}

// streams lets a real backend make data streams of what the test writes: the fake and
// Elasticsearch, but not OpenSearch, have a template for logs-*-*.
func (b backend) streams(t *testing.T) {
	t.Helper()
	template := `{"index_patterns":["logs-` + b.name + `*"],"data_stream":{},"priority":500,"template":{"settings":{"number_of_replicas":0}}}`
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, b.url+"/_index_template/"+b.name, strings.NewReader(template))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)
}

func TestBackendTakesOnlyNewDocumentsIntoDataStreams(t *testing.T) {
	for name, open := range backends() {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			if name == "real" {
				b.streams(t)
			}
			for op, want := range map[OpType]int{OpCreate: 3, OpIndex: 0} {
				dataset := b.name + "-op-" + string(op)
				e := start(t, b.url, func(c *Config) {
					direct(c)
					c.OpType, c.DataStream.Dataset, c.DeadLetter.Index = op, strings.ReplaceAll(dataset, "-", "_"), dataset+"-dead"
				})
				for range 2 { // the second time the documents are duplicates
					require.NoError(t, e.ConsumeLogs(t.Context(), withIDs(documents(0, 3))))
				}
				if want > 0 {
					assert.Len(t, b.sources(t, "logs-"+strings.ReplaceAll(dataset, "-", "_")+"-default"), want, op)
					continue
				}
				letters := b.sources(t, dataset+"-dead")
				require.NotEmpty(t, letters)
				for _, letter := range letters {
					assert.Contains(t, letter["error"].(map[string]any)["message"], "only write ops with an op_type of create are allowed in data streams")
				}
			}
		})
	}
}

func TestBackendKeepsTheFirstOrTheLastOfOneID(t *testing.T) {
	for name, open := range backends() {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			for op, want := range map[OpType]string{OpCreate: "first", OpIndex: "last"} {
				e := start(t, b.url, func(c *Config) { direct(c); c.OpType, c.Index = op, b.name+"-"+string(op) })
				for _, text := range []string{"first", "last"} {
					ld := withIDs(documents(0, 1))
					ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Body().Map().PutStr("message", text)
					require.NoError(t, e.ConsumeLogs(t.Context(), ld))
				}
				got := b.sources(t, b.name+"-"+string(op))
				require.Contains(t, got, "id-0")
				assert.Equal(t, want, got["id-0"]["message"], op)
			}
		})
	}
}

// OpenSearch, and Elasticsearch before 8.13, do not know require_data_stream: that is nothing
// that documents are refused for.
func TestBackendThatDoesNotKnowAParameterLosesNothing(t *testing.T) {
	for name, open := range backends() {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			if name == "real" {
				b.streams(t)
			}
			e := start(t, b.url, func(c *Config) {
				direct(c)
				c.DataStream.Dataset, c.RequireDataStream, c.DeadLetter.Index = b.name+"required", true, b.name+"-required-dead"
			})
			err := e.ConsumeLogs(t.Context(), withIDs(documents(0, 3)))
			if err == nil {
				assert.Len(t, b.sources(t, "logs-"+b.name+"required-default"), 3)
				return
			}
			require.ErrorContains(t, err, "contains unrecognized parameter: [require_data_stream]")
			assert.False(t, consumererror.IsPermanent(err), "the queue keeps the batch")
		})
	}
	s := elasticsearchtest.Start(t)
	s.Fail(func(*elasticsearchtest.Request) elasticsearchtest.Fault {
		return elasticsearchtest.Fault{Status: http.StatusBadRequest, Reason: "request [/_bulk] contains unrecognized parameter: [require_data_stream]"}
	})
	e := start(t, s.URL, func(c *Config) { direct(c); c.RequireDataStream = true })
	err := e.ConsumeLogs(t.Context(), documents(0, 8))
	require.ErrorContains(t, err, "unrecognized parameter")
	assert.False(t, consumererror.IsPermanent(err))
	assert.Len(t, s.Requests(), 1, "no document is the cause, so that none is looked for")
}
