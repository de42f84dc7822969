package elasticsearchexporter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/elastic/elastic-transport-go/v8/elastictransport"
	"go.opentelemetry.io/collector/component"
	"go.uber.org/fx"

	"github.com/sluice-otel/sluice/internal/fxcomponent"
	"github.com/sluice-otel/sluice/internal/httpclient"
)

// A client sends bulk requests. Elastic's transport chooses the node of each and
// leaves out those that cannot be reached; below it is the collector's HTTP client.
type client struct {
	config    *Config
	telemetry *telemetry
	now       clock
	transport *elastictransport.Client // from Start to Stop
	close     func()
	nodes     int
	query     string
}

// shown are the parts of an answer that are read. Without the others it is a tenth
// as long.
const shown = "errors,items.*.status,items.*.error,items.*.failure_store"

func newClient(lc fx.Lifecycle, cfg *Config, host *fxcomponent.Host, set component.TelemetrySettings, report *telemetry, now clock) *client {
	c := &client{config: cfg, telemetry: report, now: now, query: query(cfg)}
	lc.Append(fx.Hook{
		OnStart: func(ctx context.Context) error { return c.start(ctx, host.Get(), set) },
		OnStop:  c.stop,
	})
	return c
}

func query(cfg *Config) string {
	values := url.Values{"filter_path": {shown}}
	if cfg.Pipeline != "" {
		values.Set("pipeline", cfg.Pipeline)
	}
	if cfg.RequireDataStream {
		values.Set("require_data_stream", "true")
	}
	return values.Encode()
}

func (c *client) start(ctx context.Context, host component.Host, set component.TelemetrySettings) error {
	httpClient, closeIdle, err := httpclient.New(ctx, c.config.ClientConfig, host, set)
	if err != nil {
		return err
	}
	urls, err := c.config.urls()
	if err != nil {
		return err
	}
	c.nodes = len(urls)
	options := []elastictransport.Option{
		elastictransport.WithURLs(urls...),
		elastictransport.WithTransport(httpClient.Transport),
		elastictransport.WithUserAgent("sluice"),
		elastictransport.WithDisableRetry(), // what is tried again is decided here
	}
	switch {
	case c.config.APIKey != "":
		options = append(options, elastictransport.WithAPIKey(string(c.config.APIKey)))
	case c.config.User != "":
		options = append(options, elastictransport.WithBasicAuth(c.config.User, string(c.config.Password)))
	}
	c.transport, err = elastictransport.NewClient(options...)
	c.close = closeIdle
	return err
}

func (c *client) stop(ctx context.Context) error {
	defer c.close()
	return c.transport.Close(ctx)
}

// bulk sends a request. extra is what its address has behind the question mark.
func (c *client) bulk(ctx context.Context, body []byte, extra string) reply {
	if c.config.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.config.Timeout)
		defer cancel()
	}
	began := c.now()
	r := c.try(ctx, body, extra)
	c.telemetry.answered(ctx, &r, len(body), c.now().Sub(began))
	return r
}

func (c *client) try(ctx context.Context, body []byte, extra string) reply {
	loan := &lent{data: body}
	defer loan.recall()
	response, err := c.perform(ctx, loan, extra)
	if err != nil {
		return reply{err: fmt.Errorf("bulk request: %w", err)}
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return c.failed(response)
	}
	return reply{status: http.StatusOK, results: readResults(response.Body)}
}

// perform sends a request to a node, and if that one takes no connection to another:
// it has seen nothing of the request.
func (c *client) perform(ctx context.Context, body *lent, extra string) (*http.Response, error) {
	var response *http.Response
	var err error
	for range c.nodes {
		var request *http.Request
		request, err = http.NewRequestWithContext(ctx, http.MethodPost, "/_bulk?"+extra, body.reader())
		if err != nil {
			return nil, err
		}
		request.ContentLength = int64(len(body.data))
		request.GetBody = func() (io.ReadCloser, error) { return body.reader(), nil }
		request.Header.Set("Content-Type", "application/x-ndjson")
		response, err = c.transport.Perform(request)
		var dial *net.OpError
		if err == nil || !errors.As(err, &dial) || dial.Op != "dial" {
			break
		}
	}
	return response, err
}

// maxReason is how much of the text of an error is read.
const maxReason = 64 << 10

func (c *client) failed(response *http.Response) reply {
	text, _ := io.ReadAll(io.LimitReader(response.Body, maxReason)) // what there is of it
	return reply{
		status: response.StatusCode,
		wait:   c.retryAfter(response.Header.Get("Retry-After")),
		err:    fmt.Errorf("bulk request: status %d: %s", response.StatusCode, reasonOf(text)),
	}
}

// maxWait is how long a backend is left alone at most, whatever it asks for.
const maxWait = 5 * time.Minute

// retryAfter is how long a backend asks to be left alone (RFC 9110, 10.2.3).
func (c *client) retryAfter(header string) time.Duration {
	if seconds, err := strconv.Atoi(header); err == nil {
		return min(max(0, time.Duration(seconds)*time.Second), maxWait)
	}
	if at, err := http.ParseTime(header); err == nil {
		return min(max(0, at.Sub(c.now())), maxWait)
	}
	return 0
}
