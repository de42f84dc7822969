package remotewritereceiver

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.uber.org/zap/zaptest"
	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// TestData runs the cases in testdata. A case is a section of a txtar file, named
// after what it claims. It begins with settings, in YAML, if it needs others than
// the defaults, and goes on with steps:
//
//	POST v2                        a request, which the lines below it describe:
//	header Content-Type: text/x    a header, instead of the usual one
//	hex 2200                       the message in hexadecimal, or
//	metadata f counter "Help." s   a family, in 1.0, and
//	f{a="b"} 5@1000<500 # counter "Help." s
//	                               a series: labels, value@time<start in ms, and in 2.0
//	                               its type, help and unit
//	  ! {trace_id="x"} 5@1000      an exemplar of it
//	  h 1000<500 count=3 sum=4 schema=0 zero=1 pos=0:1,1 neg=… custom=… float gauge
//	                               a native histogram of it: spans are offset:counts
//	refuse, refuse for good        the pipeline's answer to the next batch
//	wait 31s                       time goes by
//
// Each step is followed by what it leads to: "=>" with the status and, in 2.0, the
// samples, histograms and exemplars written; the body of the answer after "|"; and
// the batch. The flag -update writes that part.
func TestData(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		require.NoError(t, err)
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			for i := range archive.Files {
				section := &archive.Files[i]
				t.Run(section.Name, func(t *testing.T) {
					got := runSection(t, string(section.Data), sharesLists)
					assert.Equal(t, got, runSection(t, string(section.Data), sharesBoxes), "with a consumer that changes what it is given")
					assert.Equal(t, got, runSection(t, string(section.Data), sharesNothing), "with attributes written by pdata's functions")
					if *update {
						section.Data = []byte(got)
					}
					assert.Equal(t, string(section.Data), got)
				})
			}
		})
		if *update {
			require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o600))
		}
	}
}

// A refusingConsumer keeps what it is given, and refuses when it is told to.
type refusingConsumer struct {
	batches []pmetric.Metrics
	tenants []string
	refuse  error
	mutates bool
}

func (c *refusingConsumer) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: c.mutates}
}

func (c *refusingConsumer) ConsumeMetrics(ctx context.Context, batch pmetric.Metrics) error {
	if err := c.refuse; err != nil {
		c.refuse = nil
		return err
	}
	c.batches = append(c.batches, batch)
	c.tenants = append(c.tenants, strings.Join(client.FromContext(ctx).Metadata.Get("X-Scope-OrgID"), ","))
	return nil
}

func (c *refusingConsumer) take() (out string) {
	for i, batch := range c.batches {
		if c.tenants[i] != "" {
			out += "tenant " + c.tenants[i] + "\n"
		}
		out += dump(batch)
	}
	c.batches, c.tenants = nil, nil
	return out
}

// sharing is what data points can have in common.
type sharing int

const (
	sharesLists sharing = iota
	sharesBoxes
	sharesNothing
)

// runSection runs the steps of a section and returns it with what they led to.
func runSection(t *testing.T, text string, shares sharing) string {
	t.Helper()
	settings, steps := splitSteps(text)
	cfg := createDefaultConfig().(*Config)
	if settings != "" {
		var raw map[string]any
		require.NoError(t, yaml.Unmarshal([]byte(settings), &raw))
		require.NoError(t, confmap.NewFromStringMap(raw).Unmarshal(cfg))
	}
	require.NoError(t, cfg.Validate())
	now := time.UnixMilli(1_700_000_000_000)
	next := &refusingConsumer{mutates: shares != sharesLists}
	h := newTestHandler(t, cfg, func() time.Time { return now }, next)
	h.memory.sharing = h.memory.sharing && shares != sharesNothing

	var out strings.Builder
	out.WriteString(settings)
	for _, step := range steps {
		out.WriteString(step)
		line, rest, _ := strings.Cut(step, "\n")
		verb, argument, _ := strings.Cut(line, " ")
		switch verb {
		case "POST":
			out.WriteString(post(t, h, argument, rest))
		case "refuse":
			next.refuse = errors.New("queue is full")
			if argument == "for good" {
				next.refuse = consumererror.NewPermanent(errors.New("index does not exist"))
			}
		case "wait":
			d, err := time.ParseDuration(argument)
			require.NoError(t, err)
			now = now.Add(d)
			if ready := h.memory.buffer.takeReady(false); len(ready) > 0 {
				h.flush(t.Context(), ready, zaptest.NewLogger(t))
			}
		default:
			t.Fatalf("unknown step %q", line)
		}
		out.WriteString(next.take())
	}
	return out.String()
}

// splitSteps cuts a section into its settings and steps, without what they led to.
func splitSteps(text string) (settings string, steps []string) {
	expectation := false
	for line := range strings.Lines(text) {
		verb, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case verb == "POST" || verb == "refuse" || verb == "wait":
			steps = append(steps, line)
			expectation = verb == "wait"
		case verb == "=>":
			expectation = true
		case len(steps) == 0:
			settings += line
		case !expectation:
			steps[len(steps)-1] += line
		}
	}
	return settings, steps
}

// post sends a request and returns the answer as the section has it.
func post(t *testing.T, h *handler, version, description string) string {
	t.Helper()
	v := map[string]remotewrite.Version{"v1": remotewrite.V1, "v2": remotewrite.V2}[version]
	require.NotZero(t, v, version)
	message, headers := parseRequest(t, v, description)
	r := httptest.NewRequest(http.MethodPost, "/api/v1/write", nil)
	r.Header.Set("Content-Type", contentTypes[v])
	r.Header.Set("Content-Encoding", "snappy")
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ":")
		r.Header.Set(name, strings.TrimSpace(value))
	}
	encoded := encode(t, r.Header.Get("Content-Encoding"), message)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(encoded)), int64(len(encoded))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)

	out := fmt.Sprintf("=> %d", w.Code)
	if _, ok := w.Header()[samplesWritten]; ok {
		out += fmt.Sprintf(" %s/%s/%s", w.Header().Get(samplesWritten), w.Header().Get(histogramsWritten), w.Header().Get(exemplarsWritten))
	}
	if w.Header().Get("Retry-After") != "" {
		out += " Retry-After"
	}
	out += "\n"
	for line := range strings.Lines(w.Body.String()) {
		out += "| " + strings.TrimSuffix(line, "\n") + "\n"
	}
	return out
}

// encode compresses a message as its header says; without one, and if it says
// something unknown, with snappy.
func encode(t *testing.T, encoding string, message []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser
	switch encoding {
	case "gzip":
		w = gzip.NewWriter(&out)
	case "zstd":
		var err error
		w, err = zstd.NewWriter(&out)
		require.NoError(t, err)
	case "framed":
		w = snappy.NewBufferedWriter(&out)
	case "identity":
		return message
	default:
		return remotewrite.Compress(nil, message)
	}
	_, err := w.Write(message)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

// parseRequest makes the message that the lines of a step describe.
func parseRequest(t *testing.T, version remotewrite.Version, description string) (message []byte, headers []string) {
	t.Helper()
	var series []remotewrite.TimeSeries
	var metadata []remotewrite.Metadata
	for line := range strings.Lines(description) {
		p := &lineParser{t: t, rest: strings.TrimSpace(line)}
		switch {
		case p.rest == "" || strings.HasPrefix(p.rest, "#"):
		case p.skip("header "):
			headers = append(headers, p.rest)
		case p.skip("hex"):
			raw, err := hex.DecodeString(strings.ReplaceAll(p.rest, " ", ""))
			require.NoError(t, err)
			message = append([]byte{}, raw...)
		case p.skip("metadata "):
			family := p.word()
			m := p.metadata()
			m.Family = family
			metadata = append(metadata, m)
		case p.skip("! "):
			s := &series[len(series)-1]
			s.Exemplars = append(s.Exemplars, p.exemplar())
		case p.skip("h "):
			s := &series[len(series)-1]
			s.Histograms = append(s.Histograms, p.histogram())
		default:
			series = append(series, p.series())
		}
	}
	if message != nil {
		return message, headers
	}
	if version == remotewrite.V1 {
		return remotewrite.AppendV1(nil, series, metadata), headers
	}
	var e remotewrite.V2Encoder
	e.Reset()
	for i := range series {
		e.Add(&series[i])
	}
	return e.Append(nil), headers
}
