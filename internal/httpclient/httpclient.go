// Package httpclient makes the HTTP clients of exporters by the collector's settings, so
// that their connections end with the exporter.
package httpclient

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configmiddleware"
)

// New is confighttp.ClientConfig.ToClient. closeIdle closes the client's idle connections:
// its own CloseIdleConnections ends at the first of confighttp's wrappers, and they would
// outlive the exporter by idle_conn_timeout.
func New(ctx context.Context, cfg confighttp.ClientConfig, host component.Host, set component.TelemetrySettings) (client *http.Client, closeIdle func(), err error) {
	inner, id := &innermost{}, component.MustNewIDWithName("sluice", "innermost")
	extensions := map[component.ID]component.Component{id: inner}
	maps.Copy(extensions, host.GetExtensions())
	cfg.Middlewares = append(slices.Clone(cfg.Middlewares), configmiddleware.Config{ID: id})
	client, err = cfg.ToClient(ctx, extensions, set)
	return client, inner.closeIdle, err
}

// An innermost is the middleware next to the transport.
type innermost struct {
	component.StartFunc
	component.ShutdownFunc

	transport http.RoundTripper
}

// GetHTTPRoundTripper implements extensionmiddleware.HTTPClient.
func (i *innermost) GetHTTPRoundTripper(context.Context) (func(context.Context, http.RoundTripper) (http.RoundTripper, error), error) {
	return func(_ context.Context, transport http.RoundTripper) (http.RoundTripper, error) {
		i.transport = transport
		return transport, nil
	}, nil
}

func (i *innermost) closeIdle() { (&http.Client{Transport: i.transport}).CloseIdleConnections() }
