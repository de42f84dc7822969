package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/internal/elasticsearchtest"
)

// A line that cannot be parsed takes the way of the failed ones, as it came and with
// the reason, and holds up no other line.
func TestFailedRecordsGoToAPipelineOfTheirOwn(t *testing.T) {
	const good = `192.0.2.7 - - [05/Mar/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl/8.5"`
	const bad = `<13>Mar  5 10:00:01 host app: not an access line`
	dir := t.TempDir()
	logs, failed := filepath.Join(dir, "access.log"), filepath.Join(dir, "failed.jsonl")
	lines := []string{good, bad, good, good, bad}
	require.NoError(t, os.WriteFile(logs, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	s := elasticsearchtest.Start(t)

	p := Start(t, args("distro/configs/file-to-elasticsearch.yaml",
		set("receivers.file_log.include", "["+logs+"]"),
		set("extensions.file_storage.directory", filepath.Join(dir, "storage")),
		set("exporters.elasticsearch_bulk.endpoint", s.URL),
		set("exporters.file.path", failed),
		set("service.telemetry.metrics.level", "none"))...)
	Eventually(t, "every line is somewhere", func() bool {
		return len(s.Documents("logs-http.access-default")) == 3 && len(readRecords(t, failed)) == 2
	})
	assert.Zero(t, p.Stop(10*time.Second))

	for _, d := range s.Documents("logs-http.access-default") {
		assert.Equal(t, "http.access", d.Source["event"].(map[string]any)["dataset"])
	}
	for _, r := range readRecords(t, failed) {
		assert.Equal(t, bad, r.Body)
		assert.Equal(t, "processor grok: Provided Grok expressions do not match field value: ["+bad+"]", r.Attributes["error.message"])
		assert.Equal(t, "entry", r.Attributes["elasticsearch.ingest.pipeline"])
		assert.Equal(t, "not-parsed", r.Attributes["elasticsearch.ingest.tag"])
	}
}
