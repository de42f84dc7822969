package remotewriteexporter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/exporter"
	"go.uber.org/fx"

	"github.com/sluice-otel/sluice/internal/fxcomponent"
	"github.com/sluice-otel/sluice/internal/httpclient"
	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// A sender sends requests.
type sender struct {
	cfg         *Config
	host        *fxcomponent.Host
	telemetry   component.TelemetrySettings
	negotiation *negotiation
	report      *telemetry
	now         clock
	agent       string

	client    *http.Client
	closeIdle func()
}

func newSender(lc fx.Lifecycle, cfg *Config, set exporter.Settings, host *fxcomponent.Host, n *negotiation) *sender {
	s := &sender{
		cfg: cfg, host: host, telemetry: set.TelemetrySettings, negotiation: n, report: n.report, now: n.now,
		agent: set.BuildInfo.Command + "/" + set.BuildInfo.Version,
	}
	lc.Append(fx.StartStopHook(s.start, s.stop))
	return s
}

func (s *sender) start(ctx context.Context) error {
	client, closeIdle, err := httpclient.New(ctx, s.cfg.ClientConfig, s.host.Get(), s.telemetry)
	if err != nil {
		return fmt.Errorf("make the HTTP client: %w", err)
	}
	client.CheckRedirect = follow
	s.client, s.closeIdle = client, closeIdle
	return nil
}

// maxRedirects is how many redirections lead to a backend.
const maxRedirects = 3

// follow follows 307 and 308 on the same host, such as from http to https. Others make
// a GET of a request, and another host must not get what this one is entitled to.
func follow(next *http.Request, via []*http.Request) error {
	first := via[0].URL
	if next.Method != http.MethodPost || len(via) > maxRedirects ||
		next.URL.Hostname() != first.Hostname() || first.Scheme == "https" && next.URL.Scheme != "https" {
		return http.ErrUseLastResponse
	}
	return nil
}

func (s *sender) stop() { s.closeIdle() }

// A fate is what becomes of a request.
type fate int

const (
	accepted fate = iota
	tryAgain      // later, in the same form
	refused       // for good
	unknown       // this version of the protocol
)

// A verdict is what the backend has said about a request.
type verdict struct {
	fate   fate
	status int           // of HTTP, 0 if there was no answer
	wait   time.Duration // at least this long until the next try
	took   time.Duration // from the request to the answer
	wrote  int           // samples that a backend of 2.0 has written all the same
	err    error         // unless it is accepted
}

// send sends series in the version that the backend speaks, and once more if it
// turns out to speak another. attempt counts from 0.
func (s *sender) send(ctx context.Context, series []remotewrite.TimeSeries, attempt int) verdict {
	version := s.negotiation.version()
	v := s.sendAs(ctx, version, series, attempt)
	if v.fate == unknown {
		v.fate = refused
		if version == remotewrite.V2 && s.negotiation.fallBack(reasonOf(v)) {
			v = s.sendAs(ctx, remotewrite.V1, series, attempt)
		}
	}
	if v.fate == unknown {
		v.fate = refused
	}
	return v
}

func (s *sender) sendAs(ctx context.Context, version remotewrite.Version, series []remotewrite.TimeSeries, attempt int) verdict {
	var families []remotewrite.Metadata
	if version == remotewrite.V1 {
		families = s.negotiation.families(series)
	}
	b := encode(version, series, families)
	defer b.release()
	begin := s.now()
	v := s.exchange(ctx, version, b, attempt)
	v.took = s.now().Sub(begin)
	s.report.answered(ctx, version, v)
	switch v.fate {
	case accepted:
		s.report.sent(ctx, version, b.samples+b.histograms)
	case refused:
		s.report.sent(ctx, version, v.wrote)
		s.negotiation.forget(families)
	case tryAgain, unknown:
		s.negotiation.forget(families)
	}
	return v
}

// maxReason is how much of an answer's text is kept.
const maxReason = 1 << 10

func (s *sender) exchange(ctx context.Context, version remotewrite.Version, b *body, attempt int) verdict {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.cfg.Endpoint, bytes.NewReader(b.compressed))
	if err != nil {
		return verdict{fate: refused, err: err}
	}
	r.Header.Set("Content-Encoding", "snappy")
	r.Header.Set("Content-Type", contentTypes[version])
	r.Header.Set("User-Agent", s.agent)
	r.Header.Set(versionHeader, versionNumbers[version])
	if attempt > 0 {
		r.Header.Set("Retry-Attempt", strconv.Itoa(attempt))
	}
	response, err := s.client.Do(r)
	if err != nil {
		return verdict{fate: tryAgain, err: err}
	}
	defer response.Body.Close() //nolint:errcheck // everything of it that counts has been read
	text, err := io.ReadAll(io.LimitReader(response.Body, maxReason))
	if err != nil && response.StatusCode/100 != 2 {
		text = append(text, "..."...)
	}
	// Reading to the end keeps the connection, within reason.
	_, _ = io.CopyN(io.Discard, response.Body, 64<<10)
	return judge(version, b, response, strings.TrimSpace(string(text)), s.now())
}

// judge says what an answer means, by the rules for senders of the specification.
// The text of an answer is passed on as it is and never interpreted.
func judge(version remotewrite.Version, b *body, response *http.Response, text string, now time.Time) verdict {
	status := response.StatusCode
	v := verdict{status: status, err: fmt.Errorf("the backend answers %s: %s", response.Status, text)}
	switch {
	case status/100 == 2 && version == remotewrite.V2:
		v.fate, v.err = written(response.Header, b)
	case status/100 == 2:
		v.fate, v.err = accepted, nil
	case status == http.StatusTooManyRequests || status/100 == 5:
		v.fate, v.wait = tryAgain, retryAfter(response.Header, now)
	case status == http.StatusUnsupportedMediaType:
		v.fate = unknown
	default:
		v.fate = refused
		if version == remotewrite.V2 {
			total, _ := writtenOf(response.Header)
			v.wrote = min(total, b.samples+b.histograms)
		}
	}
	return v
}

var errNotWritten = errors.New("the backend answers as one that does not know remote write 2.0: without the number of samples written")

// written checks what a backend of 2.0 says it has written. One that says nothing
// has read the request as one of 1.0, in which there is nothing.
func written(h http.Header, b *body) (fate, error) {
	total, said := writtenOf(h)
	if !said {
		return unknown, errNotWritten
	}
	if have := b.samples + b.histograms; total < have {
		return accepted, fmt.Errorf("the backend has accepted a request of %d samples and says that it has written %d", have, total)
	}
	return accepted, nil
}

// writtenOf is how many samples and histograms a backend of 2.0 says it has written,
// and whether it says anything at all.
func writtenOf(h http.Header) (total int, said bool) {
	for _, kind := range []string{"Samples", "Histograms", "Exemplars"} {
		if text := h.Get("X-Prometheus-Remote-Write-" + kind + "-Written"); text != "" {
			said = true
			if n, err := strconv.Atoi(text); err == nil && n > 0 && kind != "Exemplars" {
				total += n
			}
		}
	}
	return total, said
}

// maxRetryAfter is how long a backend may ask to be left alone.
const maxRetryAfter = 5 * time.Minute

// retryAfter reads a number of seconds or a date.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	wait := time.Duration(0)
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		wait = time.Duration(min(max(seconds, 0), maxRetryAfter.Seconds()) * float64(time.Second))
	} else if at, err := http.ParseTime(text); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), maxRetryAfter)
}

// reasonOf is the word under which a verdict is counted.
func reasonOf(v verdict) string {
	switch {
	case v.status == http.StatusTooManyRequests:
		return "429"
	case v.status/100 == 5:
		return "5xx"
	case v.status == 0:
		return "no_answer"
	case v.status/100 == 2:
		return "not_written"
	default:
		return strconv.Itoa(v.status)
	}
}
