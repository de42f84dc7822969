package elasticsearchexporter

import (
	"encoding/base64"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter/exportertest"

	"github.com/sluice-otel/sluice/exporter/elasticsearchexporter/internal/metadata"
)

func TestValidateNamesEveryProblemByItsKey(t *testing.T) {
	for want, change := range map[string]func(*Config){
		"endpoint, endpoints, cloud_id: one":     func(c *Config) { c.Endpoint = "" },
		"endpoint, endpoints, cloud_id: one of":  func(c *Config) { c.Endpoints = []string{"http://other:9200"} },
		`endpoint: "localhost:9200" is not a U`:  func(c *Config) { c.Endpoint = "localhost:9200" },
		`endpoints: "ftp://x" is not a URL`:      func(c *Config) { c.Endpoint, c.Endpoints = "", []string{"http://x", "ftp://x"} },
		"cloud_id: it is not one":                func(c *Config) { c.Endpoint, c.CloudID = "", "name:bm8=" },
		"headers: content-type says":             func(c *Config) { c.Headers.Set("content-type", configopaque.String("text/plain")) },
		`compression: "snappy" is neither`:       func(c *Config) { c.Compression = "snappy" },
		`encoding: "bodymap" is neither`:         func(c *Config) { c.Encoding = "bodymap" },
		`op_type: "update" is neither`:           func(c *Config) { c.OpType = "update" },
		`document_id: "uuid" is neither`:         func(c *Config) { c.DocumentID = "uuid" },
		"data_stream::dataset: must not":         func(c *Config) { c.DataStream.Dataset = "" },
		"request::max_size: 1B must be at least": func(c *Config) { c.Request.MaxSize = 1 },
		"dead_letter::max_size: 1B must":         func(c *Config) { c.DeadLetter.Path, c.DeadLetter.MaxSize = "x", 1 },
		"api_key, user: only one":                func(c *Config) { c.APIKey, c.User, c.Password = "k", "u", "p" },
		"user, password: one needs the other":    func(c *Config) { c.User = "u" },
	} {
		cfg := testConfig("http://localhost:9200")
		change(cfg)
		require.ErrorContains(t, cfg.Validate(), want)
	}
	require.NoError(t, testConfig("https://localhost:9200/elastic/").Validate())
}

func TestMisspeltKeyIsNamed(t *testing.T) {
	cfg := createDefaultConfig()
	err := confmap.NewFromStringMap(map[string]any{"endpoint": "http://x", "dead_letter": map[string]any{"indx": "y"}}).Unmarshal(cfg)
	require.ErrorContains(t, err, `dead_letter::indx: there is no such key; did you mean "index"?`)
}

func TestDefaultConfigNeedsAnEndpointOnly(t *testing.T) {
	cfg := createDefaultConfig()
	require.NoError(t, confmap.NewFromStringMap(map[string]any{"endpoint": "http://localhost:9200"}).Unmarshal(cfg))
	require.NoError(t, confmap.Validate(cfg))
}

func TestCloudIDHasTheAddress(t *testing.T) {
	for decoded, want := range map[string]string{
		"us-east-1.aws.found.io$es1$kb1":         "https://es1.us-east-1.aws.found.io:443",
		"us-east-1.aws.found.io:9243$es1$kb1":    "https://es1.us-east-1.aws.found.io:9243",
		"us-east-1.aws.found.io$es1:9244$kb1":    "https://es1.us-east-1.aws.found.io:9244",
		"us-east-1.aws.found.io:1$es1:9244$kb:3": "https://es1.us-east-1.aws.found.io:9244",
	} {
		u, err := cloudURL("my-deployment:" + base64.StdEncoding.EncodeToString([]byte(decoded)))
		require.NoError(t, err)
		assert.Equal(t, want, u.String())
	}
	for _, bad := range []string{"", "name", "name:%%%", "name:" + base64.StdEncoding.EncodeToString([]byte("host")), "name:" + base64.StdEncoding.EncodeToString([]byte("host$"))} {
		_, err := cloudURL(bad)
		require.Error(t, err, bad)
	}
}

func TestPathOfTheEndpointIsKept(t *testing.T) {
	cfg := testConfig("http://proxy/elastic/")
	urls, err := cfg.urls()
	require.NoError(t, err)
	assert.Equal(t, "http://proxy/elastic", urls[0].String())
}

// Constructors run under validate, too, on a machine that may be another.
func TestDeadLetterFileIsOpenedAtStart(t *testing.T) {
	cfg := testConfig("http://localhost:1")
	cfg.DeadLetter.Path = filepath.Join(t.TempDir(), "missing", "dead.jsonl")
	e, err := NewFactory().CreateLogs(t.Context(), exportertest.NewNopSettings(metadata.Type), cfg)
	require.NoError(t, err)
	require.ErrorContains(t, e.Start(t.Context(), componenttest.NewNopHost()), "dead_letter::path: open ")
	require.NoError(t, e.Shutdown(t.Context()))
}

// The parts of a data stream's name are made such as Elasticsearch takes them.
func TestNamesOfDataStreams(t *testing.T) {
	for part, want := range map[string]string{
		"nginx.access": "nginx.access", "Nginx-Access": "nginx_access", "a/b*c?d\"e<f>g|h i,j#k:l\\m": "a_b_c_d_e_f_g_h_i_j_k_l_m",
	} {
		d := DataStreamConfig{Type: "logs", Dataset: part, Namespace: "Pro-d"}
		d.cleanUp("")
		assert.Equal(t, DataStreamConfig{"logs", want, "pro-d"}, d)
	}
	d := DataStreamConfig{Type: "logs", Dataset: strings.Repeat("x", 94) + "éé", Namespace: "n\n\xff"}
	d.cleanUp(otelSuffix)
	d.cleanUp(otelSuffix)
	assert.Equal(t, DataStreamConfig{"logs", strings.Repeat("x", 94) + otelSuffix, "n_\ufffd"}, d)
}
