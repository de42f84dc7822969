package elasticsearchexporter

import (
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"github.com/sluice-otel/sluice/internal/bytesize"
	"github.com/sluice-otel/sluice/internal/configkey"
)

// Config is what the operator writes under elasticsearch_bulk.
type Config struct {
	// ClientConfig is the HTTP client: endpoint, tls, auth, headers, compression,
	// timeout of a request, proxy_url, middlewares.
	confighttp.ClientConfig `mapstructure:",squash"`

	// Endpoints are the nodes that requests go to in turn, instead of endpoint. One
	// that cannot be reached is left out for a minute and longer.
	Endpoints []string `mapstructure:"endpoints"`

	// CloudID names a deployment of Elastic Cloud, instead of endpoint.
	CloudID string `mapstructure:"cloud_id"`

	// User and Password are for HTTP basic authentication.
	User     string              `mapstructure:"user"`
	Password configopaque.String `mapstructure:"password"`

	// APIKey is an API key in its encoded form.
	APIKey configopaque.String `mapstructure:"api_key"`

	// Queue is where batches wait, in memory or in a storage extension, and where
	// they are merged.
	Queue configoptional.Optional[exporterhelper.QueueBatchConfig] `mapstructure:"sending_queue"`

	// Retry says how long and how often is tried again. max_elapsed_time 0 is
	// without end.
	Retry configretry.BackOffConfig `mapstructure:"retry_on_failure"`

	// Encoding is what the document of a record is.
	Encoding Encoding `mapstructure:"encoding"`

	// Index is where documents go whose record names no index. Without it they go
	// to a data stream.
	Index string `mapstructure:"index"`

	// DataStream names the stream of records that do not.
	DataStream DataStreamConfig `mapstructure:"data_stream"`

	// OpType is what is done with a document: create adds it, or finds that it is
	// there already; index replaces one with the same id. Data streams take create
	// only.
	OpType OpType `mapstructure:"op_type"`

	// DocumentID is the id of a document whose record has none.
	DocumentID DocumentID `mapstructure:"document_id"`

	// Pipeline is the ingest pipeline that the backend runs. Without it, it is the
	// index's own.
	Pipeline string `mapstructure:"pipeline"`

	// RequireDataStream refuses documents whose target is no data stream, and would
	// be made an index. Elasticsearch 8.13 is the first to know it.
	RequireDataStream bool `mapstructure:"require_data_stream"`

	Request    RequestConfig    `mapstructure:"request"`
	DeadLetter DeadLetterConfig `mapstructure:"dead_letter"`
}

// Encoding is how a record becomes a document.
type Encoding string

// The encodings.
const (
	// EncodingDocument is the body, if that is a map: what the ingest processor
	// makes with the target body.
	EncodingDocument Encoding = "document"
	// EncodingOTel is the shape of Elasticsearch's own templates for OpenTelemetry.
	EncodingOTel Encoding = "otel"
	// EncodingECS has the names of the Elastic Common Schema.
	EncodingECS Encoding = "ecs"
)

// OpType is an action of the bulk API.
type OpType string

// The actions.
const (
	OpCreate OpType = "create"
	OpIndex  OpType = "index"
)

// DocumentID is the id of a document whose record has none.
type DocumentID string

// The ids.
const (
	// DocumentIDBackend leaves it to the backend.
	DocumentIDBackend DocumentID = "backend"
	// DocumentIDFingerprint is a hash of index and document: what is sent twice is
	// kept once, and so are two records that are alike in everything.
	DocumentIDFingerprint DocumentID = "fingerprint"
)

// DataStreamConfig has the parts of a data stream's name, which records can have as
// attributes data_stream.type, data_stream.dataset and data_stream.namespace.
type DataStreamConfig struct {
	Type      string `mapstructure:"type"`
	Dataset   string `mapstructure:"dataset"`
	Namespace string `mapstructure:"namespace"`
}

// RequestConfig bounds a request.
type RequestConfig struct {
	// MaxSize is the size before compression at which a request is sent. A document
	// that is larger is sent alone.
	MaxSize bytesize.Size `mapstructure:"max_size"`
}

// DeadLetterConfig says where documents go that the backend refuses for good.
type DeadLetterConfig struct {
	// Index is an index or data stream.
	Index string `mapstructure:"index"`

	// Path is a file, a line of JSON for each document. If there is an index, too,
	// it has what that refuses.
	Path string `mapstructure:"path"`

	// MaxSize is how large the file becomes before it is renamed to path.1, whose
	// former content is lost.
	MaxSize bytesize.Size `mapstructure:"max_size"`
}

// Unmarshal names misspelt keys.
func (c *Config) Unmarshal(conf *confmap.Conf) error { return configkey.Unmarshal(conf, c) }
