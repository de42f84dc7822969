package remotewritetest

import (
	"io"
	"maps"
	"mime"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// A Backend is a remote-write receiver that remembers what it is sent. It reads
// both versions and is strict: a request that breaks a rule for senders is answered
// with 400 and remembered with the rule.
type Backend struct {
	// URL is where it listens.
	URL string

	server *httptest.Server
	answer func(*Received) Answer

	mu       sync.Mutex
	received []*Received
	arrived  chan struct{} // closed at each arrival
}

// A Received is a request with the answer it got.
type Received struct {
	At       time.Time
	Number   int // from 0
	Version  remotewrite.Version
	Header   http.Header
	Size     int // compressed
	Series   []remotewrite.TimeSeries
	Metadata []remotewrite.Metadata // of 1.0
	Broken   string                 // the rule that is broken
	Answer   Answer
}

// An Answer is what the backend says to a request.
type Answer struct {
	Status     int // 0 is 204, or 400 if a rule is broken
	Text       string
	RetryAfter string
	Silent     bool // without the headers of 2.0 that say what was written
	Header     http.Header

	// Wait, if set, is received from before the answer is sent. A sender that goes away
	// before gets none, and the answer is StatusGone.
	Wait <-chan struct{}
}

// StatusGone is the answer to a request whose sender has not waited for it.
const StatusGone = 499

// NewBackend starts a backend. answer decides about each request; nil accepts all.
// Close ends it.
func NewBackend(answer func(*Received) Answer) *Backend {
	b := &Backend{answer: answer, arrived: make(chan struct{})}
	b.server = httptest.NewServer(http.HandlerFunc(b.serve))
	b.URL = b.server.URL + "/api/v1/write"
	return b
}

// Close stops the backend.
func (b *Backend) Close() { b.server.Close() }

// Received returns what has been received so far.
func (b *Backend) Received() []Received {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.copied()
}

func (b *Backend) copied() []Received {
	out := make([]Received, len(b.received))
	for i, r := range b.received {
		out[i] = *r
	}
	return out
}

// Wait returns once done holds for what has been received, or false at the end of
// the time.
func (b *Backend) Wait(atMost time.Duration, done func([]Received) bool) bool {
	timer := time.NewTimer(atMost)
	defer timer.Stop()
	for {
		b.mu.Lock()
		arrived, received := b.arrived, b.copied()
		b.mu.Unlock()
		if done(received) {
			return true
		}
		select {
		case <-arrived:
		case <-timer.C:
			return false
		}
	}
}

func (b *Backend) serve(w http.ResponseWriter, r *http.Request) {
	got := &Received{At: time.Now(), Header: r.Header.Clone()}
	got.Broken = got.read(r)
	b.mu.Lock()
	got.Number = len(b.received)
	b.received = append(b.received, got)
	b.mu.Unlock()

	var a Answer
	if b.answer != nil {
		a = b.answer(got)
	}
	if a.Status == 0 && got.Broken != "" {
		a.Status, a.Text = http.StatusBadRequest, got.Broken
	}
	if a.Status == 0 {
		a.Status = http.StatusNoContent
	}
	if a.Wait != nil {
		select {
		case <-a.Wait:
		case <-r.Context().Done():
			a = Answer{Status: StatusGone}
		}
	}
	maps.Copy(w.Header(), a.Header)
	if a.RetryAfter != "" {
		w.Header().Set("Retry-After", a.RetryAfter)
	}
	if got.Version == remotewrite.V2 && !a.Silent {
		got.written(w.Header(), a.Status)
	}
	w.WriteHeader(a.Status)
	_, _ = io.WriteString(w, a.Text)

	b.mu.Lock()
	got.Answer = a
	close(b.arrived)
	b.arrived = make(chan struct{})
	b.mu.Unlock()
}

// written says what was written, as 2.0 wants it.
func (r *Received) written(h http.Header, status int) {
	samples, histograms, exemplars := 0, 0, 0
	if status/100 == 2 {
		for _, s := range r.Series {
			samples, histograms, exemplars = samples+len(s.Samples), histograms+len(s.Histograms), exemplars+len(s.Exemplars)
		}
	}
	h.Set("X-Prometheus-Remote-Write-Samples-Written", strconv.Itoa(samples))
	h.Set("X-Prometheus-Remote-Write-Histograms-Written", strconv.Itoa(histograms))
	h.Set("X-Prometheus-Remote-Write-Exemplars-Written", strconv.Itoa(exemplars))
}

// read decodes the request and returns the rule it breaks.
func (r *Received) read(h *http.Request) string {
	media, params, err := mime.ParseMediaType(h.Header.Get("Content-Type"))
	switch {
	case h.Method != http.MethodPost:
		return "method " + h.Method
	case err != nil || media != "application/x-protobuf":
		return "content type " + h.Header.Get("Content-Type")
	case h.Header.Get("Content-Encoding") != "snappy":
		return "content encoding " + h.Header.Get("Content-Encoding")
	case h.Header.Get("User-Agent") == "":
		return "no user agent"
	}
	r.Version = remotewrite.V1
	if params["proto"] == "io.prometheus.write.v2.Request" {
		r.Version = remotewrite.V2
	}
	if want := map[remotewrite.Version]string{remotewrite.V1: "0.1.0", remotewrite.V2: "2.0.0"}[r.Version]; h.Header.Get("X-Prometheus-Remote-Write-Version") != want {
		return "version header " + h.Header.Get("X-Prometheus-Remote-Write-Version")
	}
	compressed, err := io.ReadAll(h.Body)
	if err != nil {
		return err.Error()
	}
	r.Size = len(compressed)
	message, err := remotewrite.Decompress(nil, compressed, 64<<20)
	if err != nil {
		return err.Error()
	}
	if err := r.decode(message); err != nil {
		return err.Error()
	}
	for i := range r.Series {
		if broken := brokenRule(&r.Series[i]); broken != "" {
			return broken
		}
	}
	return ""
}

func (r *Received) decode(message []byte) error {
	if r.Version == remotewrite.V2 {
		var d remotewrite.V2Decoder
		return r.decodeSeries(&d, message)
	}
	var d remotewrite.V1Decoder
	if err := r.decodeSeries(&d, message); err != nil {
		return err
	}
	for m, err := range d.Metadata() {
		if err != nil {
			return err
		}
		r.Metadata = append(r.Metadata, m)
	}
	return nil
}

type decoder interface {
	Reset(body []byte, limits remotewrite.Limits) error
	Next() (*remotewrite.Series, error)
	Resolve(s *remotewrite.Series) (remotewrite.TimeSeries, error)
}

func (r *Received) decodeSeries(d decoder, message []byte) error {
	if err := d.Reset(message, remotewrite.Limits{}); err != nil {
		return err
	}
	for {
		view, err := d.Next()
		if err != nil || view == nil {
			return err
		}
		s, err := d.Resolve(view)
		if err != nil {
			return err
		}
		s.Samples, s.Histograms = slices.Clone(s.Samples), slices.Clone(s.Histograms)
		for i := range s.Histograms {
			h := &s.Histograms[i]
			h.CustomValues = slices.Clone(h.CustomValues)
			for _, side := range []*remotewrite.Buckets{&h.Positive, &h.Negative} {
				side.Spans, side.Deltas, side.Counts = slices.Clone(side.Spans), slices.Clone(side.Deltas), slices.Clone(side.Counts)
			}
		}
		r.Series = append(r.Series, s)
	}
}

// brokenRule checks what senders must keep in a series.
func brokenRule(s *remotewrite.TimeSeries) string {
	if len(s.Samples) == 0 && len(s.Histograms) == 0 {
		return "a series without samples"
	}
	if len(s.Samples) > 0 && len(s.Histograms) > 0 {
		return "a series with samples and histograms"
	}
	if broken := brokenLabels(s.Labels); broken != "" {
		return broken
	}
	for i := range s.Samples {
		if i > 0 && s.Samples[i-1].Timestamp > s.Samples[i].Timestamp {
			return "samples out of order"
		}
	}
	for i := range s.Histograms {
		if err := s.Histograms[i].Validate(1 << 16); err != nil {
			return err.Error()
		}
	}
	for _, e := range s.Exemplars {
		if e.Timestamp == 0 {
			return "an exemplar without a time"
		}
	}
	return ""
}

func brokenLabels(labels []remotewrite.Label) string {
	name := ""
	for i, l := range labels {
		switch {
		case l.Name == "" || l.Value == "":
			return "an empty label"
		case i > 0 && labels[i-1].Name >= l.Name:
			return "labels unsorted or repeated: " + labels[i-1].Name + ", " + l.Name
		case l.Name == "__name__":
			name = l.Value
		}
	}
	if name == "" {
		return "a series without a name"
	}
	return ""
}
