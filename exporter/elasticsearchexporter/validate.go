package elasticsearchexporter

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/config/configcompression"

	"github.com/sluice-otel/sluice/internal/bytesize"
)

// reserved are the headers that say what a request is.
var reserved = []string{"Content-Encoding", "Content-Type"}

// compressions are those of the body of a request.
var compressions = []configcompression.Type{"", "none", configcompression.TypeGzip, configcompression.TypeZstd}

// Validate reports every problem, each by its key.
func (c *Config) Validate() error {
	var errs []error
	report := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }

	if _, err := c.urls(); err != nil {
		errs = append(errs, err)
	}
	for name := range c.Headers.Iter {
		if slices.Contains(reserved, http.CanonicalHeaderKey(name)) {
			report("headers: %s says what the request is and cannot be set", name)
		}
	}
	if !slices.Contains(compressions, c.Compression) {
		report("compression: %q is neither gzip, zstd nor none", c.Compression)
	}
	if !slices.Contains([]Encoding{EncodingDocument, EncodingOTel, EncodingECS}, c.Encoding) {
		report("encoding: %q is neither %s, %s nor %s", c.Encoding, EncodingDocument, EncodingOTel, EncodingECS)
	}
	if c.OpType != OpCreate && c.OpType != OpIndex {
		report("op_type: %q is neither %s nor %s", c.OpType, OpCreate, OpIndex)
	}
	if c.DocumentID != DocumentIDBackend && c.DocumentID != DocumentIDFingerprint {
		report("document_id: %q is neither %s nor %s", c.DocumentID, DocumentIDBackend, DocumentIDFingerprint)
	}
	for key, value := range map[string]string{"type": c.DataStream.Type, "dataset": c.DataStream.Dataset, "namespace": c.DataStream.Namespace} {
		if value == "" {
			report("data_stream::%s: must not be empty", key)
		}
	}
	if c.Request.MaxSize < bytesize.KiB {
		report("request::max_size: %s must be at least 1KiB", c.Request.MaxSize)
	}
	if c.DeadLetter.Path != "" && c.DeadLetter.MaxSize < bytesize.KiB {
		report("dead_letter::max_size: %s must be at least 1KiB", c.DeadLetter.MaxSize)
	}
	return errors.Join(append(errs, c.validateCredentials()...)...)
}

func (c *Config) validateCredentials() []error {
	var errs []error
	var given []string
	for _, way := range []struct {
		key string
		set bool
	}{{"api_key", c.APIKey != ""}, {"user", c.User != ""}, {"auth", c.Auth.HasValue()}} {
		if way.set {
			given = append(given, way.key)
		}
	}
	if len(given) > 1 {
		errs = append(errs, fmt.Errorf("%s: only one of them can be used", strings.Join(given, ", ")))
	}
	if (c.User == "") != (c.Password == "") {
		errs = append(errs, errors.New("user, password: one needs the other"))
	}
	return errs
}

// urls are where requests go.
func (c *Config) urls() ([]*url.URL, error) {
	list, key := c.Endpoints, "endpoints"
	ways := 0
	for _, set := range []bool{c.Endpoint != "", len(c.Endpoints) > 0, c.CloudID != ""} {
		if set {
			ways++
		}
	}
	switch {
	case ways != 1:
		return nil, errors.New("endpoint, endpoints, cloud_id: one of them must be set, and only one")
	case c.CloudID != "":
		u, err := cloudURL(c.CloudID)
		return []*url.URL{u}, err
	case c.Endpoint != "":
		list, key = []string{c.Endpoint}, "endpoint"
	}
	var out []*url.URL
	for _, endpoint := range list {
		u, err := url.Parse(endpoint)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, fmt.Errorf("%s: %q is not a URL such as http://localhost:9200", key, endpoint)
		}
		u.Path = strings.TrimSuffix(u.Path, "/")
		out = append(out, u)
	}
	return out, nil
}

// cloudURL is the address that a cloud id contains: behind its name, in base64, the
// domain and the id of Elasticsearch in it, with a dollar sign between them.
func cloudURL(id string) (*url.URL, error) {
	bad := errors.New("cloud_id: it is not one; copy it from the deployment's page")
	_, encoded, ok := strings.Cut(id, ":")
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil {
		return nil, bad
	}
	parts := strings.Split(string(decoded), "$")
	if len(parts) < 2 || parts[0] == "" || parts[1] == "" {
		return nil, bad
	}
	domain, port, hasPort := strings.Cut(parts[0], ":")
	host, ownPort, hasOwnPort := strings.Cut(parts[1], ":")
	address := host + "." + domain
	switch {
	case hasOwnPort:
		address += ":" + ownPort
	case hasPort:
		address += ":" + port
	default:
		address += ":443"
	}
	return &url.URL{Scheme: "https", Host: address}, nil
}
