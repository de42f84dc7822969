package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strconv"
)

// Client speaks to the collector that listens on a socket. It implements Shaper.
type Client struct {
	socket string
	http   *http.Client
}

var _ Shaper = (*Client)(nil)

// NewClient returns a client; it does not connect yet.
func NewClient(socket string) *Client {
	return &Client{socket: socket, http: &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", socket)
		},
	}}}
}

// List returns what is in force.
func (c *Client) List(ctx context.Context) (Listing, error) {
	var out Listing
	return out, c.do(ctx, http.MethodGet, "/v1/policies", nil, &out)
}

// Apply replaces all policies; the collector checks them first.
func (c *Client) Apply(ctx context.Context, policies map[string]any, dryRun bool) (Change, error) {
	var out Change
	body, err := json.Marshal(policies)
	if err != nil {
		return out, fmt.Errorf("encode policies: %w", err)
	}
	query := url.Values{"dry_run": {strconv.FormatBool(dryRun)}}
	return out, c.do(ctx, http.MethodPut, "/v1/policies?"+query.Encode(), body, &out)
}

// Top returns the biggest senders of each policy.
func (c *Client) Top(ctx context.Context, n int) ([]Talker, error) {
	var out []Talker
	return out, c.do(ctx, http.MethodGet, "/v1/talkers?n="+strconv.Itoa(n), nil, &out)
}

func (c *Client) do(ctx context.Context, method, path string, body []byte, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, "http://shaper"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := c.http.Do(req) //nolint:gosec // to a Unix socket, whatever the URL
	if err != nil {
		return c.explain(err)
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end, or of no more use
	if resp.StatusCode != http.StatusOK {
		var p problem
		if err := json.NewDecoder(resp.Body).Decode(&p); err != nil || p.Error == "" {
			return fmt.Errorf("the collector answers %s", resp.Status)
		}
		if resp.StatusCode == http.StatusUnprocessableEntity {
			return &RefusedError{errors.New(p.Error)}
		}
		return errors.New(p.Error)
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

func (c *Client) explain(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("connect to %s: there is no such socket (is extensions::shaper::control_socket set, and the collector running?)", c.socket)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("connect to %s: permission denied (only the collector's user may)", c.socket)
	}
	return fmt.Errorf("connect to %s: %w", c.socket, err)
}
