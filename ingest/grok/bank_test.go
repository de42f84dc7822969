package grok_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/grok"
)

var banks = map[string]grok.Bank{"legacy": grok.Legacy, "ecs-v1": grok.ECSv1}

func TestBanksHaveAsManyDefinitionsAsElasticsearch(t *testing.T) {
	assert.Len(t, grok.Legacy.Names(), 318)
	assert.Len(t, grok.ECSv1.Names(), 361)
}

func TestEveryDefinitionCompiles(t *testing.T) {
	for bank, b := range banks {
		for _, name := range b.Names() {
			_, err := grok.Compile([]string{"%{" + name + "}"}, grok.Settings{Bank: b})
			assert.NoError(t, err, "%s: %s", bank, name)
		}
	}
}

// changed are the definitions that Elasticsearch has changed since the copy the
// test reads, when it took over those of logstash-patterns-core.
var changed = map[string]bool{
	"BACULA_LOGLINE": true, "BACULA_LOG_NOOPEN": true, "BACULA_LOG_NOOPENDIR": true, "BACULA_LOG_NOSTAT": true,
	"BACULA_LOG_NO_AUTH": true, "CISCOFW106015": true, "COMBINEDAPACHELOG": true, "COMMONAPACHELOG": true,
	"ELB_ACCESS_LOG": true, "EXIM_PID": true, "EXIM_REMOTE_HOST": true, "HAPROXYHTTPBASE": true, "HTTPD20_ERRORLOG": true,
	"HTTPD24_ERRORLOG": true, "JAVACLASS": true, "JAVAFILE": true, "JAVAMETHOD": true, "JAVASTACKTRACEPART": true,
	"MONTH": true, "NAGIOS_TIMEPERIOD_TRANSITION": true, "SHOREWALL": true, "SYSLOG5424BASE": true, "TZ": true,
	"UNIXPATH": true, "URIPATH": true, "URIPROTO": true,
}

func TestLegacyBankIsElasticsearchs(t *testing.T) {
	data := os.Getenv("SLUICE_DATA")
	if data == "" {
		t.Skip("SLUICE_DATA does not name the folder with Elasticsearch's own files")
	}
	files, err := filepath.Glob(filepath.Join(data, "ingest/rest/elasticsearch-*/libs/grok/src/main/resources/patterns/*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	have := grok.Legacy.Definitions()
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			name, want, found := strings.Cut(strings.TrimRight(line, "\n"), " ")
			switch {
			case !found || strings.HasPrefix(name, "#"):
			case changed[name]:
				assert.NotEmpty(t, have[name], name)
			default:
				assert.Equal(t, want, have[name], name)
			}
		}
	}
}
